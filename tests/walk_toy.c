#include "config.h"

#include "walk_toy.h"

#include <math.h>
#include <string.h>

static const void *view(struct model *m, const struct view_kind *which)
{
    return which == &view_hunt ? &((struct toy_hunt *)m)->hunt : NULL;
}

static const struct model_ops toy_ops = { .name = "toy", .view = view };

static void begin(struct toy_hunt *x, uint32_t horizon)
{
    static const struct discount_conf none = { .kind = DISCOUNT_GEOMETRIC, .gamma = 1 };
    memset(x, 0, sizeof *x);
    x->base.ops = &toy_ops;
    x->hunt = (struct hunt){ .next = x->next, .rew = x->rew, .lands = x->lands, .w = x->w };
    x->plan = (struct plan){
        .model = &x->base, .utility = &utility_reward, .horizon = horizon, .now = 1
    };
    discount_init(&x->plan.discount, &none, NULL);
    for (int t = 0; t < TOY_STEPS + 2; t++)
        for (int i = 0; i < TOY_SMALL; i++)
            for (int k = 0; k < TOY_SMALL; k++)
                x->known[t][i][k] = -HUGE_VAL;
}

static void span_rewards(struct toy_hunt *x)
{
    uint32_t n = x->hunt.n_cells * x->hunt.n_actions;
    x->base.space = (struct space){ .n_actions = x->hunt.n_actions, .scale = 1 };
    x->base.space.rew_min = x->base.space.rew_max = x->rew[0];
    for (uint32_t i = 0; i < n; i++) {
        if (x->rew[i] < x->base.space.rew_min)
            x->base.space.rew_min = x->rew[i];
        if (x->rew[i] + x->hunt.prize > x->base.space.rew_max)
            x->base.space.rew_max = x->rew[i] + x->hunt.prize;
    }
}

void toy_hunt_draw(struct toy_hunt *x, uint32_t number)
{
    static const double theta[] = { 1, 0.75, 0.5, 0.1, 0.99 }, gamma[] = { 1, 1, 0.8 };
    struct rng rng;
    rng_init(&rng, &(struct rng_key){ 1, RNG_LAYOUT, "toy hunt", 0, number });
    begin(x, 2 + rng_below(&rng, 5));
    struct hunt *h = &x->hunt;
    h->n_cells = 2 + rng_below(&rng, TOY_SMALL - 1);
    h->n_actions = 2 + rng_below(&rng, 2);
    h->theta = theta[number % 5];
    h->prize = (int32_t)(1 + rng_below(&rng, 40));
    x->plan.discount.gamma = gamma[number % 3];
    for (uint32_t i = 0; i < h->n_cells; i++)
        x->w[i] = rng_below(&rng, 4) ? rng_unit(&rng) + 0.01 : 0;
    x->w[h->n_cells - 1] = 0.37;
    for (uint32_t i = 0; i < h->n_cells * h->n_actions; i++) {
        x->next[i] = i % h->n_actions ? rng_below(&rng, h->n_cells)
                                      : (i / h->n_actions + 1) % h->n_cells;
        x->rew[i] = number % 2 ? -1 : (int32_t)rng_below(&rng, 9) - 6;
        x->lands[i] = x->w[x->next[i]] > 0;
    }
    span_rewards(x);
}

/* ---- maps */

struct art {
    int rows, cols;
    char cell[TOY_CELLS];
};

static void read_art(struct art *a, const char *map)
{
    int n = 0;
    a->rows = 1;
    for (; *map; map++)
        if (*map == '/')
            a->rows++;
        else
            a->cell[n++] = *map;
    a->cols = n / a->rows;
}

/* Left, right, up, down, stay; -1: blocked. */
static int neighbour(const struct art *a, int cell, int way)
{
    static const int dr[] = { 0, 0, -1, 1, 0 }, dc[] = { -1, 1, 0, 0, 0 };
    int r = cell / a->cols + dr[way], c = cell % a->cols + dc[way];
    bool open = r >= 0 && c >= 0 && r < a->rows && c < a->cols;
    return open && a->cell[r * a->cols + c] != '#' ? r * a->cols + c : -1;
}

void toy_hunt_map(struct toy_hunt *x, const char *map, uint32_t horizon)
{
    struct art a;
    int at[TOY_CELLS], number[TOY_CELLS];
    uint32_t n = 0;
    read_art(&a, map);
    begin(x, horizon);
    memset(number, 0xff, sizeof number);
    for (int i = 0; i < a.rows * a.cols; i++)
        if (a.cell[i] == '@') {
            number[i] = 0;
            at[n++] = i;
        }
    for (uint32_t k = 0; k < n; k++)
        for (int way = 0; way < TOY_ACTIONS; way++) {
            int to = neighbour(&a, at[k], way);
            size_t i = k * TOY_ACTIONS + (size_t)way;
            if (to >= 0 && number[to] < 0) {
                number[to] = (int)n;
                at[n++] = to;
            }
            x->next[i] = to >= 0 ? (uint32_t)number[to] : k;
            x->rew[i] = to >= 0 ? -1 : -6;
            x->lands[i] = to >= 0;
        }
    for (uint32_t k = 0; k < n; k++)
        x->w[k] = 1.0 / n;
    x->hunt.n_cells = n;
    x->hunt.n_actions = TOY_ACTIONS;
    x->hunt.theta = 0.75;
    x->hunt.prize = 100;
    span_rewards(x);
}

void toy_hunt_thesis(struct toy_hunt *x, uint32_t horizon)
{
    toy_hunt_map(x,
                 "@#.#.#.#../..###..#../..#..##.#./......##.#/......#.../"
                 "...####.##/.....#..#./#........./.#...##..#/.#......##",
                 horizon);
}
