#ifndef RUN_H
#define RUN_H

#include "registry.h"
#include "session.h"

#include <jansson.h>

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
    double reward_per_step, total_reward;
    double explored;         /* percent of reachable places, the start included */
    double information_gain; /* bits since t = 0 */
    double performance;
    double optimal_reward_per_step; /* of the informed optimal policy over these steps */
    double random_reward_per_step;
    double samples, imagined_steps; /* of all searches */
    double cpu_s, wall_s;
    uint64_t hash; /* of all actions and percepts */
    bool deterministic;
    struct metric final[METRICS_MAX]; /* the agent's own */
    size_t n_final;
};

/* Opens, lives job->steps cycles into the sinks, closes. A pure function of the job, times
 * aside. False with *err: nothing could be opened, a sink failed, or the percept of some
 * cycle was impossible to the agent (*r then holds what was lived). `stop` (optional) ends
 * the run, and a search under way, soon after a signal handler or another thread sets it;
 * r->steps tells how far it came. *r is always to be released. */
bool job_run(const struct job *job, struct sink *const *sinks, size_t n_sinks,
             atomic_int *stop, struct result *r, struct err *err);
/* Fills *r for a run that starts in *state: the informed optimal policy knows the law, and of a
 * hidden state what percepts tell, so that its reward is kept where *r was computed before. NAN
 * when the world has no automaton of at most 2^16 states, or too many beliefs. */
void job_references(const struct env *env, const void *state, uint64_t steps,
                    struct references *r);
/* The object of "run --json", keys as documented in ursa(1); the caller's reference. */
json_t *result_json(const struct result *r);
void result_release(struct result *r);

/* A sink that keeps the learning curve: `points` ages, evenly or logarithmically spaced. */
struct curve;
struct curve *curve_new(uint64_t steps, size_t points, bool logarithmic);
struct sink *curve_sink(struct curve *c);
/* {"t": [...], "reward_per_step": [...], "explored": [...], "information_gain": [...],
 * "performance": [...]} */
json_t *curve_json(const struct curve *c);
/* The members of the same object as text, without its braces: the caller's to free. Several
 * times as fast. */
char *curve_text(const struct curve *c);
void curve_free(struct curve *c);

#endif
