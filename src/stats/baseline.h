#ifndef BASELINE_H
#define BASELINE_H

#include "contest.h"

/* Whom each entrant is compared with when the user says "kl-ksa": the agent of that label,
 * spec or lone name; or, where a sweep has made several of that name, the one whose swept
 * parameters are those of the entrant. of[i] is i for a baseline itself, c->n for an
 * entrant that has no counterpart. c->n of them, the caller frees; NULL: nobody is called
 * so. */
size_t *baselines_new(const struct contest *c, const char *name);
/* The baseline where none was asked for: the experiment's when it is there, its first
 * agent, or the contest's. *lost is whether an experiment's was given and is not there.
 * NULL: the experiment wants none. */
const char *baseline_default(const struct contest *c, const struct results *r, bool *lost);

#endif
