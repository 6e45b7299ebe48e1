#ifndef OVERLAY_H
#define OVERLAY_H

#include "view.h"

/* What lies over the panels, a file each: its keys, and how it is drawn. All leave the last
 * two lines, where keys that act are told, and stand below the title. */

/* ---- shared: overlay_box.c */

/* The part of the sheet that overlays have. */
struct pane overlay_room(struct sheet *s);
/* Dims all but the keys line, for what is drawn over it. */
void overlay_veil(struct sheet *s);
/* A box in the middle of it, of at most rows x cols in all, over what is veiled; it leaves
 * four columns on each side or none. `info` stands at the right of its title. Returns what
 * is inside. */
struct pane overlay_box(struct sheet *s, const struct glyphs *g, int rows, int cols,
                        const char *title, const char *info);
/* The same in the last lines of that part, over as many columns as it has, over panels that
 * stay as they are. */
struct pane overlay_strip(struct sheet *s, const struct glyphs *g, int rows,
                          const char *title, const char *info);
/* That a list of n goes on above or below the `room` lines shown from `first` on; in the
 * frame around the pane. */
void put_more(struct pane in, const struct glyphs *g, int first, int room, int n);
/* The first of n lines to be shown in `room`, so that lines from .. to are. */
int scroll_to(int from, int to, int room, int n);
/* A line of text above the keys. */
void put_notice(struct sheet *s, enum role role, const char *text);
/* Words of a text into lines as wide as the pane, from `row` on; returns the rows it
 * took. With a sheet without room: only counts. */
int put_paragraph(struct pane p, int row, const char *text);

/* ---- the form of parameters */
void form_draw(struct view *v, struct sheet *s, const struct glyphs *g);
void form_pane_key(struct view *v, uint32_t key);

/* ---- menus of agents, worlds, demonstrations */
void menu_draw(struct view *v, struct sheet *s, const struct glyphs *g);
void menu_key(struct view *v, uint32_t key);

/* ---- help */
void help_draw(const struct view *v, struct sheet *s, const struct scene *c);
void help_key(struct view *v, uint32_t key);

/* ---- the command line */
void prompt_draw(struct view *v, struct sheet *s, const struct glyphs *g);
void prompt_key(struct view *v, uint32_t key);

/* ---- lines that are typed */
void line_append(char *line, size_t n, uint32_t key);
void line_erase(char *line);

#endif
