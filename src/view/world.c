#include "config.h"

#include "panels.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the world */

const char *tile_glyph(const struct glyphs *g, enum ink ink, enum role *role)
{
    static const uint8_t roles[INKS] = {
        [INK_UNKNOWN] = ROLE_TEXT,      [INK_FLOOR] = ROLE_FLOOR,
        [INK_WALL] = ROLE_WALL,         [INK_DISPENSER] = ROLE_DISPENSER,
        [INK_TRAP] = ROLE_TRAP,         [INK_NOISE] = ROLE_NOISE,
        [INK_MODIFIER] = ROLE_MODIFIER, [INK_CORRUPT] = ROLE_CORRUPT,
        [INK_GHOST] = ROLE_TRAP,        [INK_FOOD] = ROLE_FLOOR,
        [INK_POWER] = ROLE_DISPENSER,   [INK_TEXT] = ROLE_TEXT,
        [INK_STRONG] = ROLE_STRONG,     [INK_DIM] = ROLE_DIM,
        [INK_GOOD] = ROLE_GOOD,         [INK_BAD] = ROLE_BAD,
    };
    *role = (enum role)roles[ink];
    switch (ink) {
    case INK_FLOOR: return g->floor;
    case INK_WALL: return g->wall;
    case INK_DISPENSER: return g->dispenser;
    case INK_TRAP: return g->trap;
    case INK_NOISE: return g->noise;
    case INK_MODIFIER: return g->modifier;
    case INK_CORRUPT: return g->corrupt;
    case INK_GHOST: return g->ghost;
    case INK_FOOD: return g->food;
    case INK_POWER: return g->power;
    default: return g->unknown;
    }
}

/* Three columns of glyph in `cell` of them: the middle alone in one, the middle and the
 * right in two. */
static void put_tile(struct pane p, int row, int col, int cell, const char *glyph,
                     enum role role, int shade)
{
    uint32_t ch[3] = { ' ', ' ', ' ' };
    for (int i = 0; i < 3; i++)
        if (!(ch[i] = next_char(&glyph)))
            break;
    int from = cell == 3 ? 0 : 1;
    for (int i = 0; i < cell; i++)
        put_mark(p, row, col + i,
                 (struct mark){
                     .ch = ch[from + i], .role = (uint8_t)role, .shade = (uint8_t)shade });
}

/* Shade of x in [0, top], rising with its size; 0 only for nothing. Square roots spread the
 * small values of a wide posterior. */
static int shade_of(double x, double top)
{
    if (!(x > 0) || !(top > 0))
        return 0;
    int k = (int)ceil(sqrt(x / top) * SHADES);
    return k < 1 ? 1 : k > SHADES ? SHADES : k;
}

/* Shade of a probability among n cells: the middle of the ramp where all are alike, its end
 * where it is certain, by the logarithm in between. Falsified cells have none. */
static int shade_of_belief(double p, double n)
{
    enum { MIDDLE = 5 };
    if (!(p > 0) || n < 2)
        return p > 0 ? SHADES : 0;
    double more = log(p * n);
    double k = more > 0 ? MIDDLE + (SHADES - MIDDLE) * more / log(n)
                        : MIDDLE + (MIDDLE - 1) * more / log(64);
    return k < 1 ? 1 : (int)lround(k);
}

struct shading {
    double *x; /* [cells]; NAN: nothing */
    double top;
    bool belief; /* probabilities among `n` cells */
    double n;
};

/* What the layer says of each cell. */
static void shade_cells(const struct scene *s, const struct frame *f, struct shading *sh,
                        const struct trail *trails)
{
    int cells = s->env->rows * s->env->cols;
    double least = HUGE_VAL;
    sh->belief = s->layer == LAYER_BELIEF;
    sh->n = s->env->n_places ? (double)s->env->n_places : (double)cells;
    for (int i = 0; i < cells; i++) {
        double x = NAN;
        if (s->layer == LAYER_BELIEF && f->belief)
            x = (double)f->belief[i];
        else if (s->layer == LAYER_VISITS)
            x = trails[i].visits;
        else if (s->layer == LAYER_VALUE)
            x = (double)trails[i].value;
        sh->x[i] = x;
        sh->top = x > sh->top ? x : sh->top;
        least = x < least ? x : least;
    }
    if (s->layer != LAYER_VALUE || !(least < HUGE_VAL))
        return;
    /* Values may be negative: they are shaded from the least one up. */
    sh->top = 0;
    for (int i = 0; i < cells; i++) {
        sh->x[i] -= least;
        sh->top = sh->x[i] > sh->top ? sh->x[i] : sh->top;
    }
}

/* What the agent has seen of the map instead of what there is; walls it stands beside and so
 * on come from its own reports. */
static void veil(const struct frame *f, struct canvas *cv)
{
    for (int i = 0; i < cv->rows * cv->cols; i++)
        if (cv->at[i].ink == INK_FLOOR || cv->at[i].ink == INK_WALL ||
            cv->at[i].ink == INK_UNKNOWN)
            cv->at[i].ink = f->chart[i];
}

/* First row or column shown of `n`, so that `at` is within the `room` there is. */
static int scroll(int at, int n, int room)
{
    int first = at - room / 2;
    if (first > n - room)
        first = n - room;
    return first < 0 ? 0 : first;
}

static void draw_tile(const struct scene *s, const struct frame *f, struct pane p, int row,
                      int col, int cell, const struct cell *c, int i,
                      const struct shading *sh, const struct trail *trails)
{
    const struct glyphs *g = s->glyphs;
    enum role role;
    const char *glyph = tile_glyph(g, (enum ink)c->ink, &role);
    char text[16];
    int shade = sh->belief ? shade_of_belief(sh->x[i], sh->n) : shade_of(sh->x[i], sh->top);
    bool bare = c->ink == INK_FLOOR || c->ink == INK_UNKNOWN;
    if (f->chart && c->ink == INK_UNKNOWN)
        glyph = g->fog;
    else if (f->chart && c->ink == INK_FLOOR && !trails[i].visits)
        glyph = g->unknown;
    if (bare && f->mind.sampled == i) {
        glyph = g->sampled;
        role = ROLE_SAMPLED;
    } else if (bare && s->layer == LAYER_POLICY && trails[i].action >= 0) {
        snprintf(text, sizeof text, " %.3s ", action_glyph(s, (unsigned)trails[i].action));
        glyph = text;
        role = ROLE_STRONG;
    } else if (bare && shade) {
        glyph = f->chart ? glyph : g->unknown;
        if (s->digits) {
            snprintf(text, sizeof text, " %d ", (shade * 9 + SHADES - 1) / SHADES);
            glyph = text;
            role = ROLE_TEXT;
        }
    }
    if (c->agent || c->other) {
        glyph = c->agent ? g->agent : g->other;
        role = c->agent ? ROLE_AGENT : ROLE_OTHER;
    }
    put_tile(p, row, col, cell, glyph, role, c->ink == INK_WALL ? 0 : shade);
}

/* The last rounds, the latest first: what was done and what came of it. */
static void draw_rounds(const struct scene *s, struct pane p, int row)
{
    char percept[64];
    double middle = ((double)s->env->space.rew_min + s->env->space.rew_max) / 2;
    for (int64_t t = s->t; t > s->status.first && row < p.r.rows; t--, row++) {
        struct record r = film_at(s->film, t).rec;
        percept_words(s, r.e, percept, sizeof percept);
        int col = put(p, row, 0, ROLE_DIM, "%5" PRId64 " ", t);
        col = put(p, row, col, r.by == BY_USER ? ROLE_STRONG : ROLE_TEXT, "%.12s  ",
                  action_words(s, r.action));
        col = put(p, row, col, ROLE_TEXT, "%s  ", percept);
        put(p, row, col, r.e.rew > middle ? ROLE_GOOD : ROLE_TEXT, "%+" PRId32, r.e.rew);
    }
}

static void draw_text_world(const struct scene *s, const struct canvas *cv, struct pane p)
{
    int last = -1; /* row with something in it */
    for (int r = 0; r < cv->rows; r++)
        for (int c = 0; c < cv->cols; c++) {
            const struct cell *at = &cv->at[r * cv->cols + c];
            enum role role;
            tile_glyph(&glyphs_ascii, (enum ink)at->ink, &role);
            if (at->agent)
                role = ROLE_AGENT;
            put_ch(p, r, c, role, at->ch ? at->ch : ' ');
            last = at->ch > ' ' ? r : last;
        }
    draw_rounds(s, p, last + 2);
}

bool world_cell(const struct scene *s, struct rect r, int cell, int *row, int *col)
{
    const struct env *env = s->env;
    int at = film_at(s->film, s->t).cell;
    at = at < 0 ? 0 : at;
    *row += scroll(at / env->cols, env->rows, r.rows);
    *col = *col / cell + scroll(at % env->cols, env->cols, r.cols / cell);
    return *row < env->rows && *col < env->cols;
}

void draw_world(const struct scene *s, struct pane p, int cell)
{
    const struct env *env = s->env;
    int cells = env->rows * env->cols;
    if (!cells || !env->ops->draw || rect_empty(p.r))
        return;
    struct frame f = film_at(s->film, s->t);
    struct canvas cv = { env->rows, env->cols, xcalloc((size_t)cells, sizeof *cv.at) };
    env->ops->draw(env, f.state, s->truth, &cv);
    if (f.chart && !s->truth)
        veil(&f, &cv);
    if (env->text) {
        draw_text_world(s, &cv, p);
        free(cv.at);
        return;
    }
    struct trail *trails = xcalloc((size_t)cells, sizeof *trails);
    struct shading sh = { .x = xcalloc((size_t)cells, sizeof *sh.x) };
    film_trails(s->film, s->t, trails);
    shade_cells(s, &f, &sh, trails);
    int rows = p.r.rows, cols = p.r.cols / cell, top = 0, left = 0;
    world_cell(s, p.r, cell, &top, &left);
    for (int r = top; r < env->rows && r - top < rows; r++)
        for (int c = left; c < env->cols && c - left < cols; c++) {
            int i = r * env->cols + c;
            draw_tile(s, &f, p, r - top, (c - left) * cell, cell, &cv.at[i], i, &sh,
                      trails);
        }
    free(cv.at);
    free(trails);
    free(sh.x);
}
