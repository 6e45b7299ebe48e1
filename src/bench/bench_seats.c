#include "config.h"

#include "bench.h"
#include "clock.h"
#include "match.h"
#include "registry.h"
#include "seat.h"
#include "session.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

/* Agents in the seats of a game cost what each of them costs: two search in a match, then
 * each decides and learns the same alone, with nothing around it. */

enum { SEATS = 2, CYCLES = 200, TRIES = 10, BLOCK = 10, BLOCKS = CYCLES / BLOCK };

struct company {
    struct spec_of game_spec, agent_spec;
    struct game *game;
    struct env *env[SEATS];
    struct agent *agent[SEATS];
    struct cycle cycle[SEATS][CYCLES];
    double together[BLOCKS], alone[SEATS][BLOCKS]; /* seconds, the least so far */
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

static void least(double *of, double *from)
{
    double now = clock_thread();
    *of = fmin(*of, now - *from);
    *from = now;
}

/* A match, whose cycles are kept. */
static void play(struct company *c)
{
    struct match m;
    match_init(&m, c->game, c->env, c->agent, 0, 1);
    double from = clock_thread();
    for (size_t t = 0; t < CYCLES; t++) {
        match_step(&m, NULL);
        for (size_t i = 0; i < SEATS; i++)
            c->cycle[i][t] =
                (struct cycle){ m.seat[i].last.action, m.seat[i].last.e, BY_AGENT };
        if ((t + 1) % BLOCK == 0)
            least(&c->together[t / BLOCK], &from);
    }
    match_release(&m);
}

/* The same agents, one after the other. */
static void think(struct company *c)
{
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
            if ((t + 1) % BLOCK == 0)
                least(&c->alone[i][t / BLOCK], &from);
        }
    }
}

static void once(struct company *c, void (*live)(struct company *))
{
    live(c);
    leave(c);
    enter(c, NULL);
}

/* Every try does the same, so that the quickest of each ten cycles, which nothing else has
 * disturbed, may be of different tries. */
static double surplus(void *context, uint64_t n)
{
    struct company *c = context;
    double together = 0, alone = 0;
    for (size_t b = 0; b < BLOCKS; b++)
        c->together[b] = c->alone[0][b] = c->alone[1][b] = HUGE_VAL;
    for (int k = 0; k < TRIES; k++) {
        once(c, play);
        once(c, think);
    }
    for (size_t b = 0; b < BLOCKS; b++) {
        together += c->together[b];
        alone += c->alone[0][b] + c->alone[1][b];
    }
    return (double)n * 100 * (together / alone - 1);
}

/* ---- matches of who hardly thinks */

struct cheap {
    struct spec_of game, player[SEATS];
    uint32_t seed;
};

static void close_cheap(void *context)
{
    struct cheap *c = context;
    for (size_t i = 0; i < SEATS; i++)
        kind_release(&c->player[i]);
    kind_release(&c->game);
    free(c);
}

static void *open_cheap(struct err *err)
{
    struct cheap *c = xcalloc(1, sizeof *c);
    if (kind_parse(&c->game, &game_shelf, "prisoners-dilemma", err) &&
        player_parse(&c->player[0], "tit-for-tat", err) &&
        player_parse(&c->player[1], "random", err))
        return c;
    close_cheap(c);
    return NULL;
}

/* Everything that a match of a tournament takes, from opening to its result. */
static double live_cheap(void *context, uint64_t n)
{
    enum { MOVES = 100 };
    struct cheap *c = context;
    for (uint64_t i = 0; i < n; i++) {
        struct gaps gaps = { 0 };
        struct match_result r;
        struct match_job job = { &c->game, c->player, SEATS, 0, ++c->seed, MOVES, &gaps };
        if (!match_run(&job, NULL, NULL, NULL, &r, NULL))
            bug("two policies cannot play");
        match_result_release(&r);
        gaps_release(&gaps);
    }
    return (double)n;
}

const struct bench_row bench_seats[] = {
    { "session.seats", "%", "what two searching agents cost more than each alone",
      BENCH_AMOUNT, open_company, surplus, close_company },
    { "match.policies", "matches/s", "two policies, 100 moves of the prisoner's dilemma",
      BENCH_RATE, open_cheap, live_cheap, close_cheap },
    { 0 },
};
