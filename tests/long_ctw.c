#include "config.h"

#include "ctw.h"
#include "ctw_oracle.h"
#include "harness.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The fast context tree against the readable one over a million bits of four kinds of
 * source: 5e-4 bit per symbol, 0.05 bit in all. */

enum { N = 1000000 };

static uint64_t xorshift(uint64_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s;
}

/* Noisy xor of lags 1, 2 and 4. */
static unsigned noisy(const unsigned char *h, int i, uint64_t *s)
{
    double u = (double)(xorshift(s) >> 11) * 0x1p-53;
    unsigned x = i < 4 ? 0 : h[i - 1] ^ h[i - 2] ^ h[i - 4];
    return u < (x ? .9 : .1);
}

/* Four kinds of source. */
static unsigned source(int kind, const unsigned char *h, int i, uint64_t *s)
{
    double u = (double)(xorshift(s) >> 11) * 0x1p-53;
    switch (kind) {
    case 0: return u < 0.7;
    case 1: return noisy(h, i, s);
    case 2: return ((unsigned)i % 37 * 0x9e37U >> 5 & 1) ^ (u < 0.01);
    default: return i / 1000 % 2 ? u < 0.05 : noisy(h, i, s);
    }
}

static const uint32_t depths[] = { 1, 8, 32, 96 };

START_TEST(a_million_bits_have_the_probability_of_the_reference)
{
    unsigned char *h = malloc(N);
    uint64_t s = 0x853c49e6748fea9b;
    uint32_t depth = depths[_i % 4];
    struct predictor *p = ctw_new(&(struct ctw_conf){ depth, 1, CTW_NODES_DEFAULT });
    struct oracle *o = oracle_new(depth);
    double worst = 0, sum = 0, furthest = 0;
    for (int i = 0; i < N; i++) {
        h[i] = (unsigned char)source(_i / 4, h, i, &s);
        double one = p->ops->predict(p, 0), l = log(h[i] ? one : 1 - one);
        p->ops->update(p, h[i]);
        p->ops->commit(p);
        double off = l - oracle_update(o, h[i]);
        sum += off;
        worst = fmax(worst, fabs(off));
        furthest = fmax(furthest, fabs(sum));
    }
    printf("# source %d, depth %u: worst %.2g bit a symbol, %.2g bit in all\n", _i / 4,
           (unsigned)depth, worst / log(2), furthest / log(2));
    predictor_free(p);
    oracle_free(o);
    free(h);
    ck_assert_double_le(worst / log(2), 5e-4);
    ck_assert_double_le(furthest / log(2), 0.05);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("long ctw");
    TCase *tc = tcase_create("long ctw");
    tcase_set_timeout(tc, 300);
    tcase_add_loop_test(tc, a_million_bits_have_the_probability_of_the_reference, 0, 16);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
