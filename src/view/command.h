#ifndef COMMAND_H
#define COMMAND_H

#include "view.h"

/* The commands of the command line: ":set horizon=8", ":goto 143". */
enum takes {
    TAKES_NOTHING,
    TAKES_AGENT,
    TAKES_ENV,
    TAKES_DEMO,
    TAKES_FAMILY,
    TAKES_FILE,
    TAKES_NUMBER,
    TAKES_PALETTE,
    TAKES_SETTING
};
struct command {
    const char *name;
    void (*run)(struct view *v, const char *arg);
    enum takes takes; /* an argument */
    const char *help; /* one line, no full stop */
};
extern const struct command command_table[]; /* closed by a NULL name */

/* What may stand in place of the last word, or part of a word, of a line. */
struct candidate {
    char name[128];
    char help[160];    /* "": none */
    const char *after; /* what follows when it is the only one: " ", "=", "" */
};
struct candidates {
    struct candidate *at; /* [n] owned */
    int n;
    size_t from; /* where the part begins in the line */
};
/* To be released. */
void command_candidates(const struct view *v, const char *line, struct candidates *c);
void candidates_release(struct candidates *c);
/* Characters that all of them begin with. */
size_t candidates_common(const struct candidates *c);

#endif
