#include "config.h"

#include "overlay.h"
#include "picture.h"
#include "ramp.h"

#include <stdio.h>
#include <string.h>

/* Help in pages, each of which is whole on 80 x 24: keys by what they are about, and what
 * is seen. */

enum { PAGES = 4, LEGEND = PAGES - 1, ROWS_MAX = 20 };
static const struct {
    const char *title;
    enum intent intent[ROWS_MAX]; /* closed by DO_NOTHING */
} pages[PAGES] = {
    { "Time",
      { DO_PAUSE, DO_FORWARD, DO_BACK, DO_FORWARD_10, DO_BACK_10, DO_NEXT_EVENT,
        DO_PREVIOUS_EVENT, DO_FIRST, DO_LAST, DO_GO, DO_SLOWER, DO_FASTER, DO_MARK,
        DO_NEXT_STEP, DO_PREVIOUS_STEP, DO_TEXT, DO_NOTHING } },
    { "What is seen",
      { DO_LAYER, DO_TRUTH, DO_NUMBERS, DO_FOURTH, DO_ARCS, DO_TRACES, DO_PLOTS, DO_CARD,
        DO_TREE, DO_FOCUS, DO_DOWN, DO_UP, DO_PALETTE, DO_HELP, DO_REDRAW, DO_NOTHING } },
    { "What can be changed",
      { DO_PARAMS, DO_AGENT, DO_ENV, DO_DEMO, DO_NEW_SEED, DO_RESTART, DO_PLAY, DO_INJECT,
        DO_RECORD, DO_COMMAND, DO_QUIT, DO_NOTHING } },
    { "What the signs mean", { DO_NOTHING } },
};

/* The page that tells a key; PAGES: none, which is the last page of keys. */
static int page_of(enum intent intent)
{
    for (int i = 0; i < LEGEND; i++)
        for (const enum intent *at = pages[i].intent; *at; at++)
            if (*at == intent)
                return i;
    return LEGEND - 1;
}

static int draw_keys(struct pane p, int page)
{
    int row = 0;
    for (const struct key_row *k = key_table; k->intent; k++) {
        if (page_of(k->intent) != page)
            continue;
        put_text(p, row, 1, ROLE_STRONG, "%s", k->keys);
        row = put_paragraph(pane_part(p, 0, 14, p.r.rows, p.r.cols - 15), row, k->help);
    }
    return row;
}

/* ---- the legend */

/* Entry i; returns the number of the next. */
static int put_entry(struct pane p, int row, int i, const char *glyph, enum role role,
                     const char *what)
{
    enum { COLUMNS = 4 };
    int width = p.r.cols / COLUMNS;
    put_text(p, row + i / COLUMNS, 1 + i % COLUMNS * width, role, "%s", glyph);
    put_text(p, row + i / COLUMNS, 5 + i % COLUMNS * width, ROLE_TEXT, "%s", what);
    return i + 1;
}

/* The agent and the world's own tiles; returns the row after them. */
static int draw_tiles(struct pane p, int row, const struct tile_look *tiles,
                      const struct glyphs *g)
{
    const char *hatch = g->ascii ? "###" : "\u2571\u2571\u2571";
    int i = put_entry(p, row, 0, g->agent, ROLE_AGENT, "agent");
    for (const struct tile_look *t = tiles; t->name; t++) {
        enum role role = tile_role(t);
        if (t->role == LOOK_BLOCK)
            role = ROLE_ON(ROLE_WALL, GROUND_VOID);
        i = put_entry(p, row, i, t->role == LOOK_BLOCK ? hatch : tile_glyph(g, t), role,
                      t->name);
    }
    i = put_entry(p, row, i, g->sampled, ROLE_SAMPLED, "followed");
    return row + (i + 3) / 4 + 1;
}

static int put_lines(struct pane p, int row, const char *const *line)
{
    for (; *line; line++)
        row = put_paragraph(pane_part(p, 0, 1, p.r.rows, p.r.cols - 2), row, *line);
    return row;
}

/* What the shades of the layer shown mean, and its scale. */
static int draw_shades(const struct scene *s, struct pane p, int row)
{
    static const char *const belief[] = {
        "Light is belief: how likely a place, a state or a hypothesis is. A step brighter "
        "is the same amount of evidence everywhere, and the same chance in every cycle.",
        "", NULL
    };
    static const char *const kinds[] = {
        "0 ruled out   < less likely than at the start   then the chance in per cent",
        "Without colours the digits 1 to 9 are the same steps; 2 is as at the start.", NULL
    };
    bool map = !s->env->text;
    double p0 = map ? scene_prior(s) : s->env->n_hidden ? 1.0 / s->env->n_hidden : 0.25;
    if (map && s->layer != LAYER_belief) {
        put_text(p, row, 1, ROLE_TEXT, "The layer shown is %s; v chooses another.",
                 layer_table[s->layer].name);
        draw_scale(s, pane_part(p, row + 1, 1, 1, 50));
        return row + 3;
    }
    row = put_lines(p, row, belief);
    if (p0 > 0 && p0 < 1)
        draw_belief_scale(s, pane_part(p, row, 1, 1, 50), p0);
    row = put_lines(p, row + 2, kinds);
    if (map) {
        char what[120];
        snprintf(
            what, sizeof what,
            "A dot is ruled out, %s was never looked in; arrows are the plan, #1 to #3 "
            "the likeliest.",
            s->glyphs->ascii ? "x" : s->glyphs->times);
        row = put_paragraph(pane_part(p, 0, 1, p.r.rows, p.r.cols - 2), row, what);
    }
    return row + 1;
}

static int draw_legend(const struct scene *s, struct pane p)
{
    static const char *const rest[] = {
        "A row of the actions that begins with the mark is the choice; bars are shares of "
        "the visits of its search. Traces and slider share one axis of time.",
        NULL
    };
    int row = draw_shades(s, p, 0);
    if (s->env->ops->tiles)
        row = draw_tiles(p, row, s->env->ops->tiles, s->glyphs);
    return put_lines(p, row, rest);
}

/* ---- the pages */

void help_draw(const struct view *v, struct sheet *s, const struct scene *c)
{
    char info[40];
    int page = v->chosen % PAGES;
    snprintf(info, sizeof info, "page %d of %d", page + 1, PAGES);
    struct pane p = overlay_box(s, c->glyphs, ROWS_MAX + 2, 90, pages[page].title, info);
    if (page == LEGEND)
        draw_legend(c, p);
    else
        draw_keys(p, page);
    put_notice(s, ROLE_DIM, "ursa help, and ursa-watch(1), tell more");
}

void help_key(struct view *v, uint32_t key)
{
    if (key == VK_TAB || key == VK_RIGHT || key == VK_DOWN || key == ' ')
        v->chosen = (v->chosen + 1) % PAGES;
    else if (key == VK_LEFT || key == VK_UP || key == VK_BACKSPACE)
        v->chosen = (v->chosen + PAGES - 1) % PAGES;
    else
        view_overlay(v, OVERLAY_NONE);
}
