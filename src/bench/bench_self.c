#include "config.h"

#include "bench.h"
#include "registry.h"
#include "session.h"
#include "xalloc.h"

#include <stdlib.h>

/* What self-aixi costs: when it is opened each of its policies in each hypothesis, here
 * 4096 of a circle of twelve states; in a cycle a look-up for each policy, hypothesis and
 * action. */

enum { POLICIES = 4096, ACTIONS = 2 };

struct circle {
    struct spec_of e, a;
    struct env *env;
    struct agent *agent;
    struct session session;
};

static void close_circle(void *context)
{
    struct circle *c = context;
    if (c->agent) {
        session_release(&c->session);
        c->agent->ops->close(c->agent);
    }
    env_close(c->env);
    kind_release(&c->e);
    kind_release(&c->a);
    free(c);
}

static void *open_circle(struct err *err)
{
    struct circle *c = xcalloc(1, sizeof *c);
    if (kind_parse(&c->e, &env_shelf, "chain:length=12,small=2,big=100", err) &&
        kind_parse(&c->a, &agent_shelf, "self-aixi:family=mu", err))
        c->env = env_open(&c->e, 0, err);
    if (c->env && (c->agent = agent_open(&c->a, c->env, err))) {
        session_init(&c->session, c->env, c->agent, 0, 1);
        return c;
    }
    close_circle(c);
    return NULL;
}

static double evaluations(void *context, uint64_t n)
{
    struct circle *c = context;
    for (uint64_t i = 0; i < n; i++) {
        struct agent *agent = agent_open(&c->a, c->env, NULL);
        agent->ops->close(agent);
    }
    return (double)n * POLICIES;
}

static double look_ups(void *context, uint64_t n)
{
    struct circle *c = context;
    for (uint64_t i = 0; i < n; i++)
        session_step(&c->session, NULL);
    return (double)n * POLICIES * ACTIONS;
}

const struct bench_row bench_self[] = {
    { "self-aixi.evaluations", "evals/s", "policies of 12 states in a world, without end",
      BENCH_RATE, open_circle, evaluations, close_circle },
    { "self-aixi.look-ups", "look-ups/s", "a policy's Q of an action in a world",
      BENCH_RATE, open_circle, look_ups, close_circle },
    { 0 },
};
