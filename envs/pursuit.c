#include "config.h"

#include "bodies.h"
#include "registry.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

/* Some pursue the last player, who gets away as long as it can: Benda, Jagannathan &
 * Dodhiawala, "On optimal cooperation of knowledge sources", Boeing technical report
 * BCS-G2010-28 (1985), as the game of Littman, "Markov games as a framework for
 * multi-agent reinforcement learning", ICML 1994, has two sides. It is caught by who comes
 * to its cell, or changes places with it; then all begin anew, it as far away as can be. */
enum { STEP = 1, CATCH = 10 };

struct config {
    struct bodies_config bodies;
};

static bool is_caught(const struct stand *from, const struct stand *to, uint32_t by,
                      uint32_t prey)
{
    return to->at[by] == to->at[prey] ||
           (to->at[by] == from->at[prey] && to->at[prey] == from->at[by]);
}

static void step(const struct game *g, void *state, const uint8_t *action, struct rng *rng,
                 struct percept *out)
{
    const struct bodies *s = (const struct bodies *)g;
    struct stand *p = state, from = *p;
    uint32_t prey = g->n_players - 1;
    bool caught = false;
    (void)rng;
    bodies_move(s, p, action);
    for (uint32_t i = 0; i < prey; i++)
        caught |= is_caught(&from, p, i, prey);
    for (uint32_t i = 0; i < prey; i++)
        out[i].rew = caught ? CATCH : -STEP;
    out[prey].rew = caught ? -CATCH : STEP;
    if (caught)
        *p = s->start;
    bodies_look(s, p, out);
}

static struct game *open_pursuit(const void *config, uint64_t root, struct err *err)
{
    const struct config *c = config;
    struct bodies *s = xcalloc(1, sizeof *s);
    (void)root;
    if (!bodies_init(s, &game_pursuit, &c->bodies, "paddock", 0, err))
        return NULL;
    uint32_t prey = s->base.n_players - 1;
    for (uint32_t i = 0; i < prey; i++)
        bodies_rewards(s, i, -STEP, CATCH);
    bodies_rewards(s, prey, -CATCH, STEP);
    s->start.at[prey] = bodies_far(s);
    if (s->n_cells > 1)
        return &s->base;
    bodies_close(&s->base);
    return err_null(err, "pursuit: the map has one cell that can be reached");
}

static const struct param params[] = {
    BODIES_PARAMS("paddock", 2, "how many they are; the last is pursued"),
    { 0 },
};

const struct game_ops game_pursuit = {
    .kind.name = "pursuit",
    .kind.title = "some pursue the last, who gets away as long as it can",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_pursuit,
    .step = step,
    BODIES_OPS,
};
