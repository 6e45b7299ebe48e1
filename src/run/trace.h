#ifndef TRACE_H
#define TRACE_H

#include "registry.h"
#include "sink.h"

#include <stdbool.h>

/* A recorded run (.urt): JSON lines, ursa(1) TRACES.
 *     {"ursa-trace":1,"version":"0.1.0","config":{"agent":SPEC,"env":SPEC,"steps":N},
 *      "seeds":{"root":N,"seed":N,"map":N}}
 *     {"t":1,"a":1,"o":6,"r":-1}
 *     {"t":2,"a":3,"o":6,"r":-1,"by":"user"}
 *     {"mark":1}
 *     ...
 *     {"end":true,"steps":200,"hash":"9d0c41e6a2f7b310"}
 * A run that goes on from the past of other agents is of format 2, whose config has also
 *     "settings":[{"from":1,"agent":SPEC},{"from":41,"agent":SPEC}]
 * who acted from which cycle on, the last of them the agent. A trace of a match is of
 * format 2 too (match_trace.h). The agent and the world are canonical specs, so that a
 * trace holds all its run depends on; "by" is there when the action was not the agent's
 * but the user's, its mentor's ("mentor"), or that of an agent before it ("past"). A
 * mark says that the user wants to find a cycle again. A run that was stopped has an end
 * too; one that crashed has none. */

/* ---- writing: a sink */
struct trace_writer;
/* The file is opened when the run begins. */
struct trace_writer *trace_writer_new(const char *path);
struct sink *trace_sink(struct trace_writer *w);
/* Marks cycle t; between begin and end. */
void trace_mark(struct trace_writer *w, uint64_t t);
void trace_writer_free(struct trace_writer *w);

/* ---- reading */
struct trace {
    char *version;     /* of the program that recorded it; owned from here */
    char *agent, *env; /* specs as recorded */
    uint64_t root, steps;
    uint32_t seed, map;
    struct cycle *at; /* [n] cycle t is at[t - 1] */
    uint64_t n;
    struct setting *past; /* [n_past] who acted before the agent did; owned */
    size_t n_past;
    uint64_t present; /* the agent's first cycle, where settings say it; 0: they do not */
    uint64_t *mark;   /* [n_marks] cycles */
    size_t n_marks;
    bool ended;    /* its last line is there: the run was not cut off */
    uint64_t hash; /* as recorded, when ended */
};

/* False with every malformed line in *err as FILE:LINE:COL: error: text. A trace that was
 * cut off in the middle of a line or has no end is read as far as it goes (ended false). */
bool trace_read(struct trace *tr, const char *path, struct err *err);
void trace_release(struct trace *tr);

#endif
