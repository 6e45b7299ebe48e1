#ifndef STOP_H
#define STOP_H

#include <stdatomic.h>

/* SIGINT, SIGTERM and SIGHUP as a wish to stop: the first sets the flag, which ends a search and a
 * run soon after; the second one kills as usual. The flag is what job_run() takes. */
atomic_int *stop_on_signals(void);

#endif
