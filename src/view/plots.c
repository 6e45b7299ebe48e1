#include "config.h"

#include "plot.h"
#include "view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* All numbers of a run as curves on one axis, over the whole screen. */

/* What there is to be drawn, whatever is hidden beside the map. */
static int list_all(const struct scene *s, enum trend *out)
{
    struct scene all = *s;
    all.hidden = 0;
    return trends_shown(&all, out);
}

/* The first curve and how many there are rows for, around the chosen one. */
static int window_of(int n, int chosen, int fit, int *count)
{
    *count = n < fit ? n : fit;
    int first = chosen - *count / 2;
    first = first > n - *count ? n - *count : first;
    return first < 0 ? 0 : first;
}

static void draw_all(struct view *v, const struct scene *scenes, struct pane p,
                     int64_t upto)
{
    enum { LEAST = 3, LARGE = 3 };
    enum trend kind[TREND_KINDS];
    int n = list_all(&scenes[0], kind), count,
        chosen = v->plots.chosen < n ? v->plots.chosen : n - 1;
    v->plots.n = n;
    int room = p.r.rows - 2, fit = (room - LEAST) / LEAST,
        first = window_of(n, chosen, fit < 1 ? 1 : fit, &count), row = 0;
    int share = room / (count + LARGE - 1);
    for (int i = first; i < first + count; i++) {
        int rows = i == chosen ? room - (count - 1) * share : share;
        struct pane part = pane_part(p, row, 2, rows, p.r.cols - 2);
        trend_draw(scenes, v->show.n, kind[i], upto, v->plots.logs, part);
        if (i == chosen)
            for (int r = 0; r < rows; r++)
                put_text(p, row + r, 0, ROLE_EVENT, "%s",
                         scenes[0].glyphs->ascii ? "|" : "\u258c");
        row += rows;
    }
    slider_draw(scenes, v->show.n, upto, pane_part(p, room, 2, 2, p.r.cols - 2));
    if (count < n)
        put_text(p, room + 1, p.r.cols - 14, ROLE_DIM, "%d more", n - count);
}

void plots_draw(struct view *v, const struct scene *scenes, struct sheet *s)
{
    char title[200];
    size_t at = 0;
    int64_t upto = 0;
    int last = s->rows - 1;
    sheet_clear(s);
    for (int i = 0; i < v->show.n; i++) {
        int64_t end = film_last(scenes[i].film);
        upto = end > upto ? end : upto;
        if (at < sizeof title)
            at += (size_t)snprintf(title + at, sizeof title - at, "%s%s%s%s",
                                   i ? "   " : "", scenes[i].tag, *scenes[i].tag ? " " : "",
                                   v->show.agent[i].kind->name);
    }
    struct pane p = { s, { 0, 0, s->rows, s->cols } };
    int col = put_text(p, 0, 1, ROLE_TITLE, "Plots");
    col = put_text(p, 0, col + 2, ROLE_TEXT, "%s %s %s", title, scenes[0].glyphs->times,
                   v->show.env.kind->name);
    put_text(p, 0, col + 2, ROLE_DIM, "seed %" PRIu32 "%s", v->show.seed,
             v->plots.logs ? "   log of 1 + |x|" : "");
    char t[48];
    snprintf(t, sizeof t, "t %" PRId64 "/%" PRIu64, v->t, scenes[0].status.steps);
    put_text(p, 0, s->cols - 1 - text_width(t), ROLE_STRONG, "%s", t);
    draw_all(v, scenes, pane_part(p, 2, 1, last - 3, s->cols - 2), upto);
    if (*v->message)
        put_text(p, last - 1, 1, ROLE_STRONG, "%s", v->message);
    put_text(p, last, 1, ROLE_DIM, "%s",
             scenes[0].glyphs->ascii
                 ? "up down larger  left right step  l log  w write SVG  Esc back"
                 : "\u2191\u2193 larger  \u2190\u2192 step  l log  w write SVG  Esc back");
}

/* The cycle of a column of the screen; -1: none. */
int64_t plots_click(const struct scene *s, int cols, int col)
{
    return slider_cycle(s, cols - 4, col - 3);
}

bool plots_key(struct view *v, uint32_t key)
{
    switch (key) {
    case VK_UP: v->plots.chosen -= v->plots.chosen > 0; break;
    case VK_DOWN: v->plots.chosen += v->plots.chosen + 1 < v->plots.n; break;
    case 'l': v->plots.logs = !v->plots.logs; break;
    case 'w':
        snprintf(v->still, sizeof v->still, "%.80s-%.80s-%" PRIu32 ".svg",
                 v->show.agent[0].kind->name, v->show.env.kind->name, v->show.seed);
        break;
    case 'P':
    case VK_ENTER: view_overlay(v, OVERLAY_NONE); break;
    default: return false; /* time goes on below */
    }
    return true;
}
