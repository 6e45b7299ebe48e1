#ifndef PROGRESS_H
#define PROGRESS_H

#include "options.h"
#include "pool.h"

/* How far a batch is, on stderr: a bar on a terminal, elsewhere one line per 10 percent and
 * one per failure, with the time. The time left is summed over the trials, for agents
 * differ in cost a hundredfold. */
struct progress;
struct progress *progress_new(const struct args *a, const struct experiment *e,
                              const struct planned *todo, size_t n, size_t finished,
                              unsigned jobs);
void progress_done(struct progress *p, const struct planned *run, const struct ending *o);
void progress_tick(struct progress *p);
/* One line, whatever stderr is. */
void progress_say(struct progress *p);
/* Makes room for a message. */
void progress_clear(struct progress *p);
size_t progress_failed(const struct progress *p);
void progress_free(struct progress *p);

/* "2:20", "1:05:00" */
void format_duration(double seconds, char *buf, size_t n);

#endif
