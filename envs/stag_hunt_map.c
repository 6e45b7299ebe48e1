#include "config.h"

#include "bodies.h"
#include "registry.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

/* The stag hunt on a map, after the Markov stag hunt of Peysakhovich & Lerer, "Prosocial
 * learning agents solve generalized stag hunts better than selfish ones", AAMAS 2018: the
 * dispensers with the greatest reward are stags, which pay everybody when all stand there,
 * the others hares, which pay each who stands there alone or not. After a catch all begin
 * at the start again, so that a hunt is a round of the stag hunt and the way to it. */
struct config {
    struct bodies_config bodies;
};

struct stag_hunt {
    struct bodies bodies;
    int32_t stag; /* points */
};

/* What a cell pays, unless it is a stag's and somebody is missing. */
static int32_t prey_at(const struct bodies *b, uint16_t cell)
{
    const struct tile *t = &b->grid.at[cell];
    return t->kind == TILE_DISPENSER ? t->reward : 0;
}

static bool together(const struct bodies *b, const struct stand *p)
{
    for (uint32_t i = 1; i < b->base.n_players; i++)
        if (p->at[i] != p->at[0])
            return false;
    return true;
}

static void step(const struct game *g, void *state, const uint8_t *action, struct rng *rng,
                 struct percept *out)
{
    const struct stag_hunt *s = (const struct stag_hunt *)g;
    struct stand *p = state;
    bool caught = false;
    (void)rng;
    bodies_move(&s->bodies, p, action);
    for (uint32_t i = 0; i < g->n_players; i++) {
        int32_t prey = prey_at(&s->bodies, p->at[i]);
        out[i].rew = prey < s->stag || together(&s->bodies, p) ? prey : 0;
        caught |= out[i].rew != 0;
    }
    if (caught)
        *p = s->bodies.start;
    bodies_look(&s->bodies, p, out);
}

static bool find_prey(struct stag_hunt *s, struct err *err)
{
    const struct bodies *b = &s->bodies;
    int32_t hare = 0;
    for (uint32_t i = 0; i < b->n_cells; i++) {
        const struct tile *t = &b->grid.at[b->cell[i]];
        if (t->kind == TILE_DISPENSER && (!t->paid || t->reward < 1))
            return err_set(err,
                           "stag-hunt-map: what is caught at (%d,%d) must say reward=, at "
                           "least 1",
                           b->cell[i] % b->grid.cols, b->cell[i] / b->grid.cols);
        int32_t prey = prey_at(b, b->cell[i]);
        s->stag = prey > s->stag ? prey : s->stag;
    }
    for (uint32_t i = 0; i < b->n_cells; i++) {
        int32_t prey = prey_at(b, b->cell[i]);
        hare = prey < s->stag && prey > hare ? prey : hare;
    }
    if (hare && !prey_at(b, (uint16_t)b->grid.start))
        return true;
    return err_set(err, hare ? "stag-hunt-map: nothing is caught at the start"
                             : "stag-hunt-map: the map needs dispensers of two rewards, "
                               "hares and stags");
}

static struct game *open_hunt(const void *config, uint64_t root, struct err *err)
{
    const struct config *c = config;
    struct stag_hunt *s = xcalloc(1, sizeof *s);
    (void)root;
    if (!bodies_init(&s->bodies, &game_stag_hunt_map, &c->bodies, "stags", BODIES_FOOD,
                     err))
        return NULL;
    if (!find_prey(s, err)) {
        bodies_close(&s->bodies.base);
        return NULL;
    }
    for (uint32_t i = 0; i < s->bodies.base.n_players; i++)
        bodies_rewards(&s->bodies, i, 0, s->stag);
    return &s->bodies.base;
}

static const struct param params[] = {
    BODIES_PARAMS("stags", 2, "how many they are"),
    { 0 },
};

const struct game_ops game_stag_hunt_map = {
    .kind.name = "stag-hunt-map",
    .kind.title = "stag hunt on a map: together the stag, or each a hare alone",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_hunt,
    .step = step,
    BODIES_OPS,
};
