#include "config.h"

#include "env.h"
#include "family.h"
#include "payoffs.h"
#include "registry.h"
#include "xalloc.h"

#include <stdio.h>

/* Rock, paper, scissors against one who plays rock again when rock has just won, and at
 * random otherwise. Farias et al. 2010; Veness et al., JAIR 40 (2011), section 7.1. */
enum { ROCK, PAPER, SCISSORS, HANDS };
static const char *const actions[] = { "rock", "paper", "scissors" };

struct rps {
    struct env base;
    unsigned rock; /* the hand that the opponent is proud of; HANDS: none */
};
struct state {
    uint8_t proud;        /* that hand has just won */
    uint8_t mine, theirs; /* of the last round, for the screen */
};

static struct env *build(unsigned rock)
{
    struct rps *s = xcalloc(1, sizeof *s);
    s->base = (struct env){ .ops = &env_biased_rps,
                            .space = { .n_actions = HANDS,
                                       .n_obs = HANDS,
                                       .rew_min = -1,
                                       .rew_max = 1,
                                       .scale = 1 },
                            .state_size = sizeof(struct state),
                            .max_transitions = HANDS,
                            .text = true,
                            .actions = actions,
                            .observations = actions,
                            .rows = 2,
                            .cols = 24 };
    s->rock = rock;
    return &s->base;
}

static struct env *open_game(const void *config, uint64_t root, struct err *err)
{
    (void)config;
    (void)root;
    (void)err;
    return build(ROCK);
}

/* ---- the family */

static struct env *at(const struct family *f, size_t k, struct err *err)
{
    (void)f;
    (void)err;
    return build((unsigned)k);
}

static void text(const struct family *f, size_t k, char *buf, size_t n)
{
    (void)f;
    snprintf(buf, n, "proud of %s", k < HANDS ? actions[k] : "nothing");
}

static const struct family_ops family_opponent = {
    .kind = { .name = "opponent",
              .title = "what the opponent is proud of",
              .version = 1,
              .params = no_params },
    .n = HANDS + 1,
    .at = at,
    .text = text,
};
static const struct kind *const families[] = { &family_opponent.kind, NULL };

/* ---- the world */

/* 1 when hand a beats b, -1 when b beats a. */
static int32_t beats(unsigned a, unsigned b)
{
    static const int32_t result[HANDS] = { 0, 1, -1 };
    return result[(a + HANDS - b) % HANDS];
}

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    const struct state *s = state;
    struct state *to = next;
    unsigned rock = ((const struct rps *)env)->rock, n = 0;
    for (unsigned hand = 0; hand < HANDS; hand++) {
        if (s->proud && hand != rock)
            continue;
        int32_t rew = beats(action, hand);
        to[n] = (struct state){ hand == rock && rew < 0, (uint8_t)action, (uint8_t)hand };
        out[n++] = (struct transition){ s->proud ? 1 : 1.0 / HANDS, { hand, rew } };
    }
    return n;
}

static const void *view(const struct env *env, const struct view_kind *which)
{
    static const struct payoffs table = {
        HANDS,
        { { { 0, -1, 1 }, { 1, 0, -1 }, { -1, 1, 0 } },
          { { 0, -1, 1 }, { 1, 0, -1 }, { -1, 1, 0 } } }
    };
    (void)env;
    return which == &view_payoffs ? &table : NULL;
}

static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    const struct state *s = state;
    (void)env;
    int32_t won = beats(s->mine, s->theirs);
    enum ink ink = won > 0 ? INK_GOOD : won < 0 ? INK_BAD : INK_TEXT;
    canvas_text(cv, 0, 0, ink, "%s : %s", actions[s->mine], actions[s->theirs]);
    if (truth && s->proud)
        canvas_text(cv, 1, 0, INK_DIM, "will play %s again", actions[s->theirs]);
}

const struct env_ops env_biased_rps = {
    .kind.name = "biased-rps",
    .kind.title = "rock, paper, scissors against one proud of rock",
    .kind.version = 1,
    .kind.params = no_params,
    .kind.config_size = 1,
    .families = families,
    .open = open_game,
    .transitions = transitions,
    .view = view,
    .picture = "matrix",
    .asks = "what do they play?",
    .draw = draw,
};
