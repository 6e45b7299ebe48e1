#include "config.h"

#include "harness.h"
#include "section.h"
#include "window.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What lies over the panels: command line, help, menus, the form. */

/* ---- the command line */

static void type(struct view *v, const char *text)
{
    for (; *text; text++)
        view_key(v, (unsigned char)*text);
}

START_TEST(the_command_line_completes_and_remembers)
{
    static const char *const whole[][2] = {
        { "ag", "agent " },
        { "env gridw", "env gridworld" },
        { "set horiz", "set horizon=" },
        { "set ma", "set max-" },
        { "set planner=ex", "set planner=exact" },
        { "agent aixi:horiz", "agent aixi:horizon=" },
        { "agent random aixi:horizon=3,sampl", "agent random aixi:horizon=3,samples=" },
        { "agent aixi:planner=ex", "agent aixi:planner=exact" },
        { "env gridworld:size=5,the", "env gridworld:size=5,theta=" },
        { "palette hi", "palette high-contrast" },
        { "demo dogm", "demo dogma" },
        { "write complete-thi", "write complete-this.map" },
        { "nothing x", "nothing x" },
    };
    struct view v;
    FILE *file = fopen("complete-this.map", "w");
    ck_assert(file && !fclose(file));
    open_on(&v, "aixi", "coin-flip", 5, rich);
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        view_key(&v, ':');
        type(&v, whole[i][0]);
        view_key(&v, VK_TAB);
        ck_assert_str_eq(v.line, whole[i][1]);
        view_key(&v, VK_ESCAPE);
    }
    view_key(&v, ':');
    type(&v, "speed 4");
    view_key(&v, VK_ENTER);
    ck_assert_int_eq(v.speed, 2);
    view_key(&v, ':');
    view_key(&v, VK_UP);
    ck_assert_str_eq(v.line, "speed 4");
    view_release(&v);
    remove("complete-this.map");
}
END_TEST

/* Where several fit, Tab goes through them; all are listed with what they mean. */
START_TEST(what_may_be_typed_is_listed)
{
    struct view v;
    open_on(&v, "aixi", "coin-flip", 5, rich);
    view_key(&v, ':');
    type(&v, "s");
    ck_assert(shows(&v, 24, 80, "seed"));
    ck_assert(shows(&v, 24, 80, "SEED: starts anew with it"));
    ck_assert(shows(&v, 24, 80, "steps"));
    ck_assert(!shows(&v, 24, 80, "palette"));
    view_key(&v, VK_TAB);
    ck_assert_str_eq(v.line, "seed");
    view_key(&v, VK_TAB);
    ck_assert_str_eq(v.line, "set");
    type(&v, " planner=");
    ck_assert_str_eq(v.line, "set planner=");
    ck_assert(shows(&v, 24, 80, "exact"));
    view_release(&v);
}
END_TEST

START_TEST(the_end_is_the_end)
{
    struct view v;
    open_on(&v, "random", "coin-flip", 5, rich);
    command_run(&v, "goto 5000");
    ck_assert_str_eq(v.message, "cycle 5000 is past the end: this is the last, 5");
    sim_wait(v.sim[0], 5);
    view_locate(&v);
    ck_assert_int_eq(v.t, 5);
    view_release(&v);
}
END_TEST

/* ---- overlays */

/* Every key of the table is told whole on 80 x 24, on one page of the help. */
START_TEST(the_help_is_whole)
{
    struct view v;
    open_on(&v, "aixi", "gridworld", 5, rich);
    for (const struct key_row *k = key_table; k->intent; k++) {
        char words[200], *word, *rest = words;
        int pages = 0;
        view_key(&v, '?');
        for (int page = 0; page < 4; page++, view_key(&v, VK_TAB)) {
            bool all = shows(&v, 24, 80, k->keys);
            snprintf(words, sizeof words, "%s", k->help);
            for (rest = words; all && (word = strtok_r(rest, " ", &rest));)
                all = shows(&v, 24, 80, word);
            pages += all;
        }
        ck_assert_msg(pages >= 1, "%s: %s", k->keys, k->help);
        view_key(&v, VK_ESCAPE);
    }
    view_release(&v);
}
END_TEST

START_TEST(the_legend_is_of_the_world_and_the_layer_shown)
{
    struct view v;
    open_on(&v, "aixi", "gridworld", 5, rich);
    view_key(&v, '?');
    for (int i = 0; i < 3; i++)
        view_key(&v, VK_TAB);
    ck_assert(shows(&v, 24, 80, "dispenser"));
    ck_assert(shows(&v, 24, 80, "<1.8"));
    view_key(&v, VK_ESCAPE);
    view_key(&v, 'v');
    view_key(&v, '?');
    for (int i = 0; i < 3; i++)
        view_key(&v, VK_TAB);
    ck_assert(shows(&v, 24, 80, "visits"));
    ck_assert(!shows(&v, 24, 80, "<1.8"));
    view_release(&v);
}
END_TEST

START_TEST(a_menu_tells_all_about_the_one_chosen)
{
    struct view v;
    open_on(&v, "aixi", "gridworld:size=5", 5, rich);
    view_key(&v, 'E');
    type(&v, "tiger");
    ck_assert(shows(&v, 24, 80, "listen for the tiger, open the other door"));
    ck_assert(shows(&v, 60, 120, "-100 for the tiger, 10 for the gold"));
    ck_assert(shows(&v, 60, 120, "=0.85"));
    ck_assert(shows(&v, 24, 80, "extended-tiger"));
    ck_assert(!shows(&v, 24, 80, "cheese-maze"));
    view_key(&v, VK_ENTER);
    ck_assert_str_eq(v.show.env.kind->name, "tiger");
    view_release(&v);
}
END_TEST

/* The manual's entry, as a reader has it. */
START_TEST(a_menu_has_the_manual)
{
    char *text = section_text("ursa-envs", ".7", "tiger");
    ck_assert_ptr_nonnull(text);
    ck_assert_msg(strstr(text, "Rewards: -1 for listening, -100 for the tiger, 10 for"),
                  "%s", text);
    ck_assert_ptr_null(strstr(text, "The tiger for one who sits"));
    ck_assert_ptr_null(strchr(text, '\\'));
    free(text);
    text = section_text("ursa-agents", ".7", "aixi");
    ck_assert_msg(strstr(text, "AI\u03be: the action that maximises"), "%s", text);
    ck_assert_msg(strstr(text, "(which AIXIjs calls horizon 6), \u03b3 = 0.99"), "%s",
                  text);
    free(text);
    ck_assert_ptr_null(section_text("ursa-agents", ".7", "nobody"));
    ck_assert_ptr_null(section_text("ursa-nothing", ".7", "aixi"));
    for (size_t i = 0; agent_shelf.at[i]; i++) {
        text = section_text("ursa-agents", ".7", agent_shelf.at[i]->name);
        ck_assert_msg(text, "%s", agent_shelf.at[i]->name);
        free(text);
    }
}
END_TEST

START_TEST(the_form_changes_nothing_before_it_is_applied)
{
    struct view v;
    open_on(&v, "aixi", "gridworld:size=5", 40, rich);
    live_to(&v, 10);
    view_key(&v, 'o');
    form_seek(&v.form, "horizon");
    type(&v, "3");
    ck_assert(shows(&v, 24, 80, "1 changed, not yet applied"));
    ck_assert(shows(&v, 24, 80, "1 \u2026 100 000 cycles"));
    ck_assert_str_eq(v.show.agent[0].canonical, "aixi-v2");
    form_seek(&v.form, "gamma");
    view_key(&v, VK_DOWN);
    view_key(&v, VK_UP);
    type(&v, "1.5");
    ck_assert(shows(&v, 24, 80, "at most 1; 0.99 is the default"));
    ck_assert(shows(&v, 24, 80, "1 error: gamma."));
    view_key(&v, VK_ENTER);
    ck_assert_int_eq(v.overlay, OVERLAY_FORM);
    view_key(&v, VK_DELETE);
    view_key(&v, 'f');
    ck_assert_int_eq(v.overlay, OVERLAY_NONE);
    ck_assert_str_eq(v.show.agent[0].canonical, "aixi-v2:horizon=3");
    ck_assert_int_eq(v.forked, 10);
    view_key(&v, 'o');
    form_seek(&v.form, "size");
    type(&v, "6");
    view_key(&v, VK_DOWN);
    view_key(&v, VK_UP);
    view_key(&v, 'f'); /* another world has another past */
    ck_assert_int_eq(v.overlay, OVERLAY_FORM);
    view_key(&v, VK_ENTER);
    ck_assert_str_eq(v.show.env.canonical, "gridworld-v1:size=6");
    ck_assert_int_eq(v.t, 0);
    view_release(&v);
}
END_TEST

/* Whatever the size, they are drawn, and leave four columns at the sides or none. */
START_TEST(overlays_fit_everywhere)
{
    static const char keys[] = "?oAED:";
    struct view v;
    open_on(&v, "aixi", "gridworld:size=5", 5, rich);
    for (int k = 0; keys[k]; k++) {
        for (int rows = 12; rows < 70; rows += 7)
            for (int cols = 40; cols <= 200; cols += 13) {
                view_key(&v, (uint32_t)keys[k]);
                struct sheet s = drawn(&v, rows, cols);
                sheet_release(&s);
                view_key(&v, VK_DOWN);
                view_key(&v, VK_ESCAPE);
            }
    }
    view_release(&v);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("overlay");
    TCase *tc = tcase_create("overlay");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, the_command_line_completes_and_remembers);
    tcase_add_test(tc, what_may_be_typed_is_listed);
    tcase_add_test(tc, the_end_is_the_end);
    tcase_add_test(tc, the_help_is_whole);
    tcase_add_test(tc, the_legend_is_of_the_world_and_the_layer_shown);
    tcase_add_test(tc, a_menu_tells_all_about_the_one_chosen);
    tcase_add_test(tc, a_menu_has_the_manual);
    tcase_add_test(tc, the_form_changes_nothing_before_it_is_applied);
    tcase_add_test(tc, overlays_fit_everywhere);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
