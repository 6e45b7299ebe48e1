#include "config.h"

#include "harness.h"
#include "picture.h"
#include "ramp.h"
#include "window.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Worlds without a map show what is uncertain in them, and nothing but what is so. */

static struct view v;

static void open_at(const char *agent, const char *env, int64_t t)
{
    open_on(&v, agent, env, 60, rich);
    live_to(&v, t);
}

static struct scene lock_scene(void) { return view_scene(&v, 0, sim_lock(v.sim[0])); }

/* Whatever a world names is a part that there is, and fits what some agent thinks. */
START_TEST(every_world_without_a_map_has_its_picture)
{
    for (size_t i = 0; env_shelf.at[i]; i++) {
        const struct env_ops *ops = (const struct env_ops *)env_shelf.at[i];
        const struct picture_part *const *part = picture_parts;
        if (!ops->picture)
            continue;
        while (*part && strcmp((*part)->name, ops->picture) != 0)
            part++;
        ck_assert_msg(*part && (*part)->main, "%s: %s", ops->kind.name, ops->picture);
        open_at("mc-aixi:samples=4", ops->kind.name, 3);
        struct scene s = lock_scene();
        struct frame f = film_at(s.film, 3);
        bool hidden = ops->hidden != NULL;
        /* a predictor of bits has no belief over states: what needs one is left out */
        bool needs = !strcmp(ops->picture, "doors") || !strcmp(ops->picture, "cards");
        bool small = !strcmp(ops->picture, "graph") && s.env->n_places <= 9;
        if (!needs && (small || strcmp(ops->picture, "graph") != 0) && !hidden)
            ck_assert_msg((*part)->fits(&s, &f), "%s: %s", ops->kind.name, ops->picture);
        sim_unlock(v.sim[0]);
        view_release(&v);
    }
}
END_TEST

/* Every text world at every size and every cycle, the truth off and on. */
START_TEST(pictures_are_drawn_everywhere)
{
    static const char *const agents[] = { "aimu:samples=10", "mc-aixi:samples=4" };
    for (size_t i = 0; env_shelf.at[i]; i++) {
        const struct env_ops *ops = (const struct env_ops *)env_shelf.at[i];
        if (!ops->picture || (_i == 0 && !ops->transitions))
            continue;
        open_at(agents[_i], ops->kind.name, 8);
        for (int rows = 12; rows < 64; rows += 13)
            for (int cols = 40; cols < 210; cols += 33) {
                struct sheet s = drawn(&v, rows, cols);
                sheet_release(&s);
                view_key(&v, 't');
                view_key(&v, (uint32_t)(cols % 2 ? 'b' : '>'));
            }
        view_release(&v);
    }
}
END_TEST

/* Rows of a door that stand on a step of the belief. */
static int lit_rows(const struct sheet *s, int col, int step)
{
    int n = 0;
    for (int r = 0; r < s->rows; r++)
        n += s->at[r * s->cols + col].ground == GROUND_STEP + step;
    return n;
}

/* Heard once on the left: 85 in a hundred, so many rows of the door, in its shade. */
START_TEST(a_door_is_filled_to_the_chance_behind_it)
{
    open_on(&v, "aimu", "tiger", 60, rich);
    v.show.steps = 60;
    int64_t t = 1;
    for (live_to(&v, t); t < 30; live_to(&v, ++t)) {
        struct scene s = lock_scene();
        float p = film_at(s.film, t).hidden[0];
        sim_unlock(v.sim[0]);
        if (p > 0.84f && p < 0.86f)
            break;
    }
    ck_assert_int_lt(t, 30);
    ck_assert(shows(&v, 24, 80, "tiger 85%"));
    ck_assert(shows(&v, 24, 80, "tiger 15%"));
    ck_assert(shows(&v, 24, 120, "where is the tiger?  0.61 of 1 bit"));
    struct sheet s = drawn(&v, 24, 80);
    int col = 4, step = ramp_step(0.85, 0.5), lit = lit_rows(&s, col, step), all = 0;
    for (int r = 0; r < s.rows; r++)
        all += s.at[r * s.cols + col].ground >= GROUND_STEP &&
               s.at[r * s.cols + col].ground <= GROUND_STEP + STEPS;
    ck_assert_int_ge(lit, 2);
    ck_assert_int_le(abs(lit * 100 - 85 * all), 100 + all * 5);
    sheet_release(&s);
    view_release(&v);
}
END_TEST

/* On one's own card they have none: two cards share the chance. */
START_TEST(their_cards_are_what_is_left)
{
    open_at("aimu:samples=20", "kuhn-poker", 5);
    struct scene s = lock_scene();
    struct frame f = film_at(s.film, 5);
    unsigned mine = f.rec.e.obs & 3;
    double sum = 0;
    for (unsigned k = 0; k < 3; k++)
        sum += (double)f.hidden[k];
    ck_assert_near(sum, 1, 1e-5);
    ck_assert_near((double)f.hidden[mine], 0, 1e-9);
    sim_unlock(v.sim[0]);
    static const char *const none[] = { "jack 0%", "queen 0%", "king 0%" };
    ck_assert(shows(&v, 36, 120, none[mine]));
    ck_assert(shows(&v, 24, 80, "I hold"));
    view_release(&v);
}
END_TEST

START_TEST(an_arm_is_told_in_numbers)
{
    char text[40];
    open_at("aixi:samples=50", "bandit", 20);
    struct scene s = lock_scene();
    struct frame f = film_at(s.film, 20);
    uint32_t pulls = 0;
    double best = 0;
    for (int a = 0; a < 3; a++) {
        pulls += f.tally[a].n;
        best += (double)f.spread[a].best;
    }
    ck_assert_uint_eq(pulls, 20);
    ck_assert_near(best, 1, 1e-5);
    snprintf(text, sizeof text, "%.2f \u00b1", (double)f.spread[0].mean);
    sim_unlock(v.sim[0]);
    ck_assert(shows(&v, 36, 120, text));
    ck_assert(shows(&v, 36, 120, "P(best)"));
    view_release(&v);
}
END_TEST

/* Payoffs whole, mine before theirs, and names that are not cut. */
START_TEST(a_game_shows_its_table)
{
    open_at("aixi:samples=20", "ipd", 12);
    ck_assert(shows(&v, 24, 80, "5 , 0"));
    ck_assert(shows(&v, 24, 80, "3 , 3"));
    ck_assert(shows(&v, 24, 80, "cooperation"));
    ck_assert(shows(&v, 36, 120, "theirs so far"));
    view_release(&v);
}
END_TEST

/* What actions do is not known to who learns it; with the truth it is shown. */
START_TEST(the_law_is_no_secret_to_who_knows_it)
{
    open_at("q-learning", "mdp", 5);
    ck_assert(shows(&v, 36, 120, "t shows what actions do"));
    view_key(&v, 't');
    ck_assert(shows(&v, 36, 120, "chance, reward"));
    view_release(&v);
    open_at("aimu", "mdp", 5);
    ck_assert(shows(&v, 36, 120, "chance, reward"));
    view_key(&v, '>');
    ck_assert(shows(&v, 36, 120, "arcs of a0"));
    view_key(&v, '>');
    ck_assert(shows(&v, 36, 120, "arcs of a1"));
    view_release(&v);
}
END_TEST

/* Without colours the steps are digits. */
START_TEST(without_shades_there_are_digits)
{
    struct view_conf poor = rich;
    poor.theme.colors = 0;
    poor.theme.palette = PALETTE_MONO;
    open_on(&v, "aimu", "tiger", 60, poor);
    live_to(&v, 0);
    ck_assert(shows(&v, 24, 80, "222")); /* as at the start */
    view_release(&v);
}
END_TEST

START_TEST(a_visit_later_it_looks_the_same)
{
    static const char *const worlds[] = { "tiger", "bandit", "kuhn-poker",
                                          "ipd",   "mdp",    "coin-flip" };
    open_at("aixi:samples=20", worlds[_i], 9);
    struct sheet a = drawn(&v, 36, 120);
    live_to(&v, 30);
    view_key(&v, VK_HOME);
    view_go(&v, 9);
    struct sheet b = drawn(&v, 36, 120);
    for (int i = 120; i < 36 * 120; i++) /* the title tells whether it runs */
        if (memcmp(&a.at[i], &b.at[i], sizeof *a.at) != 0 && i / 120 < 16 && i % 120 < 50)
            ck_abort_msg("row %d column %d", i / 120, i % 120);
    sheet_release(&a);
    sheet_release(&b);
    view_release(&v);
}
END_TEST

/* 40 learners with one chance of 0.88 are one bar, in the right place, and as they hardly
 * learn one row of what was. */
START_TEST(a_population_is_a_histogram)
{
    open_at("random", "population:size=40,theta=2,rate=0.0001", 30);
    ck_assert(shows(&v, 24, 80, "mean 0.881 of 40 learners"));
    struct sheet s = drawn(&v, 60, 200);
    int high[200] = { 0 }, tallest = 0, lit = 0;
    for (int c = 0; c < 100; c++)
        for (int r = 0; r < 30; r++) {
            struct mark m = s.at[r * s.cols + c];
            high[c] += m.ch == 0x2588 && m.role == ROLE_GOOD;
            ck_assert(m.ch != 0x2588 || m.role != ROLE_BAD);
            lit += m.ground == GROUND_STEP + STEPS;
        }
    for (int c = 0; c < 100; c++)
        tallest = high[c] > tallest ? high[c] : tallest;
    ck_assert_int_ge(tallest, 3);
    /* ten bins of six columns: the ninth, and a gap after it */
    for (int c = 0; c < 100; c++)
        ck_assert_int_eq(high[c], c >= 49 && c < 54 ? tallest : 0);
    ck_assert_int_eq(lit, 31);
    sheet_release(&s);
    view_release(&v);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("picture");
    TCase *tc = tcase_create("picture");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, every_world_without_a_map_has_its_picture);
    tcase_add_loop_test(tc, pictures_are_drawn_everywhere, 0, 2);
    tcase_add_test(tc, a_door_is_filled_to_the_chance_behind_it);
    tcase_add_test(tc, their_cards_are_what_is_left);
    tcase_add_test(tc, an_arm_is_told_in_numbers);
    tcase_add_test(tc, a_game_shows_its_table);
    tcase_add_test(tc, a_population_is_a_histogram);
    tcase_add_test(tc, the_law_is_no_secret_to_who_knows_it);
    tcase_add_test(tc, without_shades_there_are_digits);
    tcase_add_loop_test(tc, a_visit_later_it_looks_the_same, 0, 6);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
