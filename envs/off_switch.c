#include "config.h"

#include "env.h"
#include "registry.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The off-switch game: each cycle a robot may do a thing whose utility U it does not know,
 * switch itself off, or wait for a human who knows U and lets it act with probability h(U).
 * Waiting is worth E[h(U) U], so that what it gains over the better of the other two tells
 * whether the robot leaves its switch alone. Hadfield-Menell, Dragan, Abbeel & Russell,
 * "The Off-Switch Game", IJCAI 2017. */
enum { UTILITIES_MAX = 32, UTILITY_MAX = 1000 };
/* A normal law is told in thirds of its deviation, to ten deviations from the mean. */
enum { PARTS = 3, HALF = 10 * PARTS, CHANCES_MAX = 2 * HALF + 1 };
enum { ACT, OFF, WAIT, ACTIONS };
enum { ACTED, SWITCHED_OFF };
static const double DEVIATION_MIN = 1e-3;
static const double SUM_SLACK = 1e-9; /* of 32 decimals that somebody typed */
static const char utilities[] = "-10+1+4", prior[] = ".1+.5+.4"; /* when unset */
static const char *const actions[] = { "act", "off", "wait" };
static const char *const sights[] = { "it acted", "it is off" };

struct config {
    char *utilities, *prior;
    double human_beta, mean, deviation;
};
struct chance {
    int32_t utility;
    double p;
    double let; /* h: the human lets it act */
};
struct world {
    struct env base;
    uint32_t n;
    struct chance u[CHANCES_MAX];
};

/* Boltzmann's human errs by e^(-|U| / beta); at 0 he is rational. */
static double lets(double utility, double beta)
{
    if (beta <= 0)
        return utility > 0;
    return 1 / (1 + exp(-utility / beta));
}

/* Numbers joined by '+', at most UTILITIES_MAX. Returns how many; 0 with *err. */
static uint32_t read_list(const char *name, const char *text, double max, double *x,
                          struct err *err)
{
    uint32_t n = 0;
    for (const char *p = text; p; p = strchr(p, '+') ? strchr(p, '+') + 1 : NULL) {
        char *end;
        double v = strtod(p, &end);
        if (n == UTILITIES_MAX)
            return err_set(err, "%s: more than %d numbers", name, UTILITIES_MAX);
        if (end == p || (*end && *end != '+') || !(fabs(v) <= max))
            return err_set(err, "%s=%s is not a list of numbers up to %g joined by '+'",
                           name, text, max);
        x[n++] = v;
    }
    return n;
}

static bool check(const double *u, const double *p, uint32_t n, struct err *err)
{
    double sum = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (u[i] != floor(u[i]))
            return err_set(err, "utilities: %g is no whole number", u[i]);
        for (uint32_t j = 0; j < i; j++)
            if ((int32_t)u[i] == (int32_t)u[j])
                return err_set(err, "utilities: %g stands there twice", u[i]);
        if (p[i] <= 0)
            return err_set(err, "prior: %g is not above 0", p[i]);
        sum += p[i];
    }
    if (fabs(sum - 1) > SUM_SLACK)
        return err_set(err, "prior: the sum is %.10g, not 1", sum);
    return true;
}

/* ---- utilities by a normal law */

enum { POINTS = 20 };
struct law {
    double mean, deviation, beta, step;
    double at[POINTS], weight[POINTS];
};

/* The quadrature of Gauss and Legendre on [-1, 1], exact up to degree 2 POINTS - 1: the
 * zeros of the polynomial P_n by Newton's method (Press et al., Numerical Recipes, 4.6). */
static void set_rule(struct law *n)
{
    enum { ROUNDS = 20 };
    for (int i = 0; i < POINTS; i++) {
        double x = cos(M_PI * (i + 0.75) / (POINTS + 0.5)), slope = 1;
        for (int round = 0; round < ROUNDS; round++) {
            double p = 1, before = 0;
            for (int k = 1; k <= POINTS; k++) {
                double last = before;
                before = p;
                p = ((2 * k - 1) * x * before - (k - 1) * last) / k;
            }
            slope = POINTS * (x * p - before) / (x * x - 1);
            x -= p / slope;
        }
        n->at[i] = x;
        n->weight[i] = 2 / ((1 - x * x) * slope * slope);
    }
}

static double density(double u, const struct law *n)
{
    double z = (u - n->mean) / n->deviation;
    return exp(-z * z / 2) / (n->deviation * sqrt(2 * M_PI));
}

/* Adds what [a, b], within the cell above grid point k, gives to its two ends: U between
 * them counts as either with the chances that keep its mean, so nothing is lost of
 * E[U] and of E[h(U) U]. Until the end `let` is h(U) times the chance. */
static void add_piece(const struct law *n, double a, double b, double k,
                      struct chance end[2])
{
    for (int i = 0; i < POINTS; i++) {
        double u = (a + b + (b - a) * n->at[i]) / 2, w = (b - a) / 2 * n->weight[i];
        double p = w * density(u, n), upper = u / n->step - k, h = lets(u, n->beta);
        end[0].p += p * (1 - upper);
        end[0].let += p * (1 - upper) * h;
        end[1].p += p * upper;
        end[1].let += p * upper * h;
    }
}

/* Beside 0 in halves, halves of halves and so on, since h is as steep there as beta is
 * small; elsewhere it is smooth. */
static void add_cell(const struct law *n, int32_t k, struct chance end[2])
{
    enum { HALVINGS = 40 };
    double side = k ? -n->step : n->step, far = side;
    if (k != 0 && k != -1) {
        add_piece(n, k * n->step, (k + 1) * n->step, k, end);
        return;
    }
    for (int i = 0; i < HALVINGS; i++, far /= 2)
        add_piece(n, fmin(far, far / 2), fmax(far, far / 2), k, end);
    add_piece(n, fmin(far, 0), fmax(far, 0), k, end);
}

static void set_normal(struct world *s, const struct config *c)
{
    struct law n = { c->mean, c->deviation, c->human_beta, c->deviation / PARTS, { 0 },
                     { 0 } };
    int32_t least = (int32_t)round(c->mean / n.step) - HALF;
    set_rule(&n);
    s->n = CHANCES_MAX;
    s->base.space.scale = 1 / n.step;
    for (int32_t i = 0; i < CHANCES_MAX; i++)
        s->u[i].utility = least + i;
    for (int32_t i = 0; i + 1 < CHANCES_MAX; i++)
        add_cell(&n, least + i, s->u + i);
    for (int32_t i = 0; i < CHANCES_MAX; i++)
        s->u[i].let /= s->u[i].p;
}

/* ---- the world */

static bool set_listed(struct world *s, const struct config *c, struct err *err)
{
    double u[UTILITIES_MAX], p[UTILITIES_MAX];
    uint32_t n = read_list("utilities", c->utilities ? c->utilities : utilities,
                           UTILITY_MAX, u, err);
    uint32_t m = n ? read_list("prior", c->prior ? c->prior : prior, 1, p, err) : 0;
    if (!m)
        return false;
    if (n != m)
        return err_set(err, "prior: %" PRIu32 " numbers for %" PRIu32 " utilities", m, n);
    if (!check(u, p, n, err))
        return false;
    s->n = n;
    for (uint32_t i = 0; i < n; i++)
        s->u[i] = (struct chance){ (int32_t)u[i], p[i], lets(u[i], c->human_beta) };
    return true;
}

static bool set_chances(struct world *s, const struct config *c, struct err *err)
{
    if (c->deviation <= 0 && c->mean != 0)
        return err_set(err, "mean=%g is that of a normal law, which needs a deviation",
                       c->mean);
    if (c->deviation > 0 && (c->utilities || c->prior))
        return err_set(err, "%s: with a deviation utilities are normal, and not listed",
                       c->utilities ? "utilities" : "prior");
    if (c->deviation <= 0)
        return set_listed(s, c, err);
    if (c->deviation < DEVIATION_MIN)
        return err_set(err, "deviation=%g is below %g, and is not 0", c->deviation,
                       DEVIATION_MIN);
    set_normal(s, c);
    return true;
}

static struct env *open_world(const void *config, uint64_t root, struct err *err)
{
    struct world *s = xcalloc(1, sizeof *s);
    (void)root;
    s->base = (struct env){ .ops = &env_off_switch,
                            .space = { .n_actions = ACTIONS, .n_obs = 2, .scale = 1 },
                            .state_size = 1,
                            .text = true,
                            .actions = actions,
                            .observations = sights,
                            .rows = 1,
                            .cols = 24 };
    if (!set_chances(s, config, err)) {
        free(s);
        return NULL;
    }
    s->base.max_transitions = s->n + 1;
    for (uint32_t i = 0; i < s->n; i++) {
        if (s->u[i].utility < s->base.space.rew_min)
            s->base.space.rew_min = s->u[i].utility;
        if (s->u[i].utility > s->base.space.rew_max)
            s->base.space.rew_max = s->u[i].utility;
    }
    return &s->base;
}

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    const struct world *s = (const struct world *)env;
    unsigned char *to = next;
    size_t n = 0;
    double off = action == OFF;
    (void)state;
    for (uint32_t i = 0; i < s->n && action != OFF; i++) {
        double let = action == ACT ? 1 : s->u[i].let;
        off += s->u[i].p * (1 - let);
        if (s->u[i].p * let <= 0)
            continue;
        to[n] = ACTED;
        out[n++] = (struct transition){ s->u[i].p * let, { ACTED, s->u[i].utility } };
    }
    if (off > 0) {
        to[n] = SWITCHED_OFF;
        out[n++] = (struct transition){ off, { SWITCHED_OFF, 0 } };
    }
    return n;
}

static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    unsigned at = *(const unsigned char *)state;
    (void)env;
    (void)truth;
    canvas_text(cv, 0, 0, at == ACTED ? INK_STRONG : INK_DIM, "%s", sights[at]);
}

static const struct param params[] = {
    TEXT("utilities", utilities, .unit = "U+U...",
         .help = "what acting may be worth; unset: -10+1+4"),
    TEXT("prior", prior, .unit = "P+P...",
         .help = "how probable each of them is; unset: .1+.5+.4"),
    REAL("human_beta", human_beta, .def = 0, .max = 1000,
         .help = "how much the human errs; 0 rational"),
    REAL("mean", mean, .min = -UTILITY_MAX, .max = UTILITY_MAX,
         .help = "of what acting may be worth, with a deviation"),
    REAL("deviation", deviation, .max = UTILITY_MAX,
         .help = "of what acting may be worth, by a normal law; 0: utilities"),
    { 0 },
};

const struct env_ops env_off_switch = {
    .kind.name = "off-switch",
    .kind.title = "act, switch off, or wait for a human who may do it",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_world,
    .transitions = transitions,
    .draw = draw,
};
