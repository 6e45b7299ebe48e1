#include "config.h"

#include "grid.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

#define TILE(kind, letter, name, ...) name,
const char *const tile_names[] = {
#include "grid.def"
    NULL
};
#undef TILE

#define TILE(kind, letter, name, many, ...) many,
const char *const tile_many[] = {
#include "grid.def"
};
#undef TILE

#define TILE(kind, letter, ...) letter,
const char tile_letters[] = {
#include "grid.def"
    '\0'
};
#undef TILE

#define TILE(kind, letter, name, many, ...) { name, __VA_ARGS__ },
const struct tile_look grid_looks[] = {
#include "grid.def"
    { 0 }
};
#undef TILE

void grid_init(struct grid *g, int rows, int cols)
{
    size_t n = (size_t)rows * (size_t)cols;
    *g = (struct grid){ .rows = rows, .cols = cols, .start = -1, .name = xstrdup("") };
    g->at = xcalloc(n, sizeof *g->at);
    for (size_t i = 0; i < n; i++)
        g->at[i].theta = -1;
}

void grid_copy(struct grid *to, const struct grid *from)
{
    size_t n = (size_t)from->rows * (size_t)from->cols;
    *to = *from;
    to->name = xstrdup(from->name);
    to->at = xcalloc(n, sizeof *to->at);
    memcpy(to->at, from->at, n * sizeof *to->at);
}

void grid_release(struct grid *g)
{
    free(g->at);
    free(g->name);
    *g = (struct grid){ 0 };
}

int grid_next(const struct grid *g, int cell, int way)
{
    static const int down[] = { 0, 0, -1, 1 }, right[] = { -1, 1, 0, 0 };
    int row = cell / g->cols + down[way], col = cell % g->cols + right[way];
    if (row < 0 || row >= g->rows || col < 0 || col >= g->cols)
        return -1;
    int next = row * g->cols + col;
    return g->at[next].kind == TILE_WALL ? -1 : next;
}

unsigned grid_walls(const struct grid *g, int cell)
{
    unsigned bits = 0;
    for (int way = 0; way < GRID_WAYS; way++)
        bits |= (unsigned)(grid_next(g, cell, way) < 0) << way;
    return bits;
}

int grid_reach(const struct grid *g, int from, bool *reached)
{
    size_t cells = (size_t)g->rows * (size_t)g->cols;
    int *queue = xcalloc(cells, sizeof *queue), n = 0;
    memset(reached, 0, cells * sizeof *reached);
    reached[from] = true;
    queue[n++] = from;
    for (int i = 0; i < n; i++) {
        if (g->at[queue[i]].kind == TILE_TRAP)
            continue;
        for (int way = 0; way < GRID_WAYS; way++) {
            int next = grid_next(g, queue[i], way);
            if (next >= 0 && !reached[next]) {
                reached[next] = true;
                queue[n++] = next;
            }
        }
    }
    free(queue);
    return n;
}

bool grid_same(const struct grid *a, const struct grid *b)
{
    bool same = a->rows == b->rows && a->cols == b->cols && a->start == b->start;
    for (int i = 0; same && i < a->rows * a->cols; i++) {
        const struct tile *t = &a->at[i], *u = &b->at[i];
        same = t->kind == u->kind && t->paid == u->paid && t->theta == u->theta &&
               t->reward == u->reward;
    }
    return same;
}

void grid_paint(const struct grid *g, bool truth, struct canvas *cv)
{
    for (int i = 0; i < g->rows * g->cols; i++) {
        uint8_t kind = g->at[i].kind;
        if (grid_looks[kind].hidden && !truth)
            kind = TILE_FLOOR;
        bool ground = kind == TILE_FLOOR || kind == TILE_WALL;
        canvas_tile(cv, i / g->cols, i % g->cols, ground ? kind : TILE_FLOOR,
                    ground ? 0 : kind);
    }
}

void grid_stand(const struct grid *g, int cell, unsigned player, struct canvas *cv)
{
    if (cell < cv->rows * cv->cols)
        cv->at[cell / g->cols * cv->cols + cell % g->cols].players |=
            (uint8_t)(1u << player);
}
