#include "config.h"

#include "run.h"

#include "clock.h"
#include "metrics.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

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
    if (job->script) {
        info.past = job->script->past;
        info.n_past = job->script->n_past;
        info.from = script_present(job->script);
    }
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
        unsigned action;
        if (!session_follow(s, job->script, &action, err))
            return false;
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

/* Where the start is drawn they are the run's own. */
static struct references refer(const struct job *job, const struct session *s,
                               const atomic_int *stop)
{
    struct references own = { 0 }, *kept = job->references ? job->references : &own;
    if (!kept->computed || s->env->ops->starts || s->env->hidden)
        job_references(s->env, s->state, job->steps, stop, kept);
    return *kept;
}

/* The agent's own names outlive it. */
static void keep_names(struct result *r)
{
    size_t size = 1;
    for (size_t i = 0; i < r->n_final; i++)
        size += strlen(r->final[i].name) + 1;
    char *at = r->names = xcalloc(size, 1);
    for (size_t i = 0; i < r->n_final; i++) {
        r->final[i].name = strcpy(at, r->final[i].name);
        at += strlen(at) + 1;
    }
}

void session_summarise(const struct session *s, const struct references *reference,
                       struct result *r)
{
    const struct agent *ag = s->agent;
    struct instant at;
    instant_init(&at, &s->last, ag, s->env->space.scale);
    at.reference = *reference;
    metrics_take(r, &at, false);
    r->steps = s->last.t;
    r->hash = s->last.hash;
    r->deterministic = !ag->timed && !s->env->timed;
    r->informed = at.mind.informed;
    if (ag->ops->report)
        r->n_final = ag->ops->report(ag, r->final, METRICS_MAX);
    keep_names(r);
    const struct world_metric *m = s->env->ops->metrics;
    for (size_t i = 0; m && m[i].name; i++)
        r->final[r->n_final++] = (struct metric){ m[i].name, s->last.report[i] };
}

static bool live_in(struct env *env, const struct job *job, struct sink *const *sinks,
                    size_t n_sinks, atomic_int *stop, struct result *r, struct err *err)
{
    struct agent *ag = agent_open(job->agent, env, err);
    bool ok = ag && begin_sinks(job, env, sinks, n_sinks, err);
    r->lost = ag && !ok;
    if (ok) {
        struct session s;
        session_init(&s, env, ag, job->root, job->seed);
        ag->cancel = stop;
        r->begun = true;
        struct references reference = refer(job, &s, stop);
        ok = live(&s, job, sinks, n_sinks, stop, err);
        r->lost = !end_sinks(sinks, n_sinks, err);
        ok = ok && !r->lost;
        session_summarise(&s, &reference, r);
        session_release(&s);
    }
    if (ag)
        ag->ops->close(ag);
    return ok;
}

bool job_run(const struct job *job, struct sink *const *sinks, size_t n_sinks,
             atomic_int *stop, struct result *r, struct err *err)
{
    double wall = clock_now(), cpu = clock_thread();
    *r = (struct result){ .agent = xstrdup(job->agent->canonical),
                          .env = xstrdup(job->env->canonical),
                          .root = job->root,
                          .seed = job->seed };
    metrics_clear(r);
    struct env *env = env_open(job->env, job->root, err);
    r->map = env ? env->map : 0;
    bool ok = env && live_in(env, job, sinks, n_sinks, stop, r, err);
    env_close(env);
    metrics_take(
        r, &(struct instant){ .cpu_s = clock_thread() - cpu, .wall_s = clock_now() - wall },
        true);
    return ok;
}

void result_release(struct result *r)
{
    free(r->agent);
    free(r->env);
    free(r->names);
    *r = (struct result){ 0 };
}
