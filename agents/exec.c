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
    size_t cells; /* of the world's canvas */
    bool begun, warned;
    json_t *percept; /* not yet told; NULL: none */
    json_t *info;    /* of its last answer, what has the right shape; NULL: none */
    json_t *metrics; /* the last of each; their names stay */
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
    json_decref(s->metrics);
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
    s->cells = (size_t)truth->rows * (size_t)truth->cols;
    s->metrics = json_object();
    if (!talk_open(&s->talk, &c->talk, "agent", more, err)) {
        json_decref(s->metrics);
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
    s->base.said = s->talk.said;
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

/* ---- what it says of itself: of the right shape, and nothing else */

static bool is_number(const json_t *x) { return json_is_number(x) || json_is_null(x); }

static bool are_numbers(const json_t *x, size_t n)
{
    bool ok = json_array_size(x) == n;
    for (size_t i = 0; ok && i < n; i++)
        ok = is_number(json_array_get(x, i));
    return ok;
}

static bool is_entropy(const struct program *s, const json_t *x)
{
    (void)s;
    return is_number(x);
}

static bool is_word(const struct program *s, const json_t *x)
{
    (void)s;
    return json_is_string(x);
}

static bool is_row(const struct program *s, const json_t *x)
{
    return are_numbers(x, s->n_actions);
}

static bool is_plan(const struct program *s, const json_t *x)
{
    bool ok = json_is_array(x);
    for (size_t i = 0; ok && i < json_array_size(x); i++) {
        const json_t *a = json_array_get(x, i);
        ok = json_is_integer(a) && json_integer_value(a) >= 0 &&
             json_integer_value(a) < s->n_actions;
    }
    return ok;
}

static bool is_grid(const struct program *s, const json_t *x)
{
    size_t n = 0;
    for (size_t i = 0; i < json_array_size(x); i++) {
        const json_t *line = json_array_get(x, i);
        if (!json_is_array(line) || !are_numbers(line, json_array_size(line)))
            return false;
        n += json_array_size(line);
    }
    return s->cells && n == s->cells;
}

/* New names find room as long as there is some. */
static bool are_metrics(const struct program *s, const json_t *x)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz_";
    size_t n = json_object_size(s->metrics);
    bool ok = json_is_object(x);
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)x, name, value)
    {
        size_t len = strlen(name);
        n += !json_object_get(s->metrics, name);
        ok = ok && is_number(value) && len && len < 32 && strspn(name, letters) == len;
    }
    return ok && n <= METRICS_MAX;
}

static const struct {
    const char *key, *is;
    bool (*fits)(const struct program *s, const json_t *x);
} shapes[] = {
    { "value", "a number for each action", is_row },
    { "visits", "a number for each action", is_row },
    { "plan", "actions", is_plan },
    { "belief", "rows of numbers, one for each cell of the world's canvas", is_grid },
    { "entropy", "a number", is_entropy },
    { "phase", "a word", is_word },
    { "metrics", "at most 12 numbers, with names of a-z and _", are_metrics },
};

/* Once a run: it is no failure. */
static void warn(struct program *s, const char *key, const char *is, struct err *err)
{
    if (!s->warned)
        err_warn(err, "warning: %s says info%s%s that is not %s: it is left out",
                 s->talk.name, *key ? "." : "", key, is);
    s->warned = true;
}

static void take_info(struct program *s, json_t *info, struct err *err)
{
    json_decref(s->info);
    s->info = NULL;
    if (info && !json_is_object(info))
        warn(s, "", "an object", err);
    if (!json_is_object(info))
        return;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const json_t *x = json_object_get(info, shapes[i].key);
        if (x && !shapes[i].fits(s, x)) {
            warn(s, shapes[i].key, shapes[i].is, err);
            json_object_del(info, shapes[i].key);
        }
    }
    json_object_update(s->metrics, json_object_get(info, "metrics"));
    s->info = json_incref(info);
}

/* ---- the conversation */

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
        take_info(s, json_object_get(o, "info"), err);
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

/* ---- what the screen and the record have of it */

static double number(const json_t *x)
{
    return json_is_number(x) ? json_number_value(x) : (double)NAN;
}

static void row(const json_t *from, double *to)
{
    for (size_t a = 0; a < json_array_size(from); a++)
        to[a] = number(json_array_get(from, a));
}

static void inspect(const struct agent *ag, struct insight *out)
{
    const struct program *s = (const struct program *)ag;
    const char *phase = json_string_value(json_object_get(s->info, "phase"));
    const json_t *plan = json_object_get(s->info, "plan");
    if (!s->info)
        return;
    out->n_actions = s->n_actions;
    row(json_object_get(s->info, "value"), out->value);
    row(json_object_get(s->info, "visits"), out->visits);
    out->entropy = number(json_object_get(s->info, "entropy"));
    for (size_t i = 0; i < json_array_size(plan) && i < INSIGHT_PLAN; i++)
        out->plan[out->n_plan++] = (uint8_t)json_integer_value(json_array_get(plan, i));
    snprintf(out->phase, sizeof out->phase, "%s", phase ? phase : "");
}

static bool belief(const struct agent *ag, double *cell, size_t n)
{
    const struct program *s = (const struct program *)ag;
    const json_t *rows = json_object_get(s->info, "belief"), *line, *x;
    size_t at = 0, i, k;
    json_array_foreach(rows, i, line) json_array_foreach(line, k, x) if (at < n)
        cell[at++] = json_is_number(x) ? fmin(fmax(json_number_value(x), 0), 1) : 0;
    return n && at == n;
}

static size_t report(const struct agent *ag, struct metric *out, size_t n)
{
    const struct program *s = (const struct program *)ag;
    size_t k = 0;
    const char *name;
    json_t *value;
    json_object_foreach(s->metrics, name, value)
    {
        if (k == n)
            break;
        out[k++] = (struct metric){ name, number(value) };
    }
    return k;
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
        .report = report, .mind = &(shows), .open_minded = true,                           \
    }
const struct agent_ops agent_exec = PROGRAM(thoughts);
static const struct agent_ops believer = PROGRAM(beliefs);
