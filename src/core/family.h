#ifndef FAMILY_H
#define FAMILY_H

#include "env.h"
#include "names.h"

HOST_BEGIN

/* A class of hypotheses: worlds in an order of its own, perhaps without an end. */
struct family;

struct family_ops {
    struct kind kind;
    /* A form that models of these hypotheses may have, by the view that they then lend: who
     * knows it tries it first. NULL: none in particular. */
    const struct view_kind *form;

    /* The class around the world `truth`, or of no world in particular when that is NULL;
     * struct family is its first member and is filled in by the caller. NULL with *err when
     * there is no such class. Without open() there is nothing to prepare. */
    struct family *(*open)(const void *config, const struct env *truth, struct err *err);
    void (*close)(struct family *f); /* NULL: free() is all there is to do */
    /* How many there are, known without opening them; SIZE_MAX: no end. Without count()
     * there are always n. */
    size_t (*count)(const struct family *f);
    size_t n;
    /* Hypothesis k < family_count(), for family_drop(); it may be the truth itself. NULL
     * always with *err: an error is never an end. A class cut short in silence makes AIXI
     * an AImu. */
    struct env *(*at)(const struct family *f, size_t k, struct err *err);
    /* Optional. ln of its prior weight; the weights of all sum to at most 1. */
    double (*log_prior)(const struct family *f, size_t k);
    /* Optional. A name of hypothesis k for people: "tit-for-tat". */
    void (*text)(const struct family *f, size_t k, char *buf, size_t n);
};

/* First member of each concrete family. */
struct family {
    const struct family_ops *ops;
    const struct env *truth; /* borrowed; NULL: none */
};

/* The class of a spec whose kind is the head of a family_ops. NULL with *err. */
struct family *family_open(const struct spec_of *spec, const struct env *truth,
                           struct err *err);
void family_close(struct family *f); /* accepts NULL */
size_t family_count(const struct family *f);
/* Closes what at() has opened. */
void family_drop(const struct family *f, struct env *hypothesis);
/* A name of hypothesis k for people: its own, or its number. */
void family_text(const struct family *f, size_t k, char *buf, size_t n);

/* Value k of a grid of n rising values in which `truth` stands in for the nearest: a class
 * of parameters in which the true one is. */
double family_grid(const double *grid, size_t n, size_t k, double truth);

/* mu alone, the truth: the family that every world has. */
extern const struct family_ops family_mu;

HOST_END

#endif
