#include "config.h"

#include "multinomial.h"

static unsigned ones(uint64_t x)
{
    unsigned n = 0;
#ifdef __GNUC__
    n = (unsigned)__builtin_popcountll(x);
#else
    for (; x; x &= x - 1)
        n++;
#endif
    return n;
}

/* Heads of n coins. */
static uint64_t heads(struct rng *r, uint64_t n)
{
    uint64_t k = 0;
    for (; n >= 64; n -= 64)
        k += ones(rng_u64(r));
    return n ? k + ones(rng_u64(r) >> (64 - n)) : k;
}

/* The next bit of each number that agrees with the chance so far decides for half of them
 * whether it is below. */
uint64_t binomial_draw(struct rng *r, uint64_t n, uint64_t a, uint64_t of)
{
    uint64_t hits = 0;
    if (a == of)
        return n;
    while (n && a) {
        uint64_t above = heads(r, n);
        a *= 2;
        if (a >= of) {
            a -= of;
            hits += n - above;
            n = above;
        } else {
            n -= above;
        }
    }
    return hits;
}

void multinomial_draw(struct rng *r, uint64_t n, const uint64_t *upto, size_t d,
                      uint32_t *count)
{
    if (d == 1) {
        *count = (uint32_t)n;
        return;
    }
    size_t half = d / 2;
    uint64_t left = binomial_draw(r, n, upto[half] - upto[0], upto[d] - upto[0]);
    multinomial_draw(r, left, upto, half, count);
    multinomial_draw(r, n - left, upto + half, d - half, count + half);
}
