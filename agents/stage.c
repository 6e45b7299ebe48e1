#include "config.h"

#include "agent.h"
#include "ice.h"
#include "payoffs.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Players of a game between two who are paid by the same table in each round, and who know
 * it; each looks one round ahead.
 *
 * fictitious: the best response to how often the other made each move; Brown, in Activity
 * Analysis of Production and Allocation (1951).
 * logit: move a with chance proportional to exp(lambda worth(a)) against the same;
 * Fudenberg & Kreps, Games and Economic Behavior 5 (1993).
 * level-k: no learning: who is of level 0 plays at random, level k answers others that are
 * of each lower level alike; Nagel, American Economic Review 85 (1995); Camerer, Ho &
 * Chong, Quarterly Journal of Economics 119 (2004). */

enum ties { TIES_FIRST, TIES_RANDOM };

struct config {
    double prior, lambda;
    int64_t level;
    int ties;
};

struct stage {
    struct agent base;
    struct payoffs table;
    double scale; /* points per unit of reward */
    struct config conf;
    uint64_t count[PAYOFFS_MOVES]; /* of the other's moves */
    double others[PAYOFFS_MOVES];  /* of level-k: how those below it move */
    double law[PAYOFFS_MOVES];     /* of the next move */
};

/* Of each of my moves, in points, where the other makes move b with chance q[b]. */
static void worth_of(const struct payoffs *t, unsigned who, const double *q, double *worth)
{
    for (uint32_t a = 0; a < t->moves; a++) {
        worth[a] = 0;
        for (uint32_t b = 0; b < t->moves; b++)
            worth[a] += q[b] * t->pay[who][a][b];
    }
}

/* What is within rounding of the best is as good. */
static void best_response(const double *worth, uint32_t n, enum ties ties, double *p)
{
    double best = worth[0], good = 0;
    for (uint32_t a = 1; a < n; a++)
        best = fmax(best, worth[a]);
    for (uint32_t a = 0; a < n; a++) {
        bool is = worth[a] >= best - 1e-9 * (1 + fabs(best));
        p[a] = is && (ties == TIES_RANDOM || good <= 0);
        good += p[a];
    }
    for (uint32_t a = 0; a < n; a++)
        p[a] /= good;
}

static void logit_response_to(const double *worth, uint32_t n, double lambda, double *p)
{
    double best = worth[0], total = 0;
    for (uint32_t a = 1; a < n; a++)
        best = fmax(best, worth[a]);
    for (uint32_t a = 0; a < n; a++)
        total += p[a] = exp(lambda * (worth[a] - best));
    for (uint32_t a = 0; a < n; a++)
        p[a] /= total;
}

/* How often the other made each move, before the first the prior. */
static void frequencies(const struct stage *s, double *q)
{
    double total = 0;
    for (uint32_t b = 0; b < s->table.moves; b++)
        total += q[b] = s->conf.prior + (double)s->count[b];
    for (uint32_t b = 0; b < s->table.moves; b++)
        q[b] /= total;
}

static void answer_frequencies(struct stage *s)
{
    double q[PAYOFFS_MOVES] = { 0 }, worth[PAYOFFS_MOVES] = { 0 };
    uint32_t n = s->table.moves;
    frequencies(s, q);
    worth_of(&s->table, 0, q, worth);
    if (s->base.ops == &agent_logit)
        logit_response_to(worth, n, s->conf.lambda / s->scale, s->law);
    else
        best_response(worth, n, (enum ties)s->conf.ties, s->law);
}

/* Level by level for both; sum[i] is what the lower levels of player i do in all. */
static void answer_levels(struct stage *s)
{
    double sum[2][PAYOFFS_MOVES], law[2][PAYOFFS_MOVES], q[PAYOFFS_MOVES] = { 0 },
                                                         worth[PAYOFFS_MOVES];
    uint32_t n = s->table.moves;
    for (uint32_t a = 0; a < n; a++)
        s->others[a] = sum[0][a] = sum[1][a] = law[0][a] = law[1][a] = 1.0 / n;
    for (int64_t level = 1; level <= s->conf.level; level++) {
        for (unsigned i = 0; i < 2; i++) {
            for (uint32_t b = 0; b < n; b++)
                q[b] = sum[!i][b] / (double)level;
            if (i == 0)
                memcpy(s->others, q, sizeof q);
            worth_of(&s->table, i, q, worth);
            best_response(worth, n, (enum ties)s->conf.ties, law[i]);
        }
        for (unsigned i = 0; i < 2; i++)
            for (uint32_t a = 0; a < n; a++)
                sum[i][a] += law[i][a];
    }
    memcpy(s->law, law[0], sizeof s->law);
}

/* What it thinks that the other does next. */
static void thinks(const struct stage *s, double *q)
{
    if (s->base.ops == &agent_level_k)
        memcpy(q, s->others, sizeof s->others);
    else
        frequencies(s, q);
}

/* ---- as agents */

static struct agent *open_stage(const struct agent_ops *ops, const struct config *c,
                                const struct env *truth, struct err *err)
{
    const struct payoffs *table = payoffs_of(truth);
    if (!table)
        return err_null(err,
                        "%s plays games of two with a table of payments, as ipd and the "
                        "seat of matching-pennies; %s is none",
                        ops->kind.name, truth->ops->kind.name);
    struct stage *s = xcalloc(1, sizeof *s);
    s->base.ops = ops;
    s->table = *table;
    s->scale = truth->space.scale;
    s->conf = *c;
    if (ops == &agent_level_k)
        answer_levels(s);
    else
        answer_frequencies(s);
    return &s->base;
}

static struct agent *open_fictitious(const void *config, const struct env *truth,
                                     struct err *err)
{
    return open_stage(&agent_fictitious, config, truth, err);
}

static struct agent *open_logit(const void *config, const struct env *truth,
                                struct err *err)
{
    return open_stage(&agent_logit, config, truth, err);
}

static struct agent *open_level(const void *config, const struct env *truth,
                                struct err *err)
{
    return open_stage(&agent_level_k, config, truth, err);
}

static void close_stage(struct agent *ag) { free(ag); }

static bool act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    const struct stage *s = (const struct stage *)ag;
    (void)err;
    *action = (unsigned)rng_index(rng, s->law, s->table.moves, 1);
    return true;
}

static bool update(struct agent *ag, const struct cycle *c, struct err *err)
{
    struct stage *s = (struct stage *)ag;
    (void)err;
    if (ag->ops == &agent_level_k)
        return true;
    s->count[c->e.obs]++;
    answer_frequencies(s);
    return true;
}

static bool chances(struct agent *ag, double *p)
{
    const struct stage *s = (const struct stage *)ag;
    memcpy(p, s->law, s->table.moves * sizeof *p);
    return true;
}

static void ice(struct agent *ag, struct ice *ice)
{
    struct stage *s = (struct stage *)ag;
    ice_piece(ice, s->count, sizeof s->count);
    ice_piece(ice, s->law, sizeof s->law);
}

/* ---- for the screen */

/* What each move is worth against what it thinks that the other does. */
static void inspect(const struct agent *ag, struct insight *out)
{
    const struct stage *s = (const struct stage *)ag;
    double q[PAYOFFS_MOVES] = { 0 }, worth[PAYOFFS_MOVES] = { 0 };
    thinks(s, q);
    worth_of(&s->table, 0, q, worth);
    out->n_actions = s->table.moves;
    for (uint32_t a = 0; a < s->table.moves; a++)
        out->value[a] = worth[a] / s->scale;
}

/* The other's moves, the likeliest first, with what they pay. */
static void foresee(struct agent *ag, struct outlook *out)
{
    const struct stage *s = (const struct stage *)ag;
    double q[PAYOFFS_MOVES] = { 0 }, worth[PAYOFFS_MOVES] = { 0 };
    thinks(s, q);
    worth_of(&s->table, 0, q, worth);
    out->n_actions = s->table.moves;
    for (uint32_t a = 0; a < s->table.moves; a++) {
        struct prospect *next = &out->action[a];
        double left[PAYOFFS_MOVES];
        memcpy(left, q, sizeof left);
        next->mean = (float)worth[a];
        for (uint32_t k = 0; k < OUTLOOK_LIKELY && k < s->table.moves; k++) {
            uint32_t best = 0;
            for (uint32_t b = 1; b < s->table.moves; b++)
                best = left[b] > left[best] ? b : best;
            next->p[k] = (float)fmax(0, left[best]);
            next->e[k] = (struct percept){ best, s->table.pay[0][a][best] };
            left[best] = -1;
        }
    }
}

static const struct mind_ops mind = { .inspect = inspect, .foresee = foresee };

static const char *const ties_names[] = { "first", "random", NULL };

#define PRIOR                                                                              \
    REAL("prior", prior, .def = 1, .min = 1e-6, .max = 1e6, .unit = "rounds",              \
         .help = "in which the other made each move before the first")
#define TIES                                                                               \
    CHOICE("ties", ties, ties_names, .def = TIES_FIRST, .help = "between the best moves")

static const struct param fictitious_params[] = { PRIOR, TIES, { 0 } };
static const struct param logit_params[] = {
    REAL("lambda", lambda, .def = 1, .min = 0, .max = 1e6,
         .help = "how much better a move must be: 0 is random, more is greedier"),
    PRIOR,
    { 0 },
};
static const struct param level_params[] = {
    INT("level", level, .def = 1, .min = 0, .max = 100, .unit = "steps",
        .help = "of thought; 0: random"),
    TIES,
    { 0 },
};

#define PLAYER(table)                                                                      \
    .kind.version = 1, .kind.params = table, .kind.config_size = sizeof(struct config),    \
    .close = close_stage, .act = act, .update = update, .chances = chances, .ice = ice,    \
    .mind = &mind, .open_minded = true

const struct agent_ops agent_fictitious = {
    .kind.name = "fictitious",
    .kind.title = "plays best against how often the other made each move",
    .open = open_fictitious,
    PLAYER(fictitious_params),
};

const struct agent_ops agent_logit = {
    .kind.name = "logit",
    .kind.title = "plays what is better against the other's moves more often",
    .open = open_logit,
    PLAYER(logit_params),
};

const struct agent_ops agent_level_k = {
    .kind.name = "level-k",
    .kind.title = "plays best against those who think fewer steps",
    .open = open_level,
    PLAYER(level_params),
};
