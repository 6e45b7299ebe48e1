#include "config.h"

#include "run.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds(clockid_t clock)
{
    struct timespec ts;
    clock_gettime(clock, &ts);
    return (double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec;
}

/* Information in bits that the agent's belief has gained; NAN: it has none. */
static double gained_bits(const struct insight *in)
{
    return (in->entropy_start - in->entropy) / M_LN2;
}

static void look(const struct agent *ag, struct insight *in)
{
    insight_clear(in);
    if (ag->ops->inspect)
        ag->ops->inspect(ag, in);
}

static bool begin_sinks(const struct job *job, const struct env *env,
                        struct sink *const *sinks, size_t n, struct err *err)
{
    struct run_info info = { .agent = job->agent->canonical,
                             .env = job->env->canonical,
                             .space = env->space,
                             .root = job->root,
                             .seed = job->seed,
                             .map = env->map,
                             .steps = job->steps };
    for (size_t i = 0; i < n; i++)
        if (!sinks[i]->ops->begin(sinks[i], &info, err)) {
            while (i--)
                sinks[i]->ops->end(sinks[i], NULL);
            return false;
        }
    return true;
}

static bool end_sinks(struct sink *const *sinks, size_t n, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; i < n; i++)
        ok = sinks[i]->ops->end(sinks[i], err) && ok;
    return ok;
}

/* The cycles of a run. What a cancelled search decided is not acted on: the cycles lived
 * are the same as in an undisturbed run. */
static bool live(struct session *s, const struct job *job, struct sink *const *sinks,
                 size_t n_sinks, const atomic_int *stop, struct err *err)
{
    while (s->last.t < job->steps) {
        unsigned action = session_follow(s, job->script);
        if (stop && atomic_load_explicit(stop, memory_order_relaxed))
            break;
        bool ok = session_answer(s, action, err);
        for (size_t i = 0; i < n_sinks; i++)
            sinks[i]->ops->cycle(sinks[i], &s->last, s->agent);
        if (!ok)
            return false;
    }
    return true;
}

static void summarise(const struct session *s, struct result *r)
{
    const struct record *last = &s->last;
    const struct agent *ag = s->agent;
    double scale = s->env->space.scale;
    struct insight in;
    look(ag, &in);
    r->steps = last->t;
    r->total_reward = last->total / scale;
    r->reward_per_step = last->t ? r->total_reward / (double)last->t : (double)NAN;
    r->explored = last->explored;
    r->information_gain = gained_bits(&in);
    r->performance = last->performance / scale;
    r->samples = (double)in.life_samples;
    r->imagined_steps = (double)in.life_steps;
    r->hash = last->hash;
    r->deterministic = !ag->timed;
    if (ag->ops->report)
        r->n_final = ag->ops->report(ag, r->final, METRICS_MAX);
}

/* Where the start is drawn they are the run's own. */
static void refer(const struct job *job, const struct session *s, struct result *r)
{
    struct references own = { 0 }, *kept = job->references ? job->references : &own;
    if (!kept->computed || s->env->ops->starts || s->env->hidden)
        job_references(s->env, s->state, job->steps, kept);
    r->optimal_reward_per_step = kept->optimal;
    r->random_reward_per_step = kept->random;
}

bool job_run(const struct job *job, struct sink *const *sinks, size_t n_sinks,
             atomic_int *stop, struct result *r, struct err *err)
{
    double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_THREAD_CPUTIME_ID);
    *r = (struct result){ .agent = xstrdup(job->agent->canonical),
                          .env = xstrdup(job->env->canonical),
                          .root = job->root,
                          .seed = job->seed,
                          .optimal_reward_per_step = NAN,
                          .random_reward_per_step = NAN };
    struct env *env = env_open(job->env, job->root, err);
    if (!env)
        return false;
    r->map = env->map;
    struct agent *ag = agent_open(job->agent, env, err);
    bool ok = ag && begin_sinks(job, env, sinks, n_sinks, err);
    if (ok) {
        struct session s;
        session_init(&s, env, ag, job->root, job->seed);
        ag->cancel = stop;
        refer(job, &s, r);
        ok = live(&s, job, sinks, n_sinks, stop, err);
        ok = end_sinks(sinks, n_sinks, err) && ok;
        summarise(&s, r);
        session_release(&s);
    }
    if (ag)
        ag->ops->close(ag);
    env_close(env);
    r->cpu_s = seconds(CLOCK_THREAD_CPUTIME_ID) - cpu;
    r->wall_s = seconds(CLOCK_MONOTONIC) - wall;
    return ok;
}

void result_release(struct result *r)
{
    free(r->agent);
    free(r->env);
    *r = (struct result){ 0 };
}

/* Absent quantities are null; JSON has no NAN. */
static json_t *number(double x) { return isfinite(x) ? json_real(x) : json_null(); }

json_t *result_json(const struct result *r)
{
    char hash[17];
    snprintf(hash, sizeof hash, "%016" PRIx64, r->hash);
    json_t *final = json_object();
    for (size_t i = 0; i < r->n_final; i++)
        json_object_set_new(final, r->final[i].name, number(r->final[i].value));
    const struct {
        const char *key;
        json_t *value;
    } field[] = {
        { "v", json_integer(1) },
        { "agent", json_string(r->agent) },
        { "env", json_string(r->env) },
        { "root_seed", json_integer((json_int_t)r->root) },
        { "seed", json_integer(r->seed) },
        { "map", json_integer(r->map) },
        { "steps", json_integer((json_int_t)r->steps) },
        { "reward_per_step", number(r->reward_per_step) },
        { "total_reward", number(r->total_reward) },
        { "explored", number(r->explored) },
        { "information_gain", number(r->information_gain) },
        { "performance", number(r->performance) },
        { "optimal_reward_per_step", number(r->optimal_reward_per_step) },
        { "random_reward_per_step", number(r->random_reward_per_step) },
        { "simulations", json_integer((json_int_t)r->samples) },
        { "imagined_steps", json_integer((json_int_t)r->imagined_steps) },
        { "cpu_s", number(r->cpu_s) },
        { "wall_s", number(r->wall_s) },
        { "hash", json_string(hash) },
        { "deterministic", json_boolean(r->deterministic) },
        { "version", json_string(PACKAGE_VERSION) },
        { "final", final },
    };
    json_t *o = json_object();
    for (size_t i = 0; i < sizeof field / sizeof *field; i++)
        json_object_set_new(o, field[i].key, field[i].value);
    return o;
}

/* ---- the learning curve */

struct point {
    uint64_t t;
    double reward, explored, gain, performance; /* per step; percent; bits; in all */
};

struct curve {
    struct sink sink;
    struct point *at; /* owned, rising t */
    size_t n, filled;
    double scale;
};

static bool begin_curve(struct sink *sk, const struct run_info *run, struct err *err)
{
    struct curve *c = (struct curve *)sk;
    (void)err;
    c->scale = run->space.scale;
    c->filled = 0;
    return true;
}

static void cycle_curve(struct sink *sk, const struct record *rec, const struct agent *ag)
{
    struct curve *c = (struct curve *)sk;
    if (c->filled == c->n || c->at[c->filled].t != rec->t)
        return;
    struct insight in;
    look(ag, &in);
    struct point *p = &c->at[c->filled++];
    p->reward = rec->total / c->scale / (double)rec->t;
    p->explored = rec->explored;
    p->gain = gained_bits(&in);
    p->performance = rec->performance / c->scale;
}

static bool end_curve(struct sink *sk, struct err *err)
{
    (void)sk;
    (void)err;
    return true;
}

/* The age of point i of n up to `steps`, from 1. */
static uint64_t age(uint64_t steps, size_t i, size_t n, bool logarithmic)
{
    double x = (double)(i + 1) / (double)n;
    double t = logarithmic ? exp(x * log((double)steps)) : x * (double)steps;
    return t < 1 ? 1 : (uint64_t)llround(t);
}

struct curve *curve_new(uint64_t steps, size_t points, bool logarithmic)
{
    static const struct sink_ops ops = { begin_curve, cycle_curve, end_curve };
    struct curve *c = xcalloc(1, sizeof *c);
    c->sink.ops = &ops;
    if (points > steps)
        points = steps;
    c->at = xcalloc(points ? points : 1, sizeof *c->at);
    for (size_t i = 0; i < points; i++) {
        uint64_t t = age(steps, i, points, logarithmic);
        if (!c->n || t > c->at[c->n - 1].t)
            c->at[c->n++].t = t;
    }
    return c;
}

struct sink *curve_sink(struct curve *c) { return &c->sink; }

json_t *curve_json(const struct curve *c)
{
    static const char *const name[] = { "t", "reward_per_step", "explored",
                                        "information_gain", "performance" };
    json_t *column[5], *o = json_object();
    for (size_t k = 0; k < 5; k++)
        json_object_set_new(o, name[k], column[k] = json_array());
    for (size_t i = 0; i < c->filled; i++) {
        const struct point *p = &c->at[i];
        json_array_append_new(column[0], json_integer((json_int_t)p->t));
        json_array_append_new(column[1], number(p->reward));
        json_array_append_new(column[2], number(p->explored));
        json_array_append_new(column[3], number(p->gain));
        json_array_append_new(column[4], number(p->performance));
    }
    return o;
}

/* Text that grows at its end. */
struct text {
    char *at;
    size_t used, cap;
};

static char *room(struct text *t, size_t n)
{
    if (t->cap - t->used < n) {
        t->cap = 2 * t->cap + n;
        t->at = xrealloc(t->at, t->cap, 1);
    }
    return t->at + t->used;
}

/* Whole numbers, which most rewards are, need no printf. */
static void put_number(struct text *t, double x)
{
    enum { LONGEST = 40 };
    char *to = room(t, LONGEST), digits[24];
    if (!isfinite(x)) {
        t->used += (size_t)snprintf(to, LONGEST, "null");
        return;
    }
    if (fabs(x) >= 1e15 || x < floor(x) || x > floor(x)) {
        t->used += (size_t)snprintf(to, LONGEST, "%.17g", x);
        return;
    }
    uint64_t whole = (uint64_t)fabs(x);
    size_t n = 0;
    if (x < 0)
        t->at[t->used++] = '-';
    do
        digits[n++] = (char)('0' + whole % 10);
    while (whole /= 10);
    while (n)
        t->at[t->used++] = digits[--n];
}

static void put_string(struct text *t, const char *s)
{
    size_t n = strlen(s);
    memcpy(room(t, n + 1), s, n + 1);
    t->used += n;
}

char *curve_text(const struct curve *c)
{
    static const struct {
        const char *open;
        size_t at; /* of a double in struct point; t is none */
    } column[] = { { "\"t\":[", SIZE_MAX },
                   { "],\"reward_per_step\":[", offsetof(struct point, reward) },
                   { "],\"explored\":[", offsetof(struct point, explored) },
                   { "],\"information_gain\":[", offsetof(struct point, gain) },
                   { "],\"performance\":[", offsetof(struct point, performance) } };
    struct text t = { 0 };
    for (size_t k = 0; k < sizeof column / sizeof *column; k++) {
        put_string(&t, column[k].open);
        for (size_t i = 0; i < c->filled; i++) {
            const char *p = (const char *)&c->at[i];
            if (i)
                put_string(&t, ",");
            put_number(&t, k ? *(const double *)(const void *)(p + column[k].at)
                             : (double)c->at[i].t);
        }
    }
    put_string(&t, "]");
    return t.at;
}

void curve_free(struct curve *c)
{
    free(c->at);
    free(c);
}
