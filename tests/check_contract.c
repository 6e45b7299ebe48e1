#include "config.h"

#include "bayes.h"
#include "bitwise.h"
#include "class.h"
#include "dirichlet.h"
#include "harness.h"
#include "laws.h"
#include "mixture.h"
#include "registry.h"
#include "seat.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Every law (src/laws/laws.def) is held against everything registered of its sort. What is
 * new is under them without a line here. */

/* Settings besides the defaults and the minima that reach other code of a world. */
static const char *const variants[] = {
    "gridworld:map=thesis",
    "gridworld:noise=start,symbols=3,modifier=random",
    "gridworld:traps=0.2,dispensers=3,theta=0.5,map_index=2",
    "gridworld:percepts=cell,theta=1",
    "gridworld:size=5,map_index=1",
    "seat:game=matching-pennies,player=1",
    "seat:others=gradual",
    "seat:game=tictactoe",
};

/* Specs of what is tried; filled before the first test runs. */
struct list {
    char **text; /* owned */
    int n;
};

static void add(struct list *l, char *text)
{
    l->text = xrealloc(l->text, (size_t)l->n + 1, sizeof *l->text);
    l->text[l->n++] = text;
}

/* A world with each of its numbers as small as it may be, one at a time. */
static void add_minima(struct list *l, const struct kind *kind)
{
    for (struct param_walk w = { .table = kind->params }; param_next(&w);)
        if (w.p->type == PARAM_INT || w.p->type == PARAM_REAL)
            add(l, xasprintf("%s:%s=%.17g", kind->name, w.p->name, w.p->min));
}

/* All of a shelf, as they come and at their minima. */
static struct list all_of(const struct shelf *shelf)
{
    struct list l = { 0 };
    for (size_t i = 0; shelf->at[i]; i++) {
        add(&l, xasprintf("%s", shelf->at[i]->name));
        add_minima(&l, shelf->at[i]);
    }
    return l;
}

static struct list worlds(void)
{
    struct list l = all_of(&env_shelf);
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++)
        add(&l, xasprintf("%s", variants[i]));
    return l;
}

static struct list all_worlds;

/* World number i of the list; NULL: it needs a file or another setting, and says so. */
static struct env *open_world(int i)
{
    struct spec_of spec;
    struct err err = { 0 };
    const char *text = all_worlds.text[i];
    ck_assert_msg(kind_parse(&spec, &env_shelf, text, &err), "%s: %s", text, err.text);
    struct env *env = env_open(&spec, 5, &err);
    ck_assert_msg(env || err.n, "%s is refused without a word", text);
    kind_release(&spec);
    return env;
}

/* Laws of whole families cost seconds where a hypothesis is a game: tests/long_laws.c. */
static bool is_of_families(const struct law *law)
{
    return !strcmp(law->name, "families") || !strcmp(law->name, "truth");
}

/* Laws that an agent must not escape in every world by offering nothing. */
static bool must_be_tried(const struct law *law)
{
    return law->sort == LAW_agent &&
           (!strcmp(law->name, "impossible") || !strcmp(law->name, "thaw"));
}

/* All laws of a sort; whether those were tried that must be somewhere. */
static bool hold(enum law_sort sort, const struct subject *s, const char *what,
                 const char *in)
{
    bool tried = true;
    for (const struct law *law = law_table; law->name; law++) {
        struct err err = { 0 };
        if (law->sort != sort)
            continue;
        ck_assert_msg(law->holds(s, &err), "%s, %s: %s (%s): %s", in, what, law->name,
                      law->promise, err.text);
        tried = tried && !(err.notes && must_be_tried(law));
    }
    return tried;
}

START_TEST(a_world_keeps_its_promises)
{
    struct env *env = open_world(_i);
    if (env)
        hold(LAW_env, &(struct subject){ .env = env }, "the world", all_worlds.text[_i]);
    env_close(env);
}
END_TEST

/* ---- models, each in every world that has it */

static struct model *mixture(const struct subject *s, struct err *err)
{
    return mixture_new(family_find(s->with, s->env, err), NULL, err);
}

/* The first of them, which takes in more: to do so a class needs a prior of its own. */
static double halves(const struct family *f, size_t k)
{
    (void)f;
    return -M_LN2 * (double)(k + 1);
}

static struct family_ops believed;

static struct model *seed(const struct subject *s, struct err *err)
{
    struct family *f = family_find(s->with, s->env, err);
    if (!f)
        return NULL;
    believed = *f->ops;
    believed.log_prior = halves;
    f->ops = &believed;
    return mixture_new_first(f, 1, err);
}

/* Where a class can be believed in at all. */
static void hold_growth(const struct env *env, const char *family, const char *in)
{
    struct subject s = { .env = env, .model = seed, .with = family };
    struct err why = { 0 }, err = { 0 };
    struct model *m = seed(&s, &why);
    if (m) {
        m->ops->free(m);
        ck_assert_msg(law_model_grow(&s, &err), "%s, %s: grow: %s", in, family, err.text);
    }
}

static struct model *maze_goal(const struct subject *s, struct err *err)
{
    struct model *m = class_goal(s->env, NULL);
    return m ? m : err_null(err, "no hidden dispenser in a maze");
}

static struct model *dirichlet(const struct subject *s, struct err *err)
{
    return dirichlet_new(s->env, err);
}

static struct model *bitwise(const struct subject *s, struct err *err)
{
    return bitwise_new(&s->env->space, s->with, err);
}

/* Where it can be opened. */
static void hold_model(const struct subject *s, const char *what, const char *in)
{
    struct err err = { 0 };
    struct model *m = s->model(s, &err);
    ck_assert_msg(m || err.n, "%s is refused in %s without a word", what, in);
    if (m) {
        m->ops->free(m);
        hold(LAW_model, s, what, in);
    }
}

/* One of the shelf, as its spec `with` says. */
static struct model *registered(const struct subject *s, struct err *err)
{
    const struct spec_of *spec = s->with;
    return ((const struct model_kind *)spec->kind)->open(spec->config, s->env, err);
}

/* All models of the shelf, of this family where they have families. */
static void hold_registered(const struct env *env, const char *family, const char *in)
{
    for (size_t k = 0; model_shelf.at[k]; k++) {
        struct spec_of spec;
        struct err err = { 0 };
        ck_assert(kind_parse(&spec, &model_shelf, model_shelf.at[k]->name, &err));
        bool of_families = param_find(spec.kind->params, "family");
        if (param_find(spec.kind->params, "bits") && !getenv("URSA_LONG"))
            ck_assert(kind_set(&spec, "bits", "10", &err));
        if (of_families)
            ck_assert_msg(kind_set(&spec, "family", family, &err), "%s", err.text);
        /* Plain forms in worlds as they come: those are slow. */
        bool held =
            k && of_families ? !strchr(in, ':') : of_families || !strcmp(family, "mu");
        if (held)
            hold_model(&(struct subject){ .env = env, .model = registered, .with = &spec },
                       spec.canonical, in);
        kind_release(&spec);
    }
}

static const char *const predictors[] = { "ctw:depth=8",
                                          "ctw:depth=12:max-nodes=40",
                                          "fac-ctw:depth=6",
                                          "mix:ctw:depth=3+ctw:depth=9",
                                          "switch:rate=0.01:ctw:depth=3+ctw:depth=9",
                                          "convex:ctw:depth=3+fac-ctw:depth=4" };

START_TEST(a_model_keeps_its_promises)
{
    const char *in = all_worlds.text[_i];
    struct env *env = open_world(_i);
    if (!env)
        return;
    const struct kind *const *f = env->ops->families;
    hold_registered(env, "mu", in);
    for (; f && *f; f++) {
        hold_registered(env, (*f)->name, in);
        hold_growth(env, (*f)->name, in);
    }
    /* Of a predictor the space is all that matters. */
    for (size_t i = 0; !strchr(in, ':') && i < sizeof predictors / sizeof *predictors; i++)
        hold_model(&(struct subject){ .env = env, .model = bitwise, .with = predictors[i] },
                   predictors[i], in);
    env_close(env);
}
END_TEST

/* ---- planners, in small worlds: of one hypothesis, of many, and of none that is listed */

static const struct {
    const char *world;
    struct model *(*model)(const struct subject *s, struct err *err);
    const char *with;
} planned_in[] = {
    { "tiger", mixture, "mu" },
    { "chain", mixture, "mu" },
    { "coin-flip", mixture, "mu" },
    { "gridworld:size=3", mixture, "goal" },
    { "gridworld:size=4", mixture, "mu" },
    { "gridworld:size=4", maze_goal, NULL },
    { "gridworld:size=4", dirichlet, NULL },
    { "ksa-toy", mixture, "all" },
    { "ipd", mixture, "opponents" },
    { "tiger", bitwise, "ctw:depth=8" },
};
enum { PLANNED_IN = sizeof planned_in / sizeof *planned_in };

START_TEST(a_planner_keeps_its_promises)
{
    struct spec_of spec;
    struct err err = { 0 };
    const struct kind *kind = planner_shelf.at[_i / PLANNED_IN];
    const char *in = planned_in[_i % PLANNED_IN].world;
    ck_assert_msg(kind_parse(&spec, &env_shelf, in, &err), "%s", err.text);
    struct env *env = env_open(&spec, 5, &err);
    struct spec_of planner;
    ck_assert_msg(kind_parse(&planner, &planner_shelf, kind->name, &err), "%s", err.text);
    struct subject s = { .env = env,
                         .spec = &planner,
                         .model = planned_in[_i % PLANNED_IN].model,
                         .with = planned_in[_i % PLANNED_IN].with };
    hold(LAW_planner, &s, kind->name, in);
    env_close(env);
    kind_release(&planner);
    kind_release(&spec);
}
END_TEST

/* ---- utilities, as agents complete them for a model */

static const struct {
    const char *name;
    task_fn *task;
} tasks[] = {
    { "reward", task_reward },
    { "square", task_square },
    { "shannon", task_shannon },
    { "gain", task_gain },
};
enum { TASKS = sizeof tasks / sizeof *tasks };

START_TEST(a_utility_keeps_its_promises)
{
    struct env *env = open_world(_i);
    if (!env || !env->ops->transitions) {
        env_close(env);
        return;
    }
    const struct kind *const *f = env->ops->families;
    const char *family = f && *f ? (*f)->name : "mu";
    struct subject s = { .env = env, .model = mixture, .with = family };
    struct err err = { 0 };
    struct model *m = s.model(&s, &err);
    for (int k = 0; m && k < TASKS; k++) {
        struct utility u = tasks[k].task(m);
        s.utility = &u;
        hold(LAW_utility, &s, tasks[k].name, all_worlds.text[_i]);
    }
    if (m)
        m->ops->free(m);
    env_close(env);
}
END_TEST

/* ---- agents, each in the first two of these worlds that it takes, and in a larger one */

static const char *const lived_in[] = { "coin-flip", "gridworld:size=4", "tiger",
                                        "ksa-toy" };

/* Whether it takes the world, and is tried there in all it must be tried in somewhere. */
static bool hold_agent(const struct spec_of *agent, const char *world)
{
    struct spec_of spec;
    struct err err = { 0 };
    ck_assert_msg(kind_parse(&spec, &env_shelf, world, &err), "%s: %s", world, err.text);
    struct env *env = env_open(&spec, 5, &err);
    ck_assert_msg(env, "%s: %s", world, err.text);
    struct agent *ag = agent_open(agent, env, &err);
    ck_assert_msg(ag || err.n, "%s refuses %s without a word", agent->canonical, world);
    bool taken = ag;
    if (ag) {
        ag->ops->close(ag);
        struct subject s = { .env = env, .spec = agent };
        taken = hold(LAW_agent, &s, agent->canonical, world);
    }
    env_close(env);
    kind_release(&spec);
    return taken;
}

START_TEST(an_agent_keeps_its_promises)
{
    struct spec_of agent;
    struct err err = { 0 };
    int taken = 0;
    ck_assert(kind_parse(&agent, &agent_shelf, agent_shelf.at[_i]->name, &err));
    if (param_find(agent.kind->params,
                   "samples")) /* enough for a cancelled search to show */
        ck_assert(kind_set(&agent, "samples", "70", &err));
    if (param_find(agent.kind->params, "bits") && !getenv("URSA_LONG"))
        ck_assert(kind_set(&agent, "bits", "14", &err));
    if (!strcmp(agent.kind->name, "gittins")) /* looks 110 pulls ahead, not 1146 */
        ck_assert(kind_set(&agent, "gamma", "0.9", &err));
    for (size_t k = 0; k < sizeof lived_in / sizeof *lived_in; k++)
        taken += hold_agent(&agent, lived_in[k]);
    if (!taken) /* those that play tables take no other */
        taken += hold_agent(&agent, "ipd");
    if (!taken) /* who learns from a human that sees in part */
        taken += hold_agent(&agent, "hiding");
    ck_assert_msg(taken || !strcmp(agent.kind->name, "scripted"), "%s takes no world",
                  agent.canonical);
    kind_release(&agent);
}
END_TEST

/* ---- games, every policy in every seat of them, and the seats among random players */

static struct list all_games;

static struct game *open_game(int i)
{
    struct spec_of spec;
    struct err err = { 0 };
    ck_assert_msg(kind_parse(&spec, &game_shelf, all_games.text[i], &err), "%s", err.text);
    struct game *g = game_open(&spec, 5, &err);
    ck_assert_msg(g || err.n, "%s is refused without a word", all_games.text[i]);
    kind_release(&spec);
    return g;
}

/* The policy of this kind, as it comes; NULL: it plays no such game. */
static struct policy *open_policy(const struct kind *kind, const struct space *space)
{
    struct spec_of spec;
    struct err err = { 0 };
    ck_assert_msg(kind_parse(&spec, &policy_shelf, kind->name, &err), "%s", err.text);
    struct policy *p = policy_open(&spec, space, &err);
    ck_assert_msg(p || err.n, "%s is refused without a word", kind->name);
    kind_release(&spec);
    return p;
}

static void hold_seat(const struct env *seat, const char *in)
{
    for (const struct law *law = law_table; law->name; law++) {
        struct err err = { 0 };
        if (law->sort == LAW_env && !is_of_families(law))
            ck_assert_msg(law->holds(&(struct subject){ .env = seat }, &err),
                          "a seat of %s: %s: %s", in, law->name, err.text);
    }
}

START_TEST(a_game_keeps_its_promises)
{
    struct game *g = open_game(_i);
    if (g)
        hold(LAW_game, &(struct subject){ .game = g }, "the game", all_games.text[_i]);
    for (uint32_t i = 0; g && i < g->n_players; i++) {
        struct policy *other[PLAYERS_MAX] = { NULL };
        for (uint32_t j = 0; j < g->n_players; j++)
            other[j] = j == i ? NULL : open_policy(&policy_random.kind, &g->space[j]);
        struct env *seat = seat_open(g, i, other);
        hold_seat(seat, all_games.text[_i]);
        env_close(seat);
    }
    game_close(g);
}
END_TEST

START_TEST(a_policy_keeps_its_promises)
{
    struct game *g = open_game(_i);
    for (uint32_t i = 0; g && i < g->n_players; i++)
        for (size_t k = 0; policy_shelf.at[k]; k++) {
            struct policy *p = open_policy(policy_shelf.at[k], &g->space[i]);
            if (p)
                hold(LAW_policy, &(struct subject){ .policy = p }, policy_shelf.at[k]->name,
                     all_games.text[_i]);
            policy_close(p);
        }
    game_close(g);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("contract");
    TCase *tc = tcase_create("worlds"), *models = tcase_create("models");
    TCase *utilities = tcase_create("utilities"), *agents = tcase_create("agents");
    int n_agents = 0;
    while (agent_shelf.at[n_agents])
        n_agents++;
    all_worlds = worlds();
    all_games = all_of(&game_shelf);
    TCase *planners = tcase_create("planners");
    int n_planners = 0;
    while (planner_shelf.at[n_planners])
        n_planners++;
    tcase_set_timeout(planners, 60);
    tcase_add_loop_test(planners, a_planner_keeps_its_promises, 0, n_planners * PLANNED_IN);
    suite_add_tcase(s, planners);
    TCase *games = tcase_create("games");
    tcase_set_timeout(games, 60);
    tcase_add_loop_test(games, a_game_keeps_its_promises, 0, all_games.n);
    tcase_add_loop_test(games, a_policy_keeps_its_promises, 0, all_games.n);
    suite_add_tcase(s, games);
    tcase_set_timeout(tc, 60);
    tcase_set_timeout(models, 60);
    tcase_set_timeout(utilities, 60);
    tcase_set_timeout(agents, 60);
    tcase_add_loop_test(tc, a_world_keeps_its_promises, 0, all_worlds.n);
    tcase_add_loop_test(models, a_model_keeps_its_promises, 0, all_worlds.n);
    tcase_add_loop_test(utilities, a_utility_keeps_its_promises, 0, all_worlds.n);
    tcase_add_loop_test(agents, an_agent_keeps_its_promises, 0, n_agents);
    suite_add_tcase(s, tc);
    suite_add_tcase(s, models);
    suite_add_tcase(s, utilities);
    suite_add_tcase(s, agents);
    return harness_run(s);
}
