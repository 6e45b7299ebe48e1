#include "config.h"

#include "bench.h"
#include "registry.h"
#include "session.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

/* Worlds, planners and whole agents on the flagship maze, with the settings that published
 * programs were measured with: 600 samples of 7 rewards. */

enum { EPISODE = 200, STATES = 4096, POOL = 96, YOUTH = 5000 };

struct life {
    struct spec_of env_spec;
    struct spec_of agent_spec;
    struct env *env;
    struct agent *agent;
    struct session session;
    uint32_t seed;
    struct agent *fresh[POOL]; /* opened beforehand, for lives to come */
    int n_fresh;
    void *states; /* [STATES] for many at once */
    uint8_t *actions;
    struct percept *percepts;
};

static void leave(struct life *l)
{
    if (l->session.env)
        session_release(&l->session);
    if (l->agent)
        l->agent->ops->close(l->agent);
    l->agent = NULL;
}

static void close_life(void *context)
{
    struct life *l = context;
    leave(l);
    for (int i = 0; i < l->n_fresh; i++)
        l->fresh[i]->ops->close(l->fresh[i]);
    env_close(l->env);
    kind_release(&l->agent_spec);
    kind_release(&l->env_spec);
    free(l->states);
    free(l->actions);
    free(l->percepts);
    free(l);
}

static bool begin(struct life *l, struct err *err)
{
    leave(l);
    l->agent =
        l->n_fresh ? l->fresh[--l->n_fresh] : agent_open(&l->agent_spec, l->env, err);
    if (l->agent)
        session_init(&l->session, l->env, l->agent, 0, ++l->seed);
    return l->agent;
}

static void *open_life(const char *agent, const char *env, struct err *err)
{
    struct life *l = xcalloc(1, sizeof *l);
    if (kind_parse(&l->env_spec, &env_shelf, env, err) &&
        kind_parse(&l->agent_spec, &agent_shelf, agent, err))
        l->env = env_open(&l->env_spec, 0, err);
    if (l->env && begin(l, err))
        return l;
    close_life(l);
    return NULL;
}

/* The same with agents for many lives: the loop is measured, not the opening. */
static void *open_lives(const char *agent, const char *env, struct err *err)
{
    struct life *l = open_life(agent, env, err);
    while (l && l->n_fresh < POOL)
        l->fresh[l->n_fresh++] = agent_open(&l->agent_spec, l->env, err);
    return l;
}

/* MC-AIXI-CTW after a youth of random actions, as its authors' program was measured. */
static void *open_learned(const char *agent, const char *env, struct err *err)
{
    struct life *l = open_life(agent, env, err);
    for (int t = 0; l && t < YOUTH; t++)
        session_step(&l->session, NULL);
    return l;
}

#define LEARNED(name, agent, env)                                                          \
    static void *open_##name(struct err *err) { return open_learned(agent, env, err); }
#define LIVES(name, agent, env)                                                            \
    static void *open_##name(struct err *err) { return open_lives(agent, env, err); }
#define OPEN(name, agent, env)                                                             \
    static void *open_##name(struct err *err) { return open_life(agent, env, err); }
#define MAZE "gridworld:map=thesis"
#define UCT  "planner=mcts,samples=600,horizon=7"
OPEN(steps, "random", "gridworld")
OPEN(aimu, "aimu:" UCT, MAZE)
OPEN(aimu_h10, "aimu:planner=mcts,samples=1000,horizon=11", "gridworld:size=3,walls=0")
OPEN(aixi, "aixi:" UCT, MAZE)
LIVES(lives_, "aixi:" UCT, MAZE)
LIVES(agent_hedge, "hedge:" UCT, MAZE)
LIVES(agent_thompson, "thompson:planner=mcts,resample=horizon,samples=600,horizon=7", MAZE)
LIVES(agent_mdl, "mdl", MAZE)
LIVES(agent_optimistic, "optimistic", MAZE)
LIVES(agent_square_ksa, "square-ksa:" UCT, MAZE)
LIVES(agent_shannon_ksa, "shannon-ksa:" UCT, MAZE)
LIVES(agent_kl_ksa, "kl-ksa:" UCT, MAZE)
LIVES(agent_bayesexp, "bayesexp:" UCT, MAZE)
LIVES(agent_inq, "inq:" UCT, MAZE)
LIVES(agent_mentee, "mentee:" UCT, MAZE)
LIVES(agent_bomai, "bomai:" UCT, MAZE)
LIVES(agent_pessimist, "pessimist", MAZE)
LIVES(agent_self_aixi, "self-aixi:family=mu", "chain:length=3,small=2,big=10")
#define NINE "family=means:levels=0.25+0.5+0.75"
LIVES(agent_ids, "ids:" NINE, "bandit:means=0.75+0.5")
LIVES(agent_min_ep, "min-ep:" NINE, "bandit:means=0.75+0.5")
LIVES(agent_empower, "empower", MAZE)
LIVES(agent_preferences, "preferences", MAZE)
LIVES(agent_ucb1, "ucb1", "bandit")
LIVES(agent_kl_ucb, "kl-ucb", "bandit")
LIVES(agent_gittins, "gittins", "bandit")
LIVES(agent_aiqi, "aiqi", "tiger")
LIVES(agent_q_learning, "q-learning", MAZE)
LIVES(agent_sarsa, "sarsa", MAZE)
LIVES(agent_sarsa_lambda, "sarsa-lambda", MAZE)
LIVES(agent_q_lambda, "q-lambda", MAZE)
LIVES(agent_reinforce, "reinforce", MAZE)
LIVES(agent_actor_critic, "actor-critic", MAZE)
LIVES(agent_random, "random", MAZE)
OPEN(generic, "aixi:" UCT ",model=plain-mixture,root-sampling=no", MAZE)
OPEN(dirichlet, "aixi:" UCT ",model=dirichlet", MAZE)
OPEN(kl_ksa, "kl-ksa:" UCT, MAZE)
LIVES(exact, "aixi:planner=exact,horizon=7", MAZE)
LIVES(exact_h10, "aixi:planner=exact,horizon=11", MAZE)
LIVES(exact_shannon, "shannon-ksa:planner=exact,horizon=7", MAZE)

#define CTW                                                                                \
    "mc-aixi:samples=100,explore=1,explore-decay=1,learn=5000,predictor=fac-ctw:depth="
LEARNED(tiger, CTW "96,horizon=5", "tiger")
LEARNED(cheese, CTW "96,horizon=8", "cheese-maze")
LEARNED(kuhn, CTW "42,horizon=2", "kuhn-poker")

/* ---- worlds */

static double steps(void *context, uint64_t n)
{
    struct life *l = context;
    const struct env *env = l->env;
    struct rng rng = l->session.mind;
    for (uint64_t i = 0; i < n; i++)
        env_step(env, l->session.state, rng_below(&rng, env->space.n_actions), &rng);
    l->session.mind = rng;
    return (double)n;
}

static void *open_batch(struct err *err)
{
    struct life *l = open_life("random", "gridworld", err);
    if (!l)
        return NULL;
    l->states = xcalloc(STATES, l->env->state_size);
    l->actions = xcalloc(STATES, 1);
    l->percepts = xcalloc(STATES, sizeof *l->percepts);
    for (int i = 0; i < STATES; i++) {
        env_reset(l->env, (char *)l->states + (size_t)i * l->env->state_size,
                  &l->session.mind);
        l->actions[i] = (uint8_t)rng_below(&l->session.mind, l->env->space.n_actions);
    }
    return l;
}

/* A block of random actions is drawn once and used from another place each time. */
static double batch(void *context, uint64_t n)
{
    struct life *l = context;
    for (uint64_t i = 0; i < n; i++) {
        size_t from = rng_below(&l->session.mind, STATES / 2);
        env_steps(l->env, l->states, l->actions + from, STATES / 2, &l->session.mind,
                  l->percepts);
    }
    return (double)n * (STATES / 2);
}

/* ---- plans, from the start of a life */

static double plan(void *context, uint64_t n)
{
    struct life *l = context;
    struct insight in;
    double samples = 0;
    unsigned action;
    for (uint64_t i = 0; i < n; i++)
        session_act(&l->session, &action, NULL);
    insight_clear(&in);
    mind_of(l->agent)->inspect(l->agent, &in);
    samples = (double)in.samples;
    return samples * (double)n;
}

/* ---- whole lives, one after the other */

static double cycles(void *context, uint64_t n)
{
    struct life *l = context;
    for (uint64_t i = 0; i < n; i++) {
        if (l->session.last.t == EPISODE)
            begin(l, NULL);
        session_step(&l->session, NULL);
    }
    return (double)n;
}

const struct bench_row bench_plan[] = {
    { "gridworld.steps", "steps/s", "one step, public interface, random actions",
      BENCH_RATE, open_steps, steps, close_life },
    { "gridworld.batch", "steps/s", "many states at once", BENCH_RATE, open_batch, batch,
      close_life },
    { "plan.aimu", "sims/s", "search in the known maze", BENCH_RATE, open_aimu, plan,
      close_life },
    { "plan.aimu.h10", "sims/s", "the same in 3x3, 1000 samples of 11 rewards", BENCH_RATE,
      open_aimu_h10, plan, close_life },
    { "plan.aixi", "sims/s", "search under the posterior over dispensers", BENCH_RATE,
      open_aixi, plan, close_life },
    { "plan.aixi.generic", "sims/s", "the same, 55 hypotheses updated in every step",
      BENCH_RATE, open_generic, plan, close_life },
    { "plan.kl-ksa", "sims/s", "search for information about dispensers", BENCH_RATE,
      open_kl_ksa, plan, close_life },
    { "plan.dirichlet", "sims/s", "search in a map that is learned", BENCH_RATE,
      open_dirichlet, plan, close_life },
    { "plan.exact", "s", "exact plan of 7 rewards, mean of lives", BENCH_TIME, open_exact,
      cycles, close_life },
    { "plan.exact.h10", "s", "exact plan of 11 rewards, mean of lives", BENCH_TIME,
      open_exact_h10, cycles, close_life },
    { "plan.exact.shannon", "s", "exact plan of 7 surprises, mean of lives", BENCH_TIME,
      open_exact_shannon, cycles, close_life },
#define LIFE(name, fn)                                                                     \
    {                                                                                      \
        "agent." name, "cycles/s", "whole lives of " name, BENCH_RATE, open_##fn, cycles,  \
            close_life                                                                     \
    }
    LIFE("hedge", agent_hedge),
    LIFE("thompson", agent_thompson),
    LIFE("mdl", agent_mdl),
    LIFE("optimistic", agent_optimistic),
    LIFE("square-ksa", agent_square_ksa),
    LIFE("shannon-ksa", agent_shannon_ksa),
    LIFE("kl-ksa", agent_kl_ksa),
    LIFE("bayesexp", agent_bayesexp),
    LIFE("inq", agent_inq),
    LIFE("mentee", agent_mentee),
    LIFE("bomai", agent_bomai),
    LIFE("pessimist", agent_pessimist),
    LIFE("self-aixi", agent_self_aixi),
    LIFE("ids", agent_ids),
    LIFE("min-ep", agent_min_ep),
    LIFE("empower", agent_empower),
    LIFE("preferences", agent_preferences),
    LIFE("ucb1", agent_ucb1),
    LIFE("kl-ucb", agent_kl_ucb),
    LIFE("gittins", agent_gittins),
    LIFE("aiqi", agent_aiqi),
    LIFE("q-learning", agent_q_learning),
    LIFE("sarsa", agent_sarsa),
    LIFE("sarsa-lambda", agent_sarsa_lambda),
    LIFE("q-lambda", agent_q_lambda),
    LIFE("reinforce", agent_reinforce),
    LIFE("actor-critic", agent_actor_critic),
    LIFE("random", agent_random),
    { "agent.aixi", "cycles/s", "the whole loop, 600 samples", BENCH_RATE, open_lives_,
      cycles, close_life },
    { "mc-aixi.tiger", "cycles/s", "100 samples of 5 rewards, depth 96", BENCH_RATE,
      open_tiger, cycles, close_life },
    { "mc-aixi.cheese", "cycles/s", "100 samples of 8 rewards, depth 96", BENCH_RATE,
      open_cheese, cycles, close_life },
    { "mc-aixi.kuhn", "cycles/s", "100 samples of 2 rewards, depth 42", BENCH_RATE,
      open_kuhn, cycles, close_life },
    { 0 },
};
