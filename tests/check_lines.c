#include "config.h"

#include "harness.h"
#include "window.h"
#include "words.h"
#include "xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Title, status and keys line, and words that are cut. */

/* ---- numbers and words */

START_TEST(numbers_are_told_as_people_read_them)
{
    static const struct {
        double x;
        int digits;
        const char *utf8, *ascii;
    } rows[] = { { 5.284, 2, "5.28", "5.28" },
                 { -0.001, 2, "0.00", "0.00" },
                 { 9999.4, 0, "9999", "9999" },
                 { 9999.6, 2, "10\u2009000", "10000" },
                 { 20000, 0, "20\u2009000", "20000" },
                 { -1234567, 2, "-1\u2009234\u2009567", "-1234567" },
                 { 12345678, 0, "1.2e7", "1.2e7" },
                 { 9.96e7, 0, "1.0e8", "1.0e8" },
                 { -3.14e9, 2, "-3.1e9", "-3.1e9" },
                 { (double)NAN, 2, "", "" } };
    char buf[NUMBER_CHARS];
    ck_assert_int_eq(words_number(buf, &glyphs_utf8, rows[_i].x, rows[_i].digits),
                     text_width(rows[_i].utf8));
    ck_assert_str_eq(buf, rows[_i].utf8);
    words_number(buf, &glyphs_ascii, rows[_i].x, rows[_i].digits);
    ck_assert_str_eq(buf, rows[_i].ascii);
}
END_TEST

START_TEST(text_is_cut_at_words)
{
    static const struct {
        const char *text;
        int width;
        const char *is;
    } rows[] = { { "open left", 9, "open left" },
                 { "open left", 8, "open\u2026" },
                 { "open left", 5, "open\u2026" },
                 { "open left", 4, "" },
                 { "cooperate", 8, "" },
                 { "always-defect", 9, "always\u2026" },
                 { "\u2191 up now", 6, "\u2191 up\u2026" },
                 { "", 0, "" } };
    char buf[64];
    int width = words_cut(buf, sizeof buf, &glyphs_utf8, rows[_i].text, rows[_i].width);
    ck_assert_str_eq(buf, rows[_i].is);
    ck_assert_int_eq(width, text_width(buf));
    ck_assert_int_le(width, rows[_i].width);
}
END_TEST

START_TEST(specs_have_names)
{
    char buf[64];
    words_name(buf, sizeof buf, "aixi-v2:horizon=3");
    ck_assert_str_eq(buf, "aixi");
    words_name(buf, sizeof buf, "mc-aixi-v12");
    ck_assert_str_eq(buf, "mc-aixi");
    words_name(buf, sizeof buf, "grid-4x4");
    ck_assert_str_eq(buf, "grid-4x4");
    words_name(buf, sizeof buf, "exec:./x-v1");
    ck_assert_str_eq(buf, "x");
    words_name(buf, sizeof buf, "lib:./a-v2:b.so#rover-v1:slip=0.2");
    ck_assert_str_eq(buf, "rover");
}
END_TEST

/* ---- lines of the screen */

/* The text of a row of the screen; the caller frees it. */
static char *row_of(struct view *v, int rows, int cols, int row)
{
    struct sheet s = drawn(v, rows, cols);
    char *text = xcalloc((size_t)cols * 4 + 1, 1), *p = text;
    for (int c = 0; c < cols; c++) {
        uint32_t ch = s.at[row * cols + c].ch;
        if (ch < 0x80)
            *p++ = (char)ch;
        else
            p += sprintf(p, ch < 0x800 ? "%c%c" : "%c%c%c",
                         (int)(ch < 0x800 ? 0xc0 | ch >> 6 : 0xe0 | ch >> 12),
                         (int)(ch < 0x800 ? 0x80 | (ch & 63) : 0x80 | (ch >> 6 & 63)),
                         (int)(0x80 | (ch & 63)));
    }
    sheet_release(&s);
    return text;
}

static bool row_has(struct view *v, int rows, int cols, int row, const char *what)
{
    char *text = row_of(v, rows, cols, row);
    bool has = strstr(text, what) != NULL;
    free(text);
    return has;
}

static const struct {
    const char *agents, *env;
} lives[] = { { "aixi", "gridworld:map=thesis" },
              { "thompson:resample=horizon,horizon=20", "gridworld:noise=start" },
              { "kl-ksa:samples=50", "gridworld:map=thesis" },
              { "mdl", "gridworld" },
              { "aixi:samples=50", "tiger" },
              { "random", "pacman" },
              { "mdl optimistic", "gridworld:map=thesis" },
              { "aixi:samples=50", "bandit" } };

/* Whether a part of the sentence, after the cycle and between semicolons and commas, stands
 * in it twice. */
static const char *said_twice(char *line)
{
    char *part[40], *save = NULL, *run = strstr(line, "  ");
    int n = 0;
    for (char *p = strtok_r(run ? run : line, ";,", &save); p && n < 40;
         p = strtok_r(NULL, ";,", &save)) {
        p += strspn(p, " ");
        char *other = strstr(p, "    "); /* another agent's */
        if (other)
            *other = '\0';
        for (int i = 0; i < n; i++)
            if (!strcmp(part[i], p))
                return p;
        part[n++] = p;
        if (other)
            n = 0;
    }
    return NULL;
}

START_TEST(the_status_says_nothing_twice)
{
    struct view v;
    open_on(&v, lives[_i].agents, lives[_i].env, 60, rich);
    live_to(&v, 60);
    for (int t = 1; t <= 60; t++) {
        view_go(&v, t);
        char *line = row_of(&v, 24, 200, 22);
        char *whole = xstrdup(line);
        ck_assert_msg(strstr(whole, "; reward ") != NULL, "%s", whole);
        const char *twice = said_twice(line);
        ck_assert_msg(!twice, "'%s' in %s", twice, whole);
        for (const char *p = strstr(whole, "reward "); p; p = strstr(p + 1, "reward "))
            ck_assert_msg(!strstr(p, "; reward ") || strstr(p, "    "), "%s", whole);
        free(line);
        free(whole);
    }
    view_release(&v);
}
END_TEST

static double later = 0;
static double at_the_time(void) { return later; }

/* After three seconds the sentence is there again, at the end that of the last cycle. */
START_TEST(messages_go_after_three_seconds)
{
    struct view v;
    struct view_conf conf = rich;
    conf.now = at_the_time;
    open_on(&v, "random", "coin-flip", 10, conf);
    later = 100;
    view_set_speed(&v, 0);
    view_key(&v, '+');
    ck_assert(row_has(&v, 24, 80, 22, "as fast as it can"));
    later = 102.9;
    ck_assert(row_has(&v, 24, 80, 22, "as fast as it can"));
    later = 103.1;
    ck_assert(!row_has(&v, 24, 80, 22, "as fast as it can"));
    view_pause(&v, false);
    sim_wait(v.sim[0], 10);
    ck_assert(row_has(&v, 24, 80, 22, "t=10  "));
    view_say(&v, "something");
    later = 110;
    ck_assert(row_has(&v, 24, 80, 22, "t=10  "));
    ck_assert(row_has(&v, 24, 80, 0, "finished"));
    view_release(&v);
}
END_TEST

/* The title loses parameters, then the seed, and never the state or t. */
START_TEST(the_title_keeps_state_and_time)
{
    struct view v;
    bool whole = true, seed = true;
    open_on(&v, "aixi:horizon=3,samples=20,ucb=0.7", "gridworld:size=5,theta=0.5", 20,
            rich);
    live_to(&v, 4);
    for (int cols = 140; cols >= 40; cols--) {
        char *title = row_of(&v, 24, cols, 0);
        ck_assert_msg(strstr(title, "\u2016 paused") && strstr(title, "t 4/20"), "%s",
                      title);
        ck_assert_msg(strstr(title, "aixi") && strstr(title, "gridworld"), "%s", title);
        bool all = strstr(title, "horizon=3") && strstr(title, "theta=0.5"),
             has = strstr(title, "seed 7") != NULL;
        ck_assert_msg(whole || !all, "%s", title);
        ck_assert_msg(seed || !has, "%s", title);
        ck_assert_msg(has || !strchr(title, '='), "a parameter outlives the seed: %s",
                      title);
        ck_assert(!strstr(title, "-v1") && !strstr(title, "-v2"));
        for (const char *p = strchr(title, '='); p; p = strchr(p + 1, '='))
            ck_assert_msg(strspn(p + 1, "0123456789.") > 0, "%s", title);
        whole = all;
        seed = has;
        free(title);
    }
    ck_assert(!whole && !seed);
    view_release(&v);
}
END_TEST

/* ---- the keys line */

/* What the window is like, for whether a key did anything. */
static char *look_of(struct view *v)
{
    struct sheet s = drawn(v, 36, 120);
    char *text = text_of(&s, &rich),
         *all = xasprintf("%d %d %d %d %d\n%s", v->quit, v->overlay, v->paused, v->follow,
                          v->trace != NULL, text);
    sheet_release(&s);
    free(text);
    return all;
}

static const char *const states[] = { "paused", "running", "finished", "hands",
                                      "digits", "two",     "tree",     "help" };

static void bring(struct view *v, int state)
{
    open_on(v, state == 5 ? "random mdl" : "aixi:samples=30",
            state == 4 ? "tiger" : "gridworld:map=thesis", 10, rich);
    live_to(v, state == 2 ? 10 : 4);
    view_locate(v);
    if (state == 1) {
        v->paused = false;
        v->follow = true;
        v->speed = 3;
    } else if (state == 2)
        v->follow = true;
    else if (state == 3 || state == 4)
        view_key(v, 'a');
    else if (state == 6)
        view_key(v, VK_ENTER);
    else if (state == 7)
        view_key(v, '?');
    if (state != 1 && !v->hands)
        v->paused = true;
    *v->message = '\0';
}

static int64_t last_of(struct view *v)
{
    struct sim_status st = sim_lock(v->sim[0]);
    sim_unlock(v->sim[0]);
    return st.last;
}

/* Every entry that is shown does something there, one of its keys at least; a click on it
 * is that key. */
START_TEST(every_entry_of_the_keys_line_acts)
{
    struct view v;
    bring(&v, _i);
    char *before = look_of(&v);
    struct sheet s = drawn(&v, 36, 120);
    int entries = 0, acted = 0;
    view_release(&v);
    for (int col = 1; col < 119; col++) {
        bool begins = s.at[35 * 120 + col].role == ROLE_STRONG &&
                      s.at[35 * 120 + col - 1].ch == ' ' &&
                      (col < 2 || s.at[35 * 120 + col - 2].ch == ' ');
        if (!begins)
            continue;
        entries++;
        int did = 0;
        for (int c = col; c < 119 && s.at[35 * 120 + c].ch != ' '; c++) {
            bring(&v, _i);
            view_click(&v, &s, 35, c);
            for (int k = 0; k < 100 && v.hands && last_of(&v) < 5; k++)
                nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
            char *after = look_of(&v);
            did |= strcmp(before, after) != 0;
            free(after);
            view_release(&v);
        }
        ck_assert_msg(did, "nothing comes of a click on column %d when %s", col,
                      states[_i]);
        acted += did;
    }
    ck_assert_msg(entries >= (_i < 3 || _i == 5 ? 8 : 1) && acted == entries, "%d entries",
                  entries);
    sheet_release(&s);
    free(before);
}
END_TEST

/* Whoever does not know how to leave reads it at any size. */
START_TEST(help_and_quit_are_always_there)
{
    struct view v;
    open_on(&v, "random", "gridworld:map=thesis", 10, rich);
    for (int cols = 40; cols <= 200; cols++)
        for (int rows = 12; rows <= 24; rows += 12)
            ck_assert(row_has(&v, rows, cols, rows - 1, "? help  q quit"));
    view_release(&v);
}
END_TEST

/* In play a key that is no action is told so. */
START_TEST(what_is_no_action_is_told)
{
    struct view v;
    open_on(&v, "random", "tiger", 10, rich);
    view_key(&v, 'a');
    view_key(&v, '7');
    ck_assert(row_has(&v, 24, 80, 22, "no action 7: they are 0 to 2"));
    view_key(&v, VK_UP);
    ck_assert(row_has(&v, 24, 80, 22, "'up' is no action here"));
    ck_assert_int_eq(film_last(sim_film(v.sim[0])), 0);
    view_key(&v, '0');
    sim_wait(v.sim[0], 1);
    ck_assert_int_eq(film_last(sim_film(v.sim[0])), 1);
    view_release(&v);
}
END_TEST

/* Nothing on the screen ends in a part of a word, at any of the sizes there are pictures
 * of. */
static const struct {
    const char *agents, *env;
} anywhere[] = { { "aixi:samples=30", "gridworld" },
                 { "aixi", "tiger" },
                 { "aixi", "bandit" },
                 { "mc-aixi:samples=5", "pacman" },
                 { "aixi", "kuhn-poker" },
                 { "aixi:samples=30 thompson", "gridworld" },
                 { "aixi", "ipd" },
                 { "aixi thompson", "ipd" },
                 { "aixi", "coin-flip" },
                 { "aixi", "biased-rps" },
                 { "random mdl optimistic kl-ksa:samples=20", "gridworld" },
                 { "q-learning", "cheese-maze" },
                 { "aixi:model=dirichlet,samples=20", "gridworld:map=thesis" },
                 { "aixi:samples=30", "extended-tiger" },
                 { "aixi", "mdp" },
                 { "aixi mdl", "heaven-hell" } };

START_TEST(no_word_is_cut)
{
    static const struct extent sizes[] = { { 40, 12 },  { 80, 24 },  { 100, 30 },
                                           { 120, 36 }, { 160, 48 }, { 200, 60 } };
    struct view v;
    open_on(&v, anywhere[_i].agents, anywhere[_i].env, 60, rich);
    live_to(&v, 12);
    for (int t = 0; t <= 12; t += 6)
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            view_go(&v, t);
            struct sheet s = drawn(&v, sizes[k].rows, sizes[k].cols);
            ck_assert_msg(!s.cut, "%d words in %s, %dx%d, t=%d", s.cut, anywhere[_i].env,
                          sizes[k].cols, sizes[k].rows, t);
            sheet_release(&s);
        }
    view_release(&v);
}
END_TEST

/* ---- several agents */

static struct agent_ops brittle;

static bool update_brittle(struct agent *ag, const struct cycle *c, struct err *err)
{
    (void)c;
    (void)err;
    return ag->t != 2;
}

static struct agent *open_brittle(const void *config, const struct env *truth,
                                  struct err *err)
{
    struct agent *ag = agent_random.open(config, truth, err);
    ag->ops = &brittle;
    return ag;
}

/* One of four fails: the others live on, what it lived is still shown, and why it failed is
 * told where it is the one shown. */
START_TEST(one_that_fails_takes_nobody_with_it)
{
    struct view v;
    brittle = agent_random;
    brittle.open = open_brittle;
    brittle.update = update_brittle;
    open_on(&v, "random random random random", "gridworld:map=thesis", 20, rich);
    v.show.agent[_i].kind = &brittle.kind;
    ck_assert(view_restart(&v, 0));
    live_to(&v, 20);
    view_locate(&v);
    ck_assert_int_eq(v.t, 20);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(film_last(sim_film(v.sim[i])), i == _i ? 3 : 20);
    char told[40];
    snprintf(told, sizeof told, "%c failed in cycle 3", 'A' + _i);
    ck_assert(shows(&v, 36, 120, told) && shows(&v, 24, 80, told));
    for (int k = 0; k < 4; k++, view_key(&v, VK_TAB)) {
        *v.message = '\0';
        ck_assert_int_eq(row_has(&v, 24, 200, 22, "is impossible to random"), k == _i);
        ck_assert(row_has(&v, 24, 80, 0, "t 20/20") && !row_has(&v, 24, 80, 0, "failed"));
    }
    for (int rows = 12; rows <= 60; rows += 12)
        for (int cols = 40; cols <= 200; cols += 40) {
            struct sheet s = drawn(&v, rows, cols);
            sheet_release(&s);
        }
    view_go(&v, 1);
    ck_assert(!shows(&v, 36, 120, "failed in"));
    view_release(&v);
}
END_TEST

/* All tokens stand on one map, with the belief of the one that Tab chose. */
START_TEST(agents_are_laid_on_one_map)
{
    struct view v;
    open_on(&v, "aixi:samples=30 mdl random", "gridworld:map=thesis", 20, rich);
    live_to(&v, 12);
    ck_assert(!shows(&v, 36, 120, "Belief of"));
    view_key(&v, 'O');
    ck_assert(v.overlaid && shows(&v, 36, 120, "Belief of A"));
    view_key(&v, VK_TAB);
    ck_assert(shows(&v, 36, 120, "Belief of B"));
    struct sheet s = drawn(&v, 36, 120);
    bool stands[3] = { false };
    for (int i = 0; i < 36 * 120; i++)
        for (unsigned k = 0; k < 3; k++)
            stands[k] |= s.at[i].ch == 'A' + k && s.at[i].ground != GROUND_NONE;
    int seen = stands[0] + stands[1] + stands[2];
    ck_assert_int_ge(seen, 2); /* two may stand in one place */
    sheet_release(&s);
    view_key(&v, 'O');
    ck_assert(!v.overlaid && !shows(&v, 36, 120, "Belief of"));
    view_release(&v);
}
END_TEST

START_TEST(a_fifth_agent_is_one_too_many)
{
    struct view v;
    open_on(&v, "random", "tiger", 5, rich);
    command_run(&v, "agent random random random random");
    ck_assert_int_eq(v.show.n, 4);
    command_run(&v, "agent aixi aixi aixi aixi mdl");
    ck_assert_ptr_nonnull(strstr(v.message, "four at most"));
    ck_assert_int_eq(v.show.n, 4);
    view_release(&v);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("lines");
    TCase *tc = tcase_create("lines");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, numbers_are_told_as_people_read_them, 0, 10);
    tcase_add_loop_test(tc, text_is_cut_at_words, 0, 8);
    tcase_add_test(tc, specs_have_names);
    tcase_add_loop_test(tc, the_status_says_nothing_twice, 0, sizeof lives / sizeof *lives);
    tcase_add_test(tc, messages_go_after_three_seconds);
    tcase_add_test(tc, the_title_keeps_state_and_time);
    tcase_add_loop_test(tc, every_entry_of_the_keys_line_acts, 0,
                        sizeof states / sizeof *states);
    tcase_add_test(tc, help_and_quit_are_always_there);
    tcase_add_test(tc, what_is_no_action_is_told);
    tcase_add_loop_test(tc, no_word_is_cut, 0, sizeof anywhere / sizeof *anywhere);
    tcase_add_loop_test(tc, one_that_fails_takes_nobody_with_it, 0, 4);
    tcase_add_test(tc, agents_are_laid_on_one_map);
    tcase_add_test(tc, a_fifth_agent_is_one_too_many);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
