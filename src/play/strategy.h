#ifndef STRATEGY_H
#define STRATEGY_H

#include "fsm.h"
#include "game.h"
#include "normal.h"
#include "policy.h"

/* Policies of few memories in a table that two play again and again (normal.h), each seeing
 * the other's move: what is best against one, and what it is worth, exactly. Values are
 * means of what is paid in a round, later rounds weighing less by gamma:
 * (1 - gamma) sum gamma^t r_t, in units of reward. */
struct strategy {
    uint32_t n;             /* memories; it begins in 0, and all can be reached */
    uint32_t moves, sights; /* own moves; those of the other */
    double *chance;         /* [n][moves] sum 1 each */
    uint32_t *next;         /* [n][moves][sights] */
};
enum { STRATEGY_MOST = 4096 };

/* What policy p does in player's seat, whatever both do; the smallest that behaves so. NULL
 * with *err: it has more memories than STRATEGY_MOST, or this is no such table. */
struct strategy *strategy_of(const struct policy *p, const struct game *g, uint32_t player,
                             struct err *err);
/* The best response of `player` to the other's strategy: in each of its memories one of the
 * moves that are best there, alike where several are (the randomisation of reflective
 * oracles: Leike, Taylor & Fallenstein, UAI 2016). gamma in [0, 1). */
struct strategy *strategy_response(const struct strategy *other, const struct normal *t,
                                   uint32_t player, double gamma);
void strategy_free(struct strategy *s); /* accepts NULL */
/* Whether both behave alike; of reduced ones, as all of these are. */
bool strategy_same(const struct strategy *a, const struct strategy *b);

/* What `player` gets by a strategy of its own, and by its best, against the other's. */
double strategy_value(const struct strategy *own, const struct strategy *other,
                      const struct normal *t, uint32_t player, double gamma);
double strategy_best(const struct strategy *other, const struct normal *t, uint32_t player,
                     double gamma);

/* Whether the other in a player's seat behaves so: f is that seat as an automaton that
 * stands in state `at`, its observations the other's moves. */
bool strategy_plays(const struct strategy *other, const struct fsm *f, uint32_t at);

/* A copy of it as a policy of a seat with this space. */
struct policy *strategy_policy(const struct strategy *s, const struct space *space);

#endif
