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
/* The best action by the lower bounds of the last pass, without a last cycle. */
unsigned belief_values_best(const struct belief_values *v, uint32_t i);

#endif
