#ifndef RESULTS_H
#define RESULTS_H

#include "store.h"

/* All runs of some directories, sorted by id, each once: arithmetic over them is done in
 * the same order however many workers, shards and machines made them. */
struct results {
    struct run_row *run;             /* [n] */
    size_t n, n_failed;              /* failed ones are among the n */
    size_t planned;                  /* runs that the manifests promise; 0: not known */
    size_t aside;                    /* lines that were none */
    char *name;                      /* of the first directory's experiment */
    char *baseline, *metric, *first; /* first: agent of the experiment */
    char **file;                     /* names of the files read */
    size_t n_files;
};

/* Reads every runs-*.jsonl, and the curves-*.jsonl when asked. An unfinished last line is
 * dropped; lines that are none are set aside, with a warning in *err. Of one id, identical
 * runs count once, an ok one goes before a failed one, and two ok ones that differ are an
 * error that names both files. False with *err. */
bool results_load(struct results *r, char *const *dirs, size_t n, bool curves,
                  struct err *err);
/* The runs of one file's text, called `name` in messages. */
bool results_parse(struct results *r, const char *text, size_t len, const char *name,
                   struct err *err);
void results_release(struct results *r);

/* A digest of everything but times and places: the same results give the same digest. */
uint64_t results_digest(const struct results *r);

#endif
