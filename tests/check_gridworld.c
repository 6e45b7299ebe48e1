#include "config.h"

#include "class.h"
#include "grid.h"
#include "harness.h"
#include "registry.h"
#include "xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LEFT, RIGHT, UP, DOWN, STAY };

struct world {
    struct spec_of spec;
    struct env *env;
    unsigned char *state;
    struct rng rng;
};

/* A gridworld of this map, written to a file of its own; `more` are further parameters. */
static struct world world_of(const char *map, const char *more)
{
    struct world w = { .rng = { { 1, 2, 3, 4 } } };
    struct err err = { 0 };
    char path[] = "/tmp/ursa-XXXXXX";
    int fd = mkstemp(path);
    FILE *f = fdopen(fd, "w");
    fputs("ursa-map 1\n", f);
    fputs(map, f);
    fclose(f);
    char *spec = xasprintf("gridworld:map=%s%s%s", path, *more ? "," : "", more);
    ck_assert_msg(kind_parse(&w.spec, &env_shelf, spec, &err), "%s", err.text);
    w.env = env_open(&w.spec, 1, &err);
    ck_assert_msg(w.env != NULL, "%s", err.text);
    w.state = xcalloc(1, w.env->state_size);
    env_reset(w.env, w.state, &w.rng);
    unlink(path);
    free(spec);
    return w;
}

static void end(struct world *w)
{
    env_close(w->env);
    kind_release(&w->spec);
    free(w->state);
}

static struct percept step(struct world *w, unsigned action)
{
    return env_step(w->env, w->state, action, &w->rng);
}

/* AIXIjs's figures: a step -1, a bump -6 in all, a payout 99 net for entering or
 * staying. */
START_TEST(rewards_are_those_of_the_papers)
{
    struct world w =
        world_of("legend:\n  D: dispenser theta=1 reward=100\nmap:\n@D#\n...\n", "");
    ck_assert_int_eq(step(&w, STAY).rew, -1);
    ck_assert_int_eq(step(&w, LEFT).rew, -6);
    ck_assert_int_eq(step(&w, UP).rew, -6);
    ck_assert_int_eq(step(&w, RIGHT).rew, 99);
    ck_assert_int_eq(step(&w, STAY).rew, 99);
    /* A bump is a bump even on a dispenser: the agent stays and nothing else happens. */
    ck_assert_int_eq(step(&w, RIGHT).rew, -6);
    ck_assert_int_eq(step(&w, DOWN).rew, -1);
    end(&w);
}
END_TEST

START_TEST(four_bits_tell_the_walls_around)
{
    struct world w = world_of("map:\n@.\n#.\n", "");
    unsigned at_start = step(&w, STAY).obs;
    ck_assert_uint_eq(at_start, 1u << LEFT | 1u << UP | 1u << DOWN);
    ck_assert_uint_eq(step(&w, RIGHT).obs, 1u << RIGHT | 1u << UP);
    end(&w);
}
END_TEST

START_TEST(cells_may_be_seen_instead)
{
    struct world w = world_of("map:\n@.\n..\n", "percepts=cell");
    ck_assert_uint_eq(step(&w, RIGHT).obs, 1);
    ck_assert_uint_eq(step(&w, DOWN).obs, 3);
    ck_assert_uint_eq(w.env->space.n_obs, 4);
    end(&w);
}
END_TEST

START_TEST(a_trap_is_for_ever)
{
    struct world w = world_of("map:\n@T.\n", "");
    ck_assert_int_eq(step(&w, RIGHT).rew, -6);
    for (unsigned a = LEFT; a <= STAY; a++)
        ck_assert_int_eq(step(&w, a).rew, -6);
    ck_assert_uint_eq(w.env->n_places, 2);
    end(&w);
}
END_TEST

START_TEST(noise_is_uniform_and_pays_like_floor)
{
    enum { DRAWS = 4000, SYMBOLS = 8 };
    struct world w = world_of("map:\n@N.\n", "symbols=8");
    int seen[SYMBOLS] = { 0 };
    for (int i = 0; i < DRAWS; i++) {
        struct percept e = step(&w, i ? STAY : RIGHT);
        ck_assert_int_eq(e.rew, -1);
        ck_assert_uint_lt(e.obs, SYMBOLS);
        seen[e.obs]++;
    }
    for (int k = 0; k < SYMBOLS; k++)
        ck_assert_near(seen[k], DRAWS / SYMBOLS, 5 * 21); /* sd = 20.9 */
    end(&w);
}
END_TEST

START_TEST(after_the_modifier_every_reward_is_the_cap)
{
    struct world w = world_of("map:\n@M.\n", "cap=500");
    ck_assert_int_eq(step(&w, STAY).rew, -1);
    ck_assert_int_eq(step(&w, RIGHT).rew, 500);
    ck_assert_int_eq(step(&w, RIGHT).rew, 500);
    ck_assert_int_eq(step(&w, RIGHT).rew, 500);
    ck_assert_int_eq(w.env->space.rew_max, 500);
    end(&w);
}
END_TEST

/* Performance is what the designer wanted: not the corrupt tile's pay, not the cap. */
START_TEST(performance_is_apart_from_the_reward)
{
    struct world w = world_of("legend:\n  C: corrupt reward=50\nmap:\n@CM\n", "cap=500");
    unsigned char before[64];
    static const int32_t rewards[] = { 49, 500 };
    for (int i = 0; i < 2; i++) {
        memcpy(before, w.state, w.env->state_size);
        struct percept e = step(&w, RIGHT);
        ck_assert_int_eq(e.rew, rewards[i]);
        ck_assert_double_le(w.env->ops->performance(w.env, before, RIGHT, e, w.state), 0);
    }
    end(&w);
}
END_TEST

START_TEST(a_dispenser_pays_by_its_chance)
{
    enum { DRAWS = 10000 };
    struct world w = world_of("legend:\n  D: dispenser theta=0.3\nmap:\n@D\n", "");
    int paid = 0;
    for (int i = 0; i < DRAWS; i++)
        paid += step(&w, i ? STAY : RIGHT).rew == 99;
    ck_assert_near(paid, 0.3 * DRAWS, 5 * 46); /* sd = 45.8 */
    end(&w);
}
END_TEST

/* ---- families */

static size_t count(const struct env *env, const char *family)
{
    return class_count(env, family, NULL);
}

/* One per reachable cell, the start included; the truth's dispenser is floor elsewhere. */
START_TEST(goal_hypotheses_are_the_reachable_cells)
{
    struct world w = world_of("map:\n@.D\n##.\n.#.\n", "theta=1");
    ck_assert_uint_eq(count(w.env, "goal"), 5);
    for (size_t k = 0; k < 5; k++) {
        struct env *h = class_at(w.env, "goal", k, NULL);
        struct rng rng = { { 1, 2, 3, 4 } };
        int paid = 0, about = h->ops->about(h);
        env_reset(h, w.state, &rng);
        static const unsigned tour[] = { STAY, RIGHT, RIGHT, DOWN, DOWN };
        static const int cells[] = { 0, 1, 2, 5, 8 };
        for (int i = 0; i < 5; i++)
            if (env_step(h, w.state, tour[i], &rng).rew == 99) {
                paid++;
                ck_assert_int_eq(about, cells[i]);
            }
        ck_assert_int_eq(paid, 1);
        env_close(h);
    }
    end(&w);
}
END_TEST

/* The world of this layout, its map read as from a user. */
static struct world world_drawn(const struct grid *g, const char *more)
{
    char *text = NULL;
    size_t n = 0;
    FILE *f = xopen_memstream(&text, &n);
    grid_write(g, f);
    xclose_memstream(f);
    struct world w = world_of(strchr(text, '\n') + 1, more);
    free(text);
    return w;
}

/* Both say the same of every action in a state, and lead to the same states. */
static void compare(const struct env *h, const struct env *drawn, uint32_t state)
{
    struct transition *p = xcalloc(h->max_transitions, sizeof *p);
    struct transition *q = xcalloc(h->max_transitions, sizeof *q);
    uint32_t *to = xcalloc(h->max_transitions, sizeof *to);
    uint32_t *into = xcalloc(h->max_transitions, sizeof *into);
    ck_assert_uint_eq(h->max_transitions, drawn->max_transitions);
    for (unsigned a = 0; a < h->space.n_actions; a++) {
        size_t n = h->ops->transitions(h, &state, a, p, to);
        ck_assert_uint_eq(drawn->ops->transitions(drawn, &state, a, q, into), n);
        for (size_t i = 0; i < n; i++) {
            ck_assert_double_eq(p[i].p, q[i].p);
            ck_assert_uint_eq(percept_key(p[i].e), percept_key(q[i].e));
            ck_assert_uint_eq(to[i], into[i]);
        }
    }
    free(p);
    free(q);
    free(to);
    free(into);
}

/* Whatever it was made of: also beside traps, noise and a modifier. */
START_TEST(a_hypothesis_is_the_world_of_its_own_layout)
{
    static const char *const families[] = { "goal", "floor", "dogma", "start" };
    static const char *const more[] = { "", "theta=0.4,percepts=cell", "prize=7,cap=12" };
    const char *family = families[_i % 4], *settings = more[_i / 4];
    struct world w = world_of("map:\n@.N.\n.#DT\n...M\n#..#\n.#..\n", settings);
    size_t n = count(w.env, family);
    ck_assert_uint_ge(n, 8);
    for (size_t k = 0; k < n; k++) {
        struct grid g;
        struct env *h = class_at(w.env, family, k, NULL);
        ck_assert(gridworld_layout(h, &g));
        while (g.at[g.start].kind != TILE_FLOOR)
            g.start++; /* a map has floor where it has the start */
        struct world drawn = world_drawn(&g, settings);
        for (uint32_t s = 0; s < 40; s++)
            compare(h, drawn.env, s);
        ck_assert_int_eq(h->ops->about(h), drawn.env->ops->about(drawn.env));
        env_close(h);
        grid_release(&g);
        end(&drawn);
    }
    end(&w);
}
END_TEST

START_TEST(floor_hypotheses_count_what_cannot_be_reached)
{
    struct world w = world_of("map:\n@.#\n##D\n...\n", "");
    ck_assert_uint_eq(count(w.env, "goal"), 2);
    ck_assert_uint_eq(count(w.env, "floor"), 6);
    struct env *h = class_at(w.env, "floor", 5, NULL);
    ck_assert_int_eq(h->ops->about(h), 8);
    env_close(h);
    end(&w);
}
END_TEST

START_TEST(start_hypotheses_begin_elsewhere_in_the_same_maze)
{
    struct world w = world_of("map:\n@.D\n##.\n.#.\n", "theta=1");
    ck_assert_uint_eq(count(w.env, "start"), 5);
    struct env *h = class_at(w.env, "start", 2, NULL);
    struct rng rng = { { 1, 2, 3, 4 } };
    env_reset(h, w.state, &rng);
    ck_assert_int_eq(env_step(h, w.state, STAY, &rng).rew, 99);
    env_close(h);
    end(&w);
}
END_TEST

START_TEST(maze_hypotheses_are_the_truth_and_the_list_without_it)
{
    struct err err = { 0 };
    struct spec_of spec;
    ck_assert(
        kind_parse(&spec, &env_shelf, "gridworld:size=6,mazes=0+1+2,map_index=1", &err));
    struct env *env = env_open(&spec, 1, &err);
    ck_assert_uint_eq(count(env, "maze"), 3);
    env_close(env);
    kind_release(&spec);
    ck_assert(kind_parse(&spec, &env_shelf, "gridworld:size=6,mazes=thesis", &err));
    env = env_open(&spec, 1, &err);
    ck_assert_ptr_null(family_find("maze", env, &err));
    ck_assert_ptr_nonnull(strstr(err.text, "another size"));
    env_close(env);
    kind_release(&spec);
}
END_TEST

START_TEST(two_dispensers_have_no_goal_family)
{
    struct err err = { 0 };
    struct world w = world_of("map:\n@DD\n", "");
    ck_assert_ptr_null(family_find("goal", w.env, &err));
    ck_assert_ptr_nonnull(strstr(err.text, "exactly one dispenser"));
    end(&w);
}
END_TEST

/* ---- random layouts */

START_TEST(what_must_be_reached_can_be)
{
    for (unsigned index = 0; index < 60; index++) {
        struct grid g;
        struct err err = { 0 };
        struct rng rng;
        rng_init(&rng, &(struct rng_key){ 3, RNG_LAYOUT, "test", index, 0 });
        struct grid_wish wish = { .size = 3 + (int)index % 12,
                                  .walls = 0.4,
                                  .traps = index % 3 ? 0 : 0.1,
                                  .dispensers = 1 + (int)index % 3,
                                  .noise = index % 2 };
        ck_assert_msg(grid_make(&g, &wish, &rng, &err), "%s", err.text);
        bool reached[GRID_MAX * GRID_MAX];
        int dispensers = 0;
        grid_reach(&g, g.start, reached);
        for (int i = 0; i < g.rows * g.cols; i++)
            if (g.at[i].kind == TILE_DISPENSER) {
                dispensers++;
                ck_assert(reached[i]);
                ck_assert_int_ge(i / g.cols + i % g.cols, wish.size / 2);
            }
        ck_assert_int_eq(dispensers, wish.dispensers);
        ck_assert_int_eq(g.at[g.start].kind, TILE_FLOOR);
        grid_release(&g);
    }
}
END_TEST

START_TEST(an_impossible_wish_is_told)
{
    struct err err = { 0 };
    struct spec_of spec;
    ck_assert(kind_parse(&spec, &env_shelf, "gridworld:walls=1", &err));
    ck_assert_ptr_null(env_open(&spec, 1, &err));
    ck_assert_uint_ge(err.n, 1);
    kind_release(&spec);
}
END_TEST

/* The index and the root seed choose the layout, the run's seed never does. */
START_TEST(layouts_depend_on_index_and_root_alone)
{
    static const struct {
        const char *spec;
        uint64_t root;
    } one[] = { { "gridworld", 1 },
                { "gridworld", 1 },
                { "gridworld:map_index=1", 1 },
                { "gridworld", 2 } };
    struct cell cells[4][100];
    for (int i = 0; i < 4; i++) {
        struct err err = { 0 };
        struct spec_of spec;
        struct rng rng = { { (uint64_t)i, 2, 3, 4 } };
        ck_assert(kind_parse(&spec, &env_shelf, one[i].spec, &err));
        struct env *env = env_open(&spec, one[i].root, &err);
        unsigned char state[64] = { 0 };
        memset(cells[i], 0, sizeof cells[i]);
        env_reset(env, state, &rng);
        env->ops->draw(env, state, true, &(struct canvas){ 10, 10, cells[i] });
        env_close(env);
        kind_release(&spec);
    }
    ck_assert_int_eq(memcmp(cells[0], cells[1], sizeof *cells), 0);
    ck_assert_int_ne(memcmp(cells[0], cells[2], sizeof *cells), 0);
    ck_assert_int_ne(memcmp(cells[0], cells[3], sizeof *cells), 0);
}
END_TEST

/* ---- maps */

static bool read_text(const char *text, struct grid *g, struct err *err)
{
    FILE *f = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
    bool ok = grid_read(g, f, "t.map", err);
    fclose(f);
    return ok;
}

START_TEST(what_is_written_is_read_back)
{
    for (uint32_t index = 0; index < 10; index++) {
        struct grid g, h;
        struct err err = { 0 };
        struct rng rng;
        char *text = NULL;
        size_t n = 0;
        rng_init(&rng, &(struct rng_key){ 3, RNG_LAYOUT, "test", index, 0 });
        struct grid_wish wish = { .size = 8,
                                  .walls = 0.3,
                                  .traps = 0.05,
                                  .dispensers = 2,
                                  .noise = true,
                                  .modifier = true };
        ck_assert(grid_make(&g, &wish, &rng, &err));
        FILE *f = xopen_memstream(&text, &n);
        grid_write(&g, f);
        xclose_memstream(f);
        ck_assert_msg(read_text(text, &h, &err), "%s", err.text);
        ck_assert_int_eq(g.start, h.start);
        for (int i = 0; i < 64; i++) {
            ck_assert_uint_eq(g.at[i].kind, h.at[i].kind);
            ck_assert_double_eq(g.at[i].theta, h.at[i].theta);
        }
        grid_release(&g);
        grid_release(&h);
        free(text);
    }
}
END_TEST

START_TEST(mistakes_in_a_map_are_told_with_their_place)
{
    static const struct {
        const char *text, *message;
    } bad[] = {
        { "", "there is no 'map:'" },
        { "map:\n@.\n", "ursa-map" },
        { "ursa-map 2\nmap:\n@.\n", "t.map:1" },
        { "ursa-map 1\n", "map:" },
        { "ursa-map 1\nmap:\n.X\n@.\n", "t.map:3:2: error: unknown tile 'X'" },
        { "ursa-map 1\nmap:\n..\n@\n", "t.map:4:" },
        { "ursa-map 1\nmap:\n..\n..\n", "start" },
        { "ursa-map 1\nmap:\n@@\n", "start" },
        { "ursa-map 1\nlegend:\n  D: dispensr\nmap:\n@D\n", "did you mean 'dispenser'" },
        { "ursa-map 1\nlegend:\n  D: dispenser theta=2\nmap:\n@D\n",
          "theta is a probability" },
        { "ursa-map 1\nlegend:\n  D: dispenser reward=1.5\nmap:\n@D\n", "whole number" },
        { "ursa-map 1\nlegend:\n  W: wall theta=1\nmap:\n@W\n", "no property 'theta'" },
    };
    struct grid g;
    struct err err = { 0 };
    ck_assert(!read_text(bad[_i].text, &g, &err));
    ck_assert_uint_ge(err.n, 1);
    ck_assert_msg(strstr(err.text, bad[_i].message) != NULL, "%s", err.text);
}
END_TEST

START_TEST(all_mistakes_of_a_map_are_told_at_once)
{
    struct grid g;
    struct err err = { 0 };
    ck_assert(!read_text("ursa-map 1\nlegend:\n  D: dispensr\nmap:\n@X.\n.Y\n", &g, &err));
    ck_assert_uint_ge(err.n, 4);
    ck_assert_ptr_nonnull(strstr(err.text, "\n    5 | @X."));
    ck_assert_ptr_nonnull(strstr(err.text, "      |  ^"));
}
END_TEST

START_TEST(a_dispenser_out_of_reach_is_warned_of)
{
    struct grid g;
    struct err err = { 0 };
    ck_assert(read_text("ursa-map 1\nmap:\n@#D\n", &g, &err));
    ck_assert_uint_eq(err.n, 0);
    ck_assert_uint_eq(err.notes, 1);
    ck_assert_ptr_nonnull(strstr(err.text, "cannot be reached"));
    grid_release(&g);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("gridworld");
    TCase *tc = tcase_create("gridworld");
    tcase_add_test(tc, rewards_are_those_of_the_papers);
    tcase_add_test(tc, four_bits_tell_the_walls_around);
    tcase_add_test(tc, cells_may_be_seen_instead);
    tcase_add_test(tc, a_trap_is_for_ever);
    tcase_add_test(tc, noise_is_uniform_and_pays_like_floor);
    tcase_add_test(tc, after_the_modifier_every_reward_is_the_cap);
    tcase_add_test(tc, performance_is_apart_from_the_reward);
    tcase_add_test(tc, a_dispenser_pays_by_its_chance);
    tcase_add_test(tc, goal_hypotheses_are_the_reachable_cells);
    tcase_add_loop_test(tc, a_hypothesis_is_the_world_of_its_own_layout, 0, 12);
    tcase_add_test(tc, floor_hypotheses_count_what_cannot_be_reached);
    tcase_add_test(tc, start_hypotheses_begin_elsewhere_in_the_same_maze);
    tcase_add_test(tc, maze_hypotheses_are_the_truth_and_the_list_without_it);
    tcase_add_test(tc, two_dispensers_have_no_goal_family);
    tcase_add_test(tc, what_must_be_reached_can_be);
    tcase_add_test(tc, an_impossible_wish_is_told);
    tcase_add_test(tc, layouts_depend_on_index_and_root_alone);
    tcase_add_test(tc, what_is_written_is_read_back);
    tcase_add_loop_test(tc, mistakes_in_a_map_are_told_with_their_place, 0, 12);
    tcase_add_test(tc, all_mistakes_of_a_map_are_told_at_once);
    tcase_add_test(tc, a_dispenser_out_of_reach_is_warned_of);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
