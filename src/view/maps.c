#include "config.h"

#include "picture.h"
#include "view.h"

#include <math.h>
#include <stdio.h>

/* The panels about places: map or picture, scale, small maps of one layer. */

/* What is uncertain in bits, now and at the start; false: nothing is told of it. */
static bool bits_of(const struct scene *s, double *now, double *start)
{
    struct frame f = film_at(s->film, s->t);
    double sum = 0;
    *now = f.mind.entropy / M_LN2;
    *start = f.mind.entropy_start / M_LN2;
    if (isfinite(*now) && isfinite(*start))
        return !f.mind.informed;
    *now = 0;
    for (int i = 0; f.belief && i < s->env->rows * s->env->cols; i++) {
        double p = (double)f.belief[i];
        sum += p;
        *now -= p > 0 ? p * log2(p) : 0;
    }
    *start = *now;
    return fabs(sum - 1) < 1e-4;
}

/* A layer that is about a belief needs one; the others are about what was done. */
static bool has_belief(const struct scene *s)
{
    return s->layer != LAYER_belief || mind_of(s->agent)->belief || env_hides_place(s->env);
}

/* "3.42 of 5.83 bits", with what the layer is about where there is room. */
static void map_words(const struct scene *c, int room, char *buf, size_t n)
{
    double now, start;
    bool belief = c->layer == LAYER_belief && has_belief(c),
         place = env_hides_place(c->env), bits = belief && bits_of(c, &now, &start);
    static const char *const others[LAYERS] = { [LAYER_belief] = "",
                                                [LAYER_visits] = "how often it was there",
                                                [LAYER_value] = "worse than here | better",
                                                [LAYER_policy] = "what it did there last",
                                                [LAYER_self] =
                                                    "what it would do there, best",
                                                [LAYER_world] = "" };
    const char *about = !belief ? others[c->layer]
                        : place ? "chance that it is here, %"
                                : "chance that it pays here, %";
    *buf = '\0';
    if (place && !film_at(c->film, c->t).belief && !c->truth)
        about = room < 30 ? "t shows" : "hidden: t shows it";
    if (!bits) {
        if (text_width(about) <= room)
            snprintf(buf, n, "%s", about);
        return;
    }
    snprintf(buf, n, "%s   %.2f of %.2f bits", about, now, start);
    if (text_width(buf) > room)
        snprintf(buf, n, "%.2f of %.2f bits", now, start);
    if (text_width(buf) > room)
        snprintf(buf, n, "%.2f bits", now);
}

void panel_map(struct stage *st, struct pane p)
{
    const struct scene *c = &st->scene[st->run];
    char info[120] = "", title[48];
    const char *layer = c->env->text     ? picture_believes(c) ? "belief" : "world"
                        : !has_belief(c) ? "world"
                                         : layer_table[c->layer].name;
    if (c->layer == LAYER_belief && env_hides_place(c->env))
        layer = "where it is";
    bool match = c->env->text && picture_is_match(c);
    bool shared = *c->tag && st->l->maps == 1 && !match;
    layer = match ? "play" : layer;
    snprintf(title, sizeof title, "%c%s%s%s", layer[0] - 'a' + 'A', layer + 1,
             shared ? " of " : "", shared ? c->tag : "");
    if (*c->tag && !shared && !match)
        snprintf(title, sizeof title, "%s", c->tag);
    int room = p.r.cols - text_width(title) - (c->truth ? 13 : 2);
    if (c->env->text)
        picture_info(c, room, info, sizeof info);
    else
        map_words(c, room, info, sizeof info);
    if (!st->l->small) {
        struct pane head = p;
        p = draw_heading(p, c->glyphs,
                         *c->tag && !match ? (enum role)(ROLE_AGENT + c->nr) : ROLE_STRONG,
                         title, "%s", info);
        if (c->truth && text_width(title) + 12 + text_width(info) < head.r.cols)
            put_text(head, 0, text_width(title) + 1, ROLE_EVENT, " truth ON ");
    }
    draw_world(c, p, st->l->cell);
}

bool scale_shown(const struct scene *s)
{
    return !s->env->text && s->env->cols && s->layer != LAYER_policy &&
           s->layer != LAYER_self && s->layer != LAYER_world && has_belief(s);
}

/* What its ends mean, below or beside it: words that do not fit are left out whole. */
static void put_legend(const struct scene *s, struct pane p)
{
    static const char *const words[LAYERS][4] = {
        [LAYER_belief] = { "% here", "0 ruled out", "< less than at the start", NULL },
        [LAYER_visits] = { "times there", NULL },
        [LAYER_value] = { "worth less than here, or more", NULL },
    };
    int row = 0, col = 0;
    for (int i = 0; i < 4 && words[s->layer][i]; i++) {
        int width = text_width(words[s->layer][i]);
        if (col && col + width > p.r.cols) {
            row++;
            col = 0;
        }
        if (width <= p.r.cols)
            col = put_text(p, row, col, ROLE_DIM, "%s", words[s->layer][i]) + 2;
    }
}

/* Whether shades of two maps mean different chances. */
static bool scales_differ(const struct stage *st)
{
    double a = scene_prior(&st->scene[0]), b = scene_prior(&st->scene[1]);
    return isfinite(a) && isfinite(b) && fabs(log(a / b)) > 1e-3;
}

/* One for all maps; of two beside each other with different beginnings each its own. */
void panel_scale(struct stage *st, struct pane p)
{
    const struct rect *map = st->l->map;
    bool one = st->l->maps != 2 || map[0].row != map[1].row || !scales_differ(st);
    if (one)
        draw_scale(&st->scene[st->run], p);
    for (int i = 0; i < 2 && !one; i++)
        draw_scale(&st->scene[i],
                   (struct pane){ p.sheet, { p.r.row, map[i].col, 1, map[i].cols } });
    put_legend(&st->scene[st->run], (struct pane){ p.sheet, st->l->words });
}

/* A layer in cells of one row, as wide as fit. */
static void draw_small(const struct stage *st, struct pane p, int layer)
{
    struct scene c = st->scene[st->run];
    c.layer = layer;
    c.truth = false;
    c.small = c.numbers = true;
    int cols = p.r.cols / c.env->cols;
    draw_world(&c, p, (struct cell_size){ cols > 5 ? 5 : cols, 1 });
}

void panel_visits(struct stage *st, struct pane p)
{
    draw_small(st,
               draw_heading(p, st->scene[0].glyphs, ROLE_STRONG, "Visits", "times there"),
               LAYER_visits);
}

void panel_value(struct stage *st, struct pane p)
{
    draw_small(
        st,
        draw_heading(p, st->scene[0].glyphs, ROLE_STRONG, "Value", "less than here | more"),
        LAYER_value);
}
