#ifndef REGISTRY_H
#define REGISTRY_H

#include "agent.h"
#include "env.h"

#define ENV(x)   extern const struct env_ops env_##x;
#define AGENT(x) extern const struct agent_ops agent_##x;
#include "registry.def"
#undef ENV
#undef AGENT

/* Everything ursa can open, closed by NULL. */
extern const struct env_ops *const env_table[];
extern const struct agent_ops *const agent_table[];

const struct env_ops *env_find(const char *name);
const struct agent_ops *agent_find(const char *name);

/* A kind of world or agent with its configuration, from "gridworld:size=10". */
struct env_spec {
    const struct env_ops *ops;
    void *config;    /* owned */
    char *canonical; /* owned: "gridworld-v1:theta=0.5" */
};
struct agent_spec {
    const struct agent_ops *ops;
    void *config;
    char *canonical;
};

/* False with *err: "unknown agent 'aixxi'; did you mean 'aixi'?  (ursa list agents)", a
 * wrong parameter, or a version this program does not have. */
bool env_spec_parse(struct env_spec *s, const char *text, struct err *err);
bool agent_spec_parse(struct agent_spec *s, const char *text, struct err *err);
/* Sets one parameter and renews the canonical text. */
bool env_spec_set(struct env_spec *s, const char *key, const char *value, struct err *err);
bool agent_spec_set(struct agent_spec *s, const char *key, const char *value,
                    struct err *err);
void env_spec_release(struct env_spec *s);
void agent_spec_release(struct agent_spec *s);

#endif
