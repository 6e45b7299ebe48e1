#include "config.h"

#include "env.h"
#include "registry.h"
#include "talk.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A world that is a program of its own: exec:PROGRAM, ursa-protocol(7). Its state is in the
 * program, against the law of the house that state is bytes that can be copied: what the
 * caller has is a ticket for the present. With one for the past the world cannot go on, and
 * says so; so it has no law, and agents that imagine are refused (env->single). */

struct config {
    struct talk_conf talk;
};
struct ticket {
    uint64_t life, t;
};
struct program {
    struct env base;
    struct talk talk;
    struct ticket now;
    double performance; /* of the last cycle; NAN: the reward is */
    uint32_t place;
    char **names; /* of actions; NULL: numbers */
    struct err fault;
};

/* ---- what it says of itself */

static bool read_rewards(struct program *s, struct err *err)
{
    const json_t *pair = json_object_get(s->talk.ready, "reward");
    const json_t *lo = json_array_get(pair, 0), *hi = json_array_get(pair, 1);
    json_int_t min = json_integer_value(lo), max = json_integer_value(hi);
    if (json_array_size(pair) != 2 || !json_is_integer(lo) || !json_is_integer(hi) ||
        min < INT32_MIN || max > INT32_MAX || min > max)
        return child_fault(s->talk.child, err,
                           "says no reward [min,max] of whole points, min <= max");
    s->base.space.rew_min = (int32_t)min;
    s->base.space.rew_max = (int32_t)max;
    return true;
}

static bool read_names(struct program *s, struct err *err)
{
    const json_t *names = json_object_get(s->talk.ready, "action_names");
    uint32_t n = s->base.space.n_actions;
    if (!names)
        return true;
    if (json_array_size(names) != n)
        return child_fault(s->talk.child, err, "names %zu actions of %" PRIu32,
                           json_array_size(names), n);
    s->names = xcalloc(n, sizeof *s->names);
    for (uint32_t a = 0; a < n; a++) {
        const char *name = json_string_value(json_array_get(names, a));
        s->names[a] = xstrdup(name ? name : "?");
    }
    s->base.actions = (const char *const *)s->names;
    return true;
}

static bool read_space(struct program *s, struct err *err)
{
    struct talk *t = &s->talk;
    const json_t *scale = json_object_get(t->ready, "scale");
    int64_t actions, observations, places = 0;
    if (!talk_whole(t, t->ready, "actions", 1, ACTIONS_MAX, &actions, err) ||
        !talk_whole(t, t->ready, "observations", 1, UINT32_MAX, &observations, err) ||
        (json_object_get(t->ready, "places") &&
         !talk_whole(t, t->ready, "places", 0, 1 << 24, &places, err)))
        return false;
    s->base.space = (struct space){ .n_actions = (uint32_t)actions,
                                    .n_obs = (uint32_t)observations,
                                    .scale = scale ? json_number_value(scale) : 1 };
    s->base.n_places = (uint32_t)places;
    if (!(s->base.space.scale > 0))
        return child_fault(t->child, err, "says a scale that is not above 0");
    return read_rewards(s, err) && read_names(s, err);
}

static void close_program(struct env *env)
{
    struct program *s = (struct program *)env;
    talk_close(&s->talk);
    for (uint32_t a = 0; s->names && a < s->base.space.n_actions; a++)
        free(s->names[a]);
    free(s->names);
    free(s);
}

static struct env *open_program(const void *config, uint64_t root, struct err *err)
{
    const struct config *c = config;
    struct program *s = xcalloc(1, sizeof *s);
    (void)root;
    if (!talk_open(&s->talk, &c->talk, "world", json_object(), err)) {
        free(s);
        return NULL;
    }
    s->base = (struct env){ .ops = &env_exec,
                            .state_size = sizeof(struct ticket),
                            .hidden = true,
                            .single = true,
                            .timed = !s->talk.deterministic };
    if (read_space(s, err))
        return &s->base;
    close_program(&s->base);
    return NULL;
}

/* ---- the world */

static struct program *program_of(const struct env *env)
{
    return (struct program *)(uintptr_t)env; /* constant but for what is in the program */
}

static void reset(const struct env *env, void *state, struct rng *rng)
{
    struct program *s = program_of(env);
    json_int_t seed = (json_int_t)(rng_u64(rng) >> 11);
    s->now = (struct ticket){ s->now.life + 1, 0 };
    s->place = 0;
    s->fault = (struct err){ 0 };
    talk_tell(&s->talk, json_pack("{s:s, s:I}", "type", "begin", "seed", seed), &s->fault);
    memcpy(state, &s->now, sizeof s->now);
}

static bool hear(struct program *s, struct percept *e)
{
    struct talk *t = &s->talk;
    struct err *err = &s->fault;
    const struct space *sp = &s->base.space;
    int64_t now = (int64_t)s->now.t, of, obs, rew, place = 0;
    json_t *o = talk_hear(t, "percept", err);
    bool ok = o && talk_whole(t, o, "t", now, now, &of, err) &&
              talk_whole(t, o, "obs", 0, (int64_t)sp->n_obs - 1, &obs, err) &&
              talk_whole(t, o, "reward", sp->rew_min, sp->rew_max, &rew, err) &&
              (!s->base.n_places ||
               talk_whole(t, o, "place", 0, (int64_t)s->base.n_places - 1, &place, err));
    if (ok) {
        const json_t *p = json_object_get(o, "performance");
        *e = (struct percept){ (uint32_t)obs, (int32_t)rew };
        s->performance = json_is_number(p) ? json_number_value(p) : (double)rew;
        s->place = (uint32_t)place;
    }
    json_decref(o);
    return ok;
}

/* A percept that there is not says that there was none: fault() tells why. */
static struct percept step(const struct env *env, void *state, unsigned action,
                           struct rng *rng)
{
    struct program *s = program_of(env);
    struct percept e = { UINT32_MAX, 0 };
    (void)rng;
    if (s->fault.n)
        return e;
    if (memcmp(state, &s->now, sizeof s->now) != 0) {
        child_fault(s->talk.child, &s->fault, "cannot go back to where it was");
        return e;
    }
    s->now.t++;
    if (talk_tell(&s->talk,
                  json_pack("{s:s, s:I, s:I}", "type", "step", "t", (json_int_t)s->now.t,
                            "action", (json_int_t)action),
                  &s->fault) &&
        hear(s, &e))
        memcpy(state, &s->now, sizeof s->now);
    return e;
}

static bool fault(const struct env *env, struct err *err)
{
    const struct program *s = program_of(env);
    return !s->fault.n || err_set(err, "%s", s->fault.text);
}

static uint32_t place(const struct env *env, const void *state)
{
    (void)state;
    return program_of(env)->place;
}

static double performance(const struct env *env, const void *before, unsigned action,
                          struct percept e, const void *after)
{
    (void)before;
    (void)action;
    (void)e;
    (void)after;
    return program_of(env)->performance;
}

static const struct param params[] = { TALK_PARAMS(talk), { 0 } };

const struct env_ops env_exec = {
    .kind.name = "exec",
    .kind.title = "a program of its own",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_program,
    .close = close_program,
    .reset = reset,
    .step = step,
    .fault = fault,
    .place = place,
    .performance = performance,
};
