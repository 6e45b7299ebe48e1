#include "config.h"

#include "bench.h"
#include "clock.h"
#include "registry.h"
#include "seat.h"
#include "session.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

/* Agents in the seats of a game cost what each of them costs: two search in a match, then
 * each decides and learns the same alone, with nothing around it. */

enum { SEATS = 2, CYCLES = 200, TRIES = 5 };

struct company {
    struct spec_of game_spec, agent_spec;
    struct game *game;
    struct env *env[SEATS];
    struct agent *agent[SEATS];
    struct cycle cycle[SEATS][CYCLES];
};

static void leave(struct company *c)
{
    for (size_t i = 0; i < SEATS; i++) {
        if (c->agent[i])
            c->agent[i]->ops->close(c->agent[i]);
        c->agent[i] = NULL;
    }
}

static bool enter(struct company *c, struct err *err)
{
    for (size_t i = 0; i < SEATS; i++)
        if (!(c->agent[i] = agent_open(&c->agent_spec, c->env[i], err)))
            return false;
    return true;
}

static void close_company(void *context)
{
    struct company *c = context;
    leave(c);
    for (size_t i = 0; i < SEATS; i++)
        env_close(c->env[i]);
    game_close(c->game);
    kind_release(&c->agent_spec);
    kind_release(&c->game_spec);
    free(c);
}

static void *open_company(struct err *err)
{
    struct company *c = xcalloc(1, sizeof *c);
    bool ok = kind_parse(&c->game_spec, &game_shelf, "prisoners-dilemma", err) &&
              kind_parse(&c->agent_spec, &agent_shelf, "mc-aixi:samples=20,explore=0", err);
    c->game = ok ? game_open(&c->game_spec, 0, err) : NULL;
    for (uint32_t i = 0; c->game && i < SEATS; i++)
        c->env[i] = seat_open_among(c->game, i);
    if (c->game && enter(c, err))
        return c;
    close_company(c);
    return NULL;
}

/* Seconds of a match, whose cycles are kept. */
static double play(struct company *c)
{
    struct match m;
    match_init(&m, c->game, c->env, c->agent, 0, 1);
    double from = clock_thread();
    for (size_t t = 0; t < CYCLES; t++) {
        match_step(&m, NULL);
        for (size_t i = 0; i < SEATS; i++)
            c->cycle[i][t] =
                (struct cycle){ m.seat[i].last.action, m.seat[i].last.e, BY_AGENT };
    }
    double took = clock_thread() - from;
    match_release(&m);
    return took;
}

/* Seconds of the same agents, one after the other. */
static double think(struct company *c)
{
    double took = 0;
    for (uint32_t i = 0; i < SEATS; i++) {
        struct agent *ag = c->agent[i];
        struct rng mind;
        rng_init(&mind, &(struct rng_key){ 0, RNG_AGENT, ag->ops->kind.name, i, 1 });
        double from = clock_thread();
        for (size_t t = 0; t < CYCLES; t++) {
            unsigned action = 0;
            ag->ops->act(ag, &mind, &action, NULL);
            if (action != c->cycle[i][t].action)
                bug("seat %u acts otherwise alone", i);
            ag->ops->update(ag, &c->cycle[i][t], NULL);
            ag->t++;
        }
        took += clock_thread() - from;
    }
    return took;
}

static double once(struct company *c, double (*live)(struct company *))
{
    double took = live(c);
    leave(c);
    enter(c, NULL);
    return took;
}

/* Of the quickest each, which nothing else has disturbed. */
static double surplus(void *context, uint64_t n)
{
    double together = INFINITY, alone = INFINITY;
    for (int k = 0; k < TRIES; k++) {
        together = fmin(together, once(context, play));
        alone = fmin(alone, once(context, think));
    }
    return (double)n * 100 * (together / alone - 1);
}

const struct bench_row bench_seats[] = {
    { "session.seats", "%", "what two searching agents cost more than each alone",
      BENCH_AMOUNT, open_company, surplus, close_company },
    { 0 },
};
