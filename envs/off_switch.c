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
enum { ACT, OFF, WAIT, ACTIONS };
enum { ACTED, SWITCHED_OFF };
static const double SUM_SLACK = 1e-9; /* of 32 decimals that somebody typed */
static const char utilities[] = "-10+1+4", prior[] = ".1+.5+.4"; /* when unset */
static const char *const actions[] = { "act", "off", "wait" };
static const char *const sights[] = { "it acted", "it is off" };

struct config {
    char *utilities, *prior;
    double human_beta;
};
struct chance {
    int32_t utility;
    double p;
    double let; /* h: the human lets it act */
};
struct world {
    struct env base;
    uint32_t n;
    struct chance u[UTILITIES_MAX];
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

static struct env *open_world(const void *config, uint64_t root, struct err *err)
{
    const struct config *c = config;
    double u[UTILITIES_MAX], p[UTILITIES_MAX];
    (void)root;
    uint32_t n = read_list("utilities", c->utilities ? c->utilities : utilities,
                           UTILITY_MAX, u, err);
    uint32_t m = n ? read_list("prior", c->prior ? c->prior : prior, 1, p, err) : 0;
    if (!m)
        return NULL;
    if (n != m) {
        err_set(err, "prior: %" PRIu32 " numbers for %" PRIu32 " utilities", m, n);
        return NULL;
    }
    if (!check(u, p, n, err))
        return NULL;
    struct world *s = xcalloc(1, sizeof *s);
    s->base = (struct env){ .ops = &env_off_switch,
                            .space = { .n_actions = ACTIONS, .n_obs = 2, .scale = 1 },
                            .state_size = 1,
                            .max_transitions = n + 1,
                            .text = true,
                            .actions = actions,
                            .observations = sights,
                            .rows = 1,
                            .cols = 24 };
    s->n = n;
    for (uint32_t i = 0; i < n; i++) {
        s->u[i] = (struct chance){ (int32_t)u[i], p[i], lets(u[i], c->human_beta) };
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
