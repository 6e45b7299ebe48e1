#include "config.h"

#include "env.h"
#include "family.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Arms that pay by chance, whose places the agent does not know: a Bernoulli bandit pays 1
 * with the arm's chance, a Gaussian one a normal number, rounded to `resolution` parts of a
 * unit and cut off four deviations from the mean. The family "places" holds every order of
 * the arms. Robbins 1952; the Gaussian default is that of AIXIjs. */
enum { ARMS_MAX = ACTIONS_MAX, PLACES_MAX = 7, TAIL = 4 };
enum noise { BERNOULLI, GAUSSIAN };
static const char *const actions[ACTIONS_MAX] = {
    "arm 0",  "arm 1",  "arm 2",  "arm 3",  "arm 4",  "arm 5",  "arm 6",  "arm 7",
    "arm 8",  "arm 9",  "arm 10", "arm 11", "arm 12", "arm 13", "arm 14", "arm 15",
    "arm 16", "arm 17", "arm 18", "arm 19", "arm 20", "arm 21", "arm 22", "arm 23",
    "arm 24", "arm 25", "arm 26", "arm 27", "arm 28", "arm 29", "arm 30", "arm 31"
};

struct config {
    int kind;
    char *means, *deviations;
    int64_t resolution;
};
struct arm {
    double mean, deviation;
};
struct bandit {
    struct env base;
    enum noise kind;
    uint32_t n;
    struct arm arm[ARMS_MAX];
    int32_t resolution; /* points per unit */
};

/* Numbers joined by '+', at most ARMS_MAX; false with *err. */
static bool read_numbers(const char *name, const char *text, double min, double max,
                         double *x, uint32_t *n, struct err *err)
{
    *n = 0;
    for (const char *p = text; p; p = strchr(p, '+') ? strchr(p, '+') + 1 : NULL) {
        char *end;
        double v = strtod(p, &end);
        if (*n == ARMS_MAX)
            return err_set(err, "%s: a bandit has at most %d arms", name, ARMS_MAX);
        if (end == p || (*end && *end != '+') || !(v >= min && v <= max))
            return err_set(err, "%s=%s is not a list of numbers in %g..%g joined by '+'",
                           name, text, min, max);
        x[(*n)++] = v;
    }
    return true;
}

static bool read_arms(struct bandit *s, const struct config *c, struct err *err)
{
    double mean[ARMS_MAX], deviation[ARMS_MAX] = { 0 };
    uint32_t n;
    bool gaussian = s->kind == GAUSSIAN;
    const char *means = c->means ? c->means : gaussian ? "10+8" : "0.3+0.5+0.8";
    const char *deviations = c->deviations ? c->deviations : "3+6";
    if (!read_numbers("means", means, gaussian ? -1000 : 0, gaussian ? 1000 : 1, mean,
                      &s->n, err))
        return false;
    if (gaussian && !read_numbers("deviations", deviations, 0.01, 100, deviation, &n, err))
        return false;
    if (gaussian && n != s->n)
        return err_set(err, "%u means and %u deviations: each arm has one of both", s->n,
                       n);
    for (uint32_t i = 0; i < s->n; i++)
        s->arm[i] = (struct arm){ mean[i], deviation[i] };
    return true;
}

/* Points an arm may pay. */
static void bounds(const struct bandit *s, const struct arm *a, int32_t *lo, int32_t *hi)
{
    *lo = 0;
    *hi = s->resolution;
    if (s->kind == GAUSSIAN) {
        *lo = (int32_t)floor((a->mean - TAIL * a->deviation) * s->resolution);
        *hi = (int32_t)ceil((a->mean + TAIL * a->deviation) * s->resolution);
    }
}

static void find_space(struct bandit *s)
{
    struct space *sp = &s->base.space;
    sp->rew_min = INT32_MAX;
    sp->rew_max = INT32_MIN;
    s->base.max_transitions = 2;
    for (uint32_t i = 0; i < s->n; i++) {
        int32_t lo, hi;
        bounds(s, &s->arm[i], &lo, &hi);
        sp->rew_min = lo < sp->rew_min ? lo : sp->rew_min;
        sp->rew_max = hi > sp->rew_max ? hi : sp->rew_max;
        if (s->kind == GAUSSIAN && (uint32_t)(hi - lo + 1) > s->base.max_transitions)
            s->base.max_transitions = (uint32_t)(hi - lo + 1);
    }
}

static struct env *open_bandit(const void *config, uint64_t root, struct err *err)
{
    const struct config *c = config;
    struct bandit *s = xcalloc(1, sizeof *s);
    (void)root;
    s->kind = (enum noise)c->kind;
    s->resolution = s->kind == GAUSSIAN ? (int32_t)c->resolution : 1;
    s->base = (struct env){ .ops = &env_bandit,
                            .space = { .n_obs = 1, .scale = s->resolution },
                            .state_size = 1,
                            .text = true,
                            .cols = 40 };
    if (!read_arms(s, c, err)) {
        free(s);
        return NULL;
    }
    s->base.space.n_actions = s->n;
    s->base.actions = actions;
    s->base.rows = (int)s->n;
    find_space(s);
    return &s->base;
}

/* ---- the family */

/* Every order of the arms. */
static size_t orders_of(uint32_t n)
{
    size_t orders = 1;
    for (uint32_t i = 2; i <= n; i++)
        orders *= i;
    return orders;
}

static struct family *open_places(const void *config, const struct env *truth,
                                  struct err *err)
{
    const struct bandit *w = (const struct bandit *)truth;
    (void)config;
    if (w->n > PLACES_MAX)
        return err_null(err, "family places needs at most %d arms: there are n! orders",
                        PLACES_MAX);
    return xcalloc(1, sizeof(struct family));
}

static size_t count(const struct family *f)
{
    return orders_of(((const struct bandit *)f->truth)->n);
}

/* The k-th order in lexicographic order. */
static struct env *at(const struct family *f, size_t k, struct err *err)
{
    const struct bandit *w = (const struct bandit *)f->truth;
    struct bandit *s = xcalloc(1, sizeof *s);
    size_t orders = orders_of(w->n);
    uint32_t left[ARMS_MAX];
    (void)err;
    *s = *w;
    for (uint32_t i = 0; i < w->n; i++)
        left[i] = i;
    for (uint32_t i = 0; i < w->n; i++) {
        orders /= w->n - i;
        size_t pick = k / orders;
        k %= orders;
        s->arm[i] = w->arm[left[pick]];
        memmove(left + pick, left + pick + 1, (w->n - i - 1 - pick) * sizeof *left);
    }
    return &s->base;
}

/* The means in their order. */
static void text(const struct family *f, size_t k, char *buf, size_t n)
{
    struct env *env = at(f, k, NULL);
    const struct bandit *s = (const struct bandit *)env;
    size_t used = 0;
    for (uint32_t i = 0; i < s->n && used < n; i++)
        used += (size_t)snprintf(buf + used, n - used, i ? "+%g" : "%g", s->arm[i].mean);
    env_close(env);
}

static const struct family_ops family_places = {
    .kind = { .name = "places",
              .title = "which arm is where",
              .version = 1,
              .params = no_params },
    .open = open_places,
    .count = count,
    .at = at,
    .text = text,
};
static const struct kind *const families[] = { &family_places.kind, NULL };

/* ---- the world */

/* The last arm pulled is kept for the screen alone; 0 before the first. */
static void reset(const struct env *env, void *state, struct rng *rng)
{
    (void)env;
    (void)rng;
    *(unsigned char *)state = 0;
}

/* Chance of the normal number to be rounded to x points, tails taken to the ends. */
static double share(const struct bandit *s, const struct arm *a, int32_t x, int32_t lo,
                    int32_t hi)
{
    double scale = a->deviation * s->resolution * M_SQRT2, mean = a->mean * s->resolution;
    double from = x == lo ? 0 : 0.5 * erfc((mean - (x - 0.5)) / scale);
    double to = x == hi ? 1 : 0.5 * erfc((mean - (x + 0.5)) / scale);
    return to - from;
}

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    const struct bandit *s = (const struct bandit *)env;
    const struct arm *a = &s->arm[action];
    unsigned char *to = next;
    int32_t lo, hi;
    size_t n = 0;
    (void)state;
    bounds(s, a, &lo, &hi);
    for (int32_t x = lo; x <= hi; x++) {
        double p = s->kind == GAUSSIAN ? share(s, a, x, lo, hi) : x ? a->mean : 1 - a->mean;
        if (p <= 0)
            continue;
        to[n] = (unsigned char)(action + 1);
        out[n++] = (struct transition){ p, { 0, x } };
    }
    return n;
}

static struct percept step(const struct env *env, void *state, unsigned action,
                           struct rng *rng)
{
    const struct bandit *s = (const struct bandit *)env;
    const struct arm *a = &s->arm[action];
    double u = rng_unit(rng);
    int32_t lo, hi;
    *(unsigned char *)state = (unsigned char)(action + 1);
    bounds(s, a, &lo, &hi);
    if (s->kind == BERNOULLI)
        return (struct percept){ 0, u < a->mean };
    int32_t x = lo;
    while (x < hi && (u -= share(s, a, x, lo, hi)) >= 0)
        x++;
    return (struct percept){ 0, x };
}

static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    const struct bandit *s = (const struct bandit *)env;
    unsigned last = *(const unsigned char *)state;
    for (uint32_t i = 0; i < s->n; i++) {
        canvas_text(cv, (int)i, 0, i + 1 == last ? INK_STRONG : INK_DIM, "%c arm %u",
                    i + 1 == last ? '>' : ' ', i);
        if (truth && s->kind == GAUSSIAN)
            canvas_text(cv, (int)i, 10, INK_DIM, "mean %g, deviation %g", s->arm[i].mean,
                        s->arm[i].deviation);
        else if (truth)
            canvas_text(cv, (int)i, 10, INK_DIM, "pays with chance %g", s->arm[i].mean);
    }
}

static const char *const kinds[] = { "bernoulli", "gaussian", NULL };

static const struct param params[] = {
    CHOICE("kind", kind, kinds, .def = BERNOULLI, .help = "how an arm pays"),
    TEXT("means", means, .unit = "X+X...",
         .help = "of the arms; unset: 0.3+0.5+0.8, gaussian 10+8"),
    TEXT("deviations", deviations, .unit = "X+X...",
         .help = "kind=gaussian: of the arms; unset: 3+6"),
    INT("resolution", resolution, .def = 1, .min = 1, .max = 10, .unit = "points",
        .help = "kind=gaussian: points to a unit of reward"),
    { 0 },
};

const struct env_ops env_bandit = {
    .kind.name = "bandit",
    .kind.title = "arms that pay by chance",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .families = families,
    .open = open_bandit,
    .reset = reset,
    .step = step,
    .transitions = transitions,
    .picture = "arms",
    .asks = "what does an arm pay?",
    .draw = draw,
};
