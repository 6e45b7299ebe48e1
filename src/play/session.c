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

static void visit(struct session *s)
{
    const struct env *env = s->env;
    if (!env->ops->place || !env->n_places)
        return;
    uint32_t p = env->ops->place(env, s->state);
    uint64_t bit = UINT64_C(1) << (p & 63);
    if (!(s->visited[p >> 6] & bit)) {
        s->visited[p >> 6] |= bit;
        s->n_visited++;
    }
    s->last.explored = 100.0 * s->n_visited / env->n_places;
}

/* What the record has of the state. */
static void note(struct session *s)
{
    visit(s);
    if (s->env->ops->report)
        s->env->ops->report(s->env, s->state, s->last.report);
}

void session_init(struct session *s, const struct env *env, struct agent *ag, uint64_t root,
                  uint32_t seed)
{
    *s = (struct session){ .env = env, .agent = ag };
    s->state = xcalloc(1, env->state_size);
    s->before = xcalloc(1, env->state_size);
    s->visited = xcalloc(env->n_places / 64 + 1, sizeof *s->visited);
    const char *stream = env->stream ? env->stream : env->ops->kind.name;
    rng_init(&s->world, &(struct rng_key){ root, RNG_WORLD, stream, env->map, seed });
    rng_init(&s->mind, &(struct rng_key){ root, RNG_AGENT, ag->ops->kind.name, 0, seed });
    s->last = (struct record){ .explored = NAN, .hash = HASH_START };
    env_reset(env, s->state, &s->world);
    note(s);
}

void session_release(struct session *s)
{
    free(s->state);
    free(s->before);
    free(s->visited);
    *s = (struct session){ 0 };
}

/* The agent's answer, which may be to leave it to its mentor. */
static bool decide(struct session *s, unsigned *action, struct err *err)
{
    return s->agent->ops->act(s->agent, &s->mind, action, err) ||
           err_set(err, "cycle %" PRIu64 ": %s cannot act", s->last.t + 1,
                   s->agent->ops->kind.name);
}

bool session_act(struct session *s, unsigned *action, struct err *err)
{
    if (!decide(s, action, err))
        return false;
    return *action != DEFER ||
           err_set(err, "cycle %" PRIu64 ": %s leaves it to its mentor, and it has none",
                   s->last.t + 1, s->agent->ops->kind.name);
}

bool session_follow(struct session *s, const struct script *script, unsigned *action,
                    struct err *err)
{
    uint64_t t = s->last.t;
    s->by = script && t < script->n ? (enum by)script->at[t].by : BY_AGENT;
    if (s->by == BY_AGENT)
        return session_act(s, action, err);
    if (s->by != BY_PAST && !decide(s, action, err))
        return false;
    *action = script->at[t].action;
    return true;
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

bool session_answer(struct session *s, unsigned action, struct err *err)
{
    const struct env *env = s->env;
    struct record *r = &s->last;
    memcpy(s->before, s->state, env->state_size);
    struct percept e = env_step(env, s->state, action, &s->world);
    r->t++;
    r->action = action;
    r->e = e;
    r->by = s->by;
    s->by = BY_AGENT;
    r->total += e.rew;
    r->performance += env->ops->performance
                          ? env->ops->performance(env, s->before, action, e, s->state)
                          : e.rew;
    r->hash = history_hash_add(r->hash, action, e);
    note(s);
    struct cycle now = { action, e, r->by };
    bool ok = s->agent->ops->update(s->agent, &now, err);
    s->agent->t = r->t;
    return ok || impossible(s, err);
}

bool session_step(struct session *s, struct err *err)
{
    unsigned action;
    return session_act(s, &action, err) && session_answer(s, action, err);
}
