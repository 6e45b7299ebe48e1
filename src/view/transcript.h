#ifndef TRANSCRIPT_H
#define TRANSCRIPT_H

#include "kind.h"

#include <stdio.h>

/* A world in writing: what may be done and seen, and twenty cycles of the random agent,
 * seed 1 under root seed 0, each with its action, percept, reward and the true state after
 * it in ASCII. It is the run that "ursa run random ENV --steps 20" makes; the last line has
 * its hash. False with *err: the world cannot be opened. */
bool transcript_print(FILE *to, const struct spec_of *spec, struct err *err);

#endif
