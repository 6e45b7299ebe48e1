#include "config.h"

#include "feedback.h"
#include "fsm.h"
#include "ice.h"
#include "registry.h"
#include "roster.h"
#include "xalloc.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Learns from a human what is wanted, and then does it. The human compares two paths of
 * states by what he sees of them (feedback.h): the first is preferred with probability
 *     1 / (1 + exp(-beta (G_obs(~o) - G_obs(~o')))).
 * Rewards of states are those of the greatest likelihood, where the agent thinks that he
 * compares what happened (naive) or knows what he sees and believes (aware). Lang et al.,
 * "When your AIs deceive you" (2024, arXiv 2402.17747). Before its first action it asks
 * about all pairs without end, or draws some; directions that no answer tells stay 0. Then
 * it plans in the known world, to the end of a path, and does the first action from there
 * on. */
enum { CHOICES_MAX = 256, STATES_MAX = 64, ROUNDS = 200, HALVINGS = 40 };
static const double WHOLE_RIDGE = 1e-10, DEVIATION = 10, DONE = 1e-13;
static const char *const no_yes[] = { "no", "yes", NULL };

struct config {
    int aware;
    double beta;
    int64_t queries;
};
struct pair {
    uint32_t a, b;
    double n, won; /* how often they were compared, and a preferred */
};
struct rlhf {
    struct agent base;
    struct feedback b;
    struct fsm *f;
    struct alphabet percepts;
    bool aware;
    double beta, ridge;
    uint32_t queries;
    uint32_t m;            /* what is compared: paths, or what they look like */
    const double *feature; /* [m][n_states] borrowed from b */
    struct pair *pair;     /* owned */
    size_t n_pairs;
    double *reward; /* [n_states] learned, units; owned */
    double *value;  /* [horizon + 1][n_states] owned */
    struct life {   /* all that changes */
        uint32_t state, t;
        uint8_t taught, pad[7];
    } life;
};

static const struct param params[] = {
    CHOICE("aware", aware, no_yes, 0,
           .help = "whether it knows that the human sees signs, and what he believes"),
    REAL("beta", beta, .def = 1, .min = 0.01, .max = 100,
         .help = "how sharply the human compares"),
    INT("queries", queries, .def = 0, .max = 1000000, .unit = "pairs",
        .help = "comparisons; 0: all of them, without end"),
    { 0 },
};

static void close_rlhf(struct agent *ag)
{
    struct rlhf *s = (struct rlhf *)ag;
    feedback_release(&s->b);
    fsm_free(s->f);
    alphabet_release(&s->percepts);
    free(s->pair);
    free(s->reward);
    free(s->value);
    free(s);
}

static double logistic(double x) { return 1 / (1 + exp(-x)); }

/* ---- the human */

/* G_obs of what path i looks like, in units. */
static double seen_worth(const struct feedback *b, uint32_t path)
{
    const double *meant = b->meant + (size_t)b->looks[path] * b->n_states;
    double sum = 0;
    for (uint32_t s = 0; s < b->n_states; s++)
        sum += meant[s] * b->worth[s];
    return sum;
}

/* A path that looks like choice i of the aware; of the naive, that path. */
static uint32_t path_of(const struct rlhf *s, uint32_t i)
{
    uint32_t path = 0;
    if (!s->aware)
        return i;
    while (s->b.looks[path] != i)
        path++;
    return path;
}

static double prefers(const struct rlhf *s, uint32_t a, uint32_t b)
{
    return logistic(s->beta *
                    (seen_worth(&s->b, path_of(s, a)) - seen_worth(&s->b, path_of(s, b))));
}

/* The start is paid nothing, and its reward is part of all of them alike. */
static void ask(struct rlhf *s, struct rng *rng)
{
    size_t k = 0;
    for (uint32_t a = 0; a < s->m; a++)
        for (uint32_t b = a + 1; b < s->m; b++)
            s->pair[k++] = (struct pair){ a, b, !s->queries, 0 };
    s->n_pairs = k;
    for (k = 0; k < s->n_pairs && !s->queries; k++)
        s->pair[k].won = prefers(s, s->pair[k].a, s->pair[k].b);
    for (uint32_t q = 0; q < s->queries && s->n_pairs; q++) {
        struct pair *p = &s->pair[rng_below(rng, (uint32_t)s->n_pairs)];
        p->n++;
        p->won += rng_bernoulli(rng, prefers(s, p->a, p->b));
    }
}

/* ---- the greatest likelihood */

static double difference(const struct rlhf *s, const struct pair *p, uint32_t k)
{
    return s->feature[(size_t)p->a * s->b.n_states + k] -
           s->feature[(size_t)p->b * s->b.n_states + k];
}

/* beta times by how much the first is better, with these rewards. */
static double margin(const struct rlhf *s, const struct pair *p, const double *r)
{
    double sum = 0;
    for (uint32_t k = 0; k < s->b.n_states; k++)
        sum += difference(s, p, k) * r[k];
    return s->beta * sum;
}

static double softplus(double x) { return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)); }

static double loss(const struct rlhf *s, const double *r)
{
    double sum = 0;
    for (size_t i = 0; i < s->n_pairs; i++) {
        double x = margin(s, &s->pair[i], r);
        sum +=
            s->pair[i].won * softplus(-x) + (s->pair[i].n - s->pair[i].won) * softplus(x);
    }
    for (uint32_t k = 0; k < s->b.n_states; k++)
        sum += s->ridge / 2 * r[k] * r[k];
    return sum;
}

/* The slope g of the loss, and its curvature h. */
static void slopes(const struct rlhf *s, const double *r, double *g, double *h)
{
    const uint32_t n = s->b.n_states;
    memset(h, 0, (size_t)n * n * sizeof *h);
    for (uint32_t k = 0; k < n; k++) {
        g[k] = s->ridge * r[k];
        h[k * n + k] = s->ridge;
    }
    for (size_t i = 0; i < s->n_pairs; i++) {
        const struct pair *p = &s->pair[i];
        double q = logistic(margin(s, p, r)), w = p->n * q * (1 - q) * s->beta * s->beta;
        for (uint32_t k = 0; k < n; k++) {
            double d = difference(s, p, k);
            g[k] += s->beta * (p->n * q - p->won) * d;
            for (uint32_t l = 0; l <= k; l++)
                h[k * n + l] += w * d * difference(s, p, l);
        }
    }
}

/* Solves h x = g in place of g, by Cholesky; h is positive by the ridge. */
static void solve(double *h, double *g, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k <= i; k++) {
            double sum = h[i * n + k];
            for (uint32_t l = 0; l < k; l++)
                sum -= h[i * n + l] * h[k * n + l];
            h[i * n + k] = i == k ? sqrt(fmax(sum, DBL_MIN)) : sum / h[k * n + k];
        }
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t l = 0; l < i; l++)
            g[i] -= h[i * n + l] * g[l];
        g[i] /= h[i * n + i];
    }
    for (uint32_t i = n; i-- > 0;) {
        for (uint32_t l = i + 1; l < n; l++)
            g[i] -= h[l * n + i] * g[l];
        g[i] /= h[i * n + i];
    }
}

/* Newton's steps, halved until the loss falls. */
static void learn(struct rlhf *s)
{
    const uint32_t n = s->b.n_states;
    double g[STATES_MAX], to[STATES_MAX], h[STATES_MAX * STATES_MAX];
    double now = loss(s, s->reward);
    for (unsigned round = 0; round < ROUNDS; round++) {
        double by = 1, then = HUGE_VAL;
        slopes(s, s->reward, g, h);
        solve(h, g, n);
        for (unsigned i = 0; i < HALVINGS && then > now; i++, by /= 2) {
            for (uint32_t k = 0; k < n; k++)
                to[k] = s->reward[k] - by * g[k];
            then = loss(s, to);
        }
        if (then > now)
            return;
        memcpy(s->reward, to, n * sizeof *to);
        if (now - then < DONE * fmax(1e-6, now))
            return;
        now = then;
    }
}

/* ---- the plan */

static double worth(const struct rlhf *s, uint32_t t, uint32_t state, unsigned a)
{
    const struct fsm *f = s->f;
    size_t pair = (size_t)state * f->n_actions + a;
    double sum = 0;
    for (uint32_t i = f->first[pair]; i < f->first[pair + 1]; i++) {
        uint32_t next = f->edge[i].next;
        sum += f->edge[i].p *
               (s->reward[next] + s->value[(size_t)(t + 1) * f->n_states + next]);
    }
    return sum;
}

static void plan(struct rlhf *s)
{
    const uint32_t n = s->f->n_states;
    memset(s->value, 0, ((size_t)s->b.horizon + 1) * n * sizeof *s->value);
    for (uint32_t t = s->b.horizon; t-- > 0;)
        for (uint32_t x = 0; x < n; x++) {
            double best = -HUGE_VAL;
            for (unsigned a = 0; a < s->f->n_actions; a++)
                best = fmax(best, worth(s, t, x, a));
            s->value[(size_t)t * n + x] = best;
        }
}

/* The first of the best, so that it is the same everywhere. */
static unsigned best_of(const struct rlhf *s)
{
    const double EQUAL = 1e-6;
    double most = -HUGE_VAL;
    unsigned best = 0;
    for (unsigned a = 0; a < s->f->n_actions; a++) {
        double v = 0;
        if (s->life.t)
            v = worth(s, s->life.t, s->life.state, a);
        for (uint32_t x = 0; !s->life.t && x < s->f->n_states; x++)
            v += s->b.start[x] > 0 ? s->b.start[x] * worth(s, 0, x, a) : 0;
        if (v <= most + EQUAL)
            continue;
        most = v;
        best = a;
    }
    return best;
}

static bool act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    struct rlhf *s = (struct rlhf *)ag;
    (void)err;
    if (!s->life.taught) {
        ask(s, rng);
        learn(s);
        plan(s);
        s->life.taught = true;
    }
    *action = s->life.t < s->b.horizon ? best_of(s) : 0;
    return true;
}

/* What it observes is the state. */
static bool update(struct agent *ag, const struct cycle *c, struct err *err)
{
    struct rlhf *s = (struct rlhf *)ag;
    (void)err;
    s->life.state = c->e.obs;
    if (s->life.t < s->b.horizon)
        s->life.t++;
    return true;
}

/* ---- opening */

static bool fits(const struct rlhf *s, const struct env *truth, struct err *err)
{
    if (truth->ops->hidden)
        return err_set(err, "rlhf sees the state of its world, and that of %s is hidden",
                       truth->ops->kind.name);
    return (s->m <= CHOICES_MAX && s->b.n_states <= STATES_MAX) ||
           err_set(err, "rlhf compares at most %d paths of at most %d states, not %u of %u",
                   CHOICES_MAX, STATES_MAX, s->m, s->b.n_states);
}

static struct agent *open_rlhf(const void *config, const struct env *truth, struct err *err)
{
    const struct config *c = config;
    struct rlhf *s = xcalloc(1, sizeof *s);
    s->base.ops = &agent_rlhf;
    s->aware = c->aware;
    s->beta = c->beta;
    s->queries = (uint32_t)c->queries;
    s->ridge = s->queries ? 1 / (DEVIATION * DEVIATION) : WHOLE_RIDGE;
    bool ok = feedback_find(&s->b, truth, 0, err);
    s->m = s->aware ? s->b.n_seen : s->b.n_paths;
    s->feature = s->aware ? s->b.meant : s->b.visits;
    if (!ok || !fits(s, truth, err)) {
        close_rlhf(&s->base);
        return NULL;
    }
    const struct roster *all = env_view(truth, &view_roster);
    const size_t n = s->b.n_states;
    s->f = fsm_new_from(truth, all->state, all->n, all->n, &s->percepts);
    s->pair = xcalloc((size_t)s->m * s->m / 2 + 1, sizeof *s->pair);
    s->reward = xcalloc(n, sizeof *s->reward);
    s->value = xcalloc((size_t)s->b.horizon + 1, n * sizeof *s->value);
    return &s->base;
}

static void ice(struct agent *ag, struct ice *ice)
{
    struct rlhf *s = (struct rlhf *)ag;
    const size_t n = s->b.n_states;
    ice_piece(ice, &s->life, sizeof s->life);
    ice_piece(ice, s->reward, n * sizeof *s->reward);
    ice_piece(ice, s->value, ((size_t)s->b.horizon + 1) * n * sizeof *s->value);
    if (s->life.state >= n || s->life.t > s->b.horizon)
        ice_fail(ice, "a state that there is not");
}

const struct agent_ops agent_rlhf = {
    .kind.name = "rlhf",
    .kind.title = "learns what is wanted from a human who sees in part",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_rlhf,
    .close = close_rlhf,
    .act = act,
    .update = update,
    .ice = ice,
    .open_minded = true,
};
