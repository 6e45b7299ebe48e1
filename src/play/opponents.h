#ifndef OPPONENTS_H
#define OPPONENTS_H

#include "family.h"
#include "game.h"
#include "policy.h"

/* What families of policies have in common: a hypothesis is one player's seat in a game of
 * two, the other following a policy of the class. */
struct opponents {
    struct family base;
    const struct game *game;   /* borrowed */
    uint32_t player;           /* whose seat it is */
    const struct space *space; /* of the other, borrowed */
};

/* At most so many policies are listed. */
enum { OPPONENTS_MOST = 200000 };

/* Fills all but base. False with *err, which calls the class `name`: the world is no seat,
 * or others than one play there. */
bool opponents_init(struct opponents *s, const struct env *truth, const char *name,
                    struct err *err);
/* The seat against `other`, which it takes over. */
struct env *opponents_seat(const struct opponents *s, struct policy *other);

/* ln of the weights of n policies, sum 1: in proportion to 2^-size, or all alike where
 * sizes are NULL. */
void opponents_weigh(const uint32_t *size, size_t n, double *log_weight);

/* How many there would be, for errors: all digits as far as a double has them. */
const char *opponents_count(double n, char buf[32]);

/* Chances of an action that was meant with chances `meant`, where `legal` allows it: what
 * is not allowed is shared by what is, in proportion, or alike where nothing is left. */
void opponents_obey(const struct policy *p, const double *meant, uint32_t legal,
                    double *out);

#endif
