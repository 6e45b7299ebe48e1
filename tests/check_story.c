#include "config.h"

#include "harness.h"
#include "judge.h"
#include "list.h"
#include "window.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Demonstrations while they are shown, and the card at the end of a run. */

static const char text[] = "ursa-demo 2\nname: three steps\nagent: aixi:samples=50\n"
                           "env: gridworld:map=thesis\nseed: 4\nsteps: 60\nspeed: 256\n"
                           "at: start\nbefore it moves\n"
                           "at: 7\ntruth: on\nlayer: visits\nafter seven cycles\n"
                           "at: end\ntruth: off\nat the end\n";

static void open_story(struct view *v, const char *file)
{
    char path[] = "/tmp/ursa-story-XXXXXX";
    struct err err = { 0 };
    struct demo d;
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, file, strlen(file)), (ssize_t)strlen(file));
    close(fd);
    ck_assert_msg(demo_read(&d, path, &err), "%s", err.text);
    unlink(path);
    ck_assert_msg(view_open_demo(v, &rich, &d, &err), "%s", err.text);
}

/* Draws until the run has paused again, ten seconds at most. */
static void until_paused(struct view *v)
{
    for (int i = 0; i < 1000 && (!v->paused || v->story.hurry); i++) {
        struct sheet s = drawn(v, 36, 120);
        sheet_release(&s);
        usleep(10000);
    }
    ck_assert(v->paused && !v->story.hurry);
}

START_TEST(a_demonstration_pauses_at_its_steps)
{
    struct view v;
    open_story(&v, text);
    ck_assert(v.paused && shows(&v, 36, 120, "before it moves"));
    ck_assert(shows(&v, 24, 80, "Demo 1/3"));
    view_key(&v, ' ');
    until_paused(&v);
    ck_assert_int_eq(v.t, 7);
    ck_assert(v.truth && v.layer == demo_layer("visits"));
    ck_assert(shows(&v, 36, 120, "after seven cycles"));
    view_key(&v, ' ');
    until_paused(&v);
    ck_assert_int_eq(v.t, 60);
    ck_assert(!v.truth && shows(&v, 24, 80, "at the end"));
    view_key(&v, ',');
    ck_assert_int_eq(v.t, 7);
    ck_assert(shows(&v, 24, 80, "after seven cycles") && v.truth);
    view_key(&v, VK_LEFT);
    ck_assert(shows(&v, 24, 80, "before it moves"));
    view_key(&v, '.');
    ck_assert_int_eq(v.t, 7);
    view_key(&v, 'i');
    ck_assert(!shows(&v, 24, 80, "after seven cycles"));
    view_key(&v, 'i');
    ck_assert(shows(&v, 24, 80, "after seven cycles"));
    view_release(&v);
}
END_TEST

/* A step at an event comes when it happens, as fast as it can with the key. */
START_TEST(a_step_waits_for_its_event)
{
    struct view v;
    char line[80];
    open_story(&v, "ursa-demo 2\nname: x\nagent: aimu\nenv: gridworld:map=thesis\n"
                   "steps: 60\nat: start\na\nat: reward\nit is paid\n");
    ck_assert(shows(&v, 36, 120, "Demo 1/2"));
    view_key(&v, '.');
    until_paused(&v);
    ck_assert(film_event(sim_film(v.sim[0]), v.t, false, line, sizeof line));
    ck_assert_ptr_nonnull(strstr(line, "reward"));
    ck_assert(shows(&v, 36, 120, "it is paid"));
    ck_assert_int_eq(film_found(sim_film(v.sim[0]), 60), v.t);
    view_key(&v, '.');
    ck_assert(strstr(v.message, "last step"));
    view_release(&v);
}
END_TEST

/* What was demonstrated is gone with another agent, but not with another seed, which is
 * told. */
START_TEST(another_seed_is_told)
{
    struct view v;
    open_story(&v, text);
    view_key(&v, 's');
    ck_assert(shows(&v, 36, 120, "of seed 4, not this one"));
    ck_assert(view_set_agent(&v, "random"));
    ck_assert(!shows(&v, 36, 120, "Demo"));
    view_release(&v);
}
END_TEST

/* Texts of demonstrations stand beside the picture, never over it: no cell of the map
 * differs with and without. */
START_TEST(a_text_covers_no_panel)
{
    struct view v;
    bool beside;
    open_story(&v, text);
    for (int cols = 60; cols <= 200; cols += 10)
        for (int rows = 20; rows <= 60; rows += 8) {
            struct rect r = story_rect(&v, rows, cols, &beside);
            ck_assert_int_eq(beside, cols >= 120);
            ck_assert_int_le(r.row + r.rows, rows - 1);
            ck_assert_int_le(r.col + r.cols, cols);
            ck_assert_int_eq(r.rows, beside ? rows - 3 : 4);
        }
    ck_assert_int_eq(story_rows("one two three", 7), 2);
    ck_assert_int_eq(story_rows("one two three", 13), 1);
    ck_assert_int_eq(story_rows("one\n\ntwo", 13), 2);
    view_release(&v);
}
END_TEST

/* Every demonstration that ships is whole on the smallest terminal that shows its text:
 * none of its texts is cut, and picture, state and step are there. */
START_TEST(demonstrations_are_whole_in_a_small_window)
{
    struct list names = demo_tour();
    ck_assert_uint_gt(names.n, 20);
    ck_assert_str_eq(names.at[0], demo_default);
    for (size_t i = 0; i < names.n; i++) {
        struct demo d;
        struct view v;
        struct err err = { 0 };
        char step[32];
        ck_assert_msg(demo_load(&d, names.at[i], &err), "%s", err.text);
        for (size_t k = 0; k < d.n_steps; k++)
            ck_assert_msg(*d.step[k].text && story_rows(d.step[k].text, 78) <= 3,
                          "%s: the text of step %zu is empty or too long", names.at[i],
                          k + 1);
        snprintf(step, sizeof step, "Demo 1/%zu", d.n_steps);
        ck_assert(view_open_demo(&v, &rich, &d, &err));
        ck_assert_msg(shows(&v, 24, 80, step) && shows(&v, 24, 80, "paused"), "%s",
                      names.at[i]);
        ck_assert(shows(&v, 36, 120, step) && shows(&v, 36, 120, "paused"));
        view_release(&v);
    }
    list_release(&names);
}
END_TEST

/* The card comes once, at the end, when that is watched; e brings it back. */
START_TEST(the_card_comes_once)
{
    struct view v;
    open_on(&v, "aixi:samples=50 random", "gridworld:map=thesis", 40, rich);
    view_pause(&v, false);
    view_set_speed(&v, 0);
    for (int i = 0; i < 2; i++)
        sim_wait(v.sim[i], 40);
    ck_assert(shows(&v, 24, 80, "earned"));
    ck_assert(v.overlay == OVERLAY_CARD);
    view_key(&v, VK_ESCAPE);
    ck_assert(!shows(&v, 24, 80, "earned"));
    view_key(&v, 'b');
    view_key(&v, VK_END);
    ck_assert(!shows(&v, 24, 80, "earned"));
    view_key(&v, 'e');
    ck_assert(shows(&v, 24, 80, "earned") && shows(&v, 12, 40, "earned"));
    view_key(&v, 'b');
    ck_assert(v.overlay == OVERLAY_NONE && v.t == 39);
    view_key(&v, 'r');
    ck_assert(!v.carded);
    view_release(&v);
}
END_TEST

/* Its numbers are those of the run. */
START_TEST(the_card_says_what_the_run_came_to)
{
    struct view v;
    char want[80];
    open_on(&v, "aimu", "gridworld:map=thesis", 100, rich);
    live_to(&v, 100);
    view_key(&v, 'e');
    const struct film *f = sim_film(v.sim[0]);
    struct record r = film_at(f, 100).rec;
    snprintf(want, sizeof want, "%.0f  %.2f a cycle", r.total, r.total / 100);
    ck_assert_msg(shows(&v, 24, 80, want), "%s", want);
    snprintf(want, sizeof want, "t %d", (int)film_found(f, 100));
    ck_assert(shows(&v, 24, 80, want));
    snprintf(want, sizeof want, "%.1f %%", r.explored);
    ck_assert(shows(&v, 24, 80, want));
    view_release(&v);
}
END_TEST

/* All curves are there at any size, the chosen one larger. */
START_TEST(plots_fill_the_screen)
{
    struct view v;
    open_on(&v, "aixi:samples=50 random", "gridworld:map=thesis", 40, rich);
    live_to(&v, 40);
    view_key(&v, 'P');
    ck_assert(shows(&v, 24, 80, "reward a cycle") && shows(&v, 24, 80, "entropy, bits"));
    ck_assert(shows(&v, 48, 160, "regret"));
    for (int i = 0; i < 9; i++)
        view_key(&v, VK_DOWN);
    ck_assert(shows(&v, 24, 80, "regret"));
    view_key(&v, 'l');
    ck_assert(shows(&v, 24, 80, "log of"));
    view_key(&v, VK_LEFT);
    ck_assert(shows(&v, 24, 80, "t 39/40"));
    view_key(&v, VK_ESCAPE);
    ck_assert(!shows(&v, 24, 80, "Plots"));
    view_release(&v);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("story");
    TCase *tc = tcase_create("story");
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, a_demonstration_pauses_at_its_steps);
    tcase_add_test(tc, a_step_waits_for_its_event);
    tcase_add_test(tc, another_seed_is_told);
    tcase_add_test(tc, a_text_covers_no_panel);
    tcase_add_test(tc, demonstrations_are_whole_in_a_small_window);
    tcase_add_test(tc, the_card_comes_once);
    tcase_add_test(tc, the_card_says_what_the_run_came_to);
    tcase_add_test(tc, plots_fill_the_screen);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
