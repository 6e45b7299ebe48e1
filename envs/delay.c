#include "config.h"

#include "env.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>

/* The longer one waits the more it pays, once: "up" in cycle k pays k / (k + 1), and
 * nothing ever after. Hutter, "Universal Artificial Intelligence" (2005), section 5.7; a
 * moving horizon waits for ever. Rewards are in millionths. */
enum { RIGHT, UP, ACTIONS };
enum { MILLION = 1000000 };
static const char *const actions[] = { "right", "up" };

struct config {
    int64_t length;
};
struct delay {
    struct env base;
    uint32_t length;
};

/* A state is k - 1 while waiting, and DONE. */
#define DONE UINT32_MAX

static struct env *open_delay(const void *config, uint64_t root, struct err *err)
{
    const struct config *c = config;
    struct delay *s = xcalloc(1, sizeof *s);
    (void)root;
    (void)err;
    s->length = (uint32_t)c->length;
    s->base = (struct env){ .ops = &env_delay,
                            .space = { .n_actions = ACTIONS,
                                       .n_obs = 2,
                                       .rew_min = 0,
                                       .rew_max = MILLION,
                                       .scale = MILLION },
                            .state_size = sizeof(uint32_t),
                            .max_transitions = 1,
                            .text = true,
                            .actions = actions,
                            .rows = 1,
                            .cols = 24 };
    return &s->base;
}

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    const struct delay *s = (const struct delay *)env;
    uint32_t at = *(const uint32_t *)state, to = DONE;
    int32_t rew = 0;
    if (at != DONE && action == UP)
        rew = (int32_t)lround(MILLION * ((double)at + 1) / ((double)at + 2));
    else if (at != DONE)
        to = at + 1 < s->length ? at + 1 : at;
    *(uint32_t *)next = to;
    out[0] = (struct transition){ 1, { to == DONE, rew } };
    return 1;
}

static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    uint32_t at = *(const uint32_t *)state;
    (void)env;
    (void)truth;
    if (at == DONE)
        canvas_text(cv, 0, 0, INK_DIM, "up: all is over     ");
    else
        canvas_text(cv, 0, 0, INK_STRONG, "up now pays %u/%u    ", at + 1, at + 2);
}

static const struct param params[] = {
    INT("length", length, .def = 1000, .min = 2, .max = 4000, .unit = "cycles",
        .help = "from here on waiting makes no difference"),
    { 0 },
};

const struct env_ops env_delay = {
    .kind.name = "delay",
    .kind.title = "the longer one waits the more it pays, once",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_delay,
    .transitions = transitions,
    .picture = "scene",
    .draw = draw,
};
