#include "config.h"

#include "overlay.h"
#include "plot.h"
#include "view.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The card at the end of a run: how well it did, and what to try next. */

enum { LABEL = 18, VALUE = 12, WIDTH = 66 };

/* What there is to say of one agent. */
struct balance {
    double earned, cycles, best, wanted;
    int64_t found, certain;
    double regret, regret_found; /* points behind the best policy, and until it was found */
    double learnt, entropy, start;
    uint32_t live, live_start;
    double explored, places;
    double gap, gap_average; /* NashConv of all, of the last round and of all play */
    double value;            /* the quantity that decides who is better */
};

static struct balance balance_of(const struct scene *s)
{
    int64_t end = film_last(s->film), first = s->status.first;
    struct frame f = film_at(s->film, end),
                 one = film_at(s->film, first < end ? first + 1 : first);
    double scale = s->env->space.scale;
    struct balance b = { .earned = f.rec.total / scale,
                         .cycles = (double)end,
                         .best = s->status.optimal * (double)end,
                         .wanted = f.rec.performance / scale,
                         .found = film_found(s->film, end),
                         .certain = film_certain(s->film, end),
                         .entropy = f.mind.entropy / M_LN2,
                         .start = f.mind.entropy_start / M_LN2,
                         .live = f.mind.live,
                         .live_start = one.mind.live,
                         .explored = f.rec.explored,
                         .places = s->env->n_places,
                         .gap = f.gap,
                         .gap_average = f.gap_average };
    b.regret = b.best - b.earned;
    b.learnt = b.start - b.entropy;
    b.regret_found = b.found < 0 ? (double)NAN
                                 : s->status.optimal * (double)b.found -
                                       film_at(s->film, b.found).rec.total / scale;
    return b;
}

/* A number with blanks between its thousands, from 10 000 on. */
static void grouped(char *buf, size_t n, double x)
{
    char digits[40];
    double size = fabs(x);
    bool whole = size >= 1000 || fabs(x - round(x)) < 5e-3;
    if (!isfinite(x) || size >= 1e15) {
        value_text(buf, n, x);
        return;
    }
    int len = snprintf(digits, sizeof digits, whole ? "%.0f" : "%.2f", size);
    size_t at = 0;
    if (x < 0 && strspn(digits, "0.") < strlen(digits))
        buf[at++] = '-';
    for (int i = 0; i < len && at + 2 < n; i++) {
        if (whole && size >= 9999.5 && i && (len - i) % 3 == 0)
            buf[at++] = ' ';
        buf[at++] = digits[i];
    }
    buf[at] = '\0';
}

/* ---- lines: a label, a value an agent, and a remark where there is one agent alone */

struct line {
    char label[24], value[24], note[80];
    double better; /* the greater the better; NAN: nothing to compare */
    bool found;    /* stressed as an event */
};

enum { LINES = 9 };

static bool earned_line(const struct balance *b, struct line *l)
{
    snprintf(l->label, sizeof l->label, "earned");
    grouped(l->value, sizeof l->value, b->earned);
    snprintf(l->note, sizeof l->note, "%.2f a cycle", b->earned / fmax(1, b->cycles));
    l->better = b->earned;
    return true;
}

static bool best_line(const struct balance *b, struct line *l)
{
    snprintf(l->label, sizeof l->label, "best, expected");
    grouped(l->value, sizeof l->value, b->best);
    int n = snprintf(l->note, sizeof l->note, "%.2f a cycle", b->best / fmax(1, b->cycles));
    if (b->best > 0 && b->earned > 0)
        snprintf(l->note + n, sizeof l->note - (size_t)n, ": %.0f %% reached",
                 100 * b->earned / b->best);
    return isfinite(b->best);
}

static bool regret_line(const struct balance *b, struct line *l)
{
    char until[24], since[24];
    snprintf(l->label, sizeof l->label, "regret");
    grouped(l->value, sizeof l->value, b->regret);
    if (isfinite(b->regret_found)) {
        grouped(until, sizeof until, b->regret_found);
        grouped(since, sizeof since, b->regret - b->regret_found);
        snprintf(l->note, sizeof l->note, "%s until found, %s since", until, since);
    }
    return isfinite(b->regret);
}

static bool found_line(const struct balance *b, struct line *l)
{
    int64_t at = b->found >= 0 ? b->found : b->certain;
    snprintf(l->label, sizeof l->label,
             b->found < 0 && b->certain >= 0 ? "certain at" : "found at");
    if (at < 0)
        snprintf(l->value, sizeof l->value, "never");
    else
        snprintf(l->value, sizeof l->value, "t %" PRId64, at);
    if (b->live && b->live_start)
        snprintf(l->note, sizeof l->note, "%u of %u hypotheses %s", b->live, b->live_start,
                 b->live == 1 ? "lives" : "live");
    l->found = at >= 0;
    l->better = at < 0 ? (double)-INFINITY : -(double)at;
    return at >= 0 || b->places > 0;
}

static bool learnt_line(const struct balance *b, struct line *l)
{
    snprintf(l->label, sizeof l->label, "learnt");
    snprintf(l->value, sizeof l->value, "%.2f bits", b->learnt);
    if (b->entropy < 1e-6)
        snprintf(l->note, sizeof l->note, "all there was to learn");
    else
        snprintf(l->note, sizeof l->note, "of %.2f bits", b->start);
    return isfinite(b->learnt) && b->start > 0;
}

static bool explored_line(const struct balance *b, struct line *l)
{
    snprintf(l->label, sizeof l->label, "explored");
    snprintf(l->value, sizeof l->value, "%.1f %%", b->explored);
    snprintf(l->note, sizeof l->note, "%.0f of %.0f places",
             round(b->explored * b->places / 100), b->places);
    return isfinite(b->explored);
}

static bool wanted_line(const struct balance *b, struct line *l)
{
    snprintf(l->label, sizeof l->label, "wanted");
    grouped(l->value, sizeof l->value, b->wanted);
    snprintf(l->note, sizeof l->note, "what its designer wanted of it");
    l->better = b->wanted;
    return fabs(b->wanted - b->earned) > 1e-9;
}

/* Of all together, so that it stands under the first alone. */
static bool gap_average_line(const struct balance *b, struct line *l)
{
    snprintf(l->label, sizeof l->label, "NashConv of all");
    if (isfinite(b->gap_average))
        snprintf(l->value, sizeof l->value, "%.2f", b->gap_average);
    snprintf(l->note, sizeof l->note, "how far average play is from equilibrium");
    return isfinite(b->gap_average);
}

static bool gap_line(const struct balance *b, struct line *l)
{
    snprintf(l->label, sizeof l->label, "of the last round");
    if (isfinite(b->gap))
        snprintf(l->value, sizeof l->value, "%.2f", b->gap);
    return isfinite(b->gap);
}

/* Who is best in a row of values, if anybody is; -1. */
static int best_of(const struct line *l, int n)
{
    int best = -1;
    for (int i = 0; i < n; i++) {
        if (isnan(l[i].better))
            return -1;
        if (best < 0 || l[i].better > l[best].better)
            best = i;
    }
    for (int i = 0; i < n; i++)
        if (i != best && !(l[i].better < l[best].better))
            return -1;
    return best;
}

static void put_line(struct pane p, int row, const struct line *l, int n)
{
    int best = best_of(l, n);
    put_text(p, row, 2, ROLE_DIM, "%s", l[0].label);
    for (int i = 0; i < n; i++) {
        int end = LABEL + VALUE + i * (VALUE + 2);
        enum role role = l[i].found ? ROLE_EVENT : ROLE_STRONG;
        if (n > 1 && i != best)
            role = ROLE_TEXT;
        put_text(p, row, end - text_width(l[i].value), role, "%s", l[i].value);
    }
    if (n == 1)
        put_text(p, row, LABEL + VALUE + 2, ROLE_TEXT, "%s", l[0].note);
}

/* Lines that any of the agents has; returns how many. */
static int put_lines(const struct scene *scenes, int n, struct pane p)
{
    static bool (*const lines[LINES])(const struct balance *, struct line *) = {
        earned_line, wanted_line,   best_line,        regret_line, found_line,
        learnt_line, explored_line, gap_average_line, gap_line
    };
    struct balance b[VIEW_RUNS];
    int row = 0;
    for (int i = 0; i < n; i++)
        b[i] = balance_of(&scenes[i]);
    for (int i = 1; i < n; i++)
        b[i].gap = b[i].gap_average = (double)NAN;
    for (int i = 0; n > 1 && i < n; i++)
        put_text(p, 0, LABEL + (i + 1) * VALUE + 2 * i - 1, (enum role)(ROLE_AGENT + i),
                 "%s", scenes[i].tag);
    row += n > 1;
    for (int k = 0; k < LINES; k++) {
        struct line l[VIEW_RUNS] = { 0 };
        bool any = false;
        for (int i = 0; i < n; i++) {
            l[i].better = NAN;
            any |= lines[k](&b[i], &l[i]);
        }
        if (any)
            put_line(p, row++, l, n);
    }
    return row;
}

/* ---- the whole card */

static void put_keys(struct pane p, int row)
{
    static const char *const keys[][2] = { { "s", "next seed" }, { "r", "again" },
                                           { "P", "plots" },     { "w", "write" },
                                           { "D", "next demo" }, { "e", "back to this" } };
    int col = 2;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (col + 4 + text_width(keys[i][1]) > p.r.cols)
            return;
        col = put_text(p, row, col, ROLE_STRONG, "%s", keys[i][0]);
        col = put_text(p, row, col + 1, ROLE_DIM, "%s", keys[i][1]) + 2;
    }
}

static void title_of(const struct view *v, char *buf, size_t n)
{
    size_t at = 0;
    for (int i = 0; i < v->show.n && at < n; i++)
        at += (size_t)snprintf(buf + at, n - at, "%s%s", i ? ", " : "",
                               v->show.agent[i].kind->name);
    if (at < n)
        snprintf(buf + at, n - at, " %s %s, seed %" PRIu32,
                 v->conf.utf8 ? glyphs_utf8.times : glyphs_ascii.times,
                 v->show.env.kind->name, v->show.seed);
}

static void length_of(const struct scene *scenes, int n, char *buf, size_t size)
{
    double spent = 0;
    for (int i = 0; i < n; i++)
        spent += scenes[i].status.spent;
    snprintf(buf, size, "%" PRId64 " cycles, %.*f s of search", film_last(scenes[0].film),
             spent < 10 ? 1 : 0, spent);
}

enum { CURVE = 4, SLIDER = 2, TALL = CURVE + SLIDER };

/* Rows inside of a card of so many lines, where there are `room` with its frame. */
static int rows_of(int lines, int room, bool *curve)
{
    enum { FRAME = 2, BLANK = 1, KEYS = 2 };
    int rows = lines + BLANK + KEYS;
    *curve = room >= rows + TALL + BLANK + FRAME;
    return rows + (*curve ? TALL + BLANK : 0);
}

void card_draw(const struct view *v, const struct scene *scenes, struct sheet *s)
{
    struct scene end[VIEW_RUNS];
    struct sheet none = { 0 };
    char title[120], info[64];
    bool curve;
    int n = v->show.n, wide = n > 2 ? WIDTH + (n - 2) * VALUE : WIDTH;
    for (int i = 0; i < n; i++) {
        end[i] = scenes[i];
        end[i].t = end[i].cursor = film_last(scenes[i].film);
    }
    sheet_resize(&none, LINES + 2, WIDTH);
    int lines = put_lines(end, n, (struct pane){ &none, { 0, 0, LINES + 2, WIDTH } });
    sheet_release(&none);
    int rows = rows_of(lines, overlay_room(s).r.rows, &curve);
    title_of(v, title, sizeof title);
    length_of(end, n, info, sizeof info);
    overlay_veil(s);
    struct pane in = overlay_box(s, scenes[0].glyphs, rows + 2, wide, title, info);
    put_lines(end, n, pane_part(in, 1, 0, lines, in.r.cols));
    if (curve) {
        struct pane p = pane_part(in, lines + 2, 1, TALL, in.r.cols - 2);
        trend_draw(end, n, TREND_REWARD, end[0].t, false,
                   pane_part(p, 0, 0, CURVE, p.r.cols));
        slider_draw(end, n, end[0].t, pane_part(p, CURVE, 0, SLIDER, p.r.cols));
    }
    put_keys(in, in.r.rows - 1);
}

/* ---- keys */

void card_tick(struct view *v)
{
    bool done = true;
    int64_t last = INT64_MAX;
    for (int i = 0; i < v->show.n; i++) {
        struct sim_status st = sim_lock(v->sim[i]);
        sim_unlock(v->sim[i]);
        done &= st.done && !st.error;
        last = st.last < last ? st.last : last;
    }
    if (!done || v->carded || !v->follow || v->paused || v->overlay || last < 1)
        return;
    view_overlay(v, OVERLAY_CARD);
    v->carded = true;
}

static void write_run(struct view *v)
{
    char path[VIEW_LINE];
    snprintf(path, sizeof path, "%.80s-%.80s-%" PRIu32 ".urt", v->show.agent[0].kind->name,
             v->show.env.kind->name, v->show.seed);
    view_record(v, path, false);
}

bool card_key(struct view *v, uint32_t key)
{
    if (key == 'e' || key == VK_ENTER || key == ' ' || key == 'p' || key == VK_END) {
        view_overlay(v, OVERLAY_NONE);
        return true;
    }
    view_overlay(v, OVERLAY_NONE);
    if (key == 'w')
        write_run(v);
    else if (key == 'D' && v->demo.title)
        story_turn(v, 1);
    else
        return false;
    return true;
}
