#ifndef LAWS_H
#define LAWS_H

#include "agent.h"
#include "env.h"
#include "family.h"
#include "game.h"
#include "policy.h"
#include "utility.h"

/* What every registered thing promises, as functions that say what is broken: for tests,
 * and for whoever writes a world or an agent of their own. */

/* What a law is held against. */
struct subject {
    const struct env *env;       /* the world; of all others: the one they are tried in */
    const struct spec_of *spec;  /* agents, planners */
    uint32_t seed;               /* of the lives of agents */
    const struct family *family; /* families, around `env` */
    /* Models, and planners in one: a new one, or NULL with *err; `with` is for it. */
    struct model *(*model)(const struct subject *s, struct err *err);
    const void *with;
    const struct policy *policy;   /* policies */
    const struct game *game;       /* games */
    const struct utility *utility; /* utilities, with the model that they are tried in */
};

/* True: it holds; so it does where nothing is promised, with a warning in *err that says
 * what is not offered. False with *err: what is broken, by the shortest example found. */
typedef bool law_fn(const struct subject *s, struct err *err);

/* Sorts of things, as the registry has them. */
enum law_sort {
    LAW_env,
    LAW_family,
    LAW_model,
    LAW_agent,
    LAW_utility,
    LAW_planner,
    LAW_policy,
    LAW_game
};

struct law {
    enum law_sort sort;
    const char *name;    /* "measure" */
    const char *promise; /* one line, no full stop */
    law_fn *holds;
    bool black_box; /* it needs no look inside: programs of others (exec:) keep it */
};
/* All laws, closed by a NULL name. */
extern const struct law law_table[];

#define LAW(sort, name, promise)           law_fn law_##sort##_##name;
#define LAW_BLACK_BOX(sort, name, promise) LAW(sort, name, promise)
#include "laws.def"
#undef LAW_BLACK_BOX
#undef LAW

/* "not offered: it has no starts()", and true. */
static inline bool law_idle(struct err *err, const char *why)
{
    err_warn(err, "not offered: %s", why);
    return true;
}

#endif
