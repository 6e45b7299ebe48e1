#ifndef WHOLE_H
#define WHOLE_H

#include "err.h"

#include <stdio.h>

/* A file that is there whole or not at all: it is written beside its place, synced and
 * renamed. What stood there before stays until then, whatever fails. A path that is no
 * ordinary file (a pipe, /dev/stdout) is written as it is, and "-" is standard output.
 * Zero-initialise it. */
struct whole {
    FILE *to;
    char *path, *temp; /* owned; temp is NULL where there is nothing to rename */
    bool quick;        /* may be set: what a power cut may take is not waited for */
    bool fresh;        /* there was no such file */
};

/* False with "cannot write 'PATH': REASON". */
bool whole_open(struct whole *w, const char *path, struct err *err);
/* The same for what is written as things happen: where no file stands it grows in its
 * place, so that a crash leaves what there was of it. Not waited for. */
bool whole_begin(struct whole *w, const char *path, struct err *err);
/* Puts it in its place; false with *err, and the old file still there, when any byte was
 * lost. */
bool whole_close(struct whole *w, struct err *err);
/* Nothing of it is kept; of one that is not open nothing happens. */
void whole_discard(struct whole *w);
/* The three at once. */
bool whole_write(const char *path, const char *text, struct err *err);

/* A directory and those above it, as mkdir -p. */
bool whole_directory(const char *dir, struct err *err);

#endif
