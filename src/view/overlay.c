#include "config.h"

#include "datafile.h"
#include "view.h"
#include "xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What lies over the panels: help, the text of a demonstration, menus, the command line. */

/* ---- menus: lists of names, filtered by what is typed */

struct entry {
    char name[160], about[160];
};
struct entries {
    struct entry *at;
    int n, cap;
};

static void add(struct entries *e, const char *filter, const char *name, const char *about)
{
    if (*filter && !strcasestr(name, filter) && !strcasestr(about, filter))
        return;
    if (e->n == e->cap) {
        e->cap = e->cap ? 2 * e->cap : 32;
        e->at = xrealloc(e->at, (size_t)e->cap, sizeof *e->at);
    }
    snprintf(e->at[e->n].name, sizeof e->at->name, "%s", name);
    snprintf(e->at[e->n++].about, sizeof e->at->about, "%s", about);
}

static void add_params(struct entries *e, const char *filter, const struct param *table,
                       void *config)
{
    char value[96], name[160];
    for (struct param_walk w = { .table = table, .config = config }; param_next(&w);) {
        param_format(w.p, w.at, value, sizeof value);
        snprintf(name, sizeof name, "%.60s=%s", w.p->name, value);
        add(e, filter, name, w.p->help);
    }
}

static void add_demos(struct entries *e, const char *filter)
{
    struct list names = data_names("demos", ".demo");
    for (size_t i = 0; i < names.n; i++) {
        struct demo d;
        if (demo_load(&d, names.at[i], NULL)) {
            add(e, filter, names.at[i], d.title);
            demo_release(&d);
        }
    }
    list_release(&names);
}

static struct entries list_entries(const struct view *v)
{
    struct entries e = { 0 };
    switch (v->menu) {
    case MENU_AGENTS:
        for (size_t i = 0; agent_shelf.at[i]; i++)
            add(&e, v->line, agent_shelf.at[i]->name, agent_shelf.at[i]->title);
        break;
    case MENU_ENVS:
        for (size_t i = 0; env_shelf.at[i]; i++)
            add(&e, v->line, env_shelf.at[i]->name, env_shelf.at[i]->title);
        break;
    case MENU_DEMOS: add_demos(&e, v->line); break;
    case MENU_PARAMS:
        add_params(&e, v->line, v->show.agent[0].kind->params, v->show.agent[0].config);
        add_params(&e, v->line, v->show.env.kind->params, v->show.env.config);
        break;
    }
    return e;
}

static void choose(struct view *v, const char *name)
{
    char command[VIEW_LINE];
    view_overlay(v, OVERLAY_NONE);
    if (v->menu == MENU_PARAMS) {
        view_overlay(v, OVERLAY_PROMPT);
        snprintf(v->line, sizeof v->line, "set %s", name);
        return;
    }
    static const char *const verb[] = { "agent", "env", "demo" };
    snprintf(command, sizeof command, "%s %s", verb[v->menu], name);
    command_run(v, command);
}

/* ---- editing the line */

static void erase_last(char *line)
{
    size_t n = strlen(line);
    while (n && ((unsigned char)line[n - 1] & 0xc0) == 0x80)
        n--;
    if (n)
        line[n - 1] = '\0';
}

static void append(struct view *v, uint32_t key)
{
    size_t n = strlen(v->line);
    if (key >= ' ' && key < 0x7f && n + 1 < sizeof v->line) {
        v->line[n] = (char)key;
        v->line[n + 1] = '\0';
    }
}

enum { REMEMBERED = sizeof((struct view *)0)->history / sizeof(char *) };

static void remember(struct view *v, const char *line)
{
    free(v->history[REMEMBERED - 1]);
    memmove(v->history + 1, v->history, (REMEMBERED - 1) * sizeof *v->history);
    v->history[0] = xstrdup(line);
}

static void recall(struct view *v, int by)
{
    int k = v->recalled + by;
    if (k < -1 || k >= REMEMBERED || (k >= 0 && !v->history[k]))
        return;
    v->recalled = k;
    snprintf(v->line, sizeof v->line, "%s", k < 0 ? "" : v->history[k]);
}

static void prompt_key(struct view *v, uint32_t key)
{
    char line[VIEW_LINE];
    switch (key) {
    case VK_ENTER:
        snprintf(line, sizeof line, "%s", v->line);
        view_overlay(v, OVERLAY_NONE);
        if (*line) {
            remember(v, line);
            command_run(v, line);
        }
        break;
    case VK_UP: recall(v, 1); break;
    case VK_DOWN: recall(v, -1); break;
    case VK_TAB: command_complete(v, v->line, sizeof v->line); break;
    case VK_BACKSPACE:
        if (!*v->line)
            view_overlay(v, OVERLAY_NONE);
        erase_last(v->line);
        break;
    default: append(v, key); break;
    }
}

static void menu_key(struct view *v, uint32_t key)
{
    struct entries e = list_entries(v);
    switch (key) {
    case VK_UP: v->chosen -= v->chosen > 0; break;
    case VK_DOWN: v->chosen += v->chosen + 1 < e.n; break;
    case VK_HOME: v->chosen = 0; break;
    case VK_END: v->chosen = e.n ? e.n - 1 : 0; break;
    case VK_ENTER:
        if (v->chosen < e.n)
            choose(v, e.at[v->chosen].name);
        break;
    case VK_BACKSPACE:
        erase_last(v->line);
        v->chosen = 0;
        break;
    default:
        append(v, key);
        v->chosen = 0;
        break;
    }
    free(e.at);
}

/* The tree scrolls and goes; all other keys do what they do elsewhere, so that one may step
 * with it open. */
static bool tree_key(struct view *v, uint32_t key)
{
    switch (key) {
    case VK_UP: v->chosen -= v->chosen > 0; break;
    case VK_DOWN: v->chosen++; break;
    case VK_ENTER: view_overlay(v, OVERLAY_NONE); break;
    default: return false;
    }
    return true;
}

/* Help and introduction go at any key; these two do what they do elsewhere. */
static bool page_key(struct view *v, uint32_t key)
{
    bool intro = v->overlay == OVERLAY_INTRO;
    view_overlay(v, OVERLAY_NONE);
    if (intro && v->resume)
        view_pause(v, false);
    return key_intent(key) != DO_QUIT && key_intent(key) != DO_DEMO;
}

bool overlay_key(struct view *v, uint32_t key)
{
    if (key == VK_RESIZE)
        return true;
    if (key == VK_ESCAPE || key == VK_F1 + 9)
        view_overlay(v, OVERLAY_NONE);
    else if (v->overlay == OVERLAY_PROMPT)
        prompt_key(v, key);
    else if (v->overlay == OVERLAY_MENU)
        menu_key(v, key);
    else if (v->overlay == OVERLAY_CARD)
        return card_key(v, key);
    else if (v->overlay == OVERLAY_PLOTS)
        return plots_key(v, key);
    else
        return v->overlay == OVERLAY_TREE ? tree_key(v, key) : page_key(v, key);
    return true;
}

/* ---- drawing */

/* Entry i of the legend; returns the number of the next. */
static int put_entry(struct pane p, int i, const char *glyph, enum role role,
                     const char *what)
{
    enum { COLUMNS = 4, WIDTH = 17 };
    put_text(p, i / COLUMNS, i % COLUMNS * WIDTH, role, "%s", glyph);
    put_text(p, i / COLUMNS, i % COLUMNS * WIDTH + 4, ROLE_TEXT, "%s", what);
    return i + 1;
}

/* The agent and the world's own tiles but for its bare ground; after what pays, what the
 * agent takes for that. */
static void legend(struct pane p, const struct tile_look *tiles, const struct glyphs *g)
{
    int i = put_entry(p, 0, g->agent, ROLE_AGENT, "agent");
    bool goal = false;
    for (const struct tile_look *t = tiles + 1; t->name; t++) {
        i = put_entry(p, i, tile_glyph(g, t), tile_role(t), t->name);
        if (t->role == LOOK_GOAL && !goal)
            i = put_entry(p, i, g->sampled, ROLE_SAMPLED, "followed");
        goal |= t->role == LOOK_GOAL;
    }
}

static void draw_help(const struct view *v, struct sheet *s, const struct glyphs *g)
{
    const struct tile_look *tiles = sim_env(v->sim[0])->ops->tiles;
    int n = 0, i = 0;
    for (const struct key_row *k = key_table; k->intent; k++)
        n++;
    int two = s->cols >= 76, half = two ? (n + 1) / 2 : n;
    struct pane p = draw_box(s, g, half + 6, two ? 100 : 60, "Keys");
    int width = p.r.cols / (two ? 2 : 1);
    for (const struct key_row *k = key_table; k->intent; k++, i++) {
        struct pane column = { s,
                               { p.r.row, p.r.col + i / half * width, p.r.rows, width } };
        put_text(column, i % half, 1, ROLE_STRONG, "%-10s", k->keys);
        put_text(column, i % half, 11, ROLE_TEXT, "%s", k->help);
    }
    if (tiles)
        legend(
            (struct pane){
                s, { p.r.row + half + 1, p.r.col + 1, p.r.rows - half - 1, p.r.cols - 1 } },
            tiles, g);
}

/* Words of a text into lines as wide as the pane; returns the rows it took. */
static int put_paragraph(struct pane p, int row, const char *text)
{
    int col = 1;
    char word[VIEW_LINE];
    while (*text) {
        size_t n = strcspn(text, " \n");
        snprintf(word, sizeof word, "%.*s", (int)(n < 200 ? n : 200), text);
        if (col > 1 && col + text_width(word) >= p.r.cols) {
            row++;
            col = 1;
        }
        col = put_text(p, row, col, ROLE_TEXT, "%s", word) + 1;
        text += n;
        if (!strncmp(text, "\n\n", 2)) {
            row += 2;
            col = 1;
            text += strspn(text, "\n");
        } else
            text += *text != '\0';
    }
    return row + 1;
}

static void draw_intro(const struct view *v, struct sheet *s, const struct glyphs *g)
{
    int cols = s->cols < 76 ? s->cols - 2 : 72, rows = 0;
    struct sheet scratch = { 0 };
    sheet_resize(&scratch, 100, cols - 2);
    rows = put_paragraph((struct pane){ &scratch, { 0, 0, 100, cols - 2 } }, 0,
                         v->demo.text ? v->demo.text : "");
    sheet_release(&scratch);
    struct pane p = draw_box(s, g, rows + 6, cols, v->demo.title ? v->demo.title : "");
    rows = 1 + put_paragraph(
                   (struct pane){ s, { p.r.row + 1, p.r.col, p.r.rows - 1, p.r.cols } }, 0,
                   v->demo.text ? v->demo.text : "");
    put_text(p, p.r.rows - 1, 1, ROLE_DIM, "any key to go on, D for other demonstrations");
}

static void draw_menu(const struct view *v, struct sheet *s, const struct glyphs *g)
{
    static const char *const titles[] = { "Agents", "Worlds", "Demonstrations",
                                          "Parameters" };
    struct entries e = list_entries(v);
    struct pane p = draw_box(s, g, 20, 76, titles[v->menu]);
    int room = p.r.rows - 2, first = v->chosen - room / 2;
    if (first > e.n - room)
        first = e.n - room;
    if (first < 0)
        first = 0;
    for (int i = first; i < e.n && i - first < room; i++) {
        enum role role = i == v->chosen ? ROLE_LABEL : ROLE_TEXT;
        int col = put_text(p, i - first, 1, role, "%-22s ", e.at[i].name);
        put_text(p, i - first, col + 1, ROLE_DIM, "%s", e.at[i].about);
    }
    if (!e.n)
        put_text(p, 0, 1, ROLE_DIM, "nothing matches");
    put_text(p, p.r.rows - 1, 1, ROLE_DIM, "filter: %s_   Enter takes it, Esc leaves",
             v->line);
    free(e.at);
}

static void draw_prompt(const struct view *v, struct sheet *s)
{
    struct pane p = { s, { s->rows - (s->rows > 20 ? 3 : 1), 0, 1, s->cols } };
    for (int c = 0; c < s->cols; c++)
        put_ch(p, 0, c, ROLE_TEXT, ' ');
    put_text(p, 0, 0, ROLE_STRONG, ":%s_", v->line);
}

void overlay_draw(struct view *v, struct sheet *s, const struct glyphs *g)
{
    switch (v->overlay) {
    case OVERLAY_HELP: draw_help(v, s, g); break;
    case OVERLAY_INTRO: draw_intro(v, s, g); break;
    case OVERLAY_MENU: draw_menu(v, s, g); break;
    case OVERLAY_PROMPT: draw_prompt(v, s); break;
    default: break;
    }
}
