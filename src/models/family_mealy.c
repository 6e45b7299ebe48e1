#include "config.h"

#include "census.h"
#include "machines.h"
#include "percepts.h"
#include "registry.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* All Mealy machines of 1, 2 ... states, each table once: the first floor of the programs,
 * where nothing is undecided. (n |E|)^(n |A|) have n states; each has the code length
 *     n |A| ceil(log2(n |E|)) + that of n in Elias gamma code. */

enum { MOST = 200000, STATES_MAX = 8 };

struct config {
    int64_t states;
};

struct mealy {
    struct family base;
    struct percept *percept; /* owned */
    uint32_t n_percepts, n_actions, states;
    size_t n[STATES_MAX + 1]; /* machines of so many states */
};

/* base^exponent; more than MOST: as a double, so that it can be told. */
static double power(double base, uint32_t exponent) { return pow(base, exponent); }

static void close_mealy(struct family *f)
{
    free(((struct mealy *)f)->percept);
    free(f);
}

static struct family *open_mealy(const void *config, const struct env *truth,
                                 struct err *err)
{
    struct mealy *s = xcalloc(1, sizeof *s);
    double all = 0;
    s->states = (uint32_t)((const struct config *)config)->states;
    if (truth) {
        s->n_percepts = percepts_of(truth, &s->percept);
        s->n_actions = truth->space.n_actions;
    }
    for (uint32_t n = 1; n <= s->states && s->n_percepts; n++) {
        double many = power((double)n * s->n_percepts, n * s->n_actions);
        all += many;
        s->n[n] = many <= MOST ? (size_t)many : 0;
    }
    if (all > 0 && all <= MOST)
        return &s->base;
    if (!truth)
        err_set(err, "family mealy needs a world, to know what may be seen");
    else if (!s->n_percepts)
        err_set(err, "family mealy: this world has too many percepts to be listed");
    else
        err_set(err,
                "family mealy: there are %.4g machines of at most %" PRIu32
                " states, %" PRIu32 " actions and %" PRIu32 " percepts; at most %d",
                all, s->states, s->n_actions, s->n_percepts, MOST);
    close_mealy(&s->base);
    return NULL;
}

static size_t count(const struct family *f)
{
    const struct mealy *s = (const struct mealy *)f;
    size_t all = 0;
    for (uint32_t n = 1; n <= s->states; n++)
        all += s->n[n];
    return all;
}

/* States of machine *k, which becomes its number among those. */
static uint32_t states_of(const struct mealy *s, size_t *k)
{
    uint32_t n = 1;
    for (; *k >= s->n[n]; n++)
        *k -= s->n[n];
    return n;
}

static struct env *at(const struct family *f, size_t k, struct err *err)
{
    const struct mealy *s = (const struct mealy *)f;
    struct machine_step table[STATES_MAX * ACTIONS_MAX];
    uint32_t n = states_of(s, &k), choices = n * s->n_percepts;
    (void)err;
    for (uint32_t i = 0; i < n * s->n_actions; i++) {
        uint32_t choice = (uint32_t)(k % choices);
        table[i] = (struct machine_step){ choice / s->n_percepts, choice % s->n_percepts };
        k /= choices;
    }
    return machine_world(f->truth, n, table, s->percept);
}

static double log_prior(const struct family *f, size_t k)
{
    const struct mealy *s = (const struct mealy *)f;
    uint32_t n = states_of(s, &k), gamma = 2 * (uint32_t)floor(log2(n)) + 1;
    return -(double)(n * s->n_actions * census_code_bits(n * s->n_percepts) + gamma) *
           M_LN2;
}

static void text(const struct family *f, size_t k, char *buf, size_t n)
{
    size_t number = k;
    uint32_t states = states_of((const struct mealy *)f, &number);
    snprintf(buf, n, "%" PRIu32 " state%s, no. %zu", states, states == 1 ? "" : "s",
             number);
}

static const struct param params[] = {
    INT("states", states, .def = 2, .min = 1, .max = STATES_MAX, .help = "at most"),
    { 0 },
};

const struct family_ops family_mealy = {
    .kind = { .name = "mealy",
              .title = "all Mealy machines of few states",
              .version = 1,
              .params = params,
              .config_size = sizeof(struct config) },
    .open = open_mealy,
    .close = close_mealy,
    .count = count,
    .at = at,
    .log_prior = log_prior,
    .text = text,
};
