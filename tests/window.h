#ifndef WINDOW_H
#define WINDOW_H

#include "view.h"

/* A window without a terminal, for tests. What cannot be opened fails the test. */

/* A terminal that can do everything. */
extern const struct view_conf rich;

/* Opens the window on these agents, specs with blanks between them, in a world; seed 7. */
void open_on(struct view *v, const char *agents, const char *env, uint64_t steps,
             struct view_conf conf);
/* Lives on to cycle t and shows it. */
void live_to(struct view *v, int64_t t);
/* The screen; the caller's to release. */
struct sheet drawn(struct view *v, int rows, int cols);
/* The text of the sheet, and what its colours come to, row by row; the caller
 * frees it. */
char *text_of(const struct sheet *s, const struct view_conf *conf);
/* Whether the screen has this text in one row. */
bool shows(struct view *v, int rows, int cols, const char *what);

#endif
