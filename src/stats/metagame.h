#ifndef METAGAME_H
#define METAGAME_H

#include "boot.h"
#include "results.h"

/* What agents earn among each other in a game, from the matches of a directory of results
 * (match_fold()): the empirical payoffs of a meta-game whose moves are agents (Wellman,
 * Methods for empirical game-theoretic analysis, AAAI 2006). */
struct metagame_cell {
    struct interval mean; /* of a step, over the seeds; NAN: they never met */
    size_t n;             /* seeds */
};

struct metagame {
    char *game; /* owned: canonical spec */
    uint32_t seats;
    char **agent; /* [n] owned: canonical specs, sorted */
    char **name;  /* [n] owned: the same as people write them, "tit-for-tat" */
    size_t n;
    /* Of two seats [n * n], what the agent of the row earned with that of the column: the
     * mean over the seats that it had, of each seed. Of more, [n]: what it earned in all
     * line-ups and seats. */
    struct metagame_cell *cell;
};

/* The games in the results, each once; the caller releases the list. */
struct list metagame_games(const struct results *r);
void metagame_make(struct metagame *p, const struct results *r, const char *game,
                   const struct boot *how);
void metagame_release(struct metagame *p);

/* Whether all of two seats met. */
bool metagame_whole(const struct metagame *p);
/* Replicator dynamics over the agents (Taylor and Jonker 1978): from x[n], sum 1, dx_i =
 * x_i ((M x)_i - x . M x) dt over `time` more, by steps of Runge and Kutta (order 4). */
void metagame_replicate(const struct metagame *p, double *x, double time);
/* (M x)_i of each agent; mean[n]. Returns x . M x. */
double metagame_fitness(const struct metagame *p, const double *x, double *mean);

#endif
