#ifndef SETTING_H
#define SETTING_H

#include "list.h"
#include "registry.h"

/* Sets a parameter of an agent or a world by its name: "horizon", or "agent.horizon" and
 * "env.size" where both have one of that name. False with *err: nobody has it, both have
 * it, or the value does not fit. */
bool setting_apply(struct spec_of *agent, struct spec_of *env, const char *key,
                   const char *value, struct err *err);

/* The same for "KEY=VALUE" texts; tries all. */
bool settings_apply(struct spec_of *agent, struct spec_of *env, const struct list *settings,
                    struct err *err);

#endif
