#ifndef CERTIFY_H
#define CERTIFY_H

#include "err.h"
#include "plan.h"

#include <math.h>

/* Planning with a certificate: numbers that the value of the best plan cannot be below and
 * cannot be above, which close while one waits. There are several methods, each for a sort
 * of problem; this is what they have in common. Values are utilities to go as of mcts.h:
 * the first utility has weight 1, whatever its age. */

struct certificate;

/* What is asked for. The utility is of the percept alone (utility_of_percept(), or one that
 * wants WANT_WORTH and nothing else). */
struct certify_task {
    const struct plan *plan; /* borrowed: as it stands when a method is opened */
    /* Borrowed: the process to plan in, instead of the plan's model, which may then be
     * NULL; NULL: made of the model where a method asks for it. */
    const struct pomdp *pomdp;
    const struct certifier *only; /* borrowed: that method and no other; NULL: any */
    bool endless; /* there is no last cycle: plan->horizon is not looked at */
    double gap;   /* enough when upper - lower <= gap, >= 0 */
    double share; /* or <= share * max(1, |lower|); 0: no matter. Who finishes() goes on */
    double seconds;   /* that may pass; HUGE_VAL: as many as it takes */
    uint64_t backups; /* that each method may make, a swift one as many times more; 0: as
                       * many as it takes; after a certify_move() a tenth of that */
    uint64_t beliefs; /* that may be visited one by one; 0: as many as is wise */
    size_t bytes;     /* that its tables may take, at least 1 MiB */
    /* Optional: every bracket that is tighter than the one before. */
    void (*tell)(void *context, const struct certificate *c);
    void *context;
};

/* What is known so far. A method fills it whole in open() and improves it in step(). */
struct bracket {
    uint32_t n_actions;
    double lower, upper;                     /* of the best plan: lower <= V* <= upper */
    double lo[ACTIONS_MAX], hi[ACTIONS_MAX]; /* of each first action, best afterwards */
    uint64_t backups;                        /* of a belief state or point, so far */
    uint64_t vectors, points;                /* kept now: of lower, of upper bounds */
    size_t bytes;                            /* its tables take now */
};

enum certify_end {
    CERTIFY_ON,     /* there is more to do */
    CERTIFY_EXACT,  /* the search space is exhausted: lower and upper differ by rounding */
    CERTIFY_GAP,    /* upper - lower <= gap */
    CERTIFY_TIME,   /* seconds, or backups, are used up */
    CERTIFY_MEMORY, /* there was no room for more */
    CERTIFY_INTERRUPT, /* plan->cancel was set */
    CERTIFY_SPENT,     /* the method knows no way on */
};
extern const char *const certify_end_names[]; /* "on", "exact", "gap" ... */

/* A bracket with all that is printed beside it. */
struct certificate {
    struct bracket b;
    const char *method; /* static */
    double seconds;     /* since the beginning */
    enum certify_end reason;
};

struct pomdp;
struct certify; /* a task at work, see certify_new() */
struct policy_graph;

/* A method, with a line CERTIFIER(name) in registry.def. Its step() is a unit of work that
 * takes less than a tenth of a second, a trial, say, or a layer; inside a longer one it
 * asks certify_must_stop() and returns early, with CERTIFY_ON and a bracket that holds. */
struct certifier {
    const char *name, *title;
    bool finishes;  /* by itself, and before long: it is not stopped for `share` */
    uint32_t swift; /* so many of its backups take as long as one over a belief; 0: 1 */
    bool alone;     /* when it is spent, or has no room, no other method would do better */
    /* Whether it can begin: false with *err, which says why not. Cheap. */
    bool (*fits)(const struct certify_task *t, struct err *err);
    /* Fills *b with bounds that hold. NULL with *err. c is borrowed until close(). */
    void *(*open)(const struct certify *c, struct bracket *b, struct err *err);
    /* CERTIFY_ON, EXACT, MEMORY or SPENT; whoever is not ON is not called again. */
    enum certify_end (*step)(void *self, struct bracket *b);
    void (*close)(void *self);
    /* Optional. The model of the task's plan has moved on by what really happened, and
     * plan->now with it, and so has the start of the process that was lent: the same task
     * from there, with what has been learned, and *b anew, but for the backups, which count
     * from open() on. False: it is to be opened anew. */
    bool (*move)(void *self, struct bracket *b);
    /* Optional. The canvas cells that the plan leads to, one a cycle, as long as nothing
     * happens that changes it; -1: not known. Writes at most n, returns how many. */
    size_t (*places)(const void *self, int *cell, size_t n);
    /* Optional. The plan that b->lower is the value of, as a graph; false with *err. */
    bool (*policy)(void *self, struct policy_graph *g, struct err *err);
};

/* The first of certifiers[] from *from on that fits the task; *from is then its place. NULL
 * with *err: what each of them said. */
const struct certifier *certifier_for(const struct certify_task *t, size_t *from,
                                      struct err *err);

/* ---- a task at work */

/* Opens the first method that fits. NULL with *err. The task is copied; its plan stays
 * borrowed. */
struct certify *certify_new(const struct certify_task *t, struct err *err);
/* Works until there is a reason to stop, and says which; calls to it go on where the last
 * one stopped. A method that is spent, or has no room, gives way to the next that fits;
 * what it proved still counts. */
enum certify_end certify_run(struct certify *c);
/* What is known: lower never falls and upper never rises from call to call, nor do lo and
 * hi, until certify_move(). lower <= upper but for rounding, which is made good. */
const struct certificate *certify_told(const struct certify *c);
/* The plan has moved on (struct certifier); certificate and clock begin anew. False with
 * *err when it cannot go on from there. */
bool certify_move(struct certify *c, struct err *err);
/* The policy that the lower bound is the value of; false with *err. */
bool certify_policy(struct certify *c, struct policy_graph *g, struct err *err);
/* Where its plan leads, as struct certifier has it; 0: nobody knows. */
size_t certify_places(const struct certify *c, int *cell, size_t n);
void certify_free(struct certify *c);

/* For methods: what is asked for, and whether to return from a long step soon: cancelled,
 * or out of time. Looks at the clock: not in innermost loops. */
const struct certify_task *certify_task_of(const struct certify *c);
bool certify_must_stop(const struct certify *c);
/* The process of the task, made when it is asked for first; owned by c. NULL with *err: the
 * model has none, or it is too large. certify_has_pomdp() is the cheap question, for
 * fits(). */
const struct pomdp *certify_pomdp(const struct certify *c, struct err *err);
bool certify_has_pomdp(const struct certify_task *t, struct err *err);

/* Bounds as they are printed: outward by 1e-9 max(1, |V|), far more than the rounding of
 * sums in doubles comes to. */
static inline double certify_below(double lower)
{
    return lower - 1e-9 * fmax(1, fabs(lower));
}
static inline double certify_above(double upper)
{
    return upper + 1e-9 * fmax(1, fabs(upper));
}

#endif
