#include "config.h"

#include "stop.h"
#include "suggest.h"
#include "window.h"

#include <stdlib.h>
#include <string.h>

enum { FRAME_MS = 33, KEYS = 256 };

/* Keys until there are none, or as many as may come between two frames: a text that is
 * pasted is no reason to stand still. The first is waited for as long as a frame may
 * take. */
static void take_keys(struct view *v, struct sheet *sheet)
{
    int row, col, ms = FRAME_MS, n = 0;
    for (uint32_t key; n < KEYS && (key = screen_key(ms, &row, &col)); ms = 0, n++)
        if (key == VK_MOUSE)
            view_click(v, sheet, row, col);
        else if (key == VK_DRAG)
            view_drag(v, sheet, row, col);
        else if (key == VK_GONE)
            v->quit = true;
        else
            view_key(v, key);
}

/* Draws when what is to be seen has changed. */
static void show(struct view *v, struct sheet *now, struct sheet *before)
{
    int rows, cols;
    screen_size(&rows, &cols);
    bool resized = rows != now->rows || cols != now->cols;
    if (resized) {
        sheet_resize(now, rows, cols);
        sheet_resize(before, rows, cols);
    }
    view_draw(v, now);
    size_t bytes = (size_t)rows * (size_t)cols * sizeof *now->at;
    bool all = resized || v->redraw;
    if (all || memcmp(now->at, before->at, bytes) != 0)
        screen_show(now, &v->conf, all);
    memcpy(before->at, now->at, bytes);
    v->redraw = false;
}

static int loop(struct view *v, const atomic_int *stop)
{
    struct sheet now = { 0 }, before = { 0 };
    while (!v->quit && !atomic_load(stop)) {
        stop_blames(&v->show.env);
        for (int i = 0; i < v->show.n; i++)
            stop_blames(&v->show.agent[i]);
        show(v, &now, &before);
        take_keys(v, &now);
        v->redraw |= screen_backdrop(&v->conf.theme);
    }
    sheet_release(&now);
    sheet_release(&before);
    return v->quit ? EXIT_OK : EXIT_INTERRUPTED;
}

/* The table of runs until one is to be opened or it is left. */
static enum runs_want choose(struct runs *r, struct view_conf *conf, const atomic_int *stop)
{
    struct sheet s = { 0 };
    enum runs_want want = RUNS_STAY;
    bool all = true;
    while (want == RUNS_STAY && !atomic_load(stop)) {
        int rows, cols, row, col;
        screen_size(&rows, &cols);
        sheet_resize(&s, rows, cols);
        runs_draw(r, &s, conf->utf8 ? &glyphs_utf8 : &glyphs_ascii);
        screen_show(&s, conf, all);
        uint32_t key = screen_key(FRAME_MS, &row, &col);
        all = key == VK_RESIZE || key == 0x0c || screen_backdrop(&conf->theme);
        if (key)
            want = runs_key(r, key);
    }
    sheet_release(&s);
    return want;
}

/* The run that is chosen; whether it is left for the table again. */
static bool watch_chosen(struct runs *r, struct view_conf *conf, const atomic_int *stop)
{
    struct err err = { 0 };
    struct show show;
    struct view v;
    if (!runs_show(r, &show, &err) || !view_init(&v, conf, &show, &err)) {
        show_release(&show);
        runs_say(r, err.text);
        return true;
    }
    v.listed = true;
    view_set_speed(&v, 0);
    view_pause(&v, false);
    loop(&v, stop);
    bool back = v.back;
    conf->theme = v.conf.theme;
    view_release(&v);
    return back;
}

int window_runs(struct runs *r, struct view_conf *conf, struct args *args)
{
    struct err err = { 0 };
    const atomic_int *stop = stop_on_signals();
    if (!screen_open(&err))
        return args_err(args, &err);
    screen_greet(&conf->theme);
    while (choose(r, conf, stop) == RUNS_OPEN && watch_chosen(r, conf, stop))
        ;
    bool stopped = atomic_load(stop);
    screen_close();
    return stopped ? EXIT_INTERRUPTED : EXIT_OK;
}

int window_run(struct view *v, struct args *args, bool paused)
{
    struct err err = { 0 };
    const atomic_int *stop = stop_on_signals();
    if (!screen_open(&err))
        return args_err(args, &err);
    view_pause(v, paused || v->demo.title);
    screen_greet(&v->conf.theme);
    int status = loop(v, stop);
    screen_close();
    if (v->trace)
        args_note(args, "recorded %s", v->trace_path);
    return status;
}

bool window_palette(struct args *a, int chosen, enum palette *palette)
{
    const char *name = getenv("URSA_PALETTE");
    char hint[100] = "";
    size_t n = 0;
    if (chosen >= 0)
        name = palette_names[chosen];
    if (!name || !*name)
        name = palette_names[PALETTE_AUTO];
    int is = palette_of_name(name);
    if (is >= 0) {
        *palette = (enum palette)is;
        return true;
    }
    while (palette_names[n])
        n++;
    suggest_near(hint, sizeof hint, name, palette_names, n);
    args_fail(a, "unknown palette '%s'%s", name, hint);
    return false;
}
