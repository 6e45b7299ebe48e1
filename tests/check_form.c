#include "config.h"

#include "form.h"
#include "harness.h"
#include "keys.h"
#include "registry.h"

#include <string.h>

/* The form knows what may stand in it while it is typed, and gives nothing on that is
 * wrong. */

static struct show show;
static struct form form;

static void open_form(const char *agents, const char *env)
{
    struct err err = { 0 };
    show = (struct show){ .seed = 1, .root = 1, .steps = 10 };
    ck_assert_msg(show_agents(&show, agents, &err), "%s", err.text);
    ck_assert(kind_parse(&show.env, &env_shelf, env, &err));
    ck_assert_msg(form_open(&form, &show, &err), "%s", err.text);
}

static void close_form(void)
{
    form_close(&form);
    show_release(&show);
}

static struct form_field *field(const char *name)
{
    form_seek(&form, name);
    ck_assert_str_eq(form.field[form.chosen].p->name, name);
    return &form.field[form.chosen];
}

static void type(const char *text)
{
    for (; *text; text++)
        ck_assert(form_key(&form, (unsigned char)*text));
}

START_TEST(fields_stand_under_what_they_belong_to)
{
    open_form("aixi", "gridworld");
    ck_assert_str_eq(field("planner")->group, "planner");
    ck_assert_str_eq(field("horizon")->group, "planner");
    ck_assert_str_eq(field("samples")->group, "planner");
    ck_assert_str_eq(field("gamma")->group, "discount");
    ck_assert_str_eq(field("family")->group, "model");
    ck_assert_str_eq(field("theta")->group, "world: gridworld");
    ck_assert_str_eq(field("horizon")->text, "7");
    close_form();
    open_form("thompson aixi", "tiger");
    ck_assert_str_eq(field("resample")->group, "A thompson");
    ck_assert_str_eq(field("gamma")->group, "A thompson: discount");
    ck_assert_int_eq(field("hearing")->of, 2);
    close_form();
}
END_TEST

/* The first character takes the place of the value, the next go on with it. */
START_TEST(what_is_typed_replaces_the_value)
{
    open_form("aixi:horizon=4", "gridworld");
    struct form_field *f = field("horizon");
    type("12");
    ck_assert_str_eq(f->text, "12");
    ck_assert_str_eq(f->was, "4");
    ck_assert_int_eq(form_changed(&form), 1);
    ck_assert_int_eq(form_errors(&form), 0);
    ck_assert_str_eq(form.draft.agent[0].canonical, "aixi-v2:horizon=12");
    form_key(&form, VK_BACKSPACE);
    ck_assert_str_eq(f->text, "1");
    form_key(&form, VK_DOWN);
    form_seek(&form, "horizon");
    type("3");
    ck_assert_str_eq(f->text, "3");
    ck_assert(!form_changes_world(&form));
    close_form();
}
END_TEST

START_TEST(an_error_is_told_while_it_is_typed)
{
    open_form("aixi", "gridworld");
    struct form_field *f = field("gamma");
    type("1.5");
    ck_assert_str_eq(f->error, "at most 1; 0.99 is the default");
    ck_assert_int_eq(form_errors(&form), 1);
    ck_assert_str_eq(form.draft.agent[0].canonical, "aixi-v2:gamma=1"); /* was right */
    form_key(&form, 'd');
    form_key(&form, VK_DELETE); /* d is part of what is typed */
    ck_assert_str_eq(f->text, "0.99");
    ck_assert_str_eq(f->error, "");
    field("horizon");
    type("0");
    ck_assert_str_eq(form.field[form.chosen].error, "at least 1; 7 is the default");
    type("x");
    ck_assert_str_eq(form.field[form.chosen].error, "horizon must be an integer, got '0x'");
    close_form();
}
END_TEST

START_TEST(arrows_change_choices_and_step_numbers)
{
    open_form("aixi", "gridworld");
    struct form_field *f = field("planner");
    form_key(&form, VK_RIGHT);
    ck_assert_str_eq(f->text, param_choice(f->p, 1));
    form_key(&form, VK_LEFT);
    form_key(&form, VK_LEFT); /* round about */
    ck_assert_ptr_nonnull(param_choice(f->p, 1));
    ck_assert_str_ne(f->text, "auto");
    form_key(&form, VK_RIGHT);
    ck_assert_str_eq(f->text, "auto");
    f = field("horizon");
    form_key(&form, VK_RIGHT);
    ck_assert_str_eq(f->text, "8");
    f = field("gamma");
    form_key(&form, VK_LEFT);
    ck_assert_str_eq(f->text, "0.98");
    form_key(&form, VK_RIGHT);
    form_key(&form, VK_RIGHT);
    form_key(&form, VK_RIGHT);
    ck_assert_str_eq(f->text, "1");   /* and no further */
    ck_assert(!form_key(&form, 'f')); /* the caller's: a fork */
    close_form();
}
END_TEST

START_TEST(defaults_come_back_one_by_one_or_all)
{
    open_form("aixi:horizon=4,gamma=0.9", "gridworld:size=5");
    field("horizon");
    form_key(&form, 'd');
    ck_assert_str_eq(form.draft.agent[0].canonical, "aixi-v2:gamma=0.9");
    form_key(&form, 'D');
    ck_assert_str_eq(form.draft.agent[0].canonical, "aixi-v2");
    ck_assert_str_eq(form.draft.env.canonical, "gridworld-v1");
    ck_assert_int_eq(form_changed(&form), 3);
    ck_assert(form_changes_world(&form));
    close_form();
}
END_TEST

START_TEST(a_filter_leaves_what_matches)
{
    open_form("aixi", "gridworld");
    form_key(&form, '/');
    type("gam");
    int shown = 0;
    for (int i = 0; i < form.n; i++)
        shown += form_shows(&form, i);
    ck_assert_int_ge(shown, 1);
    ck_assert_int_lt(shown, 4);
    ck_assert(form_shows(&form, form.chosen));
    ck_assert_str_eq(form.field[form.chosen].p->name, "gamma");
    form_key(&form, VK_ENTER);
    type("0.5");
    ck_assert_str_eq(form.field[form.chosen].text, "0.5");
    close_form();
}
END_TEST

START_TEST(ranges_and_choices_are_told_in_whole_words)
{
    char text[60];
    open_form("aixi", "gridworld");
    form_range(field("gamma"), "...", text, sizeof text);
    ck_assert_str_eq(text, "0 ... 1");
    form_range(field("size"), "...", text, sizeof text);
    ck_assert_msg(strstr(text, " ... ") && strstr(text, "cells"), "%s", text);
    form_range(field("discount"), "...", text, 24);
    ck_assert_str_eq(text, "geometric ... 7 more");
    close_form();
}
END_TEST

/* What is wrong with any field. */
static const char *fault(void)
{
    for (int i = 0; i < form.n; i++)
        if (*form.field[i].error)
            return form.field[i].error;
    return "";
}

static void all_defaults(void)
{
    for (form.chosen = 0; form.chosen < form.n; form.chosen++)
        form_key(&form, VK_DELETE);
    ck_assert_str_eq(fault(), "");
    ck_assert_int_eq(form_changed(&form), 0);
}

/* Every field of every agent and world takes its own default and what it shows. */
START_TEST(every_value_that_is_shown_can_be_typed)
{
    for (size_t i = 0; agent_shelf.at[i]; i++) {
        open_form(agent_shelf.at[i]->name, "gridworld");
        all_defaults();
        close_form();
    }
    for (size_t i = 0; env_shelf.at[i]; i++) {
        open_form("random", env_shelf.at[i]->name);
        all_defaults();
        close_form();
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("form");
    TCase *tc = tcase_create("form");
    tcase_add_test(tc, fields_stand_under_what_they_belong_to);
    tcase_add_test(tc, what_is_typed_replaces_the_value);
    tcase_add_test(tc, an_error_is_told_while_it_is_typed);
    tcase_add_test(tc, arrows_change_choices_and_step_numbers);
    tcase_add_test(tc, defaults_come_back_one_by_one_or_all);
    tcase_add_test(tc, a_filter_leaves_what_matches);
    tcase_add_test(tc, ranges_and_choices_are_told_in_whole_words);
    tcase_add_test(tc, every_value_that_is_shown_can_be_typed);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
