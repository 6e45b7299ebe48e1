#ifndef PICTURE_H
#define PICTURE_H

#include "panels.h"

/* Pictures of worlds without a map: what is uncertain first, in the ramp of beliefs, then
 * what is known. A picture is made of parts (picture.def): one that the world names or that
 * fits what is known of it, and below it as many others as there is room for. */

/* A part of a picture. */
struct picture_part {
    const char *name;
    bool main; /* the world may name it; else it comes below where there is room */
    /* Whether there is anything to show in this frame. */
    bool (*fits)(const struct scene *s, const struct frame *f);
    struct extent (*least)(const struct scene *s, const struct frame *f);
    struct extent (*want)(const struct scene *s, const struct frame *f);
    void (*draw)(const struct scene *s, const struct frame *f, struct pane p);
    int grow; /* rows that it can use beside what it wants, where they are over */
};
#define PICTURE(name) extern const struct picture_part picture_##name;
#include "picture.def"
#undef PICTURE
extern const struct picture_part *const picture_parts[]; /* closed by NULL */

/* What the picture of the scene needs to be whole and would like, without a heading. */
struct extent picture_least(const struct scene *s);
struct extent picture_want(const struct scene *s);
void draw_picture(const struct scene *s, struct pane p);
/* What is asked, and how much is not known of it: "where is the tiger?  0.61 of 1 bit"; in
 * less room the second alone. */
void picture_info(const struct scene *s, int width, char *buf, size_t n);

/* Whether it shows what somebody believes, and not the world alone. */
bool picture_believes(const struct scene *s);
/* Whether it is one of all who play a table. */
bool picture_is_match(const struct scene *s);
/* Whether actions have arcs in it: `<` and `>` choose one. */
bool picture_has_arcs(const struct scene *s);

/* ---- what parts are drawn with: picture_ink.c */

/* Text on what the marks there already stand on; returns the column after it. */
int put_over(struct pane p, int row, int col, enum role role, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
/* The same in the middle of a row. */
void put_centred(struct pane p, int row, enum role role, const char *text);
/* A frame; returns what is inside. */
struct pane put_frame(struct pane p, const struct glyphs *g, enum role role);
/* Fills a pane from below to the height of x in [0, 1], in the shade of x measured by
 * p0. */
void fill_up(const struct scene *s, struct pane p, double x, double p0);
/* A bar of x in [0, 1] on its track, from the left, in the shade of x. */
void fill_along(const struct scene *s, struct pane p, double x, double p0);
/* A chance in its shade, four columns. */
void put_chance(const struct scene *s, struct pane p, int row, int col, double x,
                double p0);
/* "name ---- info" as the heading of a part; returns what is below. */
struct pane put_heading(const struct scene *s, struct pane p, const char *name,
                        const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* Text in at most `width` columns, cut at a word; returns the column after it. */
int put_words(const struct scene *s, struct pane p, int row, int col, int width,
              enum role role, const char *text);

/* ---- what they know */

/* Whether what actions do may be shown: the truth is on, or the agent knows the world. */
bool law_is_known(const struct scene *s);
/* What is hidden, in the frame; -1: the truth is off or nothing is. */
int hidden_truth(const struct scene *s, const struct frame *f);
double entropy_bits(const float *p, size_t n);

#endif
