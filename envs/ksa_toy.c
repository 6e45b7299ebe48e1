#include "config.h"

#include "env.h"
#include "family.h"
#include "registry.h"
#include "xalloc.h"

#include <stdio.h>

/* Three deterministic worlds that only the right questions tell apart: Orseau, Lattimore &
 * Hutter, "Universal Knowledge-Seeking Agents for Stochastic Environments" (ALT 2013). From
 * q0 action 1 leads to q2 and back, action 0 into q1 for ever. What shows is 0, but for
 * action 0 in q2, which shows 1 in world 2 alone, and action 0 in q1, which shows 1 in
 * world 3 alone. In five cycles 1, 0, 1, 0, 0 learns all there is; going to q1 first learns
 * half of it. There is no reward. */
enum { Q0, Q1, Q2, WORLDS = 3 };

struct config {
    int64_t world;
};
struct toy {
    struct env base;
    unsigned world; /* 1 .. 3 */
};

static struct env *build(unsigned world)
{
    struct toy *s = xcalloc(1, sizeof *s);
    s->base = (struct env){
        .ops = &env_ksa_toy,
        .space = { .n_actions = 2, .n_obs = 2, .rew_min = 0, .rew_max = 0, .scale = 1 },
        .state_size = 1,
        .max_transitions = 1,
        .n_places = 3,
        .text = true,
        .rows = 1,
        .cols = 16
    };
    s->world = world;
    return &s->base;
}

static struct env *open_toy(const void *config, uint64_t root, struct err *err)
{
    (void)root;
    (void)err;
    return build((unsigned)((const struct config *)config)->world);
}

/* ---- the family */

static struct env *at(const struct family *f, size_t k, struct err *err)
{
    (void)f;
    (void)err;
    return build((unsigned)k + 1);
}

static void text(const struct family *f, size_t k, char *buf, size_t n)
{
    (void)f;
    snprintf(buf, n, "mu%zu", k + 1);
}

static const struct family_ops family_all = {
    .kind = { .name = "all",
              .title = "the three worlds",
              .version = 1,
              .params = no_params },
    .n = WORLDS,
    .at = at,
    .text = text,
};
static const struct kind *const families[] = { &family_all.kind, NULL };

/* ---- the world */

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    unsigned world = ((const struct toy *)env)->world, at = *(const unsigned char *)state;
    unsigned char to = (unsigned char)at;
    uint32_t obs = 0;
    if (at == Q0)
        to = action ? Q2 : Q1;
    else if (at == Q2 && action)
        to = Q0;
    else if (!action)
        obs = (at == Q2 && world == 2) || (at == Q1 && world == 3);
    *(unsigned char *)next = to;
    out[0] = (struct transition){ 1, { obs, 0 } };
    return 1;
}

static uint32_t place(const struct env *env, const void *state)
{
    (void)env;
    return *(const unsigned char *)state;
}

static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    unsigned at = *(const unsigned char *)state;
    for (unsigned q = 0; q < 3; q++)
        canvas_text(cv, 0, (int)q * 3, q == at ? INK_STRONG : INK_DIM, "q%u", q);
    if (truth)
        canvas_text(cv, 0, 10, INK_DIM, "mu%u", ((const struct toy *)env)->world);
}

static const struct param params[] = {
    INT("world", world, .def = 1, .min = 1, .max = WORLDS,
        .help = "which of the three is true"),
    { 0 },
};

const struct env_ops env_ksa_toy = {
    .kind.name = "ksa-toy",
    .kind.title = "three worlds that only the right questions tell apart",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .families = families,
    .open = open_toy,
    .transitions = transitions,
    .place = place,
    .picture = "graph",
    .draw = draw,
};
