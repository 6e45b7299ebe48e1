#ifndef STOP_H
#define STOP_H

#include <stdatomic.h>

/* SIGINT, SIGTERM and SIGHUP as a wish to stop: the first sets the flag, which ends a
 * search and a run soon after; the second one kills as usual. The flag is what job_run()
 * takes. */
atomic_int *stop_on_signals(void);

/* For long work: SIGINT, SIGTERM and SIGUSR2 are counted, all of them, SIGUSR1 asks for a
 * word on how far it is. */
struct stops {
    atomic_int *count;
    atomic_int *number; /* of the last signal that was counted */
    atomic_int *status; /* set by SIGUSR1, to be cleared by whoever answers */
};
struct stops count_signals(void);

/* What comes from a file may crash: from then on the signal still ends the program, and a
 * last line names the file, or all of them as far as they fit. What is ours changes
 * nothing. */
struct spec_of;
void stop_blames(const struct spec_of *spec);

#endif
