#include "config.h"

#include "hash.h"
#include "history.h"
#include "session.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void visit(struct session *s, uint32_t place)
{
    uint64_t bit = UINT64_C(1) << (place & 63);
    if (s->visited[place >> 6] & bit)
        return;
    s->visited[place >> 6] |= bit;
    s->last.explored = 100.0 * ++s->n_visited / s->env->n_places;
}

/* What the record has of the state. */
static void note(struct session *s)
{
    const struct env *env = s->env;
    if (env->ops->report)
        env->ops->report(env, s->state, s->last.report);
    if (env->n_places && env->ops->place)
        visit(s, env->ops->place(env, s->state));
}

static bool is_somewhere(const struct session *s)
{
    const struct env *env = s->env;
    return !env->n_places || !env->ops->place ||
           env->ops->place(env, s->state) < env->n_places;
}

/* Whether more than its percepts is to be known of a world's cycles: asked once, since most
 * cycles of most runs are cheap. */
static bool is_watched(const struct env *env)
{
    return env->foreign || env->ops->report || env->n_places || env->ops->performance ||
           space_unseen(&env->space);
}

void session_mentor(struct session *s, struct teacher *mentor, uint64_t root, uint32_t seed)
{
    s->mentor = mentor;
    rng_init(&s->school,
             &(struct rng_key){ root, RNG_TEACHER, mentor->ops->kind.name, 0, seed });
}

/* A session in all but its world's luck and state. */
static void sit_down(struct session *s, const struct env *env, struct agent *ag,
                     const struct rng_key *mind)
{
    *s = (struct session){ .env = env, .agent = ag, .watched = is_watched(env) };
    s->before = xcalloc(1, env->state_size);
    s->visited = xcalloc(env->n_places / 64 + 1, sizeof *s->visited);
    rng_init(&s->mind, mind);
    struct teacher *mentor = ag->ops->mentor ? ag->ops->mentor(ag) : NULL;
    if (mentor)
        session_mentor(s, mentor, mind->root, mind->seed);
    s->last = (struct record){ .explored = NAN, .hash = HASH_START };
}

void session_init(struct session *s, const struct env *env, struct agent *ag, uint64_t root,
                  uint32_t seed)
{
    const char *stream = env->stream ? env->stream : env->ops->kind.name;
    sit_down(s, env, ag, &(struct rng_key){ root, RNG_AGENT, ag->ops->kind.name, 0, seed });
    s->state = xcalloc(1, env->state_size);
    rng_init(&s->world, &(struct rng_key){ root, RNG_WORLD, stream, env->map, seed });
    env_reset(env, s->state, &s->world);
    if (!env->foreign || is_somewhere(s)) /* or the first cycle says so */
        note(s);
}

void session_release(struct session *s)
{
    if (!s->shared)
        free(s->state);
    free(s->before);
    free(s->visited);
    *s = (struct session){ 0 };
}

/* Cold, as all that tells what is wrong: it happens once in a life. */
__attribute__((cold, noinline)) static bool cannot_act(const struct session *s,
                                                       struct err *err)
{
    char why[3000] = "";
    if (err && err->n == 1 && !err->notes) { /* one line with its reason */
        snprintf(why, sizeof why, ": %.2900s", err->text);
        *err = (struct err){ 0 };
    }
    return err_set(err, "cycle %" PRIu64 ": %s cannot act%s", s->last.t + 1,
                   s->agent->ops->kind.name, why);
}

__attribute__((cold, noinline)) static bool no_action(const struct session *s,
                                                      unsigned action, struct err *err)
{
    return err_set(err, "cycle %" PRIu64 ": %s answers action %u of %u", s->last.t + 1,
                   s->agent->ops->kind.name, action, s->env->space.n_actions);
}

/* The agent's answer, which may be to leave it to its mentor. */
static bool decide(struct session *s, unsigned *action, struct err *err)
{
    if (!s->agent->ops->act(s->agent, &s->mind, action, err))
        return cannot_act(s, err);
    return *action < s->env->space.n_actions || *action == DEFER ||
           no_action(s, *action, err);
}

/* The mentor's action, where it says one that there is. Cold: few cycles come here, and the
 * others should not pay for it. */
__attribute__((cold)) static bool ask(struct session *s, unsigned *action, struct err *err)
{
    const struct question q = { .ask = ASK_ACTION };
    struct answer a = { 0 };
    const char *agent = s->agent->ops->kind.name;
    uint64_t t = s->last.t + 1;
    if (!s->mentor)
        return err_set(err,
                       "cycle %" PRIu64 ": %s leaves it to its mentor, and it has none", t,
                       agent);
    const char *mentor = s->mentor->ops->kind.name;
    if (!s->mentor->ops->answer(s->mentor, s->state, &q, &s->school, &a, err))
        return err_set(err, "cycle %" PRIu64 ": %s cannot answer %s", t, mentor, agent);
    if (!a.given || !(a.value >= 0 && a.value < s->env->space.n_actions))
        return err_set(err, "cycle %" PRIu64 ": %s names no action to %s", t, mentor,
                       agent);
    *action = (unsigned)a.value;
    s->by = BY_MENTOR;
    s->cost = a.cost;
    return true;
}

/* Cold, too. What a person says costs nothing. */
__attribute__((cold)) static bool is_left_to_host(struct session *s)
{
    s->cost = 0;
    return s->hosted && s->mentor && s->mentor->ops->person;
}

bool session_act(struct session *s, unsigned *action, struct err *err)
{
    s->by = BY_AGENT;
    return decide(s, action, err) &&
           (*action != DEFER || is_left_to_host(s) || ask(s, action, err));
}

uint64_t script_present(const struct script *script)
{
    uint64_t t = 0;
    if (script->present)
        return script->present;
    while (t < script->n && script->at[t].by == BY_PAST)
        t++;
    return t + 1;
}

/* Who acts in cycle t + 1, seen from the agent of the run. */
static enum by who_acts(const struct script *script, uint64_t t)
{
    if (t >= script->n)
        return BY_AGENT;
    enum by by = (enum by)script->at[t].by;
    if (!script->present)
        return by;
    return t + 1 < script->present ? BY_PAST : by == BY_PAST ? BY_AGENT : by;
}

bool session_follow(struct session *s, const struct script *script, unsigned *action,
                    struct err *err)
{
    uint64_t t = s->last.t;
    enum by by = script ? who_acts(script, t) : BY_AGENT;
    unsigned own;
    if (by == BY_AGENT)
        return session_act(s, action, err);
    s->by = by;
    s->cost = 0;
    *action = script->at[t].action;
    return by == BY_PAST ||
           decide(s, &own, err); /* who is overruled decides all the same */
}

/* Never a silent reset: the run ends and says what broke the belief. */
static bool impossible(const struct session *s, struct err *err)
{
    const struct env *env = s->env;
    const struct record *r = &s->last;
    char action[64];
    env_action_text(env, r->action, action, sizeof action);
    return err_set(err,
                   "cycle %" PRIu64 ": action %s, percept (observation %" PRIu32
                   ", reward %" PRId32 ") is impossible to %s: probability 0",
                   r->t, action, r->e.obs, r->e.rew, s->agent->ops->kind.name);
}

/* Models and the record rely on what a world said of itself; one of another's writing is
 * looked at. */
__attribute__((cold, noinline)) static bool is_within(const struct session *s,
                                                      struct percept e, struct err *err)
{
    const struct space *sp = &s->env->space;
    const char *name = s->env->ops->kind.name;
    uint64_t t = s->last.t + 1;
    struct err why = { 0 };
    if (s->env->ops->fault && !s->env->ops->fault(s->env, &why))
        return err_set(err, "cycle %" PRIu64 ": %s", t, why.text);
    if (!space_has(sp, e))
        return err_set(err,
                       "cycle %" PRIu64 ": %s says observation %" PRIu32 ", reward %" PRId32
                       ", and has %" PRIu32 " observations, rewards %" PRId32 "..%" PRId32,
                       t, name, e.obs, e.rew, sp->n_obs, sp->rew_min, sp->rew_max);
    return is_somewhere(s) ||
           err_set(err, "cycle %" PRIu64 ": %s is at a place beyond its %" PRIu32, t, name,
                   s->env->n_places);
}

/* What a cycle brought where there is more to say of it than its percept. */
__attribute__((noinline)) static bool weigh(struct session *s, unsigned action,
                                            struct percept e, struct err *err)
{
    const struct env *env = s->env;
    struct record *r = &s->last;
    if (env->foreign && !is_within(s, e, err))
        return false;
    /* who is not told is paid all the same */
    double earned = e.rew + env_worth(env, s->before, action, e, s->state);
    r->total += earned;
    r->performance += env->ops->performance
                          ? env->ops->performance(env, s->before, action, e, s->state)
                          : earned;
    note(s);
    return true;
}

/* The cycle is over: it is recorded, and the agent learns from it. */
static inline bool learn(struct session *s, unsigned action, struct percept e,
                         struct err *err)
{
    struct record *r = &s->last;
    if (!s->watched) {
        r->total += e.rew;
        r->performance += e.rew;
    } else if (!weigh(s, action, e, err))
        return false;
    r->t++;
    r->action = action;
    r->e = e;
    r->by = s->by;
    r->performance -= r->by == BY_MENTOR ? s->cost : 0;
    r->hash = history_hash_add(r->hash, action, e);
    struct cycle now = { action, e, r->by };
    bool ok = s->agent->ops->update(s->agent, &now, err);
    s->agent->t = r->t;
    return ok || impossible(s, err);
}

/* The state is about to move on, and the performance is of the move. */
static void look_back(struct session *s)
{
    if (s->watched && (s->env->ops->performance || space_unseen(&s->env->space)))
        memcpy(s->before, s->state, s->env->state_size);
}

bool session_answer(struct session *s, unsigned action, struct err *err)
{
    look_back(s);
    return learn(s, action, env_step(s->env, s->state, action, &s->world), err);
}

bool session_step(struct session *s, struct err *err)
{
    unsigned action;
    return session_act(s, &action, err) && session_answer(s, action, err);
}

/* ---- several agents in one game */

static bool is_in(uint32_t players, uint32_t i) { return players >> i & 1; }

/* What the step gives to whom has a cycle open. */
static void step_game(struct match *m, const uint8_t *action)
{
    struct percept out[PLAYERS_MAX];
    m->game->ops->step(m->game, m->state, action, &m->world, out);
    for (uint32_t i = 0; i < m->game->n_players; i++) {
        struct cycle *now = &m->seat[i].now;
        now->e = (struct percept){ out[i].obs, now->e.rew + out[i].rew };
    }
}

/* The game goes on by itself until somebody is to move. */
static uint32_t settle(struct match *m)
{
    static const uint8_t nobody[PLAYERS_MAX];
    uint32_t movers;
    while (!(movers = game_movers(m->game, m->state)))
        step_game(m, nobody);
    return movers;
}

void match_init(struct match *m, const struct game *g, struct env *const *env,
                struct agent *const *agent, uint64_t root, uint32_t seed)
{
    *m = (struct match){ .game = g, .hash = HASH_START };
    m->state = xcalloc(1, env[0]->state_size);
    rng_init(&m->world, &(struct rng_key){ root, RNG_WORLD, g->ops->kind.name, 0, seed });
    for (uint32_t i = 0; i < g->n_players; i++) {
        struct session *s = &m->seat[i];
        const char *name = agent[i]->ops->kind.name;
        sit_down(s, env[i], agent[i], &(struct rng_key){ root, RNG_AGENT, name, i, seed });
        s->state = m->state;
        s->shared = true;
    }
    g->ops->reset(g, m->state, &m->world);
    settle(m);
}

void match_release(struct match *m)
{
    for (uint32_t i = 0; i < m->game->n_players; i++)
        session_release(&m->seat[i]);
    free(m->state);
    *m = (struct match){ 0 };
}

bool match_act(struct match *m, uint8_t *action, struct err *err)
{
    static const struct script *const none[PLAYERS_MAX];
    return match_follow(m, none, action, err);
}

bool match_follow(struct match *m, const struct script *const *script, uint8_t *action,
                  struct err *err)
{
    uint32_t movers = game_movers(m->game, m->state);
    for (uint32_t i = 0; i < m->game->n_players; i++) {
        unsigned own = 0;
        if (is_in(movers, i) && !session_follow(&m->seat[i], script[i], &own, err))
            return false;
        action[i] = (uint8_t)own;
    }
    return true;
}

static void open_cycle(struct match *m, uint32_t i, unsigned action)
{
    struct session *s = &m->seat[i];
    look_back(s);
    s->now = (struct cycle){ .action = action };
    s->open = true;
    m->hash = hash_word(m->hash, (uint64_t)i << 32 | action);
}

static bool close_cycle(struct match *m, uint32_t i, struct err *err)
{
    struct session *s = &m->seat[i];
    struct cycle now = s->now;
    s->open = false;
    m->hash = hash_word(hash_word(m->hash, i), percept_key(now.e));
    return learn(s, now.action, now.e, err);
}

bool match_answer(struct match *m, const uint8_t *action, uint32_t *done, struct err *err)
{
    uint32_t movers = game_movers(m->game, m->state), over = 0;
    bool ok = true;
    for (uint32_t i = 0; i < m->game->n_players; i++)
        if (is_in(movers, i))
            open_cycle(m, i, action[i]);
    step_game(m, action);
    movers = settle(m);
    m->t++;
    for (uint32_t i = 0; i < m->game->n_players; i++)
        if (is_in(movers, i) && m->seat[i].open) {
            ok = close_cycle(m, i, err) && ok;
            over |= UINT32_C(1) << i;
        }
    if (done)
        *done = over;
    return ok;
}

bool match_step(struct match *m, struct err *err)
{
    uint8_t action[PLAYERS_MAX];
    return match_act(m, action, err) && match_answer(m, action, NULL, err);
}
