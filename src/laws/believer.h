#ifndef BELIEVER_H
#define BELIEVER_H

#include "laws.h"
#include "walk.h"

/* A model on its way through a world, for the laws about models and what looks at them. */
enum { PERCEPTS = 4096 };
enum {
    TWO = 1,        /* with another model */
    NOT_YET_ALL = 2 /* what it finds impossible is not told: it has not taken all in */
};
struct believer {
    const struct subject *s;
    look_fn *look;       /* at the model before each cycle; m->with is the believer */
    unsigned how;        /* TWO, NOT_YET_ALL */
    struct model *model; /* owned, opened anew at each start */
    struct model *other; /* owned, a second one that nothing is told; NULL: not asked for */
    void *snap, *inner;  /* owned, room for a snapshot each */
    struct percept *percept; /* owned, room for PERCEPTS */
};

/* Looks at the model before each cycle of a walk, whose percepts it is then told; a look of
 * NULL: to see whether it finds them possible. */
bool believer_holds(const struct subject *s, unsigned how, look_fn *look, struct err *err);

/* What will really happen in this cycle. */
struct percept believer_happens(struct moment *m);

/* What may come after this action, into b->percept, by support() or all that there is; how
 * many there are, of which PERCEPTS are there at most. Only of models that
 * model_lists(). */
size_t believer_list(struct moment *m, unsigned action);

/* What n imagined cycles tell, by a luck of their own. */
enum { IMAGINED = 5 };
void believer_imagine(struct model *m, struct rng luck, int n, struct outcome *told);
/* Whether both were told the same, to the last bit; `what`: after what y was told. */
bool believer_same(const struct outcome *x, const struct outcome *y, int n,
                   const char *what, struct err *err);

/* Whether a model can do something; asked of one opened for it. */
typedef bool has_fn(const struct model *m);
bool model_has(const struct subject *s, has_fn *op);
/* Whether it lists its percepts, or the space has so few that all may be asked for. */
has_fn model_lists;

#endif
