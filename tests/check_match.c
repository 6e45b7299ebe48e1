#include "config.h"

#include "curve.h"
#include "harness.h"
#include "life.h"
#include "match_trace.h"
#include "players.h"
#include "registry.h"
#include "seat.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- sessions of n seats */

struct party {
    uint32_t n;
    struct spec_of spec[PLAYERS_MAX];
    struct env *env[PLAYERS_MAX];
    struct agent *agent[PLAYERS_MAX];
    struct match m;
};

static void party_begin(struct party *p, struct game *g, const char *const *agents)
{
    struct err err = { 0 };
    p->n = g->n_players;
    for (uint32_t i = 0; i < p->n; i++) {
        ck_assert_msg(kind_parse(&p->spec[i], &agent_shelf, agents[i], &err), "%s",
                      err.text);
        p->env[i] = seat_open_among(g, i);
        p->agent[i] = agent_open(&p->spec[i], p->env[i], &err);
        ck_assert_msg(p->agent[i] != NULL, "%s", err.text);
    }
    match_init(&p->m, g, p->env, p->agent, 1, 3);
}

static void party_end(struct party *p)
{
    match_release(&p->m);
    for (uint32_t i = 0; i < p->n; i++) {
        p->agent[i]->ops->close(p->agent[i]);
        env_close(p->env[i]);
        kind_release(&p->spec[i]);
    }
}

/* An agent in a match with one whose actions are a fixed row lives as in the seat
 * against the policy that plays so. */
START_TEST(a_match_with_who_never_changes_is_the_seat_against_the_policy)
{
    static const char *const learners[] = { "q-learning", "random", "mc-aixi:samples=40",
                                            "aixi:samples=40" };
    static const struct {
        const char *agent, *policy;
    } other[] = { { "scripted:actions=1", "all-c" }, { "scripted:actions=0", "all-d" } };
    for (size_t k = 0; k < 2; k++) {
        struct game *g = players_game("prisoners-dilemma");
        struct party p;
        char seat[100];
        struct err err = { 0 };
        party_begin(&p, g, (const char *[]){ learners[_i], other[k].agent });
        for (int t = 0; t < 40; t++)
            ck_assert_msg(match_step(&p.m, &err), "%s", err.text);
        snprintf(seat, sizeof seat, "seat:others=%s", other[k].policy);
        ck_assert_uint_eq(p.m.seat[0].last.t, 40);
        ck_assert_uint_eq(p.m.seat[0].last.hash, life_hash(learners[_i], seat, NULL));
        party_end(&p);
        game_close(g);
    }
}
END_TEST

/* By turns: whoever moves first completes a cycle when it is to move again. */
START_TEST(by_turns_each_has_a_clock_of_its_own)
{
    struct game *g = players_game("tictactoe");
    struct party p;
    struct err err = { 0 };
    party_begin(&p, g, (const char *[]){ "random", "random" });
    uint8_t action[PLAYERS_MAX];
    uint32_t done;
    double total[2] = { 0, 0 };
    for (int t = 0; t < 3000; t++) {
        uint32_t movers = game_movers(g, p.m.state);
        ck_assert(movers == 1 || movers == 2);
        ck_assert(match_act(&p.m, action, &err));
        ck_assert(match_answer(&p.m, action, &done, &err));
        ck_assert(done == game_movers(g, p.m.state) || t < 2);
        for (int i = 0; i < 2; i++)
            total[i] += done >> i & 1 ? p.m.seat[i].last.e.rew : 0;
    }
    ck_assert_uint_eq(p.m.t, 3000);
    uint64_t x = p.m.seat[0].last.t, o = p.m.seat[1].last.t;
    ck_assert_uint_gt(o, 900);
    ck_assert_uint_gt(x, o); /* X begins anew after its own last move too */
    ck_assert_uint_le(x + o, 3000);
    ck_assert_uint_ge(x + o, 2999);
    for (int i = 0; i < 2; i++)
        ck_assert(
            !(p.m.seat[i].last.total < total[i] || p.m.seat[i].last.total > total[i]));
    /* equal agents do not share their luck */
    ck_assert_uint_ne(p.m.seat[0].mind.s[0], p.m.seat[1].mind.s[0]);
    party_end(&p);
    game_close(g);
}
END_TEST

/* An agent that counts what it is asked. */
struct counter {
    struct agent base;
    int acts, updates, *steps;
};
static bool count_act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    (void)err;
    ((struct counter *)ag)->acts++;
    *action = rng_below(rng, 2);
    return true;
}
static bool count_update(struct agent *ag, const struct cycle *c, struct err *err)
{
    (void)c;
    (void)err;
    ((struct counter *)ag)->updates++;
    return true;
}
static const struct agent_ops counts = { .kind.name = "counter",
                                         .act = count_act,
                                         .update = count_update };

/* n seats cost the sum of their agents: of each an act and an update a cycle, and one
 * step of the game a move. */
START_TEST(a_session_of_n_seats_costs_the_sum_of_its_agents)
{
    enum { MOVES = 90 };
    struct game g = players_toy(_i ? &players_by_turns : &players_at_once);
    struct counter c[SAYERS];
    struct env *env[SAYERS];
    struct agent *agent[SAYERS];
    struct match m;
    for (uint32_t i = 0; i < SAYERS; i++) {
        c[i] = (struct counter){ .base.ops = &counts };
        env[i] = seat_open_among(&g, i);
        agent[i] = &c[i].base;
    }
    match_init(&m, &g, env, agent, 1, 1);
    for (int t = 0; t < MOVES; t++)
        ck_assert(match_step(&m, NULL));
    double total = 0;
    for (uint32_t i = 0; i < SAYERS; i++) {
        int mine = _i ? MOVES / SAYERS : MOVES;
        ck_assert_int_eq(c[i].acts, mine);
        ck_assert_int_eq(c[i].updates, _i && i ? mine - 1 : mine);
        ck_assert_uint_eq(m.seat[i].last.t, (uint64_t)c[i].updates);
        /* what one earns is i + 1 times what the first does */
        total = i ? total : m.seat[0].last.total;
        if (!_i)
            ck_assert_double_eq(m.seat[i].last.total, total * (i + 1));
    }
    match_release(&m);
    for (uint32_t i = 0; i < SAYERS; i++)
        env_close(env[i]);
}
END_TEST

START_TEST(an_agent_that_needs_the_law_is_refused_among_agents)
{
    struct game *g = players_game("prisoners-dilemma");
    struct env *env = seat_open_among(g, 0);
    struct spec_of spec;
    struct err err = { 0 };
    ck_assert(kind_parse(&spec, &agent_shelf, "aimu", &err));
    ck_assert_ptr_null(agent_open(&spec, env, &err));
    ck_assert_msg(strstr(err.text, "has no closed form of its law") != NULL, "%s",
                  err.text);
    kind_release(&spec);
    env_close(env);
    game_close(g);
}
END_TEST

/* ---- recorded */

static char path[] = "/tmp/check_game.XXXXXX";

static void make_file(const char *text)
{
    strcpy(path + strlen(path) - 6, "XXXXXX");
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    FILE *f = fdopen(fd, "w");
    fputs(text, f);
    fclose(f);
}

START_TEST(what_was_written_of_a_match_is_read_back)
{
    struct spec_of game, agent[2];
    struct match_result r;
    struct match_record was;
    struct err err = { 0 };
    make_file("");
    ck_assert(kind_parse(&game, &game_shelf, "tictactoe", &err));
    for (int i = 0; i < 2; i++)
        ck_assert(kind_parse(&agent[i], &agent_shelf, "random", &err));
    struct match_job job = { &game, agent, 2, 11, 7, 50, NULL };
    struct match_trace *w = match_trace_new(path);
    struct curve *curve[] = { curve_new(50, 5, false), curve_new(50, 5, false) };
    struct sink *curves[] = { curve_sink(curve[0]), curve_sink(curve[1]) };
    ck_assert(match_run(&job, curves, match_trace_sink(w), NULL, &r, &err));
    for (int i = 0; i < 2; i++) {
        ck_assert_uint_eq(curve_points(curve[i]), 2); /* of its own 10 and 20 cycles */
        ck_assert(isfinite(curve_value(curve[i], 0, 1)));
        curve_free(curve[i]);
    }
    ck_assert(is_match_trace(path));
    ck_assert_msg(match_trace_read(&was, path, &err), "%s", err.text);
    ck_assert_uint_eq(was.n, 50);
    ck_assert_uint_eq(was.n_seats, 2);
    ck_assert_uint_eq(was.root, 11);
    ck_assert_uint_eq(was.seed, 7);
    ck_assert(was.ended && was.hash == r.hash);
    long total[2] = { 0, 0 };
    for (uint64_t t = 0; t < was.n; t++)
        for (int i = 0; i < 2; i++)
            total[i] += was.at[t].done >> i & 1 ? was.e[2 * t + (uint64_t)i].rew : 0;
    for (int i = 0; i < 2; i++)
        ck_assert_double_eq((double)total[i], r.seat[i].total_reward);
    ck_assert_uint_eq(r.steps, 50);
    match_record_release(&was);
    match_result_release(&r);
    match_trace_free(w);
    for (int i = 0; i < 2; i++)
        kind_release(&agent[i]);
    kind_release(&game);
    unlink(path);
}
END_TEST

#define HEADER                                                                             \
    "{\"ursa-trace\":2,\"version\":\"1\",\"config\":{\"game\":\"g\",\"seats\":[\"a\","     \
    "\"b\"],"                                                                              \
    "\"steps\":3},\"seeds\":{\"root\":5,\"seed\":7,\"map\":0}}\n"

START_TEST(every_malformed_line_of_a_match_is_told_with_its_place)
{
    static const struct {
        const char *text, *message;
    } bad[] = {
        { "{\"t\":2,\"a\":[0,0],\"o\":[0,0],\"r\":[0,0]}\n",
          ":2:1: error: t is not the move" },
        { "{\"t\":1,\"a\":[0],\"o\":[0,0],\"r\":[0,0]}\n", ":2:1: error: a must have an" },
        { "{\"t\":1,\"a\":[0,32],\"o\":[0,0],\"r\":[0,0]}\n", ":2:1: error: action, obs" },
        { "{\"t\":1,\"a\":[0,0],\"o\":[0,0],\"r\":[0]}\n", ":2:1: error: action, obs" },
        { "{\"t\":1,\"a\":[0,0],\"o\":[0,null],\"r\":[0,0]}\n",
          ":2:1: error: action, obs" },
        { "[]\n", ":2:1: error: not an object" },
        { "{\"t\"\n", ":2:1: error: " },
        { "{\"end\":true,\"steps\":4,\"hash\":\"0123456789abcdef\"}\n",
          ":2:1: error: steps is" },
        { "{\"end\":true,\"steps\":0,\"hash\":\"0\"}\n", ":2:1: error: hash must" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[600];
        struct match_record was;
        struct err err = { 0 };
        snprintf(text, sizeof text, "%s%s", HEADER, bad[i].text);
        make_file(text);
        ck_assert(!match_trace_read(&was, path, &err));
        ck_assert_msg(strstr(err.text, bad[i].message) && err.n == 1, "%s", err.text);
        unlink(path);
    }
    struct match_record was;
    make_file("{\"ursa-trace\":2,"); /* cut off in its first line: nothing is there */
    ck_assert(!match_trace_read(&was, path, NULL));
    unlink(path);
    make_file(HEADER "{\"t\":1,\"a\":[0,31],\"o\":[1,0],\"r\":[5,0]}\n{\"t\":2,");
    ck_assert(match_trace_read(&was, path, NULL));
    ck_assert(was.n == 1 && !was.ended && was.e[0].rew == 5 && was.at[0].action[1] == 31);
    match_record_release(&was);
    unlink(path);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("matches");
    TCase *tc = tcase_create("matches");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, a_match_with_who_never_changes_is_the_seat_against_the_policy,
                        0, 4);
    tcase_add_test(tc, by_turns_each_has_a_clock_of_its_own);
    tcase_add_loop_test(tc, a_session_of_n_seats_costs_the_sum_of_its_agents, 0, 2);
    tcase_add_test(tc, an_agent_that_needs_the_law_is_refused_among_agents);
    tcase_add_test(tc, what_was_written_of_a_match_is_read_back);
    tcase_add_test(tc, every_malformed_line_of_a_match_is_told_with_its_place);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
