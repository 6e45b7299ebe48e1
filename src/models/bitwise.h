#ifndef BITWISE_H
#define BITWISE_H

#include "model.h"
#include "predictor.h"

/* A predictor of bits as a model of percepts: each percept is coded (code.h), and its
 * probability is the product over its bits. A bit that can have one value only, because the
 * other would leave the space, is appended without being predicted or learned, so that the
 * probabilities of all percepts sum to 1. */

/* From a predictor's description. NULL with *err. */
struct model *bitwise_new(const struct space *space, const char *spec, struct err *err);

/* Its predictor, and how many bits a percept has. */
struct predictor *bitwise_predictor(struct model *m, unsigned *slots);

/* The last bits that really happened, the latest lowest; *n: how many, at most 64. */
uint64_t bitwise_recent(const struct model *m, unsigned *n);

/* Posterior over the order of the source for the bits of the next percept: weight[d] of
 * "the last d bits decide", the mean over all actions and over the bits of the percept that
 * is likeliest after each. Returns cap, or 0 when its predictor has no orders. */
size_t bitwise_orders(struct model *m, double *weight, size_t cap);

#endif
