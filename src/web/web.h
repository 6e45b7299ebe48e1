#ifndef WEB_H
#define WEB_H

#include <stdbool.h>
#include <stdint.h>

/* The window for a page in a browser: page.js calls these and draws what they return. There
 * is one window, in the calling thread. Texts are UTF-8, ours, and last until the next call
 * of the same function. */

/* Opens what a link says (deep_link.h), or the first demonstration where it says nothing;
 * from then on it is shown. False: web_error() says why, and what was shown before still
 * is. */
bool web_open(const char *link);
/* The same of a recording in a file. */
bool web_open_trace(const char *path);
const char *web_error(void);

/* Whether what is behind the page is light; before web_open() or later. */
void web_backdrop(bool light);
/* The screen, at most 1000 each way. */
void web_resize(int rows, int cols);

/* A character as it is drawn. */
struct glyph {
    uint32_t ch;     /* Unicode */
    uint32_t fg, bg; /* 0xrrggbb */
    uint32_t attr;   /* LOOK_name, of bold and underlined ones */
};
/* Draws the screen: rows x cols glyphs, row-major; NULL: nothing was opened. */
const struct glyph *web_draw(void);
/* What was drawn last, in lines without blanks at their ends. */
const char *web_text(void);
/* What the window says of the last key; "": nothing. */
const char *web_message(void);

/* A key as in keys.h; a press of the pointer on a character, and its moves. */
void web_key(uint32_t key);
/* Whether what is typed is text: of a prompt, a filter, a field. */
bool web_typing(void);
void web_click(int row, int col);
void web_drag(int row, int col);
/* Lives what is due, for about so many milliseconds. */
void web_pump(double ms);
void web_pause(void);
/* Shows a cycle, living up to it at once. */
void web_go(double t);

/* The link of what is shown. */
const char *web_link(void);
/* Lines "NAME<tab>TITLE" of the demonstrations, in the order of the tour. */
const char *web_demos(void);
/* Lines "KEY<tab>KEYS<tab>HELP" of what keys do: the number to give web_key(), as the
 * keyboard has them, and in words. */
const char *web_keys(void);
/* Lives the first agent of a link from its first cycle to its last, beside what is shown,
 * and says the hash of the run; "": web_error() says why. */
const char *web_hash(const char *link);

#endif
