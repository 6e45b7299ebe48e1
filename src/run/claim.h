#ifndef CLAIM_H
#define CLAIM_H

#include "lines.h"

#include <stdbool.h>
#include <stdint.h>

/* What a demonstration says of its run, and when; ursa-demo(5).
 *     MOMENT  = start | end | CYCLE | [X:] WORDS       an event whose line has the words
 *     CLAIM   = truth | [X.]NAME [RELATION TERM] [at MOMENT]
 *             | [never] event [X:] WORDS
 *     TERM    = NUMBER | [X.]NAME | WORD               X: an agent, A to D
 * Here is grammar alone: the names are looked up by whoever judges a claim (judge.h). */
enum { CLAIM_AGENTS = 4, CLAIM_NAME = 40 };

struct moment {
    enum { MOMENT_CYCLE, MOMENT_END, MOMENT_EVENT } kind;
    int64_t t;   /* of MOMENT_CYCLE */
    int agent;   /* whose event: 0 .. CLAIM_AGENTS - 1; -1: anybody's */
    char *words; /* of MOMENT_EVENT; owned */
};

enum relation { IS_THERE, LESS, AT_MOST, GREATER, AT_LEAST, EQUAL, UNEQUAL };

struct side {
    bool number;
    double x;
    int agent; /* -1: not said */
    char name[CLAIM_NAME];
};

struct claim {
    char *text; /* as it was written; owned, as is `line_text` */
    char *line_text;
    unsigned line, col; /* where it stands */
    enum { CLAIM_TRUTH, CLAIM_RELATION, CLAIM_EVENT, CLAIM_NEVER } kind;
    enum relation relation;
    struct side left, right;
    bool timed;       /* `at` was said, or of an event, its words are there */
    struct moment at; /* else: whenever its step is */
};

/* From `at`, a place in l->text, to the end of the line. False with what is wrong, told at
 * its column by lines_fault(); *m or *c is to be released all the same. */
bool moment_read(struct moment *m, struct lines *l, const char *at);
bool claim_read(struct claim *c, struct lines *l, const char *at);
void moment_release(struct moment *m);
void claim_release(struct claim *c);

#endif
