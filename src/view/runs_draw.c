#include "config.h"

#include "overlay.h"
#include "picture.h"
#include "runs.h"
#include "spec.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* The table of runs as it is seen. */

/* Where columns begin and how wide they are; 0: there is no room for it. */
struct places {
    int at[RUNS_COLUMNS], width[RUNS_COLUMNS], curve, curve_width;
};

/* "aixi:samples=60" of "aixi-v2:samples=60". */
static void without_version(const char *spec, char *buf, size_t n)
{
    size_t name = spec_origin(spec), v;
    name += strcspn(spec + name, ":");
    v = name;
    while (v && spec[v - 1] >= '0' && spec[v - 1] <= '9')
        v--;
    bool versioned = v > 2 && v < name && spec[v - 1] == 'v' && spec[v - 2] == '-';
    snprintf(buf, n, "%.*s%s", (int)(versioned ? v - 2 : name), spec, spec + name);
}

/* The widest spec of all. */
static int longest(const struct runs *r, bool world)
{
    char text[200];
    int most = 5;
    for (size_t i = 0; i < r->n; i++) {
        const struct run_row *run = r->row[r->shown[i]].run;
        without_version(world ? run->env : run->agent, text, sizeof text);
        most = text_width(text) > most ? text_width(text) : most;
    }
    return most;
}

static struct places places_of(const struct runs *r, int cols)
{
    struct places p = { .width = { 0, 0, 4, 6, 10, 7 } };
    int fixed = 4 + 6 + 10 + 7 + 5;
    p.curve_width = cols >= 110 ? 30 : cols >= 76 ? 20 : 0;
    int rest = cols - fixed - p.curve_width - (p.curve_width > 0) - 1;
    if (rest < 24) { /* the narrowest: no map, no finding */
        rest += p.width[RUNS_MAP] + p.width[RUNS_FOUND] + 2;
        p.width[RUNS_MAP] = p.width[RUNS_FOUND] = 0;
    }
    int agent = longest(r, false), world = longest(r, true), least = rest * 2 / 5;
    world = world < least || agent + world < rest ? world
            : rest - agent - 1 > least            ? rest - agent - 1
                                                  : least;
    agent = agent < rest - world - 1 ? agent : rest - world - 1;
    p.width[RUNS_AGENT] = agent;
    p.width[RUNS_WORLD] = world;
    int col = 1;
    for (int i = 0; i < RUNS_COLUMNS; i++) {
        if (i == RUNS_FOUND && p.curve_width) {
            p.curve = col;
            col += p.curve_width + 1;
        }
        p.at[i] = col;
        col += p.width[i] + (p.width[i] > 0);
    }
    return p;
}

static void put_right(struct pane p, int row, int col, int width, enum role role,
                      const char *text)
{
    int gap = width - text_width(text);
    put_text(p, row, col + (gap > 0 ? gap : 0), role, "%.*s", width, text);
}

/* "-1 ___ 74": the mean reward so far, between what it was at first and at last. */
static void put_curve(const struct glyphs *g, const struct run_row *run, struct pane p,
                      int row, int col, int width, enum ground ground)
{
    const json_t *mean = run->curve ? json_object_get(run->curve, "reward_per_step") : NULL;
    size_t n = json_array_size(mean);
    char first[16], last[16];
    double lo = HUGE_VAL, hi = -HUGE_VAL;
    if (!n)
        return;
    for (size_t i = 0; i < n; i++) {
        double x = json_number_value(json_array_get(mean, i));
        lo = fmin(lo, x);
        hi = fmax(hi, x);
    }
    snprintf(first, sizeof first, "%.3g", json_number_value(json_array_get(mean, 0)));
    snprintf(last, sizeof last, "%.3g", json_number_value(json_array_get(mean, n - 1)));
    int room = width - 14;
    put_right(p, row, col, 6, ROLE_ON(ROLE_DIM, ground), first);
    for (int c = 0; c < room; c++) {
        size_t i = (size_t)c * n / (size_t)room;
        double x = json_number_value(json_array_get(mean, i));
        int k = hi > lo ? 1 + (int)lround(7 * (x - lo) / (hi - lo)) : 4;
        put_text(p, row, col + 7 + c, ROLE_ON(ROLE_BAR, ground), "%s", g->spark[k]);
    }
    put_text(p, row, col + 8 + room, ROLE_ON(ROLE_TEXT, ground), "%s", last);
}

static void draw_row(const struct scene *s, const struct runs_row *row, bool chosen,
                     struct pane p, int at, const struct places *c)
{
    const struct run_row *run = row->run;
    enum ground ground = chosen ? GROUND_CHOSEN : GROUND_NONE;
    enum role role = ROLE_ON(chosen ? ROLE_STRONG : ROLE_TEXT, ground);
    char text[40];
    if (chosen)
        pane_fill(pane_part(p, at, 0, 1, p.r.cols), GROUND_CHOSEN);
    char spec[200];
    without_version(run->agent, spec, sizeof spec);
    put_words(s, p, at, c->at[RUNS_AGENT], c->width[RUNS_AGENT], role, spec);
    without_version(run->env, spec, sizeof spec);
    put_words(s, p, at, c->at[RUNS_WORLD], c->width[RUNS_WORLD], role, spec);
    snprintf(text, sizeof text, "%" PRIu32, run->map);
    put_right(p, at, c->at[RUNS_MAP], c->width[RUNS_MAP], role, text);
    snprintf(text, sizeof text, "%" PRIu32, run->seed);
    put_right(p, at, c->at[RUNS_SEED], c->width[RUNS_SEED], role, text);
    if (run->status != RUN_OK) {
        put_right(p, at, c->at[RUNS_REWARD], c->width[RUNS_REWARD],
                  ROLE_ON(ROLE_BAD, ground), run_status_names[run->status]);
        return;
    }
    snprintf(text, sizeof text, fabs(row->reward) < 1e5 ? "%s%.2f" : "%s%.4g",
             row->outlier ? "! " : "", row->reward);
    put_right(p, at, c->at[RUNS_REWARD], c->width[RUNS_REWARD],
              row->outlier ? ROLE_ON(ROLE_EVENT, ground) : role, text);
    if (c->curve_width)
        put_curve(s->glyphs, run, p, at, c->curve, c->curve_width, ground);
    if (isfinite(row->found)) {
        snprintf(text, sizeof text, "%.0f", row->found);
        put_right(p, at, c->at[RUNS_FOUND], c->width[RUNS_FOUND], role, text);
    }
}

static void draw_heads(const struct runs *r, const struct glyphs *g, struct pane p,
                       const struct places *c)
{
    static const char *const names[] = {
        "agent", "world", "map", "seed", "reward", "found"
    };
    char text[24];
    for (int i = 0; i < RUNS_COLUMNS; i++) {
        bool by = (int)r->by == i;
        snprintf(text, sizeof text, "%s%s", names[i],
                 by ? r->falling ? g->down : g->up : "");
        enum role role = by ? ROLE_STRONG : ROLE_DIM;
        if (i < RUNS_MAP)
            put_text(p, 0, c->at[i], role, "%.*s", c->width[i] + 2, text);
        else if (c->width[i])
            put_right(p, 0, c->at[i], c->width[i] + 1, role, text);
    }
    if (c->curve_width)
        put_text(p, 0, c->curve + 7, ROLE_DIM, "mean so far");
}

static void draw_lines(const struct runs *r, struct sheet *s, const struct scene *scene)
{
    struct pane p = { s, { 1, 0, s->rows - 3, s->cols } };
    struct places c = places_of(r, s->cols);
    int room = p.r.rows - 1, n = (int)r->n;
    int first = scroll_to((int)r->chosen, (int)r->chosen, room, n);
    char part[40];
    snprintf(part, sizeof part, "%d to %d of %d", first + 1,
             first + room < n ? first + room : n, n);
    draw_heads(r, scene->glyphs, p, &c);
    if (n > room)
        put_text((struct pane){ s, { s->rows - 1, 0, 1, s->cols } }, 0, s->cols - 20,
                 ROLE_DIM, "%19s", part);
    for (int i = first; i < n && i - first < room; i++)
        draw_row(scene, &r->row[r->shown[i]], i == (int)r->chosen, p, 1 + i - first, &c);
    if (!n)
        put_text(p, 1, 1, ROLE_DIM, r->results.n ? "nothing matches" : "there are no runs");
}

/* What the run that is chosen was, whole; or what there is to say. */
static void draw_status(const struct runs *r, struct pane p)
{
    const struct runs_row *row = r->n ? &r->row[r->shown[r->chosen]] : NULL;
    if (r->filtering)
        put_text(p, 0, 1, ROLE_STRONG, "filter: %s_", r->filter);
    else if (*r->said)
        put_text(p, 0, 1, ROLE_EVENT, "%s", r->said);
    else if (row && row->run->message)
        put_text(p, 0, 1, ROLE_BAD, "%s", row->run->message);
    else if (row && row->outlier)
        put_text(p, 0, 1, ROLE_EVENT, "! far from the median of its agent and world");
    else if (row)
        put_text(p, 0, 1, ROLE_DIM, "%s in %s", row->run->agent, row->run->env);
}

static void draw_keys(const struct glyphs *g, struct pane p)
{
    const char *const words[][2] = { { g->ascii ? "up down" : "\u2191\u2193", "choose" },
                                     { "Enter", "watch it" },
                                     { "< >", "sort by" },
                                     { "r", "reverse" },
                                     { "/", "filter" },
                                     { "q", "quit" } };
    int col = 1;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        int width = text_width(words[i][0]) + text_width(words[i][1]) + 1;
        if (col + width > p.r.cols)
            return;
        col = put_text(p, 0, col, ROLE_STRONG, "%s ", words[i][0]);
        col = put_text(p, 0, col, ROLE_DIM, "%s", words[i][1]) + 2;
    }
}

void runs_draw(const struct runs *r, struct sheet *s, const struct glyphs *g)
{
    const struct scene scene = { .glyphs = g };
    char info[80];
    sheet_clear(s);
    if (s->rows < 6 || s->cols < 40) {
        put_text((struct pane){ s, { 0, 0, s->rows, s->cols } }, s->rows / 2, 0, ROLE_TEXT,
                 "needs 40x6");
        return;
    }
    struct pane title = { s, { 0, 0, 1, s->cols } };
    snprintf(info, sizeof info, "%zu of %zu runs%s", r->n, r->results.n,
             r->results.n_failed ? ", some failed" : "");
    put_words(&scene, title, 0, 1, s->cols - text_width(info) - 4, ROLE_TITLE, r->dir);
    put_text(title, 0, s->cols - text_width(info) - 1, ROLE_DIM, "%s", info);
    draw_lines(r, s, &scene);
    draw_status(r, (struct pane){ s, { s->rows - 2, 0, 1, s->cols } });
    draw_keys(g, (struct pane){ s, { s->rows - 1, 0, 1, s->cols } });
}
