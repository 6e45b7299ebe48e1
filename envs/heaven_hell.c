#include "config.h"

#include "env.h"
#include "family.h"
#include "registry.h"
#include "xalloc.h"

#include <stdio.h>
#include <string.h>

/* The first action leads to heaven, reward 1 for ever, or to hell, reward 0: no policy is
 * good in both of two such worlds, and what was learned comes too late. Hutter, "Universal
 * Artificial Intelligence" (2005), section 5.3.2. */
enum { START, HEAVEN, HELL };
static const char *const actions[] = { "left", "right" };
static const char *const sights[] = { "the fork", "heaven", "hell" };

struct config {
    int heaven;
};
struct world {
    struct env base;
    unsigned heaven; /* the action that leads there */
};

static struct env *build(unsigned heaven)
{
    struct world *s = xcalloc(1, sizeof *s);
    s->base = (struct env){
        .ops = &env_heaven_hell,
        .space = { .n_actions = 2, .n_obs = 3, .rew_min = 0, .rew_max = 1, .scale = 1 },
        .state_size = 1,
        .max_transitions = 1,
        .n_places = 3,
        .text = true,
        .actions = actions,
        .observations = sights,
        .rows = 1,
        .cols = 24
    };
    s->heaven = heaven;
    return &s->base;
}

static struct env *open_world(const void *config, uint64_t root, struct err *err)
{
    (void)root;
    (void)err;
    return build((unsigned)((const struct config *)config)->heaven);
}

/* ---- the family */

static const char *const sides[] = { "left", "right", NULL };

static struct env *at(const struct family *f, size_t k, struct err *err)
{
    (void)f;
    (void)err;
    return build((unsigned)k);
}

static void text(const struct family *f, size_t k, char *buf, size_t n)
{
    (void)f;
    snprintf(buf, n, "heaven is %s", sides[k]);
}

static const struct family_ops family_heaven = {
    .kind = { .name = "heaven",
              .title = "which way heaven is",
              .version = 1,
              .params = no_params },
    .n = 2,
    .at = at,
    .text = text,
};
static const struct kind *const families[] = { &family_heaven.kind, NULL };

/* ---- the world */

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    unsigned heaven = ((const struct world *)env)->heaven;
    unsigned char to = *(const unsigned char *)state;
    if (to == START)
        to = action == heaven ? HEAVEN : HELL;
    *(unsigned char *)next = to;
    out[0] = (struct transition){ 1, { to, to == HEAVEN } };
    return 1;
}

static uint32_t place(const struct env *env, const void *state)
{
    (void)env;
    return *(const unsigned char *)state;
}

static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    static const char *const names[] = { "at the fork", "in heaven  ", "in hell    " };
    static const uint8_t ink[] = { INK_STRONG, INK_GOOD, INK_BAD };
    unsigned at = *(const unsigned char *)state;
    canvas_text(cv, 0, 0, ink[at], "%s", names[at]);
    if (truth)
        canvas_text(cv, 0, 12, INK_DIM, "heaven: %s",
                    ((const struct world *)env)->heaven ? "right" : "left");
}

static const struct param params[] = {
    CHOICE("heaven", heaven, sides, .def = 1, .help = "which way leads there"),
    { 0 },
};

const struct env_ops env_heaven_hell = {
    .kind.name = "heaven-hell",
    .kind.title = "one choice, for ever",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .families = families,
    .open = open_world,
    .transitions = transitions,
    .place = place,
    .picture = "graph",
    .draw = draw,
};
