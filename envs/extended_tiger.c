#include "config.h"

#include "env.h"
#include "family.h"
#include "registry.h"
#include "xalloc.h"

#include <stdio.h>

/* The tiger for one who sits: Veness et al., JAIR 40 (2011), section 7.1. One hears only
 * sitting and opens doors only standing; after a door one sits again, and the tiger is
 * placed anew. The paper gives gold 30, tiger -100, listening -1, but not the price of
 * standing up or of what cannot be done: 0 and -100 here. With 0 the best policy earns
 * 4.993, which its figure shows. */
enum { STAND, LISTEN, LEFT, RIGHT, ACTIONS };
enum { NOTHING, HEAR_LEFT, HEAR_RIGHT };
static const char *const hidden_names[] = { "tiger left", "tiger right" };
static const char *const actions[] = { "stand", "listen", "left", "right" };
static const char *const sights[] = { "nothing", "left", "right" };

struct config {
    int64_t stand, invalid;
    double hearing;
};
struct tiger {
    struct env base;
    int32_t stand, invalid;
    double hearing;
};
struct state {
    uint8_t door; /* the tiger's: LEFT or RIGHT */
    uint8_t standing;
};

static struct env *build(const struct config *c)
{
    struct tiger *s = xcalloc(1, sizeof *s);
    s->base = (struct env){ .ops = &env_extended_tiger,
                            .space = { .n_actions = ACTIONS,
                                       .n_obs = 3,
                                       .rew_min = -100,
                                       .rew_max = 30,
                                       .scale = 1,
                                       .obs_bits = 3 },
                            .state_size = sizeof(struct state),
                            .max_transitions = 2,
                            .max_starts = 2,
                            .hidden = true,
                            .text = true,
                            .n_hidden = 2,
                            .hidden_names = hidden_names,
                            .actions = actions,
                            .observations = sights,
                            .rows = 3,
                            .cols = 24 };
    s->stand = (int32_t)c->stand;
    s->invalid = (int32_t)c->invalid;
    s->hearing = c->hearing;
    return &s->base;
}

static struct env *open_tiger(const void *config, uint64_t root, struct err *err)
{
    (void)root;
    (void)err;
    return build(config);
}

/* ---- the family */

static const double ears[] = { 0.5, 0.65, 0.75, 0.85, 0.95 };
enum { EARS = sizeof ears / sizeof *ears };

static double nth(const struct family *f, size_t k)
{
    return family_grid(ears, EARS, k, ((const struct tiger *)f->truth)->hearing);
}

static struct env *at(const struct family *f, size_t k, struct err *err)
{
    const struct tiger *s = (const struct tiger *)f->truth;
    (void)err;
    return build(&(struct config){ s->stand, s->invalid, nth(f, k) });
}

static void text(const struct family *f, size_t k, char *buf, size_t n)
{
    snprintf(buf, n, "hearing %.10g", nth(f, k));
}

static const struct family_ops family_hearing = {
    .kind = { .name = "hearing",
              .title = "how well it hears",
              .version = 1,
              .params = no_params },
    .n = EARS,
    .at = at,
    .text = text,
};
static const struct kind *const families[] = { &family_hearing.kind, NULL };

/* ---- the world */

static size_t starts(const struct env *env, double *p, void *states)
{
    struct state *to = states;
    (void)env;
    for (uint8_t i = 0; i < 2; i++) {
        p[i] = 0.5;
        to[i] = (struct state){ (uint8_t)(LEFT + i), 0 };
    }
    return 2;
}

static size_t hear(const struct tiger *s, struct state from, struct transition *out,
                   struct state *to)
{
    size_t n = 0;
    for (unsigned side = LEFT; side <= RIGHT; side++) {
        double p = side == from.door ? s->hearing : 1 - s->hearing;
        if (p <= 0)
            continue;
        to[n] = from;
        out[n++] = (struct transition){ p, { HEAR_LEFT + side - LEFT, -1 } };
    }
    return n;
}

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    const struct tiger *s = (const struct tiger *)env;
    struct state from = *(const struct state *)state, *to = next;
    if (action == LISTEN && !from.standing)
        return hear(s, from, out, to);
    if (action >= LEFT && from.standing) {
        double p[2];
        size_t n = starts(env, p, to);
        for (size_t i = 0; i < n; i++)
            out[i] =
                (struct transition){ p[i], { NOTHING, action == from.door ? -100 : 30 } };
        return n;
    }
    bool rises = action == STAND && !from.standing;
    to[0] = (struct state){ from.door, from.standing | rises };
    out[0] = (struct transition){ 1, { NOTHING, rises ? s->stand : s->invalid } };
    return 1;
}

static uint32_t hidden(const struct env *env, const void *state)
{
    (void)env;
    return (uint32_t)(((const struct state *)state)->door - LEFT);
}

static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    const struct state *s = state;
    (void)env;
    canvas_text(cv, 0, 0, INK_STRONG, "[ left ]  [ right ]");
    if (truth) {
        canvas_text(cv, 1, s->door == LEFT ? 1 : 12, INK_BAD, "tiger");
        canvas_text(cv, 1, s->door == LEFT ? 12 : 1, INK_GOOD, "gold");
    }
    canvas_text(cv, 2, 0, INK_TEXT, s->standing ? "standing" : "sitting");
}

static const struct param params[] = {
    REAL("hearing", hearing, .def = 0.85, .max = 1, .help = "chance that the ear is right"),
    INT("stand", stand, .min = -100, .max = 0, .unit = "points",
        .help = "reward of standing up"),
    INT("invalid", invalid, .def = -100, .min = -100, .max = 0, .unit = "points",
        .help = "reward of what cannot be done"),
    { 0 },
};

const struct env_ops env_extended_tiger = {
    .kind.name = "extended-tiger",
    .kind.title = "the tiger for one who must stand up first",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .families = families,
    .open = open_tiger,
    .starts = starts,
    .transitions = transitions,
    .hidden = hidden,
    .picture = "doors",
    .asks = "where is the tiger?",
    .draw = draw,
};
