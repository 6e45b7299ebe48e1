#include "config.h"

#include "picture.h"
#include "ramp.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A whole and its parts: of all programs what they say next, which die, what is undecided.
 * One bar of unit weight; below it each part in words. */

static bool fits(const struct scene *s, const struct frame *f)
{
    return s->env->text && f->n_shares >= 2;
}

static struct extent least(const struct scene *s, const struct frame *f)
{
    (void)s;
    (void)f;
    return (struct extent){ 24, 3 };
}

static struct extent want(const struct scene *s, const struct frame *f)
{
    (void)s;
    return (struct extent){ 46, 2 + (int)f->n_shares };
}

static bool is(const struct mind_row *row, const char *name)
{
    return !strcmp(row->name, name);
}

/* What is said is lit, what never comes is not seen, what is open is cut out. */
static enum ground ground_of(const struct mind_row *row, size_t i)
{
    if (is(row, "undecided"))
        return GROUND_VOID;
    if (is(row, "dies"))
        return GROUND_UNSEEN;
    return (enum ground)(GROUND_STEP + (2 + 3 * i > 9 ? 9 : 2 + 3 * i));
}

static const char *percent(const struct mind_row *row, char *buf, size_t n)
{
    char text[16];
    bool some = ramp_text(text, sizeof text, row->p, 3);
    snprintf(buf, n, "%s%%", some ? text : row->p > 0 ? "<.1" : "0");
    return buf;
}

/* A part of the bar from column `from` on, its own hatch in what is open. */
static void put_part(const struct scene *s, struct pane p, const struct mind_row *row,
                     size_t i, int from, int to)
{
    enum ground ground = ground_of(row, i);
    struct pane part = pane_part(p, 0, from, 1, to - from);
    char text[24];
    pane_fill(part, ground);
    if (ground == GROUND_VOID)
        for (int c = 0; c < to - from; c++)
            put_ch(part, 0, c, ROLE_ON(ROLE_WALL, ground), s->glyphs->hatch);
    percent(row, text, sizeof text);
    if ((int)strlen(text) + 2 <= to - from)
        put_text(part, 0, 1, ROLE_ON(ROLE_INK, ground), "%s", text);
}

static void draw(const struct scene *s, const struct frame *f, struct pane p)
{
    struct pane in = put_heading(s, p, "what is said next", "share of all mass");
    double sum = 0;
    int width = in.r.cols, from = 0;
    for (size_t i = 0; i < f->n_shares; i++) {
        sum += f->share[i].p;
        int to = i + 1 < f->n_shares ? (int)lround(sum * width) : width;
        if (to > from)
            put_part(s, in, &f->share[i], i, from, to);
        from = to > from ? to : from;
    }
    for (size_t i = 0; i < f->n_shares && (int)i + 1 < in.r.rows; i++) {
        char text[24];
        struct pane mark = pane_part(in, (int)i + 1, 0, 1, 6);
        pane_fill(mark, ground_of(&f->share[i], i));
        put_text(mark, 0, 1, ROLE_ON(ROLE_INK, ground_of(&f->share[i], i)), "%s",
                 percent(&f->share[i], text, sizeof text));
        put_words(s, in, (int)i + 1, 7, in.r.cols - 7, ROLE_TEXT, f->share[i].name);
    }
}

const struct picture_part picture_shares = {
    .name = "shares",
    .fits = fits,
    .least = least,
    .want = want,
    .draw = draw,
};
