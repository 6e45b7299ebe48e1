#include "config.h"

#include "panels.h"
#include "words.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* The table of actions: of one agent with everything known of each action, of several side
 * by side. Nothing is ever written over a number: columns are as wide as their widest. */

struct column {
    int width; /* 0: there is none */
    char text[ACTIONS_MAX][NUMBER_CHARS];
};

/* What one agent says of every action. */
struct opinion {
    const struct scene *s;
    struct frame f;
    struct column value, bracket, visits;
    double total; /* of the visits */
    int chosen;   /* the action that these are opinions of; -1: it is the start */
};

/* What it chose last, also where its cycle is not over: the others are to move first. */
static int chosen_in(const struct frame *f)
{
    if (f->moved && !f->done)
        return (int)f->action;
    return f->rec.t ? (int)f->rec.action : -1;
}

static void widen(struct column *c, uint32_t a, int least)
{
    int width = text_width(c->text[a]);
    if (*c->text[a])
        c->width = width > c->width ? width : c->width;
    if (c->width && c->width < least)
        c->width = least;
}

static bool is_bracket(double lo, double hi)
{
    return isfinite(lo) && isfinite(hi) && hi > lo;
}

/* The planner's proof, where there is one: the value lies there, or is known as far as its
 * digits go. */
static void take_bracket(struct opinion *o, uint32_t a, int digits)
{
    const struct insight *in = &o->f.mind;
    char lo[NUMBER_CHARS], hi[NUMBER_CHARS];
    if (!is_bracket(in->lo[a], in->hi[a]))
        return;
    words_number(lo, o->s->glyphs, in->lo[a], digits);
    words_number(hi, o->s->glyphs, in->hi[a], digits);
    if (!strcmp(lo, hi))
        snprintf(o->bracket.text[a], NUMBER_CHARS, "exact");
    else
        snprintf(o->bracket.text[a], NUMBER_CHARS, "%.12s %.3s %.12s", lo,
                 o->s->glyphs->ellipsis, hi);
    widen(&o->bracket, a, 6);
}

static void take_opinion(const struct scene *s, struct opinion *o)
{
    *o = (struct opinion){ .s = s, .f = film_at(s->film, s->t) };
    const struct insight *in = &o->f.mind;
    bool one = !*s->tag;
    o->chosen = chosen_in(&o->f);
    double lo = INFINITY, hi = -INFINITY;
    for (uint32_t a = 0; a < in->n_actions; a++)
        if (isfinite(in->value[a])) {
            lo = fmin(lo, in->value[a]);
            hi = fmax(hi, in->value[a]);
        }
    int digits = words_digits(lo, hi);
    for (uint32_t a = 0; a < in->n_actions; a++) {
        words_number(o->value.text[a], s->glyphs, in->value[a], digits);
        widen(&o->value, a, one ? 5 : 7);
        take_bracket(o, a, digits);
        if (!isfinite(in->visits[a]))
            continue;
        words_number(o->visits.text[a], s->glyphs, in->visits[a], 0);
        widen(&o->visits, a, one ? 6 : 1);
        o->total += in->visits[a];
    }
}

/* How the columns of a table share the width it has. */
struct table {
    const struct scene *s;
    int n; /* agents */
    struct opinion of[STAGE_RUNS];
    int names; /* columns of the action's name; 0: its glyph alone */
    int bar;   /* columns; 0: none */
};

enum { MARK = 2, GLYPH = 2, BAR_LEAST = 4 };

/* Columns before the numbers of an agent: of several each has a mark of its own. */
static int gap_of(const struct table *t) { return t->n > 1 ? 1 + MARK : 1; }

static int width_of(const struct table *t)
{
    int width = (t->n == 1 ? MARK : 0) + GLYPH + t->names;
    for (int i = 0; i < t->n; i++) {
        const struct opinion *o = &t->of[i];
        width += gap_of(t) + o->value.width;
        width += o->visits.width ? 1 + o->visits.width : 0;
        width += o->bracket.width ? 1 + o->bracket.width : 0;
    }
    return width;
}

/* What does not fit leaves: bars, brackets, words, visits. */
static void fit(struct table *t, int cols)
{
    t->names = 0;
    for (unsigned a = 0; a < t->s->env->space.n_actions; a++) {
        int width = text_width(action_words(t->s, a));
        t->names = width > t->names ? width : t->names;
    }
    for (int i = 0; i < t->n && width_of(t) > cols; i++)
        t->of[i].bracket.width = 0;
    int names = t->names - (width_of(t) - cols);
    if (names < t->names)
        t->names = names >= 6 ? names : 0;
    bool narrow = width_of(t) > cols;
    for (int i = 0; i < t->n && narrow; i++)
        t->of[i].visits.width = 0;
    if (t->n == 1 && t->of[0].total > 0 && t->of[0].visits.width) {
        int over = cols - width_of(t) - 1;
        t->names += over > 12 ? 2 : 0; /* air */
        t->bar = over >= BAR_LEAST ? over - (over > 12 ? 2 : 0) : 0;
    }
}

static void open_table(const struct stage *st, struct table *t, int cols)
{
    *t = (struct table){ .s = &st->scene[0], .n = st->n };
    for (int i = 0; i < st->n; i++)
        take_opinion(&st->scene[i], &t->of[i]);
    fit(t, cols);
    if (t->n == 1 || width_of(t) <= cols)
        return;
    *t = (struct table){ .s = &st->scene[st->run], .n = 1 };
    take_opinion(t->s, &t->of[0]);
    fit(t, cols);
}

static void put_right(struct pane p, int row, int col, int width, enum role role,
                      const char *text)
{
    put_text(p, row, col + width - text_width(text), role, "%s", text);
}

static void put_share(const struct table *t, struct pane p, int row, int col, unsigned a,
                      bool chosen)
{
    const struct opinion *o = &t->of[0];
    static const unsigned OTHERS = 45; /* per cent of the chosen one's colour */
    struct pane track = pane_part(p, row, col, 1, t->bar);
    bool known = a < o->f.mind.n_actions && isfinite(o->f.mind.visits[a]);
    pane_fill(track, GROUND_BAR);
    put_bar(track, t->s->glyphs, 0, 0, t->bar, known ? o->f.mind.visits[a] / o->total : 0,
            ROLE_MIXED(ROLE_BAR + t->s->nr, GROUND_BAR, chosen ? 0U : OTHERS));
}

static int put_numbers(const struct table *t, int i, struct pane p, int row, int col,
                       unsigned a)
{
    const struct opinion *o = &t->of[i];
    bool chosen = (int)a == o->chosen, known = a < o->f.mind.n_actions;
    enum role role = chosen ? ROLE_STRONG : ROLE_TEXT;
    if (t->n > 1 && chosen)
        put_text(p, row, col + 1, (enum role)(ROLE_AGENT + o->s->nr), "%s",
                 t->s->glyphs->play);
    col += gap_of(t);
    if (o->value.width)
        put_right(p, row, col, o->value.width, role,
                  known && *o->value.text[a] ? o->value.text[a] : t->s->glyphs->dash);
    col += o->value.width;
    if (o->bracket.width)
        put_right(p, row, col + 1, o->bracket.width, ROLE_DIM,
                  known ? o->bracket.text[a] : "");
    col += o->bracket.width ? o->bracket.width + 1 : 0;
    if (o->visits.width)
        put_right(p, row, col + 1, o->visits.width,
                  chosen     ? ROLE_STRONG
                  : t->n > 1 ? ROLE_DIM
                             : ROLE_TEXT,
                  known ? o->visits.text[a] : "");
    return col + (o->visits.width ? o->visits.width + 1 : 0);
}

static void put_action(const struct table *t, struct pane p, int row, unsigned a)
{
    const struct opinion *o = &t->of[0];
    const struct scene *s = t->s;
    bool chosen = t->n == 1 && (int)a == o->chosen;
    enum role role = chosen ? ROLE_STRONG : ROLE_TEXT;
    char name[64];
    int col = t->n == 1 ? MARK : 0;
    if (chosen)
        put_text(p, row, 0, (enum role)(ROLE_AGENT + s->nr), "%s", s->glyphs->play);
    put_text(p, row, col, role, "%s", action_glyph(s, a));
    col += GLYPH;
    if (t->names) {
        words_cut(name, sizeof name, s->glyphs, action_words(s, a), t->names);
        put_text(p, row, col, role, "%s", name);
        col += t->names;
    }
    for (int i = 0; i < t->n; i++)
        col = put_numbers(t, i, p, row, col, a);
    if (t->bar)
        put_share(t, p, row, col + 1, a, chosen);
}

static void put_head(const struct table *t, struct pane p)
{
    int col = (t->n == 1 ? MARK : 0) + GLYPH + t->names;
    char text[NUMBER_CHARS];
    if (t->n == 1)
        put_text(p, 0, MARK, ROLE_DIM, "%s", t->names >= 6 - GLYPH ? "action" : "");
    for (int i = 0; i < t->n; i++) {
        const struct opinion *o = &t->of[i];
        col += gap_of(t);
        snprintf(text, sizeof text, "%s%svalue", t->n > 1 ? o->s->tag : "",
                 t->n > 1 ? " " : "");
        put_right(p, 0, col, o->value.width,
                  t->n > 1 ? (enum role)(ROLE_BAR + o->s->nr) : ROLE_DIM,
                  o->value.width ? text : "");
        col += o->value.width;
        if (o->bracket.width)
            put_right(p, 0, col + 1, o->bracket.width, ROLE_DIM, "proved");
        col += o->bracket.width ? o->bracket.width + 1 : 0;
        if (o->visits.width)
            put_right(p, 0, col + 1, o->visits.width, ROLE_DIM, t->n > 1 ? "n" : "visits");
        col += o->visits.width ? o->visits.width + 1 : 0;
    }
    if (!t->bar)
        return;
    words_number(text, t->s->glyphs, t->of[0].total, 0);
    if (t->of[0].total > (double)t->of[0].f.mind.samples && t->bar > 20)
        put_text(p, 0, col + 1, ROLE_DIM, "share of %s visits", text);
    else if (t->bar > 4)
        put_text(p, 0, col + 1, ROLE_DIM,
                 t->bar > 8 + text_width(text) ? "share of %s" : "share", text);
}

/* The rows there are; the action that was chosen is one of them. */
static void put_rows(const struct table *t, struct pane p)
{
    int n = (int)t->s->env->space.n_actions, room = p.r.rows, first = 0;
    int chosen = t->of[0].chosen;
    bool more = n > room && room > 1;
    room -= more;
    if (chosen >= room && more)
        first = chosen - room + 1;
    for (int row = 0; row < room && first + row < n; row++)
        put_action(t, p, row, (unsigned)(first + row));
    if (more)
        put_text(p, room, MARK, ROLE_DIM, "%s %d more", t->s->glyphs->ellipsis, n - room);
}

/* How the last search went, as much of it as `width` columns hold. */
static void search_words(const struct opinion *o, int width, char *buf, size_t n)
{
    const struct insight *in = &o->f.mind;
    const struct glyphs *g = o->s->glyphs;
    char part[3][64] = { "", "", "" }, number[NUMBER_CHARS];
    words_number(number, g, in->samples ? (double)in->samples : (double)in->nodes, 0);
    if (in->samples) {
        snprintf(part[0], sizeof part[0], "%s samples", number);
        if (in->depth)
            snprintf(part[1], sizeof part[1], " %s depth %" PRIu32, g->between, in->depth);
        words_number(number, g, (double)in->nodes, 0);
        if (in->nodes)
            snprintf(part[2], sizeof part[2], " %s %s nodes", g->between, number);
    } else if (in->n_plan && is_bracket(in->lo[in->plan[0]], in->hi[in->plan[0]]))
        snprintf(part[0], sizeof part[0], "proved brackets");
    else if (in->nodes)
        snprintf(part[0], sizeof part[0], "exact %s %s beliefs", g->between, number);
    else if (in->n_plan)
        snprintf(part[0], sizeof part[0], "exact %s value iteration", g->between);
    *buf = '\0';
    for (int i = 0, used = 0; i < 3; i++)
        if ((used += text_width(part[i])) <= width)
            snprintf(buf + strlen(buf), n - strlen(buf), "%s", part[i]);
}

static struct pane put_heading(const struct table *t, struct pane p)
{
    char name[64], title[80], info[192] = "";
    const struct opinion *o = &t->of[0];
    if (t->n > 1) {
        words_number(name, t->s->glyphs, o->total, 0);
        bool same = o->total > 0 && o->visits.width;
        for (int i = 1; i < t->n; i++)
            same &= t->of[i].total == o->total;
        if (same)
            snprintf(info, sizeof info, "n: visits of %s", name);
        else if (o->visits.width)
            snprintf(info, sizeof info, "n: visits");
        return draw_heading(p, t->s->glyphs, ROLE_STRONG, "Actions", "%s", info);
    }
    words_name(name, sizeof name, t->s->who);
    snprintf(title, sizeof title, "%s%s%s", t->s->tag, *t->s->tag ? " " : "", name);
    search_words(o, p.r.cols - text_width(title) - 3, info, sizeof info);
    return draw_heading(p, t->s->glyphs, (enum role)(ROLE_AGENT + t->s->nr), title, "%s",
                        info);
}

void panel_actions(struct stage *st, struct pane p)
{
    struct table t;
    int n = (int)st->scene[0].env->space.n_actions;
    open_table(st, &t, p.r.cols);
    if (p.r.rows > n || p.r.rows > 3)
        p = put_heading(&t, p);
    if (p.r.rows > n || p.r.rows > 3) {
        put_head(&t, p);
        p = pane_part(p, 1, 0, p.r.rows - 1, p.r.cols);
    }
    put_rows(&t, p);
}
