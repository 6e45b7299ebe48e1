#include "config.h"

#include "machines.h"
#include "xalloc.h"

#include <string.h>

struct machine {
    struct env base;
    const struct percept *percept;
    struct machine_step step[]; /* [n_states * n_actions] */
};

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    const struct machine *m = (const struct machine *)env;
    uint32_t at;
    memcpy(&at, state, sizeof at);
    const struct machine_step *s = &m->step[at * env->space.n_actions + action];
    memcpy(next, &s->next, sizeof s->next);
    *out = (struct transition){ 1, m->percept[s->percept] };
    return 1;
}

static const struct env_ops machine_ops = { .kind.name = "machine",
                                            .kind.title = "a Mealy machine",
                                            .kind.version = 1,
                                            .kind.params = no_params,
                                            .transitions = transitions };

struct env *machine_world(const struct env *truth, uint32_t n_states,
                          const struct machine_step *table, const struct percept *percept)
{
    size_t n = (size_t)n_states * truth->space.n_actions;
    struct machine *m = xcalloc(1, sizeof *m + n * sizeof *m->step);
    m->base = (struct env){ .ops = &machine_ops,
                            .space = truth->space,
                            .state_size = sizeof(uint32_t),
                            .max_transitions = 1 };
    m->percept = percept;
    memcpy(m->step, table, n * sizeof *table);
    return &m->base;
}
