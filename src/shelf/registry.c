#include "config.h"

#include "registry.h"

static const struct kind *const envs[] = {
#define ENV(x) &env_##x.kind,
#include "registry.def"
    NULL
};
const struct shelf env_shelf = { "env", "envs", "world", envs };

static const struct kind *const agents[] = {
#define AGENT(x) &agent_##x.kind,
#include "registry.def"
    NULL
};
const struct shelf agent_shelf = { "agent", "agents", "agent", agents };
