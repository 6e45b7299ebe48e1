#include "config.h"

#include "gridworld.h"
#include "list.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

/* The families of hypotheses about a gridworld. */

/* The same maze with one dispenser, like the true one, in the k-th cell that is floor there
 * or holds the truth's dispenser, which is floor in all others: of those that can be
 * reached, or of all. */
static struct env *goal(const struct gridworld *w, size_t k, bool reached, struct err *err)
{
    if (w->about < 0)
        return err_null(err, "this family needs a world of exactly one dispenser");
    for (int i = 0; i < w->grid.rows * w->grid.cols; i++) {
        uint8_t kind = w->grid.at[i].kind;
        bool free = kind == TILE_FLOOR || kind == TILE_DISPENSER;
        if ((reached && w->place[i].id == UINT32_MAX) || !free || k--)
            continue;
        struct gridworld *h = gridworld_copy(w);
        gridworld_replace(h, w->about, (struct tile){ .theta = -1 });
        gridworld_replace(h, i, w->grid.at[w->about]);
        h->about = i;
        return &h->base;
    }
    return NULL;
}

/* The truth, then the goal hypotheses with traps around the start: an agent that holds those
 * likely never moves, and never learns better (thesis, section 4.2.2). */
static struct env *dogma(const struct gridworld *w, size_t k, struct err *err)
{
    if (k == 0)
        return &gridworld_copy(w)->base;
    struct gridworld *h = (struct gridworld *)goal(w, k - 1, true, err);
    if (!h)
        return NULL;
    struct grid g;
    grid_copy(&g, &h->grid);
    env_close(&h->base);
    for (int way = 0; way < GRID_WAYS; way++) {
        int next = grid_next(&g, g.start, way);
        if (next >= 0 && g.at[next].kind == TILE_FLOOR)
            g.at[next] = (struct tile){ .kind = TILE_TRAP, .theta = -1 };
    }
    return gridworld_build(&g, &w->config, w->root);
}

/* The same maze entered in the k-th cell that can be reached and is no trap. */
static struct env *start(const struct gridworld *w, size_t k)
{
    for (int i = 0; i < w->grid.rows * w->grid.cols; i++) {
        if (w->place[i].id == UINT32_MAX || w->grid.at[i].kind == TILE_TRAP || k--)
            continue;
        struct grid g;
        grid_copy(&g, &w->grid);
        g.start = i;
        return gridworld_build(&g, &w->config, w->root);
    }
    return NULL;
}

/* An entry of the list of mazes: a layout index or a map. */
static bool load_maze(const struct gridworld *w, const char *entry, struct grid *g,
                      struct err *err)
{
    char *end;
    long index = strtol(entry, &end, 10);
    if (!(*end ? grid_load(g, entry, err)
               : gridworld_make_layout(g, &w->config, index, w->root, err)))
        return false;
    if (g->rows == w->grid.rows && g->cols == w->grid.cols)
        return true;
    grid_release(g);
    return err_set(err, "family maze: maze %s has another size than this world", entry);
}

/* The true maze, then those of the list that are not it. */
static struct env *maze(const struct gridworld *w, size_t k, struct err *err)
{
    struct list l;
    if (k == 0)
        return &gridworld_copy(w)->base;
    char *text = xstrdup(w->config.mazes ? w->config.mazes : "0-7");
    for (char *c = text; *c; c++)
        *c = *c == '+' ? ',' : *c;
    bool ok = list_parse(&l, text, err);
    struct grid g;
    free(text);
    size_t i = 0;
    for (; ok && i < l.n; i++) {
        ok = load_maze(w, l.at[i], &g, err);
        if (ok && !grid_same(&g, &w->grid) && --k == 0)
            break;
        if (ok)
            grid_release(&g);
    }
    ok = ok && i < l.n;
    list_release(&l);
    return ok ? gridworld_build(&g, &w->config, w->root) : NULL;
}

struct env *gridworld_hypothesis(const struct env *truth, const char *family, size_t k,
                                 struct err *err)
{
    const struct gridworld *w = (const struct gridworld *)truth;
    struct env *h = NULL;
    if (!strcmp(family, "goal"))
        h = goal(w, k, true, err);
    else if (!strcmp(family, "floor"))
        h = goal(w, k, false, err);
    else if (!strcmp(family, "start"))
        h = start(w, k);
    else if (!strcmp(family, "maze"))
        h = maze(w, k, err);
    else if (!strcmp(family, "dogma"))
        h = dogma(w, k, err);
    else
        return err_null(err, "gridworld has no family '%s'", family);
    if (h) {
        h->space = truth->space; /* what all of them may say */
        h->map = truth->map;
    }
    return h;
}
