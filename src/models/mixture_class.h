#ifndef MIXTURE_CLASS_H
#define MIXTURE_CLASS_H

#include "automata.h"
#include "family.h"
#include "hidden.h"
#include "history.h"
#include "model.h"

/* What mixture.c, which weighs hypotheses, and mixture_class.c, which holds them, share. */

enum { ENTROPY, TOTAL, KNOWN }; /* of the posterior, computed when asked for */

/* A hypothesis walks its automaton where it has one, and is called otherwise. */
struct hypothesis {
    const struct env *env;
    struct env *owned; /* env again; NULL: the truth itself, borrowed */
    struct fsm *fsm;   /* owned; NULL: called */
};

struct mixture {
    struct model base;
    bool wide;              /* mixture_new_wide() */
    struct family *family;  /* owned */
    struct hypothesis *hyp; /* [n] */
    struct alphabet percepts;
    double *log_prior;   /* [n] */
    double *log_w;       /* [n] ln w(nu | real history), up to a constant: */
    double log_z;        /* ln (prior x likelihood) = log_w + log_z */
    double log_mass;     /* of it what mixture_inject() added; 0 before */
    bool grows;          /* there are more in the family than have been taken in: */
    struct history past; /* what these have to be asked about; empty when there are none */
    /* What a snapshot holds, in one block: */
    double *live;           /* [KNOWN] first of the block: what is known of it, NAN: not */
    double *w;              /* [n] w(nu | h), not normalised */
    uint32_t *at;           /* [n] states of automata */
    unsigned char *state;   /* [n][state_size] states of the others; NULL: none */
    size_t state_size;      /* bytes of one, the largest of all */
    struct transition *out; /* scratch for transitions() */
    unsigned char *next;
    unsigned char *was;       /* [state_size] scratch */
    double *scratch;          /* [2 n]: likelihoods, the posterior before a percept */
    uint64_t *seen, clock;    /* percepts stamped by support() */
    double *chance;           /* of those stamped, scratch */
    const struct fsm **fsms;  /* [n]; NULL: some have none */
    struct automata automata; /* the view */
    /* The other view, [n] each; NULL: not asked for yet, or some are too large. */
    const struct fsm **hidden_fsm;
    const double **hidden_b;
    struct hidden hidden;
};

static inline unsigned char *state_of(const struct mixture *m, size_t k)
{
    return m->state + k * m->state_size;
}

/* Holds hypotheses 0 .. n - 1 of the family from now on, n <= its count: what it held keeps
 * weight and place, and those that come are at their start, without weight. False with
 * *err, and nothing has changed, when one of them cannot be opened. */
bool class_resize(struct mixture *m, size_t n, struct err *err);
/* Weights of the class from log_w, which are up to a constant: their sum becomes 1. */
void mixture_settle(struct mixture *m);
/* ln nu_k(past), as it goes from its start to where it then stands. */
double mixture_relive(struct mixture *m, size_t k, const struct history *past);
/* Frees *m and all it owns. */
void class_release(struct mixture *m);

#endif
