#include "config.h"

#include "panels.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- numbers */

static const char *const series_names[] = { "reward/step", "info gain", "explored", "value",
                                            "wanted" };

double trend_at(const struct scene *s, enum trend kind, int64_t t)
{
    struct frame f = film_at(s->film, t);
    double cycles = (double)f.rec.t * s->env->space.scale, top = NAN;
    switch (kind) {
    case TREND_REWARD: return f.rec.t ? f.rec.total / cycles : (double)NAN;
    case TREND_WANTED: return f.rec.t ? f.rec.performance / cycles : (double)NAN;
    case TREND_GAIN: return f.rec.t ? (f.mind.entropy_start - f.mind.entropy) / M_LN2 : 0;
    case TREND_EXPLORED: return f.rec.explored;
    default:
        for (uint32_t a = 0; a < f.mind.n_actions; a++)
            if (isfinite(f.mind.value[a]) && !(f.mind.value[a] <= top))
                top = f.mind.value[a];
        return top;
    }
}

bool trend_shown(const struct scene *s, enum trend kind)
{
    if (s->hidden >> kind & 1)
        return false;
    if (kind == TREND_WANTED)
        return s->truth &&
               film_at(s->film, s->t).rec.performance != film_at(s->film, s->t).rec.total;
    return isfinite(trend_at(s, kind, s->t)) || kind == TREND_REWARD;
}

/* The window of cycles shown: the last `width` up to t. */
static int64_t window(const struct scene *s, int width)
{
    int64_t first = s->t - width + 1, kept = s->status.first;
    return first > kept ? first : kept;
}

void put_spark(const struct scene *s, enum trend kind, struct pane p, int row, int col,
               int width)
{
    int64_t first = window(s, width);
    struct span r = { INFINITY, -INFINITY };
    for (int64_t t = first; t <= s->t; t++) {
        double x = trend_at(s, kind, t);
        if (isfinite(x)) {
            r.lo = fmin(r.lo, x);
            r.hi = fmax(r.hi, x);
        }
    }
    if (kind != TREND_VALUE)
        r.lo = fmin(r.lo, 0);
    if (kind == TREND_REWARD && isfinite(s->status.optimal))
        r.hi = fmax(r.hi, s->status.optimal);
    for (int64_t t = first; t <= s->t; t++) {
        double x = trend_at(s, kind, t), span = r.hi - r.lo;
        int k = !isfinite(x) ? 0 : span > 0 ? 1 + (int)lround((x - r.lo) / span * 7) : 1;
        put_text(p, row, col + (int)(t - first), ROLE_BAR, "%s", s->glyphs->spark[k]);
    }
}

static void put_trend(const struct scene *s, enum trend kind, struct pane p, int row,
                      int width)
{
    double x = trend_at(s, kind, s->t);
    put_text(p, row, 1, ROLE_DIM, "%-12s", series_names[kind]);
    if (!isfinite(x))
        put_text(p, row, 19, ROLE_DIM, "%s", s->glyphs->dash);
    else if (kind == TREND_EXPLORED)
        put_text(p, row, 12, ROLE_TEXT, "%7.1f%%", x);
    else
        put_text(p, row, 12, ROLE_TEXT, "%8.2f", x);
    put_spark(s, kind, p, row, 22, width);
}

static void draw_timeline(const struct scene *s, struct pane p, int row)
{
    char label[48];
    double share = s->status.steps ? (double)s->t / (double)s->status.steps : 1;
    snprintf(label, sizeof label, "step %" PRId64 "/%" PRIu64, s->t, s->status.steps);
    int from = put_text(p, row, 1, ROLE_TEXT, "%s", label) + 2;
    if (from < 22)
        from = 22;
    int width = p.r.cols - from - 6, at = (int)lround(share * (width - 1));
    for (int i = 0; i < width; i++)
        put_text(p, row, from + i, i <= at ? ROLE_BAR : ROLE_DIM, "%s",
                 i == at  ? s->glyphs->knob
                 : i < at ? s->glyphs->line
                          : "-");
    for (int i = 0; i < s->n_marks && s->status.steps; i++) {
        double where = (double)s->mark[i] / (double)s->status.steps;
        put_text(p, row, from + (int)lround(where * (width - 1)), ROLE_STRONG, "m");
    }
    put_text(p, row, p.r.cols - 5, ROLE_TEXT, "%3.0f%%", 100 * share);
}

/* ---- plots: where there is room, a curve of reward per step over the whole run */

/* Cycle drawn in dot column x of `width`. */
static int64_t plot_cycle(const struct scene *s, int x, int width)
{
    return (int64_t)llround((double)x / (width - 1) * (double)s->status.steps);
}

/* Height of cycle t's reward per step among `n` levels from the bottom; -1: not drawn. */
static int plot_level(const struct scene *s, int64_t t, struct span r, int n)
{
    if (t < s->status.first || t > s->t || t < 1)
        return -1;
    double v = trend_at(s, TREND_REWARD, t);
    int level = (int)lround((v - r.lo) / (r.hi - r.lo) * (n - 1));
    return level < n ? level : -1;
}

/* Dots of one run: cells of braille are two dots wide and four high. */
static void plot_braille(const struct scene *s, struct pane p, struct span r,
                         enum role role, uint32_t *dots)
{
    static const uint8_t bit[4][2] = { { 0, 3 }, { 1, 4 }, { 2, 5 }, { 6, 7 } };
    int width = 2 * p.r.cols, height = 4 * p.r.rows;
    for (int x = 0; x < width; x++) {
        int level = plot_level(s, plot_cycle(s, x, width), r, height);
        if (level < 0)
            continue;
        int y = height - 1 - level;
        uint32_t *d = &dots[y / 4 * p.r.cols + x / 2];
        *d |= 1u << bit[y % 4][x % 2];
        put_ch(p, y / 4, x / 2, role, 0x2800 + *d);
    }
}

/* The same with blocks that fill a cell in eighths, or with a letter. */
static void plot_cells(const struct scene *s, struct pane p, struct span r, enum role role)
{
    int eighths = s->graph == GRAPH_BLOCK ? 8 : 1;
    for (int x = 0; x < p.r.cols; x++) {
        int level = plot_level(s, plot_cycle(s, x, p.r.cols), r, eighths * p.r.rows);
        if (level < 0)
            continue;
        int row = p.r.rows - 1 - level / eighths;
        if (s->graph == GRAPH_BLOCK)
            put_text(p, row, x, role, "%s", s->glyphs->spark[level % 8 + 1]);
        else
            put_ch(p, row, x, role, *s->tag ? (uint8_t)*s->tag : '*');
    }
}

/* Of what is drawn: one cycle a dot column. */
static struct span plot_range(const struct scene *scenes, int n, int width)
{
    struct span r = { 0, -INFINITY };
    for (int i = 0; i < n; i++) {
        const struct scene *s = &scenes[i];
        for (int x = 0; x < width; x++) {
            int64_t t = plot_cycle(s, x, width);
            if (t < s->status.first || t > s->t || t < 1)
                continue;
            double v = trend_at(s, TREND_REWARD, t);
            r.lo = fmin(r.lo, v);
            r.hi = fmax(r.hi, v);
        }
        if (isfinite(s->status.optimal))
            r.hi = fmax(r.hi, s->status.optimal);
    }
    if (!(r.hi > r.lo))
        r.hi = r.lo + 1;
    return r;
}

static void draw_plot(const struct scene *scenes, int n, struct pane p)
{
    const struct scene *s = &scenes[0];
    struct span r = plot_range(scenes, n, 2 * (p.r.cols - 10));
    struct pane area = { p.sheet, { p.r.row, p.r.col + 9, p.r.rows, p.r.cols - 10 } };
    if (rect_empty(area.r))
        return;
    uint32_t *dots = xcalloc((size_t)area.r.rows * (size_t)area.r.cols, sizeof *dots);
    if (isfinite(s->status.optimal)) {
        int y = (int)lround((r.hi - s->status.optimal) / (r.hi - r.lo) * (p.r.rows - 1));
        for (int c = 0; c < area.r.cols; c += 2)
            put_text(area, y, c, ROLE_OPTIMAL, "%s", s->glyphs->dash);
    }
    for (int i = 0; i < n; i++) {
        enum role role = i ? ROLE_OTHER : ROLE_BAR;
        if (s->graph == GRAPH_BRAILLE)
            plot_braille(&scenes[i], area, r, role, dots);
        else
            plot_cells(&scenes[i], area, r, role);
    }
    put_text(p, 0, 0, ROLE_DIM, "%7.1f", r.hi);
    put_text(p, p.r.rows - 1, 0, ROLE_DIM, "%7.1f", r.lo);
    for (int i = 0; i < p.r.rows; i++)
        put_ch(p, i, 8, ROLE_FRAME, s->glyphs->v);
    free(dots);
}

void draw_traces(const struct scene *scenes, int n, struct pane p)
{
    const struct scene *s = &scenes[0];
    int row = 0, width = p.r.cols - 22 - 1, last = p.r.rows - 1;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < TREND_KINDS && row < last; k++) {
            if (!trend_shown(&scenes[i], (enum trend)k) || (n > 1 && k != TREND_REWARD))
                continue;
            put_trend(&scenes[i], (enum trend)k, p, row, width);
            if (n > 1)
                put_text(p, row, 0, i ? ROLE_OTHER : ROLE_BAR, "%s", scenes[i].tag);
            row++;
            if (k == TREND_REWARD && isfinite(s->status.optimal) && row < last &&
                i == n - 1) {
                put_text(p, row, 1, ROLE_DIM, "  optimal");
                put_text(p, row++, 12, ROLE_OPTIMAL, "%8.2f", s->status.optimal);
            }
        }
    if (last - row >= 4)
        draw_plot(scenes, n,
                  (struct pane){
                      p.sheet, { p.r.row + row, p.r.col + 1, last - row, p.r.cols - 2 } });
    draw_timeline(s, p, last);
}

static bool is_marked(const struct scene *s, int64_t t)
{
    for (int i = 0; i < s->n_marks; i++)
        if (s->mark[i] == t)
            return true;
    return false;
}

/* What happened in cycle t of run i, as a line; false: nothing did. */
static bool event_line(const struct scene *scenes, int i, int64_t t, char *line, size_t n)
{
    const struct scene *s = &scenes[i];
    bool marked = i == 0 && is_marked(s, t);
    *line = '\0';
    bool found =
        t <= s->t && t >= s->status.first && film_event(s->film, t, s->truth, line, n);
    if (marked) {
        size_t len = strlen(line);
        snprintf(line + len, n - len, "%smarked", found ? "; " : "");
    }
    return found || marked;
}

int draw_events(const struct scene *scenes, int n, struct pane p)
{
    char line[80];
    int row = -scenes[0].events_down;
    int64_t first = scenes[0].status.first;
    for (int64_t t = scenes[0].t; t >= first && row < p.r.rows; t--)
        for (int i = 0; i < n && row < p.r.rows; i++) {
            if (!event_line(scenes, i, t, line, sizeof line) || row++ < 0)
                continue;
            int at = row - 1, col = put_text(p, at, 1, ROLE_DIM, "t=%-5" PRId64 " ", t);
            if (*scenes[i].tag)
                col = put_text(p, at, col, i ? ROLE_OTHER : ROLE_BAR, "%s ", scenes[i].tag);
            put_text(p, at, col, ROLE_TEXT, "%s", line);
        }
    int down = scenes[0].events_down,
        over = row < 1 ? 1 - row : 0; /* lines below the last */
    return down > over ? down - over : 0;
}
