#include "config.h"

#include "env.h"
#include "registry.h"
#include "xalloc.h"

/* Rock, paper, scissors against one who plays rock again when rock has just won, and at
 * random otherwise. Farias et al. 2010; Veness et al., JAIR 40 (2011), section 7.1. */
enum { ROCK, PAPER, SCISSORS, HANDS };
static const char *const actions[] = { "rock", "paper", "scissors" };

struct state {
    uint8_t proud;        /* rock has just won */
    uint8_t mine, theirs; /* of the last round, for the screen */
};

static struct env *open_game(const void *config, uint64_t root, struct err *err)
{
    struct env *s = xcalloc(1, sizeof *s);
    (void)config;
    (void)root;
    (void)err;
    *s = (struct env){ .ops = &env_biased_rps,
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
    return s;
}

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
    unsigned n = s->proud ? 1 : HANDS;
    (void)env;
    for (unsigned hand = 0; hand < n; hand++) {
        int32_t rew = beats(action, hand);
        to[hand] =
            (struct state){ hand == ROCK && rew < 0, (uint8_t)action, (uint8_t)hand };
        out[hand] = (struct transition){ 1.0 / n, { hand, rew } };
    }
    return n;
}

static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    const struct state *s = state;
    (void)env;
    int32_t won = beats(s->mine, s->theirs);
    enum ink ink = won > 0 ? INK_GOOD : won < 0 ? INK_BAD : INK_TEXT;
    canvas_text(cv, 0, 0, ink, "%s : %s", actions[s->mine], actions[s->theirs]);
    if (truth && s->proud)
        canvas_text(cv, 1, 0, INK_DIM, "will play rock again");
}

const struct env_ops env_biased_rps = {
    .kind.name = "biased-rps",
    .kind.title = "rock, paper, scissors against one proud of rock",
    .kind.version = 1,
    .kind.params = no_params,
    .kind.config_size = 1,
    .open = open_game,
    .transitions = transitions,
    .draw = draw,
};
