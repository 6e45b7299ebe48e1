#include "config.h"

#include "clock.h"

#include <time.h>

static double seconds(clockid_t clock)
{
    struct timespec ts;
    clock_gettime(clock, &ts);
    return (double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec;
}

double clock_now(void) { return seconds(CLOCK_MONOTONIC); }
double clock_thread(void) { return seconds(CLOCK_THREAD_CPUTIME_ID); }
