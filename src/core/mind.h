#ifndef MIND_H
#define MIND_H

#include "names.h"
#include "twig.h"

#include <stdbool.h>
#include <stddef.h>

HOST_BEGIN

struct agent;

/* What an agent thinks, for the screen and the trace; filled after act(). Unknown numbers
 * are NAN, unknown counts 0. */
enum { INSIGHT_PLAN = 24 };
struct insight {
    uint32_t n_actions; /* entries of value and visits in use */
    double value[ACTIONS_MAX];
    double lo[ACTIONS_MAX], hi[ACTIONS_MAX]; /* proved bounds of the value */
    double visits[ACTIONS_MAX];
    uint32_t n_plan; /* greedy continuation, first the action chosen */
    uint8_t plan[INSIGHT_PLAN];
    uint64_t nodes, samples, steps;    /* of the last search */
    uint64_t life_samples, life_steps; /* of all searches */
    uint32_t depth;
    double entropy, entropy_start; /* of the posterior, nats */
    double gain;                   /* nats the last percept taught */
    double ep,
        expected_ep; /* exploration potential: of the true world; as the agent expects
                             * it. In units of reward a cycle */
    uint32_t live;   /* hypotheses with weight */
    int sampled;     /* canvas cell of the hypothesis followed; -1: none */
    char phase[24];  /* "explore", "exploit", "resample in 4"; "" */
    /* It was asked to believe in hypotheses, and all there is is the true world. */
    bool informed;
};
extern const char insight_informed[]; /* what is said then */

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

/* What an agent believes an action to pay in the next cycle, on average: a distribution
 * over its hypotheses, not over rewards. */
enum { SPREAD_BINS = 40 };
struct spread {
    float lo, hi;           /* ends of the bins, points: of all hypotheses and actions */
    float mean, deviation;  /* points */
    float best;             /* chance that it pays most; actions that pay alike share it */
    float bin[SPREAD_BINS]; /* sum 1 */
};

/* A thing believed in or chosen among, for lists: a hypothesis, a program, an arm. */
struct mind_row {
    double p;      /* its weight or chance; NAN: none */
    double value;  /* in utilities to go, of a program of the next cycle; NAN: none known */
    uint32_t bits; /* length of its code; 0: none */
    char name[48];
};

/* What an agent believes it would do somewhere, and what would be best. */
struct habit {
    float p;          /* chance of `own`; 0: none */
    int8_t own, best; /* actions: its likeliest, -1: it expects all alike; and that of the
                       * greatest value, -1: not known */
};

/* What the screen is told of an agent. Every entry is optional, and leaves the agent as it
 * was. */
struct mind_ops {
    void (*inspect)(const struct agent *ag, struct insight *out);
    /* Belief that a canvas cell pays, in [0, 1], n = rows * cols of truth; false: none to
     * show. */
    bool (*belief)(const struct agent *ag, double *cell, size_t n);
    /* What is known of each canvas cell, as enum charted, for agents that are not told the
     * map. False: this one was. */
    bool (*chart)(const struct agent *ag, uint8_t *ink, size_t n);
    /* Belief over the n hidden states of the world, summing to 1; false: it has none. */
    bool (*hidden)(const struct agent *ag, double *p, size_t n);
    /* The heaviest rows, falling, of the first of its `tables` ("hypotheses", "programs");
     * of a second one parts of a whole, in their order, sum 1 ("mass"). Writes at most cap
     * of them, returns how many. */
    const char *const *tables; /* closed by NULL; NULL: none */
    size_t (*rows)(const struct agent *ag, const char *table, struct mind_row *out,
                   size_t cap);
    /* Its habit in each canvas cell, n = rows * cols of truth; false: none to show. */
    bool (*habits)(const struct agent *ag, struct habit *cell, size_t n);
    /* Beliefs about what each action pays, out[n_actions]; false: it has none. */
    bool (*spread)(const struct agent *ag, struct spread *out);
    void (*foresee)(struct agent *ag, struct outlook *out);
    /* The chance of each observation to be the next one after action 0, p[n_obs]: in a seat
     * of a game what it expects of the others. False: more than ACTIONS_MAX observations,
     * or it does not know. Allocates nothing. */
    bool (*expects)(struct agent *ag, double *p);
    /* Its hypotheses and their weights; NULL: they are no automata. */
    const struct automata *(*hypotheses)(struct agent *ag);
    /* The tree of the last search, at most n rows; returns how many. */
    size_t (*twigs)(const struct agent *ag, struct twig *out, size_t n);
};

/* That of an agent; of one that shows nothing, a table without entries. */
const struct mind_ops *mind_of(const struct agent *ag);

void insight_clear(struct insight *in);

HOST_END

#endif
