#ifndef LINES_H
#define LINES_H

#include "err.h"

#include <stdio.h>

/* A text file line by line, and what is wrong with it: one reader's manners for all
 * formats. A byte order mark at the beginning is skipped; a line ends with LF or CR LF. A
 * NUL byte, a line or a file longer than it may be and an error of reading are told and end
 * it, so that a device or a disk image never fills the memory. */
struct lines {
    const char *file; /* its name in messages; borrowed */
    FILE *from;       /* borrowed */
    struct err *err;
    size_t most_line, most; /* bytes of a line, of the file */
    unsigned line;          /* number of `text`, from 1 */
    char *text;             /* owned; the line without its end */
    size_t len, cap, bytes;
    bool ended; /* the line had an end: false when the file was cut off within it */
    bool ok;    /* nothing was wrong so far */
};

void lines_init(struct lines *l, FILE *from, const char *file, struct err *err);
void lines_release(struct lines *l);
/* The next line into l->text. False at the end and, told, with l->ok false, at an error. */
bool lines_next(struct lines *l);
/* "FILE:LINE:COL: error: TEXT", the line, and a caret below `at`, which lies in l->text. */
void lines_fault(struct lines *l, const char *at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The same of a line that was kept: `text` is all of it, col counts from 1. */
void lines_fault_in(struct lines *l, unsigned line, const char *text, size_t col,
                    const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* The next word of the line, divided by blanks and tabs, into buf of `most` bytes; one that
 * is longer is told and cut off. False at the end of the line. *at, which lies in it, moves
 * behind the word, and *word to where it began. */
bool lines_word(struct lines *l, const char **at, const char **word, char *buf,
                size_t most);
/* Whether a text is a number from min to max, and nothing else; then it is in *x. */
bool lines_number(const char *text, double min, double max, double *x);

/* fopen(path, "r") that refuses directories; NULL with "cannot read WHAT: REASON", where no
 * `what` stands for the path in quotes. */
FILE *lines_open(const char *path, const char *what, struct err *err);
/* All of a file of at most `most` bytes without its byte order mark, closed by a NUL (*len
 * does not count it); NULL with *err. The caller frees it. */
char *lines_slurp(const char *path, size_t most, size_t *len, struct err *err);

#endif
