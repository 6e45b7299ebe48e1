#include "config.h"

#include "hunt.h"
#include "toy.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

struct corridor_env {
    struct env base;
    struct corridor c;
};

struct env *corridor_open(const struct corridor *c)
{
    struct corridor_env *s = xcalloc(1, sizeof *s);
    uint32_t n_obs[] = { 1, c->cells, 2 };
    s->base = (struct env){ .ops = &corridor_ops,
                            .space = { .n_actions = 3,
                                       .n_obs = n_obs[c->sight],
                                       .rew_min = -1,
                                       .rew_max = 10,
                                       .scale = 1 },
                            .state_size = 1,
                            .max_transitions = 4,
                            .n_places = c->cells,
                            .rows = 1,
                            .cols = (int)c->cells };
    s->c = *c;
    return &s->base;
}

static void reset(const struct env *env, void *state, struct rng *rng)
{
    (void)rng;
    *(unsigned char *)state = (unsigned char)((const struct corridor_env *)env)->c.start;
}

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    const struct corridor *c = &((const struct corridor_env *)env)->c;
    unsigned at = *(const unsigned char *)state, coins = c->sight == SEES_COIN ? 2 : 1;
    unsigned char *to = next;
    size_t n = 0;
    if (action == 0 && at > 0)
        at--;
    if (action == 2 && at + 1 < c->cells)
        at++;
    double pays = at == c->goal ? c->theta : 0;
    for (int paid = 0; paid < 2; paid++) {
        double p = paid ? pays : 1 - pays;
        for (unsigned coin = 0; p > 0 && coin < coins; coin++) {
            uint32_t obs = c->sight == SEES_CELL ? at : coin;
            to[n] = (unsigned char)at;
            out[n++] = (struct transition){ p / coins, { obs, paid ? 10 : -1 } };
        }
    }
    return n;
}

static size_t count(const struct family *f)
{
    return ((const struct corridor_env *)f->truth)->c.cells;
}

static struct env *at(const struct family *f, size_t k, struct err *err)
{
    struct corridor c = ((const struct corridor_env *)f->truth)->c;
    (void)err;
    c.goal = (unsigned)k;
    return corridor_open(&c);
}

const struct family_ops corridor_goals = {
    .kind = { .name = "goal",
              .title = "where the dispenser is",
              .version = 1,
              .params = no_params },
    .form = &view_hunt,
    .count = count,
    .at = at,
};
static const struct kind *const families[] = { &corridor_goals.kind, NULL };

static int about(const struct env *hypothesis)
{
    return (int)((const struct corridor_env *)hypothesis)->c.goal;
}

static uint32_t place(const struct env *env, const void *state)
{
    (void)env;
    return *(const unsigned char *)state;
}

const struct env_ops corridor_ops = {
    .kind.name = "corridor",
    .kind.title = "a corridor with a hidden dispenser",
    .kind.version = 1,
    .kind.params = no_params,
    .families = families,
    .reset = reset,
    .transitions = transitions,
    .about = about,
    .place = place,
};
