#include "config.h"

#include "panels.h"
#include "words.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* What an agent expects, the tree of its last search, and how its belief falls off. */

/* ---- what it expects of the next cycle */

/* Expected reward of an action, and its likeliest percepts as far as there is room. */
static void draw_prospect(const struct scene *s, const struct prospect *o, struct pane p,
                          int row, unsigned a, int col, int digits)
{
    char text[64], number[NUMBER_CHARS];
    put_text(p, row, 2, ROLE_TEXT, "%s", action_glyph(s, a));
    words_cut(text, sizeof text, s->glyphs, action_words(s, a), col - 5);
    put_text(p, row, 4, ROLE_TEXT, "%s", text);
    int width = words_number(number, s->glyphs, (double)o->mean, digits);
    put_text(p, row, col + 8 - width, ROLE_TEXT, "%s", number);
    col += 10;
    for (int k = 0; k < OUTLOOK_LIKELY && o->p[k] >= 0.005f; k++) {
        percept_words(s, o->e[k], text, sizeof text);
        words_number(number, s->glyphs, o->e[k].rew, 0);
        const char *plus = o->e[k].rew > 0 ? "+" : "";
        int share = (int)lround(100 * (double)o->p[k]);
        char end[16];
        snprintf(end, sizeof end, "%d%%", share);
        if (col + text_width(text) + 2 + text_width(number) + text_width(end) + 1 >
            p.r.cols)
            return;
        col =
            put_text(p, row, col, k ? ROLE_DIM : ROLE_TEXT, "%s %s%s", text, plus, number);
        col = put_text(p, row, col + 1, ROLE_DIM, "%s", end) + 2;
    }
}

void panel_expects(struct stage *st, struct pane p)
{
    const struct scene *s = &st->scene[st->run];
    struct frame f = film_at(s->film, s->t);
    int names = 0;
    double lo = INFINITY, hi = -INFINITY;
    p = draw_heading(p, s->glyphs, ROLE_STRONG, "Expects next",
                     p.r.cols > 44 ? "reward %s likeliest percepts" : "reward",
                     s->glyphs->between);
    if (!f.outlook)
        return;
    int n = (int)f.outlook->n_actions, rows = p.r.rows;
    for (int a = 0; a < n; a++) {
        int width = text_width(action_words(s, (unsigned)a));
        names = width > names ? width : names;
        lo = fmin(lo, (double)f.outlook->action[a].mean);
        hi = fmax(hi, (double)f.outlook->action[a].mean);
    }
    names = names > p.r.cols / 3 ? p.r.cols / 3 : names;
    if (n > rows) {
        rows--;
        put_text(p, rows, 2, ROLE_DIM, "%s %d more", s->glyphs->ellipsis, n - rows);
    }
    for (int a = 0; a < n && a < rows; a++)
        draw_prospect(s, &f.outlook->action[a], p, a, (unsigned)a, names + 5,
                      words_digits(lo, hi));
}

/* ---- the search tree */

enum { NUMBERS = 20 }; /* columns of value and visits */

/* Percept and action, cut at words; the numbers beside them are whole. */
static void draw_twig(const struct scene *s, const struct twig *w, struct pane p, int row)
{
    char after[64], line[160] = "", text[160], number[NUMBER_CHARS];
    int col = 2 + 3 * w->depth, room = p.r.cols - NUMBERS - 1 - col;
    enum role role = w->depth ? ROLE_TEXT : ROLE_STRONG;
    if (w->depth) {
        percept_words(s, w->after, after, sizeof after);
        snprintf(line, sizeof line, "%s %+" PRId32, after, w->after.rew);
        int width = words_cut(text, sizeof text, s->glyphs, line, room - 4);
        put_text(p, row, col, ROLE_DIM, "%s", text);
        col += width ? width + 2 : 0;
        room -= width ? width + 2 : 0;
    }
    put_text(p, row, col, role, "%s", action_glyph(s, w->action));
    words_cut(text, sizeof text, s->glyphs, action_words(s, w->action), room - 2);
    put_text(p, row, col + 2, role, "%s", text);
    int width = words_number(number, s->glyphs, (double)w->value, 2);
    put_text(p, row, p.r.cols - NUMBERS / 2 - width, role, "%s", number);
    width = words_number(number, s->glyphs, w->visits, 0);
    put_text(p, row, p.r.cols - width, role, "%s", number);
}

int draw_twigs(const struct scene *s, struct pane p, int down)
{
    struct frame f = film_at(s->film, s->t);
    for (int i = down; i < (int)f.n_twigs && i - down < p.r.rows; i++)
        draw_twig(s, &f.twig[i], p, i - down);
    return (int)f.n_twigs;
}

void panel_tree(struct stage *st, struct pane p)
{
    const struct scene *s = &st->scene[st->run];
    struct frame f = film_at(s->film, s->t);
    struct pane rows = draw_heading(p, s->glyphs, ROLE_STRONG, "Search tree",
                                    "value, visits %s Enter opens it", s->glyphs->between);
    int more = (int)f.n_twigs - rows.r.rows;
    if (!f.n_twigs)
        put_text(rows, 0, 2, ROLE_DIM, "there was no search in this cycle");
    else if (more > 0 && --rows.r.rows > 0)
        put_text(p, p.r.rows - 1, 2, ROLE_DIM, "%s %d more", s->glyphs->ellipsis, more + 1);
    draw_twigs(s, rows, 0);
}

/* ---- the belief, sorted */

static int falling(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x < y) - (x > y);
}

/* What is possible of the belief, the likeliest first, into the caller's; how many. */
static int sorted(const struct frame *f, int cells, float *out)
{
    int n = 0;
    for (int i = 0; i < cells; i++)
        if ((double)f->belief[i] > 1e-9)
            out[n++] = f->belief[i];
    qsort(out, (size_t)n, sizeof *out, falling);
    return n;
}

/* One dot a column of `n` chances over the width, by their logarithms. */
static void draw_fall(const struct scene *s, struct pane p, const float *x, int n)
{
    enum { GUTTER = 7 };
    char text[24];
    int rows = p.r.rows, cols = p.r.cols - GUTTER, levels = 4 * rows;
    double lo = floor(log10(fmax((double)x[n - 1], 1e-4))), span = lo < 0 ? -lo : 1;
    for (int r = 0; r < rows; r++)
        put_ch(p, r, GUTTER - 1, ROLE_FRAME, s->glyphs->v);
    put_text(p, 0, GUTTER - 3, ROLE_DIM, "1");
    snprintf(text, sizeof text, "%.4g", pow(10, lo));
    put_text(p, rows - 1, GUTTER - 2 - text_width(text), ROLE_DIM, "%s", text);
    static const uint8_t bit[4][2] = { { 0, 3 }, { 1, 4 }, { 2, 5 }, { 6, 7 } };
    for (int c = 0; c < cols; c++)
        for (int half = 0; half < 2; half++) {
            int i = (2 * c + half) * n / (2 * cols);
            int y = (int)lround(-log10((double)x[i]) / span * (levels - 1));
            struct mark *m =
                &p.sheet->at[(p.r.row + y / 4) * p.sheet->cols + p.r.col + GUTTER + c];
            if (y >= levels || p.r.row + y / 4 >= p.sheet->rows)
                continue;
            if (s->graph == GRAPH_BRAILLE)
                put_ch(p, y / 4, GUTTER + c, (enum role)(ROLE_BAR + s->nr),
                       (m->ch >= 0x2800 && m->ch < 0x2900 ? m->ch : 0x2800) |
                           1u << bit[y % 4][half]);
            else
                put_ch(p, y / 4, GUTTER + c, (enum role)(ROLE_BAR + s->nr), '*');
        }
}

void panel_posterior(struct stage *st, struct pane p)
{
    const struct scene *s = &st->scene[st->run];
    struct frame f = film_at(s->film, s->t);
    int cells = s->env->rows * s->env->cols, n = 0;
    float *x = xcalloc((size_t)cells + 1, sizeof *x);
    if (f.belief)
        n = sorted(&f, cells, x);
    p = draw_heading(p, s->glyphs, ROLE_STRONG, "Belief, sorted", "%d cells %s log scale",
                     n, s->glyphs->between);
    if (n && p.r.rows > 1)
        draw_fall(s, p, x, n);
    free(x);
}
