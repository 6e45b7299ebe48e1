#include "config.h"

#include "layout.h"

enum { TEXT_COLS = 36 }; /* a world of text, for the rounds below it */

static int min(int a, int b) { return a < b ? a : b; }
static int max(int a, int b) { return a > b ? a : b; }

/* The widest cell whose world leaves `side` columns to what stands beside it. */
static int cell_width(const struct layout_want *w, int cols, int frame, int side)
{
    if (w->text)
        return 1;
    for (int cell = 3; cell > 1; cell--)
        if (w->world_cols * cell + frame + side <= cols)
            return cell;
    return 1;
}

/* World and side panel of agent i of n, within the given band. */
static void place_pair(struct layout *l, const struct layout_want *w, int i,
                       struct rect band)
{
    int frame = l->frames ? 2 : 0;
    int wanted = w->text ? max(w->world_cols, TEXT_COLS) : w->world_cols * l->cell;
    int width = min(wanted + frame, band.cols * (w->text ? 5 : 8) / 12);
    if (!w->world_rows)
        width = 0;
    l->world[i] = (struct rect){ band.row, band.col, band.rows, width };
    int gap = !l->frames && width;
    l->side[i] = (struct rect){ band.row, band.col + width + gap, band.rows,
                                band.cols - width - gap };
}

/* 40 x 12 and up: no frames, the world, the numbers beside it. */
static void make_compact(struct layout *l, const struct layout_want *w)
{
    struct rect band = { 1, 0, w->rows - 2, w->cols / w->worlds };
    l->cell = cell_width(w, band.cols, 0, 20);
    for (int i = 0; i < w->worlds; i++, band.col += band.cols)
        place_pair(l, w, i, band);
    l->bar = (struct rect){ w->rows - 1, 0, 1, w->cols };
}

static void make_full(struct layout *l, const struct layout_want *w)
{
    int bottom = 3, rest = w->rows - 1 - bottom;
    l->frames = true;
    l->message = (struct rect){ w->rows - 3, 0, 1, w->cols };
    l->hints = (struct rect){ w->rows - 2, 0, 1, w->cols };
    l->bar = (struct rect){ w->rows - 1, 0, 1, w->cols };
    int need = max(w->world_rows + 2, 11);
    int traces = min(max(rest - need, 5), rest >= 26 ? 12 : 8);
    struct rect band = { 1, 0, rest - traces, w->cols / w->worlds };
    l->cell = cell_width(w, band.cols, 2, 38);
    for (int i = 0; i < w->worlds; i++, band.col += band.cols)
        place_pair(l, w, i, band);
    bool events = w->cols >= 100;
    int width = events ? w->cols * 55 / 100 : w->cols;
    l->traces = (struct rect){ 1 + band.rows, 0, traces, width };
    if (events)
        l->events = (struct rect){ 1 + band.rows, width, traces, w->cols - width };
}

struct layout layout_make(const struct layout_want *w)
{
    struct layout l = { .cell = 1 };
    if (w->rows < LAYOUT_MIN_ROWS || w->cols < LAYOUT_MIN_COLS) {
        l.too_small = true;
        return l;
    }
    l.title = (struct rect){ 0, 0, 1, w->cols };
    if (w->rows < 22 || w->cols / w->worlds < 60)
        make_compact(&l, w);
    else
        make_full(&l, w);
    return l;
}
