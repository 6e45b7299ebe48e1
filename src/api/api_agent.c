#include "config.h"

#include "agent.h"
#include "api.h"
#include "api_env.h"
#include "line.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>

struct ursa_agent {
    struct spec_of spec;
    struct agent *agent;
    const struct ursa_env *env; /* borrowed */
    struct rng mind;
    atomic_int cancel;
    bool broken; /* out of memory, or of words, in the middle of a cycle */
};

ursa_agent *ursa_agent_open(const char *spec, const ursa_env *env, uint64_t root,
                            uint32_t seed)
{
    API_GUARD(NULL)
    struct err err = { 0 };
    if (!api_whole(env, "env", false))
        return NULL;
    struct ursa_agent *ag = xcalloc(1, sizeof *ag);
    if (api_spec(&ag->spec, &agent_shelf, spec, &err))
        ag->agent = agent_open(&ag->spec, env->env, &err);
    if (!ag->agent) {
        kind_release(&ag->spec);
        free(ag);
        return api_null(&err);
    }
    ag->env = env;
    ag->agent->cancel = &ag->cancel;
    rng_init(&ag->mind,
             &(struct rng_key){ root, RNG_AGENT, ag->agent->ops->kind.name, 0, seed });
    return ag;
}

void ursa_agent_close(ursa_agent *ag)
{
    if (!ag)
        return;
    ag->agent->ops->close(ag->agent);
    kind_release(&ag->spec);
    free(ag);
}

const char *ursa_agent_spec(const ursa_agent *ag)
{
    return api_whole(ag, "agent", false) ? ag->spec.canonical : NULL;
}

/* The handle is broken while it is in the middle of something. */
static int act(struct ursa_agent *ag)
{
    struct err err = { 0 };
    unsigned action = 0;
    ag->broken = true;
    if (!ag->agent->ops->act(ag->agent, &ag->mind, &action, &err))
        return err_set(&err, "%s cannot act", ag->spec.canonical), api_err(URSA_BAD, &err);
    ag->broken = false;
    if (atomic_exchange(&ag->cancel, 0))
        return api_fail(URSA_STOPPED, "cancelled");
    if (action == DEFER)
        return api_fail(URSA_NONE, "%s leaves it to its mentor, and it has none",
                        ag->spec.canonical);
    return api_action(&ag->env->env->space, action) ? URSA_BAD : (int)action;
}

int ursa_agent_act(ursa_agent *ag)
{
    API_GUARD(URSA_MEMORY)
    return api_whole(ag, "agent", ag && ag->broken) ? act(ag) : URSA_BAD;
}

int ursa_agent_update(ursa_agent *ag, uint32_t action, uint32_t obs, int32_t rew)
{
    API_GUARD(URSA_MEMORY)
    struct err err = { 0 };
    if (!api_whole(ag, "agent", ag && ag->broken) ||
        api_action(&ag->env->env->space, action) ||
        api_percept(&ag->env->env->space, obs, rew))
        return URSA_BAD;
    struct cycle c = { action, { obs, rew }, BY_AGENT };
    ag->broken = true;
    bool ok = ag->agent->ops->update(ag->agent, &c, &err);
    ag->agent->t++;
    if (!ok)
        return api_fail(URSA_IMPOSSIBLE,
                        "the percept obs=%" PRIu32 " reward=%" PRId32
                        " after action %" PRIu32 " is impossible to %s%s%s",
                        obs, rew, action, ag->spec.canonical, *err.text ? ": " : "",
                        err.text);
    ag->broken = false;
    return URSA_OK;
}

void ursa_agent_cancel(ursa_agent *ag)
{
    if (ag)
        atomic_store(&ag->cancel, 1);
}

/* ---- what it thinks */

static json_t *numbers(const double *x, size_t n)
{
    json_t *array = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(array, number_json(x[i]));
    return array;
}

static json_t *plan(const struct insight *in)
{
    json_t *array = json_array();
    for (uint32_t i = 0; i < in->n_plan; i++)
        json_array_append_new(array, json_integer(in->plan[i]));
    return array;
}

static json_t *metrics(const struct agent *ag)
{
    struct metric m[METRICS_MAX];
    size_t n = ag->ops->report ? ag->ops->report(ag, m, METRICS_MAX) : 0;
    json_t *o = json_object();
    for (size_t i = 0; i < n; i++)
        json_object_set_new(o, m[i].name, number_json(m[i].value));
    return o;
}

static json_t *tables(const struct agent *ag)
{
    enum { ROWS = 32 };
    struct mind_row row[ROWS];
    const struct mind_ops *mind = mind_of(ag);
    json_t *o = json_object();
    for (const char *const *t = mind->rows ? mind->tables : NULL; t && *t; t++) {
        json_t *array = json_array();
        size_t n = mind->rows(ag, *t, row, ROWS);
        for (size_t i = 0; i < n; i++)
            json_array_append_new(array, json_pack("{s:s, s:o, s:o}", "name", row[i].name,
                                                   "p", number_json(row[i].p), "value",
                                                   number_json(row[i].value)));
        json_object_set_new(o, *t, array);
    }
    return o;
}

char *ursa_agent_inspect(const ursa_agent *ag)
{
    API_GUARD(NULL)
    struct insight in;
    if (!api_whole(ag, "agent", ag && ag->broken))
        return NULL;
    insight_clear(&in);
    if (mind_of(ag->agent)->inspect)
        mind_of(ag->agent)->inspect(ag->agent, &in);
    json_t *o = json_pack(
        "{s:i, s:s, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:s, s:b, s:I, s:I, "
        "s:I, s:i, s:o, s:o}",
        "v", 1, "agent", ag->spec.canonical, "t", (json_int_t)ag->agent->t, "value",
        numbers(in.value, in.n_actions), "lo", numbers(in.lo, in.n_actions), "hi",
        numbers(in.hi, in.n_actions), "visits", numbers(in.visits, in.n_actions), "plan",
        plan(&in), "entropy", number_json(in.entropy), "entropy_start",
        number_json(in.entropy_start), "gain", number_json(in.gain), "live",
        (json_int_t)in.live, "phase", in.phase, "informed", in.informed, "nodes",
        (json_int_t)in.nodes, "samples", (json_int_t)in.samples, "steps",
        (json_int_t)in.steps, "depth", (int)in.depth, "metrics", metrics(ag->agent),
        "tables", tables(ag->agent));
    char *text = o ? json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(17)) : NULL;
    json_decref(o);
    if (!text)
        api_fail(URSA_MEMORY, "out of memory");
    return text;
}

int ursa_agent_belief(const ursa_agent *ag, double *cell, size_t n)
{
    API_GUARD(URSA_MEMORY)
    if (!api_whole(ag, "agent", ag && ag->broken))
        return URSA_BAD;
    const struct env *env = ag->env->env;
    size_t cells = (size_t)env->rows * (size_t)env->cols;
    if (!cell || n != cells)
        return api_fail(URSA_BAD, "room for %zu cells, and the canvas has %zu",
                        cell ? n : 0, cells);
    const struct mind_ops *mind = mind_of(ag->agent);
    return cells && mind->belief && mind->belief(ag->agent, cell, n)
               ? URSA_OK
               : api_fail(URSA_NONE, "%s has no belief to show", ag->spec.canonical);
}
