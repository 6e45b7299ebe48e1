#ifndef PLANNER_H
#define PLANNER_H

#include "ice.h"
#include "plan.h"
#include "twig.h"

/* What a planner answers, in utilities to go as of mcts.h. Of exact planners lo = hi =
 * value; of samplers lo and hi are NAN. */
enum plan_end {
    PLAN_DONE,
    PLAN_CANCELLED, /* soon after plan.cancel was set: as good as it got */
    PLAN_LIMIT      /* there were too many belief states: no values */
};
struct verdict {
    uint32_t n; /* actions; entries beyond are not touched */
    unsigned best;
    double value[ACTIONS_MAX], lo[ACTIONS_MAX], hi[ACTIONS_MAX];
    double visits[ACTIONS_MAX];  /* NAN: it does not count */
    uint64_t simulations, steps; /* imagined in this plan */
    uint64_t nodes, states;      /* made in it; of the world, or beliefs */
    uint32_t depth;
    double estimate; /* PLAN_LIMIT: of the belief states there are */
    enum plan_end how;
};

/* Whoever configures a planner is told what it will need. */
enum { PLAN_BY_CLOCK = 1, PLAN_BY_BELIEF = 2 };

struct planner;
struct planner_ops {
    struct kind kind;
    bool automatic; /* planner=auto may choose it: the first of the shelf that fits */
    bool follows;   /* takes plan.followed itself; for others the model follows */
    bool exact;     /* what it answers is verdict_exact()'s: chance decides ties alone */
    /* False with *err: why it cannot make plans like *p. NULL: it can make all. */
    bool (*fits)(const struct plan *p, struct err *err);
    /* For plans like *p, with the same horizon or a nearer one; never fails where it fits.
     * config is copied. */
    struct planner *(*open)(const void *config, const struct plan *p);
    void (*close)(struct planner *pl);
    /* Leaves the model as it was found. Ties at random; without rng the first is best. */
    void (*plan)(struct planner *pl, const struct plan *p, struct rng *rng,
                 struct verdict *out);
    /* Optional, of those that follow: the value of the best action, for who compares many
     * hypotheses and acts in one. */
    double (*promise)(struct planner *pl, const struct plan *p);

    /* Optional. About how many steps a plan like *p imagines, without making it: what
     * planner=auto compares. 0: nobody knows, and it is not to be compared. */
    double (*effort)(const void *config, const struct plan *p);
    /* Optional. PLAN_BY_CLOCK: what it does depends on the clock; PLAN_BY_BELIEF: advance()
     * wants to know whether the belief changed. */
    unsigned (*needs)(const void *config);
    /* Optional. What really happened after the last plan or, when there was none in this
     * cycle, without one. */
    void (*advance)(struct planner *pl, unsigned action, struct percept e,
                    bool same_belief);
    /* Optional. What it keeps that the future or the screen depends on; thawed for the same
     * plan in a model that was thawed before. */
    void (*ice)(struct planner *pl, const struct plan *p, struct ice *ice);
    /* Optional. The most visited choices of the last plan, at most n; returns how many. */
    size_t (*twigs)(const struct planner *pl, struct twig *out, size_t n);
    /* Optional. What the last plan means to do, at most n actions; returns how many. */
    uint32_t (*ahead)(const struct planner *pl, uint8_t *actions, uint32_t n);
};

/* First member of each concrete planner. */
struct planner {
    const struct planner_ops *ops;
};

/* The place on the shelf of the first planner that fits *p: `asked` or a form of it;
 * without asked, one that is automatic. SIZE_MAX with *err: there is none. */
size_t planner_choose(const struct shelf *from, const struct kind *asked,
                      const struct plan *p, struct err *err);
static inline const struct planner_ops *planner_at(const struct shelf *from, size_t k)
{
    return (const struct planner_ops *)from->at[k];
}

/* Values of which rounding alone may tell the difference: within 1e-10 of the largest. */
double value_tolerance(const double *value, uint32_t n);
/* The values of all n actions, found exactly; no counts. The best is drawn from all that
 * are best but for rounding; without rng it is the first of them. */
void verdict_exact(struct verdict *v, const double *value, uint32_t n, struct rng *rng);
/* With which chances it draws the best of these values; p [v->n]. */
void verdict_law(const struct verdict *v, double *p);

#endif
