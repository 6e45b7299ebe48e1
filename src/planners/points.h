#ifndef POINTS_H
#define POINTS_H

#include "blocks.h"
#include "bounds.h"
#include "policy_graph.h"

/* The value of a process by points: trials that go where the bounds are apart, and back
 * them up on the way home. Smith & Simmons, "Heuristic search value iteration for POMDPs",
 * UAI 2004, and "Point-based POMDP algorithms: improved analysis and implementation", UAI
 * 2005; Kurniawati, Hsu & Lee, "SARSOP", RSS 2008. Nothing is drawn: the same trials each
 * time. */
struct points;
struct nodes;

/* b and what *steps has are borrowed; *steps is copied. bytes: what its tables of bounds
 * may take. The start is p->start. */
struct points *points_new(const struct blocks *b, const struct steps *steps, size_t bytes);
void points_free(struct points *p); /* NULL is fine */
/* Plans from another belief, [n_states of the process], in the first layer. False: it is in
 * two blocks. */
bool points_move(struct points *p, const double *belief);

/* One trial, until `stop` says so, NULL: never. The bounds hold whenever it returns. False:
 * no bound moved by more than rounding, nor will. */
struct points_stop {
    bool (*now)(void *context);
    void *context;
};
bool points_trial(struct points *p, const struct points_stop *stop);

/* What is known of the start; lo and hi of each first action, where they are not NULL. */
struct points_told {
    double lower, upper;
    uint64_t backups, trials;
    uint32_t vectors, points, nodes;
    size_t bytes;
};
struct points_told points_told(struct points *p, double *lo, double *hi);

/* The plan that the lower bound is the value of, at least. False with *err: it is too
 * large. */
bool points_policy(struct points *p, struct policy_graph *g, struct err *err);

/* What is under it, and the vector that is best at the start. */
const struct nodes *points_nodes(struct points *p, uint32_t *start);

#endif
