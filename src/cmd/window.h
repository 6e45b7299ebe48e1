#ifndef WINDOW_H
#define WINDOW_H

#include "cmd.h"
#include "runs.h"
#include "screen.h"

/* Shows the view until the user leaves or a signal comes; returns the exit status, and says
 * where it recorded to. */
int window_run(struct view *v, struct args *args, bool paused);
/* Shows a table of runs, and the one that is chosen, until the user leaves. */
int window_runs(struct runs *r, struct view_conf *conf, struct args *args);

/* The palette that an option chose, a place in palette_names[]; where it is -1,
 * $URSA_PALETTE. False, said: there is none of that name. */
bool window_palette(struct args *a, int chosen, enum palette *palette);

#endif
