#include "config.h"

#include "env.h"
#include "family.h"
#include "registry.h"
#include "xalloc.h"

#include <stdio.h>

/* A little now or much later: action "take" pays at once and goes back to the start, "on"
 * goes one step along a circuit that pays when it closes. To go on is best if and only if
 * length < big / small. Aslanides, "AIXIjs" (2016), sections 3.3.2 and 4.6; Lamont,
 * Aslanides, Leike & Hutter, AAMAS 2017. The state is seen. */
enum { TAKE, ON, ACTIONS };
static const char *const actions[] = { "take", "on" };

struct config {
    int64_t length, small, big;
};
struct chain {
    struct env base;
    struct config config;
};

/* Of one in which that many states can be seen. */
static struct env *build(const struct config *c, uint32_t n_obs)
{
    struct chain *s = xcalloc(1, sizeof *s);
    s->config = *c;
    int64_t least = c->small < c->big ? c->small : c->big;
    int64_t most = c->small > c->big ? c->small : c->big;
    s->base = (struct env){ .ops = &env_chain,
                            .space = { .n_actions = ACTIONS,
                                       .n_obs = n_obs,
                                       .rew_min = (int32_t)(least < 0 ? least : 0),
                                       .rew_max = (int32_t)(most > 0 ? most : 0),
                                       .scale = 1 },
                            .state_size = sizeof(uint32_t),
                            .max_transitions = 1,
                            .n_places = (uint32_t)c->length,
                            .text = true,
                            .actions = actions,
                            .rows = 4,
                            .cols = 44 };
    return &s->base;
}

static struct env *open_chain(const void *config, uint64_t root, struct err *err)
{
    const struct config *c = config;
    (void)root;
    (void)err;
    return build(c, (uint32_t)c->length);
}

/* ---- the family: nobody knows but that it is not longer */

enum { LENGTHS = 16 };

static const struct chain *chain_of(const struct family *f)
{
    return (const struct chain *)f->truth;
}

static size_t count(const struct family *f)
{
    int64_t length = chain_of(f)->config.length;
    return length < LENGTHS ? (size_t)length : LENGTHS;
}

static int64_t length_of(const struct family *f, size_t k)
{
    return chain_of(f)->config.length - (int64_t)(count(f) - 1 - k);
}

static struct env *at(const struct family *f, size_t k, struct err *err)
{
    struct config c = chain_of(f)->config;
    (void)err;
    c.length = length_of(f, k);
    return build(&c, f->truth->space.n_obs);
}

static void text(const struct family *f, size_t k, char *buf, size_t n)
{
    snprintf(buf, n, "length %d", (int)length_of(f, k));
}

static const struct family_ops family_length = {
    .kind = { .name = "length",
              .title = "how long the circuit is",
              .version = 1,
              .params = no_params },
    .count = count,
    .at = at,
    .text = text,
};
static const struct kind *const families[] = { &family_length.kind, NULL };

/* ---- the world */

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    const struct config *c = &((const struct chain *)env)->config;
    uint32_t at = *(const uint32_t *)state, to = 0;
    int32_t rew = (int32_t)c->small;
    if (action == ON) {
        to = at + 1 == c->length ? 0 : at + 1;
        rew = to ? 0 : (int32_t)c->big;
    }
    *(uint32_t *)next = to;
    out[0] = (struct transition){ 1, { to, rew } };
    return 1;
}

static uint32_t place(const struct env *env, const void *state)
{
    (void)env;
    return *(const uint32_t *)state;
}

/* The circuit as a graph: where the agent is, and what its two arcs pay. */
static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    enum { SHOWN = 9, WIDTH = 4 };
    const struct config *c = &((const struct chain *)env)->config;
    uint32_t n = env->n_places, at = *(const uint32_t *)state;
    uint32_t from = at > SHOWN / 2 && n > SHOWN ? at - SHOWN / 2 : 0;
    int col = 0;
    (void)truth;
    for (uint32_t i = from; i < n && i < from + SHOWN; i++, col += WIDTH) {
        canvas_text(cv, 0, col, i == at ? INK_STRONG : INK_DIM, i == at ? "[%u]" : "(%u)",
                    i % 10);
        canvas_text(cv, 0, col + 3, INK_DIM, i + 1 < n ? "-" : "-> (0)");
    }
    canvas_text(cv, 1, 0, INK_DIM, "state %u of %u", at, n);
    canvas_text(cv, 2, 0, INK_DIM, "take pays %+d and goes to 0", (int)c->small);
    canvas_text(cv, 3, 0, INK_DIM, "the last arc pays %+d", (int)c->big);
}

static const struct param params[] = {
    INT("length", length, .def = 6, .min = 1, .max = 4000, .unit = "cycles",
        .help = "steps of the circuit"),
    INT("small", small, .def = 4, .min = -1e6, .max = 1e6, .unit = "points",
        .help = "reward of taking"),
    INT("big", big, .def = 1000, .min = -1e6, .max = 1e6, .unit = "points",
        .help = "reward of closing the circuit"),
    { 0 },
};

const struct env_ops env_chain = {
    .kind.name = "chain",
    .kind.title = "a little now, or much at the end of a circuit",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .families = families,
    .open = open_chain,
    .transitions = transitions,
    .place = place,
    .picture = "graph",
    .draw = draw,
};
