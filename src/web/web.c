#include "config.h"

#include "web.h"

#include "deep_link.h"
#include "list.h"
#include "match_trace.h"
#include "trace.h"
#include "xalloc.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The one window of the page. */
static struct {
    struct view view;
    bool open;
    enum backdrop backdrop;
    struct sheet sheet, shown; /* as drawn; as it is in glyph[] */
    struct theme theme;        /* of glyph[] */
    struct glyph *glyph;       /* [rows * cols] owned */
    struct err err;
    char *text, *link, *list; /* what the functions return; owned */
    char hash[17];
} web = { .backdrop = BACKDROP_DARK, .sheet = { .rows = 24, .cols = 80 } };

/* ---- opening */

static struct view_conf conf(void)
{
    return (struct view_conf){ .utf8 = true,
                               .theme = { PALETTE_AUTO, web.backdrop, COLORS_DIRECT },
                               .bytes = 16 << 20,
                               .pumped = true };
}

/* What was opened takes the place of what was shown. */
static bool show(struct view *next, bool ok)
{
    if (!ok)
        return false;
    if (web.open)
        view_release(&web.view);
    web.view = *next;
    web.open = true;
    return true;
}

static bool read_link(struct link *l, const char *text)
{
    char *first = *text ? xstrdup(text) : xasprintf("demo=%s", demo_default);
    web.err = (struct err){ 0 };
    bool ok = link_read(l, first, &web.err);
    free(first);
    return ok;
}

bool web_open(const char *text)
{
    struct view next;
    struct view_conf c = conf();
    struct link l;
    bool ok = read_link(&l, text) && link_open(&l, &c, &next, &web.err);
    link_release(&l);
    return show(&next, ok);
}

static bool open_run(struct view *to, const char *path, bool *ended)
{
    struct view_conf c = conf();
    struct trace tr = { 0 };
    bool ok = trace_read(&tr, path, &web.err) && view_open_trace(to, &c, &tr, &web.err);
    *ended = tr.ended;
    trace_release(&tr);
    return ok;
}

static bool open_match(struct view *to, const char *path, bool *ended)
{
    struct view_conf c = conf();
    struct match_record r = { 0 };
    bool ok = match_trace_read(&r, path, &web.err) && view_open_match(to, &c, &r, &web.err);
    *ended = r.ended;
    match_record_release(&r);
    return ok;
}

bool web_open_trace(const char *path)
{
    struct view next;
    bool ended;
    web.err = (struct err){ 0 };
    bool ok = is_match_trace(path) ? open_match(&next, path, &ended)
                                   : open_run(&next, path, &ended);
    if (!show(&next, ok))
        return false;
    view_go(&web.view, 0);
    if (!ended)
        view_say(&web.view, "the trace has no end: the run was cut off");
    return true;
}

const char *web_error(void) { return web.err.text; }

/* ---- the screen */

void web_backdrop(bool light)
{
    web.backdrop = light ? BACKDROP_LIGHT : BACKDROP_DARK;
    if (web.open)
        web.view.conf.theme.backdrop = web.backdrop;
}

static int within(int x) { return x < 1 ? 1 : x > 1000 ? 1000 : x; }

void web_resize(int rows, int cols)
{
    sheet_resize(&web.sheet, within(rows), within(cols));
    sheet_resize(&web.shown, 0, 0);
}

static uint32_t own(int32_t colour, struct theme theme, bool text)
{
    return colour < 0 ? theme_own(theme, text) : (uint32_t)colour;
}

static struct glyph glyph_of(struct mark m, struct theme theme)
{
    struct look l = theme_look(theme, m);
    uint32_t fg = own(l.fg, theme, true), bg = own(l.bg, theme, false);
    bool reverse = l.attr & LOOK_REVERSE;
    return (struct glyph){ .ch = m.ch ? m.ch : ' ',
                           .fg = reverse ? bg : fg,
                           .bg = reverse ? fg : bg,
                           .attr = l.attr & (LOOK_BOLD | LOOK_UNDERLINE) };
}

/* Colours are looked up for what has changed. */
static void renew(void)
{
    size_t n = (size_t)web.sheet.rows * (size_t)web.sheet.cols;
    struct theme theme = web.view.conf.theme;
    bool all = web.shown.rows != web.sheet.rows || web.shown.cols != web.sheet.cols ||
               memcmp(&theme, &web.theme, sizeof theme) != 0;
    if (all) {
        sheet_resize(&web.shown, web.sheet.rows, web.sheet.cols);
        free(web.glyph);
        web.glyph = xcalloc(n, sizeof *web.glyph);
        web.theme = theme;
    }
    for (size_t i = 0; i < n; i++)
        if (all || memcmp(&web.sheet.at[i], &web.shown.at[i], sizeof *web.sheet.at) != 0)
            web.glyph[i] = glyph_of(web.sheet.at[i], theme);
    memcpy(web.shown.at, web.sheet.at, n * sizeof *web.sheet.at);
}

const struct glyph *web_draw(void)
{
    if (!web.open)
        return NULL;
    if (!web.sheet.at)
        web_resize(web.sheet.rows, web.sheet.cols);
    view_draw(&web.view, &web.sheet);
    renew();
    return web.glyph;
}

static void put_row(FILE *to, const struct mark *row, int cols)
{
    char bytes[4];
    while (cols && (!row[cols - 1].ch || row[cols - 1].ch == ' '))
        cols--;
    for (int c = 0; c < cols; c++)
        fwrite(bytes, 1, utf8_of(row[c].ch ? row[c].ch : ' ', bytes), to);
    putc('\n', to);
}

/* A stream whose text replaces *kept. */
static FILE *renew_text(char **kept, size_t *n)
{
    free(*kept);
    *kept = NULL;
    return xopen_memstream(kept, n);
}

const char *web_text(void)
{
    size_t n;
    FILE *to = renew_text(&web.text, &n);
    for (int r = 0; web.sheet.at && r < web.sheet.rows; r++)
        put_row(to, web.sheet.at + r * web.sheet.cols, web.sheet.cols);
    xclose_memstream(to);
    return web.text;
}

const char *web_message(void) { return web.open ? web.view.message : ""; }

/* ---- keys and time */

void web_key(uint32_t key)
{
    if (!web.open)
        return;
    view_key(&web.view, key);
    if (web.view.quit)
        view_say(&web.view, "there is no way out but to close the page");
    web.view.quit = false;
}

bool web_typing(void)
{
    enum overlay o = web.view.overlay;
    return o == OVERLAY_PROMPT || o == OVERLAY_MENU || o == OVERLAY_FORM;
}

void web_click(int row, int col)
{
    if (web.open)
        view_click(&web.view, &web.sheet, row, col);
}

void web_drag(int row, int col)
{
    if (web.open)
        view_drag(&web.view, &web.sheet, row, col);
}

void web_pump(double ms)
{
    if (web.open)
        view_pump(&web.view, ms / 1000);
}

void web_pause(void)
{
    if (web.open)
        view_pause(&web.view, true);
}

void web_go(double t)
{
    if (!web.open)
        return;
    view_go(&web.view, (int64_t)t);
    for (int i = 0; i < web.view.show.n; i++)
        sim_wait(web.view.sim[i], (int64_t)t);
}

/* ---- what there is */

const char *web_link(void)
{
    free(web.link);
    web.link = web.open ? link_of(&web.view) : xstrdup("");
    return web.link;
}

const char *web_demos(void)
{
    size_t n;
    struct list names = demo_tour();
    FILE *to = renew_text(&web.list, &n);
    for (size_t i = 0; i < names.n; i++) {
        struct demo d;
        struct err err = { 0 };
        if (!demo_load(&d, names.at[i], &err))
            continue;
        fprintf(to, "%s\t%s\n", names.at[i], d.title);
        demo_release(&d);
    }
    list_release(&names);
    xclose_memstream(to);
    return web.list;
}

const char *web_keys(void)
{
    size_t n;
    FILE *to = renew_text(&web.list, &n);
    for (const struct key_row *row = key_table; row->intent != DO_NOTHING; row++)
        if (row->intent != DO_QUIT)
            fprintf(to, "%" PRIu32 "\t%s\t%s\n", row->key[0], row->keys, row->help);
    xclose_memstream(to);
    return web.list;
}

const char *web_hash(const char *text)
{
    struct view v;
    struct view_conf c = conf();
    struct link l;
    struct result r = { 0 };
    bool ok = read_link(&l, text) && link_open(&l, &c, &v, &web.err);
    link_release(&l);
    *web.hash = '\0';
    if (!ok)
        return web.hash;
    struct job job = show_job(&v.show, 0);
    if (job_run(&job, NULL, 0, NULL, &r, &web.err))
        snprintf(web.hash, sizeof web.hash, "%016" PRIx64, r.hash);
    result_release(&r);
    view_release(&v);
    return web.hash;
}
