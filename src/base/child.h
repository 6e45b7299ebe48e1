#ifndef CHILD_H
#define CHILD_H

#include "err.h"

#include <stdbool.h>
#include <stddef.h>

/* A program of somebody else's, asked in lines over its standard input and answering in
 * lines on its standard output, strictly in turn. It has a process group of its own, no
 * descriptors but 0, 1 and 2, and ends with us whatever ends us. What it writes to standard
 * error is kept, the last of it, and told when it fails; where URSA_STDERR is in the
 * environment it is passed on, too. All failures are the caller's to
 * report: which of the many it was stands in *err in one line. */
struct child;

enum { CHILD_LINE = 1 << 20 }; /* longest line, either way */

struct child_plan {
    const char *program; /* a path, or a name on PATH */
    const char *words;   /* that it is given, joined by '+'; NULL: none */
    size_t memory;       /* bytes it may have; 0: as many as there are */
};

/* NULL with *err: it is not there, or not to be executed. */
struct child *child_open(const struct child_plan *plan, struct err *err);
/* Where a program is found; NULL with *err. The caller frees. */
char *child_find(const char *program, struct err *err);
/* Sends a line; false with *err. */
bool child_tell(struct child *c, const char *line, struct err *err);
/* The next line, without its newline, until the next call; NULL with *err when there is
 * none within so many seconds. */
const char *child_hear(struct child *c, double seconds, struct err *err);
/* What went wrong with what it said, as "PROGRAM ...: last words"; returns false. Such a
 * program gets no time to say goodbye. */
bool child_fault(struct child *c, struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Says goodbye, waits, and then does not ask any more. NULL is fine. */
void child_close(struct child *c, const char *goodbye);

#endif
