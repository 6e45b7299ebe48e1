#include "config.h"

#include "picture.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define PICTURE(name) &picture_##name,
const struct picture_part *const picture_parts[] = {
#include "picture.def"
    NULL
};
#undef PICTURE

/* ---- which parts */

enum { PARTS_MAX = 8 };
struct chosen {
    const struct picture_part *part[PARTS_MAX];
    struct extent least[PARTS_MAX], want[PARTS_MAX];
    int n;
};

static void take(struct chosen *c, const struct picture_part *part, const struct scene *s,
                 const struct frame *f)
{
    if (c->n == PARTS_MAX)
        return;
    c->part[c->n] = part;
    c->least[c->n] = part->least(s, f);
    c->want[c->n++] = part->want(s, f);
}

/* The world's own if there is something to show in it, else the first that has. */
static const struct picture_part *main_part(const struct scene *s, const struct frame *f)
{
    const char *name = s->env->ops->picture;
    const struct picture_part *const *at = picture_parts;
    for (; name && *at; at++)
        if (!strcmp((*at)->name, name) && (*at)->fits(s, f))
            return *at;
    for (at = picture_parts; *at; at++)
        if ((*at)->main && (*at)->fits(s, f))
            return *at;
    return NULL;
}

static struct chosen choose(const struct scene *s, const struct frame *f)
{
    struct chosen c = { 0 };
    const struct picture_part *first = main_part(s, f);
    if (first)
        take(&c, first, s, f);
    if (first == &picture_match) /* which has all of it */
        return c;
    if (s->truth && first != &picture_scene && picture_scene.fits(s, f))
        take(&c, &picture_scene, s, f);
    for (const struct picture_part *const *at = picture_parts; *at; at++)
        if (!(*at)->main && (*at)->fits(s, f))
            take(&c, *at, s, f);
    return c;
}

/* ---- how large */

struct extent picture_least(const struct scene *s)
{
    struct frame f = film_at(s->film, s->t);
    struct chosen c = choose(s, &f);
    return c.n ? c.least[0] : (struct extent){ 20, 4 };
}

/* All parts below each other, a blank row between them. */
struct extent picture_want(const struct scene *s)
{
    struct frame f = film_at(s->film, s->t);
    struct chosen c = choose(s, &f);
    struct extent all = { 20, 0 };
    for (int i = 0; i < c.n; i++) {
        all.rows += c.want[i].rows + (i > 0);
        all.cols = c.want[i].cols > all.cols ? c.want[i].cols : all.cols;
    }
    return all;
}

/* The first has what it needs, each after it as long as there is room for what it needs and
 * a blank row; then they grow in their order. */
static void share(struct chosen *c, int rows, int *height)
{
    int used = 0, n = 0;
    for (; n < c->n; n++) {
        int need = c->least[n].rows;
        if (n && used + need + 1 > rows)
            break;
        height[n] = need < rows ? need : rows;
        used += height[n] + (n > 0);
    }
    c->n = n;
    for (int i = 0; i < n; i++) {
        int more = c->want[i].rows - height[i];
        more = more > rows - used ? rows - used : more;
        if (more > 0) {
            height[i] += more;
            used += more;
        }
    }
    for (int i = 0; i < n; i++) {
        int more = rows - used < c->part[i]->grow ? rows - used : c->part[i]->grow;
        height[i] += more > 0 ? more : 0;
        used += more > 0 ? more : 0;
    }
}

void draw_picture(const struct scene *s, struct pane p)
{
    struct frame f = film_at(s->film, s->t);
    struct chosen c = choose(s, &f);
    int height[PARTS_MAX], row = 0;
    share(&c, p.r.rows, height);
    for (int i = 0; i < c.n; i++) {
        c.part[i]->draw(s, &f, pane_part(p, row, 0, height[i], p.r.cols));
        row += height[i] + 1;
    }
}

bool picture_has_arcs(const struct scene *s)
{
    struct frame f = film_at(s->film, s->t);
    return main_part(s, &f) == &picture_graph && law_is_known(s);
}

/* ---- in words */

double entropy_bits(const float *p, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        if (p[i] > 0)
            sum -= (double)p[i] * log2((double)p[i]);
    return fabs(sum);
}

/* Of what is hidden, by the frame of the start if it is kept; else of the hypotheses. */
static bool entropies(const struct scene *s, double *now, double *start)
{
    struct frame f = film_at(s->film, s->t);
    int64_t first = film_first(s->film);
    if (f.hidden) {
        struct frame one = film_at(s->film, first);
        *now = entropy_bits(f.hidden, s->env->n_hidden);
        *start = first || !one.hidden ? log2(s->env->n_hidden)
                                      : entropy_bits(one.hidden, s->env->n_hidden);
        return true;
    }
    *now = f.mind.entropy / M_LN2;
    *start = f.mind.entropy_start / M_LN2;
    return isfinite(*now) && *start > 0;
}

bool picture_believes(const struct scene *s)
{
    double now, start;
    return entropies(s, &now, &start);
}

bool picture_is_match(const struct scene *s)
{
    struct frame f = film_at(s->film, s->t);
    return main_part(s, &f) == &picture_match;
}

/* How far all are from equilibrium. */
static void match_info(const struct scene *s, int width, char *buf, size_t n)
{
    struct frame f = film_at(s->film, s->t);
    *buf = '\0';
    if (isfinite(f.gap) && width >= 42)
        snprintf(buf, n, "NashConv %.2f, %.2f of all so far", f.gap, f.gap_average);
    else if (isfinite(f.gap_average) && width >= 20)
        snprintf(buf, n, "NashConv %.2f so far", f.gap_average);
}

void picture_info(const struct scene *s, int width, char *buf, size_t n)
{
    if (picture_is_match(s)) {
        match_info(s, width, buf, n);
        return;
    }
    double now, start;
    char bits[40] = "";
    const char *asks = s->env->ops->asks ? s->env->ops->asks : "";
    if (entropies(s, &now, &start) && fabs(start - 1) < 0.005)
        snprintf(bits, sizeof bits, "%.2f of 1 bit", now);
    else if (isfinite(now) && start > 0)
        snprintf(bits, sizeof bits, "%.2f of %.2f bits", now, start);
    bool both = *asks && *bits && text_width(asks) + text_width(bits) + 2 <= width;
    if (both)
        snprintf(buf, n, "%s  %s", asks, bits);
    else
        snprintf(buf, n, "%s", *bits ? bits : asks);
}
