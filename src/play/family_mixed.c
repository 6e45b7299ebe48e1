#include "config.h"

#include "opponents.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Opponents that toss coins: what they do depends by chance on what both did in the last n
 * rounds (Nowak & Sigmund, Nature 364, 1993, whose four chances are n = 1 and two moves),
 * the chances on a grid. With n = 0 they are the coins of Bernoulli. Before n rounds were
 * played, what was played counts. */

enum { MEMORY_MAX = 3, CONTEXTS_MAX = 64 };

struct config {
    int64_t memory, grid;
};
struct coin_config {
    int64_t grid;
};

struct mixed {
    struct policy base;
    uint32_t memory;
    double p[][ACTIONS_MAX]; /* [contexts] */
};

/* What it remembers: rounds played, at most `memory`, and these. */
struct context {
    uint32_t rounds, code;
};

struct mixed_class {
    struct opponents of;
    uint32_t memory, grid, contexts;
    size_t points, n; /* of the grid; members */
};

/* ---- the grid: chances that are multiples of 1 / (grid - 1) */

/* In how many ways `units` are shared by so many. */
static double shares(uint32_t units, uint32_t among)
{
    double ways = 1;
    for (uint32_t i = 1; i < among; i++)
        ways = ways * (units + i) / i;
    return floor(ways + 0.5);
}

/* Point k: those with most for the first action come first. */
static void point(uint32_t grid, uint32_t n_actions, size_t k, double *p)
{
    uint32_t left = grid - 1;
    for (uint32_t a = 0; a + 1 < n_actions; a++) {
        uint32_t mine = left;
        for (size_t many; mine; k -= many, mine--) {
            many = (size_t)shares(left - mine, n_actions - 1 - a);
            if (k < many)
                break;
        }
        p[a] = (double)mine / (grid - 1);
        left -= mine;
    }
    p[n_actions - 1] = (double)left / (grid - 1);
}

/* ---- one as a policy */

static uint32_t rounds_of(const struct space *sp) { return sp->n_actions * sp->n_obs; }

static void reset(const struct policy *p, void *state)
{
    (void)p;
    memset(state, 0, sizeof(struct context));
}

static void chances(const struct policy *p, const void *state, uint32_t legal, double *out)
{
    const struct mixed *s = (const struct mixed *)p;
    struct context c = { 0, 0 };
    uint32_t first = 0, many = 1;
    if (s->memory)
        memcpy(&c, state, sizeof c);
    for (uint32_t i = 0; i < c.rounds; i++, many *= rounds_of(&p->space))
        first += many;
    opponents_obey(p, s->p[first + c.code], legal, out);
}

static void update(const struct policy *p, void *state, unsigned action, struct percept e)
{
    const struct mixed *s = (const struct mixed *)p;
    struct context *c = state;
    uint32_t many = 1;
    if (!s->memory)
        return;
    for (uint32_t i = 1; i < s->memory; i++)
        many *= rounds_of(&p->space);
    c->code = c->code % many * rounds_of(&p->space) + action * p->space.n_obs + e.obs;
    c->rounds += c->rounds < s->memory;
}

static const struct policy_ops policy_mixed = {
    .kind.name = "mixed", .reset = reset, .chances = chances, .update = update
};
static const struct policy_ops policy_coin = { .kind.name = "bernoulli",
                                               .chances = chances };

/* ---- the classes */

static bool measure(struct mixed_class *s, const char *name, struct err *err)
{
    const struct space *sp = s->of.space;
    double contexts = 0, many = 1, points = shares(s->grid - 1, sp->n_actions);
    for (uint32_t i = 0; i <= s->memory; i++, many *= rounds_of(sp))
        contexts += many;
    double all = pow(points, contexts);
    char count[32];
    if (contexts > CONTEXTS_MAX || all > OPPONENTS_MOST)
        return err_set(err,
                       "family %s: %s policies, of %g chance%s on a grid of %g points; at "
                       "most %d",
                       name, opponents_count(all, count), contexts, contexts > 1 ? "s" : "",
                       points, OPPONENTS_MOST);
    s->contexts = (uint32_t)contexts;
    s->points = (size_t)points;
    s->n = (size_t)(all + 0.5);
    return true;
}

static struct family *open_class(int64_t memory, int64_t grid, const char *name,
                                 const struct env *truth, struct err *err)
{
    struct mixed_class *s = xcalloc(1, sizeof *s);
    s->memory = (uint32_t)memory;
    s->grid = (uint32_t)grid;
    if (opponents_init(&s->of, truth, name, err) && measure(s, name, err))
        return &s->of.base;
    free(s);
    return NULL;
}

static struct family *open_mixed(const void *config, const struct env *truth,
                                 struct err *err)
{
    const struct config *c = config;
    return open_class(c->memory, c->grid, "mixed", truth, err);
}

static struct family *open_coins(const void *config, const struct env *truth,
                                 struct err *err)
{
    return open_class(0, ((const struct coin_config *)config)->grid, "bernoulli", truth,
                      err);
}

static size_t count(const struct family *f) { return ((const struct mixed_class *)f)->n; }

static struct env *at(const struct family *f, size_t k, struct err *err)
{
    const struct mixed_class *s = (const struct mixed_class *)f;
    struct mixed *p = xcalloc(1, sizeof *p + s->contexts * sizeof *p->p);
    (void)err;
    p->base = (struct policy){ s->memory ? &policy_mixed : &policy_coin, *s->of.space,
                               s->memory ? sizeof(struct context) : 0 };
    p->memory = s->memory;
    for (uint32_t i = s->contexts; i--; k /= s->points)
        point(s->grid, s->of.space->n_actions, k % s->points, p->p[i]);
    return opponents_seat(&s->of, &p->base);
}

/* In each context, in the order of the last rounds, the chances of all actions but the
 * first. */
static void text(const struct family *f, size_t k, char *buf, size_t n)
{
    const struct mixed_class *s = (const struct mixed_class *)f;
    uint32_t n_actions = s->of.space->n_actions;
    size_t used = 0, unit = s->n;
    if (s->contexts * (n_actions - 1) > 8)
        used = (size_t)snprintf(buf, n, "no. %zu:", k);
    for (uint32_t i = 0; i < s->contexts; i++) {
        double p[ACTIONS_MAX];
        unit /= s->points;
        point(s->grid, n_actions, k / unit % s->points, p);
        for (uint32_t a = 1; a < n_actions && used < n; a++)
            used += (size_t)snprintf(buf + used, n - used, "%s%.4g", used ? " " : "", p[a]);
    }
}

static const struct param params[] = {
    INT("memory", memory, .def = 1, .min = 0, .max = MEMORY_MAX, .unit = "rounds",
        .help = "that it goes by"),
    INT("grid", grid, .def = 3, .min = 2, .max = 1001,
        .help = "values of a chance, from 0 to 1"),
    { 0 },
};

static const struct param coin_params[] = {
    PARAM(struct coin_config, PARAM_INT, "grid", grid, .def = 11, .min = 2, .max = 1001,
          .help = "values of a chance, from 0 to 1"),
    { 0 },
};

const struct family_ops family_mixed = {
    .kind = { .name = "mixed",
              .title = "opponents that toss coins by what was played last",
              .version = 1,
              .params = params,
              .config_size = sizeof(struct config) },
    .open = open_mixed,
    .count = count,
    .at = at,
    .text = text,
};

const struct family_ops family_bernoulli = {
    .kind = { .name = "bernoulli",
              .title = "opponents that toss the same coin in each round",
              .version = 1,
              .params = coin_params,
              .config_size = sizeof(struct coin_config) },
    .open = open_coins,
    .count = count,
    .at = at,
    .text = text,
};
