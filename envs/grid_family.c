#include "config.h"

#include "family.h"
#include "gridworld.h"
#include "hunt.h"
#include "list.h"
#include "xalloc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The families of hypotheses about a gridworld. */

static const struct gridworld *world_of(const struct family *f)
{
    return (const struct gridworld *)f->truth;
}

/* A hypothesis may say what any of them may. */
static struct env *one_of(const struct family *f, struct env *h)
{
    h->space = f->truth->space;
    h->map = f->truth->map;
    return h;
}

/* ---- families of cells: where something is */

struct cells {
    struct family base;
    size_t n;
    int at[]; /* [n] */
};

/* The cells that `fits` says yes to, row by row. */
static struct cells *cells_new(const struct env *truth,
                               bool (*fits)(const struct gridworld *w, int cell))
{
    const struct gridworld *w = (const struct gridworld *)truth;
    int n = w->grid.rows * w->grid.cols;
    struct cells *c = xcalloc(1, sizeof *c + (size_t)n * sizeof *c->at);
    for (int i = 0; i < n; i++)
        if (fits(w, i))
            c->at[c->n++] = i;
    return c;
}

static size_t count_cells(const struct family *f) { return ((const struct cells *)f)->n; }

static void name_cell(const struct family *f, size_t k, char *buf, size_t n)
{
    int cell = ((const struct cells *)f)->at[k], cols = world_of(f)->grid.cols;
    snprintf(buf, n, "row %d column %d", cell / cols, cell % cols);
}

/* Floor, or the truth's dispenser, which is floor in all other hypotheses. */
static bool may_pay(const struct gridworld *w, int cell)
{
    return w->grid.at[cell].kind == TILE_FLOOR || w->grid.at[cell].kind == TILE_DISPENSER;
}

static bool reached_and_may_pay(const struct gridworld *w, int cell)
{
    return w->place[cell].id != UINT32_MAX && may_pay(w, cell);
}

static bool may_start(const struct gridworld *w, int cell)
{
    return w->place[cell].id != UINT32_MAX && w->grid.at[cell].kind != TILE_TRAP;
}

static struct family *open_payers(const struct env *truth,
                                  bool (*fits)(const struct gridworld *w, int cell),
                                  struct err *err)
{
    if (((const struct gridworld *)truth)->about < 0)
        return err_null(err, "the families goal and floor need exactly one dispenser; here "
                             "take family=start, or aimu or q-learning, which need none");
    return &cells_new(truth, fits)->base;
}

static struct family *open_goal(const void *config, const struct env *truth,
                                struct err *err)
{
    (void)config;
    return open_payers(truth, reached_and_may_pay, err);
}

static struct family *open_floor(const void *config, const struct env *truth,
                                 struct err *err)
{
    (void)config;
    return open_payers(truth, may_pay, err);
}

/* The same maze with one dispenser, like the true one, in that cell. */
static struct gridworld *pays_in(const struct gridworld *w, int cell)
{
    struct gridworld *h = gridworld_copy(w);
    gridworld_replace(h, w->about, (struct tile){ .theta = -1 });
    gridworld_replace(h, cell, w->grid.at[w->about]);
    h->about = cell;
    return h;
}

static struct env *goal_at(const struct family *f, size_t k, struct err *err)
{
    (void)err;
    return one_of(f, &pays_in(world_of(f), ((const struct cells *)f)->at[k])->base);
}

static struct family *open_start(const void *config, const struct env *truth,
                                 struct err *err)
{
    (void)config;
    (void)err;
    return &cells_new(truth, may_start)->base;
}

/* The same maze entered in that cell. */
static struct env *start_at(const struct family *f, size_t k, struct err *err)
{
    const struct gridworld *w = world_of(f);
    struct grid g;
    (void)err;
    grid_copy(&g, &w->grid);
    g.start = ((const struct cells *)f)->at[k];
    return one_of(f, gridworld_build(&g, &w->config, w->root, w->base.ops));
}

/* The truth, then the goal hypotheses with traps around the start: an agent that holds
 * those likely never moves, and never learns better (thesis, section 4.2.2). */
static size_t count_dogma(const struct family *f) { return 1 + count_cells(f); }

static struct env *dogma_at(const struct family *f, size_t k, struct err *err)
{
    const struct gridworld *w = world_of(f);
    (void)err;
    if (k == 0)
        return one_of(f, &gridworld_copy(w)->base);
    struct gridworld *h = pays_in(w, ((const struct cells *)f)->at[k - 1]);
    struct grid g;
    grid_copy(&g, &h->grid);
    env_close(&h->base);
    for (int way = 0; way < GRID_WAYS; way++) {
        int next = grid_next(&g, g.start, way);
        if (next >= 0 && g.at[next].kind == TILE_FLOOR)
            g.at[next] = (struct tile){ .kind = TILE_TRAP, .theta = -1 };
    }
    return one_of(f, gridworld_build(&g, &w->config, w->root, w->base.ops));
}

static void name_dogma(const struct family *f, size_t k, char *buf, size_t n)
{
    if (k == 0)
        snprintf(buf, n, "the truth");
    else
        name_cell(f, k - 1, buf, n);
}

/* ---- a family of mazes */

struct config {
    char *mazes;
};

/* The true maze, then those of the list that are not it. */
struct mazes {
    struct family base;
    size_t n;
    struct grid *at;  /* [n], owned; the first is empty: the truth */
    struct list list; /* what they are called */
};

static void close_mazes(struct family *f)
{
    struct mazes *m = (struct mazes *)f;
    for (size_t k = 1; k < m->n; k++)
        grid_release(&m->at[k]);
    free(m->at);
    list_release(&m->list);
    free(m);
}

/* An entry of the list of mazes: a layout index or a map. */
static bool load_maze(const struct gridworld *w, const char *entry, struct grid *g,
                      struct err *err)
{
    char *end;
    errno = 0;
    long long index = strtoll(entry, &end, 10);
    if (!*end && (errno || index < 0 || index > UINT32_MAX))
        return err_set(err, "family maze: there is no layout %s, only 0..%lld", entry,
                       (long long)UINT32_MAX);
    if (!(*end ? grid_load(g, entry, err)
               : gridworld_make_layout(g, &w->config, index, w->root, err)))
        return false;
    if (g->rows == w->grid.rows && g->cols == w->grid.cols)
        return true;
    grid_release(g);
    return err_set(err, "family maze: maze %s has another size than this world", entry);
}

/* Loads all of the list; what is the truth again is left out. */
static bool load_all(struct mazes *m, const struct gridworld *w, struct err *err)
{
    struct list all = m->list;
    m->list = (struct list){ 0 };
    m->at = xcalloc(all.n + 1, sizeof *m->at);
    m->n = 1;
    bool ok = true;
    for (size_t i = 0; ok && i < all.n; i++) {
        struct grid *g = &m->at[m->n];
        ok = load_maze(w, all.at[i], g, err);
        if (ok && grid_same(g, &w->grid)) {
            grid_release(g);
        } else if (ok) {
            list_append(&m->list, xstrdup(all.at[i]));
            m->n++;
        }
    }
    list_release(&all);
    return ok;
}

/* Items joined by '+'. */
static bool list_mazes(struct list *l, const char *text, struct err *err)
{
    struct err why = { 0 };
    char *commas = xstrdup(text);
    for (char *c = commas; *c; c++)
        *c = *c == '+' ? ',' : *c;
    bool ok = list_parse(l, commas, &why);
    free(commas);
    return ok || err_set(err, "family maze: mazes=%s: %s", text, why.text);
}

static struct family *open_mazes(const void *config, const struct env *truth,
                                 struct err *err)
{
    const struct gridworld *w = (const struct gridworld *)truth;
    const char *own = ((const struct config *)config)->mazes;
    struct mazes *m = xcalloc(1, sizeof *m);
    const char *text = own ? own : w->config.mazes ? w->config.mazes : "0-7";
    bool ok = list_mazes(&m->list, text, err) && load_all(m, w, err);
    if (ok)
        return &m->base;
    close_mazes(&m->base);
    return NULL;
}

static size_t count_mazes(const struct family *f) { return ((const struct mazes *)f)->n; }

static struct env *maze_at(const struct family *f, size_t k, struct err *err)
{
    const struct gridworld *w = world_of(f);
    struct grid g;
    (void)err;
    if (k == 0)
        return one_of(f, &gridworld_copy(w)->base);
    grid_copy(&g, &((const struct mazes *)f)->at[k]);
    return one_of(f, gridworld_build(&g, &w->config, w->root, w->base.ops));
}

static void name_maze(const struct family *f, size_t k, char *buf, size_t n)
{
    snprintf(buf, n, "%s", k ? ((const struct mazes *)f)->list.at[k - 1] : "the truth");
}

/* ---- the families */

static const struct param maze_params[] = {
    TEXT("mazes", mazes, .unit = "MAP+MAP...",
         .help = "layout indices or maps besides the true one; unset: the world's"),
    { 0 },
};

static const struct family_ops goal = {
    .kind = { .name = "goal",
              .title = "which reachable cell holds the dispenser",
              .version = 1,
              .params = no_params },
    .form = &view_hunt,
    .open = open_goal,
    .count = count_cells,
    .at = goal_at,
    .text = name_cell,
};
static const struct family_ops floor_cells = {
    .kind = { .name = "floor",
              .title = "which cell holds the dispenser, out of reach or not",
              .version = 1,
              .params = no_params },
    .open = open_floor,
    .count = count_cells,
    .at = goal_at,
    .text = name_cell,
};
static const struct family_ops start = {
    .kind = { .name = "start",
              .title = "which cell the maze is entered in",
              .version = 1,
              .params = no_params },
    .open = open_start,
    .count = count_cells,
    .at = start_at,
    .text = name_cell,
};
static const struct family_ops mazes = {
    .kind = { .name = "maze",
              .title = "which maze it is",
              .version = 1,
              .params = maze_params,
              .config_size = sizeof(struct config) },
    .open = open_mazes,
    .close = close_mazes,
    .count = count_mazes,
    .at = maze_at,
    .text = name_maze,
};
static const struct family_ops dogma = {
    .kind = { .name = "dogma",
              .title = "the truth, or traps around the start",
              .version = 1,
              .params = no_params },
    .open = open_goal,
    .count = count_dogma,
    .at = dogma_at,
    .text = name_dogma,
};

const struct kind *const gridworld_families[] = { &goal.kind,  &floor_cells.kind,
                                                  &start.kind, &mazes.kind,
                                                  &dogma.kind, NULL };
