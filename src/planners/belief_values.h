#ifndef BELIEF_VALUES_H
#define BELIEF_VALUES_H

#include "beliefs.h"
#include "certify.h"

/* Bounds of the values of all beliefs of a graph, by what follows them; of those that have
 * not been expanded, by what the hidden state would be worth if it were seen, and by doing
 * one thing for ever. What beliefs that stand for others cost (beliefs.h) is in the
 * bounds. */
struct belief_values;
/* For that task, all borrowed. */
struct belief_values *belief_values_new(const struct certify_task *t,
                                        const struct beliefs *g);
/* The cycles that count: fewer than were asked for where the rest weighs nothing; 0: no
 * end. */
uint32_t belief_values_horizon(const struct belief_values *v);
void belief_values_free(struct belief_values *v); /* NULL is fine */
/* About how many edges a pass looks at. */
double belief_values_cost(const struct belief_values *v);
/* Begins a pass, after the graph has grown or at first. */
void belief_values_begin(struct belief_values *v);
/* Goes on with it for about so many edges; true when it is done: bounds are as good as this
 * graph has them. */
bool belief_values_work(struct belief_values *v, double edges);
/* What is known of belief 0, after a pass or, without a last cycle, at any time; before,
 * what may be earned at most and at least in a cycle, times the weight of all. */
void belief_values_tell(const struct belief_values *v, struct bracket *b);

/* The plan that the lower bound is the value of: in belief i, k cycles from now (0 without
 * a last cycle), do the action; BLIND + a: do a for ever. belief_values_plan() makes it, in
 * a pass of its own: false when there is no room for it. */
enum { BLIND = 0x80 };
bool belief_values_plan(struct belief_values *v);
uint8_t belief_values_choice(const struct belief_values *v, uint32_t k, uint32_t i);
/* Entries of the plan before those of k. */
size_t belief_values_offset(const struct belief_values *v, uint32_t k);

struct policy_graph;
/* The plan as a machine; horizon 0: without a last cycle. False with *err: too large. */
bool belief_policy(struct beliefs *g, struct belief_values *v, uint32_t horizon,
                   struct policy_graph *out, struct err *err);

#endif
