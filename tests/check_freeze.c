#include "config.h"

#include "bitwise.h"
#include "class.h"
#include "dirichlet.h"
#include "harness.h"
#include "mixture.h"
#include "registry.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

/* A frozen model lives on in another: the same future to the last bit. */

/* Each with a world that gives it something to learn. */
static const struct {
    const char *world, *model; /* "mixture FAMILY", "goal", "dirichlet" or a predictor */
} cases[] = {
    { "gridworld:size=4", "mixture goal" },
    { "gridworld:size=4,noise=start,symbols=3", "mixture goal" },
    { "bandit:means=0.2+0.9+0.4", "mixture places" },
    { "tiger", "mixture mu" },
    { "ipd", "mixture opponents" },
    { "gridworld:size=5", "goal" },
    { "gridworld:size=5,noise=start,symbols=3", "goal" },
    { "gridworld:size=5,traps=0.1,trap=-20", "dirichlet" },
    { "gridworld:size=5,percepts=cell", "dirichlet" },
    { "tiger", "ctw:depth=12" },
    { "tiger", "ctw:depth=12:max-nodes=40" },
    { "gridworld:size=4,bump=-2,prize=4", "fac-ctw:depth=8" },
    { "tiger", "mix:ctw:depth=3+ctw:depth=9" },
    { "tiger", "switch:rate=0.01:ctw:depth=3+ctw:depth=9" },
    { "tiger", "convex:ctw:depth=3++mix:ctw:depth=5+fac-ctw:depth=4" },
};
enum { CASES = sizeof cases / sizeof *cases, LIVED = 60, TO_COME = 50, IMAGINED = 5 };

static struct model *open_model(const struct env *env, const char *text, struct err *err)
{
    if (!strncmp(text, "mixture ", 8))
        return mixture_new(family_find(text + 8, env, err), NULL, err);
    if (!strcmp(text, "goal"))
        return class_goal(env, NULL);
    if (!strcmp(text, "dirichlet"))
        return dirichlet_new(env, err);
    return bitwise_new(&env->space, text, err);
}

/* What a cycle of the model told: all that a planner may read of it. */
struct told {
    struct outcome imagined[IMAGINED], real;
    double entropy;
    uint64_t key;
};

/* Imagines some cycles, then lives the first of them. */
static struct told live(struct model *m, struct rng *rng)
{
    struct told told = { 0 };
    void *snap = xcalloc(1, m->snap_size);
    unsigned first = 0;
    m->want = WANT_PROB | WANT_GAIN;
    model_save(m, snap);
    for (int i = 0; i < IMAGINED; i++) {
        unsigned action = rng_below(rng, m->space.n_actions);
        m->ops->step(m, action, rng, &told.imagined[i]);
        first = i ? first : action;
    }
    model_restore(m, snap);
    model_release(m);
    told.real.e = told.imagined[0].e;
    ck_assert(m->ops->condition(m, first, &told.real) > 0);
    told.entropy = m->ops->entropy ? m->ops->entropy(m) : 0;
    told.key = m->ops->key ? m->ops->key(m) : 0;
    free(snap);
    return told;
}

/* `to` believes what `from` does. */
static void move_over(const struct model *from, struct model *to)
{
    struct err err = { 0 };
    void *bytes = xcalloc(1, from->ops->frozen_size(from));
    from->ops->freeze(from, bytes);
    ck_assert_msg(to->ops->thaw(to, bytes, &err), "%s", err.text);
    free(bytes);
}

/* A model of a world opened from its text. */
struct opened {
    struct spec_of spec;
    struct env *env;
    struct model *m;
};

static struct opened open_in(const char *world, const char *model)
{
    struct err err = { 0 };
    struct opened o;
    ck_assert_msg(kind_parse(&o.spec, &env_shelf, world, &err), "%s", err.text);
    o.env = env_open(&o.spec, 3, &err);
    o.m = open_model(o.env, model, &err);
    ck_assert_msg(o.m, "%s: %s", model, err.text);
    return o;
}

static void end(struct opened *o)
{
    o->m->ops->free(o->m);
    env_close(o->env);
    kind_release(&o->spec);
}

START_TEST(the_thawed_model_lives_the_same_future)
{
    struct opened first = open_in(cases[_i].world, cases[_i].model);
    struct opened second = open_in(cases[_i].world, cases[_i].model);
    struct model *a = first.m, *b = second.m;
    struct rng mine, other;
    rng_init(&mine, &(struct rng_key){ 1, RNG_PLAN, "mine", 0, 0 });
    rng_init(&other, &(struct rng_key){ 1, RNG_PLAN, "other", 0, 0 });
    for (int t = 0; t < LIVED; t++) {
        live(a, &mine);
        live(b, &other); /* what it has seen must leave no trace */
    }
    move_over(a, b);
    other = mine;
    for (int t = 0; t < TO_COME; t++) {
        struct told x = live(a, &mine), y = live(b, &other);
        ck_assert_msg(!memcmp(&x, &y, sizeof x), "%s in %s: cycle %d differs",
                      cases[_i].model, cases[_i].world, t + 1);
    }
    end(&first);
    end(&second);
}
END_TEST

START_TEST(bytes_of_another_model_are_refused)
{
    static const struct {
        const char *world, *other, *from, *to, *say;
    } pairs[] = {
        { "gridworld:size=4", "gridworld:size=5", "mixture floor", "mixture floor",
          "what was frozen is of a class of 10 hypotheses, not 13" },
        { "gridworld:size=4", "gridworld:size=5", "goal", "goal",
          "what was frozen has 4 hypotheses, not 10" },
        { "gridworld:size=4", "gridworld:size=5", "dirichlet", "dirichlet",
          "what was frozen has 36 cells, not 49" },
        { "tiger", "tiger", "ctw:depth=4", "ctw:depth=5",
          "what was frozen is no ctw of depth 5" },
        { "tiger", "tiger", "mix:ctw:depth=4", "mix:ctw:depth=4+ctw:depth=5",
          "what was frozen is no ensemble of 2 models" },
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct err err = { 0 };
        struct opened first = open_in(pairs[i].world, pairs[i].from);
        struct opened second = open_in(pairs[i].other, pairs[i].to);
        const struct model *from = first.m;
        struct model *to = second.m;
        void *bytes = xcalloc(1, from->ops->frozen_size(from));
        from->ops->freeze(from, bytes);
        ck_assert(!to->ops->thaw(to, bytes, &err));
        ck_assert_str_eq(err.text, pairs[i].say);
        free(bytes);
        end(&first);
        end(&second);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("freeze");
    TCase *tc = tcase_create("freeze");
    tcase_add_loop_test(tc, the_thawed_model_lives_the_same_future, 0, CASES);
    tcase_add_test(tc, bytes_of_another_model_are_refused);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
