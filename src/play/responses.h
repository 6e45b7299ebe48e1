#ifndef RESPONSES_H
#define RESPONSES_H

#include "strategy.h"

/* The fixed point of a class of policies under best responses, in a table of two players
 * (strategy.h): who believes in one policy and answers it plays one of the other's class.
 * That is the grain of truth of Thompson samplers, who answer one hypothesis at a time, in
 * the finite case: Leike, Taylor & Fallenstein, "A formal solution to the grain of truth
 * problem" (UAI 2016). What answers a mixture, as aixi does, is not in it. */
struct response {
    struct strategy *s; /* owned */
    char *name;         /* owned: "tit-for-tat", "best against tit-for-tat" */
};
struct responses {
    struct response *of[2]; /* [n[i]] owned, of player i: first those it was made from */
    size_t n[2];
    uint32_t rounds; /* of adding the best responses to all there were */
    /* The certificate: the most that player i gains, of any policy of the other's class, by
     * its best response instead of the best policy of its own class; found by evaluating
     * all pairs. 0 but for rounding: the class is closed. */
    double gap[2];
};
enum { RESPONSES_MOST = 256 };

/* From these policies, of both players alike, by at most so many rounds; a class that was
 * cut off has a gap. NULL with *err: one of them cannot play here or has too many memories
 * (strategy.h), or there are more than RESPONSES_MOST. */
struct responses *responses_new(const struct spec_of *policy, size_t n,
                                const struct game *g, double gamma, uint32_t rounds,
                                struct err *err);
void responses_free(struct responses *r); /* accepts NULL */

/* What a family `responses` has found, its own, and its gamma; NULL: it is another. */
struct family;
const struct responses *responses_of(const struct family *f, double *gamma);

#endif
