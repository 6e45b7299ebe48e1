#include "config.h"

#include "picture.h"
#include "ramp.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Boxes that are filled to the chance of what they stand for: doors, cards. */

enum { BOXES_MAX = 6 };

static bool has_boxes(const struct scene *s)
{
    return s->env->n_hidden >= 2 && s->env->n_hidden <= BOXES_MAX && s->env->hidden_names;
}

static bool fits_boxes(const struct scene *s, const struct frame *f)
{
    return f->hidden && has_boxes(s);
}

/* How likely box k is; NAN: who lives there does not say, or is not to. */
static double chance_of(const struct scene *s, const struct frame *f, int k)
{
    return f->hidden && !s->closed ? (double)f->hidden[k] : (double)NAN;
}

/* "tiger left" is a tiger behind the door at the left. */
static const char *place_in(const char *name)
{
    const char *space = strrchr(name, ' ');
    return space ? space + 1 : "";
}

static int thing_in(const char *name)
{
    const char *space = strrchr(name, ' ');
    return space ? (int)(space - name) : (int)strlen(name);
}

struct box {
    int cols, rows, gap, left; /* of one; between two; before the first */
    bool framed;
};

/* As large as the pane allows, up to `most`; too narrow: lines without frames. */
static struct box measure(struct pane p, int n, struct extent most)
{
    struct box b = { .cols = (p.r.cols - (n - 1) * 2) / n, .rows = p.r.rows };
    b.cols = b.cols > most.cols ? most.cols : b.cols;
    b.rows = b.rows > most.rows ? most.rows : b.rows;
    b.framed = b.cols >= 8 && b.rows >= 3;
    b.gap = n > 1 ? (p.r.cols - n * b.cols) / (n - 1) : 0;
    b.gap = b.gap > 6 ? 6 : b.gap;
    b.left = (p.r.cols - n * b.cols - (n - 1) * b.gap) / 2;
    return b;
}

static void chance_words(const char *thing, int len, double p, char *buf, size_t n)
{
    char number[16];
    bool some = ramp_text(number, sizeof number, p, 3) > 0;
    snprintf(buf, n, "%.*s %s%%", len, thing, some ? number : p > 0 ? "<.1" : "0");
}

static void draw_one(const struct scene *s, struct pane p, const char *name, double x,
                     bool true_one)
{
    char text[80];
    struct pane in = put_frame(p, s->glyphs, true_one ? ROLE_EVENT : ROLE_FRAME);
    if (isnan(x)) {
        put_centred(in, in.r.rows / 2, true_one ? ROLE_STRONG : ROLE_DIM, name);
        return;
    }
    fill_up(s, in, x, 1.0 / s->env->n_hidden);
    chance_words(name, thing_in(name), x, text, sizeof text);
    if (text_width(text) <= in.r.cols) {
        put_centred(in, in.r.rows / 2, ROLE_STRONG, text);
        return;
    }
    chance_words("", 0, x, text, sizeof text);
    put_centred(in, in.r.rows / 2, ROLE_STRONG, text + 1);
    snprintf(text, sizeof text, "%.*s", thing_in(name), name);
    if (in.r.rows > 1)
        put_centred(in, in.r.rows / 2 - 1, ROLE_STRONG, text);
}

/* One line each: name, bar, chance. */
static void draw_lines(const struct scene *s, const struct frame *f, struct pane p)
{
    for (int k = 0; k < (int)s->env->n_hidden && k < p.r.rows; k++) {
        double x = chance_of(s, f, k), p0 = 1.0 / s->env->n_hidden;
        put_words(s, p, k, 0, 14, k == hidden_truth(s, f) ? ROLE_EVENT : ROLE_TEXT,
                  s->env->hidden_names[k]);
        if (isnan(x))
            continue;
        fill_along(s, pane_part(p, k, 15, 1, p.r.cols - 21), x, p0);
        put_chance(s, p, k, p.r.cols - 5, x, p0);
    }
}

/* All of them in a row; `labels`: a row below says where they are. */
static int draw_boxes(const struct scene *s, const struct frame *f, struct pane p,
                      struct extent most, bool labels)
{
    int n = (int)s->env->n_hidden;
    struct pane upper = pane_part(p, 0, 0, p.r.rows - labels, p.r.cols);
    struct box b = measure(upper, n, most);
    if (!b.framed) {
        draw_lines(s, f, p);
        return n;
    }
    for (int k = 0; k < n; k++) {
        const char *name = s->env->hidden_names[k];
        int col = b.left + k * (b.cols + b.gap);
        draw_one(s, pane_part(upper, 0, col, b.rows, b.cols), name, chance_of(s, f, k),
                 k == hidden_truth(s, f));
        if (labels)
            put_centred(pane_part(p, b.rows, col, 1, b.cols), 0, ROLE_TEXT, place_in(name));
    }
    return b.rows + labels;
}

/* ---- doors */

static struct extent least_doors(const struct scene *s, const struct frame *f)
{
    (void)f;
    return (struct extent){ 14 * (int)s->env->n_hidden, 5 };
}

static struct extent want_doors(const struct scene *s, const struct frame *f)
{
    (void)f;
    return (struct extent){ 22 * (int)s->env->n_hidden + 2, 9 };
}

static void draw_doors(const struct scene *s, const struct frame *f, struct pane p)
{
    draw_boxes(s, f, p, (struct extent){ 26, 13 }, true);
}

const struct picture_part picture_doors = {
    .name = "doors",
    .main = true,
    .fits = fits_boxes,
    .least = least_doors,
    .want = want_doors,
    .draw = draw_doors,
    .grow = 4,
};

/* ---- cards: theirs, and below them what is on the table. They are there to see also where
 * who plays has no belief of them; not before a game's first deal. */

static bool fits_cards(const struct scene *s, const struct frame *f)
{
    const char *picture = s->env->ops->picture;
    return picture && !strcmp(picture, "cards") && has_boxes(s) &&
           (!s->seats || f->rec.t > 0);
}

static struct extent least_cards(const struct scene *s, const struct frame *f)
{
    (void)f;
    return (struct extent){ 11 * (int)s->env->n_hidden, 6 };
}

static struct extent want_cards(const struct scene *s, const struct frame *f)
{
    (void)f;
    return (struct extent){ 16 * (int)s->env->n_hidden, 10 };
}

static void draw_cards(const struct scene *s, const struct frame *f, struct pane p)
{
    char seen[80];
    struct pane upper = pane_part(p, 0, 0, p.r.rows - 2, p.r.cols);
    int row = draw_boxes(s, f, upper, (struct extent){ 15, 10 }, false);
    if (!f->rec.t) {
        put_words(s, p, row, 0, p.r.cols, ROLE_DIM, "the first hand is played unseen");
        return;
    }
    percept_words(s, f->rec.e, seen, sizeof seen);
    put_text(p, row, 0, ROLE_DIM, "I hold");
    put_words(s, p, row, 8, p.r.cols - 8, ROLE_STRONG, seen);
    put_text(p, row + 1, 0, ROLE_DIM, "before");
    int col = put_text(p, row + 1, 8, ROLE_TEXT, "I %s", action_words(s, f->rec.action));
    bool words = col + 11 < p.r.cols;
    put_text(p, row + 1, col + 2, f->rec.e.rew > 0 ? ROLE_GOOD : ROLE_BAD,
             words ? "reward %+" PRId32 : "%+" PRId32, f->rec.e.rew);
}

const struct picture_part picture_cards = {
    .name = "cards",
    .main = true,
    .fits = fits_cards,
    .least = least_cards,
    .want = want_cards,
    .draw = draw_cards,
    .grow = 2,
};
