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
    char *one, *many, *rest;
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

/* ---- specs in values */

static const struct param bag_rows[] = {
    INT("size", before, .def = 1, .max = 9, .help = "size"),
    SPEC("best", one, fruits, .help = "one"),
    INT("weight", after, .def = 2, .max = 9, .help = "weight"),
    SPECS("more", many, fruits, .tail = true, .help = "more"),
    { 0 },
};
static const struct kind bag = {
    "bag", "of fruits", 1, bag_rows, sizeof(struct config), 0
};
static const struct kind *const bag_at[] = { &bag, NULL };
static const struct shelf bags = {
    .sort = "bag", .plural = "bags", .word = "bag", .at = bag_at
};
static const struct param cart_rows[] = {
    SPEC("load", one, bags, .help = "what it carries"),
    SPECS("loads", many, bags, .help = "and behind it"),
    INT("wheels", before, .def = 4, .max = 9, .help = "wheels"),
    { 0 },
};
static const struct param sack_rows[] = { INT("size", before, .max = 9, .help = "size"),
                                          ANY(rest),
                                          { 0 } };
static const struct kind cart = {
    "cart", "of bags", 1, cart_rows, sizeof(struct config), 0
};
static const struct kind sack = {
    "sack", "of all", 3, sack_rows, sizeof(struct config), 0
};
static const struct kind *const cart_at[] = { &cart, &sack, NULL };

/* A grammar of its own: what follows is the label of an apple. */
static bool an_apple(struct spec_of *to, const char *text, struct err *err)
{
    if (!strchr(text, '#'))
        return err_set(err, "'%s' has no '#'", text);
    return kind_parse(to, &fruits, "apple", err) &&
           kind_set(to, "label", strchr(text, '#') + 1, err);
}
static const struct other_way cart_ways[] = { { "tree:", NULL, an_apple }, { 0 } };
static const struct shelf carts = {
    .sort = "cart", .plural = "carts", .word = "cart", .at = cart_at, .ways = cart_ways
};

START_TEST(a_parameter_is_that_of_the_innermost_that_has_it)
{
    static const struct {
        const char *text, *load, *loads, *wheels;
    } carts_of[] = {
        { "cart:load=bag:best=apple:seeds=3:weight=5,wheels=2",
          "bag:best=apple:seeds=3:weight=5", NULL, "2" },
        { "cart:load=bag:size=2,loads=bag:pear+bag:apple:seeds=1", "bag:size=2",
          "bag:pear+bag:apple:seeds=1", "4" },
        { "cart:loads=bag:pear+apple:label=x++bag:best=pear", NULL,
          "bag:pear+apple:label=x++bag:best=pear", "4" },
    };
    for (size_t i = 0; i < sizeof carts_of / sizeof *carts_of; i++) {
        struct spec_of s, again;
        struct err err = { 0 };
        ck_assert_msg(kind_parse(&s, &carts, carts_of[i].text, &err), "%s", err.text);
        struct config *c = s.config;
        ck_assert_pstr_eq(c->one, carts_of[i].load);
        ck_assert_pstr_eq(c->many, carts_of[i].loads);
        ck_assert_int_eq(c->before, atoi(carts_of[i].wheels));
        ck_assert(kind_parse(&again, &carts, s.canonical, &err));
        ck_assert_str_eq(s.canonical, again.canonical);
        kind_release(&again);
        kind_release(&s);
    }
}
END_TEST

START_TEST(what_one_inside_does_not_know_is_left_to_those_around_it)
{
    struct spec_of s, in;
    struct err err = { 0 };
    size_t n;
    ck_assert_msg(kind_parse_within(&s, &carts,
                                    "cart:load=bag:best=apple:seeds=3:weight=5:wheels=2",
                                    &err),
                  "%s", err.text);
    struct config *c = s.config;
    ck_assert_str_eq(c->one, "bag:best=apple:seeds=3:weight=5");
    ck_assert_int_eq(c->before, 2);
    ck_assert(kind_parse_within(&in, &bags, c->one, &err));
    c = in.config;
    ck_assert_str_eq(c->one, "apple:seeds=3");
    ck_assert_int_eq(c->after, 5);
    ck_assert_str_eq(in.canonical, "bag-v1:best=apple:seeds=3,weight=5");
    kind_release(&in);
    kind_release(&s);

    /* A comma inside is a ':', by which the whole may stand in another. */
    ck_assert(kind_parse_within(&s, &carts, "cart:load=bag:best=apple,seeds=3", &err));
    ck_assert_str_eq(s.canonical, "cart-v1:load=bag:best=apple:seeds=3");
    kind_release(&s);

    /* Words without a key are the tail; what follows it may still be one's around. */
    ck_assert_msg(kind_parse_within(&s, &carts,
                                    "cart:load=bag:weight=3:apple:seeds=2+pear:wheels=1",
                                    &err),
                  "%s", err.text);
    c = s.config;
    ck_assert_str_eq(c->one, "bag:weight=3:apple:seeds=2+pear");
    ck_assert_int_eq(c->before, 1);
    ck_assert(kind_parse_within(&in, &bags, c->one, &err));
    ck_assert_str_eq(in.canonical, "bag-v1:weight=3,apple:seeds=2+pear");
    struct spec_of *list =
        kind_parse_list(&fruits, ((struct config *)in.config)->many, &n, &err);
    ck_assert_uint_eq(n, 2);
    ck_assert_str_eq(list[0].canonical, "apple-v1:seeds=2");
    ck_assert_str_eq(list[1].canonical, "pear-v1");
    kind_free_list(list, n);
    kind_release(&in);
    kind_release(&s);
}
END_TEST

static const struct {
    const char *text, *says;
} nested_wrong[] = {
    { "cart:load=bog", "unknown bag 'bog'; did you mean 'bag'?  (ursa list bags)\n"
                       "    cart:load=bog\n"
                       "              ^~~" },
    { "cart:load=bag:best=aple,wheels=1",
      "unknown fruit 'aple'; did you mean 'apple'?  (ursa list fruits)\n"
      "    cart:load=bag:best=aple,wheels=1\n"
      "                       ^~~~" },
    { "cart:load=bag:best=apple:seds=1:weight=2",
      "apple has no parameter 'seds'; did you mean 'seeds'?\n"
      "    cart:load=bag:best=apple:seds=1:weight=2\n"
      "                             ^~~~" },
    { "cart:wheels=1,loads=bag:pear+apple:seeds=70++bag",
      "apple: seeds=70 is out of range 0..9\n"
      "    cart:wheels=1,loads=bag:pear+apple:seeds=70++bag\n"
      "                                       ^~~~~~~~" },
    { "cart:loads=bag:size=1:size=2", "bag: size is given twice\n"
                                      "    cart:loads=bag:size=1:size=2\n"
                                      "                          ^~~~" },
    { "cart:load=bag-v7", "bag-v7 is not in this ursa, which has bag-v1\n"
                          "    cart:load=bag-v7\n"
                          "              ^~~" },
    { "cart:loads=bag+", "unknown bag ''  (ursa list bags)\n"
                         "    cart:loads=bag+\n"
                         "                   ^" },
    /* A comma ends the value, so wheels are the cart's, but a list's item ends at '+'. */
    { "cart:loads=bag:wheels=3+bag", "bag has no parameter 'wheels'\n"
                                     "    cart:loads=bag:wheels=3+bag\n"
                                     "                   ^~~~~~" },
    { "cart:load=bag:best=apple:often",
      "'often' in 'cart:load=bag:best=apple:often' is not "
      "key=value" },
    { "cart:load=bag:apple:weight=1:pear",
      "'pear' in 'cart:load=bag:apple:weight=1:pear' is not key=value" },
    { "cart:load=tree:x#y", "unknown bag 'tree'  (ursa list bags)\n"
                            "    cart:load=tree:x#y\n"
                            "              ^~~~" },
};

START_TEST(a_caret_points_into_the_whole_that_was_typed)
{
    struct spec_of s;
    struct err err = { 0 };
    ck_assert(!kind_parse(&s, &carts, nested_wrong[_i].text, &err));
    ck_assert_str_eq(err.text, nested_wrong[_i].says);
    ck_assert_ptr_null(s.config);
}
END_TEST

START_TEST(a_kind_may_take_any_key)
{
    struct spec_of s, twin;
    struct err err = { 0 };
    ck_assert(kind_parse(&s, &carts, "sack:colour=red,size=3,path=/a:b", &err));
    ck_assert_str_eq(s.canonical, "sack-v3:size=3,colour=red,path=/a:b");
    kind_copy(&twin, &s);
    kind_release(&s);
    ck_assert_str_eq(((struct config *)twin.config)->rest, "colour=red,path=/a:b");
    kind_release(&twin);
    ck_assert(!kind_parse(&s, &carts, "sack:colour=red,colour=blue", &err));
    ck_assert_str_eq(err.text, "sack: colour is given twice");
    ck_assert(!kind_parse(&s, &carts, "sack:size=30", &err));
    const char *names[4];
    ck_assert_uint_eq(param_names(sack_rows, names, 4), 1);
}
END_TEST

START_TEST(what_has_a_grammar_of_its_own_is_cut_off_before)
{
    struct spec_of s;
    struct err err = { 0 };
    ck_assert(kind_parse(&s, &carts, "tree:any thing#x=y", &err));
    ck_assert_str_eq(s.canonical, "apple-v1:label=x=y");
    kind_release(&s);
    ck_assert(!kind_parse(&s, &carts, "tree:any", &err));
    ck_assert_str_eq(err.text, "'tree:any' has no '#'");
    static const char *const foreign[][2] = {
        { "exec:./no.out", "exec:./no.out: there is no such file" },
        { "exec:b:key=value", "exec:b: there is no such program on PATH" },
        { "lib:./x.so#name:k=v", "./x.so: cannot open" }
    };
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 2; k++) {
            err = (struct err){ 0 };
            ck_assert(!kind_parse(&s, k ? &env_shelf : &agent_shelf, foreign[i][0], &err));
            ck_assert_msg(strstr(err.text, foreign[i][1]) != NULL, "%s", err.text);
        }
}
END_TEST

/* ---- planners */

/* Up to the list of all there are, which grows. */
START_TEST(unknown_models_and_planners_are_told_what_there_is)
{
    static const struct {
        const char *spec, *says;
    } bad[] = {
        { "aixi:planner=mtcs", "aixi: planner cannot be 'mtcs'; did you mean 'mcts'? "
                               "(one of auto, mcts, exact" },
        { "aixi:planner=hunter",
          "aixi: planner cannot be 'hunter' (one of auto, mcts, exact" },
        { "aixi:model=mixtur", "aixi: model cannot be 'mixtur'; did you mean 'mixture'? "
                               "(one of mixture, plain-mixture, dirichlet" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct spec_of s;
        struct err err = { 0 };
        ck_assert(!kind_parse(&s, &agent_shelf, bad[i].spec, &err));
        ck_assert_msg(!strncmp(err.text, bad[i].says, strlen(bad[i].says)), "%s", err.text);
        ck_assert_ptr_null(strstr(err.text, "hunter,"));
    }
}
END_TEST

/* The message about a name that a shelf does not have, whatever stands there. */
static bool ask(const struct shelf *from, const char *name, struct err *err)
{
    struct spec_of s;
    bool ok = kind_parse(&s, from, name, err);
    kind_release(&s);
    return ok;
}

START_TEST(names_of_every_sort_are_suggested)
{
    const struct shelf *from = shelves[_i];
    for (size_t k = 0; from->at[k]; k++) {
        const char *name = from->at[k]->name;
        struct err err = { 0 };
        char *typed = xasprintf("%sq", name);
        char *says = xasprintf("unknown %s '%s'; did you mean ", from->word, typed);
        char *where = xasprintf("(ursa list %s)", from->plural), *quoted;
        quoted = xasprintf("'%s'", name);
        ck_assert(!ask(from, typed, &err));
        ck_assert_msg(!strncmp(err.text, says, strlen(says)), "%s", err.text);
        ck_assert_msg(strstr(err.text, quoted) != NULL, "%s", err.text);
        ck_assert_msg(strstr(err.text, where) != NULL, "%s", err.text);
        free(quoted);
        free(typed);
        free(says);
        free(where);
    }
    struct err err = { 0 };
    char *says = xasprintf("unknown %s 'zyxwv'  (ursa list %s)", from->word, from->plural);
    ck_assert(!ask(from, "zyxwv", &err));
    ck_assert_str_eq(err.text, says);
    free(says);
}
END_TEST

START_TEST(families_that_a_world_does_not_have_are_told)
{
    struct spec_of s;
    struct err err = { 0 };
    ck_assert(kind_parse(&s, &env_shelf, "gridworld", &err));
    struct env *env = env_open(&s, 1, &err);
    ck_assert_ptr_null(family_find("gaol", env, &err));
    ck_assert_ptr_nonnull(strstr(err.text, "gridworld has no family of hypotheses 'gaol'; "
                                           "did you mean 'goal'?  (it has: goal, "));
    env_close(env);
    kind_release(&s);
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

/* Whatever stands on the shelf can plan where it says so: exact ones agree to 1e-12, bounds
 * hold, and a sampler's best is not far off. No name of a planner is written here but that
 * of the oracle. */
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
            if (v.lo[a] < v.hi[a])
                ck_assert(v.lo[a] <= oracle[a] + 1e-9 && oracle[a] <= v.hi[a] + 1e-9);
            else
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
    tcase_add_test(t, a_parameter_is_that_of_the_innermost_that_has_it);
    tcase_add_test(t, what_one_inside_does_not_know_is_left_to_those_around_it);
    tcase_add_loop_test(t, a_caret_points_into_the_whole_that_was_typed, 0,
                        sizeof nested_wrong / sizeof *nested_wrong);
    tcase_add_test(t, a_kind_may_take_any_key);
    tcase_add_test(t, what_has_a_grammar_of_its_own_is_cut_off_before);
    tcase_add_test(t, unknown_models_and_planners_are_told_what_there_is);
    size_t n = 0;
    while (shelves[n])
        n++;
    tcase_add_loop_test(t, names_of_every_sort_are_suggested, 0, (int)n);
    tcase_add_test(t, families_that_a_world_does_not_have_are_told);
    tcase_add_test(t, no_two_rows_of_an_agent_have_one_name);
    tcase_add_test(t, every_planner_that_fits_agrees_with_the_exact_one);
    suite_add_tcase(s, t);
    return harness_run(s);
}
