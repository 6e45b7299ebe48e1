#include "config.h"

#include "command.h"
#include "overlay.h"
#include "picture.h"
#include "xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The command line: what is typed, what may stand there, what was typed before. */

enum { LISTED = 8, REMEMBERED = sizeof((struct view *)0)->history / sizeof(char *) };

static void remember(struct view *v, const char *line)
{
    free(v->history[REMEMBERED - 1]);
    memmove(v->history + 1, v->history, (REMEMBERED - 1) * sizeof *v->history);
    v->history[0] = xstrdup(line);
}

static void set_line(struct view *v, const char *text)
{
    snprintf(v->line, sizeof v->line, "%s", text);
    memcpy(v->stem, v->line, sizeof v->stem);
    v->chosen = 0;
}

static void recall(struct view *v, int by)
{
    int k = v->recalled + by;
    if (k < -1 || k >= REMEMBERED || (k >= 0 && !v->history[k]))
        return;
    v->recalled = k;
    set_line(v, k < 0 ? "" : v->history[k]);
}

/* What all candidates have in common; or, when that is typed already, one after the
 * other. */
static void complete(struct view *v)
{
    struct candidates c = { 0 };
    char text[VIEW_LINE];
    command_candidates(v, v->stem, &c);
    int from = (int)c.from, common = (int)candidates_common(&c);
    const struct candidate *k = c.n ? &c.at[v->chosen % c.n] : NULL;
    if (k && (c.n == 1 || (!v->chosen && common > (int)strlen(v->stem + from)))) {
        snprintf(text, sizeof text, "%.*s%.*s%s", from, v->stem, common, k->name,
                 c.n == 1 ? k->after : "");
        set_line(v, text);
    } else if (k) {
        snprintf(v->line, sizeof v->line, "%.*s%s", from, v->stem, k->name);
        v->chosen = v->chosen % c.n + 1;
    }
    candidates_release(&c);
}

static void enter(struct view *v)
{
    char line[VIEW_LINE];
    memcpy(line, v->line, sizeof line);
    view_overlay(v, OVERLAY_NONE);
    if (!*line)
        return;
    remember(v, line);
    command_run(v, line);
}

void prompt_key(struct view *v, uint32_t key)
{
    char line[VIEW_LINE];
    memcpy(line, v->line, sizeof line);
    switch (key) {
    case VK_ENTER: enter(v); break;
    case VK_UP: recall(v, 1); break;
    case VK_DOWN: recall(v, -1); break;
    case VK_TAB: complete(v); break;
    case VK_BACKSPACE:
        if (!*line) {
            view_overlay(v, OVERLAY_NONE);
            break;
        }
        line_erase(line);
        set_line(v, line);
        break;
    default:
        line_append(line, sizeof line, key);
        set_line(v, line);
        break;
    }
}

static void draw_candidates(struct view *v, const struct candidates *c, struct pane all,
                            const struct glyphs *g)
{
    const struct scene scene = { .glyphs = g };
    int room = c->n < LISTED ? c->n : LISTED, now = v->chosen ? v->chosen - 1 : 0,
        width = 8;
    for (int i = 0; i < c->n; i++) {
        int w = text_width(c->at[i].name);
        width = w > width ? w : width;
    }
    width = width > all.r.cols / 2 ? all.r.cols / 2 : width;
    if (room + 2 > all.r.rows || !room)
        return;
    struct pane p = pane_part(all, all.r.rows - room - 2, 0, room + 2, all.r.cols);
    pane_fill(p, GROUND_NONE);
    struct pane in = put_frame(p, g, ROLE_FRAME);
    int first = scroll_to(now, now, room, c->n);
    for (int i = first; i < c->n && i - first < room; i++) {
        enum ground ground = v->chosen && i == now ? GROUND_CHOSEN : GROUND_NONE;
        pane_fill(pane_part(in, i - first, 0, 1, in.r.cols), ground);
        put_words(&scene, in, i - first, 1, width, ROLE_ON(ROLE_STRONG, ground),
                  c->at[i].name);
        put_words(&scene, in, i - first, width + 3, in.r.cols - width - 4,
                  ROLE_ON(ROLE_DIM, ground), c->at[i].help);
    }
    put_more(in, g, first, room, c->n);
}

void prompt_draw(struct view *v, struct sheet *s, const struct glyphs *g)
{
    struct candidates c = { 0 };
    int up = s->rows >= 14;
    struct pane p = { s, { s->rows - 1 - up, 0, 1, s->cols } };
    command_candidates(v, v->stem, &c);
    draw_candidates(v, &c, overlay_room(s), g);
    pane_fill(p, GROUND_NONE);
    int col = put_text(p, 0, 0, ROLE_STRONG, ":%s_", v->line);
    if (c.n == 1 && *c.at[0].help)
        put_text(p, 0, col + 2, ROLE_DIM, "%s", c.at[0].help);
    candidates_release(&c);
}
