#include "config.h"

#include "mask.h"
#include "panels.h"
#include "picture.h"
#include "ramp.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the world */

/* A ground that is in no table: what the agent has not seen. */
enum { FOG = UINT8_MAX };

_Static_assert(ROLE_LURE - ROLE_FLOOR == LOOK_LURE,
               "tiles' roles are the worlds', in order");

const char *tile_glyph(const struct glyphs *g, const struct tile_look *look)
{
    return g->ascii ? look->ascii : look->utf8;
}

enum role tile_role(const struct tile_look *look)
{
    return (enum role)(ROLE_FLOOR + look->role);
}

/* What the agent has seen of the map instead of what there is; walls it stands beside and
 * so on come from its own reports. */
static void veil(const struct tile_look *tiles, const struct frame *f, struct canvas *cv)
{
    uint8_t ground[] = { [CHART_UNKNOWN] = FOG, [CHART_FREE] = 0, [CHART_WALL] = 0 };
    for (uint8_t i = 0; tiles[i].name && !ground[CHART_WALL]; i++)
        if (tiles[i].role == LOOK_BLOCK)
            ground[CHART_WALL] = i;
    for (int i = 0; i < cv->rows * cv->cols; i++)
        if (!cv->at[i].thing)
            cv->at[i].ground = ground[f->chart[i]];
}

/* First row or column shown of `n`, so that `at` is within the `room` there is. */
static int scroll(int at, int n, int room)
{
    int first = at - room / 2;
    if (first > n - room)
        first = n - room;
    return first < 0 ? 0 : first;
}

/* ---- what a place shows */

/* Up to three characters, centred. */
static void take_glyph(struct content *c, enum role role, const char *glyph)
{
    c->role = (uint8_t)role;
    for (int i = 0; i < 3; i++)
        if (!(c->glyph[i] = next_char(&glyph)))
            break;
}

static void take_wall(const struct picture *pic, struct content *c)
{
    const struct glyphs *g = pic->s->glyphs;
    c->ground = GROUND_VOID;
    c->role = ROLE_WALL;
    c->filled = true;
    for (int i = 0; i < 3; i++)
        c->glyph[i] = pic->s->digits ? g->poor_hatch : g->hatch;
}

/* The world's own tile. */
static void take_tile(const struct picture *pic, int i, struct content *c)
{
    const struct glyphs *g = pic->s->glyphs;
    const struct cell *at = &pic->cv.at[i];
    *c = (struct content){ .ground = GROUND_FLOOR, .agent = -1, .other = -1 };
    c->bare = !at->thing;
    if (!at->thing && at->ground == FOG) {
        c->ground = GROUND_UNSEEN;
        take_glyph(c, ROLE_FLOOR, pic->s->digits ? g->fog : g->bare);
        return;
    }
    const struct tile_look *look =
        &pic->s->env->ops->tiles[at->thing ? at->thing : at->ground];
    const char *glyph = tile_glyph(g, look);
    c->seen = pic->f.chart != NULL;
    if (look->role == LOOK_BLOCK)
        take_wall(pic, c);
    else if (look->hidden) {
        take_glyph(c, ROLE_FLOOR, g->bare);
        for (int k = 0; k < 3; k++)
            c->truth[k] = next_char(&glyph);
        c->truth_role = (uint8_t)tile_role(look);
    } else
        take_glyph(c, tile_role(look), glyph);
}

/* Who is player k of a scene's world: in a seat itself is the first, and the others follow
 * in their order. */
static int who_is(const struct scene *s, int k)
{
    if (!s->seats)
        return s->nr + k;
    return !k ? s->nr : k <= s->nr ? k - 1 : k;
}

static void take_players(const struct picture *pic, struct content *out)
{
    const struct scene *s = pic->s;
    for (int i = 0; i < pic->cells; i++) {
        uint8_t players = pic->cv.at[i].players;
        if (!players)
            continue;
        int k = 0;
        while (!(players >> k & 1))
            k++;
        out[i].agent = who_is(s, k) % 4;
        out[i].letter = k         ? (uint32_t)('A' + (s->seats ? who_is(s, k) : k))
                        : *s->tag ? (uint8_t)*s->tag
                                  : '@';
    }
}

/* Whether where the agent is must not be told: nor then where it was or goes. */
static bool keeps_place(const struct scene *s)
{
    return env_hides_place(s->env) && !s->truth;
}

/* The place an action leads to from a place, where there is no wall; -1: nowhere. */
static int towards(const struct picture *pic, int from, const char *action,
                   const struct content *out)
{
    static const struct {
        const char *name;
        int row, col;
    } moves[] = { { "left", 0, -1 }, { "right", 0, 1 }, { "up", -1, 0 }, { "down", 1, 0 } };
    const struct env *env = pic->s->env;
    for (size_t k = 0; k < sizeof moves / sizeof *moves; k++)
        if (!strcmp(action, moves[k].name)) {
            int r = from / env->cols + moves[k].row, c = from % env->cols + moves[k].col;
            bool inside = r >= 0 && r < env->rows && c >= 0 && c < env->cols;
            return inside && !out[r * env->cols + c].filled ? r * env->cols + c : -1;
        }
    return -1;
}

/* An arrow into each place the plan leads to, as far as it goes on foot. What was chosen in
 * this cycle has been done: the plan goes on from there. */
static void take_plan(const struct picture *pic, struct content *out)
{
    enum { FAR = 6 };
    const struct insight *in = &pic->f.mind;
    int at = pic->f.cell;
    for (uint32_t i = 1; i < in->n_plan && i <= FAR && at >= 0; i++) {
        const char *glyph = action_glyph(pic->s, in->plan[i]);
        const char *name = action_words(pic->s, in->plan[i]);
        if (!strcmp(name, "stay"))
            continue;
        at = towards(pic, at, name, out);
        if (at < 0)
            return;
        if (out[at].arrow) /* it comes back: the way there is told */
            continue;
        out[at].arrow = next_char(&glyph);
        out[at].arrow_role = (uint8_t)(ROLE_PLAN + pic->s->nr);
    }
}

static void take_ranks(const struct picture *pic, struct content *out)
{
    int best[3], n = scene_likely(pic->s, best);
    for (int k = 0; k < n; k++)
        out[best[k]].rank = k + 1;
}

/* The number of the fourth line. */
static void take_fourth(const struct picture *pic, struct content *out)
{
    for (int i = 0; i < pic->cells; i++) {
        const struct trail *tr = &pic->trail[i];
        if (pic->s->fourth == FOURTH_VALUE && isfinite((double)tr->value))
            out[i].fourth = (struct figure){ FIGURE_VALUE, (double)tr->value };
        if (pic->s->fourth == FOURTH_VISITS && tr->visits)
            out[i].fourth = (struct figure){ FIGURE_COUNT, tr->visits };
    }
}

/* Another agent laid on this map: its token and plan, and where it is surer than this
 * one. */
static void take_company(const struct picture *pic, const struct scene *s,
                         struct content *out)
{
    enum { SURER = 2 }; /* steps */
    struct picture other = *pic;
    double p0 = 0;
    other.s = s;
    other.f = film_at(s->film, s->t);
    const float *start = film_start(s->film, &p0);
    for (int i = 0; start && other.f.belief && s->layer == LAYER_belief && i < pic->cells;
         i++)
        if (!out[i].filled &&
            ramp_step((double)other.f.belief[i], p0) >= out[i].ground - GROUND_STEP + SURER)
            out[i].other = s->nr;
    take_plan(&other, out);
    int cell = other.f.cell;
    if (cell >= 0 && out[cell].agent < 0) {
        out[cell].agent = s->nr;
        out[cell].letter = (uint32_t)('A' + s->nr);
    }
}

static void take_all(const struct picture *pic, struct content *out)
{
    const struct scene *s = pic->s;
    for (int i = 0; i < pic->cells; i++)
        take_tile(pic, i, &out[i]);
    if (layer_table[s->layer].say)
        layer_table[s->layer].say(pic, out);
    if (s->layer == LAYER_belief)
        take_ranks(pic, out);
    if (pic->f.mind.sampled >= 0 && pic->f.mind.sampled < pic->cells &&
        out[pic->f.mind.sampled].bare && !out[pic->f.mind.sampled].filled)
        take_glyph(&out[pic->f.mind.sampled], ROLE_SAMPLED, s->glyphs->sampled);
    if (s->layer != LAYER_policy && s->layer != LAYER_self && !s->small && !keeps_place(s))
        take_plan(pic, out);
    take_fourth(pic, out);
    take_players(pic, out);
    for (int k = 0; s->company && k < s->n_company; k++)
        if (s->company[k].nr != s->nr)
            take_company(pic, &s->company[k], out);
    for (int i = 0; i < pic->cells && !s->numbers; i++)
        out[i].number.kind = s->layer == LAYER_belief ? FIGURE_NONE : out[i].number.kind;
}

double scene_prior(const struct scene *s)
{
    double p0 = 0;
    return film_start(s->film, &p0) ? p0 : (double)NAN;
}

int scene_likely(const struct scene *s, int best[3])
{
    struct frame f = film_at(s->film, s->t);
    double p0 = 0;
    const float *start = film_start(s->film, &p0);
    if (!f.belief || !start)
        return 0;
    return ramp_ranks(f.belief, start, s->env->rows * s->env->cols, p0, best);
}

/* ---- text */

bool world_cell(const struct scene *s, struct rect r, struct cell_size size, int *row,
                int *col)
{
    const struct env *env = s->env;
    int at = film_at(s->film, s->t).cell;
    at = at < 0 ? 0 : at;
    *row = *row / size.rows + scroll(at / env->cols, env->rows, r.rows / size.rows);
    *col = *col / size.cols + scroll(at % env->cols, env->cols, r.cols / size.cols);
    return *row < env->rows && *col < env->cols;
}

static void draw_tiles(const struct picture *pic, struct pane p, struct cell_size size,
                       const struct content *what)
{
    const struct scene *s = pic->s;
    const struct env *env = s->env;
    int rows = p.r.rows / size.rows, cols = p.r.cols / size.cols, top = 0, left = 0;
    world_cell(s, p.r, size, &top, &left);
    for (int r = top; r < env->rows && r - top < rows; r++)
        for (int c = left; c < env->cols && c - left < cols; c++)
            draw_cell(p, (r - top) * size.rows, (c - left) * size.cols, size,
                      &what[r * env->cols + c], s->glyphs, s->digits);
}

/* The map of tiles. */
static void draw_map(struct picture *pic, struct pane p, struct cell_size size)
{
    const struct scene *s = pic->s;
    struct content *what = xcalloc((size_t)pic->cells, sizeof *what);
    pic->trail = xcalloc((size_t)pic->cells, sizeof *pic->trail);
    pic->start = film_start(s->film, &pic->p0);
    if (pic->f.chart && !s->truth)
        veil(s->env->ops->tiles, &pic->f, &pic->cv);
    for (int i = 0; i < pic->cells; i++)
        pic->trail[i] = (struct trail){ 0, -1, NAN, 0 };
    if (!keeps_place(s))
        film_trails(s->film, s->t, pic->trail);
    take_all(pic, what);
    draw_tiles(pic, p, size, what);
    free(pic->trail);
    free(what);
}

void draw_world(const struct scene *s, struct pane p, struct cell_size size)
{
    const struct env *env = s->env;
    struct picture pic = { .s = s, .cells = env->rows * env->cols };
    size_t n = (size_t)pic.cells;
    if (!n || !env->ops->draw || rect_empty(p.r))
        return;
    pic.f = film_at(s->film, s->t);
    pic.cv = (struct canvas){ env->rows, env->cols, xcalloc(n, sizeof *pic.cv.at) };
    env->ops->draw(env, pic.f.state, s->truth, &pic.cv);
    if (env->text)
        draw_picture(s, p);
    else
        draw_map(&pic, p, size);
    free(pic.cv.at);
}

/* ---- the scale under it */

/* One block of the scale: its step's number, in ink, as far as it fits with a blank. */
static void put_block(struct pane p, int k, int width, int ground, const char *text)
{
    pane_fill(pane_part(p, 0, k * width, 1, width), (enum ground)ground);
    int len = text_width(text);
    if (width > 2 && len <= width - (len < 3))
        put_text(p, 0, k * width + (width - len) / 2,
                 ROLE_ON(ground == GROUND_FLOOR ? ROLE_DIM : ROLE_INK, ground), "%s", text);
}

void draw_belief_scale(const struct scene *s, struct pane p, double p0)
{
    int width = p.r.cols / 10;
    (void)s;
    if (width < 2 || rect_empty(p.r))
        return;
    for (int k = 0; k <= STEPS; k++) {
        char text[16] = "";
        int room = width < 5 ? 2 : 3;
        if (k >= 2)
            ramp_text(text, sizeof text, ramp_middle(k, p0), k == STEPS ? 3 : room);
        else if (k == 1 && width >= 5) {
            *text = '<';
            ramp_text(text + 1, sizeof text - 1, p0, width - 2);
        } else
            snprintf(text, sizeof text, "%s", k ? "<" : "0");
        put_block(p, k, width, GROUND_STEP + k, text);
    }
}

static void draw_visits_scale(struct pane p)
{
    int width = p.r.cols / 10;
    for (int k = 0; width >= 2 && k <= STEPS; k++) {
        char text[16] = "0";
        unsigned n = k ? ramp_visits_from(k) : 0;
        if (k)
            snprintf(text, sizeof text, "%.0u", n);
        put_block(p, k, width, k ? GROUND_VISITS + k : GROUND_FLOOR, text);
    }
}

static void draw_value_scale(struct pane p)
{
    int width = p.r.cols / 9;
    for (int k = -4; width >= 2 && k <= 4; k++)
        put_block(p, k + 4, width, k < 0 ? GROUND_BELOW - k : GROUND_ABOVE + k,
                  k == -4  ? "-"
                  : k == 4 ? "+"
                  : k      ? ""
                           : "=");
}

void draw_scale(const struct scene *s, struct pane p)
{
    double p0 = scene_prior(s);
    if (rect_empty(p.r) || s->env->text)
        return;
    if (s->layer == LAYER_belief && isfinite(p0))
        draw_belief_scale(s, p, p0);
    else if (s->layer == LAYER_visits)
        draw_visits_scale(p);
    else if (s->layer == LAYER_value)
        draw_value_scale(p);
}
