#include "config.h"

#include "cmd.h"
#include "drawing.h"
#include "line.h"
#include "output.h"
#include "registry.h"
#include "session.h"
#include "xalloc.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ursa serve: a world or an agent of ours as a program that answers on its standard output
 * what it is asked on its standard input, ursa-protocol(7). */

struct serve {
    struct args *args;
    bool agent; /* the operand is one */
    int64_t root, seed;
    struct spec_of spec;
    struct env *env; /* served, or what the agent was told of */
    struct agent *agent_at;
    void *state;
    struct rng luck, mind;
    uint64_t t;
    bool begun;
    struct save *saved; /* [n_saved] a world's */
    size_t n_saved;
};
/* A state that the host wants kept. */
struct save {
    int64_t id;
    uint64_t t;
    struct rng luck;
    void *state; /* owned */
};

#define AT(field) offsetof(struct serve, field)
static const struct option_row options[] = {
    { 0, "agent", OPTION_FLAG, AT(agent), NULL, .help = "serve an agent, not a world" },
    { 's', "seed", OPTION_INT, AT(seed), "N", .def = -1, .min = -1, .max = UINT32_MAX,
      .help = "the luck of that run, whatever the host's (the host's)" },
    { 0, "root-seed", OPTION_INT, AT(root), "N", .max = 0x1p63, .help = "its root seed" },
    { 0 },
};
#undef AT

/* ---- messages */

static void say(json_t *o)
{
    char *text = json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(17));
    puts(text ? text : "{}");
    fflush(stdout);
    free(text);
    json_decref(o);
}

static bool complain(const char *message)
{
    say(json_pack("{s:s, s:s}", "type", "error", "message", message));
    return false;
}

static bool complain_of(const struct err *err) { return complain(err->text); }

/* A whole number of a message; false, told, when there is none such. */
static bool whole(const json_t *o, const char *key, int64_t min, int64_t max, int64_t *out)
{
    const json_t *x = json_object_get(o, key);
    char what[200];
    *out = json_integer_value(x);
    if (json_is_integer(x) && *out >= min && *out <= max)
        return true;
    snprintf(what, sizeof what, "%s is not a whole number in %" PRId64 "..%" PRId64, key,
             min, max);
    return complain(what);
}

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

static json_t *space(const struct env *env)
{
    const struct space *sp = &env->space;
    return json_pack("{s:I, s:I, s:[I,I], s:f, s:o}", "actions", (json_int_t)sp->n_actions,
                     "observations",
                     sp->n_obs ? (json_int_t)sp->n_obs : (json_int_t)1 << 32, "reward",
                     (json_int_t)sp->rew_min, (json_int_t)sp->rew_max, "scale", sp->scale,
                     "action_names", names(env));
}

static void ready(const struct serve *s, json_t *more)
{
    json_t *o = json_pack("{s:s, s:s, s:s, s:b}", "type", "ready", "name",
                          s->spec.canonical, "version", PACKAGE_VERSION, "deterministic",
                          s->agent ? !s->agent_at->timed : !s->env->timed);
    json_object_update(o, more);
    json_decref(more);
    say(o);
}

/* The stream of a run where one was asked for, else the host's seed as a root. */
static struct rng stream(const struct serve *s, enum rng_purpose purpose, const char *id,
                         uint32_t map, int64_t seed)
{
    struct rng r;
    bool own = s->seed >= 0;
    rng_init(&r, &(struct rng_key){ own ? (uint64_t)s->root : (uint64_t)seed, purpose, id,
                                    map, own ? (uint32_t)s->seed : 0 });
    return r;
}

/* ---- a world */

static bool hello_world(struct serve *s)
{
    json_t *more = space(s->env);
    const struct env *env = s->env;
    json_object_set_new(more, "places", json_integer(env->n_places));
    json_object_set_new(more, "save", json_boolean(!env->single));
    if (env->ops->draw && env->rows > 0)
        json_object_set_new(more, "draw",
                            json_pack("[i, i]", env->rows, drawing_columns(env)));
    env_watch(env);
    ready(s, more);
    return true;
}

static bool begin_world(struct serve *s, int64_t seed)
{
    const struct env *env = s->env;
    const char *id = env->stream ? env->stream : env->ops->kind.name;
    s->luck = stream(s, RNG_WORLD, id, env->map, seed);
    memset(s->state, 0, env->state_size);
    env_reset(env, s->state, &s->luck);
    s->t = 0;
    return s->begun = true;
}

static bool step_world(struct serve *s, const json_t *o)
{
    const struct env *env = s->env;
    int64_t t, action;
    if (!whole(o, "t", (int64_t)s->t + 1, (int64_t)s->t + 1, &t) ||
        !whole(o, "action", 0, (int64_t)env->space.n_actions - 1, &action))
        return false;
    void *before = xcalloc(1, env->state_size);
    memcpy(before, s->state, env->state_size);
    struct percept e = env_step(env, s->state, (unsigned)action, &s->luck);
    double performance =
        env->ops->performance
            ? env->ops->performance(env, before, (unsigned)action, e, s->state)
            : e.rew;
    free(before);
    json_t *told = json_pack("{s:s, s:I, s:I, s:I, s:f}", "type", "percept", "t",
                             (json_int_t)++s->t, "obs", (json_int_t)e.obs, "reward",
                             (json_int_t)e.rew, "performance", performance);
    if (env->n_places)
        json_object_set_new(told, "place", json_integer(env->ops->place(env, s->state)));
    say(told);
    return true;
}

static bool draw_world(const struct serve *s, const json_t *o)
{
    bool truth = json_is_true(json_object_get(o, "truth"));
    char *text = drawing_text(s->env, s->state, truth), *at = text;
    if (!text)
        return complain("it draws nothing");
    json_t *rows = json_array();
    for (size_t len; *at; at += len + 1) {
        len = strcspn(at, "\n");
        json_array_append_new(rows, json_stringn(at, len));
    }
    free(text);
    say(json_pack("{s:s, s:o}", "type", "drawing", "rows", rows));
    return true;
}

static struct save *find_save(const struct serve *s, int64_t id)
{
    size_t k = 0;
    while (k < s->n_saved && s->saved[k].id != id)
        k++;
    return k < s->n_saved ? &s->saved[k] : NULL;
}

static void drop_save(struct serve *s, struct save *k)
{
    free(k->state);
    *k = s->saved[--s->n_saved];
}

static bool answer_save(const char *type, int64_t id)
{
    say(json_pack("{s:s, s:I}", "type", type, "id", (json_int_t)id));
    return true;
}

static bool save_world(struct serve *s, int64_t id)
{
    size_t size = s->env->state_size;
    struct save *k = find_save(s, id);
    if (k)
        drop_save(s, k);
    s->saved = xrealloc(s->saved, s->n_saved + 1, sizeof *s->saved);
    k = &s->saved[s->n_saved++];
    *k = (struct save){ id, s->t, s->luck, memcpy(xcalloc(1, size), s->state, size) };
    return answer_save("saved", id);
}

static bool keep_world(struct serve *s, const char *type, const json_t *o)
{
    int64_t id;
    if (s->env->single)
        return complain("it cannot be saved");
    if (!whole(o, "id", 0, INT64_C(1) << 53, &id))
        return false;
    if (!strcmp(type, "save"))
        return save_world(s, id);
    struct save *k = find_save(s, id);
    if (!k)
        return complain("nothing is saved under this id");
    if (!strcmp(type, "drop")) {
        drop_save(s, k);
        return true;
    }
    memcpy(s->state, k->state, s->env->state_size);
    s->luck = k->luck;
    s->t = k->t;
    return answer_save("restored", id);
}

/* What is asked of a world that has begun. */
static bool turn_world(struct serve *s, const char *type, const json_t *o)
{
    static const char *const known[] = { "step", "draw", "save", "restore", "drop" };
    size_t k = 0;
    while (k < sizeof known / sizeof *known && strcmp(type, known[k]) != 0)
        k++;
    if (k == sizeof known / sizeof *known)
        return complain("a type that is not known here");
    if (!s->begun) {
        char what[64];
        snprintf(what, sizeof what, "%s before begin", type);
        return complain(what);
    }
    return k == 0 ? step_world(s, o) : k == 1 ? draw_world(s, o) : keep_world(s, type, o);
}

/* ---- an agent */

/* The world as the hello tells it: what there is to see and to do, and no more. */
struct told {
    struct env base;
};
static const struct env_ops told_ops = { .kind.name = "told" };

static bool read_space(const json_t *o, struct space *sp)
{
    const json_t *pair = json_object_get(o, "reward");
    const json_t *scale = json_object_get(o, "scale");
    int64_t actions, observations, lo, hi;
    if (!whole(o, "actions", 1, ACTIONS_MAX, &actions) ||
        !whole(o, "observations", 1, INT64_C(1) << 32, &observations))
        return false;
    lo = json_integer_value(json_array_get(pair, 0));
    hi = json_integer_value(json_array_get(pair, 1));
    if (json_array_size(pair) != 2 || lo > hi || lo < INT32_MIN || hi > INT32_MAX)
        return complain("reward is not [min,max] of whole points");
    *sp = (struct space){ .n_actions = (uint32_t)actions,
                          .n_obs = (uint32_t)observations,
                          .rew_min = (int32_t)lo,
                          .rew_max = (int32_t)hi,
                          .scale = json_is_number(scale) ? json_number_value(scale) : 1 };
    return true;
}

static bool hello_agent(struct serve *s, const json_t *o)
{
    struct err err = { 0 };
    struct told *w = xcalloc(1, sizeof *w);
    w->base =
        (struct env){ .ops = &told_ops, .state_size = 1, .hidden = true, .single = true };
    s->env = &w->base;
    if (!read_space(o, &w->base.space))
        return false;
    s->agent_at = agent_open(&s->spec, s->env, &err);
    if (!s->agent_at)
        return complain_of(&err);
    ready(s, json_object());
    return true;
}

static bool begin_agent(struct serve *s, int64_t seed)
{
    s->mind = stream(s, RNG_AGENT, s->agent_at->ops->kind.name, 0, seed);
    return s->begun = true;
}

static json_t *metrics(const struct agent *ag)
{
    struct metric m[METRICS_MAX];
    size_t n = ag->ops->report(ag, m, METRICS_MAX);
    json_t *o = json_object();
    for (size_t i = 0; i < n; i++)
        json_object_set_new(o, m[i].name, number_json(m[i].value));
    return o;
}

static json_t *info(const struct agent *ag)
{
    struct insight in;
    json_t *o = json_object(), *value = json_array();
    insight_clear(&in);
    if (mind_of(ag)->inspect)
        mind_of(ag)->inspect(ag, &in);
    for (uint32_t a = 0; a < in.n_actions; a++)
        json_array_append_new(value, number_json(in.value[a]));
    if (in.n_actions)
        json_object_set(o, "value", value);
    if (isfinite(in.entropy))
        json_object_set_new(o, "entropy", json_real(in.entropy));
    if (*in.phase)
        json_object_set_new(o, "phase", json_string(in.phase));
    json_decref(value);
    if (ag->ops->report)
        json_object_set_new(o, "metrics", metrics(ag));
    return o;
}

static bool act(struct serve *s, int64_t t)
{
    struct err err = { 0 };
    unsigned action = 0;
    if (!s->agent_at->ops->act(s->agent_at, &s->mind, &action, &err))
        return complain_of(&err);
    if (action >= s->env->space.n_actions)
        return complain("it leaves the action to a mentor");
    say(json_pack("{s:s, s:I, s:I, s:o}", "type", "action", "t", (json_int_t)t, "action",
                  (json_int_t)action, "info", info(s->agent_at)));
    return true;
}

static bool learn(struct serve *s, const json_t *o)
{
    const struct space *sp = &s->env->space;
    struct err err = { 0 };
    int64_t t, action, obs, rew, now = (int64_t)s->agent_at->t + 1;
    if (!whole(o, "t", now, now, &t) ||
        !whole(o, "action", 0, (int64_t)sp->n_actions - 1, &action) ||
        !whole(o, "obs", 0, sp->n_obs ? (int64_t)sp->n_obs - 1 : UINT32_MAX, &obs) ||
        !whole(o, "reward", sp->rew_min, sp->rew_max, &rew))
        return false;
    struct cycle c = { (uint32_t)action, { (uint32_t)obs, (int32_t)rew }, BY_AGENT };
    if (!s->agent_at->ops->update(s->agent_at, &c, &err))
        return complain(err.n ? err.text : "this percept is impossible to the agent");
    s->agent_at->t++;
    return true;
}

static bool turn_agent(struct serve *s, const char *type, const json_t *o)
{
    int64_t t, due = (int64_t)s->agent_at->t + 1;
    if (!s->begun)
        return complain("a question before begin");
    if (!strcmp(type, "act"))
        return whole(o, "t", due, due, &t) && act(s, t);
    if (!learn(s, o))
        return false;
    return !json_object_get(o, "act") ||
           (whole(o, "act", due + 1, due + 1, &t) && act(s, t));
}

/* ---- the conversation */

static bool hello(struct serve *s, const json_t *o)
{
    const char *role = json_string_value(json_object_get(o, "role"));
    int64_t protocol;
    if (!whole(o, "protocol", 1, 1, &protocol))
        return false;
    if (!role || strcmp(role, s->agent ? "agent" : "world") != 0)
        return complain(s->agent ? "this is an agent" : "this is a world");
    return s->agent ? hello_agent(s, o) : hello_world(s);
}

/* False at the end, or where it was told that something is wrong. */
static bool take(struct serve *s, const json_t *o, bool *bye)
{
    const char *type = json_string_value(json_object_get(o, "type"));
    bool open = s->agent ? s->agent_at != NULL : true;
    int64_t seed;
    *bye = type && !strcmp(type, "bye");
    if (*bye)
        return false;
    if (!type)
        return complain("not an object with a type");
    if (!strcmp(type, "hello"))
        return hello(s, o);
    if (!open)
        return complain("hello comes first");
    if (!strcmp(type, "begin"))
        return whole(o, "seed", 0, INT64_C(1) << 53, &seed) &&
               (s->agent ? begin_agent(s, seed) : begin_world(s, seed));
    if (!s->agent)
        return turn_world(s, type, o);
    if ((!strcmp(type, "act") || !strcmp(type, "percept")))
        return turn_agent(s, type, o);
    return complain("a type that is not known here");
}

static int converse(struct serve *s)
{
    char *line = NULL;
    size_t cap = 0;
    bool bye = false, ok = true;
    while (ok && xgetline(&line, &cap, stdin) > 0) {
        json_error_t why;
        json_t *o = json_loads(line, JSON_REJECT_DUPLICATES, &why);
        ok = json_is_object(o) ? take(s, o, &bye) : complain("not a JSON object in a line");
        json_decref(o);
    }
    free(line);
    return ok || bye ? EXIT_OK : EXIT_RUN_FAILED;
}

static bool open_room(struct serve *s, struct err *err)
{
    const struct shelf *from = s->agent ? &agent_shelf : &env_shelf;
    if (!kind_parse(&s->spec, from, s->args->operand[0], err))
        return false;
    s->env = s->agent ? NULL : env_open(&s->spec, (uint64_t)s->root, err);
    s->state = s->env ? xcalloc(1, s->env->state_size) : NULL;
    return s->agent || s->env;
}

static int run(struct args *a)
{
    struct serve s = { .args = a };
    struct err err = { 0 };
    if (!args_parse(a, &s))
        return a->status;
    int status = open_room(&s, &err) ? converse(&s) : args_err(a, &err);
    if (s.agent_at)
        s.agent_at->ops->close(s.agent_at);
    if (s.agent)
        free(s.env);
    else
        env_close(s.env);
    while (s.n_saved)
        drop_save(&s, s.saved);
    free(s.saved);
    kind_release(&s.spec);
    free(s.state);
    return status;
}

const struct cmd cmd_serve = {
    .group = "Build and connect",
    .name = "serve",
    .title = "be a world or an agent for another program",
    .example = "ursa serve tiger",
    .operands = "ENV",
    .options = options,
    .page = "ursa-serve",
    .run = run,
};
