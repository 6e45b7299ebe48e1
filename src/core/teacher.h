#ifndef TEACHER_H
#define TEACHER_H

#include "env.h"

/* Somebody outside the world who can be asked: a human, a mentor, an overseer. Told the
 * truth, which the agent is not; what an answer costs is in it. */
enum ask { ASK_ACTION, ASK_REWARD, ASK_PREFER };
struct question {
    enum ask ask;
    const struct cycle *a, *b; /* [n] of ASK_REWARD and ASK_PREFER; b: of ASK_PREFER */
    size_t n;
};
struct answer {
    double value; /* the action, the reward in points, P(a is better) */
    double cost;  /* points, taken from the performance */
    bool given;   /* false: it is not said */
};

struct teacher;
struct teacher_ops {
    struct kind kind;
    /* `truth` stays open and borrowed. NULL with *err on failure. */
    struct teacher *(*open)(const void *config, const struct env *truth, struct err *err);
    void (*close)(struct teacher *t); /* NULL: free() */
    /* With the world in *state; draws from a stream of its own. False with *err: it cannot
     * answer any more. */
    bool (*answer)(struct teacher *t, const void *state, const struct question *q,
                   struct rng *rng, struct answer *out, struct err *err);
    bool person; /* the user: a session with a host leaves the answer to him (session.h) */
};

/* First member of each concrete teacher. */
struct teacher {
    const struct teacher_ops *ops;
};

struct teacher *teacher_open(const struct spec_of *spec, const struct env *truth,
                             struct err *err);
void teacher_close(struct teacher *t); /* NULL is fine */

/* What part of `t` cycles was left to a mentor; a question without its answer is none. */
static inline double teacher_share(uint64_t queries, uint64_t t)
{
    return t ? (double)(queries < t ? queries : t) / (double)t : 0;
}

#endif
