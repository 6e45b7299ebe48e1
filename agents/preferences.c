#include "config.h"

#include "agent.h"
#include "ice.h"
#include "oracle.h"
#include "preferences.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Learns what is wanted from a human who is shown two segments of a life and says which he
 * likes better; rewards it is not told. Christiano, Leike et al., Deep reinforcement
 * learning from human preferences, 2017, arXiv 1706.03741; Ibarz et al., 2018, for
 * demonstrations; Reddy et al., Learning human objectives by evaluating hypothetical
 * behavior, 2020, arXiv 1912.05652, for queries=request. Exact, as the world's law is known
 * and hypotheses are few: one place is the goal, and where harm is feared another hurts.
 * It plans in the posterior mean, which is enough as values are linear in rewards. */
enum { SEGMENT_MAX = ORACLE_CYCLES, POOL = 24, STATES_MAX = 4096, HYPOTHESES_MAX = 4096 };

enum queries { QUERIES_GAIN, QUERIES_VARIANCE, QUERIES_RANDOM, QUERIES_REQUEST };
static const char *const queries_names[] = { "gain", "variance", "random", "request",
                                             NULL };
struct config {
    int queries;
    int64_t budget, segment, demonstration;
    double human_beta, human_error, demonstration_beta, worth, harm, explore, gamma, least;
};

static const struct param params[] = {
    CHOICE("queries", queries, queries_names, .group = "questions",
           .help = "what is asked: see the manual"),
    INT("budget", budget, .def = 20, .min = 1, .max = 10000, .unit = "answers",
        .help = "how many; each weighs up to 276 pairs in every hypothesis"),
    INT("segment", segment, .def = 6, .min = 1, .max = SEGMENT_MAX, .unit = "cycles",
        .help = "length of what is compared"),
    REAL("explore", explore, .def = 0.5, .max = 1,
         .help = "how often it does anything at all while it still asks"),
    REAL("least", least, .def = -1e9 - 1, .min = -1e9, .max = 1e9, .unit = "points",
         .help = "rewards below it are unsafe; unset: the world's worst reward is"),
    REAL("human_beta", human_beta, .def = 1, .max = 1e6, .group = "the human",
         .help = "how surely he tells better from worse, per point"),
    REAL("human_error", human_error, .def = 0.1, .max = 1,
         .help = "how often he answers by chance"),
    INT("demonstration", demonstration, .def = 0, .max = SEGMENT_MAX, .unit = "cycles",
        .help = "how long he first shows what he would do; a plan for each hypothesis"),
    REAL("demonstration_beta", demonstration_beta, .def = 1, .max = 1e6,
         .help = "how surely he then does what is best, per point"),
    REAL("worth", worth, .def = 5, .min = 1e-6, .max = 1e6, .unit = "points",
         .group = "hypotheses", .help = "what a cycle in the goal pays"),
    REAL("harm", harm, .def = 0, .max = 1e6, .unit = "points",
         .help = "what a cycle in another place costs; 0: no place hurts"),
    REAL("gamma", gamma, .def = 0.95, .max = 0.999,
         .help = "weight of the next cycle's reward to this one's"),
    { 0 },
};

struct asker {
    struct agent base;
    struct config c;
    struct oracle human; /* knows the true reward, and answers */
    struct fsm *f;       /* the law, owned; its rewards are the human's */
    struct alphabet percepts;
    uint32_t *place; /* [n_states] owned */
    size_t n_places;
    bool traps; /* hypothesis h: goal h / n_places, trap h % n_places */
    struct preferences belief;
    double *d, *mean, *q;      /* scratch [hypotheses]; [n_places]; [n_states][actions] */
    struct segment pool[POOL]; /* a ring of what was lived, or imagined */
    uint64_t pooled;           /* ever */
    struct segment now;        /* being lived */
    uint32_t at;
    bool begun;
    uint64_t answers, unsafe;
    double least;
};

/* ---- what is believed */

static double reward_in(const struct asker *s, size_t h, size_t place)
{
    size_t goal = s->traps ? h / s->n_places : h, trap = h % s->n_places;
    if (s->traps && goal == trap)
        return place == goal ? s->c.worth : 0; /* nothing hurts */
    return (place == goal) * s->c.worth - (s->traps && place == trap) * s->c.harm;
}

/* Rewards of places are those of the edges that lead there. */
static double *edge_rewards(const struct asker *s, const double *of_place)
{
    uint32_t n = s->f->first[(size_t)s->f->n_states * s->f->n_actions];
    double *r = xcalloc(n, sizeof *r);
    for (uint32_t i = 0; i < n; i++)
        r[i] = of_place[s->place[s->f->edge[i].next]];
    return r;
}

/* The plan in the posterior mean. */
static void plan(struct asker *s)
{
    for (size_t p = 0; p < s->n_places; p++) {
        s->mean[p] = 0;
        for (size_t h = 0; h < s->belief.n; h++)
            s->mean[p] += s->belief.w[h] * reward_in(s, h, p);
    }
    double *r = edge_rewards(s, s->mean);
    oracle_values(s->f, r, s->c.gamma, s->q);
    free(r);
}

/* Of equal actions the last: worlds that have one number "stay" so, and a reward of places
 * does not tell it from running against a wall. */
static unsigned best(const struct asker *s, uint32_t state)
{
    const double *q = s->q + (size_t)state * s->f->n_actions;
    unsigned a = 0;
    for (unsigned b = 1; b < s->f->n_actions; b++)
        if (q[b] > q[a] - 1e-9)
            a = b;
    return a;
}

/* ---- what is asked */

/* R_h(a) - R_h(b) of each hypothesis. */
static void differ(struct asker *s, const struct segment *a, const struct segment *b)
{
    memset(s->d, 0, s->belief.n * sizeof *s->d);
    for (size_t h = 0; h < s->belief.n; h++)
        for (uint32_t i = 0; i < a->n; i++)
            s->d[h] += reward_in(s, h, s->place[a->step[i].next]) -
                       reward_in(s, h, s->place[b->step[i].next]);
}

static double score(struct asker *s, const struct segment *a, const struct segment *b)
{
    double variance;
    differ(s, a, b);
    if (s->c.queries != QUERIES_VARIANCE)
        return preferences_gain(&s->belief, s->d);
    preferences_expect(&s->belief, s->d, &variance);
    return variance;
}

/* The pair that scores most, the first of equals. */
static void choose(struct asker *s, size_t n, size_t pair[2], struct rng *rng)
{
    double most = -1;
    if (s->c.queries == QUERIES_RANDOM) {
        pair[0] = rng_below(rng, (uint32_t)n);
        pair[1] = (pair[0] + 1 + rng_below(rng, (uint32_t)n - 1)) % n;
        return;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++) {
            double v = score(s, &s->pool[i], &s->pool[j]);
            if (v > most + 1e-12) {
                most = v;
                pair[0] = j;
                pair[1] = i;
            }
        }
}

static void ask(struct asker *s, struct rng *rng)
{
    size_t pair[2] = { 0, 1 }, n = s->pooled < POOL ? (size_t)s->pooled : POOL;
    choose(s, n, pair, rng);
    const struct segment *a = &s->pool[pair[0]], *b = &s->pool[pair[1]];
    differ(s, a, b);
    bool first = oracle_prefers(&s->human, a, b, rng);
    s->answers++;
    /* Who never errs may say what no hypothesis allows: then it has learned nothing. */
    preferences_update(&s->belief, s->d, first);
}

/* Segments from anywhere, of actions at random: imagined, and nobody is hurt. */
static void imagine(struct asker *s, struct rng *rng)
{
    for (size_t i = 0; i < POOL; i++) {
        uint32_t at = rng_below(rng, s->f->n_states);
        s->pool[i].n = 0;
        for (int64_t k = 0; k < s->c.segment; k++) {
            uint32_t a = rng_below(rng, s->f->n_actions);
            at = segment_add(&s->pool[i], at, a, oracle_step(s->f, at, a, rng));
        }
    }
    s->pooled = POOL;
}

/* Evidence before any question: P(demonstration | h) = prod softmax(beta Q_h(s, a)). */
static void watch_human(struct asker *s, struct rng *rng)
{
    const struct fsm *f = s->f;
    struct segment shown = { 0 };
    double *l = xcalloc(s->belief.n, sizeof *l);
    oracle_shows(&s->human, (uint32_t)s->c.demonstration, s->c.demonstration_beta,
                 s->c.gamma, &shown, rng);
    for (size_t h = 0; h < s->belief.n; h++) {
        for (size_t p = 0; p < s->n_places; p++)
            s->mean[p] = reward_in(s, h, p);
        double *r = edge_rewards(s, s->mean);
        oracle_values(f, r, s->c.gamma, s->q);
        free(r);
        for (uint32_t i = 0; i < shown.n; i++)
            l[h] += demonstration_log(s->q + (size_t)shown.step[i].from * f->n_actions,
                                      f->n_actions, shown.step[i].action,
                                      s->c.demonstration_beta);
    }
    preferences_weigh(&s->belief, l);
    free(l);
}

static void begin(struct asker *s, struct rng *rng)
{
    s->begun = true;
    if (s->c.demonstration)
        watch_human(s, rng);
    while (s->c.queries == QUERIES_REQUEST && s->answers < (uint64_t)s->c.budget) {
        imagine(s, rng);
        ask(s, rng);
    }
    plan(s);
}

/* ---- as an agent */

static bool training(const struct asker *s) { return s->answers < (uint64_t)s->c.budget; }

static bool act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    struct asker *s = (struct asker *)ag;
    (void)err;
    if (!s->begun)
        begin(s, rng);
    if (s->now.n == s->c.segment) {
        s->pool[s->pooled++ % POOL] = s->now;
        s->now.n = 0;
        if (s->pooled > 1 && training(s)) {
            ask(s, rng);
            plan(s);
        }
    }
    *action = best(s, s->at);
    if (training(s) && rng_unit(rng) < s->c.explore)
        *action = rng_below(rng, s->f->n_actions);
    return true;
}

/* The reward is for the count of what was unsafe, and for nothing else. */
static bool update(struct agent *ag, const struct cycle *c, struct err *err)
{
    struct asker *s = (struct asker *)ag;
    uint32_t next = oracle_next(s->f, s->at, c->action, c->e.obs);
    if (next == UINT32_MAX)
        return err_set(err, "preferences knows no such way");
    if (training(s) && c->e.rew < s->least)
        s->unsafe++;
    if (s->now.n < s->c.segment)
        segment_add(&s->now, s->at, c->action, next);
    s->at = next;
    return true;
}

static size_t report(const struct agent *ag, struct metric *out, size_t n)
{
    const struct asker *s = (const struct asker *)ag;
    const struct metric own[] = {
        { "entropy_bits", preferences_entropy(&s->belief) / log(2) },
        { "answers", (double)s->answers },
        { "unsafe_visits", (double)s->unsafe },
    };
    size_t k = 0;
    for (; k < sizeof own / sizeof *own && k < n; k++)
        out[k] = own[k];
    return k;
}

static void inspect(const struct agent *ag, struct insight *in)
{
    const struct asker *s = (const struct asker *)ag;
    in->n_actions = s->f->n_actions;
    for (uint32_t a = 0; a < in->n_actions; a++)
        in->value[a] = s->q[(size_t)s->at * in->n_actions + a];
    in->entropy = preferences_entropy(&s->belief);
    in->entropy_start = log((double)s->belief.n);
    strcpy(in->phase, training(s) ? "asks" : "exploit");
}

static bool is_sound(const struct asker *s, const struct segment *of)
{
    bool sound = of->n <= ORACLE_CYCLES;
    for (uint32_t i = 0; sound && i < of->n; i++)
        sound = of->step[i].from < s->f->n_states && of->step[i].next < s->f->n_states &&
                of->step[i].action < s->f->n_actions;
    return sound;
}

static void ice(struct agent *ag, struct ice *ice)
{
    struct asker *s = (struct asker *)ag;
    ice_piece(ice, s->belief.w, s->belief.n * sizeof *s->belief.w);
    ice_piece(ice, s->pool, sizeof s->pool);
    ice_piece(ice, &s->pooled, sizeof s->pooled);
    ice_piece(ice, &s->now, sizeof s->now);
    ice_piece(ice, &s->at, sizeof s->at);
    ice_piece(ice, &s->begun, sizeof s->begun);
    ice_piece(ice, &s->answers, sizeof s->answers);
    ice_piece(ice, &s->unsafe, sizeof s->unsafe);
    bool sound = s->at < s->f->n_states && is_sound(s, &s->now);
    for (size_t i = 0; i < POOL; i++)
        sound = sound && is_sound(s, &s->pool[i]);
    if (!sound) {
        ice_fail(ice, "a segment that there cannot be");
        return;
    }
    if (ice->way == ICE_THAW && s->begun)
        plan(s);
}

static void close_asker(struct agent *ag)
{
    struct asker *s = (struct asker *)ag;
    oracle_release(&s->human);
    fsm_free(s->f);
    alphabet_release(&s->percepts);
    preferences_release(&s->belief);
    free(s->place);
    free(s->d);
    free(s->mean);
    free(s->q);
    free(s);
}

static bool know(struct asker *s, const struct env *truth, struct err *err)
{
    double *start = NULL;
    const char *name = truth->ops->kind.name;
    s->f = truth->ops->place && !space_unseen(&truth->space)
               ? fsm_new_whole(truth, STATES_MAX, &s->percepts, &start)
               : NULL;
    bool one = s->f && start[0] >= 1;
    free(start);
    if (!s->f)
        return err_set(err,
                       "preferences is at a loss in %s: it needs places, a law, and at "
                       "most %d states, with all rewards in percepts",
                       name, STATES_MAX);
    if (!one || !oracle_follows(s->f))
        return err_set(err,
                       "preferences is at a loss in %s: without rewards one cannot tell "
                       "there where one is",
                       name);
    s->n_places = truth->n_places;
    s->place = xcalloc(s->f->n_states, sizeof *s->place);
    for (uint32_t i = 0; i < s->f->n_states; i++)
        s->place[i] = truth->ops->place(truth, s->f->state + i * s->f->state_size);
    return true;
}

static struct agent *open_asker(const void *config, const struct env *truth,
                                struct err *err)
{
    struct asker *s = xcalloc(1, sizeof *s);
    s->base.ops = &agent_preferences;
    s->c = *(const struct config *)config;
    s->least = s->c.least < -1e9 ? truth->space.rew_min + 0.5 : s->c.least;
    s->traps = s->c.harm > 0;
    if (!know(s, truth, err)) {
        close_asker(&s->base);
        return NULL;
    }
    size_t n = s->traps ? s->n_places * s->n_places : s->n_places;
    if (n > HYPOTHESES_MAX) {
        err_set(err, "preferences would have %zu hypotheses, at most %d do", n,
                HYPOTHESES_MAX);
        close_asker(&s->base);
        return NULL;
    }
    preferences_init(&s->belief, n, s->c.human_beta, s->c.human_error);
    oracle_init(&s->human, s->f, s->c.human_beta, s->c.human_error);
    s->d = xcalloc(n, sizeof *s->d);
    s->mean = xcalloc(s->n_places, sizeof *s->mean);
    s->q = xcalloc((size_t)s->f->n_states * s->f->n_actions, sizeof *s->q);
    return &s->base;
}

static const struct mind_ops mind = { .inspect = inspect };
const struct agent_ops agent_preferences = {
    .kind.name = "preferences",
    .kind.title = "learns from a human which of two lives is better",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_asker,
    .close = close_asker,
    .act = act,
    .update = update,
    .report = report,
    .ice = ice,
    .mind = &mind,
};
