#ifndef PARTITION_H
#define PARTITION_H

#include "pomdp.h"

/* The finest partition of the states of a process such that a belief that begins within
 * one class always is within one: whatever states share a class, their successors after
 * the same action and percept do. */
struct partition {
    uint32_t *label; /* [n_states] class, numbered as they come; owned */
    uint32_t n;
    /* The start is in several classes: it has to be one of its own, in copies of states. */
    bool apart;
};
void partition_find(struct partition *q, const struct pomdp *p);
void partition_release(struct partition *q);

#endif
