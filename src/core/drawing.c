#include "config.h"

#include "drawing.h"

#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

enum { TILE = 3, CELL_BYTES = 16 }; /* columns; bytes that a cell takes at most */

static bool is_tiled(const struct env *env) { return !env->text && env->ops->tiles; }

int drawing_columns(const struct env *env)
{
    return is_tiled(env) ? TILE * env->cols : env->cols;
}

static char *put_char(char *to, uint32_t ch)
{
    if (ch < 0x20)
        ch = ' ';
    if (ch < 0x80) {
        *to++ = (char)ch;
        return to;
    }
    int more = ch < 0x800 ? 1 : ch < 0x10000 ? 2 : 3;
    *to++ = (char)((0xf00 >> (more + 1) & 0xff) | ch >> 6 * more);
    while (more--)
        *to++ = (char)(0x80 | (ch >> 6 * more & 63));
    return to;
}

static char *put_cell(char *to, const struct env *env, const struct cell *c)
{
    const struct tile_look *look = env->ops->tiles;
    if (!is_tiled(env))
        return put_char(to, c->ch);
    return stpncpy(to, c->players ? " @ " : look[c->thing ? c->thing : c->ground].utf8,
                   CELL_BYTES - 1);
}

char *drawing_text(const struct env *env, const void *state, bool truth)
{
    if (!env->ops->draw || env->rows <= 0 || env->cols <= 0)
        return NULL;
    size_t cells = (size_t)env->rows * (size_t)env->cols;
    struct canvas cv = { env->rows, env->cols, xcalloc(cells, sizeof *cv.at) };
    char *text = xcalloc(cells * CELL_BYTES + (size_t)env->rows + 1, 1), *to = text;
    canvas_clear(&cv);
    env->ops->draw(env, state, truth, &cv);
    int at = env->ops->cell ? env->ops->cell(env, state, 0) : -1;
    if (at >= 0 && (size_t)at < cells)
        cv.at[at].players |= 1;
    for (size_t i = 0; i < cells; i++) {
        to = put_cell(to, env, &cv.at[i]);
        if ((i + 1) % (size_t)env->cols == 0)
            *to++ = '\n';
    }
    free(cv.at);
    return text;
}
