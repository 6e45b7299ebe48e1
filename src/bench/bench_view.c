#include "config.h"

#include "bench.h"
#include "view.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

/* What a frame of the window costs: drawn on a large screen, cycle after cycle, with the
 * looks of the marks that are others than before. What curses and the terminal make of them
 * is not in it. */

enum { ROWS = 60, COLS = 200, CYCLES = 100 };

struct window {
    struct view view;
    struct sheet now, before;
    uint64_t sum; /* so that the looks are made */
};

static void *open_window(struct err *err)
{
    struct window *w = xcalloc(1, sizeof *w);
    struct show show = { .n = 1, .seed = 7, .steps = CYCLES };
    struct view_conf conf = { .utf8 = true,
                              .theme = { PALETTE_DARK, BACKDROP_DARK, COLORS_DIRECT } };
    if (!kind_parse(&show.agent[0], &agent_shelf, "aixi:samples=100", err) ||
        !kind_parse(&show.env, &env_shelf, "gridworld", err) ||
        !view_init(&w->view, &conf, &show, err)) {
        show_release(&show);
        free(w);
        return NULL;
    }
    view_go(&w->view, CYCLES);
    sim_wait(w->view.sim[0], CYCLES);
    w->view.follow = false;
    sheet_resize(&w->now, ROWS, COLS);
    sheet_resize(&w->before, ROWS, COLS);
    return w;
}

static double draw_frames(void *context, uint64_t n)
{
    struct window *w = context;
    for (uint64_t i = 0; i < n; i++) {
        w->view.t = (int64_t)(i % CYCLES);
        view_draw(&w->view, &w->now);
        for (int k = 0; k < ROWS * COLS; k++)
            if (memcmp(&w->now.at[k], &w->before.at[k], sizeof *w->now.at) != 0) {
                struct look l = theme_look(w->view.conf.theme, w->now.at[k]);
                w->sum += (uint64_t)l.fg + (uint64_t)l.bg;
                w->before.at[k] = w->now.at[k];
            }
    }
    return (double)n;
}

static void close_window(void *context)
{
    struct window *w = context;
    view_release(&w->view);
    sheet_release(&w->now);
    sheet_release(&w->before);
    free(w);
}

const struct bench_row bench_view[] = {
    { "view.draw", "frames/s", "The window at 200x60, a cycle a frame", BENCH_RATE,
      open_window, draw_frames, close_window },
    { 0 },
};
