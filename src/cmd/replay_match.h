#ifndef REPLAY_MATCH_H
#define REPLAY_MATCH_H

#include "cmd.h"

/* "ursa replay FILE" of a match: its moves as text, or, with verify, lived again and
 * compared. Returns the exit status. */
int replay_match(struct args *a, const char *path, bool verify);

#endif
