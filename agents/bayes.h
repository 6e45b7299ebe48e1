#ifndef BAYES_H
#define BAYES_H

#include "agent.h"
#include "bitwise.h"
#include "mixture.h"
#include "planner.h"
#include "registry.h"

/* What agents that plan in a model have in common; an agent adds a utility and a choice of
 * when to plan what. */
struct bayes_conf {
    const struct kind *planner; /* NULL: auto */
    int64_t horizon;
    void **planners; /* what each takes, in the order of planner_shelf */
    const struct kind *model;
    void **models; /* the same of model_shelf; NULL where the model is the agent's own */
    int potential; /* whether it tells exploration potential */
    struct discount_conf discount;
};

/* The rows of a parameter table for planning (search and discount) and for the model. */
#define PLANNING_PARAMS(m, planner_default, horizon_default)                               \
    PLANNING_PARAMS_FROM(0.99, m, planner_default, horizon_default)
#define PLANNING_PARAMS_FROM(gamma_default, m, planner_default, horizon_default)           \
    KIND("planner", m.planner, planner_shelf, .none = "auto", .usual = planner_default,    \
         .group = "planner", .help = "auto: exact where that is cheaper, else mcts"),      \
        INT("horizon", m.horizon, .def = horizon_default, .min = 1, .max = 100000,         \
            .unit = "cycles",                                                              \
            .help = (horizon_default) ? "rewards looked ahead"                             \
                                      : "rewards looked ahead; unset: as far as the "      \
                                        "discount does"),                                  \
        EACH(m.planners, planner_shelf), DISCOUNT_PARAMS_FROM(gamma_default, m.discount)
#define MODEL_PARAMS(m)                                                                    \
    KIND("model", m.model, model_shelf, .usual = "mixture", .group = "model",              \
         .help = "mixture in a fast form, plain-mixture, dirichlet or programs"),          \
        EACH(m.models, model_shelf),                                                       \
        CHOICE("ep", m.potential, no_yes,                                                  \
               .help = "tells exploration potential: ep and expected_ep")
extern const char *const no_yes[];

/* The utilities of the theory, their bounds found in the model. */
typedef struct utility task_fn(struct model *model);
task_fn task_reward;
/* -xi(e), -ln xi(e), information gain of the step in nats. At most ln |E| nats are told by
 * one of |E| percepts, and no more than the entropy of the posterior by all. */
task_fn task_square, task_shannon, task_gain;

enum { AIM_WAYS = 5, NO_WAY = AIM_WAYS };

/* What is maximised, and the planners that can do it: a plan in a model, made anew each
 * cycle. An agent has one aim or, when it chooses between reward and knowledge, two. */
struct aim {
    struct plan plan;         /* of a borrowed model */
    struct utility *utility;  /* borrowed */
    void *memory;             /* owned, of the utility's memory_size */
    const struct kind *asked; /* NULL: auto */
    void **planners;          /* owned: what each planner of the shelf takes */
    struct way {
        size_t k; /* its place on the shelf */
        const struct planner_ops *ops;
        struct planner *planner; /* owned; NULL: not needed yet */
    } way[AIM_WAYS];             /* the planners that it may need */
    unsigned n_ways;             /* */
    /* For the posterior; for one hypothesis; to judge one by its value; when there were too
     * many belief states. */
    unsigned whole, one, judge, spare;
    unsigned exact; /* of auto, where that is cheaper than the search; NO_WAY: none */
    bool insists;   /* takes it for as many belief states as the search imagines steps */
    unsigned needs; /* PLAN_BY_... of any of them */
    uint32_t reach; /* rewards it can look ahead at most */
    unsigned shape; /* of the model, that all these were made for */
    void *snap;     /* owned scratch of the model's snap_size */
    const struct planner *last; /* that made the last plan; NULL: it needed none */
    struct verdict verdict;     /* of it; NAN: none */
    struct foreseen {           /* a plan that told chances, for whoever acts next */
        struct plan plan;
        struct verdict verdict;
        const struct planner *last;
        bool valid;
    } foreseen;
    uint64_t samples, steps;    /* imagined, over the whole life */
    uint64_t fallbacks;         /* exact plans given up for a search */
};
#define NO_HYPOTHESIS SIZE_MAX

/* False with *err: the discount has no effective horizon where one is needed, or the model
 * cannot be planned in so; there is nothing to release then. What a gain may come to in all
 * is written into *u. */
bool aim_init(struct aim *m, const struct bayes_conf *conf, struct model *model,
              struct utility *u, struct err *err);
void aim_release(struct aim *m);
/* The best action of cycle `now` under the whole posterior; ties at random. */
unsigned aim_act(struct aim *m, uint64_t now, const atomic_int *cancel, struct rng *rng);
/* Looks `horizon` rewards ahead from now on, at most as many as it was opened with. */
void aim_look(struct aim *m, uint32_t horizon);
/* Where nothing else was asked for, plans exactly as long as that visits no more belief
 * states than a search imagines steps. */
void aim_insist(struct aim *m);
/* Searches with so many samples from now on. */
void aim_samples(struct aim *m, uint32_t samples);
/* The best action of cycle `now` were hypothesis k the truth: value iteration where it is
 * an automaton, unless planner=mcts. */
unsigned aim_follow(struct aim *m, size_t k, uint64_t now, const atomic_int *cancel,
                    struct rng *rng);
/* With which chances aim_act() or, where k is a hypothesis, aim_follow() would choose in
 * cycle `now`; false: by a search, which nobody foresees, or it was cancelled. The plan is
 * kept for whoever acts on it: asking first costs nothing, and changes nothing. */
bool aim_chances(struct aim *m, size_t k, uint64_t now, const atomic_int *cancel,
                 double *p);
/* V* of hypothesis k from where it stands, in utilities to go; it must be an automaton. */
double aim_promise(struct aim *m, size_t k, uint64_t now);
/* Whether hypotheses can be judged so. */
bool aim_can_promise(const struct aim *m);
/* The greatest value of the last plan, in utilities to go. */
double aim_best(const struct aim *m);
/* Gamma_{t+from}, were the discount to end at the horizon: the weight of the utilities that
 * are looked at from `from` cycles ahead on, in units of the first. */
double aim_weight(const struct aim *m, uint32_t from);
/* The greatest value of the last plan, divided by aim_weight(m, 0): V in [lo, hi] of the
 * utility, as thresholds of the theory mean it. */
double aim_value(const struct aim *m);
/* Its part of an agent's walk. The tree of the last search is kept only where the next one
 * is to start from it. */
void aim_ice(struct aim *m, struct ice *ice);
/* Tells it what came, for the utility's memory and the reuse of its tree. */
void aim_advance(struct aim *m, const struct outcome *o, bool same_belief);

/* The model of a configuration or, when `family` is not NULL, the posterior over that. NULL
 * with *err. */
struct model *bayes_model(const struct bayes_conf *conf, const struct env *truth,
                          const char *family, struct err *err);
/* For agents that compare hypotheses as automata, which fast forms of a mixture have not:
 * the kind of the same measure as it is written. */
const struct kind *bayes_plain(const struct kind *model);

/* Exploration potential over hypotheses (potential.h): those of the agent's model or, when
 * that is NULL, of conf; discount and horizon are p's. NULL with *err. */
struct potential;
struct potential *bayes_potential(const struct bayes_conf *conf, struct model *model,
                                  const struct plan *p, const struct env *truth,
                                  struct err *err);

/* The part every Bayesian agent starts with. */
struct bayes {
    struct agent base;
    struct model *model; /* owned */
    struct utility task; /* what its aim maximises */
    struct aim aim;
    struct potential *potential; /* owned; NULL: it tells none */
    struct outcome last;         /* what the last cycle told */
    const struct aim *shown;     /* the aim that chose the last action */
    const char *phase;           /* for the screen; static, "" for none */
    double *before, *after;      /* owned scratch for posteriors; NULL unless asked for */
    size_t n_before;             /* entries of each */
    bool same_belief;            /* the last percept taught nothing */
    bool informed;               /* its hypotheses are the true world alone */
    size_t sampled;              /* hypothesis followed; NO_HYPOTHESIS: the mixture */
    double entropy_start, gain;  /* nats */
};

/* Opens model and aim. False with *err; *b is then released. */
bool bayes_init(struct bayes *b, const struct bayes_conf *conf, const struct env *truth,
                const char *family, task_fn *task, struct err *err);
/* The same for a utility that the caller owns for as long; its bounds are of the model. */
bool bayes_seek(struct bayes *b, const struct bayes_conf *conf, const struct env *truth,
                struct utility *u, struct err *err);
/* The same with a model of the caller's, which it takes over. */
bool bayes_take(struct bayes *b, const struct bayes_conf *conf, struct model *model,
                task_fn *task, struct err *err);
void bayes_release(struct bayes *b);
/* For agents that follow single hypotheses: false with *err when the model lists none. */
bool bayes_needs_hypotheses(struct bayes *b, struct err *err);
/* The same for those that compare their optimal values: each must be an automaton. */
bool bayes_needs_automata(struct bayes *b, struct err *err);
/* The same for those that seek knowledge: the model must know its entropy. */
bool bayes_needs_entropy(struct bayes *b, struct err *err);
/* Whether hypothesis k has not been falsified. */
bool bayes_alive(const struct bayes *b, size_t k);

/* The shared ops: usable as they are in an agent_ops whose agents start with struct bayes
 * and were allocated with xcalloc. bayes_act() follows the one hypothesis of a known world
 * and plans under the posterior otherwise. */
void bayes_close(struct agent *ag);
bool bayes_act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err);
bool bayes_chances(struct agent *ag, double *p);
bool bayes_update(struct agent *ag, const struct cycle *c, struct err *err);
void bayes_ice(struct agent *ag, struct ice *ice);
size_t bayes_report(const struct agent *ag, struct metric *out, size_t n);
extern const struct mind_ops bayes_mind;
void bayes_inspect(const struct agent *ag, struct insight *out);
void bayes_foresee(struct agent *ag, struct outlook *out);
size_t bayes_twigs(const struct agent *ag, struct twig *out, size_t n);
/* Adds the last bits and the order of the source, of a bitwise model. */
void bayes_foresee_bits(struct model *m, struct outlook *out);
/* Of the posterior, nats; NAN when the model does not know it. */
double bayes_entropy(const struct model *m);

#endif
