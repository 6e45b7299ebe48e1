#include "config.h"

#include "belief.h"
#include "code.h"
#include "fsm.h"
#include "harness.h"
#include "registry.h"
#include "vi.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The worlds of Veness et al., JAIR 40 (2011), section 7.1, by what the best policy that
 * sees percepts alone earns in them a cycle: computed here from their laws. */

static struct env *open_world(const char *spec)
{
    struct spec_of s;
    struct err err = { 0 };
    ck_assert_msg(kind_parse(&s, &env_shelf, spec, &err), "%s", err.text);
    struct env *env = env_open(&s, 0, &err);
    ck_assert_msg(env != NULL, "%s", err.text);
    kind_release(&s);
    return env;
}

/* Reward per cycle in the long run: of cycles 1001 .. 3000 under the optimal plan of 3000
 * over belief states; NAN: there are too many. */
static double optimum(const char *spec)
{
    struct err err = { 0 };
    struct env *env = open_world(spec), *seen = env;
    if (env->hidden)
        seen = belief_open(env, NULL, 1000, &err);
    if (!seen)
        ck_abort_msg("%s", err.text);
    if (seen != env)
        belief_round(seen);
    struct alphabet percepts = { 0 };
    struct rng rng = { { 1, 2, 3, 4 } };
    double mean = NAN;
    void *start = xcalloc(1, seen->state_size);
    env_reset(seen, start, &rng);
    struct fsm *f = fsm_new(seen, start, 1 << 16, &percepts);
    if (f)
        mean = (vi_optimal_sum(f, 3000, NULL) - vi_optimal_sum(f, 1000, NULL)) / 2000;
    fsm_free(f);
    alphabet_release(&percepts);
    free(start);
    if (seen != env)
        env_close(seen);
    env_close(env);
    return mean;
}

static const struct {
    const char *spec;
    double optimum;
} worlds[] = {
    { "coin-flip:p=0.8", 0.8 },
    { "maze-1d", 0.5 },
    { "cheese-maze", 1.55814 },    /* with teleport to any cell without the cheese */
    { "tiger:hearing=1", 4.5 },    /* listen, then open: (-1 + 10) / 2 */
    { "tiger", 1.0838 },           /* listen until one side is two ahead */
    { "extended-tiger", 4.99284 }, /* the same, then stand up for nothing */
    { "grid-4x4", 0.241935 }, /* 1 in 4.1333 cycles, the mean way from the other cells */
    { "biased-rps", 0.25 },
    { "kuhn-poker", 1.0 / 18 }, /* Kuhn 1950: what the first player concedes */
    { "kuhn-poker:a=0.2", 1.0 / 18 },
};

START_TEST(the_best_policy_earns_what_is_known)
{
    ck_assert_near(optimum(worlds[_i].spec), worlds[_i].optimum, 1e-4);
}
END_TEST

/* Table 1 of the paper; pacman from its text. */
static const struct {
    const char *spec;
    unsigned action, obs, rew;
} codes[] = {
    { "maze-1d", 1, 1, 1 },        { "cheese-maze", 2, 4, 5 }, { "tiger", 2, 2, 7 },
    { "extended-tiger", 2, 3, 8 }, { "grid-4x4", 2, 1, 1 },    { "tictactoe", 4, 18, 3 },
    { "biased-rps", 2, 2, 2 },     { "kuhn-poker", 1, 4, 3 },  { "pacman", 2, 16, 8 },
};

START_TEST(percepts_have_the_bits_of_the_paper)
{
    struct err err = { 0 };
    struct code code;
    struct env *env = open_world(codes[_i].spec);
    ck_assert_msg(code_init(&code, &env->space, &err), "%s", err.text);
    ck_assert_uint_eq(code.action_bits, codes[_i].action);
    ck_assert_uint_eq(code.obs_bits, codes[_i].obs);
    ck_assert_uint_eq(code.rew_bits, codes[_i].rew);
    env_close(env);
}
END_TEST

/* "Running into a wall and being caught" is 60 in the paper's text and 61 in its program:
 * the same random life with both prices. */
START_TEST(a_bump_of_pacman_costs_what_is_asked)
{
    static const char *const specs[] = { "pacman", "pacman:bump=10" };
    int32_t least[2] = { 0 }, total[2] = { 0 };
    for (int i = 0; i < 2; i++) {
        struct env *env = open_world(specs[i]);
        struct rng rng = { { 1, 2, 3, 4 } };
        unsigned char *state = xcalloc(1, env->state_size);
        env_reset(env, state, &rng);
        for (int t = 0; t < 20000; t++) {
            int32_t rew = env_step(env, state, rng_below(&rng, 4), &rng).rew;
            least[i] = rew < least[i] ? rew : least[i];
            total[i] += rew;
        }
        ck_assert_int_eq(least[i], env->space.rew_min);
        free(state);
        env_close(env);
    }
    ck_assert_int_eq(least[0], -61);
    ck_assert_int_eq(least[1], -60);
    ck_assert_int_gt(total[1] - total[0], 8000); /* 8465 bumps of 20000 */
    ck_assert_int_lt(total[1] - total[0], 9000);
}
END_TEST

/* The packed edges are those with a choice alone, one after the other from 1 on; the cuts
 * of a choice rise to the end. */
START_TEST(automata_pack_what_is_left_to_chance)
{
    struct env *env = open_world("cheese-maze");
    struct alphabet percepts = { 0 };
    unsigned char start = 0;
    env_reset(env, &start, &(struct rng){ { 1, 2, 3, 4 } });
    struct fsm *f = fsm_new(env, &start, 100, &percepts);
    ck_assert_ptr_nonnull(f);
    uint32_t at = 1, random = 0;
    for (uint32_t i = 0; i < f->n_states * f->n_actions; i++) {
        uint32_t n = f->first[i + 1] - f->first[i];
        ck_assert_uint_eq(f->jump[i].alt, n > 1 ? at : 0);
        for (uint32_t k = 0; n > 1 && k < n; k++, at++)
            ck_assert_uint_eq(f->choice[at].cut,
                              k + 1 == n ? UINT32_MAX
                                         : (uint32_t)lround((k + 1) * 0x1p32 / n));
        random += n > 1;
    }
    ck_assert_uint_eq(random, 1); /* down to the cheese, from the cell above it */
    fsm_free(f);
    alphabet_release(&percepts);
    env_close(env);
}
END_TEST

/* A ring whose step may be skipped: two choices a state. */
struct ring {
    struct env base;
    uint32_t states;
};

static size_t skip_or_step(const struct env *env, const void *state, unsigned action,
                           struct transition *out, void *next)
{
    uint32_t at = *(const uint32_t *)state, *to = next;
    (void)action;
    for (uint32_t i = 0; i < 2; i++) {
        out[i] = (struct transition){ 0.5, { i, 0 } };
        to[i] = (at + i) % ((const struct ring *)env)->states;
    }
    return 2;
}

/* Choice 0 is none and numbers have 16 bits: 2 * 32767 choices are 1 to 65534. */
START_TEST(automata_pack_what_can_be_numbered)
{
    static const struct env_ops ops = { .transitions = skip_or_step };
    for (uint32_t more = 0; more < 2; more++) {
        struct ring r = { { .ops = &ops, .space = { .n_actions = 1, .n_obs = 2 } },
                          32767 + more };
        struct alphabet percepts = { 0 };
        uint32_t start = 0;
        r.base.state_size = sizeof start;
        r.base.max_transitions = 2;
        struct fsm *f = fsm_new(&r.base, &start, 1 << 16, &percepts);
        ck_assert_ptr_nonnull(f);
        ck_assert_uint_eq(f->n_states, r.states);
        ck_assert_msg((f->jump != NULL) == !more, "%u states", r.states);
        if (f->jump)
            ck_assert_uint_eq(f->jump[32766].alt, 65533);
        fsm_free(f);
        alphabet_release(&percepts);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("jair");
    TCase *tc = tcase_create("jair");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, the_best_policy_earns_what_is_known, 0,
                        (int)(sizeof worlds / sizeof *worlds));
    tcase_add_test(tc, a_bump_of_pacman_costs_what_is_asked);
    tcase_add_test(tc, automata_pack_what_is_left_to_chance);
    tcase_add_test(tc, automata_pack_what_can_be_numbered);
    tcase_add_loop_test(tc, percepts_have_the_bits_of_the_paper, 0,
                        (int)(sizeof codes / sizeof *codes));
    suite_add_tcase(s, tc);
    return harness_run(s);
}
