#include "config.h"

#include "panels.h"
#include "words.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pane draw_frame(struct pane p, const struct glyphs *g, bool focused, const char *fmt,
                       ...)
{
    char title[256];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(title, sizeof title, fmt, ap);
    va_end(ap);
    int bottom = p.r.rows - 1, right = p.r.cols - 1;
    for (int c = 1; c < right; c++) {
        put_ch(p, 0, c, ROLE_FRAME, g->h);
        put_ch(p, bottom, c, ROLE_FRAME, g->h);
    }
    for (int r = 1; r < bottom; r++) {
        put_ch(p, r, 0, ROLE_FRAME, g->v);
        put_ch(p, r, right, ROLE_FRAME, g->v);
    }
    put_ch(p, 0, 0, ROLE_FRAME, g->tl);
    put_ch(p, 0, right, ROLE_FRAME, g->tr);
    put_ch(p, bottom, 0, ROLE_FRAME, g->bl);
    put_ch(p, bottom, right, ROLE_FRAME, g->br);
    struct pane top = p;
    top.r.cols--;
    put_ch(top, 0, 2, ROLE_FRAME, ' ');
    enum role role = focused ? ROLE_LABEL : ROLE_TITLE;
    put_ch(top, 0, put_text(top, 0, 3, role, "%s", title), ROLE_FRAME, ' ');
    return (struct pane){ p.sheet,
                          { p.r.row + 1, p.r.col + 1, p.r.rows - 2, p.r.cols - 2 } };
}

struct pane draw_heading(struct pane p, const struct glyphs *g, enum role role,
                         const char *title, const char *fmt, ...)
{
    char info[160], name[160];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(info, sizeof info, fmt, ap);
    va_end(ap);
    int width = text_width(info), end = p.r.cols - width;
    words_cut(name, sizeof name, g, title, p.r.cols - 1);
    int from = put_text(p, 0, 0, role, "%s", name) + (*name ? 1 : 0);
    if (width && end > from)
        put_text(p, 0, end--, ROLE_DIM, "%s", info);
    else
        end = p.r.cols;
    for (int c = from; c < end; c++)
        put_ch(p, 0, c, ROLE_FRAME, g->h);
    return (struct pane){ p.sheet, { p.r.row + 1, p.r.col, p.r.rows - 1, p.r.cols } };
}

struct pane draw_box(struct sheet *s, const struct glyphs *g, int rows, int cols,
                     const char *title)
{
    rows = rows > s->rows - 2 ? s->rows - 2 : rows;
    cols = cols > s->cols - 2 ? s->cols - 2 : cols;
    struct pane p = { s, { (s->rows - rows) / 2, (s->cols - cols) / 2, rows, cols } };
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < cols; c++)
            put_ch(p, r, c, ROLE_TEXT, ' ');
    return draw_frame(p, g, true, "%s", title);
}

bool mentor_is_user(const struct agent *ag)
{
    struct teacher *t = ag->ops->mentor ? ag->ops->mentor(ag) : NULL;
    return t && t->ops->person;
}

const char *action_words(const struct scene *s, unsigned action)
{
    return s->env->actions ? s->env->actions[action] : "action";
}

const char *action_glyph(const struct scene *s, unsigned action)
{
    const struct glyphs *g = s->glyphs;
    static const char *const digits[] = { "0", "1", "2", "3", "4", "5", "6", "7",
                                          "8", "9", "a", "b", "c", "d", "e", "f",
                                          "g", "h", "i", "j", "k", "l", "m", "n",
                                          "o", "p", "q", "r", "s", "t", "u", "v" };
    const char *name = action_words(s, action);
    if (!strcmp(name, "left"))
        return g->left;
    if (!strcmp(name, "right"))
        return g->right;
    if (!strcmp(name, "up"))
        return g->up;
    if (!strcmp(name, "down"))
        return g->down;
    if (!strcmp(name, "stay"))
        return g->stay;
    return digits[action % ACTIONS_MAX];
}

/* A bar of x in [0, 1] over `width` columns, in eighths. */
void put_bar(struct pane p, const struct glyphs *g, int row, int col, int width, double x,
             enum role role)
{
    int eighths = (int)lround(fmin(1, fmax(0, x)) * width * 8);
    for (int i = 0; i < width && eighths > 0; i++, eighths -= 8)
        put_text(p, row, col + i, role, "%s", g->bar[eighths > 8 ? 8 : eighths]);
}

void percept_words(const struct scene *s, struct percept e, char *buf, size_t n)
{
    env_percept_text(s->env, e, buf, n);
}
