#ifndef FILM_H
#define FILM_H

#include "course.h"
#include "gaps.h"
#include "session.h"

/* All that a run showed, cycle by cycle, so that any cycle still kept looks the same on
 * every visit. Of a seat in a game a cycle here is a move of the match, whosever it was:
 * all seats have the same time. Memory is bounded: beyond it the oldest frames go, and
 * what the trails need of them is summed up. */
struct frame {
    struct record rec; /* t = 0: before the first action */
    struct insight mind;
    int cell;          /* canvas cell of the agent; -1: none */
    const void *state; /* of the world, after the percept */
    /* [rows * cols] chance per canvas cell that it pays or, where its own place is hidden
     * from the agent and it believes something of it, that it is there; NULL: none. */
    const float *belief;
    const float *hidden;  /* [n_hidden] chance of what is hidden (env.h); NULL: none */
    const uint8_t *chart; /* [rows * cols] enum charted, what is known; NULL: it was told */
    const struct habit *habit; /* [rows * cols] what it would do there; NULL: not known */
    const struct outlook *outlook; /* its n_actions first prospects; NULL: none */
    const struct twig *twig;       /* [n_twigs] */
    size_t n_twigs;
    const struct mind_row *row; /* [n_rows] its heaviest hypotheses; worlds without a map */
    size_t n_rows;
    /* [n_shares] parts of a whole, of its second table: what is said next; the same */
    const struct mind_row *share;
    size_t n_shares;
    const struct spread *spread; /* [n_actions] what actions pay; NULL: none */
    const struct tally *tally;   /* [n_actions] what they did; NULL: not counted */
    bool moved, done; /* it acted in this cycle; its percept came, and is that of rec */
    unsigned action;  /* when it moved */
    /* Of a seat: the law of its next move; NULL: it does not tell. How often each joint
     * move of a table was made so far, [n_joint]; NULL: none is played, or a large one. */
    const float *mix;
    const uint32_t *joint;
    uint32_t n_joint;
    double gap, gap_average; /* NashConv of this round's laws, of all moves so far */
};

/* What an action did up to a cycle. */
struct tally {
    uint32_t n; /* times chosen */
    double sum; /* of its rewards, points */
};
enum { FRAME_ROWS = 24, FRAME_SHARES = 8, FRAME_JOINT = 256 };

/* What happened up to a cycle in each canvas cell. */
struct trail {
    uint32_t visits;
    int action;   /* last taken from there; -1: none */
    float value;  /* of the best action then; NAN: none */
    int64_t when; /* the cycle it was left so; 0: never */
};

/* What the present of a seat has beside its session. */
struct sight {
    bool moved, done;
    unsigned action;
    const struct gaps *gaps; /* of its match; NULL: it is alone */
};

struct film;

/* For sessions of this world, of any of these n agents and of `steps` cycles; at most
 * `bytes` of memory for frames, at least one. */
struct film *film_new(const struct env *env, const struct agent *const *ag, size_t n,
                      uint64_t steps, size_t bytes);
void film_free(struct film *f);
/* Keeps the session's present as the next frame. */
void film_add(struct film *f, const struct session *s, const struct sight *sight);
/* How often it acted up to cycle t, and the cycle in which it did so for the n-th time, of
 * a film that has its first; 0: n is 0. */
uint64_t film_acts(const struct film *f, int64_t t);
int64_t film_act(const struct film *f, uint64_t n);
/* The past of a fork: cycles 0 to t of another film of the same world, as they were, into
 * an empty one. False: that film no longer has its first, or has not yet come to t. */
bool film_take(struct film *f, const struct film *from, int64_t t);
/* First and last cycle kept; last < first: none yet. */
int64_t film_first(const struct film *f);
int64_t film_last(const struct film *f);
/* Cycle t as it was, valid until the next film_add(); t in [first, last]. */
struct frame film_at(const struct film *f, int64_t t);
/* The equilibria of the table that is played, which is of player 0; none of others. */
const struct equilibria *film_equilibria(const struct film *f);
/* The belief per canvas cell at the start, [rows * cols], and what it is where all are
 * alike, p0 (ramp_start()): what every shade is measured by. NULL: the agent has shown none
 * yet. */
const float *film_start(const struct film *f, double *p0);
/* Trails of all cells up to cycle t, into [rows * cols] of the caller's. */
void film_trails(const struct film *f, int64_t t, struct trail *out);

/* A number of cycle t, which is still kept; NAN: there is none. */
double film_value(const struct film *f, enum series k, int64_t t);
/* How it went up to cycle t, into [columns * fine] parts of the columns of an axis of time
 * over the whole run, dropped frames included. */
void film_course(const struct film *f, enum series k, int64_t t, int columns, int fine,
                 struct reach *out);
/* The events up to cycle t in each of the columns, bit by bit: HAPPENED, PAID. */
void film_marks(const struct film *f, int64_t t, bool truth, int columns, uint8_t *out);

/* What was noteworthy in cycle t, in one line: a hypothesis followed, a phase, a bump, a
 * trap and its like, the reward, half of the hypotheses given up; of hidden places only
 * with the truth. False: nothing was. */
bool film_event(const struct film *f, int64_t t, bool truth, char *line, size_t n);
/* Whether cycle t, which is kept, is one that paid after one that did not. */
bool film_paid(const struct film *f, int64_t t);
/* The first cycle up to t whose reward is in the upper half of what the world pays: when
 * what pays was found; -1: it was not. Of worlds where the agent has a place alone. */
int64_t film_found(const struct film *f, int64_t t);
/* The first cycle up to t after which one hypothesis of several was left; -1: none. */
int64_t film_certain(const struct film *f, int64_t t);
/* The nearest eventful cycle after (step 1) or before (step -1) t; t when there is none. */
int64_t film_seek(const struct film *f, int64_t t, bool truth, int step);

#endif
