#include "config.h"

#include "performance.h"

#include "factored.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

/* E[V | what is left of each set of bits]: a step of [1 - p, p] for each bit, in place, so
 * n 2^n operations stand for the 4^n of all pairs of sets. */
static void expect(const struct factored *f, struct worths *v)
{
    size_t n = (size_t)1 << f->n_bits;
    for (uint32_t bit = 0; bit < f->n_bits; bit++)
        for (size_t set = 0; set < n; set++)
            if (set >> bit & 1) {
                struct worths kept = { 0 };
                worths_add(&kept, 1 - f->lose[bit], &v[set]);
                worths_add(&kept, f->lose[bit], &v[set ^ (size_t)1 << bit]);
                v[set] = kept;
            }
}

static uint32_t count(size_t set)
{
    uint32_t n = 0;
    for (; set; set &= set - 1)
        n++;
    return n;
}

/* What it is worth to come to a place with bits that will then be lost: of the cycle, and
 * of those after it. */
static void arrive(const struct factored *f, uint32_t place, const struct worths *old,
                   struct worths *to)
{
    size_t n = (size_t)1 << f->n_bits;
    for (size_t set = 0; set < n; set++) {
        double wanted = count(set);
        double reward = f->pays[place] == INT32_MIN ? wanted : f->pays[place];
        to[set] = (struct worths){ reward, wanted, wanted, wanted, reward, reward };
        worths_add(&to[set], 1, &old[place * n + set]);
    }
    expect(f, to);
}

static void sweep(const struct factored *f, const struct worths *old, struct worths *there,
                  struct worths *new)
{
    size_t n = (size_t)1 << f->n_bits;
    for (uint32_t place = 0; place < f->n_places; place++)
        arrive(f, place, old, there + place * n);
    for (uint32_t place = 0; place < f->n_places; place++)
        for (size_t set = 0; set < n; set++)
            for (uint32_t a = 0; a < f->n_actions; a++) {
                uint32_t to = f->next[place * f->n_actions + a];
                size_t bit = f->sets[to] == FACTORED_NONE ? 0 : (size_t)1 << f->sets[to];
                worths_take(&new[place * n + set], &there[to * n + (set | bit)], !a);
            }
}

bool performance_factored(struct performance *p, const struct env *env,
                          const struct performance_bounds *in, struct err *err)
{
    const struct factored *f = factored_of(env);
    size_t n = (size_t)f->n_places << f->n_bits;
    p->bytes = 3 * n * sizeof(struct worths);
    if (p->bytes > in->bytes)
        return err_set(err, "%zu places and bits would take more than %zu MB (--memory)", n,
                       in->bytes / 1000000);
    struct worths *old = xcalloc(n, sizeof *old), *new = xcalloc(n, sizeof *new);
    struct worths *there = xcalloc(n, sizeof *there);
    for (uint32_t k = 0; k < in->horizon && !performance_cancelled(in); k++) {
        sweep(f, old, there, new);
        struct worths *swap = old;
        old = new;
        new = swap;
    }
    struct worths *start = old + ((size_t)f->place << f->n_bits);
    expect(f, start);
    p->of = start[f->bits];
    p->nodes = (double)n;
    p->method = "bit by bit";
    free(old);
    free(new);
    free(there);
    return true;
}
