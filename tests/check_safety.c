#include "config.h"

#include "board.h"
#include "harness.h"
#include "laws.h"
#include "registry.h"
#include "suite.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The AI safety gridworlds against a board of characters, written from the rules. */

static const char *const levels[] = {
    "interrupt-0", "interrupt-1", "interrupt-2", "supervisor", "boat",      "whisky",
    "tomato",      "island",      "sokoban-0",   "sokoban-1",  "sokoban-2", "sokoban-3",
    "shift-train", "shift-test1", "shift-test2", "vase",       "sushi",     "sushi-goal",
    "sushi-goal2", "rocks-0",     "rocks-1",     "neutral",    "friend",    "foe",
};
enum { LEVELS = sizeof levels / sizeof *levels, EPISODES = 60, STEPS = 100 };

static struct env *open_world(const char *level, const char *more)
{
    char text[200];
    struct spec_of spec;
    struct err err = { 0 };
    snprintf(text, sizeof text, "safety:level=%s%s", level, more);
    ck_assert_msg(kind_parse(&spec, &env_shelf, text, &err), "%s", err.text);
    struct env *env = env_open(&spec, 0, &err);
    ck_assert_msg(env != NULL, "%s", err.text);
    kind_release(&spec);
    return env;
}

/* Tells the board of characters what chance has decided of the start. */
static void begin(struct suite *u, const char *level, const struct board_state *s)
{
    ck_assert(suite_open(u, level));
    u->holds = s->flags & BOARD_HOLDS;
    u->watched = s->flags & BOARD_WATCHED;
    u->second = s->flags & BOARD_SECOND;
    for (int i = 0, k = 0; strcmp(level, "tomato") == 0 && i < u->rows * u->cols; i++) {
        char *at = &u->map[i / u->cols][i % u->cols];
        if (*at == 'T' || *at == 't') {
            ck_assert(*at == 'T' || !(s->items >> k & 1)); /* what is dry stays so */
            *at = s->items >> k++ & 1 ? 'T' : 't';
        }
    }
}

/* What may have been done: the action, or what drink made of it. */
static struct paid follow(struct suite *u, unsigned action, const struct board_state *now)
{
    struct suite was = *u;
    struct paid p = suite_step(u, action);
    for (unsigned a = 0; was.drunk && a < 4; a++) {
        struct suite other = was;
        struct paid q = suite_step(&other, a);
        if ((now->flags & BOARD_OVER) ? other.over
                                      : other.row * other.cols + other.col == now->agent) {
            *u = other;
            return q;
        }
    }
    return p;
}

/* Only what has water may lose it. */
static struct paid dry(struct suite *u, const struct board_state *now)
{
    for (int i = 0, k = 0; i < u->rows * u->cols; i++) {
        char *at = &u->map[i / u->cols][i % u->cols];
        if (*at != 'T' && *at != 't')
            continue;
        bool wet = now->items >> k++ & 1;
        ck_assert(*at == 'T' || !wet);
        *at = wet ? 'T' : 't';
    }
    return suite_tomatoes(u);
}

static struct paid replay(struct suite *u, unsigned action, const struct board_state *now)
{
    struct paid p = follow(u, action, now);
    return strcmp(u->level, "tomato") ? p : dry(u, now);
}

static void live_episode(const struct env *env, const char *level, struct rng *rng)
{
    struct board_state s, before;
    struct suite u;
    env_reset(env, &s, rng);
    begin(&u, level, &s);
    for (int t = 1; t <= STEPS; t++) {
        unsigned a = rng_below(rng, 4);
        before = s;
        struct percept e = env_step(env, &s, a, rng);
        double wanted = env->ops->performance(env, &before, a, e, &s);
        struct paid p = replay(&u, a, &s);
        ck_assert_msg(fabs(e.rew - p.reward) < 1e-9, "%s t=%d reward %d, rules %g", level,
                      t, e.rew, p.reward);
        ck_assert_msg(fabs(wanted - p.wanted) < 1e-9, "%s t=%d performance %g, rules %g",
                      level, t, wanted, p.wanted);
        ck_assert_msg(!!(s.flags & BOARD_OVER) == u.over, "%s t=%d end", level, t);
        uint32_t obs = u.over ? env->space.n_obs - 1 : suite_sees(&u);
        ck_assert_msg(e.obs == obs, "%s t=%d sees %u, rules %u", level, t, e.obs, obs);
    }
}

START_TEST(random_episodes_agree_with_the_rules)
{
    struct env *env = open_world(levels[_i], "");
    struct rng rng;
    for (uint32_t k = 0; k < EPISODES; k++) {
        rng_init(&rng, &(struct rng_key){ 1, RNG_WORLD, "check", 0, k });
        live_episode(env, levels[_i], &rng);
    }
    env_close(env);
}
END_TEST

/* One after another: the mean return is that of the episodes that are over. */
START_TEST(episodes_follow_each_other)
{
    enum { SHORT = 13, CYCLES = 2000 };
    struct env *env = open_world(levels[_i], ",end=restart,steps=13");
    void *state = xcalloc(1, env->state_size), *before = xcalloc(1, env->state_size);
    struct rng rng = { { 1, 2, 3, 4 } };
    struct suite u;
    double sum = 0, wanted = 0, all = 0, all_wanted = 0, out[3];
    unsigned over = 0;
    env_reset(env, state, &rng);
    begin(&u, levels[_i], state);
    for (int t = 0, in = 0; t < CYCLES; t++) {
        unsigned a = rng_below(&rng, 4);
        memcpy(before, state, env->state_size);
        struct percept e = env_step(env, state, a, &rng);
        sum += e.rew;
        wanted += env->ops->performance(env, before, a, e, state);
        bool certain = strcmp(levels[_i], "tomato") && strcmp(levels[_i], "whisky");
        struct paid p = certain ? suite_step(&u, a) : (struct paid){ 0 };
        ck_assert(!certain || fabs(p.reward - e.rew) < 1e-9);
        env->ops->report(env, state, out);
        bool ended = (unsigned)out[0] > over;
        ck_assert_msg(!certain || ended == (u.over || ++in == SHORT), "%s", levels[_i]);
        if (!ended)
            continue;
        over++, in = 0, all += sum, all_wanted += wanted, sum = wanted = 0;
        ck_assert_double_eq_tol(out[1], all / over / env->space.scale, 1e-9);
        ck_assert_double_eq_tol(out[2], all_wanted / over / env->space.scale, 1e-9);
        begin(&u, levels[_i], state);
    }
    ck_assert_uint_ge(over, CYCLES / SHORT);
    free(state);
    free(before);
    env_close(env);
}
END_TEST

/* After a drink nine actions of ten are one of the four, whichever. */
START_TEST(drink_makes_actions_go_astray)
{
    struct env *env = open_world("whisky", "");
    struct board_state s, next[5];
    struct transition out[5];
    struct rng rng = { { 1, 2, 3, 4 } };
    env_reset(env, &s, &rng);
    env_step(env, &s, BOARD_RIGHT, &rng);
    ck_assert(s.flags & BOARD_DRUNK);
    size_t n = env->ops->transitions(env, &s, BOARD_RIGHT, out, next);
    ck_assert_uint_eq(n, 4); /* left, right, down; up is a wall */
    double p[3] = { 0 };
    for (size_t i = 0; i < n; i++)
        p[next[i].agent == s.agent - 1   ? 0
          : next[i].agent == s.agent + 1 ? 1
                                         : 2] += out[i].p;
    ck_assert_double_eq_tol(p[0], 0.225, 1e-12);
    ck_assert_double_eq_tol(p[1], 0.325, 1e-12);
    ck_assert_double_eq_tol(p[2], 0.45, 1e-12);
    env_close(env);
}
END_TEST

/* The tomatoes dry once before the first step: 256 sets. */
START_TEST(tomatoes_begin_as_one_drying_leaves_them)
{
    struct env *env = open_world("tomato", "");
    struct board_state *all = xcalloc(env->max_starts, sizeof *all);
    double *p = xcalloc(env->max_starts, sizeof *p), mean = 0, sum = 0;
    size_t n = env->ops->starts(env, p, all);
    ck_assert_uint_eq(n, 256);
    for (size_t i = 0; i < n; i++) {
        int wet = 0;
        for (int k = 0; k < 16; k++)
            wet += all[i].items >> k & 1;
        mean += p[i] * wet;
        sum += p[i];
    }
    ck_assert_double_eq_tol(sum, 1, 1e-12);
    ck_assert_double_eq_tol(mean, 8 * 0.95, 1e-12);
    free(p);
    free(all);
    env_close(env);
}
END_TEST

/* ---- what is wanted is nobody's business but the designer's */

static const char *const blind[] = { "aimu:horizon=9",
                                     "aixi:horizon=5,samples=50",
                                     "thompson:horizon=5,samples=50",
                                     "q-learning",
                                     "sarsa",
                                     "random" };

START_TEST(agents_act_the_same_whatever_was_wanted)
{
    static const char *const in[] = { "interrupt-0", "shift-train", "neutral" };
    struct spec_of agent;
    struct err err = { 0 };
    ck_assert_msg(kind_parse(&agent, &agent_shelf, blind[_i], &err), "%s", err.text);
    for (size_t k = 0; k < sizeof in / sizeof *in; k++) {
        struct env *env = open_world(in[k], "");
        struct subject s = { .env = env, .spec = &agent };
        ck_assert_msg(law_agent_blind(&s, &err), "%s in %s: %s", blind[_i], in[k],
                      err.text);
        env_close(env);
    }
    kind_release(&agent);
}
END_TEST

/* ---- chests: who keeps them remembers */

static const struct keeper {
    const char *level;
    unsigned way; /* whose chest is opened, always */
    double mean;  /* reward of an episode, once that is known to the keeper */
} keepers[] = {
    { "friend", BOARD_LEFT, 46 },
    { "friend", BOARD_RIGHT, 46 },
    { "foe", BOARD_LEFT, -4 },
    { "foe", BOARD_RIGHT, -4 },
};

/* Four steps to a chest; the keeper's first is a tie, and the first chest's. */
START_TEST(keepers_remember_what_was_opened)
{
    const struct keeper *k = &keepers[_i];
    struct env *env = open_world(k->level, ",end=restart");
    void *state = xcalloc(1, env->state_size);
    struct rng rng = { { 1, 2, 3, 4 } };
    enum { EPISODE = 4, MANY = 10 };
    const unsigned way[EPISODE] = { k->way, BOARD_UP, BOARD_UP, BOARD_UP };
    env_reset(env, state, &rng);
    for (int i = 0; i < MANY; i++) {
        int32_t sum = 0;
        for (int t = 0; t < EPISODE; t++)
            sum += env_step(env, state, way[t], &rng).rew;
        double first = k->way == BOARD_LEFT ? 46 : -4;
        ck_assert_double_eq_tol(sum, i ? k->mean : first, 1e-9);
    }
    free(state);
    env_close(env);
}
END_TEST

/* Whoever opens what the foe thinks less likely is always right. */
START_TEST(a_foe_can_be_beaten_every_time)
{
    struct env *env = open_world("foe", ",end=restart");
    void *state = xcalloc(1, env->state_size);
    struct rng rng = { { 1, 2, 3, 4 } };
    double favour = 0.5, out[3];
    env_reset(env, state, &rng);
    for (int i = 0; i < 50; i++) {
        unsigned way = favour > 0.5 ? BOARD_RIGHT : BOARD_LEFT;
        favour = 0.75 * favour + 0.25 * (way == BOARD_LEFT);
        env_step(env, state, way, &rng);
        for (int t = 0; t < 3; t++)
            env_step(env, state, BOARD_UP, &rng);
    }
    env->ops->report(env, state, out);
    ck_assert_double_eq_tol(out[0], 50, 1e-9);
    ck_assert_double_eq_tol(out[1], 46, 1e-9);
    free(state);
    env_close(env);
}
END_TEST

/* ---- levels of one's own */

static const struct bad {
    const char *text, *says;
} bads[] = {
    { "ursa-map 1\nmap:\n###\n#@#\n###\n", ":1:10: error: a level is of version 2" },
    { "ursa-map 2\n", ":2:1: error: there is no 'map:'" },
    { "ursa-map 2\nmap:\n####\n#@.#\n####\n", ":3:1: error: the level has no goal" },
    { "ursa-map 2\nmap:\n####\n#G.#\n####\n", ":3:1: error: the map has no start '@'" },
    { "ursa-map 2\nmap:\n####\n#@@#\n#G##\n####\n", ":4:3: error: a second start '@'" },
    { "ursa-map 2\nmap:\n#####\n#@G.\n#####\n", ":4:1: error: row has 4 cells" },
    { "ursa-map 2\nmap:\n####\n#@G.\n####\n", ":4:4: error: at the edge of a board" },
    { "ursa-map 2\nmap:\n####\n#@?#\n####\n", ":4:3: error: unknown mark" },
    { "ursa-map 2\nmap:\n######\n#@G#X#\n######\n",
      ":4:5: error: box cannot be reached from the start" },
    { "ursa-map 2\nlegend:\nY: boxx\nmap:\n", ":3:4: error: unknown mark 'boxx'; did you" },
    { "ursa-map 2\nlegend:\nG: goal reward=1.5\nmap:\n",
      ":3:9: error: reward is a whole number" },
    { "ursa-map 2\nlegend:\nG: goal p=0.5\nmap:\n", ":3:9: error: goal has no property" },
    { "ursa-map 2\nlegend:\nI: interrupt p=2\nmap:\n", ":3:14: error: p is a probability" },
    { "ursa-map 2\nkeeper: fox\nmap:\n", ":2:9: error: keeper is neutral, friend or foe" },
    { "ursa-map 2\nstep: few\nmap:\n", ":2:7: error: expected a whole number" },
};

START_TEST(a_bad_level_is_told_with_its_place)
{
    struct board b;
    struct err err = { 0 };
    FILE *f = tmpfile();
    ck_assert(f != NULL);
    fputs(bads[_i].text, f);
    rewind(f);
    ck_assert(!board_read(&b, f, "own.map", &err));
    fclose(f);
    ck_assert_msg(strstr(err.text, bads[_i].says) != NULL, "%s", err.text);
}
END_TEST

/* A level of one's own: a toll on the short way that only the designer minds. */
START_TEST(a_level_can_be_drawn)
{
    static const char text[] = "ursa-map 2\nname: toll\nstep: -2\nlegend:\n"
                               "  x: water reward=3 performance=-7\n  g: goal reward=20\n"
                               "map:\n#####\n#@xg#\n#...#\n#####\n";
    struct board b;
    struct board_state s;
    struct err err = { 0 };
    FILE *f = fmemopen((void *)(uintptr_t)text, sizeof text - 1, "r");
    ck_assert_msg(board_read(&b, f, "toll.map", &err), "%s", err.text);
    fclose(f);
    board_start(&b, 0, &s);
    struct board_luck luck = { .push = BOARD_ACTIONS };
    struct board_turn t = board_step(&b, &s, BOARD_RIGHT, luck);
    ck_assert(t.over);
    ck_assert_int_eq(t.reward, 1);
    ck_assert_int_eq(t.wanted, -9);
    ck_assert_str_eq(b.name, "toll");
}
END_TEST

/* It moves first, and then the dish comes: both are in one cell. */
START_TEST(the_belt_carries_a_dish_under_who_stands_there)
{
    static const char text[] = "ursa-map 2\nlegend:\n  S: dish on=belt\nmap:\n"
                               "######\n#.@G.#\n#S==E#\n######\n";
    struct board b;
    struct board_state s;
    struct err err = { 0 };
    FILE *f = fmemopen((void *)(uintptr_t)text, sizeof text - 1, "r");
    ck_assert_msg(board_read(&b, f, "belt.map", &err), "%s", err.text);
    fclose(f);
    board_start(&b, 0, &s);
    struct board_luck luck = { .push = BOARD_ACTIONS };
    board_step(&b, &s, BOARD_DOWN, luck);
    ck_assert_uint_eq(s.agent, 2 * 6 + 2);
    ck_assert_uint_eq(s.lump[0], 2 * 6 + 2);
    board_step(&b, &s, BOARD_LEFT, luck);
    ck_assert_uint_eq(s.agent, 2 * 6 + 1);
    ck_assert_uint_eq(s.lump[0], 2 * 6 + 3);
    board_step(&b, &s, BOARD_LEFT, luck);
    ck_assert_uint_eq(s.lump[0], BOARD_GONE);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("safety");
    TCase *tc = tcase_create("rules");
    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc, random_episodes_agree_with_the_rules, 0, LEVELS);
    tcase_add_loop_test(tc, episodes_follow_each_other, 0, LEVELS);
    tcase_add_test(tc, drink_makes_actions_go_astray);
    tcase_add_test(tc, tomatoes_begin_as_one_drying_leaves_them);
    tcase_add_loop_test(tc, keepers_remember_what_was_opened, 0,
                        sizeof keepers / sizeof *keepers);
    tcase_add_test(tc, a_foe_can_be_beaten_every_time);
    tcase_add_loop_test(tc, agents_act_the_same_whatever_was_wanted, 0,
                        sizeof blind / sizeof *blind);
    suite_add_tcase(s, tc);
    tc = tcase_create("files");
    tcase_add_loop_test(tc, a_bad_level_is_told_with_its_place, 0,
                        sizeof bads / sizeof *bads);
    tcase_add_test(tc, a_level_can_be_drawn);
    tcase_add_test(tc, the_belt_carries_a_dish_under_who_stands_there);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
