#include "config.h"

#include "ctw_oracle.h"
#include "harness.h"
#include "life.h"

#include <math.h>
#include <string.h>

static struct insight think(struct life *l)
{
    struct insight in = { 0 };
    unsigned action;
    ck_assert(l->ag->ops->act(l->ag, &l->s.mind, &action, NULL));
    mind_of(l->ag)->inspect(l->ag, &in);
    return in;
}

static void live(struct life *l, unsigned action, uint32_t obs, int32_t rew)
{
    struct err err = { 0 };
    struct cycle c = { action, { obs, rew }, BY_AGENT };
    ck_assert(l->ag->ops->update(l->ag, &c, &err));
    l->ag->t++;
}

/* Depth 1, H = N = 1, M = 2: the return is the reward, predicted from the action alone.
 * After (1, 1), (0, 0), (1, 1) the root has seen a zero and two ones and its children {two
 * ones} and {one zero}: P_w = (1/16 + 3/8 x 1/2) / 2 = 1/8. With one more 1 after action 1
 * it is (5/128 + 5/16 x 1/2) / 2 = 25/256, after action 0 (5/128 + 3/8 x 1/8) / 2 = 11/256.
 * Bins stand for 1/4 and 3/4. */
START_TEST(a_short_history_has_the_expectation_worked_out_by_hand)
{
    struct life l;
    life_begin(&l, "aiqi:horizon=1,bins=2,gamma=1,predictor=ctw:depth=1", "coin-flip", 1);
    struct insight in = think(&l);
    ck_assert_near(in.value[0], 0.5, 1e-12);
    live(&l, 1, 1, 1);
    live(&l, 0, 1, 0);
    live(&l, 1, 1, 1);
    in = think(&l);
    ck_assert_near(in.value[1], 0.25 + 0.5 * 25. / 32, 1e-6);
    ck_assert_near(in.value[0], 0.25 + 0.5 * 11. / 32, 1e-6);
    life_end(&l);
}
END_TEST

/* ---- by definition: every history of every phase written out anew, learned by the
 * reference context tree, and every bin asked for */

enum {
    CYCLES = 40,
    REW_MIN = -1,
    REW_RANGE = 2,
    ACTION_BITS = 2,
    OBS_BITS = 2,
    REW_BITS = 2
};

struct variant {
    const char *spec;
    unsigned depth, horizon, bins, bits, period;
    double gamma;
    bool factored;
};

static const struct variant settings[] = {
    { "aiqi:horizon=1,bins=2,gamma=1,predictor=ctw:depth=3", 3, 1, 2, 1, 1, 1, false },
    { "aiqi:horizon=3,bins=4,gamma=0.5,predictor=ctw:depth=5", 5, 3, 4, 2, 3, 0.5, false },
    { "aiqi:horizon=2,bins=5,gamma=1,period=5,predictor=fac-ctw:depth=4", 4, 2, 5, 3, 5, 1,
      true },
    { "aiqi:horizon=4,bins=6,gamma=0.9,period=7,predictor=ctw:depth=9", 9, 4, 6, 3, 7, 0.9,
      false },
};

struct augmented {
    const struct variant *s;
    struct oracle *tree[3];
};

static void append(struct augmented *h, uint32_t value, unsigned bits)
{
    while (bits-- > 0)
        for (unsigned k = 0; k < h->s->bits; k++)
            oracle_append(h->tree[k], value >> bits & 1);
}

/* ln P(z): the bits of z, less those that no bin is without. */
static double learn(struct augmented *h, unsigned z)
{
    double log_prob = 0;
    for (unsigned slot = 0; slot < h->s->bits; slot++) {
        unsigned left = h->s->bits - slot, bit = z >> (left - 1) & 1, other = 0;
        for (unsigned k = 0; k < h->s->bins; k++) /* same bits before, another one here */
            other |= k >> left == z >> left && (k >> (left - 1) & 1) != bit;
        for (unsigned k = 0; k < h->s->bits; k++)
            if (other && k == (h->s->factored ? slot : 0))
                log_prob += oracle_update(h->tree[k], bit);
            else
                oracle_append(h->tree[k], bit);
    }
    return log_prob;
}

static unsigned return_bin(const struct variant *s, const struct cycle *cycle, unsigned i)
{
    double r = 0, most = 0;
    for (unsigned k = 0; k < s->horizon; k++) {
        r += pow(s->gamma, k) * (cycle[i + k].e.rew - REW_MIN);
        most += pow(s->gamma, k) * REW_RANGE;
    }
    unsigned bin = (unsigned)floor(r * s->bins / most);
    return bin == s->bins ? bin - 1 : bin;
}

/* P(z_t = z | history before cycle t, action). */
static double prob(const struct variant *s, const struct cycle *cycle, unsigned t,
                   unsigned action, unsigned z)
{
    struct augmented h = { .s = s };
    for (unsigned k = 0; k < s->bits; k++)
        h.tree[k] = oracle_new(s->factored ? s->depth + k : s->depth);
    for (unsigned i = 1; i < t; i++) {
        append(&h, cycle[i].action, ACTION_BITS);
        if (i % s->period == t % s->period)
            learn(&h, return_bin(s, cycle, i));
        append(&h, cycle[i].e.obs, OBS_BITS);
        append(&h, (uint32_t)(cycle[i].e.rew - REW_MIN), REW_BITS);
    }
    append(&h, action, ACTION_BITS);
    double p = exp(learn(&h, z));
    for (unsigned k = 0; k < s->bits; k++)
        oracle_free(h.tree[k]);
    return p;
}

START_TEST(actions_have_the_values_of_the_definition)
{
    const struct variant *s = &settings[_i];
    struct cycle cycle[CYCLES + 1];
    struct rng r = { { 5, 6, 7, 8 } };
    struct life l;
    double weight = 0;
    life_begin(&l, s->spec, "biased-rps", 1);
    for (unsigned k = 0; k < s->horizon; k++)
        weight += pow(s->gamma, k);
    for (unsigned t = 1; t <= CYCLES; t++) {
        struct insight in = think(&l);
        for (unsigned a = 0; a < in.n_actions; a++) {
            double mean = 0, sum = 0;
            for (unsigned z = 0; z < s->bins; z++) {
                double p = prob(s, cycle, t, a, z);
                sum += p;
                mean += p * weight * (REW_MIN + REW_RANGE * (z + 0.5) / s->bins);
            }
            ck_assert_near(sum, 1, 1e-9);
            ck_assert_near(in.value[a], mean, 1e-5);
        }
        cycle[t] = (struct cycle){ rng_below(&r, 3),
                                   { rng_below(&r, 3), (int32_t)rng_below(&r, 3) - 1 },
                                   BY_AGENT };
        live(&l, cycle[t].action, cycle[t].e.obs, cycle[t].e.rew);
    }
    life_end(&l);
}
END_TEST

/* ---- it learns */

START_TEST(a_biased_coin_is_learned)
{
    double mean = life_learned("aiqi:horizon=2,bins=4,predictor=ctw:depth=8,epsilon=0.02",
                               "coin-flip:p=0.8", 1000, 2000);
    ck_assert_near(mean, 0.8 - 0.01 * 0.6, 3 * 0.009); /* sd of 2000 flips */
}
END_TEST

START_TEST(a_maze_without_percepts_is_learned)
{
    double mean = life_learned("aiqi:horizon=4,bins=5,gamma=1,epsilon-decay=0.3,epsilon=1",
                               "maze-1d", 4000, 2000);
    ck_assert_double_ge(mean, 0.4); /* at random .25, optimum .5, 8 % at random */
}
END_TEST

START_TEST(wrong_settings_are_told)
{
    static const struct {
        const char *agent, *message;
    } bad[] = {
        { "aiqi:horizon=5,period=4", "period=4 is less than horizon=5" },
        { "aiqi:predictor=ctw:depth=0", "out of range" },
        { "aiqi:predictor=cwt", "cwt" },
    };
    life_refused(bad[_i].agent, "coin-flip", bad[_i].message);
}
END_TEST

START_TEST(percepts_too_large_to_encode_are_told) { life_refused_wide("aiqi"); }
END_TEST

int main(void)
{
    Suite *s = suite_create("aiqi");
    TCase *definition = tcase_create("definition"), *learning = tcase_create("learning");
    tcase_add_test(definition, a_short_history_has_the_expectation_worked_out_by_hand);
    tcase_add_loop_test(definition, actions_have_the_values_of_the_definition, 0, 4);
    tcase_add_loop_test(definition, wrong_settings_are_told, 0, 3);
    tcase_add_test(definition, percepts_too_large_to_encode_are_told);
    tcase_set_timeout(learning, 60);
    tcase_add_test(learning, a_biased_coin_is_learned);
    tcase_add_test(learning, a_maze_without_percepts_is_learned);
    suite_add_tcase(s, definition);
    suite_add_tcase(s, learning);
    return harness_run(s);
}
