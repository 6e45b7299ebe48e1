#ifndef RNG_H
#define RNG_H

#include "names.h"

#include <stdint.h>

HOST_BEGIN

/* xoshiro256++ (Blackman & Vigna 2019), inline: about 1 ns a draw. Plain data: copy it
 * with '='. */
struct rng {
    uint64_t s[4];
};

/* Who is drawing. Separate streams: one more draw in a planner never changes what the
 * world does, and every agent meets the same worlds. */
enum rng_purpose {
    RNG_LAYOUT = 1,
    RNG_WORLD,
    RNG_AGENT,
    RNG_PLAN,
    RNG_BOOT,
    RNG_SHARD,
    RNG_TEACHER
};

/* The coordinates of a stream; the same key gives the same numbers wherever it runs. */
struct rng_key {
    uint64_t root;            /* root seed of the experiment */
    enum rng_purpose purpose; /* */
    const char *id;           /* name of the world or agent, "" for none */
    uint32_t map, seed;       /* indices; a layout ignores the seed */
};

/* Fills *r with the Philox4x32-10 output (Salmon et al. 2011, Random123) at the
 * coordinates *k. Distinct keys give unrelated streams. */
void rng_init(struct rng *r, const struct rng_key *k);

static inline uint64_t rng_rotl(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

static inline uint64_t rng_u64(struct rng *r)
{
    uint64_t *s = r->s;
    uint64_t x = rng_rotl(s[0] + s[3], 23) + s[0], t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rng_rotl(s[3], 45);
    return x;
}

/* Uniform on [0, 1), 53 random bits. */
static inline double rng_unit(struct rng *r)
{
    return (double)(rng_u64(r) >> 11) * 0x1.0p-53;
}

/* Uniform on {0, ..., n - 1} without bias (Lemire 2019); n > 0. */
static inline uint32_t rng_below(struct rng *r, uint32_t n)
{
    uint64_t m = (rng_u64(r) >> 32) * n;
    if ((uint32_t)m < n) {
        uint32_t low = -n % n;
        while ((uint32_t)m < low)
            m = (rng_u64(r) >> 32) * n;
    }
    return (uint32_t)(m >> 32);
}

/* True with probability p. */
static inline int rng_bernoulli(struct rng *r, double p) { return rng_unit(r) < p; }

/* Index drawn with probability w[i] / sum; sum > 0 is the sum of w[0 .. n-1]. O(n). */
uint32_t rng_index(struct rng *r, const double *w, uint32_t n, double sum);

HOST_END

#endif
