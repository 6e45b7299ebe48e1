#include "config.h"

#include "panels.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const layer_names[] = { "belief", "visits", "value", "policy", "world", NULL };

struct pane draw_frame(struct pane p, const struct glyphs *g, bool frames, const char *fmt,
                       ...)
{
    char title[256];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(title, sizeof title, fmt, ap);
    va_end(ap);
    if (!frames)
        return p;
    int bottom = p.r.rows - 1, right = p.r.cols - 1;
    for (int c = 1; c < right; c++) {
        put_ch(p, 0, c, ROLE_FRAME, g->h);
        put_ch(p, bottom, c, ROLE_FRAME, g->h);
    }
    for (int r = 1; r < bottom; r++) {
        put_ch(p, r, 0, ROLE_FRAME, g->v);
        put_ch(p, r, right, ROLE_FRAME, g->v);
    }
    put_ch(p, 0, 0, ROLE_FRAME, g->tl);
    put_ch(p, 0, right, ROLE_FRAME, g->tr);
    put_ch(p, bottom, 0, ROLE_FRAME, g->bl);
    put_ch(p, bottom, right, ROLE_FRAME, g->br);
    struct pane top = p;
    top.r.cols--;
    put_ch(top, 0, 2, ROLE_FRAME, ' ');
    put_ch(top, 0, put(top, 0, 3, ROLE_TITLE, "%s", title), ROLE_FRAME, ' ');
    return (struct pane){ p.sheet,
                          { p.r.row + 1, p.r.col + 1, p.r.rows - 2, p.r.cols - 2 } };
}

/* ---- the world */

static const char *tile_glyph(const struct glyphs *g, enum ink ink, enum role *role)
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
    if (bare && f->mind.sampled == i) {
        glyph = g->sampled;
        role = ROLE_SAMPLED;
    } else if (bare && s->layer == LAYER_POLICY && trails[i].action >= 0) {
        snprintf(text, sizeof text, " %.3s ", action_glyph(s, (unsigned)trails[i].action));
        glyph = text;
        role = ROLE_STRONG;
    } else if (bare && shade) {
        glyph = g->unknown;
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

static void draw_text_world(const struct canvas *cv, struct pane p)
{
    for (int r = 0; r < cv->rows; r++)
        for (int c = 0; c < cv->cols; c++) {
            const struct cell *at = &cv->at[r * cv->cols + c];
            enum role role;
            tile_glyph(&glyphs_ascii, (enum ink)at->ink, &role);
            if (at->agent)
                role = ROLE_AGENT;
            put_ch(p, r, c, role, at->ch ? at->ch : ' ');
        }
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
    if (env->text) {
        draw_text_world(&cv, p);
        free(cv.at);
        return;
    }
    struct trail *trails = xcalloc((size_t)cells, sizeof *trails);
    struct shading sh = { .x = xcalloc((size_t)cells, sizeof *sh.x) };
    film_trails(s->film, s->t, trails);
    shade_cells(s, &f, &sh, trails);
    int at = f.cell < 0 ? 0 : f.cell, rows = p.r.rows, cols = p.r.cols / cell;
    int top = scroll(at / env->cols, env->rows, rows);
    int left = scroll(at % env->cols, env->cols, cols);
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

/* ---- the mind */

const char *action_glyph(const struct scene *s, unsigned action)
{
    const struct glyphs *g = s->glyphs;
    static const char *const digits[] = { "0", "1", "2", "3", "4", "5", "6", "7",
                                          "8", "9", "a", "b", "c", "d", "e", "f",
                                          "g", "h", "i", "j", "k", "l", "m", "n",
                                          "o", "p", "q", "r", "s", "t", "u", "v" };
    const char *name =
        s->env->ops->action_name ? s->env->ops->action_name(s->env, action) : "";
    if (!strcmp(name, "left"))
        return g->left;
    if (!strcmp(name, "right"))
        return g->right;
    if (!strcmp(name, "up"))
        return g->up;
    if (!strcmp(name, "down"))
        return g->down;
    if (!strcmp(name, "stay"))
        return g->stay;
    return digits[action % ACTIONS_MAX];
}

/* A bar of x in [0, 1] over `width` columns, in eighths. */
static void put_bar(struct pane p, const struct glyphs *g, int row, int col, int width,
                    double x, enum role role)
{
    int eighths = (int)lround(fmin(1, fmax(0, x)) * width * 8);
    for (int i = 0; i < width && eighths > 0; i++, eighths -= 8)
        put(p, row, col + i, role, "%s", g->bar[eighths > 8 ? 8 : eighths]);
}

struct range {
    double lo, hi;
};

static struct range range_of(const double *x, uint32_t n)
{
    struct range r = { INFINITY, -INFINITY };
    for (uint32_t i = 0; i < n; i++)
        if (isfinite(x[i])) {
            r.lo = fmin(r.lo, x[i]);
            r.hi = fmax(r.hi, x[i]);
        }
    return r;
}

static void draw_action(const struct scene *s, const struct frame *f, struct pane p,
                        int row, unsigned a, struct range values)
{
    const struct insight *in = &f->mind;
    const char *name =
        s->env->ops->action_name ? s->env->ops->action_name(s->env, a) : "action";
    bool chosen = f->rec.t && a == f->rec.action;
    enum role role = chosen ? ROLE_STRONG : ROLE_TEXT;
    put(p, row, 1, role, "%s", action_glyph(s, a));
    put(p, row, 3, role, "%-7.7s", name);
    bool known = a < in->n_actions && isfinite(in->value[a]);
    if (known)
        put(p, row, 10, role, "%8.*f", fabs(in->value[a]) < 10 ? 3 : 2, in->value[a]);
    else
        put(p, row, 17, ROLE_DIM, "%s", s->glyphs->dash);
    if (a < in->n_actions && isfinite(in->visits[a]))
        put(p, row, 19, role, "%7.0f", in->visits[a]);
    int width = p.r.cols - 28 - 10;
    double span = values.hi - values.lo;
    if (known && width > 2)
        put_bar(p, s->glyphs, row, 28, width,
                span > 0 ? 0.04 + 0.96 * (in->value[a] - values.lo) / span : 0.04,
                chosen ? ROLE_GOOD : ROLE_BAR);
    if (chosen)
        put(p, row, p.r.cols - 9, ROLE_STRONG, "%s chosen", s->glyphs->chosen);
}

static int draw_actions(const struct scene *s, const struct frame *f, struct pane p,
                        int room)
{
    uint32_t n = s->env->space.n_actions, shown = 0;
    struct range values = range_of(f->mind.value, f->mind.n_actions);
    put(p, 0, 1, ROLE_DIM, "action      value  visits");
    for (unsigned a = 0; a < n && (int)shown + 1 < room; a++, shown++) {
        bool last = (int)shown + 2 == room && a + 1 < n;
        if (last) {
            put(p, (int)shown + 1, 3, ROLE_DIM, "and %u more", n - a);
            return room;
        }
        draw_action(s, f, p, (int)shown + 1, a, values);
    }
    return (int)shown + 1;
}

static void put_plan(const struct scene *s, const struct frame *f, struct pane p, int row,
                     int col, int room)
{
    for (uint32_t i = 0; i < f->mind.n_plan && room-- > 0; i++)
        col = put(p, row, col, ROLE_STRONG, "%s", action_glyph(s, f->mind.plan[i]));
}

static void draw_search(const struct scene *s, const struct frame *f, struct pane p,
                        int row)
{
    const struct insight *in = &f->mind;
    if (in->n_plan) {
        put(p, row, 1, ROLE_DIM, "plan");
        put_plan(s, f, p, row, 8, 12);
    }
    char line[80] = "";
    if (in->samples)
        snprintf(line, sizeof line, "tree %" PRIu64 " nodes  depth %u", in->nodes,
                 in->depth);
    else if (in->nodes)
        snprintf(line, sizeof line, "exact  %" PRIu64 " beliefs", in->nodes);
    else if (in->n_plan)
        snprintf(line, sizeof line, "exact  value iteration");
    put(p, row, 22, ROLE_TEXT, "%s", line);
}

static void draw_belief(const struct frame *f, struct pane p, int row)
{
    const struct insight *in = &f->mind;
    if (!isfinite(in->entropy))
        return;
    put(p, row, 1, ROLE_DIM, "belief");
    int col = put(p, row, 8, ROLE_TEXT, "%.2f of %.2f bits", in->entropy / M_LN2,
                  in->entropy_start / M_LN2);
    if (isfinite(in->gain))
        col = put(p, row, col + 2, ROLE_TEXT, "gain %+.2f", in->gain / M_LN2);
    if (in->live)
        put(p, row, col + 2, ROLE_TEXT, "%u live", in->live);
}

/* The likeliest cells of the belief. */
static void draw_top(const struct scene *s, const struct frame *f, struct pane p, int row)
{
    int cells = s->env->rows * s->env->cols, col = 8;
    if (!f->belief)
        return;
    put(p, row, 1, ROLE_DIM, "top");
    int best[3] = { -1, -1, -1 };
    for (int i = 0; i < cells; i++)
        for (int k = 0; k < 3; k++)
            if (best[k] < 0 || f->belief[i] > f->belief[best[k]]) {
                memmove(best + k + 1, best + k, (size_t)(2 - k) * sizeof *best);
                best[k] = i;
                break;
            }
    for (int k = 0; k < 3 && best[k] >= 0 && (double)f->belief[best[k]] > 0; k++)
        col = 3 + put(p, row, col, ROLE_TEXT, "(%d,%d) %.2f", best[k] % s->env->cols,
                      best[k] / s->env->cols, (double)f->belief[best[k]]);
}

static void draw_percept(const struct scene *s, const struct frame *f, struct pane p,
                         int row)
{
    char text[64];
    if (!f->rec.t)
        return;
    snprintf(text, sizeof text, "%" PRIu32, f->rec.e.obs);
    if (s->env->ops->percept_text)
        s->env->ops->percept_text(s->env, f->rec.e, text, sizeof text);
    put(p, row, 1, ROLE_DIM, "percept");
    int col = put(p, row, 9, ROLE_TEXT, "saw %s", text);
    double middle = ((double)s->env->space.rew_min + s->env->space.rew_max) / 2;
    put(p, row, col + 2, f->rec.e.rew > middle ? ROLE_GOOD : ROLE_TEXT, "reward %+" PRId32,
        f->rec.e.rew);
}

static void draw_phase(const struct scene *s, const struct frame *f, struct pane p, int row)
{
    int col = 8;
    if (!*f->mind.phase && f->mind.sampled < 0)
        return;
    put(p, row, 1, ROLE_DIM, "phase");
    if (*f->mind.phase)
        col = 2 + put(p, row, col, ROLE_STRONG, "%s", f->mind.phase);
    if (f->mind.sampled >= 0 && s->env->cols)
        put(p, row, col, ROLE_SAMPLED, "follows (%d,%d)", f->mind.sampled % s->env->cols,
            f->mind.sampled / s->env->cols);
}

void draw_mind(const struct scene *s, struct pane p)
{
    struct frame f = film_at(s->film, s->t);
    int rows = p.r.rows, lines = 4, actions = rows - lines;
    bool phase = *f.mind.phase || f.mind.sampled >= 0;
    if (phase)
        actions--;
    int row = draw_actions(s, &f, p, actions < 4 ? rows : actions);
    if (actions < 4)
        return;
    if (rows - row > lines + phase)
        row++;
    draw_search(s, &f, p, row++);
    if (phase)
        draw_phase(s, &f, p, row++);
    draw_belief(&f, p, row++);
    draw_top(s, &f, p, row++);
    draw_percept(s, &f, p, row);
}

void describe(const struct scene *s, char *buf, size_t n)
{
    struct frame f = film_at(s->film, s->t);
    char percept[64], event[64];
    if (!f.rec.t) {
        snprintf(buf, n, "t=0 before the first action");
        return;
    }
    snprintf(percept, sizeof percept, "%" PRIu32, f.rec.e.obs);
    if (s->env->ops->percept_text)
        s->env->ops->percept_text(s->env, f.rec.e, percept, sizeof percept);
    int at =
        snprintf(buf, n, "t=%" PRIu64 " %s; saw %s; reward %+" PRId32, f.rec.t,
                 s->env->ops->action_name ? s->env->ops->action_name(s->env, f.rec.action)
                                          : action_glyph(s, f.rec.action),
                 percept, f.rec.e.rew);
    if (at > 0 && (size_t)at < n && film_event(s->film, s->t, event, sizeof event))
        snprintf(buf + at, n - (size_t)at, "; %s", event);
}

/* ---- traces */

/* One number of a cycle. */
enum series { SERIES_REWARD, SERIES_GAIN, SERIES_EXPLORED, SERIES_VALUE, SERIES_KINDS };
static const char *const series_names[] = { "reward/step", "info gain", "explored",
                                            "value" };

static double series_at(const struct scene *s, enum series kind, int64_t t)
{
    struct frame f = film_at(s->film, t);
    double top = NAN;
    switch (kind) {
    case SERIES_REWARD:
        return f.rec.t ? f.rec.total / (double)f.rec.t / s->env->space.scale : (double)NAN;
    case SERIES_GAIN: return f.rec.t ? (f.mind.entropy_start - f.mind.entropy) / M_LN2 : 0;
    case SERIES_EXPLORED: return f.rec.explored;
    default:
        for (uint32_t a = 0; a < f.mind.n_actions; a++)
            if (isfinite(f.mind.value[a]) && !(f.mind.value[a] <= top))
                top = f.mind.value[a];
        return top;
    }
}

/* Whether the agent and the world have such numbers at all. */
static bool has_series(const struct scene *s, enum series kind)
{
    return isfinite(series_at(s, kind, s->t)) || kind == SERIES_REWARD;
}

/* The window of cycles shown: the last `width` up to t. */
static int64_t window(const struct scene *s, int width)
{
    int64_t first = s->t - width + 1, kept = s->status.first;
    return first > kept ? first : kept;
}

static void put_spark(const struct scene *s, enum series kind, struct pane p, int row,
                      int col, int width)
{
    int64_t first = window(s, width);
    struct range r = { INFINITY, -INFINITY };
    for (int64_t t = first; t <= s->t; t++) {
        double x = series_at(s, kind, t);
        if (isfinite(x)) {
            r.lo = fmin(r.lo, x);
            r.hi = fmax(r.hi, x);
        }
    }
    if (kind != SERIES_VALUE)
        r.lo = fmin(r.lo, 0);
    if (kind == SERIES_REWARD && isfinite(s->status.optimal))
        r.hi = fmax(r.hi, s->status.optimal);
    for (int64_t t = first; t <= s->t; t++) {
        double x = series_at(s, kind, t), span = r.hi - r.lo;
        int k = !isfinite(x) ? 0 : span > 0 ? 1 + (int)lround((x - r.lo) / span * 7) : 1;
        put(p, row, col + (int)(t - first), ROLE_BAR, "%s", s->glyphs->spark[k]);
    }
}

static void put_series(const struct scene *s, enum series kind, struct pane p, int row,
                       int width)
{
    double x = series_at(s, kind, s->t);
    put(p, row, 1, ROLE_DIM, "%-12s", series_names[kind]);
    if (!isfinite(x))
        put(p, row, 19, ROLE_DIM, "%s", s->glyphs->dash);
    else if (kind == SERIES_EXPLORED)
        put(p, row, 12, ROLE_TEXT, "%7.1f%%", x);
    else
        put(p, row, 12, ROLE_TEXT, "%8.2f", x);
    put_spark(s, kind, p, row, 22, width);
}

static void draw_timeline(const struct scene *s, struct pane p, int row)
{
    char label[48];
    double share = s->status.steps ? (double)s->t / (double)s->status.steps : 1;
    snprintf(label, sizeof label, "step %" PRId64 "/%" PRIu64, s->t, s->status.steps);
    int from = put(p, row, 1, ROLE_TEXT, "%s", label) + 2;
    if (from < 22)
        from = 22;
    int width = p.r.cols - from - 6, at = (int)lround(share * (width - 1));
    for (int i = 0; i < width; i++)
        put(p, row, from + i, i <= at ? ROLE_BAR : ROLE_DIM, "%s",
            i == at  ? s->glyphs->knob
            : i < at ? s->glyphs->line
                     : "-");
    put(p, row, p.r.cols - 5, ROLE_TEXT, "%3.0f%%", 100 * share);
}

/* ---- plots: where there is room, a curve of reward per step over the whole run */

/* Cycle drawn in dot column x of `width`. */
static int64_t plot_cycle(const struct scene *s, int x, int width)
{
    return (int64_t)llround((double)x / (width - 1) * (double)s->status.steps);
}

/* Dots of one run into a pane of braille cells, two dots wide and four high, or of ASCII. */
static void plot_run(const struct scene *s, struct pane p, struct range r, enum role role,
                     uint32_t *dots)
{
    int width = 2 * p.r.cols, height = 4 * p.r.rows;
    for (int x = 0; x < width; x++) {
        int64_t t = plot_cycle(s, x, width);
        if (t < s->status.first || t > s->t || t < 1)
            continue;
        double v = series_at(s, SERIES_REWARD, t);
        int y = (int)lround((r.hi - v) / (r.hi - r.lo) * (height - 1));
        if (y < 0 || y >= height)
            continue;
        static const uint8_t bit[4][2] = { { 0, 3 }, { 1, 4 }, { 2, 5 }, { 6, 7 } };
        uint32_t *d = &dots[y / 4 * p.r.cols + x / 2];
        *d |= 1u << bit[y % 4][x % 2];
        bool braille = s->glyphs == &glyphs_utf8;
        put_ch(p, y / 4, x / 2, role,
               braille   ? 0x2800 + *d
               : *s->tag ? (uint8_t)*s->tag
                         : '*');
    }
}

/* Of what is drawn: one cycle a dot column. */
static struct range plot_range(const struct scene *scenes, int n, int width)
{
    struct range r = { 0, -INFINITY };
    for (int i = 0; i < n; i++) {
        const struct scene *s = &scenes[i];
        for (int x = 0; x < width; x++) {
            int64_t t = plot_cycle(s, x, width);
            if (t < s->status.first || t > s->t || t < 1)
                continue;
            double v = series_at(s, SERIES_REWARD, t);
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
    struct range r = plot_range(scenes, n, 2 * (p.r.cols - 10));
    struct pane area = { p.sheet, { p.r.row, p.r.col + 9, p.r.rows, p.r.cols - 10 } };
    if (rect_empty(area.r))
        return;
    uint32_t *dots = xcalloc((size_t)area.r.rows * (size_t)area.r.cols, sizeof *dots);
    if (isfinite(s->status.optimal)) {
        int y = (int)lround((r.hi - s->status.optimal) / (r.hi - r.lo) * (p.r.rows - 1));
        for (int c = 0; c < area.r.cols; c += 2)
            put(area, y, c, ROLE_OPTIMAL, "%s", s->glyphs->dash);
    }
    for (int i = 0; i < n; i++)
        plot_run(&scenes[i], area, r, i ? ROLE_OTHER : ROLE_BAR, dots);
    put(p, 0, 0, ROLE_DIM, "%7.1f", r.hi);
    put(p, p.r.rows - 1, 0, ROLE_DIM, "%7.1f", r.lo);
    for (int i = 0; i < p.r.rows; i++)
        put_ch(p, i, 8, ROLE_FRAME, s->glyphs->v);
    free(dots);
}

void draw_traces(const struct scene *scenes, int n, struct pane p)
{
    const struct scene *s = &scenes[0];
    int row = 0, width = p.r.cols - 22 - 1, last = p.r.rows - 1;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < SERIES_KINDS && row < last; k++) {
            if (!has_series(&scenes[i], (enum series)k) || (n > 1 && k != SERIES_REWARD))
                continue;
            put_series(&scenes[i], (enum series)k, p, row, width);
            if (n > 1)
                put(p, row, 0, i ? ROLE_OTHER : ROLE_BAR, "%s", scenes[i].tag);
            row++;
            if (k == SERIES_REWARD && isfinite(s->status.optimal) && row < last &&
                i == n - 1) {
                put(p, row, 1, ROLE_DIM, "  optimal");
                put(p, row++, 12, ROLE_OPTIMAL, "%8.2f", s->status.optimal);
            }
        }
    if (last - row >= 4)
        draw_plot(scenes, n,
                  (struct pane){
                      p.sheet, { p.r.row + row, p.r.col + 1, last - row, p.r.cols - 2 } });
    draw_timeline(s, p, last);
}

void draw_events(const struct scene *scenes, int n, struct pane p)
{
    char line[64];
    int row = 0;
    int64_t first = scenes[0].status.first;
    for (int64_t t = scenes[0].t; t > first && row < p.r.rows; t--)
        for (int i = 0; i < n && row < p.r.rows; i++)
            if (t <= scenes[i].t && film_event(scenes[i].film, t, line, sizeof line)) {
                int col = put(p, row, 1, ROLE_DIM, "t=%-5" PRId64 " ", t);
                if (*scenes[i].tag)
                    col = put(p, row, col, i ? ROLE_OTHER : ROLE_BAR, "%s ", scenes[i].tag);
                put(p, row++, col, ROLE_TEXT, "%s", line);
            }
}

void draw_summary(const struct scene *s, struct pane p)
{
    struct frame f = film_at(s->film, s->t);
    int row = 0, width = p.r.cols - 13;
    static const char *const names[] = { "rew", "gain", "expl", "val" };
    for (int k = 0; k < SERIES_VALUE && row < p.r.rows; k++)
        if (has_series(s, (enum series)k)) {
            put(p, row, 0, ROLE_DIM, "%-4s", names[k]);
            put(p, row, 4, ROLE_TEXT, "%7.2f", series_at(s, (enum series)k, s->t));
            put_spark(s, (enum series)k, p, row++, 12, width);
        }
    row++;
    struct range values = range_of(f.mind.value, f.mind.n_actions);
    for (unsigned a = 0; a < s->env->space.n_actions && row < p.r.rows - 1; a++, row++) {
        bool chosen = f.rec.t && a == f.rec.action;
        put(p, row, 0, chosen ? ROLE_STRONG : ROLE_TEXT, "%s", action_glyph(s, a));
        if (a >= f.mind.n_actions || !isfinite(f.mind.value[a]))
            continue;
        put(p, row, 2, chosen ? ROLE_STRONG : ROLE_TEXT, "%8.2f", f.mind.value[a]);
        double span = values.hi - values.lo;
        put_bar(p, s->glyphs, row, 11, p.r.cols - 12,
                span > 0 ? (f.mind.value[a] - values.lo) / span : 0,
                chosen ? ROLE_GOOD : ROLE_BAR);
    }
    if (isfinite(f.mind.entropy))
        put(p, row, 0, ROLE_TEXT, "H %.2f bits", f.mind.entropy / M_LN2);
}
