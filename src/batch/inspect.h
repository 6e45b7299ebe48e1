#ifndef INSPECT_H
#define INSPECT_H

#include "results.h"

/* What is wrong with a directory of results, beyond what its readers need to know. */
struct inspection {
    size_t planned, done, failed; /* runs: of the manifest; its own that are there */
    size_t missing;               /* planned, not there */
    size_t aside;                 /* lines that are none */
    size_t foreign;               /* runs that the manifest does not have */
    size_t odd;                   /* finals that contradict each other: edited by hand */
    size_t curves_lost;           /* ok runs without the curve that the manifest promises */
    size_t references;            /* files of the Bayes-optimal policy... */
    size_t references_lost;       /* ... and those that cannot be read */
    bool manifest;                /* it can be read */
};

/* Reads it all. Each trouble is a warning line in *err with its place, the first few of a
 * kind; false with *err when the directory cannot be read, or two lines of one run
 * disagree. */
bool inspect_directory(const char *dir, struct inspection *out, struct err *err);
/* Whether anything is wrong; runs that are merely missing are not. */
bool inspection_bad(const struct inspection *i);

#endif
