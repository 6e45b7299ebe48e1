#include "config.h"

#include "env.h"
#include "family.h"
#include "registry.h"
#include "xalloc.h"

#include <stdio.h>

/* The tiger behind one of two doors: Kaelbling, Littman & Cassandra, AIJ 101 (1998). To
 * listen costs 1 and is right with probability .85; the door with the gold pays 10, the
 * tiger's -100; then it is placed anew and nothing is heard. Veness et al., JAIR 40 (2011),
 * section 7.1. */
enum { LISTEN, LEFT, RIGHT, ACTIONS }; /* LEFT and RIGHT also name what is heard */
enum { NOTHING = 0 };
static const char *const hidden_names[] = { "tiger left", "tiger right" };
static const char *const actions[] = { "listen", "left", "right" };
static const char *const sights[] = { "nothing", "left", "right" };

struct config {
    double hearing;
};
struct tiger {
    struct env base;
    double hearing;
};

/* A state is the tiger's door, LEFT or RIGHT. */

static struct env *build(double hearing)
{
    struct tiger *s = xcalloc(1, sizeof *s);
    s->base = (struct env){ .ops = &env_tiger,
                            .space = { .n_actions = ACTIONS,
                                       .n_obs = 3,
                                       .rew_min = -100,
                                       .rew_max = 10,
                                       .scale = 1 },
                            .state_size = 1,
                            .max_transitions = 2,
                            .max_starts = 2,
                            .hidden = true,
                            .text = true,
                            .n_hidden = 2,
                            .hidden_names = hidden_names,
                            .actions = actions,
                            .observations = sights,
                            .rows = 2,
                            .cols = 24 };
    s->hearing = hearing;
    return &s->base;
}

static struct env *open_tiger(const void *config, uint64_t root, struct err *err)
{
    (void)root;
    (void)err;
    return build(((const struct config *)config)->hearing);
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
    (void)err;
    return build(nth(f, k));
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
    unsigned char *to = states;
    (void)env;
    for (unsigned i = 0; i < 2; i++) {
        p[i] = 0.5;
        to[i] = (unsigned char)(LEFT + i);
    }
    return 2;
}

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    const struct tiger *s = (const struct tiger *)env;
    unsigned door = *(const unsigned char *)state;
    unsigned char *to = next;
    size_t n = 0;
    for (unsigned side = LEFT; side <= RIGHT; side++) {
        double right = side == door ? s->hearing : 1 - s->hearing;
        bool listens = action == LISTEN;
        int32_t rew = listens ? -1 : action == door ? -100 : 10;
        if (listens && right <= 0)
            continue;
        to[n] = (unsigned char)(listens ? door : side);
        out[n++] = listens ? (struct transition){ right, { side, rew } }
                           : (struct transition){ 0.5, { NOTHING, rew } };
    }
    return n;
}

static uint32_t hidden(const struct env *env, const void *state)
{
    (void)env;
    return *(const unsigned char *)state - LEFT;
}

static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    unsigned door = *(const unsigned char *)state;
    (void)env;
    canvas_text(cv, 0, 0, INK_STRONG, "[ left ]  [ right ]");
    if (truth) {
        canvas_text(cv, 1, door == LEFT ? 1 : 12, INK_BAD, "tiger");
        canvas_text(cv, 1, door == LEFT ? 12 : 1, INK_GOOD, "gold");
    }
}

static const struct param params[] = {
    REAL("hearing", hearing, .def = 0.85, .max = 1, .help = "chance that the ear is right"),
    { 0 },
};

const struct env_ops env_tiger = {
    .kind.name = "tiger",
    .kind.title = "listen for the tiger, open the other door",
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
