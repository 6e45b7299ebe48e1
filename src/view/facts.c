#include "config.h"

#include "panels.h"
#include "ramp.h"
#include "words.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What is known in words, a line each: plan, likely, learnt, saw; of several agents a line
 * each. */

enum { LABEL = 8 }; /* columns of a line's name, with its gap */

/* Where text goes on in a line; what does not fit is left out whole, and all after it. */
struct line {
    struct pane p;
    int row, col;
};

static void say(struct line *l, int gap, enum role role, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
static void say(struct line *l, int gap, enum role role, const char *fmt, ...)
{
    char text[160];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (!*text)
        return;
    if (l->col + gap + text_width(text) > l->p.r.cols)
        l->p.r.cols = 0;
    else
        l->col = put_text(l->p, l->row, l->col + gap, role, "%s", text);
}

static struct line begin(struct pane p, int row, const char *label)
{
    struct line l = { p, row, 0 };
    int label_width = p.r.cols < 24 ? 0 : LABEL; /* narrow: the line says what it is */
    if (label_width)
        put_text(p, row, 0, ROLE_DIM, "%s", label);
    l.col = label_width;
    return l;
}

static void say_phase(const struct scene *s, const struct frame *f, struct line *l, int gap)
{
    const struct insight *in = &f->mind;
    int cols = s->env->cols;
    if (in->sampled >= 0 && cols)
        say(l, gap, (enum role)(ROLE_BAR + s->nr), "follows (%d,%d)", in->sampled % cols,
            in->sampled / cols);
    if (*in->phase)
        say(l, in->sampled >= 0 ? 2 : gap, ROLE_TEXT, "%s", in->phase);
}

static void line_plan(const struct scene *s, const struct frame *f, struct pane p, int row)
{
    struct line l = begin(p, row, f->mind.n_plan || !*f->mind.phase ? "plan" : "phase");
    int room = l.p.r.cols - l.col;
    for (uint32_t i = 0; i < f->mind.n_plan && i < 12 && (int)i < room; i++)
        l.col = put_text(p, row, l.col, (enum role)(ROLE_AGENT + s->nr), "%s",
                         action_glyph(s, f->mind.plan[i]));
    say_phase(s, f, &l, f->mind.n_plan ? 3 : 0);
}

static void percent(char *buf, size_t n, double p)
{
    if (!ramp_text(buf, n, p, 4))
        snprintf(buf, n, "0");
}

/* The likeliest places, or that none is likelier than others. */
static void say_likely(const struct scene *s, const struct frame *f, struct line *l)
{
    int best[3], n = scene_likely(s, best), cells = s->env->rows * s->env->cols, alive = 0,
                 top = 0;
    char text[16];
    for (int i = 0; i < cells; i++) {
        alive += (double)f->belief[i] > 1e-9;
        top = f->belief[i] > f->belief[top] ? i : top;
    }
    percent(text, sizeof text, (double)f->belief[top]);
    if (!alive)
        say(l, 0, ROLE_TEXT, "nowhere");
    else if (n == 1 && (double)f->belief[best[0]] > 0.9995)
        say(l, 0, ROLE_STRONG, "certain: (%d,%d)", best[0] % s->env->cols,
            best[0] / s->env->cols);
    else if (!n && alive > 1) {
        bool alike = (double)f->belief[top] * alive < 1.05;
        if (l->p.r.cols < 26)
            say(l, 0, ROLE_TEXT, alike ? "%s%% each" : "at most %s%% each", text);
        else
            say(l, 0, ROLE_TEXT,
                alike ? "%d cells alike, %s%% each" : "%d cells, at most %s%% each", alive,
                text);
    }
    for (int k = 0; k < n && !(n == 1 && (double)f->belief[best[0]] > 0.9995); k++) {
        percent(text, sizeof text, (double)f->belief[best[k]]);
        say(l, k ? 2 : 0, k ? ROLE_TEXT : ROLE_STRONG, "%d (%d,%d) %s%%", k + 1,
            best[k] % s->env->cols, best[k] / s->env->cols, text);
    }
}

static void line_likely(const struct scene *s, const struct frame *f, struct pane p,
                        int row)
{
    struct line l = begin(p, row, "likely");
    say_likely(s, f, &l);
}

static void line_learnt(const struct scene *s, const struct frame *f, struct pane p,
                        int row)
{
    struct line l = begin(p, row, "learnt");
    if (f->mind.informed)
        say(&l, 0, ROLE_TEXT, "%s", insight_informed);
    else if (isfinite(f->mind.gain)) {
        say(&l, 0, ROLE_TEXT, "%+.2f bits", f->mind.gain / M_LN2 + 0.0);
        say(&l, 1, ROLE_DIM, "of this percept");
        if (f->mind.live)
            say(&l, 3, ROLE_TEXT, "%" PRIu32 " live", f->mind.live);
    }
    (void)s;
}

static void line_saw(const struct scene *s, const struct frame *f, struct pane p, int row)
{
    struct line l = begin(p, row, "saw");
    char text[64], number[NUMBER_CHARS];
    if (!f->rec.t) {
        say(&l, 0, ROLE_DIM, "nothing yet");
        return;
    }
    percept_words(s, f->rec.e, text, sizeof text);
    double middle = ((double)s->env->space.rew_min + s->env->space.rew_max) / 2;
    say(&l, 0, ROLE_TEXT, "%s", text);
    words_number(number, s->glyphs, f->rec.e.rew, 0);
    say(&l, 3, ROLE_DIM, "reward");
    say(&l, 1, f->rec.e.rew > middle ? ROLE_GOOD : ROLE_STRONG, "%s%s",
        f->rec.e.rew > 0 ? "+" : "", number);
}

/* The world's own metrics. */
static void line_world(const struct scene *s, const struct frame *f, struct pane p, int row)
{
    struct line l = begin(p, row, "world");
    const struct world_metric *m = s->env->ops->metrics;
    for (int i = 0; m[i].name; i++)
        if (isfinite(f->rec.report[i]))
            say(&l, i ? 2 : 0, ROLE_TEXT, "%s %g%s%s", m[i].name, f->rec.report[i],
                *m[i].unit ? " " : "", m[i].unit);
}

/* The last bits a predictor has seen, the latest at the right. */
static void line_bits(const struct scene *s, const struct frame *f, struct pane p, int row)
{
    const struct outlook *o = f->outlook;
    struct line l = begin(p, row, "bits");
    uint32_t room = p.r.cols > l.col ? (uint32_t)(p.r.cols - l.col) : 0;
    uint32_t n = o->n_bits < room ? o->n_bits : room;
    (void)s;
    for (uint32_t i = 0; i < n; i++) {
        bool one = o->bits >> (n - 1 - i) & 1;
        put_ch(p, row, l.col + (int)i, one ? ROLE_STRONG : ROLE_DIM, one ? '1' : '0');
    }
}

/* The posterior over the order of the source: how far back it looks. */
static void line_order(const struct scene *s, const struct frame *f, struct pane p, int row)
{
    const struct outlook *o = f->outlook;
    struct line l = begin(p, row, "order");
    float top = 0;
    double mean = 0;
    for (uint32_t i = 0; i < o->n_orders; i++) {
        top = o->order[i] > top ? o->order[i] : top;
        mean += (double)o->order[i] * i * o->depth / (o->n_orders - 1);
    }
    int col = put_text(p, row, l.col, ROLE_DIM, "0 ");
    for (uint32_t i = 0; i < o->n_orders && col < p.r.cols - 16; i++) {
        int k = top > 0 ? (int)ceilf(o->order[i] / top * 8) : 0;
        put_text(p, row, col++, (enum role)(ROLE_BAR + s->nr), "%s", s->glyphs->spark[k]);
    }
    put_text(p, row, col, ROLE_DIM, " %" PRIu32 "  mean %.1f", o->depth, mean);
}

typedef void fact_line(const struct scene *s, const struct frame *f, struct pane p,
                       int row);

/* Those that this agent and world have, in the order they stand; `rank`: the least leaves
 * first. */
struct fact {
    fact_line *draw;
    int rank;
};
enum { FACTS = 7 };

static int facts_of(const struct scene *s, const struct frame *f, struct fact out[FACTS])
{
    const struct mind_ops *mind = mind_of(s->agent);
    bool predicts = f->outlook && f->outlook->n_orders;
    int n = 0;
    if (mind->inspect)
        out[n++] = (struct fact){ line_plan, 6 };
    if (f->belief)
        out[n++] = (struct fact){ line_likely, 7 };
    if (mind->inspect && isfinite(f->mind.entropy_start))
        out[n++] = (struct fact){ line_learnt, 5 };
    out[n++] = (struct fact){ line_saw, 4 };
    if (s->env->ops->metrics)
        out[n++] = (struct fact){ line_world, 3 };
    if (predicts) {
        out[n++] = (struct fact){ line_bits, 1 };
        out[n++] = (struct fact){ line_order, 2 };
    }
    return n;
}

static void draw_one(const struct scene *s, struct pane p)
{
    struct frame f = film_at(s->film, s->t);
    struct fact fact[FACTS];
    int n = facts_of(s, &f, fact);
    for (int over = n - p.r.rows; over > 0; over--) {
        int least = 0;
        for (int i = 1; i < n; i++)
            least = fact[i].rank < fact[least].rank ? i : least;
        memmove(fact + least, fact + least + 1, (size_t)(n - 1 - least) * sizeof *fact);
        n--;
    }
    for (int i = 0; i < n; i++)
        fact[i].draw(s, &f, p, i);
}

/* One agent of several in a line, and in the next, where there is room for it, what it is
 * up to. */
static void draw_many(const struct stage *st, struct pane p)
{
    int row = 0, phases = p.r.rows >= 2 * st->n;
    char number[NUMBER_CHARS];
    for (int i = 0; i < st->n && row < p.r.rows; i++) {
        const struct scene *s = &st->scene[i];
        struct frame f = film_at(s->film, s->t);
        struct line l = { p, row++, 0 };
        enum role role = (enum role)(ROLE_AGENT + s->nr);
        say(&l, 0, role, "%s", s->tag);
        l.col++;
        if (s->status.error && s->cursor >= s->status.last)
            say(&l, 0, ROLE_BAD, "failed in cycle %" PRId64, s->status.last);
        else if (f.belief)
            say_likely(s, &f, &l);
        words_number(number, s->glyphs, f.rec.total, 0);
        say(&l, l.col > 2 ? 2 : 0, ROLE_DIM, "reward %s%s", f.rec.total > 0 ? "+" : "",
            number);
        bool up = *f.mind.phase || f.mind.sampled >= 0;
        if (!up || (!phases && p.r.rows - row < st->n - i))
            continue;
        l = (struct line){ p, row++, 0 };
        say(&l, 0, role, "%s", s->tag);
        say_phase(s, &f, &l, 1);
    }
}

void panel_facts(struct stage *st, struct pane p)
{
    if (st->n > 1)
        draw_many(st, p);
    else
        draw_one(&st->scene[0], p);
}

int facts_wanted(const struct scene *s)
{
    struct frame f = film_at(s->film, s->t);
    struct fact fact[FACTS];
    int n = facts_of(s, &f, fact);
    return n > 4 ? n : 4;
}
