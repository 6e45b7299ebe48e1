#include "config.h"

#include "cells.h"

#include "mask.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct cell_size cell_sizes[] = { { 11, 5 }, { 9, 4 }, { 7, 3 }, { 5, 2 }, { 4, 2 },
                                        { 3, 1 },  { 2, 1 }, { 1, 1 }, { 0, 0 } };

/* Where the parts of a place go: { row, column, columns }; no columns: it is not shown. */
struct spot {
    int row, col, cols;
};
struct plan_of_cell {
    int cols;
    struct spot rank, middle, truth, number, fourth;
    int aside; /* columns to the right that the middle goes when a rank stands there */
};
static const struct plan_of_cell plans[] = {
    { 11, { 0, 0, 2 }, { 1, 4, 3 }, { 0, 9, 1 }, { 3, 3, 5 }, { 4, 1, 9 }, 0 },
    { 9, { 0, 0, 2 }, { 1, 3, 3 }, { 0, 7, 1 }, { 2, 2, 5 }, { 3, 0, 9 }, 0 },
    { 7, { 0, 0, 2 }, { 1, 2, 3 }, { 0, 5, 1 }, { 2, 1, 5 }, { 0, 0, 0 }, 0 },
    { 5, { 0, 0, 2 }, { 0, 1, 3 }, { 0, 4, 1 }, { 1, 1, 3 }, { 0, 0, 0 }, 1 },
    { 4, { 0, 0, 2 }, { 0, 0, 3 }, { 0, 3, 1 }, { 1, 1, 2 }, { 0, 0, 0 }, 1 },
    { 3, { 0, 0, 1 }, { 0, 0, 3 }, { 0, 0, 1 }, { 0, 0, 0 }, { 0, 0, 0 }, 0 },
    { 2, { 0, 0, 1 }, { 0, 0, 2 }, { 0, 0, 0 }, { 0, 0, 0 }, { 0, 0, 0 }, 0 },
    { 1, { 0, 0, 0 }, { 0, 0, 1 }, { 0, 0, 0 }, { 0, 0, 0 }, { 0, 0, 0 }, 0 },
};

static const struct plan_of_cell *plan_of(int cols)
{
    const struct plan_of_cell *p = plans;
    while (p->cols > cols && p->cols > 1)
        p++;
    return p;
}

/* One place being drawn. */
struct brush {
    struct pane p;
    int row, col;
    struct cell_size size;
    const struct content *what;
    const struct glyphs *g;
    bool digits;
};

static void paint(const struct brush *b, int row, int col, enum role role, uint8_t ground,
                  uint8_t mix, uint32_t ch)
{
    if (row < b->size.rows && col < b->size.cols)
        put_mark(
            b->p, b->row + row, b->col + col,
            (struct mark){ .ch = ch, .role = (uint8_t)role, .ground = ground, .mix = mix });
}

/* At most `width` columns; "": it does not fit, or is nothing. */
static void figure_text(struct figure f, int width, char *buf, size_t n)
{
    double x = f.kind == FIGURE_CHANCE ? 100 * f.x : f.x;
    bool small = f.kind == FIGURE_CHANCE ? x < 9.95 : fabs(x) < 99.95;
    char text[16];
    *buf = '\0';
    if (f.kind == FIGURE_NONE || !(fabs(x) < 1e9) || (f.kind == FIGURE_CHANCE && x < 0.1))
        return;
    for (int digits = f.kind != FIGURE_COUNT && small; digits >= 0; digits--) {
        snprintf(text, sizeof text, "%.*f", digits, x);
        if (strtod(text, NULL) == 0 && digits == 0 && f.kind != FIGURE_COUNT)
            snprintf(text, sizeof text, "0");
        const char *at = *text == '0' && text[1] == '.' && width < 3 ? text + 1 : text;
        if ((int)strlen(at) <= width) {
            snprintf(buf, n, "%s", f.kind == FIGURE_CHANCE && !strcmp(at, "0") ? "" : at);
            return;
        }
    }
}

static void paint_figure(const struct brush *b, struct spot at, struct figure f)
{
    enum { QUIET = 38 }; /* per cent: a flat map stays flat */
    char text[16];
    figure_text(f, at.cols, text, sizeof text);
    if (!*text && f.kind == FIGURE_VALUE && isfinite(f.x))
        snprintf(text, sizeof text, "%c", f.x < 0 ? '-' : '+');
    int col = at.col + (at.cols - (int)strlen(text) + 1) / 2;
    for (const char *c = text; *c; c++)
        paint(b, at.row, col++, ROLE_INK, b->what->ground, b->what->quiet ? QUIET : 0,
              (uint8_t)*c);
}

/* A wall, or bare ground, all over. */
static void paint_ground(const struct brush *b)
{
    const struct content *w = b->what;
    for (int r = 0; r < b->size.rows; r++)
        for (int c = 0; c < b->size.cols; c++)
            paint(b, r, c, (enum role)w->role, w->ground, 0,
                  w->filled ? w->glyph[c % 3] : ' ');
}

/* The glyph: three columns of it, two (its middle first), or its middle. */
static void paint_glyph(const struct brush *b, struct spot at)
{
    const struct content *w = b->what;
    if (w->filled || !w->glyph[1])
        return;
    for (int i = 0; i < at.cols; i++)
        if (at.cols >= 3 || i == 0)
            paint(b, at.row, at.col + i, (enum role)w->role, w->ground, 0,
                  w->glyph[at.cols >= 3 ? i : 1]);
}

/* A pill in the agent's colour whose half edges leave the shade to be seen; on a bright
 * ground, and without shades, the letter framed. */
static void paint_token(const struct brush *b, struct spot at)
{
    const struct content *w = b->what;
    bool framed = w->loud || b->digits || b->g->ascii;
    uint8_t pill = (uint8_t)(GROUND_AGENT + w->agent), under = w->ground;
    enum role edge = framed ? ROLE_INK : ROLE_OF(pill);
    enum role letter = b->digits ? (enum role)(ROLE_AGENT + w->agent) : ROLE_INK;
    int col = at.col;
    if (at.cols >= 3)
        paint(b, at.row, col++, edge, under, 0, framed ? b->g->open : b->g->half_left);
    paint(b, at.row, col++, letter, w->loud && !b->digits ? under : pill, 0, w->letter);
    if (at.cols >= 2)
        paint(b, at.row, col, edge, under, 0, framed ? b->g->close : b->g->half_right);
}

/* A rank is left to the shade where it would stand in the agent's line; without shades,
 * where the digit is what there is to see, always. */
static bool shows_rank(const struct brush *b, struct spot at)
{
    return b->what->rank && at.cols && !(b->what->agent >= 0 && b->size.rows < 3) &&
           !(b->digits && b->size.cols < 5);
}

static void paint_middle(const struct brush *b, const struct plan_of_cell *plan)
{
    const struct content *w = b->what;
    struct spot at = plan->middle;
    int centre = at.cols >= 3 ? 1 : 0;
    bool covered = b->digits && b->size.cols < 5; /* the digit is what there is to see */
    if (shows_rank(b, plan->rank) && at.row == plan->rank.row)
        at.col += plan->aside;
    if (w->agent >= 0) {
        paint_token(b, at);
        return;
    }
    paint_glyph(b, at);
    if (w->arrow && !covered && !w->truth[1])
        paint(b, at.row, at.col + (at.cols == 2 && w->rank ? 1 : centre),
              (enum role)w->arrow_role, w->ground, 0, w->arrow);
}

/* What is hidden: in the middle, or in its own corner where that is taken or there are
 * lines enough. */
static void paint_truth(const struct brush *b, const struct plan_of_cell *plan)
{
    const struct content *w = b->what;
    struct spot at = plan->truth, middle = plan->middle;
    bool alone = w->agent < 0 && b->size.rows < 3;
    if (!w->truth[1] || (!alone && !at.cols))
        return;
    if (alone)
        at = middle;
    for (int i = 0; i < at.cols; i++)
        if (at.cols >= 3 || i == 0)
            paint(b, at.row, at.col + i, (enum role)w->truth_role, w->ground, 0,
                  w->truth[at.cols >= 3 ? i : 1]);
}

static void paint_rank(const struct brush *b, struct spot at)
{
    const struct content *w = b->what;
    if (!shows_rank(b, at))
        return;
    if (at.cols > 1)
        paint(b, at.row, at.col++, ROLE_INK, w->ground, 0, '#');
    paint(b, at.row, at.col, ROLE_INK, w->ground, 0, '0' + (uint32_t)w->rank);
}

/* Where there is one line, what a layer counts stands in the middle of it; a chance there
 * is left to the shade. */
static void paint_numbers(const struct brush *b, const struct plan_of_cell *plan)
{
    const struct content *w = b->what;
    struct spot at = plan->number;
    if (at.cols && at.row < b->size.rows && w->fourth.kind == FIGURE_NONE &&
        plan->fourth.cols)
        at.row = plan->fourth.row;
    if (!at.cols || at.row >= b->size.rows) {
        if (w->number.kind == FIGURE_CHANCE || w->agent >= 0 || w->arrow || w->truth[1])
            return;
        at = (struct spot){ 0, 0, b->size.cols - 1 }; /* numbers never touch */
    }
    paint_figure(b, at, w->number);
    if (plan->fourth.cols && plan->fourth.row < b->size.rows)
        paint_figure(b, plan->fourth, w->fourth);
}

void draw_cell(struct pane p, int row, int col, struct cell_size size,
               const struct content *what, const struct glyphs *g, bool digits)
{
    const struct plan_of_cell *plan = plan_of(size.cols);
    struct brush b = { p, row, col, size, what, g, digits };
    paint_ground(&b);
    if (what->filled)
        return;
    paint_middle(&b, plan);
    paint_truth(&b, plan);
    paint_rank(&b, plan->rank);
    paint_numbers(&b, plan);
    if (what->other >= 0)
        paint(&b, size.rows - 1, 0, ROLE_OF(GROUND_AGENT + what->other), what->ground, 0,
              g->corner);
}
