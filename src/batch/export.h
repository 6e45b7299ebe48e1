#ifndef EXPORT_H
#define EXPORT_H

#include "results.h"

/* Results in the formats of other tools. Failed runs are left out but for SQLite, which has
 * their status. False with *err. */

/* One row per run and point of its curve: id,agent,env,root_seed,map,seed,t and the columns
 * of the curves. A run without a curve has one row, its end. */
bool export_csv(const struct results *r, const char *path, struct err *err);
/* Tables runs, finals(id, metric, value) and curves(id, t, metric, value). */
bool export_sqlite(const struct results *r, const char *path, struct err *err);
/* {agent: [[score of run i on task k]]}, a task being a world on a map: what rliable takes
 * as its score dictionary. Every agent must have as many runs on every task. */
bool export_rliable(const struct results *r, const char *metric, const char *path,
                    struct err *err);
/* DIR/AGENT/bsuite_id_-_WORLD-N.csv: what bsuite's logger writes of run N of an agent in a
 * world, by step: a run is one episode without an end. */
bool export_bsuite(const struct results *r, const char *dir, struct err *err);

#endif
