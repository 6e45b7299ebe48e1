#include "config.h"

#include "bench.h"
#include "census.h"
#include "registry.h"
#include "session.h"
#include "xalloc.h"

#include <stdlib.h>

/* The search of all programs, one action bit and one percept bit, two cycles ahead, from
 * birth on: all that the budget has is there to be found. */

enum { AHEAD = 2, ACTIONS = 2, PERCEPTS = 2, STEPS = 64, MOST = 4000000 };

struct search {
    struct census *c;
    uint64_t *mass, *open;
};

static void *open_search(uint32_t bits)
{
    struct search *s = xcalloc(1, sizeof *s);
    s->c = census_new(
        &(struct census_conf){ ACTIONS, PERCEPTS, bits, STEPS, MOST, CODE_LENGTH });
    size_t n = imagined_nodes(s->c, AHEAD);
    s->mass = xcalloc(n, sizeof *s->mass);
    s->open = xcalloc(n * ACTIONS, sizeof *s->open);
    return s;
}

static void *open_20(struct err *err)
{
    (void)err;
    return open_search(20);
}

static void *open_24(struct err *err)
{
    (void)err;
    return open_search(24);
}

static void close_search(void *context)
{
    struct search *s = context;
    census_free(s->c);
    free(s->mass);
    free(s->open);
    free(s);
}

static double decide(void *context, uint64_t n)
{
    struct search *s = context;
    for (uint64_t i = 0; i < n; i++)
        census_imagine(s->c, AHEAD, 1, s->mass, s->open);
    return (double)n;
}

static double nodes(void *context, uint64_t n)
{
    struct search *s = context;
    uint64_t before = s->c->looked;
    decide(s, n);
    return (double)(s->c->looked - before);
}

/* ---- the agent: lives of 20 cycles in echo */

static double cycles(void *context, uint64_t n)
{
    enum { LIFE = 20 };
    struct spec_of a, e;
    struct err err = { 0 };
    (void)context;
    if (!kind_parse(&a, &agent_shelf, "program-aixi", &err) ||
        !kind_parse(&e, &env_shelf, "echo", &err))
        bug("no such agent or world");
    struct env *env = env_open(&e, 0, &err);
    for (uint64_t i = 0; i < n; i++) {
        struct session s;
        struct agent *agent = agent_open(&a, env, &err);
        session_init(&s, env, agent, 0, (uint32_t)i);
        for (int t = 0; t < LIFE; t++)
            session_step(&s, &err);
        session_release(&s);
        agent->ops->close(agent);
    }
    env_close(env);
    kind_release(&e);
    kind_release(&a);
    return (double)n * LIFE;
}

static void *open_nothing(struct err *err)
{
    (void)err;
    return xcalloc(1, 1);
}

const struct bench_row bench_program[] = {
    { "program.nodes", "nodes/s", "programs run for a cycle, 20 bits, 2 cycles ahead",
      BENCH_RATE, open_20, nodes, close_search },
    { "program.20", "s", "one decision with programs of 20 bits", BENCH_TIME, open_20,
      decide, close_search },
    { "program.24", "s", "the same with 24 bits", BENCH_TIME, open_24, decide,
      close_search },
    { "agent.program", "cycles/s", "program-aixi in echo, lives of 20 cycles", BENCH_RATE,
      open_nothing, cycles, free },
    { 0 },
};
