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

/* What an agent expects of the next cycle, for the screen. Unknown numbers are NAN. */
enum { OUTLOOK_LIKELY = 3, OUTLOOK_ORDERS = 33, OUTLOOK_BITS = 64 };
struct prospect {
    float mean; /* expected reward, points */
    float p[OUTLOOK_LIKELY];
    struct percept e[OUTLOOK_LIKELY]; /* the likeliest, falling; p = 0: no more */
};
struct outlook {
    /* Of agents that predict bits: the last ones, the latest lowest, and the posterior over
     * the order of the source, order[i] of about i * depth / (n_orders - 1) bits. */
    uint64_t bits;
    uint32_t n_bits, n_orders, depth;
    float order[OUTLOOK_ORDERS];
    uint32_t n_actions;
    struct prospect action[ACTIONS_MAX]; /* last: a film keeps n_actions of them */
};

/* A choice in a search tree, for the screen: what was tried after which percept. Rows come
 * in the order of a walk, depth first, the most visited first. */
enum { TWIG_DEPTH = 3, TWIGS_MAX = 40 };
struct twig {
    float value; /* of the action, in utilities to go */
    uint32_t visits;
    struct percept after; /* the percept before it; of depth 0: none */
    uint8_t depth, action;
    uint16_t unused; /* no padding */
};

/* What an agent may answer instead of an action: its mentor is to choose. */
enum { DEFER = ACTIONS_MAX };

struct agent_ops {
    struct kind kind;

    /* `truth` is for agents handed a model class; an uninformed agent reads truth->space
     * and nothing else. It stays open and borrowed. NULL with *err on failure. */
    struct agent *(*open)(const void *config, const struct env *truth, struct err *err);
    void (*close)(struct agent *ag);

    /* The action of cycle t + 1, or DEFER. False with *err: it cannot act any more. */
    bool (*act)(struct agent *ag, struct rng *rng, unsigned *action, struct err *err);
    /* Learns from it, whoever acted. False when the percept is impossible to the agent,
     * with whatever it can say on the reason in *err. */
    bool (*update)(struct agent *ag, const struct cycle *c, struct err *err);

    /* Optional. Writes at most n metrics, returns how many. */
    size_t (*report)(const struct agent *ag, struct metric *out, size_t n);
    /* Optional. */
    void (*inspect)(const struct agent *ag, struct insight *out);
    /* Optional. Belief that a canvas cell pays, in [0, 1], n = rows * cols of truth; false:
     * none to show. */
    bool (*belief)(const struct agent *ag, double *cell, size_t n);
    /* Optional. What is known of each canvas cell, as enum charted, for agents that are not
     * told the map. False: this one was. */
    bool (*chart)(const struct agent *ag, uint8_t *ink, size_t n);
    /* Optional. Leaves the agent as it was. */
    void (*foresee)(struct agent *ag, struct outlook *out);
    /* Optional. The tree of the last search, at most n rows; returns how many. */
    size_t (*twigs)(const struct agent *ag, struct twig *out, size_t n);
};

/* First member of each concrete agent. */
struct agent {
    const struct agent_ops *ops;
    uint64_t t;         /* cycles lived; kept by the session */
    atomic_int *cancel; /* optional, borrowed: set to end a search early */
    bool timed;         /* what it does depends on the clock */
};

/* The agent of a spec, to live in `truth`. NULL with *err. */
struct agent *agent_open(const struct spec_of *spec, const struct env *truth,
                         struct err *err);

void insight_clear(struct insight *in);

#endif
