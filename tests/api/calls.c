/* What a host does with libursa, and what it should not: compiled by pkg-config against a
 * staged install, as C and as C++. Prints "ok" or "not ok" with a sentence each. */
#include <ursa.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failed;

static void check(int good, const char *what)
{
    failed += !good;
    fprintf(good ? stdout : stderr, "%s: %s%s%s\n", good ? "ok" : "not ok", what,
            good ? "" : " -- ", good ? "" : ursa_error());
}

static int says(const char *part) { return strstr(ursa_error(), part) != NULL; }

/* ---- every function with NULL, empty, short and wrong */

static void nothing(void)
{
    struct ursa_space sp = { 0 };
    uint32_t u = 0;
    int32_t i = 0;
    check(!ursa_env_open(NULL, 0, 0) && says("NULL"), "a world without a spec is none");
    check(!ursa_env_open("", 0, 0) && *ursa_error(), "nor one of an empty spec");
    check(!ursa_env_open("gridwold", 0, 0) && says("did you mean 'gridworld'"),
          "a wrong name is told, with the right one");
    check(!ursa_env_open("exec:cat", 0, 0) && says("starts no programs"),
          "the library starts no programs");
    check(!ursa_agent_open("aixi", NULL, 0, 0) && says("NULL"), "agents need a world");
    check(!ursa_session_open("aixi", NULL, 0, 0, NULL), "so do sessions");
    check(!ursa_session_open("aixxi", "tiger", 0, 0, NULL) && says("aixi"),
          "and an agent that there is");
    check(!ursa_vec_open("tiger", 0, NULL, 3) && !ursa_vec_open("tiger", 0, &u, 0),
          "a vec needs seeds");
    check(!ursa_game_open("tiger", 0, 0) && *ursa_error(), "a world is no game");
    check(!ursa_predictor_open("ctw", 0) && !ursa_predictor_open(NULL, 8) &&
              !ursa_predictor_open("ctv", 8),
          "predictors need a name and bits");
    check(!ursa_list(NULL) && !ursa_list("envz"), "a list needs a sort");
    check(ursa_env_space(NULL, &sp) == URSA_BAD && ursa_env_reset(NULL, 0) == URSA_BAD &&
              ursa_env_step(NULL, 0, &u, &i) == URSA_BAD &&
              ursa_env_save(NULL, &u, 4) == URSA_BAD &&
              ursa_env_restore(NULL, &u, 4) == URSA_BAD &&
              ursa_env_law(NULL, 0, NULL, 0) == URSA_BAD &&
              ursa_env_draw(NULL, 0, NULL, 0) == URSA_BAD &&
              ursa_env_name(NULL, 0, 0, 0, NULL, 0) == URSA_BAD && !ursa_env_spec(NULL),
          "no world, a code");
    check(ursa_agent_act(NULL) == URSA_BAD &&
              ursa_agent_update(NULL, 0, 0, 0) == URSA_BAD && !ursa_agent_inspect(NULL) &&
              ursa_agent_belief(NULL, NULL, 0) == URSA_BAD && !ursa_agent_spec(NULL),
          "no agent, a code");
    check(ursa_session_step(NULL, 0, NULL) == URSA_BAD && !ursa_session_close(NULL),
          "no session, a code");
    check(ursa_vec_step(NULL, NULL, NULL) == URSA_BAD &&
              ursa_vec_reset(NULL, NULL, NULL) == URSA_BAD &&
              ursa_vec_space(NULL, &sp) == URSA_BAD,
          "no vec, a code");
    check(ursa_game_step(NULL, NULL, NULL, NULL) == URSA_BAD &&
              ursa_game_reset(NULL, 0) == URSA_BAD && ursa_game_movers(NULL) == URSA_BAD &&
              ursa_game_players(NULL) == URSA_BAD &&
              ursa_game_space(NULL, 0, &sp) == URSA_BAD && !ursa_game_spec(NULL),
          "no game, a code");
    check(isnan(ursa_predictor_p1(NULL, 0)) && ursa_predictor_update(NULL, 0) == URSA_BAD &&
              ursa_predictor_append(NULL, 0) == URSA_BAD,
          "no predictor, a code");
    check(!ursa_run(NULL, NULL, NULL) && !ursa_run("{", NULL, NULL) &&
              !ursa_run("[]", NULL, NULL) && !ursa_solve(NULL) && !ursa_solve("7"),
          "jobs are JSON objects");
    check(!ursa_run("{\"agent\":\"random\",\"env\":\"tiger\",\"sead\":7}", NULL, NULL) &&
              says("sead"),
          "an unknown key is told");
    check(!ursa_run("{\"agent\":\"random\",\"env\":\"tiger\",\"seed\":-7}", NULL, NULL) &&
              says("seed"),
          "so is a wrong value");
    ursa_env_close(NULL);
    ursa_agent_close(NULL);
    ursa_vec_close(NULL);
    ursa_game_close(NULL);
    ursa_predictor_close(NULL);
    ursa_agent_cancel(NULL);
    ursa_free(NULL);
}

/* ---- a world */

static void world(void)
{
    struct ursa_space sp = { 0 };
    struct ursa_branch br[4] = { { 0, 0, 0 } };
    char small[2], big[4000], bytes[512], other[512];
    ursa_env *e = ursa_env_open("tiger", 0, 7), *f = ursa_env_open("heaven-hell", 0, 7);
    check(ursa_env_space(e, &sp) == URSA_BAD && ursa_env_space(e, NULL) == URSA_BAD,
          "a struct says its size");
    sp.size = 8;
    check(!ursa_env_space(e, &sp) && sp.n_actions == 3 && !sp.n_obs,
          "a short one gets what it has room for");
    sp.size = sizeof sp;
    check(!ursa_env_space(e, &sp) && sp.n_obs == 3 && sp.rew_min == -100 &&
              sp.rew_max == 10 && (sp.flags & URSA_HAS_LAW),
          "the space of the tiger");
    check(ursa_env_step(e, 3, NULL, NULL) == URSA_BAD && says("0..2"),
          "an action out of range moves nothing");
    check(ursa_env_law(e, 0, br, 4) == 2 && fabs(br[0].p + br[1].p - 1) < 1e-12 &&
              ursa_env_law(e, 0, NULL, 0) == 2 && ursa_env_law(e, 0, NULL, 1) == URSA_BAD &&
              ursa_env_law(e, 9, br, 4) == URSA_BAD,
          "the law of listening has two ends");
    check(ursa_env_name(e, 0, 0, 0, big, sizeof big) == 7 && !strcmp(big, "listen") &&
              ursa_env_name(e, 0, 0, 0, small, sizeof small) == 7 && !*small &&
              ursa_env_name(e, 5, 0, 0, big, sizeof big) == URSA_BAD &&
              ursa_env_name(e, -1, 99, 0, big, sizeof big) == URSA_BAD,
          "names, of which too long ones are not cut");
    int takes = ursa_env_draw(e, 1, big, sizeof big);
    check(takes > 1 && (int)strlen(big) == takes - 1, "it is drawn");
    check(sp.state_bytes < sizeof bytes && ursa_env_save(e, bytes, 3) == URSA_BAD &&
              !ursa_env_save(e, bytes, sizeof bytes),
          "it is saved where there is room");
    struct ursa_space sf = { sizeof sf };
    check(!ursa_env_space(f, &sf) && !ursa_env_save(f, other, sizeof other) &&
              ursa_env_restore(e, other, sf.state_bytes) == URSA_BAD &&
              ursa_env_restore(e, bytes, 3) == URSA_BAD &&
              ursa_env_restore(e, NULL, sp.state_bytes) == URSA_BAD,
          "bytes of another world are refused");
    int32_t once[50], again[50];
    for (int k = 0; k < 50; k++)
        ursa_env_step(e, (uint32_t)k % 3, NULL, &once[k]);
    check(!ursa_env_restore(e, bytes, sp.state_bytes), "its own are taken");
    for (int k = 0; k < 50; k++)
        ursa_env_step(e, (uint32_t)k % 3, NULL, &again[k]);
    check(!memcmp(once, again, sizeof once), "and it lives the same again");
    ursa_env_close(e);
    ursa_env_close(f);
}

/* ---- an agent driven by hand, and the record of a session, have the run's hash */

static uint64_t hash_of(const char *text)
{
    const char *at = text ? strstr(text, "\"hash\":\"") : NULL;
    return at ? strtoull(at + 8, NULL, 16) : 0;
}

static void alike(const char *agent, const char *env)
{
    enum { STEPS = 60 };
    char job[300], line[400];
    snprintf(job, sizeof job, "{\"agent\":\"%s\",\"env\":\"%s\",\"seed\":5,\"steps\":%d}",
             agent, env, STEPS);
    char *out = ursa_run(job, NULL, NULL);
    uint64_t hash = hash_of(out);
    struct ursa_record rec = { sizeof rec };
    ursa_session *s = ursa_session_open(agent, env, 0, 5, NULL);
    ursa_session *hand = ursa_session_open(NULL, env, 0, 5, NULL);
    struct ursa_record own = { sizeof own };
    ursa_env *e = ursa_env_open(env, 0, 5);
    ursa_agent *ag = ursa_agent_open(agent, e, 0, 5);
    uint32_t seed[3] = { 9, 5, 1 };
    ursa_vec *v = ursa_vec_open(env, 0, seed, 3);
    int good = out && s && hand && e && ag && v;
    for (int t = 0; good && t < STEPS; t++) {
        struct {
            uint32_t obs;
            int32_t rew;
        } got[3];
        uint8_t act[3];
        uint32_t obs = 0;
        int32_t rew = 0;
        int a = ursa_agent_act(ag);
        good = a >= 0 && !ursa_env_step(e, (uint32_t)a, &obs, &rew);
        memset(act, a, sizeof act);
        good = good && !ursa_vec_step(v, act, got) && got[1].obs == obs &&
               got[1].rew == rew && !ursa_agent_update(ag, (uint32_t)a, obs, rew) &&
               !ursa_session_step(s, -1, &rec) && rec.action == (uint32_t)a &&
               rec.obs == obs && rec.rew == rew && !ursa_session_step(hand, a, &own) &&
               own.hash == rec.hash;
    }
    snprintf(line, sizeof line, "%s in %s: run, session, agent, env and vec are one life",
             agent, env);
    check(good && hash && rec.hash == hash, line);
    ursa_free(out);
    ursa_session_close(s);
    ursa_session_close(hand);
    ursa_agent_close(ag);
    ursa_env_close(e);
    ursa_vec_close(v);
}

static void agents(void)
{
    double cell[100];
    ursa_env *e = ursa_env_open("gridworld", 0, 1);
    ursa_agent *ag = ursa_agent_open("aixi", e, 0, 1);
    int a = ursa_agent_act(ag);
    char *mind = ursa_agent_inspect(ag);
    check(a >= 0 && mind && strstr(mind, "\"entropy\"") && strstr(mind, "\"value\":["),
          "what it thinks is an object");
    ursa_free(mind);
    check(!ursa_agent_belief(ag, cell, 100) && cell[0] >= 0 &&
              ursa_agent_belief(ag, cell, 99) == URSA_BAD,
          "its belief has a cell each");
    check(ursa_agent_update(ag, 99, 0, 0) == URSA_BAD && says("action") &&
              ursa_agent_update(ag, 0, 99, 0) == URSA_BAD && says("observation") &&
              ursa_agent_update(ag, 0, 0, 12345) == URSA_BAD && says("reward"),
          "what is out of range never reaches it");
    ursa_agent_cancel(ag);
    check(ursa_agent_act(ag) == URSA_STOPPED && ursa_agent_act(ag) >= 0,
          "it can be cancelled once");
    check(ursa_agent_update(ag, 0, 0, 99) == URSA_IMPOSSIBLE &&
              says("obs=0 reward=99 after action 0 is impossible to aixi-v"),
          "an impossible percept is told");
    check(ursa_agent_act(ag) == URSA_BAD && says("only be closed"), "and is the end");
    ursa_agent_close(ag);
    ag = ursa_agent_open("random", e, 0, 1);
    check(ursa_agent_belief(ag, cell, 100) == URSA_NONE, "who believes nothing says so");
    ursa_agent_close(ag);
    ursa_env_close(e);
}

static int third(void *context, const struct ursa_record *rec)
{
    *(uint64_t *)context = rec->t;
    return rec->t == 3;
}

static void jobs(void)
{
    uint64_t last = 0;
    char *out =
        ursa_run("{\"agent\":\"random\",\"env\":\"tiger\",\"steps\":50}", third, &last);
    check(out && last == 3 && strstr(out, "\"steps\":3"), "a run is stopped from outside");
    ursa_free(out);
    out =
        ursa_run("{\"agent\":\"random\",\"env\":\"tiger\",\"curve_points\":5}", NULL, NULL);
    check(out && strstr(out, "\"curve\":{\"t\":["), "its curve comes along");
    ursa_free(out);
    out = ursa_solve("{\"env\":\"tiger\",\"horizon\":3,\"discount\":\"gamma=0.95\"}");
    check(out && strstr(out, "\"optimal\":[0]"), "the tiger is listened to");
    ursa_free(out);
    check(!ursa_solve("{\"env\":\"tiger\",\"horizon\":0}") && says("no end"),
          "a sum without end is refused");
    check(ursa_code() == URSA_BAD, "which is a mistake of the caller's");
    check(!ursa_solve("{\"env\":\"gridworld:map=thesis\",\"model\":\"goal\","
                      "\"utility\":\"kl\",\"horizon\":9,\"limit\":10}") &&
              says("more than the limit of 10 belief states"),
          "what is beyond its limit is refused");
    check(ursa_code() == URSA_LIMIT, "which is no mistake: it is too large");
    check(!ursa_run("{\"agent\":\"random\",\"env\":\"tiger\",\"trace\":\"/nowhere/x\"}",
                    NULL, NULL) &&
              says("/nowhere/x"),
          "a trace that cannot be written is told");
    check(!ursa_session_open("random", "tiger", 0, 0, "/nowhere/x") && says("/nowhere/x"),
          "of a session, too");
    out = ursa_list("agents");
    check(out && strstr(out, "\"name\":\"aixi\"") && strstr(out, "\"params\":[{"),
          "agents are listed with their parameters");
    ursa_free(out);
}

static void games(void)
{
    struct ursa_space sp = { sizeof sp };
    uint32_t a[2] = { 0, 1 }, obs[2];
    int32_t rew[2];
    ursa_game *g = ursa_game_open("matching-pennies", 0, 1);
    check(ursa_game_players(g) == 2 && ursa_game_movers(g) == 3 &&
              !ursa_game_space(g, 1, &sp) && sp.n_actions == 2 &&
              ursa_game_space(g, 2, &sp) == URSA_BAD,
          "two play for pennies, at once");
    check(!ursa_game_step(g, a, obs, rew) && rew[0] + rew[1] == 1 && rew[0] >= 0 &&
              rew[1] >= 0,
          "one of them wins the penny");
    a[1] = 7;
    check(ursa_game_step(g, a, obs, rew) == URSA_BAD &&
              ursa_game_step(g, NULL, obs, rew) == URSA_BAD,
          "wrong actions move nothing");
    ursa_game_close(g);
    g = ursa_game_open("tictactoe", 0, 1);
    a[0] = a[1] = 4;
    int first = ursa_game_movers(g);
    check((first == 1 || first == 2) && !ursa_game_step(g, a, obs, rew) &&
              ursa_game_movers(g) == 3 - first && !ursa_game_reset(g, 1) &&
              ursa_game_movers(g) == first,
          "others play by turns");
    ursa_game_close(g);
}

static void bits(void)
{
    ursa_predictor *p = ursa_predictor_open("ctw:depth=4", 2);
    check(ursa_predictor_update(p, 1) == URSA_BAD && says("p1"), "first p1, then the bit");
    check(fabs(ursa_predictor_p1(p, 0) - .5) < 1e-12 && !ursa_predictor_update(p, 1) &&
              isnan(ursa_predictor_p1(p, 2)) && ursa_predictor_append(p, 2) == URSA_BAD,
          "a coin at first");
    for (int i = 0; i < 60; i++) {
        ursa_predictor_p1(p, (uint32_t)i & 1);
        ursa_predictor_update(p, 1);
    }
    check(ursa_predictor_p1(p, 0) > .95 && !ursa_predictor_append(p, 0), "it learns");
    ursa_predictor_close(p);
}

int main(void)
{
    static const char *const where[] = {
        "gridworld", "coin-flip", "chain",       "delay",  "heaven-hell", "bandit",
        "ipd",       "ksa-toy",   "cheese-maze", "tiger",  "maze-1d",     "extended-tiger",
        "grid-4x4",  "tictactoe", "biased-rps",  "pacman", "kuhn-poker",
    };
    check(ursa_abi() == URSA_ABI && *ursa_version() && !*ursa_error(),
          "it is what it says");
    nothing();
    world();
    for (size_t i = 0; i < sizeof where / sizeof *where; i++)
        alike("q-learning", where[i]);
    alike("aixi:samples=50", "gridworld");
    alike("thompson:samples=50", "gridworld:size=6");
    alike("mc-aixi:samples=20", "tiger");
    alike("kl-ksa:samples=50", "gridworld:noise=start");
    agents();
    jobs();
    games();
    bits();
    return failed != 0;
}
