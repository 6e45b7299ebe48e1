#ifndef RUN_H
#define RUN_H

#include "registry.h"
#include "session.h"

/* What the informed optimal policy and random actions earn in a world. */
struct references {
    double optimal, random; /* expected reward per step; NAN: not known */
    bool computed;
};

/* Everything a run depends on. */
struct job {
    const struct spec_of *env;
    const struct spec_of *agent;
    uint64_t root;
    uint32_t seed;
    uint64_t steps;
    /* Optional: zero at first, kept by the caller between jobs in the same world, map and
     * number of steps, where it saves computing them again. */
    struct references *references;
    const struct script *script; /* optional, borrowed */
};

/* What is reported of a run: the contract of "run --json" and of a results line. Absent
 * quantities are NAN. */
struct result {
    char *agent, *env;    /* canonical specs; owned */
    uint64_t root, steps; /* steps: cycles lived */
    uint32_t seed, map;
#define METRIC(name, ...) double name;
#include "metrics.def"
#undef METRIC
    uint64_t hash; /* of all actions and percepts */
    bool deterministic;
    bool begun;    /* agent and world were opened: a failure is the life's */
    bool informed; /* insight.informed */
    bool lost;     /* a sink failed: what went wrong is the disk's, not the life's */
    struct metric final[METRICS_MAX + REPORT_MAX]; /* the agent's own, then the world's */
    size_t n_final;
    char *names; /* of what is the agent's own; owned */
};

/* Opens, lives job->steps cycles into the sinks, closes. A pure function of the job, times
 * aside. False with *err: nothing could be opened, a sink failed, or the percept of some
 * cycle was impossible to the agent (*r then holds what was lived). `stop` (optional) ends
 * the run, and a search under way, soon after a signal handler or another thread sets it;
 * r->steps tells how far it came. *r is always to be released. */
bool job_run(const struct job *job, struct sink *const *sinks, size_t n_sinks,
             atomic_int *stop, struct result *r, struct err *err);
/* What the Bayes-optimal policy earns in a world, over the hypotheses that agents there
 * believe in when nothing else is said: proved bounds of the expected reward per step. */
struct bayes_optimal {
    double lower, upper;
    char family[32], method[16], reason[16];
};
enum { REFERENCE_NONE, REFERENCE_BAYES };
extern const char *const reference_names[]; /* closed by NULL */
/* A digest of all that these bounds depend on but the number of steps; 0: not known. Worlds
 * that differ in what is hidden alone have the same. */
uint64_t job_bayes_digest(const struct env *env);
/* Of so many steps. The same always: its work has a measure, not a time. False with *err:
 * the world has no hypotheses, or no method plans in them; or cancelled (may be NULL). */
bool job_bayes_optimal(const struct env *env, uint64_t steps, atomic_int *cancel,
                       struct bayes_optimal *out, struct err *err);
/* Fills *r for a run that starts in *state: the informed optimal policy knows the law, and
 * of a hidden state what percepts tell, so that its reward is kept where *r was computed
 * before. NAN when the world has no automaton of at most 2^16 states, or too many
 * beliefs; or cancelled (cancel may be NULL). */
void job_references(const struct env *env, const void *state, uint64_t steps,
                    const atomic_int *cancel, struct references *r);
/* What is reported of a session that is over, the clocks aside. */
void session_summarise(const struct session *s, const struct references *reference,
                       struct result *r);
void result_release(struct result *r);

#endif
