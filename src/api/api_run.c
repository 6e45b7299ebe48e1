#include "config.h"

#include "api.h"
#include "curve.h"
#include "line.h"
#include "puzzle.h"
#include "registry.h"
#include "run.h"
#include "trace.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is asked */

/* An object with these keys alone; NULL with *err. Its owner releases it. */
static json_t *read_object(const char *text, const char *const *keys, struct err *err)
{
    json_error_t why;
    const char *key;
    json_t *value;
    if (!text)
        return err_null(err, "it is NULL");
    json_t *o = json_loads(text, JSON_REJECT_DUPLICATES, &why);
    if (!json_is_object(o)) {
        json_decref(o);
        return err_null(err, "not a JSON object: %s", o ? "another thing" : why.text);
    }
    json_object_foreach(o, key, value)
    {
        const char *const *k = keys;
        while (*k && strcmp(*k, key) != 0)
            k++;
        if (!*k)
            err_set(err, "no key '%s' is known", key);
    }
    if (!err->n)
        return o;
    json_decref(o);
    return NULL;
}

/* A whole number in [min, max]; absent, *out is as it was. */
static bool whole(json_t *o, const char *key, uint64_t min, uint64_t max, uint64_t *out,
                  struct err *err)
{
    json_t *x = json_object_get(o, key);
    if (!x)
        return true;
    if (!json_is_integer(x) || json_integer_value(x) < 0 ||
        (uint64_t)json_integer_value(x) < min || (uint64_t)json_integer_value(x) > max)
        return err_set(err, "%s is not a whole number in %" PRIu64 "..%" PRIu64, key, min,
                       max);
    *out = (uint64_t)json_integer_value(x);
    return true;
}

static bool text(json_t *o, const char *key, const char **out, struct err *err)
{
    json_t *x = json_object_get(o, key);
    if (!x)
        return true;
    *out = json_string_value(x);
    return *out || err_set(err, "%s is not a text", key);
}

static bool number(json_t *o, const char *key, double *out, struct err *err)
{
    json_t *x = json_object_get(o, key);
    if (!x)
        return true;
    *out = json_number_value(x);
    return (json_is_number(x) && *out >= 0) || err_set(err, "%s is not 0 or above", key);
}

static char *dump(json_t *o)
{
    char *out = o ? json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(17)) : NULL;
    json_decref(o);
    if (!out)
        api_fail(URSA_MEMORY, "out of memory");
    return out;
}

/* ---- a run */

/* The caller's function as a sink. */
struct teller {
    struct sink sink;
    int (*cycle)(void *context, const struct ursa_record *rec);
    void *context;
    atomic_int stop;
};

static bool begin(struct sink *sk, const struct run_info *run, struct err *err)
{
    (void)sk;
    (void)run;
    (void)err;
    return true;
}

static void tell(struct sink *sk, const struct record *r, const struct agent *ag)
{
    struct teller *t = (struct teller *)sk;
    struct ursa_record rec = { sizeof rec, r->action,      r->t,        r->e.obs, r->e.rew,
                               r->total,   r->performance, r->explored, r->hash };
    (void)ag;
    if (t->cycle(t->context, &rec))
        atomic_store(&t->stop, 1);
}

static bool end(struct sink *sk, struct err *err)
{
    (void)sk;
    (void)err;
    return true;
}

static const struct sink_ops teller_ops = { begin, tell, end };

struct asked {
    struct spec_of agent, env;
    uint64_t root, seed, steps, points;
    const char *trace;
};

static bool read_job(json_t *o, struct asked *a, struct err *err)
{
    const char *agent = NULL, *env = NULL;
    a->steps = 200;
    bool ok = text(o, "agent", &agent, err) && text(o, "env", &env, err) &&
              whole(o, "root", 0, INT64_MAX, &a->root, err) &&
              whole(o, "seed", 0, UINT32_MAX, &a->seed, err) &&
              whole(o, "steps", 1, UINT64_C(1) << 40, &a->steps, err) &&
              whole(o, "curve_points", 0, 100000, &a->points, err) &&
              text(o, "trace", &a->trace, err);
    return ok && api_spec(&a->env, &env_shelf, env, err) &&
           api_spec(&a->agent, &agent_shelf, agent, err);
}

static char *live(const struct asked *a, struct teller *teller)
{
    struct err err = { 0 };
    struct result res;
    struct job job = {
        &a->env, &a->agent, a->root, (uint32_t)a->seed, a->steps, NULL, NULL
    };
    struct trace_writer *trace = a->trace ? trace_writer_new(a->trace) : NULL;
    struct curve *curve = a->points ? curve_new(a->steps, a->points, false) : NULL;
    struct sink *sink[3];
    size_t n = 0;
    char *out = NULL;
    if (trace)
        sink[n++] = trace_sink(trace);
    if (curve)
        sink[n++] = curve_sink(curve);
    if (teller->cycle)
        sink[n++] = &teller->sink;
    if (job_run(&job, sink, n, &teller->stop, &res, &err)) {
        json_t *o = result_json(&res);
        if (curve)
            json_object_set_new(o, "curve", curve_json(curve));
        out = dump(o);
    } else
        api_null(&err);
    result_release(&res);
    trace_writer_free(trace);
    curve_free(curve);
    return out;
}

char *ursa_run(const char *job, int (*cycle)(void *context, const struct ursa_record *rec),
               void *context)
{
    static const char *const keys[] = { "agent", "env",          "root",  "seed",
                                        "steps", "curve_points", "trace", NULL };
    API_GUARD(NULL)
    struct err err = { 0 };
    struct asked a = { 0 };
    struct teller teller = { .sink = { &teller_ops }, .cycle = cycle, .context = context };
    json_t *o = read_object(job, keys, &err);
    char *out = o && read_job(o, &a, &err) ? live(&a, &teller) : api_null(&err);
    kind_release(&a.agent);
    kind_release(&a.env);
    json_decref(o);
    return out;
}

/* ---- a problem */

struct solving {
    struct puzzle q;
    struct spec_of env, worth;
    struct env *world;
    uint64_t root;
};

static bool read_problem(json_t *o, struct solving *z, struct err *err)
{
    const char *env = NULL, *utility = "reward", *discount = NULL, *history = NULL;
    struct problem *p = &z->q.problem;
    uint64_t horizon = p->horizon;
    bool ok = text(o, "env", &env, err) && whole(o, "root", 0, INT64_MAX, &z->root, err) &&
              text(o, "model", &p->family, err) && text(o, "utility", &utility, err) &&
              whole(o, "horizon", 0, 100000, &horizon, err) &&
              text(o, "discount", &discount, err) && text(o, "history", &history, err) &&
              number(o, "gap", &p->gap, err) &&
              whole(o, "limit", 1, UINT64_C(1) << 40, &p->limit, err) &&
              number(o, "seconds", &p->seconds, err);
    p->horizon = (uint32_t)horizon;
    z->q.bounded = json_object_get(o, "horizon");
    return ok && (!discount || puzzle_discount(&z->q, discount, err)) &&
           (!history || puzzle_history(&z->q, history, err)) &&
           api_spec(&z->env, &env_shelf, env, err) &&
           api_spec(&z->worth, &utility_shelf, utility, err);
}

static char *answer(struct solving *z, struct err *err)
{
    struct solution sol;
    struct problem *p = &z->q.problem;
    const struct utility *u;
    char *out = NULL;
    z->world = env_open(&z->env, z->root, err);
    u = z->world ? utility_open(&z->worth, &z->world->space, err) : NULL;
    p->env = z->world;
    p->utility = u;
    if (u && puzzle_settle(&z->q, z->world, NULL, err) && problem_solve(p, &sol, err)) {
        out = dump(solution_json(&z->q, z->env.canonical, z->worth.kind->name, &sol));
        solution_release(&sol);
    } else
        api_null(err);
    utility_close(&z->worth, u);
    return out;
}

char *ursa_solve(const char *problem)
{
    static const char *const keys[] = { "env",     "root",     "model",   "utility",
                                        "horizon", "discount", "history", "gap",
                                        "limit",   "seconds",  NULL };
    API_GUARD(NULL)
    struct err err = { 0 };
    struct solving z = { 0 };
    puzzle_init(&z.q);
    json_t *o = read_object(problem, keys, &err);
    char *out = o && read_problem(o, &z, &err) ? answer(&z, &err) : api_null(&err);
    env_close(z.world);
    kind_release(&z.env);
    kind_release(&z.worth);
    puzzle_release(&z.q);
    json_decref(o);
    return out;
}
