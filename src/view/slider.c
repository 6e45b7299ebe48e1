#include "config.h"

#include "plot.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The axis of time below the curves: what was lived, what happened, where it stands. */

struct strokes {
    const char *lived, *come, *event, *knob;
};

static const struct strokes *strokes_of(const struct scene *s)
{
    static const struct strokes fine = { "\u2501", "\u2500", "\u2503", "\u25cf" },
                                poor = { "=", "-", "|", "O" };
    return s->glyphs->ascii ? &poor : &fine;
}

/* Events of all agents, column by column. */
static uint8_t *read_events(const struct scene *scenes, int n, int64_t upto, int columns)
{
    uint8_t *all = xcalloc((size_t)columns, 1), *one = xcalloc((size_t)columns, 1);
    for (int i = 0; i < n; i++) {
        int64_t last = film_last(scenes[i].film);
        film_marks(scenes[i].film, upto < last ? upto : last, scenes[i].truth, columns,
                   one);
        for (int c = 0; c < columns; c++)
            all[c] |= one[c];
    }
    free(one);
    return all;
}

static void draw_line(const struct scene *s, struct pane line, int64_t upto,
                      const uint8_t *events)
{
    const struct strokes *k = strokes_of(s);
    uint64_t steps = s->status.steps;
    int columns = line.r.cols, end = time_column(upto, steps, columns, 1);
    for (int c = 0; c < columns; c++) {
        bool lived = c <= end;
        if (lived && events[c])
            put_text(line, 0, c, events[c] & PAID ? ROLE_EVENT : ROLE_DIM, "%s", k->event);
        else
            put_text(line, 0, c, lived ? ROLE_DIM : ROLE_FRAME, "%s",
                     lived ? k->lived : k->come);
    }
    for (int i = 0; i < s->n_marks; i++)
        put_text(line, 0, time_column(s->mark[i], steps, columns, 1), ROLE_STRONG, "m");
    put_text(line, 0, time_column(s->cursor, steps, columns, 1), ROLE_STRONG, "%s",
             k->knob);
}

/* A step of 1, 2 or 5 and zeros whose numbers stand apart. */
static double tick_step(uint64_t steps, int columns)
{
    enum { APART = 11 };
    double step = 1;
    for (int i = 0; i < 60; i++) {
        double factor = i % 3 == 1 ? 2 : i % 3 == 2 ? 5 : 1;
        step = factor * pow(10, i / 3);
        if (step / (double)(steps ? steps : 1) * columns >= APART)
            break;
    }
    return step;
}

static void draw_ticks(const struct scene *s, struct pane line)
{
    char text[24];
    uint64_t steps = s->status.steps;
    int columns = line.r.cols, free_from = 0;
    double step = tick_step(steps, columns);
    for (double t = 0; t <= (double)steps; t += step) {
        snprintf(text, sizeof text, "%.0f", t);
        int wide = text_width(text);
        int col = time_column((int64_t)t, steps, columns, 1) - wide / 2;
        col = col < 0 ? 0 : col + wide > columns ? columns - wide : col;
        if (col < free_from)
            continue;
        put_text(line, 0, col, ROLE_DIM, "%s", text);
        free_from = col + wide + 2;
    }
}

void slider_draw(const struct scene *scenes, int n, int64_t upto, struct pane p)
{
    const struct scene *s = &scenes[0];
    struct gutters g = plot_gutters(p.r.cols);
    char text[32];
    if (p.r.rows < 1 || g.columns < 1)
        return;
    if (g.left) {
        snprintf(text, sizeof text, "t %" PRId64, s->cursor);
        int col = g.left - 1 - text_width(text);
        put_text(p, 0, col < 0 ? 0 : col, ROLE_STRONG, "%s", text);
    }
    uint8_t *events = read_events(scenes, n, upto, g.columns);
    draw_line(s, pane_part(p, 0, g.left, 1, g.columns), upto, events);
    free(events);
    if (p.r.rows > 1)
        draw_ticks(s, pane_part(p, 1, g.left, 1, g.columns));
}

int64_t slider_cycle(const struct scene *s, int cols, int col)
{
    struct gutters g = plot_gutters(cols);
    int at = col - g.left;
    return at < 0 || at >= g.columns ? -1 : time_cycle(at, s->status.steps, g.columns);
}
