#ifndef MDP_HUMAN_H
#define MDP_HUMAN_H

#include "lines.h"
#include "mdp_names.h"
#include "observer.h"

/* The parts of a process in text that are about the human who watches, ursa-mdp(5). */
struct human {
    struct names sign;
    uint32_t *shows; /* [states] 1 + sign; 0: not said */
    uint32_t length;
    size_t n, cap;
    uint32_t *seen, *met; /* [cap * length] */
    double *p;
    unsigned *line; /* where each belief was said */
};

/* "STATE SIGN"; '*' stands for every state. */
void human_sees(struct human *h, struct lines *in, const struct names *state);
/* "SIGN ... = STATE ... [P]". */
void human_believes(struct human *h, struct lines *in, const struct names *state);
/* What was read is whole: hands it over; false with what is wrong in *in. */
bool human_take(struct human *h, struct lines *in, const struct names *state,
                struct observer *o);
void human_release(struct human *h);
void observer_release(struct observer *o);

#endif
