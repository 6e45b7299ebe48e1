#include "config.h"

#include "expectimax.h"
#include "harness.h"
#include "posterior.h"
#include "registry.h"
#include "spec.h"
#include "toy.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What has a name: a shelf of one's own, whose kinds an owner's table has in the middle of
 * its rows without a word of any of them. */

struct config {
    int64_t before, after;
    double real;
    const struct kind *chosen;
    void **each;
};
struct apple {
    struct config in; /* the rows of the macros are of a struct config */
    char *text;
};

static const struct param apple_rows[] = {
    INT("seeds", before, .def = 3, .max = 9, .help = "seeds"),
    PARAM(struct apple, PARAM_STRING, "label", text, .unit = "TEXT", .help = "label"),
    { 0 },
};
static const struct param pear_rows[] = {
    REAL("length", real, .def = 0.5, .max = 1, .help = "length"),
    { 0 },
};
static const struct kind apple = { "apple", "round", 1, apple_rows, sizeof(struct apple),
                                   NULL };
static const struct kind red = { "red-apple", "the same",           1,
                                 apple_rows,  sizeof(struct apple), NULL };
static const struct kind quick = { "quick", "a faster pear", 1, no_params, 0, "pear" };
static const struct kind pear = {
    "pear", "long", 1, pear_rows, sizeof(struct config), NULL
};
static const struct kind *const fruit[] = { &apple, &red, &quick, &pear, NULL };
static const struct shelf fruits = {
    .sort = "fruit", .plural = "fruits", .word = "fruit", .at = fruit
};

static const struct param basket_rows[] = {
    INT("first", before, .def = 1, .max = 9, .help = "first"),
    KIND("fruit", chosen, fruits, .none = "any", .usual = "pear", .help = "which"),
    EACH(each, fruits),
    INT("last", after, .def = 2, .max = 9, .help = "last"),
    { 0 },
};
static const struct kind basket = { "basket",    "of fruits",           1,
                                    basket_rows, sizeof(struct config), NULL };
static const struct kind *const basket_at[] = { &basket, NULL };
static const struct shelf baskets = {
    .sort = "basket", .plural = "baskets", .word = "basket", .at = basket_at
};

START_TEST(rows_of_a_shelf_stand_in_their_owners_place)
{
    const char *names[8];
    ck_assert_uint_eq(param_names(basket_rows, names, 8), 6);
    static const char *const expected[] = { "first", "fruit",  "seeds",
                                            "label", "length", "last" };
    for (size_t i = 0; i < 6; i++)
        ck_assert_str_eq(names[i], expected[i]);
}
END_TEST

START_TEST(each_kind_is_set_in_its_own_configuration)
{
    struct spec_of s, twin;
    struct err err = { 0 };
    ck_assert_msg(kind_parse(&s, &baskets, "basket:last=5,label=x,seeds=7,fruit=any", &err),
                  "%s", err.text);
    ck_assert_str_eq(s.canonical, "basket-v1:fruit=any,seeds=7,label=x,last=5");
    struct config *c = s.config;
    ck_assert_ptr_null(c->chosen);
    ck_assert_int_eq(((struct apple *)c->each[0])->in.before, 7);
    ck_assert_ptr_eq(c->each[0], c->each[1]); /* one table, one configuration */
    ck_assert(kind_set(&s, "length", "0.25", &err));
    kind_copy(&twin, &s);
    kind_release(&s);
    ck_assert_str_eq(twin.canonical,
                     "basket-v1:fruit=any,seeds=7,label=x,length=0.25,last=5");
    kind_release(&twin);
}
END_TEST

START_TEST(a_form_is_not_asked_for_by_its_name)
{
    struct spec_of s;
    struct err err = { 0 };
    ck_assert(!kind_parse(&s, &baskets, "basket:fruit=quick", &err));
    ck_assert_str_eq(err.text, "basket: fruit cannot be 'quick' (one of any, apple, "
                               "red-apple, pear)");
    err = (struct err){ 0 };
    ck_assert(!kind_parse(&s, &baskets, "basket:fruit=paer", &err));
    ck_assert_ptr_nonnull(strstr(err.text, "did you mean 'pear'?"));
}
END_TEST

/* ---- planners */

START_TEST(unknown_models_and_planners_are_told_what_there_is)
{
    static const struct {
        const char *spec, *says;
    } bad[] = {
        { "aixi:planner=mtcs",
          "aixi: planner cannot be 'mtcs'; did you mean 'mcts'? (one of "
          "auto, mcts, exact)" },
        { "aixi:planner=hunter",
          "aixi: planner cannot be 'hunter' (one of auto, mcts, exact)" },
        { "aixi:model=mixtur",
          "aixi: model cannot be 'mixtur'; did you mean 'mixture'? (one of mixture, "
          "plain-mixture, dirichlet)" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct spec_of s;
        struct err err = { 0 };
        ck_assert(!kind_parse(&s, &agent_shelf, bad[i].spec, &err));
        ck_assert_str_eq(err.text, bad[i].says);
    }
}
END_TEST

/* Names of all rows that may stand together in an agent's table. */
START_TEST(no_two_rows_of_an_agent_have_one_name)
{
    for (size_t i = 0; agent_shelf.at[i]; i++) {
        const char *names[256];
        size_t n = param_names(agent_shelf.at[i]->params, names, 256);
        for (size_t a = 0; a < n; a++)
            for (size_t b = 0; b < a; b++)
                ck_assert_msg(strcmp(names[a], names[b]) != 0, "%s has %s twice",
                              agent_shelf.at[i]->name, names[a]);
    }
}
END_TEST

/* Whatever stands on the shelf can plan where it says so: exact ones agree to 1e-12, and a
 * sampler's best is not far off. No name of a planner is written here but that of the
 * oracle. */
START_TEST(every_planner_that_fits_agrees_with_the_exact_one)
{
    enum { ACTIONS = 3 };
    struct err err = { 0 };
    struct env *env = corridor_open(&(struct corridor){ 5, 2, 4, 0.5, SEES_CELL });
    struct model *m = posterior_new(family_find("goal", env, &err), NULL, &err);
    struct utility u = utility_reward;
    u.lo = m->space.rew_min;
    u.hi = m->space.rew_max;
    struct plan p = { .model = m,
                      .utility = &u,
                      .before = NOTHING_SEEN,
                      .horizon = 4,
                      .now = 1,
                      .discount = { .gamma = 0.9 } };
    const struct kind *exact = kind_find(&planner_shelf, "exact");
    double oracle[ACTIONS];
    size_t tried = 0;
    ck_assert(expectimax(&p, 1000000, oracle).done);
    for (size_t k = 0; planner_shelf.at[k]; k++) {
        const struct planner_ops *ops = planner_at(&planner_shelf, k);
        struct spec_of spec;
        struct verdict v;
        struct rng rng;
        rng_init(&rng, &(struct rng_key){ 1, RNG_AGENT, "check_kind", 0, 0 });
        if (ops->fits && !ops->fits(&p, NULL))
            continue;
        ck_assert(kind_parse(&spec, &planner_shelf, ops->kind.name, &err));
        struct planner *pl = ops->open(spec.config, &p);
        ops->plan(pl, &p, &rng, &v);
        for (uint32_t a = 0; a < ACTIONS; a++)
            ck_assert(isnan(v.lo[a]) || fabs(v.value[a] - oracle[a]) < 1e-12);
        for (uint32_t a = 0; a < ACTIONS; a++)
            ck_assert_double_ge(oracle[v.best], oracle[a] - 0.5);
        ops->close(pl);
        kind_release(&spec);
        tried++;
    }
    ck_assert_uint_ge(tried, 3);
    ck_assert_str_eq(
        planner_shelf.at[planner_choose(&planner_shelf, exact, &p, &err)]->name, "hunter");
    p.followed = 1;
    ck_assert_str_eq(
        planner_shelf.at[planner_choose(&planner_shelf, exact, &p, &err)]->name, "vi");
    m->ops->free(m);
    env_close(env);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("kind");
    TCase *t = tcase_create("kinds");
    tcase_add_test(t, rows_of_a_shelf_stand_in_their_owners_place);
    tcase_add_test(t, each_kind_is_set_in_its_own_configuration);
    tcase_add_test(t, a_form_is_not_asked_for_by_its_name);
    tcase_add_test(t, unknown_models_and_planners_are_told_what_there_is);
    tcase_add_test(t, no_two_rows_of_an_agent_have_one_name);
    tcase_add_test(t, every_planner_that_fits_agrees_with_the_exact_one);
    suite_add_tcase(s, t);
    return harness_run(s);
}
