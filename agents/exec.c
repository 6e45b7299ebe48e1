#include "config.h"

#include "agent.h"
#include "registry.h"
#include "talk.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An agent that is a program of its own: exec:PROGRAM, ursa-protocol(7). What it learns
 * travels with the next question, so that nobody waits twice. */

static const struct agent_ops believer;

struct config {
    struct talk_conf talk;
};
struct program {
    struct agent base;
    struct talk talk;
    uint32_t n_actions;
    bool begun;
    json_t *percept; /* not yet told; NULL: none */
    json_t *info;    /* of its last answer; NULL: none */
    uint64_t life;   /* drawn at the first act */
};

static json_t *names(const struct env *env)
{
    json_t *array = json_array();
    for (unsigned a = 0; a < env->space.n_actions; a++) {
        char name[64];
        env_action_text(env, a, name, sizeof name);
        json_array_append_new(array, json_string(name));
    }
    return array;
}

static void close_program(struct agent *ag)
{
    struct program *s = (struct program *)ag;
    if (s->percept)
        talk_tell(&s->talk, s->percept, NULL); /* the last one is not asked about */
    talk_close(&s->talk);
    json_decref(s->info);
    free(s);
}

static struct agent *open_program(const void *config, const struct env *truth,
                                  struct err *err)
{
    const struct config *c = config;
    const struct space *sp = &truth->space;
    struct program *s = xcalloc(1, sizeof *s);
    json_t *more =
        json_pack("{s:s, s:I, s:I, s:[I,I], s:f, s:o}", "env", truth->ops->kind.name,
                  "actions", (json_int_t)sp->n_actions, "observations",
                  sp->n_obs ? (json_int_t)sp->n_obs : (json_int_t)1 << 32, "reward",
                  (json_int_t)sp->rew_min, (json_int_t)sp->rew_max, "scale", sp->scale,
                  "action_names", names(truth));
    s->base.ops = &agent_exec;
    s->n_actions = sp->n_actions;
    if (!talk_open(&s->talk, &c->talk, "agent", more, err)) {
        free(s);
        return NULL;
    }
    if (json_object_get(s->talk.ready, "observations")) {
        child_fault(s->talk.child, err, "is a world, and no agent");
        close_program(&s->base);
        return NULL;
    }
    if (json_is_true(json_object_get(s->talk.ready, "belief")))
        s->base.ops = &believer;
    s->base.timed = !s->talk.deterministic;
    return &s->base;
}

/* Below 2^53, where every language has whole numbers. */
static bool begin(struct program *s, struct rng *rng, struct err *err)
{
    s->begun = true;
    return talk_tell(
        &s->talk,
        json_pack("{s:s, s:I}", "type", "begin", "seed", (json_int_t)(rng_u64(rng) >> 11)),
        err);
}

static bool ask(struct program *s, json_int_t t, struct err *err)
{
    json_t *o = s->percept;
    s->percept = NULL;
    if (o)
        json_object_set_new(o, "act", json_integer(t));
    else
        o = json_pack("{s:s, s:I}", "type", "act", "t", t);
    return talk_tell(&s->talk, o, err);
}

static bool act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    struct program *s = (struct program *)ag;
    int64_t t = (int64_t)ag->t + 1, got, of;
    if ((!s->begun && !begin(s, rng, err)) || !ask(s, t, err))
        return false;
    json_t *o = talk_hear(&s->talk, "action", err);
    bool ok = o && talk_whole(&s->talk, o, "t", t, t, &of, err) &&
              talk_whole(&s->talk, o, "action", 0, (int64_t)s->n_actions - 1, &got, err);
    if (ok) {
        *action = (unsigned)got;
        json_decref(s->info);
        s->info = json_incref(json_object_get(o, "info"));
    }
    json_decref(o);
    return ok;
}

static bool update(struct agent *ag, const struct cycle *c, struct err *err)
{
    struct program *s = (struct program *)ag;
    if (s->percept && !talk_tell(&s->talk, s->percept, err))
        return false; /* twice without a question between: whoever acted was not it */
    s->percept = json_pack("{s:s, s:I, s:I, s:I, s:I}", "type", "percept", "t",
                           (json_int_t)ag->t + 1, "action", (json_int_t)c->action, "obs",
                           (json_int_t)c->e.obs, "reward", (json_int_t)c->e.rew);
    return true;
}

/* ---- what it says of itself: numbers of the right shape, and nothing else */

static double number(const json_t *x)
{
    return json_is_number(x) ? json_number_value(x) : (double)NAN;
}

static void row(const json_t *from, uint32_t n, double *to)
{
    for (uint32_t a = 0; json_array_size(from) == n && a < n; a++)
        to[a] = number(json_array_get(from, a));
}

static void inspect(const struct agent *ag, struct insight *out)
{
    const struct program *s = (const struct program *)ag;
    const char *phase = json_string_value(json_object_get(s->info, "phase"));
    const json_t *plan = json_object_get(s->info, "plan");
    double entropy = number(json_object_get(s->info, "entropy"));
    if (!s->info)
        return;
    out->n_actions = s->n_actions;
    row(json_object_get(s->info, "value"), s->n_actions, out->value);
    row(json_object_get(s->info, "visits"), s->n_actions, out->visits);
    out->entropy = entropy;
    for (size_t i = 0; i < json_array_size(plan) && i < INSIGHT_PLAN; i++) {
        json_int_t a = json_integer_value(json_array_get(plan, i));
        if (a < 0 || a >= s->n_actions)
            break;
        out->plan[out->n_plan++] = (uint8_t)a;
    }
    snprintf(out->phase, sizeof out->phase, "%s", phase ? phase : "");
}

static bool belief(const struct agent *ag, double *cell, size_t n)
{
    const struct program *s = (const struct program *)ag;
    const json_t *rows = json_object_get(s->info, "belief");
    size_t at = 0, i, k;
    const json_t *line, *x;
    json_array_foreach(rows, i, line)
        json_array_foreach(line, k, x) if (at < n && json_is_number(x)) cell[at++] =
            fmin(fmax(json_number_value(x), 0), 1);
    return n && at == n;
}

static const struct param params[] = { TALK_PARAMS(talk), { 0 } };

/* Who has a belief about cells says so when it is ready: a map is lit by it. */
static const struct mind_ops thoughts = { .inspect = inspect };
static const struct mind_ops beliefs = { .inspect = inspect, .belief = belief };

#define PROGRAM(shows)                                                                     \
    {                                                                                      \
        .kind.name = "exec", .kind.title = "a program of its own", .kind.version = 1,      \
        .kind.params = params, .kind.config_size = sizeof(struct config),                  \
        .open = open_program, .close = close_program, .act = act, .update = update,        \
        .mind = &(shows), .open_minded = true,                                             \
    }
const struct agent_ops agent_exec = PROGRAM(thoughts);
static const struct agent_ops believer = PROGRAM(beliefs);
