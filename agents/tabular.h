#ifndef TABULAR_H
#define TABULAR_H

#include "agent.h"

/* What agents have in common that learn one value per (state, action) and take the last
 * observation for the state: Watkins, "Learning from Delayed Rewards" (1989); Sutton &
 * Barto, "Reinforcement Learning" (2018), chapter 6. Before the first percept all are in a
 * state of its own. */
struct tabular_conf {
    double alpha, gamma, initial;
    double epsilon, decay;
};

/* Rows of a parameter table: what learning takes, and what epsilon-greedy choice takes. */
#define LEARNING_PARAMS(m) LEARNING_PARAMS_FROM(0.9, m)
#define LEARNING_PARAMS_FROM(rate, m)                                                      \
    REAL("alpha", m.alpha, .def = rate, .max = 1,                                          \
         .help = "share of the old value replaced"),                                       \
        REAL("gamma", m.gamma, .def = 0.99, .max = 1, .help = "geometric discount"),       \
        REAL("initial", m.initial, .def = 100, .min = -1e9, .max = 1e9, .unit = "points",  \
             .help = "values to start with; high ones are optimistic")
#define GREEDY_PARAMS(m)                                                                   \
    REAL("epsilon", m.epsilon, .def = 0.05, .max = 1,                                      \
         .help = "chance of a random action"),                                             \
        REAL("epsilon-decay", m.decay, .max = 10,                                          \
             .help = "it falls as t^-epsilon-decay; 0: never")

/* Rows by observation, made as they are met. */
struct table {
    struct tabular_conf conf;
    uint32_t n_actions, n_rows, cap;
    uint64_t *key;  /* [cap] observation, or BEFORE_ALL */
    double *q;      /* [cap * n_actions] */
    uint32_t *slot; /* [2 cap] row + 1, open addressing */
};
#define BEFORE_ALL UINT64_MAX

void table_init(struct table *t, const struct tabular_conf *conf, uint32_t n_actions);
void table_release(struct table *t);
/* Values of the actions in a state, valid until the next call. */
double *table_row(struct table *t, uint64_t state);
/* The row's number, for tables beside this one. */
uint32_t table_number(struct table *t, uint64_t state);
/* The greatest, ties at random. */
unsigned table_greedy(const double *q, uint32_t n, struct rng *rng);
/* epsilon-greedy at age now. */
unsigned table_epsilon_greedy(struct table *t, uint64_t state, uint64_t now,
                              struct rng *rng);
/* Q(s, a) += alpha (target - Q(s, a)). */
void table_learn(struct table *t, uint64_t state, unsigned action, double target);

/* The same without making it: NULL for a state that was never met, whose values are all
 * conf.initial. */
const double *table_known(const struct table *t, uint64_t state);
/* Chances of table_epsilon_greedy(). */
void table_chances(const struct table *t, uint64_t state, uint64_t now, double *p);
void table_ice(struct table *t, struct ice *ice);

/* The part every tabular agent starts with. */
struct tabular {
    struct agent base;
    struct table table;
    uint64_t state; /* last observation */
};
void tabular_open(struct tabular *s, const struct agent_ops *ops,
                  const struct tabular_conf *conf, const struct env *truth);
void tabular_close(struct agent *ag);
void tabular_ice(struct agent *ag, struct ice *ice);
size_t tabular_report(const struct agent *ag, struct metric *out, size_t n);
extern const struct mind_ops tabular_mind;

#endif
