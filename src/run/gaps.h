#ifndef GAPS_H
#define GAPS_H

#include "agent.h"
#include "equilibria.h"

/* How far those who play a table (normal.h) are from equilibrium, watched over a match. In
 * units of reward, of one round. */
struct gaps {
    const struct normal *table;  /* borrowed, of the match; NULL: it is over, or none is
                                 * played */
    uint32_t n_players, n_joint; /* n_joint 0: no table is played */
    uint64_t rounds;
    uint64_t *joint;    /* [n_joint] owned: how often each joint move was made */
    bool told;          /* everybody tells the chances of its moves */
    struct profile now; /* */
    /* NashConv of these chances: in the last round, and the mean over all; NAN: not told.
     * epsilon: the greatest gap of the last round. */
    double last, mean, epsilon;
    /* NashConv of how often each made each move, and how much more each had got, per
     * round, by its best single move: Hannan 1957. Known at the end. */
    double averages, regret[PLAYERS_MAX];
    /* Of a table of two: how far what player i expects is from the chances of what the
     * other then does, half the sum of the differences, as a mean over the rounds; NAN: it
     * expects nothing, or the other does not tell. */
    double error[PLAYERS_MAX], misses[PLAYERS_MAX]; /* misses: in the last round */
    /* The weight of the hypotheses of player i that are what the other follows, before the
     * last round; NAN: the other is no policy, or these are no automata. */
    double belief[PLAYERS_MAX];
    bool *is_other[PLAYERS_MAX]; /* [n_is[i]] owned; NULL: not known */
    size_t n_is[PLAYERS_MAX];
};

/* *g is zero, or of a match that is over. */
void gaps_begin(struct gaps *g, const struct game *game, struct agent *const *agent);
/* Before a move, and after it. Neither allocates. */
void gaps_before(struct gaps *g, struct agent *const *agent);
void gaps_after(struct gaps *g, const uint8_t *action);
/* How often each made each move so far; rounds > 0. */
void gaps_average(const struct gaps *g, struct profile *x);
void gaps_end(struct gaps *g);
void gaps_release(struct gaps *g);

#endif
