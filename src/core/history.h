#ifndef HISTORY_H
#define HISTORY_H

#include "percept.h"

#include <stddef.h>

/* a_1 e_1 a_2 e_2 ... a_n e_n; at[t - 1] is cycle t. Zero-initialise it. */
struct history {
    struct cycle *at; /* owned */
    size_t n, cap;
};

void history_add(struct history *h, unsigned action, struct percept e);
void history_release(struct history *h);
/* Digest of all actions and percepts so far; HASH_START for an empty one. */
uint64_t history_hash(const struct history *h);
/* The digest after one more cycle. */
uint64_t history_hash_add(uint64_t hash, unsigned action, struct percept e);

#endif
