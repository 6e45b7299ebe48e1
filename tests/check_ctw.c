#include "config.h"

#include "ctw.h"
#include "ctw_oracle.h"
#include "ensemble.h"
#include "harness.h"
#include "registry.h"
#include "rng.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct predictor *ctw(uint32_t depth, uint32_t trees)
{
    return ctw_new(&(struct ctw_conf){ depth, trees, CTW_NODES_DEFAULT });
}

/* The probability the bit had; natural logarithm. */
static double learn(struct predictor *p, unsigned bit)
{
    double one = p->ops->predict(p, 0);
    p->ops->update(p, bit);
    return log(bit ? one : 1 - one);
}

/* ln P_w of all bits after the first `depth`. */
static double feed(struct predictor *p, const char *bits, uint32_t depth)
{
    double sum = 0;
    for (size_t i = 0; bits[i]; i++) {
        double l = learn(p, bits[i] == '1');
        sum += i < depth ? 0 : l;
    }
    return sum;
}

/* Worked out in exact rational arithmetic. */
static const struct {
    uint32_t depth;
    const char *bits;
    double block, next;
} known[] = {
    { 2, "1001", 5. / 32, 1. / 2 },
    { 1, "0101", 1. / 8, 11. / 32 },
    { 2, "00000000", 231. / 1024, 1. / 14 },
    { 3, "0110100110010110", 2171. / 67108864, 2277. / 4342 },
};

START_TEST(short_sequences_have_the_probabilities_worked_out_by_hand)
{
    struct predictor *p = ctw(known[_i].depth, 1);
    double l = feed(p, known[_i].bits, known[_i].depth);
    ck_assert_near(exp(l) / known[_i].block, 1, 1e-6);
    ck_assert_near(p->ops->predict(p, 0), known[_i].next, 1e-6);
    predictor_free(p);
}
END_TEST

/* With a context that never returns, ln P_w is that of the KT estimator: 1/2 1/4 1/2. */
START_TEST(a_tree_predicts_a_half_until_it_has_its_context)
{
    struct predictor *p = ctw(8, 1);
    for (int i = 0; i < 8; i++) {
        ck_assert_double_eq(p->ops->predict(p, 0), 0.5);
        p->ops->update(p, 1);
    }
    ck_assert_uint_eq(ctw_nodes(p), 1);
    p->ops->predict(p, 0);
    p->ops->update(p, 1);
    ck_assert_near(p->ops->predict(p, 0), 0.75, 1e-7);
    predictor_free(p);
}
END_TEST

/* The tree whose contexts are all alike has P_w = P_kt: after a zeros and b ones the next
 * is a one with chance (b + 1/2) / (a + b + 1), whatever their order. */
START_TEST(one_context_alone_has_a_kt_estimator)
{
    enum { DEPTH = 3, MOST = 6 };
    for (unsigned word = 0; word < 1U << MOST; word++) {
        struct predictor *p = ctw(DEPTH, 1);
        unsigned seen[2] = { 0, 0 };
        for (unsigned t = 0; t < MOST; t++) {
            unsigned bit = word >> t & 1;
            for (unsigned d = 0; d < DEPTH; d++)
                p->ops->append(p, d & 1);
            ck_assert_near(p->ops->predict(p, 0), (seen[1] + 0.5) / (t + 1.), 1e-12);
            p->ops->update(p, bit);
            seen[bit]++;
        }
        predictor_free(p);
    }
}
END_TEST

/* Every sequence of depth + 10 bits, depth = _i: the sum over all suffix trees, in
 * integers, against the reference and the fast tree. */
START_TEST(a_tree_is_the_mixture_of_all_suffix_trees)
{
    enum { N = 10 };
    unsigned depth = (unsigned)_i, n = depth + N;
    double worst = 0, worst_fast = 0;
    for (uint32_t word = 0; word < 1U << n; word += depth < 3 ? 1 : 7) {
        unsigned char bits[16];
        uint64_t den;
        double fast = 0;
        struct oracle *o = oracle_new(depth);
        struct predictor *p = ctw(depth, 1);
        for (unsigned t = 0; t < n; t++) {
            bits[t] = word >> t & 1;
            double l = learn(p, bits[t]);
            fast += t < depth ? 0 : l;
            oracle_update(o, bits[t]);
        }
        uint64_t num = enumerate_trees(bits, n, depth, &den);
        double exact = log((double)num / (double)den);
        worst = fmax(worst, fabs(oracle_log_prob(o) - exact));
        worst_fast = fmax(worst_fast, fabs(fast - exact));
        oracle_free(o);
        predictor_free(p);
    }
    ck_assert_double_le(worst, 1e-9);
    ck_assert_double_le(worst_fast, 1e-5);
}
END_TEST

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

/* Natural logarithms that two programs of other authors agree on to six decimals. */
START_TEST(a_long_stream_has_the_published_code_length)
{
    enum { N = 40000 };
    static const struct {
        uint32_t depth;
        double log_prob;
    } want[] = { { 32, -13010.037329 }, { 96, -12976.734737 } };
    unsigned char *h = malloc(N);
    uint64_t s = 88172645463325252;
    double sum = 0;
    struct predictor *p = ctw(want[_i].depth, 1);
    for (int i = 0; i < N; i++) {
        h[i] = (unsigned char)noisy(h, i, &s);
        double l = learn(p, h[i]);
        sum += i < (int)want[_i].depth ? 0 : l;
        p->ops->commit(p);
    }
    ck_assert_near(sum, want[_i].log_prob, 1e-3);
    predictor_free(p);
    free(h);
}
END_TEST

/* xi >= w_T P_T for a tree T that one can write down: the sequence 0 0 1 repeated needs the
 * last two bits, cost 2 x 2 - 1 nodes above depth D and KT at the leaves. */
START_TEST(the_mixture_is_at_least_the_weight_of_any_tree)
{
    enum { N = 300 };
    struct predictor *p = ctw(8, 1);
    double sum = 0, tree = -7 * log(2); /* full tree of depth 2: 7 nodes, none at depth 8 */
    unsigned count[4][2] = { { 0 } }, h[N];
    for (int i = 0; i < N; i++) {
        h[i] = i % 3 == 2;
        double l = learn(p, h[i]);
        if (i < 8)
            continue;
        unsigned *c = count[h[i - 1] + 2 * h[i - 2]];
        tree += log((c[h[i]] + 0.5) / (c[0] + c[1] + 1.));
        c[h[i]]++;
        sum += l;
        ck_assert_double_ge(sum, tree - 1e-6);
    }
    predictor_free(p);
}
END_TEST

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

START_TEST(the_fast_tree_agrees_with_the_reference)
{
    enum { N = 6000 };
    unsigned char h[N];
    uint64_t s = 0x853c49e6748fea9b;
    uint32_t depth = depths[_i % 4];
    struct predictor *p = ctw(depth, 1);
    struct oracle *o = oracle_new(depth);
    double worst = 0, fast = 0, slow = 0;
    for (int i = 0; i < N; i++) {
        h[i] = (unsigned char)source(_i / 4, h, i, &s);
        if (i % 5 == 3) { /* an action */
            p->ops->append(p, h[i]);
            oracle_append(o, h[i]);
            continue;
        }
        double l = learn(p, h[i]), want = oracle_update(o, h[i]);
        worst = fmax(worst, fabs(l - want));
        fast += l;
        slow += want;
    }
    predictor_free(p);
    oracle_free(o);
    ck_assert_double_le(worst / log(2), 5e-4);
    ck_assert_double_le(fabs(fast - slow) / log(2), 1e-3);
}
END_TEST

/* A long period, broken now and then: runs of tens of contexts are cut above runs whose
 * odds are beyond 2^60. */
START_TEST(long_runs_are_cut_exactly)
{
    struct predictor *p = ctw(300, 1);
    struct oracle *o = oracle_new(300);
    uint64_t s = 0x853c49e6748fea9b;
    double worst = 0;
    for (unsigned i = 0; i < 3000; i++) {
        unsigned bit = (i % 90 * 0x9e37U >> 5 & 1) ^ ((xorshift(&s) >> 40) % 60 == 0);
        worst = fmax(worst, fabs(learn(p, bit) - oracle_update(o, bit)));
    }
    predictor_free(p);
    oracle_free(o);
    ck_assert_double_le(worst, 1e-5);
}
END_TEST

/* Three trees of depth D, D + 1, D + 2, each over its own bit of the percept. */
START_TEST(a_factored_model_is_a_tree_for_each_percept_bit)
{
    enum { TREES = 3, D = 5 };
    struct predictor *p = ctw(D, TREES);
    struct oracle *o[TREES];
    uint64_t s = 99;
    for (unsigned k = 0; k < TREES; k++)
        o[k] = oracle_new(D + k);
    for (int t = 0; t < 700; t++) {
        unsigned action = xorshift(&s) >> 40 & 1;
        p->ops->append(p, action);
        for (unsigned k = 0; k < TREES; k++)
            oracle_append(o[k], action);
        for (unsigned k = 0; k < TREES; k++) {
            unsigned bit = (unsigned)(xorshift(&s) >> 40) % 4 <= 2 * (action ^ (k == 1));
            double one = p->ops->predict(p, k);
            p->ops->update(p, bit);
            double want = exp(oracle_update(o[k], bit));
            ck_assert_near(bit ? one : 1 - one, want, 1e-6);
            for (unsigned j = 0; j < TREES; j++)
                if (j != k)
                    oracle_append(o[j], bit);
        }
    }
    for (unsigned k = 0; k < TREES; k++)
        oracle_free(o[k]);
    predictor_free(p);
}
END_TEST

/* Two copies live the same life; one of them also dreams, in nested snapshots. */
START_TEST(dreams_are_forgotten_to_the_last_bit)
{
    static const char *const specs[] = { "ctw:depth=40",
                                         "fac-ctw:depth=11",
                                         "mix:ctw:depth=3+fac-ctw:depth=20",
                                         "switch:ctw:depth=3+ctw:depth=20",
                                         "convex:step=0.5:ctw:depth=3+ctw:depth=20",
                                         "ctw:depth=40:max-nodes=300" };
    enum { SLOTS = 4 };
    struct err err = { 0 };
    struct predictor *a = predictor_new(specs[_i], SLOTS, &err);
    struct predictor *b = predictor_new(specs[_i], SLOTS, &err);
    struct rng r = { { 1, 2, 3, (uint64_t)_i } };
    void *snap = malloc(2 * a->snap_size);
    char *inner = (char *)snap + a->snap_size;
    for (unsigned t = 0; t < 600; t++) {
        a->ops->save(a, snap);
        for (unsigned i = 0; i < 60 && t % 3 == 0; i++) {
            if (i == 20)
                a->ops->save(a, inner);
            if (i == 40)
                a->ops->restore(a, inner);
            if (i % 5 == 4)
                a->ops->append(a, rng_u64(&r) & 1);
            a->ops->predict(a, i % SLOTS);
            a->ops->update(a, rng_u64(&r) & 1);
        }
        a->ops->restore(a, snap);
        unsigned bit = t < 300 ? rng_below(&r, 3) == 0 : t / 3 % 2;
        ck_assert_double_eq(a->ops->predict(a, t % SLOTS), b->ops->predict(b, t % SLOTS));
        ck_assert_uint_eq(a->ops->bytes(a), b->ops->bytes(b));
        a->ops->update(a, bit);
        b->ops->update(b, bit);
        if (t % 2) {
            a->ops->commit(a);
            b->ops->commit(b);
        }
    }
    free(snap);
    predictor_free(a);
    predictor_free(b);
}
END_TEST

START_TEST(a_full_tree_goes_on_learning_with_what_it_has)
{
    enum { MOST = 64 };
    struct predictor *p = ctw_new(&(struct ctw_conf){ 16, 1, MOST });
    struct rng r = { { 5, 6, 7, 8 } };
    double late = 0;
    for (int i = 0; i < 20000; i++) {
        double l = learn(p, rng_unit(&r) < 0.9);
        late += i < 10000 ? 0 : l;
        p->ops->commit(p);
        ck_assert_uint_lt(ctw_nodes(p), MOST);
    }
    /* entropy of a 0.9 coin: 0.3251 nats */
    ck_assert_near(late / -10000, 0.3251, 0.03);
    predictor_free(p);
}
END_TEST

/* A source of order 2 puts the posterior there. */
START_TEST(the_order_of_the_source_is_found)
{
    struct predictor *p = ctw(12, 1);
    struct rng r = { { 5, 6, 7, 8 } };
    unsigned h1 = 0, h2 = 0;
    for (int i = 0; i < 4000; i++) {
        unsigned bit = rng_unit(&r) < (h1 ^ h2 ? 0.9 : 0.2);
        learn(p, bit);
        h2 = h1;
        h1 = bit;
    }
    double w[13], sum = 0, before = p->ops->predict(p, 0);
    ck_assert_uint_eq(p->ops->orders(p, 0, w, 13), 13);
    for (int d = 0; d < 13; d++)
        sum += w[d];
    ck_assert_near(sum, 1, 1e-9);
    ck_assert_double_gt(w[2], 0.9);
    ck_assert_double_eq(p->ops->predict(p, 0), before);
    predictor_free(p);
}
END_TEST

/* The nodes of compressed runs: coin flips make two nodes for each new context. */
START_TEST(a_new_context_costs_two_nodes_whatever_the_depth)
{
    struct predictor *p = ctw(96, 1);
    struct rng r = { { 5, 6, 7, 8 } };
    for (int i = 0; i < 5000 + 96; i++)
        learn(p, rng_u64(&r) & 1);
    ck_assert_uint_le(ctw_nodes(p), 2 * 5000);
    ck_assert_uint_ge(ctw_nodes(p), 2 * 4900);
    predictor_free(p);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("ctw");
    TCase *known_values = tcase_create("known values"), *laws = tcase_create("laws");
    tcase_add_loop_test(known_values,
                        short_sequences_have_the_probabilities_worked_out_by_hand, 0, 4);
    tcase_add_test(known_values, a_tree_predicts_a_half_until_it_has_its_context);
    tcase_add_test(known_values, one_context_alone_has_a_kt_estimator);
    tcase_add_loop_test(known_values, a_tree_is_the_mixture_of_all_suffix_trees, 1, 4);
    tcase_add_loop_test(known_values, a_long_stream_has_the_published_code_length, 0, 2);
    tcase_add_test(laws, the_mixture_is_at_least_the_weight_of_any_tree);
    tcase_add_loop_test(laws, the_fast_tree_agrees_with_the_reference, 0, 16);
    tcase_add_test(laws, long_runs_are_cut_exactly);
    tcase_add_test(laws, a_factored_model_is_a_tree_for_each_percept_bit);
    tcase_add_loop_test(laws, dreams_are_forgotten_to_the_last_bit, 0, 6);
    tcase_add_test(laws, a_full_tree_goes_on_learning_with_what_it_has);
    tcase_add_test(laws, the_order_of_the_source_is_found);
    tcase_add_test(laws, a_new_context_costs_two_nodes_whatever_the_depth);
    suite_add_tcase(s, known_values);
    suite_add_tcase(s, laws);
    return harness_run(s);
}
