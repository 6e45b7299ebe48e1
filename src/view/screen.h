#ifndef SCREEN_H
#define SCREEN_H

#include "view.h"

/* The terminal, through ncurses: the only file that includes it. One screen at a time. */

/* What this terminal can show. False with *err: it cannot show a screen at all. */
bool screen_probe(struct view_conf *conf, bool ascii, struct err *err);
/* Takes the terminal; it is given back by screen_close(), and on every fatal signal. */
bool screen_open(struct err *err);
void screen_close(void);
/* Asks the terminal what is behind its text, and waits 50 ms for the answer at most, where
 * it matters; it may come at any later time. */
void screen_greet(struct theme *theme);
/* Takes over what it has answered since; whether anything is another now. */
bool screen_backdrop(struct theme *theme);
void screen_size(int *rows, int *cols);
/* Shows the sheet; `all` redraws what the terminal may have lost. */
void screen_show(const struct sheet *s, const struct view_conf *conf, bool all);
/* The next key, waiting at most `ms`; 0: none. VK_MOUSE, VK_DRAG: *row and *col say where.
 * VK_GONE: there is no terminal any more. */
uint32_t screen_key(int ms, int *row, int *col);

#endif
