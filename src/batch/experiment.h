#ifndef EXPERIMENT_H
#define EXPERIMENT_H

#include "line.h"
#include "list.h"
#include "registry.h"

/* Agents x worlds x sweeps x maps x seeds, from a YAML file (ursa-experiment(5)) or from
 * options. */
struct sweep {
    char *key; /* "horizon", "agent.horizon", "env.size" */
    struct list values;
};
enum { SWEEPS_MAX = 16, RUNS_MAX = 100000000 };

/* One agent in one world, or a line-up in a game: what a run is but for its map and
 * seed. */
struct trial {
    struct spec_of agent, env; /* parsed once; imported ones have their text alone; of a
                                * line-up env is the game, agent.canonical "A + B" */
    bool maps;                 /* the world draws its layout from the map index */
    struct spec_of *seat;      /* [n_seats] owned, in the order of the seats */
    uint32_t n_seats;          /* 0: it is an agent in a world */
};

/* Which line-ups of the agents play a game. */
enum line_ups {
    SEATS_ALL,  /* round robin: every choice of as many, with repetition, in their order */
    SEATS_SWAP, /* and in every other order */
    SEATS_GIVEN /* one: the agents are the seats */
};
extern const char *const seats_names[]; /* closed by NULL */
#define SEATS_BETWEEN " + "             /* specs have no blanks */

/* What "ursa reproduce" shows of it; owned, NULL where the file says nothing. */
struct report_spec {
    char *title, *text, *expect, *source; /* for readers */
    char *figure;           /* curve, sweep, intervals, profile, heatmap or none */
    char *metric, *x, *log; /* of the figure; log: yes or no */
    char *by;               /* agent: the worlds of each agent side by side */
    char *summary; /* title of a table over several experiments, with rows of this one */
    struct round { /* what it lives otherwise than the file says */
        char *seeds, *maps, *steps, *sweep, *note;
        char *skip; /* yes: not part of the round unless named */
    } quick, full;
};

struct experiment {
    char *name;
    char *text;                      /* of the file; NULL: from options */
    struct list agents, envs, games; /* canonical specs, as listed */
    int seats;                       /* enum line_ups */
    struct sweep sweep[SWEEPS_MAX];
    size_t n_sweeps;
    long long *maps, *seeds;
    size_t n_maps, n_seeds;
    uint64_t steps, root;
    size_t curve_points;
    bool curve_log;
    bool bayes;              /* keep what the Bayes-optimal policy earns (references.h) */
    char *baseline, *metric; /* what compare shows; NULL: its defaults */
    struct report_spec report;
    struct list metrics; /* of interest; empty: all */
    struct trial *trial; /* of experiment_resolve(); no two alike */
    size_t n_trials;
};

/* 200 cycles, maps and seeds 1-10, root seed 0, 200 points a curve. */
void experiment_init(struct experiment *e);
/* Reads a file. False with all its errors as FILE:LINE:COL: error: text, the line and a
 * caret. */
bool experiment_read(struct experiment *e, const char *path, struct err *err);
bool experiment_parse(struct experiment *e, const char *text, size_t len, const char *name,
                      struct err *err);
bool experiment_add_agent(struct experiment *e, const char *spec, struct err *err);
bool experiment_add_env(struct experiment *e, const char *spec, struct err *err);
bool experiment_add_game(struct experiment *e, const char *spec, struct err *err);
/* "key=LIST"; in place of the values that key had. */
bool experiment_add_sweep(struct experiment *e, const char *text, struct err *err);
bool experiment_set_maps(struct experiment *e, const char *text, struct err *err);
bool experiment_set_seeds(struct experiment *e, const char *text, struct err *err);
/* Multiplies agents, worlds and sweeps out into trials. */
bool experiment_resolve(struct experiment *e, struct err *err);
void experiment_release(struct experiment *e);

/* One run of the plan. */
struct planned {
    uint64_t id;
    uint32_t trial, map, seed;
};
/* All runs sorted by id, each once; the caller frees. */
struct planned *experiment_plan(const struct experiment *e, size_t *n);
struct run_key planned_key(const struct experiment *e, const struct planned *p);
/* The trial's world on the map with that index; the caller releases it. */
bool trial_env(const struct trial *t, uint32_t map, struct spec_of *env, struct err *err);

#endif
