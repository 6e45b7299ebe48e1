#ifndef REGISTRY_H
#define REGISTRY_H

#include "agent.h"
#include "env.h"
#include "kind.h"

#define ENV(x)   extern const struct env_ops env_##x;
#define AGENT(x) extern const struct agent_ops agent_##x;
#include "registry.def"

/* Everything ursa can open. */
extern const struct shelf env_shelf, agent_shelf;

#endif
