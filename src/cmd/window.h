#ifndef WINDOW_H
#define WINDOW_H

#include "cmd.h"
#include "screen.h"

/* Shows the view until the user leaves or a signal comes; returns the exit status, and says
 * where it recorded to. */
int window_run(struct view *v, struct args *args, bool paused);

#endif
