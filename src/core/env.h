#ifndef ENV_H
#define ENV_H

#include "canvas.h"
#include "err.h"
#include "kind.h"
#include "names.h"
#include "percept.h"
#include "rng.h"

#include <stdbool.h>
#include <stddef.h>

HOST_BEGIN

struct env;

/* One thing that may happen: with probability p the world says e (and is in the state that
 * stands at the same place of the `next` array). */
struct transition {
    double p; /* in (0, 1] */
    struct percept e;
};

/* A number that a world has of its own; text is static. */
struct world_metric {
    const char *name, *unit;
    const char *help; /* one line, no full stop */
};
enum { REPORT_MAX = 8 };

/* A kind of world. State is plain data: env->state_size bytes that belong to the caller,
 * are copied with memcpy and compared with memcmp (so padding must be zero). The ops from
 * reset() to condition() run in hot loops: no allocation, no I/O, no globals. */
struct env_ops {
    struct kind kind;
    /* Families of hypotheses around such a world: heads of family_ops (family.h), the one
     * believed in when nothing is said first, closed by NULL; NULL: none. */
    const struct kind *const *families;

    /* Builds a world; NULL with *err when config makes no sense. A random layout is drawn
     * from the stream (root, RNG_LAYOUT, name, map index); it never depends on a run's
     * seed. config is copied, strings included, where the world needs it later. */
    struct env *(*open)(const void *config, uint64_t root, struct err *err);
    void (*close)(struct env *env); /* NULL: free() is all there is to do */

    /* As a world: the hidden state moves, a percept comes out. Called by env_reset() and
     * env_step(), which stand in for what is NULL here. */
    void (*reset)(const struct env *env, void *state, struct rng *rng);
    /* Every state that reset() may leave, each once, with its probability, sum 1; at most
     * env->max_starts. NULL: reset() draws nothing. */
    size_t (*starts)(const struct env *env, double *p, void *states);
    struct percept (*step)(const struct env *env, void *state, unsigned action,
                           struct rng *rng);

    /* Optional: n independent states, state_size bytes apart, each with its action; the
     * same law as step(), draws in the order of the states. */
    void (*steps)(const struct env *env, void *states, const uint8_t *actions, size_t n,
                  struct rng *rng, struct percept *out);

    /* As a law: everything that may happen, each once, p > 0, sum 1; at most
     * env->max_transitions. next receives as many states, each state_size bytes. NULL when
     * there is no closed form of useful size. Must agree with step(). */
    size_t (*transitions)(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next);
    /* Optional, the fast way to P(e | state, action) of a world whose next state is a
     * function of (state, action, e): returns it and moves the state when it is above 0.
     * env_condition() derives it from transitions() when NULL. */
    double (*condition)(const struct env *env, void *state, unsigned action,
                        struct percept e);

    /* Optional. E[reward that is not in the percept | before, action, e, after], in points:
     * what counts beside e.rew, and nobody is told. Asked where space_unseen(); elsewhere
     * the percept holds all of the reward, as in general RL. */
    double (*worth)(const struct env *env, const void *before, unsigned action,
                    struct percept e, const void *after);

    /* Optional. E[reward | before, action, after], in points, for whatever pair of states,
     * also where `after` cannot follow: the R(s, a, s') that rewards are compared by
     * (src/reward). NULL: what cannot follow counts as what that action is expected to
     * earn. */
    double (*pays)(const struct env *env, const void *before, unsigned action,
                   const void *after);

    /* Optional. What a first state would show to who looks before he acts, which agents do
     * not, as their histories start with an action: sources of worlds may count on it. */
    uint32_t (*looks)(const struct env *env, const void *start);

    /* Optional. Why the last step() gave a percept that there is not: false with *err.
     * True: nothing is wrong with it. Of worlds that can fail, being other programs. */
    bool (*fault)(const struct env *env, struct err *err);

    /* Optional. The canvas cell (row * cols + col) a hypothesis is about; -1: none. */
    int (*about)(const struct env *hypothesis);
    /* Optional. A form that it lends to models that know it; NULL: no such form. Owned by
     * env. */
    const void *(*view)(const struct env *env, const struct view_kind *which);
    /* Optional. Where the agent is, in [0, n_places), for "explored". */
    uint32_t (*place)(const struct env *env, const void *state);
    /* Optional. What the designer wanted of this cycle, apart from the reward, in
     * points. */
    double (*performance)(const struct env *env, const void *before, unsigned action,
                          struct percept e, const void *after);
    /* Optional. Numbers of its own for the record, at most REPORT_MAX, closed by a NULL
     * name, and their values now, in the same order; NAN: none now. */
    const struct world_metric *metrics;
    void (*report)(const struct env *env, const void *state, double *out);
    /* Optional. What is hidden of a state, in [0, n_hidden): what beliefs are about. */
    uint32_t (*hidden)(const struct env *env, const void *state);
    /* Where player i is on the canvas (row * cols + col), hidden or not; -1: nowhere, or
     * there are not as many. NULL: its canvas is text, or none. */
    int (*cell)(const struct env *env, const void *state, unsigned player);
    /* Optional, of worlds without a map: the picture (src/view/picture.def) in which the
     * window draws what is uncertain, and what is asked there: "where is the tiger?" */
    const char *picture, *asks;
    /* How its things look, closed by a NULL name; NULL: its canvas is text, or none. */
    const struct tile_look *tiles;
    /* Optional. Paints the state on rows x cols; hidden things only when `truth`. */
    void (*draw)(const struct env *env, const void *state, bool truth, struct canvas *cv);
    /* Optional. Somebody will draw: from the next reset on states have what draw() needs
     * and others may do without. Of worlds to which a picture is work. */
    void (*watched)(const struct env *env);
    /* Optional. A percept in words, where env->observations is not enough: "walls NE". */
    void (*percept_text)(const struct env *env, struct percept e, char *buf, size_t n);
};

/* An open world: constant from open() to close(), so any number of states, threads and
 * hypotheses may share it. First member of each concrete struct. */
struct env {
    const struct env_ops *ops;
    struct space space;
    size_t state_size;        /* bytes; aligned like max_align_t */
    uint32_t max_transitions; /* 0 when ops->transitions is NULL */
    uint32_t max_starts;      /* 0 when ops->starts is NULL */
    uint32_t n_places;        /* reachable places; 0: "explored" has no meaning */
    uint32_t map;             /* layout index, a coordinate of the world's stream */
    const char *stream;       /* names the stream of its luck; NULL: its own name */
    bool hidden;              /* the state is random at reset or not a function of
                               * (state, action, percept): a hypothesis of it is a belief */
    const char *const *actions, *const *observations; /* names for people, one each; NULL:
                                                       * numbers */
    uint32_t n_hidden;                                /* 0 when ops->hidden is NULL */
    const char *const *hidden_names; /* what is hidden, one each; NULL: it is where the
                                      * agent is, hidden k being canvas cell k */
    double discount; /* its source advises it, in (0, 1]; 0: none. Agents have their own */
    bool text;       /* the canvas is text, not tiles */
    bool foreign;    /* it comes from a file, lib: or exec:, and is not taken at its word;
                      * set by env_open() */
    bool single;     /* its states cannot be copied: it has one present, and nobody can
                      * imagine in it */
    bool timed;      /* what it does is no function of state, action and luck */
    int rows, cols;  /* canvas it draws on; 0 x 0 when it draws nothing */
    const char *said; /* of a program of its own: what it says of itself, JSON; else NULL */
};

/* Whether the sizes that a world tells make sense, and whether it does without step() and
 * reset() only where it can: two laws, held against what comes from a file when it is
 * opened. False with *err. */
bool env_sized(const struct env *env, struct err *err);
bool env_drawable(const struct env *env, struct err *err);

/* The world of a spec. NULL with *err. */
struct env *env_open(const struct spec_of *spec, uint64_t root, struct err *err);

/* Whoever draws says so before the first reset. */
static inline void env_watch(const struct env *env)
{
    if (env->ops->watched)
        env->ops->watched(env);
}

/* Its form of that kind, or NULL. */
const void *env_view(const struct env *env, const struct view_kind *which);

/* The first state: by ops->reset; without it drawn from starts(); without that all
 * zeros. */
void env_reset(const struct env *env, void *state, struct rng *rng);

/* One action: by ops->step, or drawn from transitions(), in their order, with one number
 * where there is a choice. Such a world has at most DRAW_MAX transitions and starts, which
 * together take at most DRAW_BYTES. */
enum { DRAW_MAX = 64, DRAW_BYTES = 4096 };
struct percept env_draw(const struct env *env, void *state, unsigned action,
                        struct rng *rng);
/* The first state, drawn from starts() the same way. */
void env_draw_start(const struct env *env, void *state, struct rng *rng);
static inline struct percept env_step(const struct env *env, void *state, unsigned action,
                                      struct rng *rng)
{
    if (env->ops->step)
        return env->ops->step(env, state, action, rng);
    return env_draw(env, state, action, rng);
}

/* n states at once, by ops->steps or one by one. */
void env_steps(const struct env *env, void *states, const uint8_t *actions, size_t n,
               struct rng *rng, struct percept *out);

/* P(e | state, action); moves the state when above 0. Without ops->condition it walks
 * transitions(): `out` and `next` are scratch of max_transitions entries. */
double env_condition(const struct env *env, void *state, unsigned action, struct percept e,
                     struct transition *out, void *next);

/* ops->worth where the world hides rewards, else 0. */
static inline double env_worth(const struct env *env, const void *before, unsigned action,
                               struct percept e, const void *after)
{
    return space_unseen(&env->space) ? env->ops->worth(env, before, action, e, after) : 0;
}

/* Whether what is hidden is where the agent is: hidden k is canvas cell k. */
static inline bool env_hides_place(const struct env *env)
{
    return env->n_hidden && !env->hidden_names;
}
/* What people call a hidden thing, an action and a percept; numbers where the world has no
 * names. */
void env_hidden_text(const struct env *env, uint32_t hidden, char *buf, size_t n);
void env_action_text(const struct env *env, unsigned action, char *buf, size_t n);
void env_percept_text(const struct env *env, struct percept e, char *buf, size_t n);

/* Accepts NULL. */
void env_close(struct env *env);

HOST_END

#endif
