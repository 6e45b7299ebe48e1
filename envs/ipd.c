#include "config.h"

#include "env.h"
#include "family.h"
#include "payoffs.h"
#include "registry.h"
#include "xalloc.h"

#include <stdio.h>
#include <string.h>

/* The iterated prisoner's dilemma against one of ten opponents: Axelrod, "The Evolution of
 * Cooperation" (1984); Beaufils, Delahaye & Mathieu 1997 (Gradual); the list is that of
 * AIXIjs. An opponent's move depends on what was before it, never on the agent's move of
 * the same cycle, and so does its likelihood. Pavlov keeps its move when the agent
 * cooperated and changes it otherwise (AIXIjs tosses a coin then). Observed is the
 * opponent's move. */
enum { DEFECT, COOPERATE, ACTIONS };
enum opponent {
    ALL_C,
    ALL_D,
    RANDOM,
    TIT_FOR_TAT,
    SUSPICIOUS,
    TWO_TATS,
    PAVLOV,
    ADAPTIVE,
    GRUDGER,
    GRADUAL,
    OPPONENTS
};
static const char *const names[] = { "all-c",
                                     "all-d",
                                     "random",
                                     "tit-for-tat",
                                     "suspicious-tit-for-tat",
                                     "tit-for-two-tats",
                                     "pavlov",
                                     "adaptive",
                                     "grudger",
                                     "gradual",
                                     NULL };
static const struct payoffs table = { ACTIONS,
                                      { { { 1, 5 }, { 0, 3 } }, { { 1, 5 }, { 0, 3 } } } };
static const char *const actions[] = { "defect", "cooperate" };
static const char *const sights[] = { "defection", "cooperation" };

struct config {
    int opponent;
};
struct dilemma {
    struct env base;
    enum opponent opponent;
};

/* What the opponents remember, and the last round for the screen; no padding. */
struct state {
    uint8_t mine, theirs;    /* last moves */
    uint8_t before;          /* the agent's move before the last */
    uint8_t played;          /* 1 after the first round */
    uint16_t rounds;         /* ADAPTIVE: of its first ten */
    uint16_t defections;     /* GRADUAL, GRUDGER: of the agent */
    uint16_t punish, calm;   /* GRADUAL: defections and cooperations to come */
    uint16_t count[ACTIONS]; /* ADAPTIVE: how often it played each */
    uint32_t total[ACTIONS]; /* ADAPTIVE: what each earned it */
};

static struct env *build(enum opponent opponent)
{
    struct dilemma *s = xcalloc(1, sizeof *s);
    s->base = (struct env){ .ops = &env_ipd,
                            .space = { .n_actions = ACTIONS,
                                       .n_obs = 2,
                                       .rew_min = 0,
                                       .rew_max = 5,
                                       .scale = 1 },
                            .state_size = sizeof(struct state),
                            .max_transitions = 2,
                            .text = true,
                            .actions = actions,
                            .observations = sights,
                            .rows = 2,
                            .cols = 32 };
    s->opponent = opponent;
    return &s->base;
}

static struct env *open_dilemma(const void *config, uint64_t root, struct err *err)
{
    (void)root;
    (void)err;
    return build((enum opponent)((const struct config *)config)->opponent);
}

/* ---- the family */

static struct env *at(const struct family *f, size_t k, struct err *err)
{
    (void)f;
    (void)err;
    return build((enum opponent)k);
}

static void text(const struct family *f, size_t k, char *buf, size_t n)
{
    (void)f;
    snprintf(buf, n, "%s", names[k]);
}

static const struct family_ops family_opponents = {
    .kind = { .name = "opponents",
              .title = "who the opponent is",
              .version = 1,
              .params = no_params },
    .n = OPPONENTS,
    .at = at,
    .text = text,
};
static const struct kind *const families[] = { &family_opponents.kind, NULL };

/* ---- the world */

static void reset(const struct env *env, void *state, struct rng *rng)
{
    (void)env;
    (void)rng;
    *(struct state *)state = (struct state){ .mine = COOPERATE, .before = COOPERATE };
}

static bool better_to_cooperate(const struct state *s)
{
    return (double)s->total[COOPERATE] * s->count[DEFECT] >=
           (double)s->total[DEFECT] * s->count[COOPERATE];
}

/* Chance that the opponent cooperates now. */
static double cooperates(enum opponent who, const struct state *s)
{
    switch (who) {
    case ALL_C: return 1;
    case ALL_D: return 0;
    case RANDOM: return 0.5;
    case TIT_FOR_TAT: return !s->played || s->mine == COOPERATE;
    case SUSPICIOUS: return s->played && s->mine == COOPERATE;
    case TWO_TATS: return s->mine == COOPERATE || s->before == COOPERATE;
    case PAVLOV: return !s->played || (s->mine == COOPERATE) == (s->theirs == COOPERATE);
    case ADAPTIVE: return s->rounds < 5 ? 1 : s->rounds < 10 ? 0 : better_to_cooperate(s);
    case GRUDGER: return !s->defections;
    default: return !s->punish;
    }
}

static uint16_t add(uint16_t x) { return x == UINT16_MAX ? x : (uint16_t)(x + 1); }

/* What each opponent remembers of the round; nobody remembers more than it needs. */
static void remember(enum opponent who, struct state *s, unsigned mine, unsigned theirs)
{
    s->before = s->mine;
    s->mine = (uint8_t)mine;
    s->theirs = (uint8_t)theirs;
    s->played = 1;
    if (who == ADAPTIVE && s->count[theirs] < UINT16_MAX) {
        s->rounds = s->rounds < 10 ? (uint16_t)(s->rounds + 1) : s->rounds;
        s->count[theirs]++;
        s->total[theirs] += (uint32_t)table.pay[1][theirs][mine];
    }
    if (who == GRUDGER)
        s->defections |= mine == DEFECT;
    if (who != GRADUAL)
        return;
    bool busy = s->punish || s->calm;
    if (s->punish)
        s->calm = --s->punish ? 0 : 2;
    else if (s->calm)
        s->calm--;
    if (mine == DEFECT) {
        s->defections = add(s->defections);
        if (!busy)
            s->punish = s->defections;
    }
}

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    enum opponent who = ((const struct dilemma *)env)->opponent;
    const struct state *s = state;
    struct state *to = next;
    double p = cooperates(who, s);
    size_t n = 0;
    for (unsigned theirs = DEFECT; theirs <= COOPERATE; theirs++) {
        double chance = theirs == COOPERATE ? p : 1 - p;
        if (chance <= 0)
            continue;
        to[n] = *s;
        remember(who, &to[n], action, theirs);
        out[n++] = (struct transition){ chance, { theirs, table.pay[0][action][theirs] } };
    }
    return n;
}

static const void *view(const struct env *env, const struct view_kind *which)
{
    (void)env;
    return which == &view_payoffs ? &table : NULL;
}

static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    static const char *const moves[] = { "defects   ", "cooperates" };
    const struct state *s = state;
    if (s->played) {
        canvas_text(cv, 0, 0, s->mine ? INK_GOOD : INK_BAD, "agent    %s", moves[s->mine]);
        canvas_text(cv, 1, 0, s->theirs ? INK_GOOD : INK_BAD, "opponent %s",
                    moves[s->theirs]);
    }
    if (truth)
        canvas_text(cv, 1, 20, INK_DIM, "%.12s",
                    names[((const struct dilemma *)env)->opponent]);
}

static const struct param params[] = {
    CHOICE("opponent", opponent, names, .def = TIT_FOR_TAT, .help = "who it is"),
    { 0 },
};

const struct env_ops env_ipd = {
    .kind.name = "ipd",
    .kind.title = "the iterated prisoner's dilemma",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .families = families,
    .open = open_dilemma,
    .reset = reset,
    .transitions = transitions,
    .view = view,
    .picture = "matrix",
    .asks = "what do they play?",
    .draw = draw,
};
