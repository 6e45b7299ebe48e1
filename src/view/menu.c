#include "config.h"

#include "datafile.h"
#include "overlay.h"
#include "picture.h"
#include "section.h"
#include "xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Menus of agents, worlds and demonstrations: names at the left, all about the one chosen
 * at the right; what is typed filters names and titles. */

enum { NAMES = 24, WIDEST = 110 };

struct entry {
    char name[80], title[160];
    const struct kind *kind; /* of agents and worlds */
};
struct entries {
    struct entry *at;
    int n, cap;
};

static void add(struct entries *e, const char *filter, const char *name, const char *title,
                const struct kind *kind)
{
    if (*filter && !strcasestr(name, filter) && !strcasestr(title, filter))
        return;
    if (e->n == e->cap) {
        e->cap = e->cap ? 2 * e->cap : 32;
        e->at = xrealloc(e->at, (size_t)e->cap, sizeof *e->at);
    }
    struct entry *to = &e->at[e->n++];
    *to = (struct entry){ .kind = kind };
    snprintf(to->name, sizeof to->name, "%s", name);
    snprintf(to->title, sizeof to->title, "%s", title);
}

static void add_shelf(struct entries *e, const char *filter, const struct shelf *from)
{
    for (size_t i = 0; from->at[i]; i++)
        add(e, filter, from->at[i]->name, from->at[i]->title, from->at[i]);
}

static void add_demos(struct entries *e, const char *filter)
{
    struct list names = demo_tour();
    for (size_t i = 0; i < names.n; i++) {
        struct demo d;
        if (demo_load(&d, names.at[i], NULL)) {
            add(e, filter, names.at[i], d.title, NULL);
            demo_release(&d);
        }
    }
    list_release(&names);
}

static struct entries list_entries(const struct view *v)
{
    struct entries e = { 0 };
    switch (v->menu) {
    case MENU_AGENTS: add_shelf(&e, v->line, &agent_shelf); break;
    case MENU_ENVS: add_shelf(&e, v->line, &env_shelf); break;
    case MENU_DEMOS: add_demos(&e, v->line); break;
    }
    return e;
}

/* ---- what is told of the one chosen */

/* "horizon=7  rewards looked ahead", a paragraph each; returns the row after them. */
static int put_params(const struct kind *k, struct pane p, int row)
{
    char value[80];
    for (struct param_walk w = { .table = k->params }; param_next(&w) && row < p.r.rows;) {
        param_format_default(w.p, value, sizeof value);
        int col = put_text(p, row, 0, ROLE_STRONG, "%s", w.p->name);
        if (*value)
            col = put_text(p, row, col, ROLE_DIM, "=%s", value);
        bool beside = col + 2 + text_width(w.p->help) <= p.r.cols;
        int from = beside ? col + 2 : 2;
        row = put_paragraph(pane_part(p, 0, from, p.r.rows, p.r.cols - from), row + !beside,
                            w.p->help);
    }
    return row;
}

static int put_about(const struct view *v, const struct entry *e, struct pane p)
{
    struct demo d;
    int row = put_paragraph(p, 0, e->title) + 1;
    if (e->kind) {
        char *text = section_text(v->menu == MENU_AGENTS ? "ursa-agents" : "ursa-envs",
                                  ".7", e->name);
        row = text ? put_paragraph(p, row, text) + 1 : row;
        free(text);
        return put_params(e->kind, p, row);
    }
    if (v->menu != MENU_DEMOS || !demo_load(&d, e->name, NULL))
        return row;
    char who[400];
    snprintf(who, sizeof who, "%.190s in %.190s", d.agent, d.env);
    row = put_paragraph(p, row, who) + 1;
    row = put_paragraph(p, row, d.text ? d.text : "");
    demo_release(&d);
    return row;
}

/* As much as there is room for; below it that there is more. */
static void draw_about(struct view *v, const struct glyphs *g, const struct entry *e,
                       struct pane p)
{
    enum { LINES = 200 };
    struct sheet all = { 0 };
    sheet_resize(&all, LINES, p.r.cols);
    sheet_clear(&all);
    int rows = put_about(v, e, (struct pane){ &all, { 0, 0, LINES, p.r.cols } });
    int shown = rows > p.r.rows ? p.r.rows - 1 : p.r.rows, last = rows - shown;
    int first = v->about > last ? last : v->about;
    first = first > 0 ? first : 0;
    for (int r = 0; r < shown && first + r < LINES; r++)
        for (int c = 0; c < p.r.cols; c++)
            put_mark(p, r, c, all.at[(first + r) * p.r.cols + c]);
    if (rows > p.r.rows)
        put_text(p, shown, 0, ROLE_DIM, "%s %s  lines %d to %d of %d", g->left, g->right,
                 first + 1, first + shown, rows);
    sheet_release(&all);
    v->about = first; /* no further than there is */
}

/* ---- drawing and keys */

void menu_draw(struct view *v, struct sheet *s, const struct glyphs *g)
{
    static const char *const titles[] = { "Agents", "Worlds", "Demonstrations" };
    char info[80] = "";
    struct entries e = list_entries(v);
    const struct scene scene = { .glyphs = g };
    if (*v->line)
        snprintf(info, sizeof info, "filter: %.40s_", v->line);
    struct pane p = overlay_box(s, g, s->rows, WIDEST, titles[v->menu], info);
    int names = p.r.cols >= 60 ? NAMES : p.r.cols, room = p.r.rows;
    int first = scroll_to(v->chosen, v->chosen, room, e.n);
    for (int i = first; i < e.n && i - first < room; i++) {
        enum ground ground = i == v->chosen ? GROUND_CHOSEN : GROUND_NONE;
        pane_fill(pane_part(p, i - first, 0, 1, names - 1), ground);
        put_words(&scene, p, i - first, 1, names - 3,
                  ROLE_ON(i == v->chosen ? ROLE_STRONG : ROLE_TEXT, ground), e.at[i].name);
    }
    put_more((struct pane){ s, { p.r.row, p.r.col, p.r.rows, names } }, g, first, room,
             e.n);
    if (!e.n)
        put_text(p, 0, 1, ROLE_DIM, "nothing matches");
    else if (names < p.r.cols)
        draw_about(v, g, &e.at[v->chosen < e.n ? v->chosen : e.n - 1],
                   pane_part(p, 0, names + 1, p.r.rows, p.r.cols - names - 2));
    put_notice(s, ROLE_DIM, e.n ? e.at[v->chosen < e.n ? v->chosen : e.n - 1].title : "");
    free(e.at);
}

static void take(struct view *v, const char *name)
{
    char command[VIEW_LINE];
    static const char *const verb[] = { "agent", "env", "demo" };
    enum menu menu = v->menu;
    view_overlay(v, OVERLAY_NONE);
    snprintf(command, sizeof command, "%s %s", verb[menu], name);
    command_run(v, command);
}

void menu_key(struct view *v, uint32_t key)
{
    struct entries e = list_entries(v);
    enum { SCROLLED = 5 };
    v->about = key == VK_RIGHT  ? v->about + SCROLLED
               : key == VK_LEFT ? v->about - SCROLLED
                                : 0;
    v->about = v->about > 0 ? v->about : 0;
    switch (key) {
    case VK_LEFT:
    case VK_RIGHT: break;
    case VK_UP: v->chosen -= v->chosen > 0; break;
    case VK_DOWN: v->chosen += v->chosen + 1 < e.n; break;
    case VK_HOME: v->chosen = 0; break;
    case VK_END: v->chosen = e.n ? e.n - 1 : 0; break;
    case VK_ENTER:
        if (v->chosen < e.n)
            take(v, e.at[v->chosen].name);
        break;
    case VK_BACKSPACE:
        line_erase(v->line);
        v->chosen = 0;
        break;
    default:
        line_append(v->line, sizeof v->line, key);
        v->chosen = 0;
        break;
    }
    free(e.at);
}
