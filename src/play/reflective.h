#ifndef REFLECTIVE_H
#define REFLECTIVE_H

#include "normal.h"

/* Two players who know each other as far as they believe it: a game of a table, played for
 * some rounds; player i believes that the other follows one of given policies, or with
 * weight `grain` the other's policy of this fixed point, which is best against what the
 * other believes of i. What is found by iteration is best within epsilon. Mixing where
 * two moves are as good stands for the randomness of an oracle.
 *
 * Leike, Taylor & Fallenstein, "A formal solution to the grain of truth problem", UAI 2016;
 * Kreps, Milgrom, Roberts & Wilson, J. Economic Theory 27 (1982), of the repeated dilemma.
 * Found by regret matching+ at every history: Zinkevich et al., NIPS 2007; Tammelin 2014;
 * in games of constant sum it comes as near as one likes, in others that is seen.
 *
 * A history is numbered: nothing yet is 0, and joint move m (normal.h) after history h
 * leads to 1 + h * n_joint + m. Only those after which there is a round have numbers. */
struct reflective {
    const struct normal *table; /* borrowed */
    uint32_t rounds, n;         /* n histories */
    double grain, gamma;        /* in (0, 1]; gamma: weight of the next round */
    /* [n][moves of the other]: the weight of the given policies and the chance that they
     * lead to this history and make this move, together; filled by the caller. */
    double *given[2];
    double *p[2];      /* [n][moves]: the chances of its moves in the fixed point */
    double epsilon[2]; /* what each would gain by its best policy instead, in all rounds */
};

/* How many histories; 0: more than `most`. */
uint32_t reflective_histories(const struct normal *table, uint32_t rounds, uint32_t most);
/* Room for all, nothing given yet. */
void reflective_init(struct reflective *r, const struct normal *table, uint32_t rounds);
void reflective_release(struct reflective *r);
/* The history after a joint move; 0 when that was the last round. */
uint32_t reflective_next(const struct reflective *r, uint32_t h, uint32_t joint);
/* Iterates until both are within epsilon, at most so many times; true: they are. */
bool reflective_solve(struct reflective *r, double epsilon, uint64_t most);

#endif
