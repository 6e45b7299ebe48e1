#include "config.h"

#include "env.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>

/* To live or to die. Death is the end of all percepts that differ, worth 0 for ever, so
 * what an agent makes of it hangs on where 0 is: with rewards from 0 on it never wants to
 * die, and with the same rewards shifted below 0 it does. Martin, Everitt & Hutter, "Death
 * and Suicide in Universal Artificial Intelligence" (AGI 2016), in the smallest world. */
enum { LIVE, DIE, ACTIONS };
enum { ALIVE, DEAD };
enum { SCALE = 100 };
static const char *const actions[] = { "live", "die" };
static const char *const sights[] = { "alive", "dead" };

struct config {
    double pay, shift, hazard;
};
struct mortal {
    struct env base;
    int32_t rew;   /* of a cycle lived, points */
    double hazard; /* chance to be dead after it */
};

static struct env *open_mortal(const void *config, uint64_t root, struct err *err)
{
    const struct config *c = config;
    struct mortal *s = xcalloc(1, sizeof *s);
    (void)root;
    (void)err;
    s->rew = (int32_t)lround(SCALE * (c->pay + c->shift));
    s->hazard = c->hazard;
    s->base = (struct env){ .ops = &env_mortal,
                            .space = { .n_actions = ACTIONS,
                                       .n_obs = 2,
                                       .rew_min = s->rew < 0 ? s->rew : 0,
                                       .rew_max = s->rew > 0 ? s->rew : 0,
                                       .scale = SCALE },
                            .state_size = 1,
                            .max_transitions = 2,
                            .n_places = 2,
                            .text = true,
                            .actions = actions,
                            .observations = sights,
                            .rows = 1,
                            .cols = 8 };
    return &s->base;
}

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    const struct mortal *s = (const struct mortal *)env;
    unsigned char *to = next;
    size_t n = 0;
    if (*(const unsigned char *)state == DEAD || action == DIE) {
        to[0] = DEAD;
        out[0] = (struct transition){ 1, { DEAD, 0 } };
        return 1;
    }
    for (unsigned after = ALIVE; after <= DEAD; after++) {
        double p = after == DEAD ? s->hazard : 1 - s->hazard;
        if (p <= 0)
            continue;
        to[n] = (unsigned char)after;
        out[n++] = (struct transition){ p, { after, s->rew } };
    }
    return n;
}

static uint32_t place(const struct env *env, const void *state)
{
    (void)env;
    return *(const unsigned char *)state;
}

static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    unsigned dead = *(const unsigned char *)state;
    (void)env;
    (void)truth;
    canvas_text(cv, 0, 0, dead ? INK_BAD : INK_GOOD, "%s", sights[dead]);
}

static const struct param params[] = {
    REAL("pay", pay, .def = 0.4, .max = 1, .help = "reward of a cycle lived"),
    REAL("shift", shift, .def = 0, .min = -1, .max = 0,
         .help = "what is added to it, and not to death"),
    REAL("hazard", hazard, .def = 0, .max = 1, .help = "chance that it is the last"),
    { 0 },
};

const struct env_ops env_mortal = {
    .kind.name = "mortal",
    .kind.title = "live or die: rewards decide which",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_mortal,
    .transitions = transitions,
    .place = place,
    .picture = "graph",
    .draw = draw,
};
