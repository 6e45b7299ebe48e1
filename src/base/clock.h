#ifndef CLOCK_H
#define CLOCK_H

/* Seconds on clocks that nobody sets; only differences mean something. */
double clock_now(void); /* elapsed */
double
clock_thread(void); /* processor time of this thread: other programs cost it nothing */

#endif
