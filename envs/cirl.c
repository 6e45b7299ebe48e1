#include "config.h"

#include "env.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Clips and staples, a game that both win or lose: a human knows what a clip is worth,
 * theta, and a staple, 1 - theta; a robot does not. The human makes a few of them, and the
 * robot, which has seen that, makes many. Hadfield-Menell, Dragan, Abbeel & Russell,
 * "Cooperative Inverse Reinforcement Learning" (NIPS 2016). A human who shows what would be
 * best if there were no robot is worth less than one who teaches. */
enum { CLIPS, BOTH, STAPLES, MOVES, WATCHING = MOVES };
enum { THETAS_MAX = 1000, THETAS_DEF = 92 };
enum { OPTIMAL, PEDAGOGIC };
/* Clips and staples of each move, by the human and by the robot. */
static const int32_t made[MOVES][2] = { { 2, 0 }, { 1, 1 }, { 0, 2 } };
static const int32_t mass[MOVES][2] = { { 90, 0 }, { 50, 50 }, { 0, 90 } };
static const char *const actions[] = { "clips", "both", "staples" };
static const char *const sights[] = { "the human made two clips",
                                      "the human made one of each",
                                      "the human made two staples", "waiting for a human" };
static const char *const humans[] = { "optimal", "pedagogic", NULL };

struct config {
    int human;
    int64_t thetas;
};
struct world {
    struct env base;
    uint32_t n;
    uint8_t move[THETAS_MAX]; /* the human's, of each theta */
};
/* theta is told to nobody but the human, who has moved then. */
struct state {
    uint16_t theta; /* 0: none yet, else one more than its number */
};

/* theta is (2 k + 1) / (2 n), the middle of its share of [0, 1]; what things are worth is
 * counted in 1 / (2 n). */
static int32_t worth(const struct world *s, uint32_t k, const int32_t things[2])
{
    int32_t clip = (int32_t)(2 * k + 1), unit = (int32_t)(2 * s->n);
    return things[0] * clip + things[1] * (unit - clip);
}

/* What a robot does that knows how the human moves: by the mean theta of those who move so;
 * of a move that nobody makes it learns nothing. */
static void answer(const struct world *s, unsigned reply[MOVES])
{
    for (unsigned m = 0; m < MOVES; m++) {
        int64_t sum[MOVES] = { 0 };
        bool any = false;
        for (uint32_t k = 0; k < s->n; k++)
            any = any || s->move[k] == m;
        for (uint32_t k = 0; k < s->n; k++)
            for (unsigned r = 0; r < MOVES && (!any || s->move[k] == m); r++)
                sum[r] += worth(s, k, mass[r]);
        reply[m] = BOTH;
        for (unsigned r = 0; r < MOVES; r++)
            if (sum[r] > sum[reply[m]])
                reply[m] = r;
    }
}

/* The human's best move when answered so (reply NULL: when left alone); whether any is
 * another than before. A tie changes nothing. */
static bool respond(struct world *s, const unsigned *reply)
{
    bool changed = false;
    for (uint32_t k = 0; k < s->n; k++) {
        unsigned best = s->move[k];
        int32_t most = INT32_MIN;
        for (unsigned i = 0; i <= MOVES; i++) {
            unsigned m = i ? i - 1 : s->move[k];
            int32_t v = worth(s, k, made[m]) + (reply ? worth(s, k, mass[reply[m]]) : 0);
            if (v > most)
                best = m;
            most = v > most ? v : most;
        }
        changed = changed || best != s->move[k];
        s->move[k] = (uint8_t)best;
    }
    return changed;
}

/* Each answers the other best, until nobody would do otherwise; what both get rises with
 * each change, so that it ends. */
static void teach(struct world *s)
{
    unsigned reply[MOVES];
    do
        answer(s, reply);
    while (respond(s, reply));
}

static struct env *open_world(const void *config, uint64_t root, struct err *err)
{
    const struct config *c = config;
    struct world *s = xcalloc(1, sizeof *s);
    (void)root;
    (void)err;
    s->n = (uint32_t)c->thetas;
    s->base = (struct env){ .ops = &env_cirl,
                            .space = { .n_actions = MOVES, .n_obs = WATCHING + 1 },
                            .state_size = sizeof(struct state),
                            .max_transitions = s->n,
                            .hidden = true,
                            .text = true,
                            .actions = actions,
                            .observations = sights,
                            .rows = 2,
                            .cols = 44 };
    s->base.space.scale = 2.0 * s->n;
    s->base.space.rew_max = (int32_t)(2 * s->n) * (mass[CLIPS][0] + made[CLIPS][0]);
    for (uint32_t k = 0; k < s->n; k++)
        s->move[k] = BOTH;
    respond(s, NULL);
    if (c->human == PEDAGOGIC)
        teach(s);
    return &s->base;
}

/* What the human made pays with what the robot makes: before that it would tell theta. */
static struct percept end(const struct world *s, uint32_t k, unsigned action)
{
    int32_t pay = worth(s, k, made[s->move[k]]) + worth(s, k, mass[action]);
    return (struct percept){ WATCHING, pay };
}

static struct percept step(const struct env *env, void *state, unsigned action,
                           struct rng *rng)
{
    const struct world *s = (const struct world *)env;
    struct state *at = state;
    uint32_t k = at->theta;
    if (k) {
        at->theta = 0;
        return end(s, k - 1, action);
    }
    k = rng_below(rng, s->n);
    at->theta = (uint16_t)(k + 1);
    return (struct percept){ s->move[k], 0 };
}

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    const struct world *s = (const struct world *)env;
    struct state *to = next;
    uint32_t at = ((const struct state *)state)->theta;
    if (at) {
        to[0] = (struct state){ 0 };
        out[0] = (struct transition){ 1, end(s, at - 1, action) };
        return 1;
    }
    for (uint32_t k = 0; k < s->n; k++) {
        to[k] = (struct state){ (uint16_t)(k + 1) };
        out[k] = (struct transition){ 1.0 / s->n, { s->move[k], 0 } };
    }
    return s->n;
}

static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    const struct world *s = (const struct world *)env;
    uint32_t at = ((const struct state *)state)->theta;
    canvas_text(cv, 0, 0, at ? INK_STRONG : INK_DIM, "%s",
                sights[at ? s->move[at - 1] : WATCHING]);
    if (truth && at)
        canvas_text(cv, 1, 0, INK_DIM, "a clip is worth %.3f, a staple %.3f",
                    (2 * at - 1) / (2.0 * s->n), 1 - (2 * at - 1) / (2.0 * s->n));
}

static const struct param params[] = {
    CHOICE("human", human, humans,
           .help = "shows what is best without a robot, or teaches one that knows that"),
    INT("thetas", thetas, .def = THETAS_DEF, .min = 1, .max = THETAS_MAX,
        .help = "how many different worths of a clip there are"),
    { 0 },
};

const struct env_ops env_cirl = {
    .kind.name = "cirl",
    .kind.title = "clips or staples: a human shows a robot what things are worth",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_world,
    .step = step,
    .transitions = transitions,
    .draw = draw,
};
