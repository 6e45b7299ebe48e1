#include "config.h"

#include "class.h"
#include "goal.h"
#include "harness.h"
#include "hunt.h"
#include "mixture.h"
#include "registry.h"
#include "toy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS_MAX = 512, PERCEPTS_MAX = 8 };

/* The structured belief and the readable one, side by side. */
struct pair {
    struct model *goal, *plain;
    void *goal_snap, *plain_snap;
    struct rng rng;
};

static void open_pair(struct pair *p, const struct env *env, const double *w,
                      enum gain_form form)
{
    struct err err = { 0 };
    p->goal = class_goal(env, w);
    ck_assert_msg(p->goal, "not recognised as one hidden dispenser in a maze");
    p->plain = mixture_new(family_find("goal", env, &err), w, &err);
    ck_assert_msg(p->plain, "%s", err.text);
    ck_assert_uint_eq(p->goal->n, p->plain->n);
    p->goal->want = p->plain->want = WANT_PROB | WANT_GAIN | WANT_HINDSIGHT;
    p->goal->gain_form = p->plain->gain_form = form;
    p->goal_snap = malloc(p->goal->snap_size);
    p->plain_snap = malloc(p->plain->snap_size);
    rng_init(&p->rng, &(struct rng_key){ 3, RNG_PLAN, "check_goal", 0, 0 });
}

static void close_pair(struct pair *p)
{
    p->goal->ops->free(p->goal);
    p->plain->ops->free(p->plain);
    free(p->goal_snap);
    free(p->plain_snap);
}

static void compare_beliefs(const struct pair *p)
{
    static double a[CELLS_MAX], b[CELLS_MAX];
    ck_assert_near(p->goal->ops->entropy(p->goal), p->plain->ops->entropy(p->plain), 1e-12);
    size_t n = p->goal->ops->posterior(p->goal, a, CELLS_MAX);
    ck_assert_uint_le(n, CELLS_MAX);
    p->plain->ops->posterior(p->plain, b, CELLS_MAX);
    for (size_t k = 0; k < n; k++)
        ck_assert_near(a[k], b[k], 1e-12);
}

/* Both allow the same percepts, each with the same probability. */
static void compare_predictions(const struct pair *p, unsigned action)
{
    struct percept e[PERCEPTS_MAX], same[PERCEPTS_MAX];
    size_t n = p->plain->ops->support(p->plain, action, e, PERCEPTS_MAX);
    size_t m = p->goal->ops->support(p->goal, action, same, PERCEPTS_MAX);
    ck_assert_uint_eq(m, n);
    ck_assert_uint_le(n, PERCEPTS_MAX);
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < n && percept_key(same[k]) != percept_key(e[i]))
            k++;
        ck_assert_uint_lt(k, n);
        ck_assert_near(model_prob(p->goal, action, e[i], p->goal_snap),
                       model_prob(p->plain, action, e[i], p->plain_snap), 1e-12);
    }
}

/* One cycle in both, its percept drawn by either. */
static void live(struct pair *p, unsigned action)
{
    struct outcome o = { 0 }, same;
    compare_predictions(p, action);
    bool by_goal = rng_below(&p->rng, 2);
    struct model *first = by_goal ? p->goal : p->plain;
    struct model *second = by_goal ? p->plain : p->goal;
    first->ops->step(first, action, &p->rng, &o);
    same = (struct outcome){ .e = o.e };
    second->ops->condition(second, action, &same);
    ck_assert_near(o.prob, same.prob, 1e-12);
    ck_assert_near(o.gain, same.gain, 1e-11);
    ck_assert_near(o.hindsight, same.hindsight, 1e-12);
    compare_beliefs(p);
}

static void compare_on_random_histories(const struct env *env, const double *w,
                                        enum gain_form form)
{
    for (int life = 0; life < 5; life++) {
        struct pair p;
        open_pair(&p, env, w, form);
        rng_init(&p.rng, &(struct rng_key){ 3, RNG_PLAN, "life", 0, (uint32_t)life });
        for (int t = 0; t < 40; t++) {
            model_save(p.goal, p.goal_snap);
            model_save(p.plain, p.plain_snap);
            void *goal_deep = malloc(p.goal->snap_size);
            void *plain_deep = malloc(p.plain->snap_size);
            for (int d = 0; d < 6; d++) {
                /* compare_predictions() takes snapshots of its own. */
                void *keep[] = { p.goal_snap, p.plain_snap };
                p.goal_snap = goal_deep;
                p.plain_snap = plain_deep;
                live(&p, rng_below(&p.rng, env->space.n_actions));
                p.goal_snap = keep[0];
                p.plain_snap = keep[1];
            }
            model_restore(p.goal, p.goal_snap);
            model_restore(p.plain, p.plain_snap);
            model_release(p.goal);
            model_release(p.plain);
            free(goal_deep);
            free(plain_deep);
            live(&p, rng_below(&p.rng, env->space.n_actions));
        }
        close_pair(&p);
    }
}

static const struct corridor corridors[] = {
    { 2, 0, 1, 1, SEES_CELL },      { 5, 2, 4, 0.75, SEES_CELL },
    { 9, 0, 3, 0.3, SEES_NOTHING }, { 7, 6, 0, 1, SEES_CELL },
    { 12, 5, 5, 0.999, SEES_CELL }, { 3, 1, 1, 0.01, SEES_CELL },
};

START_TEST(it_is_the_mixture_on_corridors)
{
    struct env *env = corridor_open(&corridors[_i / 2]);
    compare_on_random_histories(env, NULL, _i % 2 ? GAIN_KL : GAIN_ENTROPY);
    env_close(env);
}
END_TEST

START_TEST(it_is_the_mixture_under_any_prior)
{
    double w[] = { 0.5, 0, 0.25, 0.2, 0.05 };
    struct env *env = corridor_open(&corridors[1]);
    compare_on_random_histories(env, w, GAIN_ENTROPY);
    env_close(env);
}
END_TEST

/* What a noise tile shows is as likely in every hypothesis: it teaches nothing. */
static const char *const noisy[] = {
    "gridworld:size=4,noise=start,symbols=3,walls=0.2",
    "gridworld:size=5,noise=start,theta=0.3,map_index=2",
    "gridworld:size=3,noise=start,percepts=cell,modifier=random,walls=0",
    "gridworld:size=4,noise=start,symbols=1,theta=1",
};

static struct env *open_world(struct spec_of *spec, const char *text)
{
    struct err err = { 0 };
    ck_assert_msg(kind_parse(spec, &env_shelf, text, &err), "%s", err.text);
    struct env *env = env_open(spec, 1, &err);
    ck_assert_msg(env != NULL, "%s", err.text);
    return env;
}

START_TEST(it_is_the_mixture_where_there_is_noise)
{
    struct spec_of spec;
    struct env *env = open_world(&spec, noisy[_i / 2]);
    compare_on_random_histories(env, NULL, _i % 2 ? GAIN_KL : GAIN_ENTROPY);
    env_close(env);
    kind_release(&spec);
}
END_TEST

/* Pearson's statistic of 3 degrees of freedom stays below its 99.99 % quantile. */
START_TEST(noise_is_drawn_as_it_is_likely)
{
    enum { STAY = 4, DOWN = 3, DRAWS = 40000, SYMBOLS = 4 };
    struct spec_of spec;
    struct env *env = open_world(&spec, "gridworld:size=4,noise=start,walls=0");
    struct pair p;
    double drawn[SYMBOLS] = { 0 }, expected = DRAWS / (double)SYMBOLS, chi2 = 0;
    open_pair(&p, env, NULL, GAIN_ENTROPY);
    struct outcome o = { 0 };
    p.goal->ops->step(p.goal, DOWN, &p.rng, &o);
    for (int i = 0; i < DRAWS; i++) {
        p.goal->ops->step(p.goal, STAY, &p.rng, &o);
        ck_assert_uint_lt(o.e.obs, SYMBOLS);
        ck_assert_double_eq(o.prob, 1.0 / SYMBOLS);
        drawn[o.e.obs]++;
    }
    for (int i = 0; i < SYMBOLS; i++)
        chi2 += (drawn[i] - expected) * (drawn[i] - expected) / expected;
    ck_assert_double_lt(chi2, 21.11);
    close_pair(&p);
    env_close(env);
    kind_release(&spec);
}
END_TEST

/* Noise where a dispenser may stand would need one weight for all its percepts. */
START_TEST(a_dispenser_in_the_noise_is_left_to_the_mixture)
{
    struct env *env = corridor_open(&(struct corridor){ 4, 0, 1, 0.5, SEES_COIN });
    ck_assert_ptr_null(class_goal(env, NULL));
    env_close(env);
}
END_TEST

/* Every second hypothesis of this family has a noise of its own. */
static struct env *whisper(const struct family *f, size_t k, struct err *err)
{
    struct spec_of spec;
    struct env *like = open_world(&spec, k % 2 ? "gridworld:size=3,noise=start,symbols=2"
                                               : "gridworld:size=3,noise=start");
    struct env *h = class_at(like, "goal", k, err);
    (void)f;
    env_close(like);
    kind_release(&spec);
    return h;
}

START_TEST(noise_that_tells_hypotheses_apart_is_left_to_the_mixture)
{
    struct spec_of spec;
    struct env *env = open_world(&spec, "gridworld:size=3,noise=start");
    struct model *m = class_goal(env, NULL);
    ck_assert_ptr_nonnull(m);
    m->ops->free(m);
    struct family *f = family_find("goal", env, NULL);
    struct family_ops whispering = *f->ops;
    whispering.at = whisper;
    f->ops = &whispering;
    ck_assert_ptr_null(goal_new(f, NULL));
    family_close(f);
    env_close(env);
    kind_release(&spec);
}
END_TEST

/* 600 fruitless visits to one cell: its log weight goes on falling. */
START_TEST(no_hypothesis_dies_of_underflow)
{
    struct env *env = corridor_open(&corridors[1]);
    struct pair p;
    open_pair(&p, env, NULL, GAIN_ENTROPY);
    for (int t = 0; t < 600; t++) {
        struct outcome o = { .e = { 2, -1 } };
        ck_assert_double_gt(p.goal->ops->condition(p.goal, 1, &o), 0);
    }
    const double *lw = p.goal->ops->log_weights(p.goal);
    ck_assert_near(lw[2] - lw[0], 600 * log(0.25), 1e-8);
    close_pair(&p);
    env_close(env);
}
END_TEST

START_TEST(an_impossible_percept_changes_nothing)
{
    struct env *env = corridor_open(&corridors[1]);
    struct pair p;
    open_pair(&p, env, NULL, GAIN_ENTROPY);
    struct outcome o = { .e = { 4, -1 } };
    ck_assert_double_eq(p.goal->ops->condition(p.goal, 1, &o), 0);
    compare_beliefs(&p);
    close_pair(&p);
    env_close(env);
}
END_TEST

START_TEST(noise_never_says_what_it_cannot)
{
    enum { DOWN = 3 };
    static const struct percept impossible[] = { { 4, -1 }, { 0, 99 }, { 3, -6 } };
    struct spec_of spec;
    struct env *env = open_world(&spec, "gridworld:size=4,noise=start,walls=0");
    struct pair p;
    open_pair(&p, env, NULL, GAIN_ENTROPY);
    for (int i = 0; i < 3; i++) {
        struct outcome o = { .e = impossible[i] };
        ck_assert_double_eq(p.goal->ops->condition(p.goal, DOWN, &o), 0);
        ck_assert_double_eq(p.plain->ops->condition(p.plain, DOWN, &o), 0);
    }
    compare_predictions(&p, DOWN);
    close_pair(&p);
    env_close(env);
    kind_release(&spec);
}
END_TEST

START_TEST(a_hunt_shows_the_maze)
{
    struct env *env = corridor_open(&corridors[1]);
    struct model *m = class_goal(env, NULL);
    const struct hunt *h = hunt_of(m);
    ck_assert_uint_eq(h->n_cells, 5);
    ck_assert_uint_eq(h->n_actions, 3);
    ck_assert_near(h->theta, 0.75, 1e-15);
    ck_assert_int_eq(h->prize, 11);
    double total = 0;
    for (uint32_t s = 0; s < 5; s++)
        total += h->w[s];
    ck_assert_near(total, 1, 1e-12);
    for (uint32_t i = 0; i < 15; i++) {
        ck_assert_int_eq(h->rew[i], -1);
        ck_assert(h->lands[i]);
    }
    m->ops->free(m);
    env_close(env);
}
END_TEST

/* Nothing ever pays: that is not a hunt. */
START_TEST(a_world_of_another_shape_is_left_to_the_mixture)
{
    struct env *env = corridor_open(&(struct corridor){ 4, 0, 1, 0, SEES_CELL });
    ck_assert_ptr_null(class_goal(env, NULL));
    env_close(env);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("goal");
    TCase *tc = tcase_create("goal");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, it_is_the_mixture_on_corridors, 0,
                        2 * sizeof corridors / sizeof *corridors);
    tcase_add_test(tc, it_is_the_mixture_under_any_prior);
    tcase_add_loop_test(tc, it_is_the_mixture_where_there_is_noise, 0,
                        2 * sizeof noisy / sizeof *noisy);
    tcase_add_test(tc, noise_is_drawn_as_it_is_likely);
    tcase_add_test(tc, noise_never_says_what_it_cannot);
    tcase_add_test(tc, a_dispenser_in_the_noise_is_left_to_the_mixture);
    tcase_add_test(tc, noise_that_tells_hypotheses_apart_is_left_to_the_mixture);
    tcase_add_test(tc, no_hypothesis_dies_of_underflow);
    tcase_add_test(tc, an_impossible_percept_changes_nothing);
    tcase_add_test(tc, a_hunt_shows_the_maze);
    tcase_add_test(tc, a_world_of_another_shape_is_left_to_the_mixture);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
