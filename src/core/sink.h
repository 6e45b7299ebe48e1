#ifndef SINK_H
#define SINK_H

#include "agent.h"

/* Who acted from a cycle on, before the run's agent did. */
struct setting {
    uint64_t from;
    char *agent; /* canonical spec; owned by whoever owns the list */
};

/* Enough to reproduce a run to the last bit. */
struct run_info {
    const char *agent, *env; /* canonical specs */
    struct space space;
    uint64_t root;
    uint32_t seed, map;
    uint64_t steps;
    const struct setting *past; /* [n_past] of a run that goes on from another's past */
    size_t n_past;
    uint64_t from; /* since when the present agent acts, when there is a past */
};

/* One completed cycle. */
struct record {
    uint64_t t; /* 1, 2, ... */
    unsigned action;
    struct percept e;
    double total;              /* points so far */
    double performance;        /* what the designer wanted, so far, points */
    double explored;           /* percent of the places; NAN: no places */
    double report[REPORT_MAX]; /* the world's own metrics, in its order */
    uint64_t hash;             /* of all actions and percepts so far */
    enum by by;
};

/* Where the cycles of a run go: a trace, a curve, the ring of the viewer. */
struct sink;
struct sink_ops {
    bool (*begin)(struct sink *sk, const struct run_info *run, struct err *err);
    /* `ag` may be inspected. Errors surface in end(). */
    void (*cycle)(struct sink *sk, const struct record *rec, const struct agent *ag);
    bool (*end)(struct sink *sk, struct err *err);
};
struct sink {
    const struct sink_ops *ops;
};

#endif
