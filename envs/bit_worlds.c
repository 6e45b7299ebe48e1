#include "config.h"

#include "env.h"
#include "registry.h"
#include "xalloc.h"

/* Worlds of one bit an action and one bit a percept, its reward: small enough that AIXI
 * over all programs has some that are right (Leike & Hutter, UAI 2015, show only what it
 * can do in the limit). */

static const char *const bits[] = { "0", "1" };

struct config {
    int64_t length;
};
struct bit_world {
    struct env base;
    unsigned length; /* of the corridor */
};

static struct env *open_with(const struct env_ops *ops, unsigned length)
{
    struct bit_world *s = xcalloc(1, sizeof *s);
    s->base =
        (struct env){ .ops = ops,
                      .space = { .n_actions = 2, .n_obs = 1, .rew_max = 1, .scale = 1 },
                      .state_size = 1,
                      .max_transitions = 1,
                      .actions = bits,
                      .rows = 1,
                      .cols = 24,
                      .text = true };
    s->length = length;
    return &s->base;
}

/* What happens surely. */
static size_t surely(struct transition *out, void *next, unsigned to, unsigned reward)
{
    *(unsigned char *)next = (unsigned char)to;
    *out = (struct transition){ 1, { 0, (int32_t)reward } };
    return 1;
}

static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    unsigned at = *(const unsigned char *)state,
             n = ((const struct bit_world *)env)->length;
    (void)truth;
    for (unsigned i = 0; i < n; i++)
        canvas_text(cv, 0, (int)(2 * i), i == at ? INK_STRONG : INK_DIM, "%c",
                    i == at ? '@' : '.');
}

static const struct param none[] = { { 0 } };

#define BIT_WORLD(id, text, help)                                                          \
    .kind.name = text, .kind.title = help, .kind.version = 1,                              \
    .kind.config_size = sizeof(struct config), .open = open_##id,                          \
    .transitions = transitions_##id, .draw = draw

/* ---- echo: the reward is the action */

static size_t transitions_echo(const struct env *env, const void *state, unsigned action,
                               struct transition *out, void *next)
{
    (void)env;
    (void)state;
    return surely(out, next, action, action);
}

static struct env *open_echo(const void *config, uint64_t root, struct err *err)
{
    (void)config;
    (void)root;
    (void)err;
    return open_with(&env_echo, 2);
}

const struct env_ops env_echo = {
    BIT_WORLD(echo, "echo", "the action is the reward"),
    .kind.params = none,
};

/* ---- not: the reward is the other one */

static size_t transitions_not(const struct env *env, const void *state, unsigned action,
                              struct transition *out, void *next)
{
    (void)env;
    (void)state;
    return surely(out, next, action, !action);
}

static struct env *open_not(const void *config, uint64_t root, struct err *err)
{
    (void)config;
    (void)root;
    (void)err;
    return open_with(&env_not, 2);
}

const struct env_ops env_not = {
    BIT_WORLD(not, "not", "the opposite of the action is the reward"),
    .kind.params = none,
};

/* ---- alternation: 1 0 1 0 ..., whatever is done */

static size_t transitions_alternation(const struct env *env, const void *state,
                                      unsigned action, struct transition *out, void *next)
{
    unsigned at = *(const unsigned char *)state;
    (void)env;
    (void)action;
    return surely(out, next, !at, !at);
}

static struct env *open_alternation(const void *config, uint64_t root, struct err *err)
{
    (void)config;
    (void)root;
    (void)err;
    return open_with(&env_alternation, 2);
}

const struct env_ops env_alternation = {
    BIT_WORLD(alternation, "alternation", "1 and 0 by turns, whatever is done"),
    .kind.params = none,
};

/* ---- corridor: 1 goes on, 0 goes back to the start; at the end it pays */

static size_t transitions_corridor(const struct env *env, const void *state,
                                   unsigned action, struct transition *out, void *next)
{
    unsigned at = *(const unsigned char *)state,
             last = ((const struct bit_world *)env)->length - 1;
    unsigned to = !action ? 0 : at < last ? at + 1 : last;
    return surely(out, next, to, to == last);
}

static struct env *open_corridor(const void *config, uint64_t root, struct err *err)
{
    (void)root;
    (void)err;
    return open_with(&env_corridor, (unsigned)((const struct config *)config)->length);
}

static const struct param corridor[] = {
    INT("length", length, .def = 3, .min = 2, .max = 12, .unit = "cells",
        .help = "of the corridor"),
    { 0 },
};

const struct env_ops env_corridor = {
    BIT_WORLD(corridor, "corridor", "on or back to the start; its end pays"),
    .kind.params = corridor,
};
