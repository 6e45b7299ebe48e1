#include "plugin.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* A plug-in with one fault, which the macro names; for tests/plugin.test. */

struct config {
    int64_t n;
};

#ifndef STATE
#    define STATE 8
#endif
#ifndef OBS
#    define OBS 0
#endif
#ifndef ACTIONS
#    define ACTIONS 2
#endif
#ifndef VERSION
#    define VERSION 1
#endif
#ifndef NAME
#    define NAME "bad"
#endif
#ifndef SIZE
#    define SIZE sizeof(struct config)
#endif
#ifndef PLACE
#    define PLACE 1
#endif
#ifndef ACT
#    define ACT 0
#endif

static const struct env_ops bad;

static void reset(const struct env *env, void *state, struct rng *rng)
{
    (void)env, (void)rng;
    memset(state, 0, STATE);
}

static struct percept step(const struct env *env, void *state, unsigned action,
                           struct rng *rng)
{
    unsigned *t = state;
    (void)env, (void)action, (void)rng;
    ++*t;
#ifdef CRASH
    if (*t == 30)
        raise(CRASH);
#endif
#ifdef WRITES
    memset(state, 1, WRITES);
#endif
    return (struct percept){ *t > 20 ? OBS : 0, 0 };
}

static uint32_t place(const struct env *env, const void *state)
{
    (void)env;
    return *(const unsigned *)state > 20 ? PLACE : 0;
}

static struct env *open_bad(const void *config, uint64_t root, struct err *err)
{
    struct env *e = xcalloc(1, sizeof *e);
    (void)config, (void)root, (void)err;
    *e = (struct env){ .ops = &bad,
                       .space = { .n_actions = ACTIONS, .n_obs = 2, .scale = 1 },
                       .state_size = STATE,
                       .n_places = 4 };
    return e;
}

static const struct param params[] = {
    INT("n", n, .def = 1, .max = 9, .help = "nothing"),
    { 0 },
};
static const struct env_ops bad = {
    .kind = { NAME, "a bad world", VERSION, params, SIZE, NULL },
#ifndef NO_OPEN
    .open = open_bad,
#endif
    .reset = reset,
#ifndef NO_STEP
    .step = step,
#endif
    .place = place,
};
static const struct env_ops *const worlds[] = {
    &bad,
#ifdef TWICE
    &bad,
#endif
    NULL,
};

/* ---- an agent */

static const struct agent_ops far_off;
static struct agent *open_far(const void *config, const struct env *truth, struct err *err)
{
    struct agent *ag = xcalloc(1, sizeof *ag);
    (void)config, (void)truth, (void)err;
    ag->ops = &far_off;
    return ag;
}
static void close_far(struct agent *ag) { free(ag); }
static bool act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    (void)ag, (void)rng, (void)err;
    *action = ACT;
    return true;
}
static bool update(struct agent *ag, const struct cycle *c, struct err *err)
{
    (void)ag, (void)c, (void)err;
    return true;
}
static const struct agent_ops far_off = {
    .kind = { "far", "an agent", 1, no_params, 0, NULL },
    .open = open_far,
    .close = close_far,
    .act = act,
#ifndef NO_UPDATE
    .update = update,
#endif
};
static const struct agent_ops *const agents[] = { &far_off, NULL };

#ifdef UNDEFINED
void nobody_has_this(void);
void (*const called)(void) = nobody_has_this;
#endif

#ifdef NO_OBJECT
const int ursa = 1;
#elif defined SMALL
const int ursa_plugin_ = 1;
__asm__(".globl ursa_plugin\n.type ursa_plugin, @object\n.size ursa_plugin, 4\n"
        ".section .rodata\nursa_plugin: .long 1\n.previous\n");
#else
const struct ursa_plugin ursa_plugin = {
#    ifdef ABI
    { sizeof(struct ursa_magic), ABI, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 },
#    elif defined OTHER
    { sizeof(struct ursa_magic), URSA_PLUGIN_ABI, sizeof(struct env_ops) - 8, 0, 0, 0, 0, 0,
      0, 0, 0, 0 },
#    else
    URSA_MAGIC,
#    endif
#    ifdef NO_LICENCE
    "bad",
    "1",
    NULL,
    worlds,
    agents
#    elif defined EMPTY
    "bad",
    "1",
    "GPL-3+",
    NULL,
    NULL
#    else
    "bad",      "1", "GPL-3+", worlds, agents
#    endif
};
#endif
