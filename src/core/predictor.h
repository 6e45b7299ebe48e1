#ifndef PREDICTOR_H
#define PREDICTOR_H

#include "kind.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A predictor of bits, action-conditional: actions are appended, percept bits are predicted
 * and learned. Both live in one history. What update() changed can be taken back to the
 * last bit, so that a planner may imagine futures in it. */
struct predictor;

struct predictor_ops {
    const char *name;
    /* P(next bit = 1 | history), in (0, 1). `slot`: which bit of the percept it is, from 0.
     * What is believed does not change; memory may be laid out anew. */
    double (*predict)(struct predictor *p, unsigned slot);
    /* Learns the bit that the last predict() was about, and appends it. */
    void (*update)(struct predictor *p, unsigned bit);
    /* Appends a bit without learning it. */
    void (*append)(struct predictor *p, unsigned bit);
    void (*save)(const struct predictor *p, void *snap);
    /* Takes back everything since save(); snapshots nest like a stack. */
    void (*restore)(struct predictor *p, const void *snap);
    /* What happened so far is final; outstanding snapshots become void. Cheap. */
    void (*commit)(struct predictor *p);
    /* What is believed now as bytes, for any predictor opened alike; there it is final.
     * False with *err when they are another's; this one may then only be freed. */
    size_t (*frozen_size)(const struct predictor *p);
    void (*freeze)(const struct predictor *p, void *bytes);
    bool (*thaw)(struct predictor *p, const void *bytes, struct err *err);
    void (*free)(struct predictor *p);
    size_t (*bytes)(const struct predictor *p); /* in use, snapshots and caches aside */
    /* Optional. Posterior over the order of the source, given the history, for the next bit
     * in `slot`: weight[d] of "the last d bits decide", d < cap; returns how many, sum
     * 1. */
    size_t (*orders)(struct predictor *p, unsigned slot, double *weight, size_t cap);
    /* Optional. Weights of the members, sum 1; returns how many there are. */
    size_t (*members)(const struct predictor *p, double *weight, size_t cap);
};

/* First member of each concrete predictor. */
struct predictor {
    const struct predictor_ops *ops;
    size_t snap_size; /* bytes a snapshot takes; a multiple of 8 */
    uint32_t context; /* bits it looks back; before it has them it predicts 1/2 */
};

/* What can be named: ursa-models(7). */
struct predictor_kind {
    struct kind kind;
    /* For percepts of `slots` bits. NULL with *err. */
    struct predictor *(*open)(const void *config, unsigned slots, struct err *err);
};

struct predictor *predictor_open(const struct spec_of *spec, unsigned slots,
                                 struct err *err);
void predictor_free(struct predictor *p); /* NULL is fine */

#endif
