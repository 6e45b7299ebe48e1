#ifndef URSA_H
#define URSA_H

/* ursa as a library, libursa(3): worlds, agents, games, predictors and whole jobs, from C,
 * C++ and whatever calls C. Nothing here prints, exits, forks, handles signals or changes
 * directory. Handles are independent of each other; a handle belongs to one thread at a
 * time, ursa_agent_cancel() aside. ursa is under the GPL, version 3 or later, and so is
 * what is linked with it. */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define URSA_ABI 0 /* of this header; 0 until 1.0 promises anything */
#define URSA_API __attribute__((visibility("default")))

typedef struct ursa_env ursa_env;             /* an open world, its state and its luck */
typedef struct ursa_agent ursa_agent;         /* an agent in such a world */
typedef struct ursa_session ursa_session;     /* agent, world, clock and record: a run */
typedef struct ursa_vec ursa_vec;             /* n states of one world */
typedef struct ursa_game ursa_game;           /* a world of several players */
typedef struct ursa_predictor ursa_predictor; /* of bits */

/* What functions that return int say when they fail, and ursa_code() of others;
 * ursa_error() says more. */
enum ursa_code {
    URSA_OK = 0,
    URSA_BAD = -1,        /* a spec, an argument, a value out of range */
    URSA_IMPOSSIBLE = -2, /* the percept has probability 0 to the agent */
    URSA_MEMORY = -3,     /* there is not enough; the handle may only be closed */
    URSA_LIMIT = -4,      /* the problem is too large */
    URSA_STOPPED = -5,    /* cancelled, or by the caller's function */
    URSA_IO = -6,         /* a file could not be written */
    URSA_NONE = -7        /* it has no such thing */
};

/* Structs begin with their size as the caller knows it, set before the call; members are
 * only ever appended, and what the library does not know is left alone. */
struct ursa_space {
    uint32_t size;
    uint32_t n_actions;       /* actions are 0 .. n_actions - 1, at most 32 */
    uint64_t n_obs;           /* observations are 0 .. n_obs - 1 */
    int32_t rew_min, rew_max; /* rewards in points */
    double scale;             /* points per displayed unit of reward */
    uint64_t state_bytes;     /* of ursa_env_save(); 0 of games */
    uint32_t n_places;        /* that "explored" counts; 0: it has no meaning */
    uint32_t map;             /* layout index */
    int32_t rows, cols;       /* of its canvas; 0: it draws nothing */
    uint32_t flags;           /* enum ursa_flag */
};
enum ursa_flag {
    URSA_HAS_LAW = 1, /* ursa_env_law() */
    URSA_TEXT = 2,    /* its canvas is text, not tiles */
    URSA_HIDDEN = 4   /* its state is no function of what is perceived */
};
struct ursa_record {
    uint32_t size;
    uint32_t action;
    uint64_t t; /* 1, 2, ... */
    uint32_t obs;
    int32_t rew;
    double total, performance; /* so far, points */
    double explored;           /* percent of the places; NAN: no places */
    uint64_t hash;             /* of all actions and percepts so far */
};
struct ursa_branch {
    double p;
    uint32_t obs;
    int32_t rew;
};

/* ---- the library */

URSA_API int ursa_abi(void);             /* to be compared with URSA_ABI */
URSA_API const char *ursa_version(void); /* "0.2.0" */
/* Of the last function that failed in this thread, until the next fails; "": none did. */
URSA_API const char *ursa_error(void);
/* The enum ursa_code of the same, for functions that return a pointer; URSA_OK: none
 * failed. */
URSA_API int ursa_code(void);
/* Frees what functions that return char * gave; NULL is fine. */
URSA_API void ursa_free(void *text);
/* The things of a sort ("envs", "agents", "games", ..., "metrics") as a JSON array of
 * {"name","title"}, of those with parameters also "version" and "params": [{"name","type",
 * "default","min","max","choices","unit","help"}]. NULL: there is no such sort. */
URSA_API char *ursa_list(const char *sort);

/* ---- a world
 * Run (root, seed) meets the luck of `ursa run --root-seed=ROOT -s SEED`. */

URSA_API ursa_env *ursa_env_open(const char *spec, uint64_t root, uint32_t seed);
URSA_API void ursa_env_close(ursa_env *env);             /* every close takes NULL */
URSA_API const char *ursa_env_spec(const ursa_env *env); /* canonical; the env's */
URSA_API int ursa_env_space(const ursa_env *env, struct ursa_space *out);
/* Run (root, seed) from its start. */
URSA_API int ursa_env_reset(ursa_env *env, uint32_t seed);
/* *obs and *rew may be NULL. */
URSA_API int ursa_env_step(ursa_env *env, uint32_t action, uint32_t *obs, int32_t *rew);
/* State and luck as space.state_bytes bytes, for envs of the same spec. */
URSA_API int ursa_env_save(const ursa_env *env, void *bytes, size_t n);
/* URSA_BAD: these are not of such a world; it is then as it was. */
URSA_API int ursa_env_restore(ursa_env *env, const void *bytes, size_t n);
/* All that may happen after `action`, equal percepts in one: how many there are, of which
 * at most cap are written; or URSA_NONE. */
URSA_API int ursa_env_law(const ursa_env *env, uint32_t action, struct ursa_branch *out,
                          size_t cap);
/* The canvas as UTF-8, a line each row, hidden things only with `truth`: bytes it takes
 * with its NUL, of which what fits into n is written (whole, or only a NUL). */
URSA_API int ursa_env_draw(const ursa_env *env, int truth, char *utf8, size_t n);
/* What people call an action or, where action is -1, a percept; as draw(). */
URSA_API int ursa_env_name(const ursa_env *env, int32_t action, uint32_t obs, int32_t rew,
                           char *text, size_t n);

/* ---- an agent
 * Knows of the world what its spec says it does: its space, a class of hypotheses, or all.
 * The env is borrowed and outlives it; it is not moved by it. */

URSA_API ursa_agent *ursa_agent_open(const char *spec, const ursa_env *env, uint64_t root,
                                     uint32_t seed);
URSA_API void ursa_agent_close(ursa_agent *ag);
URSA_API const char *ursa_agent_spec(const ursa_agent *ag);
URSA_API int ursa_agent_act(ursa_agent *ag); /* the action, or a code */
/* Learns what the action, its own or not, led to. */
URSA_API int ursa_agent_update(ursa_agent *ag, uint32_t action, uint32_t obs, int32_t rew);
/* What it thinks after act(), a JSON object: value, visits, plan, entropy, phase, metrics,
 * ...; null is not known. */
URSA_API char *ursa_agent_inspect(const ursa_agent *ag);
/* Belief in [0, 1] that a cell of the canvas pays, n = rows * cols. */
URSA_API int ursa_agent_belief(const ursa_agent *ag, double *cell, size_t n);
/* From any thread: the act() under way, or else the next, returns URSA_STOPPED. */
URSA_API void ursa_agent_cancel(ursa_agent *ag);

/* ---- a run
 * agent NULL: the caller acts, and the run has metrics, hash and trace all the same. trace:
 * a path, or NULL. */

URSA_API ursa_session *ursa_session_open(const char *agent, const char *env, uint64_t root,
                                         uint32_t seed, const char *trace);
/* One cycle with this action, or with the agent's where it is -1. *out may be NULL. */
URSA_API int ursa_session_step(ursa_session *s, int32_t action, struct ursa_record *out);
URSA_API int ursa_session_close(ursa_session *s); /* URSA_IO: the trace is not written */

/* ---- many states of one world
 * State i is that of an env with seed[i], bit for bit. */

URSA_API ursa_vec *ursa_vec_open(const char *spec, uint64_t root, const uint32_t *seed,
                                 size_t n);
URSA_API void ursa_vec_close(ursa_vec *v);
URSA_API int ursa_vec_space(const ursa_vec *v, struct ursa_space *out);
/* Those with which[i] not 0, NULL: all, anew as runs seed[i]. */
URSA_API int ursa_vec_reset(ursa_vec *v, const uint8_t *which, const uint32_t *seed);
/* action[n]; percept: n pairs (uint32_t obs, int32_t rew), aligned as those. URSA_BAD: an
 * action is out of range, and nothing has moved. */
URSA_API int ursa_vec_step(ursa_vec *v, const uint8_t *action, void *percept);

/* ---- a game */

URSA_API ursa_game *ursa_game_open(const char *spec, uint64_t root, uint32_t seed);
URSA_API void ursa_game_close(ursa_game *g);
URSA_API const char *ursa_game_spec(const ursa_game *g);
URSA_API int ursa_game_players(const ursa_game *g); /* at most 8 */
URSA_API int ursa_game_space(const ursa_game *g, uint32_t player, struct ursa_space *out);
URSA_API int ursa_game_reset(ursa_game *g, uint32_t seed);
/* Bit i: player i is to move; all of them in most games. */
URSA_API int ursa_game_movers(const ursa_game *g);
/* action[i] of those who move; obs[i] and rew[i] of every player: what it sees, and what
 * the step paid it. Steps in which nobody moves are part of the one before. */
URSA_API int ursa_game_step(ursa_game *g, const uint32_t *action, uint32_t *obs,
                            int32_t *rew);

/* ---- a predictor of bits
 * Of percepts of `slots` bits; ursa-models(7). */

URSA_API ursa_predictor *ursa_predictor_open(const char *spec, uint32_t slots);
URSA_API void ursa_predictor_close(ursa_predictor *p);
/* The chance that the next bit, which is the slot-th of its percept, is 1; NAN: error. */
URSA_API double ursa_predictor_p1(ursa_predictor *p, uint32_t slot);
/* Learns the bit that the last p1() was about; append() takes one without learning it. */
URSA_API int ursa_predictor_update(ursa_predictor *p, uint32_t bit);
URSA_API int ursa_predictor_append(ursa_predictor *p, uint32_t bit);

/* ---- whole jobs: JSON in and out */

/* {"agent","env"[,"root","seed","steps","curve_points","trace"]} to the object of `ursa run
 * --json`. cycle (may be NULL) is told of every cycle; not 0: the run is stopped, and what
 * was lived is reported. NULL: ursa_error(). */
URSA_API char *ursa_run(const char *job,
                        int (*cycle)(void *context, const struct ursa_record *rec),
                        void *context);
/* {"env"[,"root","model","utility","horizon","discount","history","gap","limit",
 * "seconds"]} to the object of `ursa solve --json`: horizon 1.. or 0 for no end, discount
 * as "discount=geometric,gamma=0.9", history as "a/o/r a/o/r". */
URSA_API char *ursa_solve(const char *problem);

#ifdef __cplusplus
}
#endif

#endif
