#ifndef AGENT_H
#define AGENT_H

#include "env.h"

#include <stdatomic.h>

struct agent;

/* A number an agent lets others record; name is static storage. */
struct metric {
    const char *name;
    double value; /* NAN: none now */
};
enum { METRICS_MAX = 12 };

/* What an agent thinks, for the screen and the trace; filled after act(). Unknown numbers
 * are NAN, unknown counts 0. */
enum { INSIGHT_PLAN = 24 };
struct insight {
    uint32_t n_actions; /* entries of value and visits in use */
    double value[ACTIONS_MAX];
    double visits[ACTIONS_MAX];
    uint32_t n_plan; /* greedy continuation, first the action chosen */
    uint8_t plan[INSIGHT_PLAN];
    uint64_t nodes, samples, steps;    /* of the last search */
    uint64_t life_samples, life_steps; /* of all searches */
    uint32_t depth;
    double entropy, entropy_start; /* of the posterior, nats */
    double gain;                   /* nats the last percept taught */
    uint32_t live;                 /* hypotheses with weight */
    int sampled;                   /* canvas cell of the hypothesis followed; -1: none */
    char phase[24];                /* "explore", "exploit", "resample in 4"; "" */
};

struct agent_ops {
    const char *name, *title;
    int version;
    const struct param *params;
    size_t config_size;

    /* `truth` is for agents handed a model class; an uninformed agent reads truth->space and
     * nothing else. It stays open and borrowed. NULL with *err on failure. */
    struct agent *(*open)(const void *config, const struct env *truth, struct err *err);
    void (*close)(struct agent *ag);

    /* The action of cycle t + 1. */
    unsigned (*act)(struct agent *ag, struct rng *rng);
    /* Learns from it. False when the percept is impossible to the agent, with whatever it
     * can say on the reason in *err. */
    bool (*update)(struct agent *ag, unsigned action, struct percept e, struct err *err);

    /* Optional. Writes at most n metrics, returns how many. */
    size_t (*report)(const struct agent *ag, struct metric *out, size_t n);
    /* Optional. */
    void (*inspect)(const struct agent *ag, struct insight *out);
    /* Optional. Belief that a canvas cell pays, in [0, 1], n = rows * cols of truth; false:
     * none to show. */
    bool (*belief)(const struct agent *ag, double *cell, size_t n);
};

/* First member of each concrete agent. */
struct agent {
    const struct agent_ops *ops;
    uint64_t t;         /* cycles lived; kept by the session */
    atomic_int *cancel; /* optional, borrowed: set to end a search early */
    bool timed;         /* what it does depends on the clock */
};

void insight_clear(struct insight *in);

#endif
