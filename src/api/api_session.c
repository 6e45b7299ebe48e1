#include "config.h"

#include "api.h"
#include "registry.h"
#include "session.h"
#include "trace.h"

#include <stdlib.h>

struct ursa_session {
    struct spec_of agent_spec, env_spec;
    struct env *env;
    struct agent *agent;
    struct trace_writer *trace; /* NULL: none */
    struct session life;
    bool alone; /* there is no agent: the caller acts */
    bool broken;
};

/* Who stands there when the caller acts: whoever lives the trace again needs somebody. */
static const char nobody[] = "random";

/* No run is as long; a trace says how long it was at its end. */
static const uint64_t unending = UINT64_C(1) << 53;

static bool open_life(struct ursa_session *s, const char *agent, const char *env,
                      uint64_t root, struct err *err)
{
    s->alone = !agent;
    if (!api_spec(&s->env_spec, &env_shelf, env, err) ||
        !api_spec(&s->agent_spec, &agent_shelf, agent ? agent : nobody, err))
        return false;
    s->env = env_open(&s->env_spec, root, err);
    s->agent = s->env ? agent_open(&s->agent_spec, s->env, err) : NULL;
    return s->agent;
}

static bool begin_trace(struct ursa_session *s, uint64_t root, uint32_t seed,
                        const char *path, struct err *err)
{
    struct run_info info = { .agent = s->agent_spec.canonical,
                             .env = s->env_spec.canonical,
                             .space = s->env->space,
                             .root = root,
                             .seed = seed,
                             .map = s->env->map,
                             .steps = unending };
    if (!path)
        return true;
    s->trace = trace_writer_new(path);
    struct sink *sk = trace_sink(s->trace);
    if (sk->ops->begin(sk, &info, err))
        return true;
    trace_writer_free(s->trace);
    s->trace = NULL;
    return false;
}

static void release(struct ursa_session *s)
{
    if (s->life.env)
        session_release(&s->life);
    if (s->agent)
        s->agent->ops->close(s->agent);
    env_close(s->env);
    kind_release(&s->agent_spec);
    kind_release(&s->env_spec);
    trace_writer_free(s->trace);
    free(s);
}

ursa_session *ursa_session_open(const char *agent, const char *env, uint64_t root,
                                uint32_t seed, const char *trace)
{
    API_GUARD(NULL)
    struct err err = { 0 };
    struct ursa_session *s = xcalloc(1, sizeof *s);
    if (!open_life(s, agent, env, root, &err) || !begin_trace(s, root, seed, trace, &err)) {
        release(s);
        return api_null(&err);
    }
    session_init(&s->life, s->env, s->agent, root, seed);
    return s;
}

/* Who is overruled decides all the same, as in the window. */
static bool cycle(struct ursa_session *s, int32_t asked, struct err *err)
{
    unsigned action;
    if (!session_act(&s->life, &action, err))
        return false;
    if (asked >= 0) {
        action = (unsigned)asked;
        s->life.by = BY_USER;
    }
    return session_answer(&s->life, action, err);
}

static int give(const struct record *r, struct ursa_record *out)
{
    struct ursa_record mine = { .action = r->action,
                                .t = r->t,
                                .obs = r->e.obs,
                                .rew = r->e.rew,
                                .total = r->total,
                                .performance = r->performance,
                                .explored = r->explored,
                                .hash = r->hash };
    return out ? api_give(out, &mine, sizeof mine) : URSA_OK;
}

static int step(struct ursa_session *s, int32_t action, struct ursa_record *out)
{
    struct err err = { 0 };
    uint64_t before = s->life.last.t;
    s->broken = true;
    bool ok = cycle(s, action, &err);
    if (s->trace && s->life.last.t > before) {
        struct sink *sk = trace_sink(s->trace);
        sk->ops->cycle(sk, &s->life.last, s->agent);
    }
    if (!ok)
        return api_err(s->life.last.t > before ? URSA_IMPOSSIBLE : URSA_BAD, &err);
    s->broken = false;
    return give(&s->life.last, out);
}

int ursa_session_step(ursa_session *s, int32_t action, struct ursa_record *out)
{
    API_GUARD(URSA_MEMORY)
    if (!api_whole(s, "session", s && s->broken))
        return URSA_BAD;
    if (action < -1 || (action == -1 && s->alone))
        return api_fail(URSA_BAD, action == -1 ? "this session has no agent that acts"
                                               : "a negative action other than -1");
    if (action >= 0 && api_action(&s->env->space, (uint32_t)action))
        return URSA_BAD;
    if (out && (out->size < sizeof out->size || out->size > 4096))
        return api_give(out, NULL, sizeof *out);
    return step(s, action, out);
}

int ursa_session_close(ursa_session *s)
{
    API_GUARD(URSA_MEMORY)
    struct err err = { 0 };
    bool ok = true;
    if (!s)
        return URSA_OK;
    if (s->trace) {
        struct sink *sk = trace_sink(s->trace);
        ok = sk->ops->end(sk, &err);
    }
    release(s);
    return ok ? URSA_OK : api_err(URSA_IO, &err);
}
