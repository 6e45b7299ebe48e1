#include "config.h"

#include "picture.h"
#include "xalloc.h"

#include <inttypes.h>
#include <stdlib.h>

/* The world as it draws itself, in text. */

static bool fits_scene(const struct scene *s, const struct frame *f)
{
    (void)f;
    return s->env->text && s->env->ops->draw && s->env->rows * s->env->cols > 0;
}

static struct extent least_scene(const struct scene *s, const struct frame *f)
{
    (void)f;
    return (struct extent){ s->env->cols > 40 ? 40 : s->env->cols,
                            s->env->rows > 8 ? 8 : s->env->rows };
}

static struct extent want_scene(const struct scene *s, const struct frame *f)
{
    (void)f;
    return (struct extent){ s->env->cols, s->env->rows };
}

static void draw_scene(const struct scene *s, const struct frame *f, struct pane p)
{
    static const uint8_t roles[INKS] = { [INK_TEXT] = ROLE_TEXT,
                                         [INK_STRONG] = ROLE_STRONG,
                                         [INK_DIM] = ROLE_DIM,
                                         [INK_GOOD] = ROLE_GOOD,
                                         [INK_BAD] = ROLE_BAD };
    size_t n = (size_t)(s->env->rows * s->env->cols);
    struct canvas cv = { s->env->rows, s->env->cols, xcalloc(n, sizeof *cv.at) };
    s->env->ops->draw(s->env, f->state, s->truth, &cv);
    for (int r = 0; r < cv.rows; r++)
        for (int c = 0; c < cv.cols; c++) {
            const struct cell *at = &cv.at[r * cv.cols + c];
            enum role role = at->players ? ROLE_AGENT : (enum role)roles[at->ground];
            if (at->ch > ' ')
                put_ch(p, r, c, role, at->ch);
        }
    free(cv.at);
}

const struct picture_part picture_scene = {
    .name = "scene",
    .main = true,
    .fits = fits_scene,
    .least = least_scene,
    .want = want_scene,
    .draw = draw_scene,
};
