#include "config.h"

#include "panels.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the mind */

static struct span range_of(const double *x, uint32_t n)
{
    struct span r = { INFINITY, -INFINITY };
    for (uint32_t i = 0; i < n; i++)
        if (isfinite(x[i])) {
            r.lo = fmin(r.lo, x[i]);
            r.hi = fmax(r.hi, x[i]);
        }
    return r;
}

/* A number right-aligned in `width` columns from `col` on, with as many of `digits` after
 * its point as fit there; what the pane would cut is left out whole. Returns the column
 * after it. */
static int put_number(struct pane p, int row, int col, enum role role, double x, int width,
                      int digits)
{
    char text[32];
    int len = snprintf(text, sizeof text, "%*.*f", width, digits, x);
    while (len > width && digits > 0)
        len = snprintf(text, sizeof text, "%*.*f", width, --digits, x);
    return col + len > p.r.cols ? col : put_text(p, row, col, role, "%s", text);
}

enum { COL_VALUE = 10, COL_VISITS = 19, COL_BAR = 28 }; /* 8 and 7 columns wide */

/* The mark of the action taken, as much of it as leaves the numbers before it alone. */
static void draw_chosen(const struct scene *s, struct pane p, int row, int from)
{
    int room = p.r.cols - from;
    if (room >= 9)
        put_text(p, row, p.r.cols - 9, ROLE_STRONG, "%s chosen", s->glyphs->chosen);
    else if (room >= 2)
        put_text(p, row, p.r.cols - 1, ROLE_STRONG, "%s", s->glyphs->chosen);
}

static void draw_action(const struct scene *s, const struct frame *f, struct pane p,
                        int row, unsigned a, struct span values)
{
    const struct insight *in = &f->mind;
    bool chosen = f->rec.t && a == f->rec.action;
    enum role role = chosen ? ROLE_STRONG : ROLE_TEXT;
    put_text(p, row, 1, role, "%s", action_glyph(s, a));
    put_text(p, row, 3, role, "%-7.7s", action_words(s, a));
    bool known = a < in->n_actions && isfinite(in->value[a]);
    int end = COL_VISITS;
    if (known)
        put_number(p, row, COL_VALUE, role, in->value[a], 8,
                   fabs(in->value[a]) < 10 ? 3 : 2);
    else
        put_text(p, row, COL_VISITS - 2, ROLE_DIM, "%s", s->glyphs->dash);
    if (a < in->n_actions && isfinite(in->visits[a]))
        end = put_number(p, row, COL_VISITS, role, in->visits[a], 7, 0);
    int bar = end < COL_BAR ? COL_BAR : end + 1, width = p.r.cols - bar - 10;
    double span = values.hi - values.lo;
    if (known && width > 2)
        put_bar(p, s->glyphs, row, bar, width,
                span > 0 ? 0.04 + 0.96 * (in->value[a] - values.lo) / span : 0.04,
                chosen ? ROLE_GOOD : ROLE_BAR);
    if (chosen)
        draw_chosen(s, p, row, end);
}

static int draw_actions(const struct scene *s, const struct frame *f, struct pane p,
                        int room)
{
    uint32_t n = s->env->space.n_actions, shown = 0;
    struct span values = range_of(f->mind.value, f->mind.n_actions);
    put_text(p, 0, 1, ROLE_DIM, "action      value  visits");
    for (unsigned a = 0; a < n && (int)shown + 1 < room; a++, shown++) {
        bool last = (int)shown + 2 == room && a + 1 < n;
        if (last) {
            put_text(p, (int)shown + 1, 3, ROLE_DIM, "and %u more", n - a);
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
        col = put_text(p, row, col, ROLE_STRONG, "%s", action_glyph(s, f->mind.plan[i]));
}

static void draw_search(const struct scene *s, const struct frame *f, struct pane p,
                        int row)
{
    const struct insight *in = &f->mind;
    if (in->n_plan) {
        put_text(p, row, 1, ROLE_DIM, "plan");
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
    put_text(p, row, 22, ROLE_TEXT, "%s", line);
}

static void draw_belief(const struct frame *f, struct pane p, int row)
{
    const struct insight *in = &f->mind;
    put_text(p, row, 1, ROLE_DIM, "belief");
    if (in->informed) {
        put_text(p, row, 8, ROLE_TEXT, "%s", insight_informed);
        return;
    }
    int col = put_text(p, row, 8, ROLE_TEXT, "%.2f of %.2f bits", in->entropy / M_LN2,
                       in->entropy_start / M_LN2);
    if (isfinite(in->gain))
        col = put_text(p, row, col + 2, ROLE_TEXT, "gain %+.2f", in->gain / M_LN2);
    if (in->live)
        put_text(p, row, col + 2, ROLE_TEXT, "%u live", in->live);
}

/* The likeliest cells of the belief. */
static void draw_top(const struct scene *s, const struct frame *f, struct pane p, int row)
{
    int cells = s->env->rows * s->env->cols, col = 8;
    put_text(p, row, 1, ROLE_DIM, "top");
    int best[3] = { -1, -1, -1 };
    for (int i = 0; i < cells; i++)
        for (int k = 0; k < 3; k++)
            if (best[k] < 0 || f->belief[i] > f->belief[best[k]]) {
                memmove(best + k + 1, best + k, (size_t)(2 - k) * sizeof *best);
                best[k] = i;
                break;
            }
    for (int k = 0; k < 3 && best[k] >= 0 && (double)f->belief[best[k]] > 0; k++)
        col = 3 + put_text(p, row, col, ROLE_TEXT, "(%d,%d) %.2f", best[k] % s->env->cols,
                           best[k] / s->env->cols, (double)f->belief[best[k]]);
}

static void draw_phase(const struct scene *s, const struct frame *f, struct pane p, int row)
{
    int col = 8;
    put_text(p, row, 1, ROLE_DIM, "phase");
    if (*f->mind.phase)
        col = 2 + put_text(p, row, col, ROLE_STRONG, "%s", f->mind.phase);
    if (f->mind.sampled >= 0 && s->env->cols)
        put_text(p, row, col, ROLE_SAMPLED, "follows (%d,%d)",
                 f->mind.sampled % s->env->cols, f->mind.sampled / s->env->cols);
}

static void draw_percept(const struct scene *s, const struct frame *f, struct pane p,
                         int row)
{
    char text[64];
    percept_words(s, f->rec.e, text, sizeof text);
    put_text(p, row, 1, ROLE_DIM, "percept");
    int col = put_text(p, row, 9, ROLE_TEXT, "saw %s", text);
    double middle = ((double)s->env->space.rew_min + s->env->space.rew_max) / 2;
    put_text(p, row, col + 2, f->rec.e.rew > middle ? ROLE_GOOD : ROLE_TEXT,
             "reward %+" PRId32, f->rec.e.rew);
}

/* The world's own metrics. */
static void draw_report(const struct world_metric *m, const struct frame *f, struct pane p,
                        int row)
{
    put_text(p, row, 1, ROLE_DIM, "world");
    for (int i = 0, col = 9; m[i].name; i++)
        if (isfinite(f->rec.report[i]))
            col = put_text(p, row, col, ROLE_TEXT, "%s %g%s%s", m[i].name, f->rec.report[i],
                           *m[i].unit ? " " : "", m[i].unit) +
                  2;
}

/* ---- what it expects of the next cycle */

/* Expected reward of an action, and its likeliest percepts as far as there is room. */
static void draw_prospect(const struct scene *s, const struct prospect *o, struct pane p,
                          int row, unsigned a)
{
    char text[64];
    int col = 20;
    put_text(p, row, 1, ROLE_TEXT, "%s", action_glyph(s, a));
    put_text(p, row, 3, ROLE_TEXT, "%-7.7s", action_words(s, a));
    if (isfinite(o->mean))
        put_text(p, row, 10, ROLE_TEXT, "%8.2f", (double)o->mean);
    for (int k = 0; k < OUTLOOK_LIKELY && o->p[k] >= 0.005f; k++) {
        percept_words(s, o->e[k], text, sizeof text);
        int width = text_width(text) + 12;
        if (k && col + width > p.r.cols)
            return;
        col = put_text(p, row, col, k ? ROLE_DIM : ROLE_TEXT, "%s %+" PRId32 " %.2f", text,
                       o->e[k].rew, (double)o->p[k]) +
              3;
    }
}

/* The last bits a predictor has seen, the latest at the right. */
static void draw_bits(const struct outlook *o, struct pane p, int row)
{
    uint32_t room = p.r.cols > 12 ? (uint32_t)p.r.cols - 10 : 0;
    uint32_t n = o->n_bits < room ? o->n_bits : room;
    put_text(p, row, 1, ROLE_DIM, "bits");
    for (uint32_t i = 0; i < n; i++)
        put_ch(p, row, 8 + (int)i, o->bits >> (n - 1 - i) & 1 ? ROLE_STRONG : ROLE_DIM,
               o->bits >> (n - 1 - i) & 1 ? '1' : '0');
}

/* The posterior over the order of the source: how far back it looks. */
static void draw_orders(const struct scene *s, const struct outlook *o, struct pane p,
                        int row)
{
    float top = 0;
    double mean = 0;
    for (uint32_t i = 0; i < o->n_orders; i++) {
        top = o->order[i] > top ? o->order[i] : top;
        mean += (double)o->order[i] * i * o->depth / (o->n_orders - 1);
    }
    put_text(p, row, 1, ROLE_DIM, "order");
    int col = put_text(p, row, 8, ROLE_DIM, "0 ");
    for (uint32_t i = 0; i < o->n_orders && col < p.r.cols - 16; i++) {
        int k = top > 0 ? (int)ceilf(o->order[i] / top * 8) : 0;
        put_text(p, row, col++, ROLE_BAR, "%s", s->glyphs->spark[k]);
    }
    put_text(p, row, col, ROLE_DIM, " %" PRIu32 "  mean %.1f", o->depth, mean);
}

static int draw_outlook(const struct scene *s, const struct outlook *o, struct pane p,
                        int row)
{
    put_text(p, row++, 1, ROLE_DIM, "expects    reward  likeliest percepts, chance");
    for (unsigned a = 0; a < o->n_actions; a++)
        draw_prospect(s, &o->action[a], p, row++, a);
    return row;
}

/* ---- the panel */

/* Draws all there is to tell below the actions; returns the row after it. */
static int draw_facts(const struct scene *s, const struct frame *f, struct pane p, int row)
{
    const struct insight *in = &f->mind;
    const struct outlook *o = f->outlook;
    if (in->n_plan || in->samples || in->nodes)
        draw_search(s, f, p, row++);
    if (*in->phase || in->sampled >= 0)
        draw_phase(s, f, p, row++);
    if (isfinite(in->entropy))
        draw_belief(f, p, row++);
    if (f->belief)
        draw_top(s, f, p, row++);
    if (f->rec.t)
        draw_percept(s, f, p, row++);
    if (s->env->ops->metrics)
        draw_report(s->env->ops->metrics, f, p, row++);
    if (o && o->n_bits)
        draw_bits(o, p, row++);
    if (o && o->n_orders)
        draw_orders(s, o, p, row++);
    return row;
}

void panel_actions(struct stage *st, struct pane p)
{
    const struct scene *s = &st->scene[st->run];
    struct frame f = film_at(s->film, s->t);
    if (p.r.rows > (int)s->env->space.n_actions + 1)
        p = draw_heading(p, s->glyphs, ROLE_STRONG, s->who, "%s", "");
    draw_actions(s, &f, p, p.r.rows);
}

void panel_facts(struct stage *st, struct pane p)
{
    const struct scene *s = &st->scene[st->run];
    struct frame f = film_at(s->film, s->t);
    draw_facts(s, &f, p, 0);
}

void panel_expects(struct stage *st, struct pane p)
{
    const struct scene *s = &st->scene[st->run];
    struct frame f = film_at(s->film, s->t);
    p = draw_heading(p, s->glyphs, ROLE_STRONG, "Expects next",
                     "reward, likeliest percepts, chance");
    if (f.outlook)
        draw_outlook(s, f.outlook, p, -1);
}

void panel_tree(struct stage *st, struct pane p)
{
    const struct scene *s = &st->scene[st->run];
    p = draw_heading(p, s->glyphs, ROLE_STRONG, "Search tree", "Enter opens it");
    draw_twigs(s, p, 0);
}

void panel_posterior(struct stage *st, struct pane p)
{
    (void)st;
    (void)p;
}

/* ---- the search tree */

int draw_twigs(const struct scene *s, struct pane p, int down)
{
    struct frame f = film_at(s->film, s->t);
    char after[64];
    struct pane words = p; /* the numbers beside them are whole */
    words.r.cols -= 23;
    for (int i = down; i < (int)f.n_twigs && i - down < p.r.rows; i++) {
        const struct twig *w = &f.twig[i];
        int row = i - down, col = 1 + 4 * w->depth;
        if (w->depth) {
            percept_words(s, w->after, after, sizeof after);
            col = put_text(words, row, col, ROLE_DIM, "%s %+" PRId32 "  ", after,
                           w->after.rew);
        }
        enum role role = w->depth ? ROLE_TEXT : ROLE_STRONG;
        col = put_text(words, row, col, role, "%s %s", action_glyph(s, w->action),
                       action_words(s, w->action));
        if (col > words.r.cols)
            put_text(words, row, words.r.cols - 2, ROLE_DIM, "..");
        put_text(p, row, p.r.cols - 22, role, "%9.2f %10" PRIu32, (double)w->value,
                 w->visits);
    }
    return (int)f.n_twigs;
}
