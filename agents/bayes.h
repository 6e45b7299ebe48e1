#ifndef BAYES_H
#define BAYES_H

#include "agent.h"
#include "expectimax.h"
#include "mcts.h"
#include "mixture.h"
#include "vi.h"

/* What agents that plan in a model have in common; an agent adds a utility and a choice of
 * when to plan what. The kit owns the model and the planners. */
enum planner { PLANNER_AUTO, PLANNER_MCTS, PLANNER_EXACT };

struct bayes_conf {
    int planner;
    int64_t horizon, samples, max_nodes, max_states;
    double ucb, budget;
    int root_sampling, reuse;
    int model;
    char *family;
    int prior;
    char *prior_file;
    struct discount_conf discount;
};
extern const char *const planner_names[];
extern const char *const model_names[];
extern const char *const no_yes[];

/* The rows of a parameter table for planning (search and discount) and for the model. */
#define PLANNING_PARAMS(type, m, planner_default, horizon_default)                         \
    { "planner",                                                                           \
      PARAM_CHOICE,                                                                        \
      offsetof(type, m.planner),                                                           \
      planner_default,                                                                     \
      0,                                                                                   \
      2,                                                                                   \
      planner_names,                                                                       \
      "",                                                                                  \
      "auto: exact where the world is known, else mcts" },                                 \
        { "horizon",                                                                       \
          PARAM_INT,                                                                       \
          offsetof(type, m.horizon),                                                       \
          horizon_default,                                                                 \
          0,                                                                               \
          100000,                                                                          \
          NULL,                                                                            \
          "cycles",                                                                        \
          "rewards looked ahead; 0: effective horizon (exact in a known world)" },         \
        { "samples", PARAM_INT, offsetof(type, m.samples), 600, 1, 1e7,                    \
          NULL,      "",        "mcts: samples per search" },                              \
        { "ucb", PARAM_REAL, offsetof(type, m.ucb),       0.5, 0, 1000,                    \
          NULL,  "",         "mcts: exploration constant" },                               \
        { "budget",                                                                        \
          PARAM_TIME,                                                                      \
          offsetof(type, m.budget),                                                        \
          0,                                                                               \
          0,                                                                               \
          3600,                                                                            \
          NULL,                                                                            \
          "",                                                                              \
          "mcts: time per search instead of samples; not deterministic" },                 \
        { "root-sampling",                                                                 \
          PARAM_CHOICE,                                                                    \
          offsetof(type, m.root_sampling),                                                 \
          1,                                                                               \
          0,                                                                               \
          1,                                                                               \
          no_yes,                                                                          \
          "",                                                                              \
          "mcts: draw one hypothesis per sample where the utility allows it" },            \
        { "reuse",                                                                         \
          PARAM_CHOICE,                                                                    \
          offsetof(type, m.reuse),                                                         \
          0,                                                                               \
          0,                                                                               \
          2,                                                                               \
          reuse_names,                                                                     \
          "",                                                                              \
          "mcts: keep the subtree from cycle to cycle" },                                  \
        { "max-nodes", PARAM_INT, offsetof(type, m.max_nodes),     1 << 17, 16, 1 << 26,   \
          NULL,        "nodes",   "mcts: bound of the search tree" },                      \
        { "max-states", PARAM_INT, offsetof(type, m.max_states),                           \
          1000000,      1,         1e12,                                                   \
          NULL,         "",        "exact: belief states before falling back to mcts" },   \
        DISCOUNT_PARAMS(type, m.discount)
#define MODEL_PARAMS(type, m)                                                              \
    { "model",                                                                             \
      PARAM_CHOICE,                                                                        \
      offsetof(type, m.model),                                                             \
      0,                                                                                   \
      0,                                                                                   \
      1,                                                                                   \
      model_names,                                                                         \
      "",                                                                                  \
      "mixture (fast form where there is one) or plain-mixture" },                         \
        { "family",                                                                        \
          PARAM_STRING,                                                                    \
          offsetof(type, m.family),                                                        \
          0,                                                                               \
          0,                                                                               \
          0,                                                                               \
          NULL,                                                                            \
          "NAME",                                                                          \
          "hypotheses: a family of the world; unset: its first" },                         \
        { "prior",     PARAM_CHOICE, offsetof(type, m.prior), 0, 0, 2,                     \
          prior_names, "",           "weights to start with" },                            \
    {                                                                                      \
        "prior-file", PARAM_STRING, offsetof(type, m.prior_file), 0, 0, 0, NULL, "FILE",   \
            "prior=file: one weight a line"                                                \
    }

struct bayes {
    struct agent base; /* so that a kit is an agent for the shared ops below */
    struct bayes_conf conf;
    struct model *model; /* owned */
    void *snap;          /* owned scratch of the model's snap_size */
    struct plan plan;
    struct mcts *mcts;             /* owned; NULL until needed */
    struct hunter *hunter;         /* owned */
    struct vi *vi;                 /* owned: planning in one known world */
    double value[INSIGHT_ACTIONS]; /* of the last act(), NAN where none */
    struct insight last;
    double entropy_start, gain;
    uint64_t samples, steps; /* imagined, over the whole life */
};

/* Opens model and planners for a utility in [lo, hi]; `family` overrides conf's when not
 * NULL. False with *err. */
struct bayes_task {
    utility_fn *utility;
    double lo, hi;
    unsigned wants;
    const char *family;
};
bool bayes_open(struct bayes *b, const struct bayes_conf *conf, const struct env *truth,
                const struct bayes_task *task, struct err *err);
void bayes_release(struct bayes *b);
/* The shared ops: usable as they are in an agent_ops whose agents start with struct bayes. */
void bayes_close(struct agent *ag);
unsigned bayes_act(struct agent *ag, struct rng *rng);
bool bayes_update(struct agent *ag, unsigned action, struct percept e, struct err *err);
size_t bayes_report(const struct agent *ag, struct metric *out, size_t n);
void bayes_inspect(const struct agent *ag, struct insight *out);
bool bayes_belief(const struct agent *ag, double *cell, size_t n);

#endif
