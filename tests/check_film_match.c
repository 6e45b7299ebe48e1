#include "config.h"

#include "harness.h"
#include "match_trace.h"
#include "window.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Films of matches: all seats of a game are lived together, and each has a film. */

/* What `ursa run` makes of the same. */
static struct match_result lived(const struct view *v, uint64_t steps)
{
    struct err err = { 0 };
    struct match_result r;
    const struct show *s = &v->show;
    struct match_job job = { &s->env, s->agent, (uint32_t)s->n, s->root, s->seed,
                             steps,   NULL };
    ck_assert_msg(match_run(&job, NULL, NULL, NULL, &r, &err), "%s", err.text);
    return r;
}

static struct frame frame_of(const struct view *v, int i, int64_t t)
{
    return film_at(sim_film(v->sim[i]), t);
}

static const struct {
    const char *agents, *game;
    int steps;
} matches[] = {
    { "aixi:samples=100 thompson:samples=100", "matching-pennies", 30 },
    { "fictitious logit", "rock-paper-scissors", 40 },
    { "random q-learning random", "public-goods:players=3", 30 },
    { "random random", "kuhn-poker", 40 },
    { "random random", "tictactoe", 40 },
};

/* Every seat has the hash that it has without a window, in games by turns, too, where a
 * move of the match is a cycle of its film. */
START_TEST(a_match_in_the_window_is_the_match)
{
    struct view v;
    int steps = matches[_i].steps;
    open_on(&v, matches[_i].agents, matches[_i].game, (uint64_t)steps, rich);
    live_to(&v, steps);
    struct match_result r = lived(&v, (uint64_t)steps);
    for (int i = 0; i < v.show.n; i++) {
        struct frame f = frame_of(&v, i, steps);
        uint64_t acts = 0, done = 0;
        ck_assert_int_eq(film_last(sim_film(v.sim[i])), steps);
        ck_assert_uint_eq(f.rec.hash, r.seat[i].hash);
        ck_assert_uint_eq(f.rec.t, r.seat[i].steps);
        for (int64_t t = 1; t <= steps; t++) {
            struct frame g = frame_of(&v, i, t);
            acts += g.moved;
            done += g.done;
            ck_assert_uint_eq(g.rec.t, done);
            ck_assert_uint_eq(film_acts(sim_film(v.sim[i]), t), acts);
        }
        ck_assert_uint_le(done, acts);
        ck_assert_uint_le(acts, done + 1);
    }
    match_result_release(&r);
    view_release(&v);
}
END_TEST

/* Back, forth and from little memory: the same frames of all seats. */
START_TEST(a_match_looks_the_same_on_every_visit)
{
    struct view v, little;
    struct view_conf conf = rich;
    open_on(&v, "q-learning thompson:samples=50", "stag-hunt", 200, rich);
    live_to(&v, 190);
    struct sheet first = drawn(&v, 36, 120), again;
    view_go(&v, 3);
    again = drawn(&v, 36, 120);
    sheet_release(&again);
    live_to(&v, 190);
    again = drawn(&v, 36, 120);
    ck_assert_int_eq(memcmp(first.at, again.at, 36u * 120u * sizeof *first.at), 0);
    conf.bytes = 1 << 18;
    open_on(&little, "q-learning thompson:samples=50", "stag-hunt", 200, conf);
    live_to(&v, 200);
    live_to(&little, 200);
    ck_assert_int_gt(film_first(sim_film(little.sim[0])), 0);
    for (int i = 0; i < 2; i++) {
        struct frame f = frame_of(&v, i, 200), g = frame_of(&little, i, 200);
        ck_assert_uint_eq(f.rec.hash, g.rec.hash);
        ck_assert_uint_eq(f.n_joint, 4);
        ck_assert_int_eq(memcmp(f.joint, g.joint, 4 * sizeof *f.joint), 0);
        ck_assert(f.gap_average == g.gap_average);
    }
    sheet_release(&first);
    sheet_release(&again);
    view_release(&little);
    view_release(&v);
}
END_TEST

/* Two greedy Bayesians in matching pennies, by hand; ties to heads: HH HT HT TT TT TT ...,
 * NashConv of their laws is 1 in every round; what they did on average tends to 1/2. */
START_TEST(how_far_from_equilibrium_they_are_is_filmed)
{
    static const char *const moves[] = { "HH", "HT", "HT", "TT", "TT", "TT", "TH", "TH",
                                         "TH", "TH", "HH", "HH", "HH", "HH", "HH", "HT" };
    struct view v;
    open_on(&v, "fictitious fictitious", "matching-pennies", 400, rich);
    live_to(&v, 400);
    for (int64_t t = 1; t <= 16; t++) {
        struct frame a = frame_of(&v, 0, t), b = frame_of(&v, 1, t);
        ck_assert_int_eq("HT"[a.action], moves[t - 1][0]);
        ck_assert_int_eq("HT"[b.action], moves[t - 1][1]);
        ck_assert_double_eq(a.gap, 1);
        ck_assert_double_eq(b.gap, 1);
    }
    struct frame one = frame_of(&v, 0, 1), last = frame_of(&v, 0, 400);
    ck_assert_double_eq(one.gap_average, 1);
    ck_assert_double_lt(last.gap_average, 0.2);
    ck_assert_uint_eq(last.joint[0] + last.joint[1] + last.joint[2] + last.joint[3], 400);
    ck_assert(isnan(frame_of(&v, 0, 0).gap));
    ck_assert_double_eq((double)(last.mix[0] + last.mix[1]), 1);
    view_release(&v);
}
END_TEST

/* Another agent in a seat goes on from the cycle shown; the past is as it was, in games by
 * turns with an action under way, too. */
START_TEST(a_match_is_forked)
{
    static const struct {
        const char *agents, *game, *set;
    } fork[] = {
        { "thompson:samples=40 q-learning", "stag-hunt", "set samples=60" },
        { "q-learning random", "kuhn-poker", "set epsilon=0.5" },
        { "q-learning random", "tictactoe", "set epsilon=0.5" },
    };
    struct view v;
    struct record before[2][41];
    open_on(&v, fork[_i].agents, fork[_i].game, 40, rich);
    live_to(&v, 21);
    for (int i = 0; i < 2; i++)
        for (int t = 0; t <= 21; t++)
            before[i][t] = frame_of(&v, i, t).rec;
    command_run(&v, fork[_i].set);
    ck_assert_int_eq(v.forked, 21);
    live_to(&v, 40);
    for (int i = 0; i < 2; i++) {
        for (int t = 0; t <= 21; t++)
            ck_assert_uint_eq(frame_of(&v, i, t).rec.hash, before[i][t].hash);
        ck_assert_uint_ge(frame_of(&v, i, 40).rec.t, before[i][21].t);
        struct sim_status st = sim_lock(v.sim[i]);
        sim_unlock(v.sim[i]);
        ck_assert_msg(!st.error, "%s", st.error);
        ck_assert_int_eq(st.differs, 0);
    }
    ck_assert_ptr_null(strstr(sim_who(v.sim[0], 21), "60"));
    ck_assert_str_eq(sim_who(v.sim[0], 40), v.show.agent[0].canonical);
    view_release(&v);
}
END_TEST

/* What is recorded is what `ursa run --trace` records, and comes out the same again. */
START_TEST(a_match_is_recorded)
{
    char path[2][24] = { "/tmp/ursa-seat-XXXXXX", "/tmp/ursa-seat-XXXXXX" };
    struct view v;
    struct err err = { 0 };
    struct match_record a, b;
    for (int i = 0; i < 2; i++) {
        int fd = mkstemp(path[i]);
        ck_assert_int_ge(fd, 0);
        close(fd);
    }
    open_on(&v, matches[_i].agents, matches[_i].game, 20, rich);
    live_to(&v, 5);
    ck_assert_msg(view_record(&v, path[0], true), "%s", v.message);
    live_to(&v, 20);
    view_toggle_record(&v);
    struct match_trace *w = match_trace_new(path[1]);
    struct match_result r;
    struct match_job job = {
        &v.show.env, v.show.agent, (uint32_t)v.show.n, 0, 7, 20, NULL
    };
    ck_assert(match_run(&job, NULL, match_trace_sink(w), NULL, &r, &err));
    match_trace_free(w);
    view_release(&v);
    ck_assert_msg(match_trace_read(&a, path[0], &err), "%s", err.text);
    ck_assert_msg(match_trace_read(&b, path[1], &err), "%s", err.text);
    ck_assert(a.ended && b.ended);
    ck_assert_uint_eq(a.n, 20);
    ck_assert_uint_eq(a.hash, b.hash);
    ck_assert_int_eq(memcmp(a.at, b.at, 20 * sizeof *a.at), 0);
    ck_assert_int_eq(memcmp(a.e, b.e, 20 * a.n_seats * sizeof *a.e), 0);
    ck_assert_msg(view_open_match(&v, &rich, &a, &err), "%s", err.text);
    live_to(&v, 20);
    for (int i = 0; i < v.show.n; i++) {
        struct sim_status st = sim_lock(v.sim[i]);
        sim_unlock(v.sim[i]);
        ck_assert_int_eq(st.differs, 0);
        ck_assert_uint_eq(frame_of(&v, i, 20).rec.hash, r.seat[i].hash);
    }
    view_release(&v);
    match_record_release(&a);
    match_record_release(&b);
    match_result_release(&r);
    unlink(path[0]);
    unlink(path[1]);
}
END_TEST

int main(void)
{
    enum { MATCHES = sizeof matches / sizeof *matches };
    Suite *s = suite_create("films of matches");
    TCase *tc = tcase_create("films of matches");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, a_match_in_the_window_is_the_match, 0, MATCHES);
    tcase_add_test(tc, a_match_looks_the_same_on_every_visit);
    tcase_add_test(tc, how_far_from_equilibrium_they_are_is_filmed);
    tcase_add_loop_test(tc, a_match_is_forked, 0, 3);
    tcase_add_loop_test(tc, a_match_is_recorded, 0, MATCHES);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
