#ifndef WALK_TOY_H
#define WALK_TOY_H

#include "hunt.h"
#include "plan.h"

/* Hunts without a world, for tests of walks: a model that lends nothing but a hunt. */
enum { TOY_CELLS = 128, TOY_ACTIONS = 5, TOY_STEPS = 8, TOY_SMALL = 6 };
struct toy_hunt {
    struct model base;
    struct hunt hunt;
    struct plan plan;
    uint32_t next[TOY_CELLS * TOY_ACTIONS];
    int32_t rew[TOY_CELLS * TOY_ACTIONS];
    uint8_t lands[TOY_CELLS * TOY_ACTIONS];
    double w[TOY_CELLS];
    double known[TOY_STEPS + 2][TOY_SMALL][TOY_SMALL]; /* scratch of an oracle */
};

/* A small one: random moves, rewards, weights, theta, prize, discount, by number. */
void toy_hunt_draw(struct toy_hunt *x, uint32_t number);
/* A map of rows with '/' between them; theta 3/4, prize 100, step -1, bump -5 more, every
 * cell as likely. */
void toy_hunt_map(struct toy_hunt *x, const char *map, uint32_t horizon);
void toy_hunt_thesis(struct toy_hunt *x, uint32_t horizon);

#endif
