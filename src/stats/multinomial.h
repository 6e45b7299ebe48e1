#ifndef MULTINOMIAL_H
#define MULTINOMIAL_H

#include "rng.h"

#include <stddef.h>
#include <stdint.h>

/* How n draws fall on d kinds, kind i having (upto[i + 1] - upto[i]) of the
 * upto[d] - upto[0] chances: the law of n single draws, exactly, since these are integers.
 * The draws are halved among halves of the kinds, each by a binomial variate, and that is
 * made of random bits by counting: all n uniform numbers are compared with the chance bit
 * by bit at once (the idea of Farach-Colton and Tsai, "Exact sublinear binomial sampling",
 * Algorithmica 73 (2015), without its tables). Some n log2(d) / 32 random words. */

/* upto[0 .. d] rises, d > 0, each below 2^63; count[0 .. d - 1] is written. */
void multinomial_draw(struct rng *r, uint64_t n, const uint64_t *upto, size_t d,
                      uint32_t *count);
/* How many of n draws hit, each with chance a / of; a <= of, 0 < of < 2^63. */
uint64_t binomial_draw(struct rng *r, uint64_t n, uint64_t a, uint64_t of);

#endif
