#include "config.h"

#include "mask.h"
#include "panels.h"
#include "xalloc.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

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

/* What is put in a cell: three columns of glyph. */
struct face {
    const char *glyph;
    enum role role;
    int shade;
};

/* In `cell` columns: the middle alone in one, the middle and the right in two. */
static void put_face(struct pane p, int row, int col, int cell, struct face face)
{
    uint32_t ch[3] = { ' ', ' ', ' ' };
    for (int i = 0; i < 3; i++)
        if (!(ch[i] = next_char(&face.glyph)))
            break;
    int from = cell == 3 ? 0 : 1;
    for (int i = 0; i < cell; i++)
        put_mark(p, row, col + i,
                 (struct mark){ .ch = ch[from + i],
                                .role = (uint8_t)face.role,
                                .shade = (uint8_t)face.shade });
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

/* The world's own tile, and whether what the layer says may stand in its place. */
static struct face face_of_tile(const struct picture *pic, int i, bool *bare)
{
    const struct glyphs *g = pic->s->glyphs;
    const struct cell *c = &pic->cv.at[i];
    *bare = true;
    if (!c->thing && c->ground == FOG)
        return (struct face){ g->fog, ROLE_TEXT, pic->tint[i].shade };
    const struct tile_look *look =
        &pic->s->env->ops->tiles[c->thing ? c->thing : c->ground];
    *bare = !c->thing && look->role == LOOK_GROUND;
    bool trodden = !pic->f.chart || pic->trail[i].visits;
    return (struct face){ *bare && !trodden ? g->bare : tile_glyph(g, look),
                          tile_role(look),
                          look->role == LOOK_BLOCK ? 0 : pic->tint[i].shade };
}

/* All of it: the agent, else on bare ground what is followed, else what the layer says. */
static struct face face_of(const struct picture *pic, int i, char digit[16])
{
    const struct glyphs *g = pic->s->glyphs;
    const struct tint *tint = &pic->tint[i];
    uint8_t players = pic->cv.at[i].players;
    bool bare;
    struct face face = face_of_tile(pic, i, &bare);
    if (players)
        return (struct face){ players & 1 ? g->agent : g->other,
                              players & 1 ? ROLE_AGENT : ROLE_OTHER, face.shade };
    if (!bare)
        return face;
    if (pic->f.mind.sampled == i)
        return (struct face){ g->sampled, ROLE_SAMPLED, face.shade };
    if (*tint->text)
        return (struct face){ tint->text, ROLE_STRONG, face.shade };
    if (face.shade && pic->s->digits) {
        snprintf(digit, 16, " %d ", (face.shade * 9 + SHADES - 1) / SHADES);
        return (struct face){ digit, ROLE_TEXT, face.shade };
    }
    if (face.shade && !pic->f.chart)
        face.glyph = g->bare;
    return face;
}

/* The last rounds, the latest first: what was done and what came of it. */
static void draw_rounds(const struct scene *s, struct pane p, int row)
{
    char percept[64];
    double middle = ((double)s->env->space.rew_min + s->env->space.rew_max) / 2;
    for (int64_t t = s->t; t > s->status.first && row < p.r.rows; t--, row++) {
        struct record r = film_at(s->film, t).rec;
        percept_words(s, r.e, percept, sizeof percept);
        int col = put_text(p, row, 0, ROLE_DIM, "%5" PRId64 " ", t);
        col = put_text(p, row, col, r.by == BY_USER ? ROLE_STRONG : ROLE_TEXT, "%.12s  ",
                       action_words(s, r.action));
        col = put_text(p, row, col, ROLE_TEXT, "%s  ", percept);
        put_text(p, row, col, r.e.rew > middle ? ROLE_GOOD : ROLE_TEXT, "%+" PRId32,
                 r.e.rew);
    }
}

static void draw_text_world(const struct scene *s, const struct canvas *cv, struct pane p)
{
    static const uint8_t roles[INKS] = { [INK_TEXT] = ROLE_TEXT,
                                         [INK_STRONG] = ROLE_STRONG,
                                         [INK_DIM] = ROLE_DIM,
                                         [INK_GOOD] = ROLE_GOOD,
                                         [INK_BAD] = ROLE_BAD };
    int last = -1; /* row with something in it */
    for (int r = 0; r < cv->rows; r++)
        for (int c = 0; c < cv->cols; c++) {
            const struct cell *at = &cv->at[r * cv->cols + c];
            enum role role = at->players ? ROLE_AGENT : (enum role)roles[at->ground];
            put_ch(p, r, c, role, at->ch ? at->ch : ' ');
            last = at->ch > ' ' ? r : last;
        }
    draw_rounds(s, p, last + 2);
}

bool world_cell(const struct scene *s, struct rect r, int cell, int *row, int *col)
{
    const struct env *env = s->env;
    int at = film_at(s->film, s->t).cell;
    at = at < 0 ? 0 : at;
    *row += scroll(at / env->cols, env->rows, r.rows);
    *col = *col / cell + scroll(at % env->cols, env->cols, r.cols / cell);
    return *row < env->rows && *col < env->cols;
}

static void draw_tiles(const struct picture *pic, struct pane p, int cell)
{
    const struct env *env = pic->s->env;
    int rows = p.r.rows, cols = p.r.cols / cell, top = 0, left = 0;
    char digit[16];
    world_cell(pic->s, p.r, cell, &top, &left);
    for (int r = top; r < env->rows && r - top < rows; r++)
        for (int c = left; c < env->cols && c - left < cols; c++)
            put_face(p, r - top, (c - left) * cell, cell,
                     face_of(pic, r * env->cols + c, digit));
}

void draw_world(const struct scene *s, struct pane p, int cell)
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
        draw_text_world(s, &pic.cv, p);
    else {
        if (pic.f.chart && !s->truth)
            veil(env->ops->tiles, &pic.f, &pic.cv);
        pic.trail = xcalloc(n, sizeof *pic.trail);
        pic.tint = xcalloc(n, sizeof *pic.tint);
        film_trails(s->film, s->t, pic.trail);
        if (layer_table[s->layer].tint)
            layer_table[s->layer].tint(&pic, pic.tint);
        draw_tiles(&pic, p, cell);
        free(pic.trail);
        free(pic.tint);
    }
    free(pic.cv.at);
}
