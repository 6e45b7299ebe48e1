#include "config.h"

#include "env.h"
#include "hash.h"
#include "mask.h"
#include "registry.h"
#include "talk.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A world that is a program of its own: exec:PROGRAM, ursa-protocol(7). Its state is in the
 * program, against the law of the house that state is bytes that can be copied: what the
 * caller has is a ticket for the present, with what is seen of it. With one for the past
 * the world goes on where the program has kept that state (copies=N), and else cannot and
 * says so (env->single). It has no law, and agents that imagine by laws are refused. */

struct config {
    struct talk_conf talk;
    int64_t copies;
};
/* Two of one history are equal: `history` is a digest of the seed and all actions. */
struct ticket {
    uint64_t history, t;
    double performance; /* of the cycle that led here */
    uint64_t place;
};
/* What state bytes are: behind the ticket two pictures, without and with the truth, of
 * rows * cols characters each. */
struct seen {
    struct ticket ticket;
    uint32_t picture[];
};
/* A state that the program keeps. */
struct kept {
    uint64_t history, t;
    json_int_t id;
};
struct program {
    struct env base;
    struct talk talk;
    struct ticket now;
    uint64_t lives;
    struct kept *kept; /* [copies] a ring */
    uint64_t n_kept, copies;
    bool watched; /* somebody will draw */
    char **names; /* of actions; NULL: numbers */
    struct err fault;
};

enum { EDGE = 200 };

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

static bool read_canvas(struct program *s, struct err *err)
{
    const json_t *size = json_object_get(s->talk.ready, "draw");
    json_int_t rows = json_integer_value(json_array_get(size, 0));
    json_int_t cols = json_integer_value(json_array_get(size, 1));
    if (!size || json_is_false(size))
        return true;
    if (json_array_size(size) != 2 || rows < 1 || rows > EDGE || cols < 1 || cols > EDGE)
        return child_fault(s->talk.child, err,
                           "says no draw [rows,columns] of 1 to %d each", EDGE);
    s->base.text = true;
    s->base.rows = (int)rows;
    s->base.cols = (int)cols;
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
    return read_rewards(s, err) && read_names(s, err) && read_canvas(s, err);
}

/* Whether it keeps states, where it is to. */
static bool read_copies(struct program *s, int64_t copies, struct err *err)
{
    s->copies = (uint64_t)copies;
    s->kept = xcalloc((size_t)copies + 1, sizeof *s->kept);
    return !copies || json_is_true(json_object_get(s->talk.ready, "save")) ||
           child_fault(s->talk.child, err, "cannot save, and copies=%" PRId64, copies);
}

static void close_program(struct env *env)
{
    struct program *s = (struct program *)env;
    talk_close(&s->talk);
    for (uint32_t a = 0; s->names && a < s->base.space.n_actions; a++)
        free(s->names[a]);
    free(s->names);
    free(s->kept);
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
                            .hidden = true,
                            .single = !c->copies,
                            .said = s->talk.said,
                            .timed = !s->talk.deterministic };
    if (read_space(s, err) && read_copies(s, c->copies, err)) {
        size_t cells = (size_t)s->base.rows * (size_t)s->base.cols;
        s->base.state_size = sizeof(struct seen) + 2 * cells * sizeof(uint32_t);
        return &s->base;
    }
    close_program(&s->base);
    return NULL;
}

/* ---- the world */

static struct program *program_of(const struct env *env)
{
    return (struct program *)(uintptr_t)env; /* constant but for what is in the program */
}

/* ---- its pictures */

/* The lines of a drawing, into rows * cols characters. */
static bool read_picture(struct program *s, const json_t *o, uint32_t *to)
{
    const json_t *rows = json_object_get(o, "rows");
    size_t n_rows = (size_t)s->base.rows, n_cols = (size_t)s->base.cols;
    if (!json_is_array(rows) || json_array_size(rows) > n_rows)
        return child_fault(s->talk.child, &s->fault,
                           "draws %zu rows, and said that there are %zu",
                           json_array_size(rows), n_rows);
    memset(to, 0, n_rows * n_cols * sizeof *to);
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const char *line = json_string_value(json_array_get(rows, i));
        uint32_t ch;
        for (size_t k = 0; line && (ch = next_char(&line)); k++)
            if (k < n_cols)
                to[i * n_cols + k] = ch;
            else
                return child_fault(s->talk.child, &s->fault,
                                   "draws row %zu beyond its %zu columns", i + 1, n_cols);
    }
    return true;
}

static bool look(struct program *s, bool truth, uint32_t *to)
{
    json_t *ask = json_pack("{s:s, s:b}", "type", "draw", "truth", truth);
    json_t *o = talk_tell(&s->talk, ask, &s->fault)
                    ? talk_hear(&s->talk, "drawing", &s->fault)
                    : NULL;
    bool ok = o && read_picture(s, o, to);
    json_decref(o);
    return ok;
}

static void watched(const struct env *env) { program_of(env)->watched = true; }

static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    const struct seen *seen = state;
    size_t cells = (size_t)env->rows * (size_t)env->cols;
    for (size_t i = 0; i < cells; i++)
        canvas_put(cv, (int)(i / (size_t)env->cols), (int)(i % (size_t)env->cols), INK_TEXT,
                   seen->picture[truth ? cells + i : i]);
}

/* ---- the states it keeps */

static bool save(struct program *s)
{
    struct kept *k = &s->kept[s->n_kept % s->copies];
    if (s->n_kept >= s->copies &&
        !talk_tell(&s->talk, json_pack("{s:s, s:I}", "type", "drop", "id", k->id),
                   &s->fault))
        return false;
    *k = (struct kept){ s->now.history, s->now.t, (json_int_t)++s->n_kept };
    return talk_agree(&s->talk, "save", "saved", k->id, &s->fault);
}

/* From the present to an earlier state, where it is not the present. */
static bool go_to(struct program *s, const struct ticket *to)
{
    if (to->history == s->now.history && to->t == s->now.t)
        return true;
    for (uint64_t i = 0; i < s->copies && i < s->n_kept; i++) {
        const struct kept *k = &s->kept[i];
        if (k->history != to->history || k->t != to->t)
            continue;
        s->now = *to;
        return talk_agree(&s->talk, "restore", "restored", k->id, &s->fault);
    }
    return child_fault(s->talk.child, &s->fault,
                       s->copies ? "has kept no state as old as that (copies=%" PRIu64 ")"
                                 : "cannot go back to where it was",
                       s->copies);
}

/* ---- its lives */

/* The present, into bytes that are the caller's. */
static bool show(struct program *s, struct seen *to)
{
    size_t cells = (size_t)s->base.rows * (size_t)s->base.cols;
    memcpy(&to->ticket, &s->now, sizeof s->now);
    return (!s->watched || !cells ||
            (look(s, false, to->picture) && look(s, true, to->picture + cells))) &&
           (!s->copies || save(s));
}

static void reset(const struct env *env, void *state, struct rng *rng)
{
    struct program *s = program_of(env);
    uint64_t seed = rng_u64(rng) >> 11;
    s->now = (struct ticket){ .history = hash_word(HASH_START, seed) };
    if (env->timed) /* no other is like it */
        s->now.history = hash_word(s->now.history, ++s->lives);
    s->fault = (struct err){ 0 };
    if (talk_tell(&s->talk,
                  json_pack("{s:s, s:I}", "type", "begin", "seed", (json_int_t)seed),
                  &s->fault))
        show(s, state);
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
        s->now.performance = json_is_number(p) ? json_number_value(p) : (double)rew;
        s->now.place = (uint64_t)place;
    }
    json_decref(o);
    return ok;
}

/* A percept that there is not says that there was none: fault() tells why. */
static struct percept step(const struct env *env, void *state, unsigned action,
                           struct rng *rng)
{
    static const struct percept none = { UINT32_MAX, 0 };
    struct program *s = program_of(env);
    struct seen *seen = state;
    struct percept e = none;
    (void)rng;
    if (s->fault.n || !go_to(s, &seen->ticket))
        return none;
    s->now.t++;
    s->now.history = hash_word(s->now.history, action);
    bool ok = talk_tell(&s->talk,
                        json_pack("{s:s, s:I, s:I}", "type", "step", "t",
                                  (json_int_t)s->now.t, "action", (json_int_t)action),
                        &s->fault) &&
              hear(s, &e) && show(s, seen);
    return ok ? e : none;
}

static bool fault(const struct env *env, struct err *err)
{
    const struct program *s = program_of(env);
    return !s->fault.n || err_set(err, "%s", s->fault.text);
}

static uint32_t place(const struct env *env, const void *state)
{
    const struct seen *seen = state;
    (void)env;
    return (uint32_t)seen->ticket.place;
}

static double performance(const struct env *env, const void *before, unsigned action,
                          struct percept e, const void *after)
{
    const struct seen *seen = after;
    (void)env;
    (void)before;
    (void)action;
    (void)e;
    return seen->ticket.performance;
}

static const struct param params[] = {
    TALK_PARAMS(talk),
    INT("copies", copies, .min = 0, .max = 1 << 20, .unit = "states",
        .help = "the last that it is to keep, to be gone back to"),
    { 0 }
};

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
    .draw = draw,
    .watched = watched,
};
