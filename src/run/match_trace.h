#ifndef MATCH_TRACE_H
#define MATCH_TRACE_H

#include "match.h"

/* A recorded match, of format 2, ursa-results(5). Each array has an entry a seat; null: it
 * did not act, or its cycle is not over.
 *     {"ursa-trace":2,"version":"0.1.0","config":{"game":SPEC,"seats":[SPEC,...],
 *      "steps":N},
 *      "seeds":{"root":N,"seed":N,"map":0}}
 *     {"t":1,"a":[4,null],"o":[null,null],"r":[null,null]}
 *     {"t":2,"a":[null,8],"o":[258,null],"r":[0,null]}
 *     ...
 *     {"end":true,"steps":200,"hash":"9d0c41e6a2f7b310"} */

struct match_trace;
/* The sink that records; the file is opened when the match begins. */
struct match_trace *match_trace_new(const char *path);
struct match_sink *match_trace_sink(struct match_trace *w);
void match_trace_free(struct match_trace *w);

/* One that is read. */
struct match_record {
    char *version, *game;
    char *agent[PLAYERS_MAX]; /* [n_seats] specs as recorded */
    uint32_t n_seats, seed;
    uint64_t root, steps;
    struct match_move *at; /* [n] move t is at[t - 1] */
    struct percept *e;     /* [n * n_seats] where a cycle is over */
    uint64_t n;
    bool ended; /* its last line is there: it was not cut off */
    uint64_t hash;
};
/* Whether the file is a trace of a match, by its first line. */
bool is_match_trace(const char *path);
/* As trace_read(). */
bool match_trace_read(struct match_record *r, const char *path, struct err *err);
void match_record_release(struct match_record *r);

#endif
