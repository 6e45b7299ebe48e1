#include "config.h"

#include "round.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The plane of mixed moves: of two who have two moves each the square of both chances, of
 * three moves each the triangle of what each does. Where they have been, where they are,
 * what they expect, and the equilibria. */

enum { POINTS = 400, ROWS_LEAST = 8, COLS_LEAST = 24, BOTH = 0xff, SIDE = 0xfe };
struct point {
    double x, y; /* in [0, 1], y upwards */
};

static uint32_t kinds(const struct round *r)
{
    const uint32_t *moves = r->table->moves;
    bool alike = r->n == 2 && moves[0] == moves[1];
    return alike && (moves[0] == 2 || moves[0] == 3) ? moves[0] : 0;
}

struct extent phase_least(const struct round *r)
{
    return kinds(r) ? (struct extent){ COLS_LEAST, ROWS_LEAST } : (struct extent){ 0, 0 };
}

/* ---- dots */

struct dots {
    struct pane p;
    enum graph graph;
    uint8_t *bits, *nr; /* [rows * cols] */
};

static void dot(struct dots *d, struct point at, uint8_t nr)
{
    static const uint8_t braille[4][2] = { { 1, 8 }, { 2, 16 }, { 4, 32 }, { 64, 128 } };
    int x = (int)lround(at.x * (2 * d->p.r.cols - 1));
    int y = (int)lround((1 - at.y) * (4 * d->p.r.rows - 1));
    int cell = y / 4 * d->p.r.cols + x / 2;
    d->bits[cell] |= braille[y % 4][x % 2];
    d->nr[cell] = nr;
}

static void put_dots(const struct dots *d)
{
    for (int row = 0; row < d->p.r.rows; row++)
        for (int col = 0; col < d->p.r.cols; col++) {
            int cell = row * d->p.r.cols + col;
            uint8_t nr = d->nr[cell];
            enum role role = nr == BOTH   ? ROLE_TEXT
                             : nr == SIDE ? ROLE_FRAME
                                          : (enum role)(ROLE_BAR + nr);
            if (d->bits[cell])
                put_ch(d->p, row, col, role,
                       d->graph == GRAPH_BRAILLE ? 0x2800u + d->bits[cell] : '.');
        }
}

static void put_at(struct pane p, struct point at, enum role role, uint32_t ch)
{
    int col = (int)lround(at.x * (p.r.cols - 1)),
        row = (int)lround((1 - at.y) * (p.r.rows - 1));
    put_ch(p, row, col, role, ch);
}

/* ---- places */

/* Player i's part of a profile in a triangle: move 0 above, 1 left, 2 right. */
static struct point corner(const double *p)
{
    return (struct point){ p[2] + p[0] / 2, p[0] };
}

static struct point place(const struct round *r, const struct profile *x, uint32_t i)
{
    return kinds(r) == 2 ? (struct point){ x->p[0][0], x->p[1][0] } : corner(x->p[i]);
}

/* How many points a profile is: one of both, or one each. */
static uint32_t points(const struct round *r) { return kinds(r) == 2 ? 1 : r->n; }

/* The past, so many cycles of it as can be told apart. */
static void trail(const struct round *r, struct dots *d)
{
    int64_t first = film_first(r->seat[0].film), t = r->seat[0].t;
    int64_t step = (t - first) / POINTS + 1;
    struct profile x;
    for (int64_t at = first; at <= t; at += step)
        for (uint32_t i = 0; round_mix(r, at, &x) && i < points(r); i++)
            dot(d, place(r, &x, i), points(r) == 1 ? BOTH : (uint8_t)i);
}

/* What each thinks that the other will do; false: not both say so. */
static bool expected(const struct round *r, struct profile *x)
{
    for (uint32_t i = 0; i < r->n; i++)
        for (uint32_t a = 0; a < r->table->moves[i]; a++) {
            x->p[i][a] = round_expects(r, !i, i, a);
            if (!isfinite(x->p[i][a]) || r->seat[i].closed)
                return false;
        }
    return true;
}

/* ---- all of it */

static void marks(const struct round *r, struct pane p)
{
    const struct equilibria *nash = round_nash(r);
    const struct glyphs *g = r->seat[0].glyphs;
    struct profile think;
    for (size_t k = 0; k < nash->n; k++)
        for (uint32_t i = 0; i < points(r); i++)
            put_at(p, place(r, &nash->at[k], i), ROLE_EVENT, g->ascii ? 'N' : 0x25c7);
    for (uint32_t i = 0; expected(r, &think) && i < points(r); i++)
        put_at(p, place(r, &think, i), ROLE_STRONG, g->ascii ? 'x' : 0xd7);
    for (uint32_t i = 0; r->rounds > 0 && i < points(r); i++)
        put_at(p, place(r, &r->so_far, i),
               points(r) == 1 ? ROLE_STRONG : (enum role)(ROLE_AGENT + i),
               g->ascii ? 'o' : 0x25cf);
}

/* The largest inside that looks square where a row is as high as two columns are wide. */
static struct pane square(struct pane p, bool triangle)
{
    int rows = p.r.rows, cols = p.r.cols, most = triangle ? 2 * rows + 1 : 2 * rows + 2;
    if (cols > most + most / 4)
        cols = most + most / 4;
    if (rows > (cols + 1) / 2)
        rows = (cols + 1) / 2;
    return pane_part(p, 0, (p.r.cols - cols) / 2, rows, cols);
}

static void legend(const struct round *r, struct pane p, int row)
{
    bool ascii = r->seat[0].glyphs->ascii;
    struct profile think;
    int col = 0;
    if (row >= p.r.rows)
        return;
    put_text(p, row, col, ROLE_STRONG, "%s", ascii ? "o" : "\u25cf");
    col = put_text(p, row, col + 2, ROLE_DIM, "so far") + 2;
    if (expected(r, &think)) {
        put_text(p, row, col, ROLE_STRONG, "%s", ascii ? "x" : "\u00d7");
        col = put_text(p, row, col + 2, ROLE_DIM, "expected") + 2;
    }
    if (round_nash(r)->n && col + 6 <= p.r.cols) {
        put_text(p, row, col, ROLE_EVENT, "%s", ascii ? "N" : "\u25c7");
        put_text(p, row, col + 2, ROLE_DIM, "Nash");
    }
}

static void axes(const struct round *r, struct pane p, struct pane box)
{
    char a[24], b[24], c[24];
    int below = box.r.row - p.r.row + box.r.rows, left = box.r.col - p.r.col;
    if (kinds(r) == 2) {
        put_text(p, 0, left + 2, ROLE_OTHER, " B %s ", round_move(r, 1, 0, b));
        int width = text_width(round_move(r, 0, 0, a)) + 4;
        put_text(p, below - 1, left + box.r.cols - width - 2, ROLE_AGENT, " A %s ", a);
        return;
    }
    put_text(p, 0, left + box.r.cols / 2 + 2, ROLE_DIM, "%s", round_move(r, 0, 0, a));
    put_text(p, below, left, ROLE_DIM, "%s", round_move(r, 0, 1, b));
    round_move(r, 0, 2, c);
    put_text(p, below, left + box.r.cols - text_width(c), ROLE_DIM, "%s", c);
}

static void sides(struct dots *d)
{
    static const double ends[3][3] = { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } };
    for (int k = 0; k < 3; k++)
        for (int i = 0; i <= 100; i++) {
            double p[3];
            for (int a = 0; a < 3; a++)
                p[a] = ends[k][a] * i / 100 + ends[(k + 1) % 3][a] * (100 - i) / 100;
            dot(d, corner(p), SIDE);
        }
}

void phase_draw(const struct round *r, struct pane p)
{
    bool triangle = kinds(r) == 3;
    struct pane in =
        square(pane_part(p, 0, 0, p.r.rows - 1 - triangle, p.r.cols), triangle);
    struct pane box = in;
    if (!triangle)
        in = put_frame(box, r->seat[0].glyphs, ROLE_FRAME);
    size_t cells = (size_t)in.r.rows * (size_t)in.r.cols;
    struct dots d = { in, r->seat[0].graph, xcalloc(cells, 1), xcalloc(cells, 1) };
    if (triangle)
        sides(&d);
    trail(r, &d);
    put_dots(&d);
    marks(r, in);
    axes(r, p, box);
    legend(r, p, box.r.row - p.r.row + box.r.rows + triangle);
    free(d.bits);
    free(d.nr);
}
