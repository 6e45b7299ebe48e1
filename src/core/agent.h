#ifndef AGENT_H
#define AGENT_H

#include "atom.h"
#include "env.h"
#include "mind.h"
#include "names.h"

HOST_BEGIN

struct agent;
struct ice;
struct policy;
struct teacher;

/* A number an agent lets others record; its name stays while the agent is open. */
struct metric {
    const char *name;
    double value; /* NAN: none now */
};
enum { METRICS_MAX = 12 };

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

    /* Optional, of agents that answer DEFER: whom to ask then; the agent's own, for as long
     * as it is open. NULL: nobody. */
    struct teacher *(*mentor)(const struct agent *ag);
    /* Optional. Writes at most n metrics, returns how many. */
    size_t (*report)(const struct agent *ag, struct metric *out, size_t n);
    /* Optional. The law of the action of cycle t + 1, [n_actions], sum 1. False: it cannot
     * tell, since it searches by chance. It may plan; what it does is what it would have
     * done unasked. An agent that has it and can be frozen can be a policy, and so a
     * hypothesis. */
    bool (*chances)(struct agent *ag, double *p);
    /* Optional. The policy that it follows and nothing else, its own. */
    const struct policy *(*policy)(const struct agent *ag);
    /* Optional. One walk over all that its future depends on, its options and `t` apart:
     * what agent_freeze() and agent_thaw() are made of. */
    void (*ice)(struct agent *ag, struct ice *ice);
    const struct mind_ops *mind; /* what the screen is told; NULL: nothing */
    bool open_minded;            /* no percept of the space is impossible to it */
};

/* First member of each concrete agent. */
struct agent {
    const struct agent_ops *ops;
    uint64_t t;         /* cycles lived; kept by the session */
    atomic_int *cancel; /* optional, borrowed: set to end a search early */
    bool timed;         /* what it does depends on the clock */
    const char *said;   /* of a program of its own: what it says of itself, JSON */
};

/* The agent of a spec, to live in `truth`. NULL with *err. */
struct agent *agent_open(const struct spec_of *spec, const struct env *truth,
                         struct err *err);

/* The agent as bytes that mean the same in any agent opened from the same spec and world:
 * it then lives the same future. Only between two cycles. What was searched last is not in
 * it, unless the next search starts from there. Not to be confused with a model's save(),
 * which nests, is cheap, and is good only in the object that made it. 0: it cannot be
 * frozen. */
size_t agent_frozen_size(const struct agent *ag);
void agent_freeze(const struct agent *ag, void *bytes);
/* False with *err: these are not the bytes of such an agent, and it may only be closed. */
bool agent_thaw(struct agent *ag, const void *bytes, struct err *err);

HOST_END

#endif
