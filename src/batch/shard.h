#ifndef SHARD_H
#define SHARD_H

#include "err.h"

#include <stdbool.h>
#include <stdint.h>

/* The part of a plan that is ours: run k belongs to shard hash(k) mod n, so that slow
 * agents spread evenly. */
struct shard {
    unsigned i, n;
    char source[64]; /* what said so: "--shard", "SLURM_ARRAY_TASK_ID", ... */
};
enum { SHARDS_MAX = 100000 };

/* From "I/N" (`option`, I from 0), or from the variables that Slurm sets for array jobs and
 * their tasks and Open MPI and MPICH for ranks; 0/1 when nothing says otherwise. An array
 * whose jobs have several tasks multiplies. False with *err. */
bool shard_find(struct shard *s, const char *option, struct err *err);
bool shard_has(const struct shard *s, uint64_t id);

#endif
