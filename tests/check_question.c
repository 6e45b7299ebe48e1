#include "config.h"

#include "harness.h"
#include "question.h"
#include "trace.h"
#include "window.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What agents ask the user in the window. */

/* With so great an eta it asks as long as there is anything to learn. */
#define ASKER "bomai:mentor=you,eta=1000,episode=3,samples=20"

/* Until every run is over or asks, and the window has seen it. */
static void wait_for_question(struct view *v)
{
    for (int i = 0; i < v->show.n; i++)
        sim_wait(v->sim[i], 12);
    struct sheet s = drawn(v, 24, 80);
    sheet_release(&s);
}

static void open_asked(struct view *v, const char *agents, const char *env)
{
    open_on(v, agents, env, 12, rich);
    live_to(v, 12);
    wait_for_question(v);
}

static struct frame lived(struct view *v, int i, int64_t t)
{
    sim_wait(v->sim[i], t);
    struct sim_status st = sim_lock(v->sim[i]);
    ck_assert_int_eq(st.last, t);
    struct frame f = film_at(sim_film(v->sim[i]), t);
    sim_unlock(v->sim[i]);
    return f;
}

START_TEST(the_run_waits_and_the_answer_is_the_mentors)
{
    struct view v;
    open_asked(&v, ASKER, "gridworld:size=5");
    ck_assert_int_eq(v.overlay, OVERLAY_QUESTION);
    ck_assert(shows(&v, 24, 80, "bomai asks you: what now?"));
    ck_assert(shows(&v, 24, 80, "\u2192 right"));
    ck_assert(shows(&v, 24, 80, "cycle 1"));
    ck_assert(shows(&v, 24, 80, "\u25c9 yours"));
    lived(&v, 0, 0);
    view_key(&v, VK_DOWN);
    struct frame f = lived(&v, 0, 1);
    ck_assert_int_eq(f.rec.by, BY_MENTOR);
    ck_assert_str_eq(sim_env(v.sim[0])->actions[f.rec.action], "down");
    wait_for_question(&v);
    ck_assert(shows(&v, 24, 80, "t=1  you: down"));
    ck_assert_int_eq(v.overlay, OVERLAY_QUESTION);
    view_key(&v, '0'); /* digits name actions as well */
    f = lived(&v, 0, 2);
    ck_assert_uint_eq(f.rec.action, 0);
    ck_assert(v.played);
    view_release(&v);
}
END_TEST

START_TEST(tab_and_enter_answer_too)
{
    struct view v;
    open_asked(&v, ASKER, "coin-flip");
    ck_assert(shows(&v, 24, 80, "0 1 \u2026 answer"));
    view_key(&v, '7');
    ck_assert_int_eq(v.overlay, OVERLAY_QUESTION); /* there is no such action */
    view_key(&v, VK_TAB);
    view_key(&v, VK_ENTER);
    ck_assert_uint_eq(lived(&v, 0, 1).rec.action, 1);
    view_release(&v);
}
END_TEST

/* Esc puts it off to look around; the run waits for its answer all the same. */
START_TEST(a_question_may_be_put_off)
{
    struct view v;
    open_asked(&v, ASKER, "gridworld:size=5");
    view_key(&v, VK_DOWN);
    wait_for_question(&v);
    ck_assert(shows(&v, 24, 80, "asks you"));
    view_key(&v, VK_ESCAPE);
    ck_assert(shows(&v, 24, 80, "space brings the question back"));
    ck_assert(!shows(&v, 24, 80, "asks you"));
    ck_assert(v.paused);
    view_key(&v, 'b');
    ck_assert(!shows(&v, 24, 80, "asks you"));
    view_key(&v, ' ');
    ck_assert(shows(&v, 24, 80, "asks you"));
    view_key(&v, 'b'); /* what is no answer does what it does elsewhere */
    ck_assert(!shows(&v, 24, 80, "asks you"));
    view_key(&v, VK_END);
    ck_assert(shows(&v, 24, 80, "asks you"));
    view_key(&v, '.');
    ck_assert_int_eq(lived(&v, 0, 2).rec.by, BY_MENTOR);
    view_key(&v, 'q');
    ck_assert(v.quit);
    view_release(&v);
}
END_TEST

/* Of several the first that asks is answered, and the others live on. */
START_TEST(each_agent_has_its_own_answer)
{
    struct view v;
    open_asked(&v, "random " ASKER, "gridworld:size=5");
    lived(&v, 0, 12);
    ck_assert(shows(&v, 30, 120, "B bomai asks you"));
    view_key(&v, VK_DOWN);
    ck_assert_int_eq(lived(&v, 1, 1).rec.by, BY_MENTOR);
    view_release(&v);
}
END_TEST

/* Where nothing has a thread of its own the answer is lived by the pump. */
START_TEST(without_threads_it_is_the_same)
{
    struct view v;
    struct view_conf pumped = rich;
    pumped.pumped = true;
    open_on(&v, ASKER, "gridworld:size=5", 12, pumped);
    view_pause(&v, false);
    view_pump(&v, 0.2);
    ck_assert(shows(&v, 24, 80, "asks you"));
    view_key(&v, VK_DOWN);
    view_pump(&v, 0.2);
    ck_assert_int_eq(lived(&v, 0, 1).rec.by, BY_MENTOR);
    view_release(&v);
}
END_TEST

/* A trace says who acted, and its replay asks nobody. */
START_TEST(what_was_answered_is_replayed)
{
    char path[] = "/tmp/ursa-question-XXXXXX";
    close(mkstemp(path));
    struct view v;
    struct trace tr;
    struct err err = { 0 };
    open_on(&v, ASKER, "gridworld:size=5", 4, rich);
    ck_assert(view_record(&v, path, true));
    live_to(&v, 4);
    for (int t = 1; t <= 4; t++) {
        wait_for_question(&v);
        view_key(&v, t & 1 ? VK_DOWN : VK_RIGHT);
        ck_assert_int_eq(lived(&v, 0, t).rec.by, BY_MENTOR);
    }
    uint64_t hash = lived(&v, 0, 4).rec.hash;
    view_release(&v);
    ck_assert_msg(trace_read(&tr, path, &err), "%s", err.text);
    ck_assert(tr.at[0].by == BY_MENTOR && tr.at[3].by == BY_MENTOR);
    ck_assert_msg(view_open_trace(&v, &rich, &tr, &err), "%s", err.text);
    live_to(&v, 4);
    struct frame f = lived(&v, 0, 4);
    ck_assert_uint_eq(f.rec.hash, hash);
    ck_assert_int_eq(f.rec.by, BY_MENTOR);
    ck_assert(!shows(&v, 24, 80, "asks you"));
    view_release(&v);
    trace_release(&tr);
    unlink(path);
}
END_TEST

/* ---- which was better */

static const struct cycle low[] = { { 0, { 3, -1 }, BY_AGENT },
                                    { 1, { 0, -1 }, BY_AGENT } },
                          high[] = { { 2, { 1, -1 }, BY_AGENT },
                                     { 3, { 2, 100 }, BY_AGENT } };
static const struct question better = { ASK_PREFER, low, high, 2 };

START_TEST(two_segments_stand_side_by_side)
{
    struct view v;
    open_on(&v, "random", "gridworld:size=5", 12, rich);
    struct sim_status st = sim_lock(v.sim[0]);
    struct scene scene = view_scene(&v, 0, st);
    for (int rows = 12; rows < 70; rows += 7)
        for (int cols = 40; cols <= 200; cols += 13) {
            struct sheet s = { 0 };
            sheet_resize(&s, rows, cols);
            sheet_clear(&s);
            question_put(&scene, &better, 0, &s);
            char *text = text_of(&s, &rich);
            ck_assert(strstr(text, "which was better?") && strstr(text, "-2 in all") &&
                      strstr(text, "+99 in all") && strstr(text, "= alike"));
            free(text);
            sheet_release(&s);
        }
    sim_unlock(v.sim[0]);
    view_release(&v);
}
END_TEST

START_TEST(one_is_preferred_or_nothing_said)
{
    static const struct {
        uint32_t key;
        enum reply reply;
        double value;
    } cases[] = { { '1', REPLY_GIVEN, 1 },   { '2', REPLY_GIVEN, 0 },
                  { '=', REPLY_GIVEN, 0.5 }, { VK_ENTER, REPLY_GIVEN, 0 },
                  { 'x', REPLY_NONE, 0 },    { '0', REPLY_NONE, 0 } };
    struct env env = { 0 };
    struct answer a;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int chosen = 1;
        enum reply r = question_reply(&env, &better, cases[i].key, &chosen, &a);
        ck_assert_int_eq(r, cases[i].reply);
        ck_assert(a.given == (r == REPLY_GIVEN) && a.value == cases[i].value);
    }
    int chosen = 2;
    ck_assert_int_eq(question_reply(&env, &better, VK_TAB, &chosen, &a), REPLY_TAKEN);
    ck_assert_int_eq(chosen, 0);
    ck_assert_int_eq(question_reply(&env, &better, VK_ESCAPE, &chosen, &a), REPLY_GIVEN);
    ck_assert(!a.given);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("question");
    TCase *tc = tcase_create("question");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, the_run_waits_and_the_answer_is_the_mentors);
    tcase_add_test(tc, tab_and_enter_answer_too);
    tcase_add_test(tc, a_question_may_be_put_off);
    tcase_add_test(tc, each_agent_has_its_own_answer);
    tcase_add_test(tc, without_threads_it_is_the_same);
    tcase_add_test(tc, what_was_answered_is_replayed);
    tcase_add_test(tc, two_segments_stand_side_by_side);
    tcase_add_test(tc, one_is_preferred_or_nothing_said);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
