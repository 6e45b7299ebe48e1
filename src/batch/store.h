#ifndef STORE_H
#define STORE_H

#include "experiment.h"

/* An output directory, ursa-results(5):
 *     experiment.yaml              the file as given
 *     manifest.json                what is to be run
 *     runs-00000-of-00001.jsonl    one finished run a line, one file per shard
 *     curves-00000-of-00001.jsonl  their learning curves
 *     log                          failures with their time
 *     references/ID.json           what the Bayes-optimal policy earns (references.h)
 *     damaged                      lines that were none, as they were found
 * A run is finished when its line is complete. A run line is written after its curve, each
 * by one write(2); a line that was cut off is dropped when the file is opened again, one
 * that is damaged is blanked out, and its run lived again. */

/* ---- the directory */
enum store_mode {
    STORE_SAME,   /* a new directory, or one of the same experiment */
    STORE_EXTEND, /* agents, worlds, maps and seeds may have been added */
    STORE_FRESH   /* what is there is discarded */
};
/* Makes the directory with its manifest, or checks that it belongs to the experiment. False
 * with *err: a readable difference and what to do. */
bool store_prepare(const char *dir, const struct experiment *e, enum store_mode mode,
                   struct err *err);
/* Everything that its results depend on, as the manifest has it; the caller's reference. */
json_t *experiment_json(const struct experiment *e);

/* The ids of all runs that a directory's manifest has, sorted, each once, for the caller to
 * free; *curves: whether they have learning curves. False with *err where it cannot be
 * read. */
bool store_planned(const char *dir, uint64_t **ids, size_t *n, bool *curves,
                   struct err *err);

/* ---- what is there already */
struct done {
    uint64_t *ok, *failed; /* sorted ids; owned; a run that is ok is not in failed */
    size_t n_ok, n_failed;
};
/* Scans all runs-*.jsonl; lines that are none do not count. A directory that is not there
 * has no runs. */
bool done_scan(struct done *d, const char *dir, struct err *err);
bool done_has(const uint64_t *sorted, size_t n, uint64_t id);
void done_release(struct done *d);

/* ---- one shard's files, held by one process */
struct store;
/* NULL with *err: another process holds the shard, or the files cannot be written. */
struct store *store_open(const char *dir, unsigned shard, unsigned shards, struct err *err);
/* Appends a curve line (may be empty) and a run line, both with their newline. On failure
 * the files end with the last whole line again. The disk has a line a second later at the
 * latest, provided that store_settle() is called now and then. */
bool store_append(struct store *s, const char *run, size_t run_len, const char *curve,
                  size_t curve_len, struct err *err);
/* One line with the time in the log; what cannot be logged is not logged. */
void store_log(struct store *s, const char *text);
/* Flushes to disk what is older than a second. */
bool store_settle(struct store *s, struct err *err);
/* How many appended lines the disk has. */
size_t store_kept(const struct store *s);
/* Flushes to disk. */
bool store_flush(struct store *s, struct err *err);
bool store_close(struct store *s, struct err *err);

#endif
