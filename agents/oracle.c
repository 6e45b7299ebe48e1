#include "config.h"

#include "oracle.h"
#include "preferences.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

uint32_t segment_add(struct segment *s, uint32_t from, uint32_t action, uint32_t next)
{
    s->step[s->n++] = (struct segment_step){ from, action, next };
    return next;
}

void oracle_init(struct oracle *h, const struct fsm *f, double beta, double error)
{
    uint32_t n = f->first[(size_t)f->n_states * f->n_actions];
    *h = (struct oracle){ .f = f, .beta = beta, .error = error };
    h->reward = xcalloc(n, sizeof *h->reward);
    for (uint32_t i = 0; i < n; i++)
        h->reward[i] = fsm_reward(f, i);
}

void oracle_release(struct oracle *h) { free(h->reward); }

/* What the segment is expected to have paid, by where it led. */
static double worth(const struct oracle *h, const struct segment *s)
{
    double sum = 0;
    for (uint32_t k = 0; k < s->n; k++) {
        const struct segment_step *t = &s->step[k];
        size_t pair = (size_t)t->from * h->f->n_actions + t->action;
        double p = 0, r = 0;
        for (uint32_t i = h->f->first[pair]; i < h->f->first[pair + 1]; i++)
            if (h->f->edge[i].next == t->next) {
                p += h->f->edge[i].p;
                r += h->f->edge[i].p * h->reward[i];
            }
        sum += p > 0 ? r / p : 0;
    }
    return sum;
}

bool oracle_prefers(const struct oracle *h, const struct segment *a,
                    const struct segment *b, struct rng *rng)
{
    const struct preferences law = { .beta = h->beta, .error = h->error };
    return rng_unit(rng) < preferences_chance(&law, worth(h, a) - worth(h, b));
}

void oracle_values(const struct fsm *f, const double *reward, double gamma, double *q)
{
    double *v = xcalloc(f->n_states, sizeof *v), change, size;
    do {
        change = size = 0;
        for (uint32_t s = 0; s < f->n_states; s++) {
            double best = -INFINITY;
            for (uint32_t a = 0; a < f->n_actions; a++) {
                size_t pair = (size_t)s * f->n_actions + a;
                q[pair] = 0;
                for (uint32_t i = f->first[pair]; i < f->first[pair + 1]; i++)
                    q[pair] += f->edge[i].p * (reward[i] + gamma * v[f->edge[i].next]);
                best = fmax(best, q[pair]);
            }
            change = fmax(change, fabs(best - v[s]));
            size = fmax(size, fabs(best));
            v[s] = best;
        }
    } while (change > 1e-12 * size);
    free(v);
}

uint32_t oracle_step(const struct fsm *f, uint32_t state, uint32_t action, struct rng *rng)
{
    size_t pair = (size_t)state * f->n_actions + action;
    uint32_t i = f->first[pair], last = f->first[pair + 1] - 1;
    double u = rng_unit(rng);
    while (i < last && (u -= f->edge[i].p) >= 0)
        i++;
    return f->edge[i].next;
}

void oracle_shows(const struct oracle *h, uint32_t n, double beta, double gamma,
                  struct segment *out, struct rng *rng)
{
    const uint32_t n_actions = h->f->n_actions;
    double *q = xcalloc((size_t)h->f->n_states * n_actions, sizeof *q);
    uint32_t at = 0;
    oracle_values(h->f, h->reward, gamma, q);
    for (out->n = 0; out->n < n;) {
        const double *here = q + (size_t)at * n_actions;
        double u = rng_unit(rng);
        uint32_t a = 0;
        while (a + 1 < n_actions &&
               (u -= exp(demonstration_log(here, n_actions, a, beta))) >= 0)
            a++;
        at = segment_add(out, at, a, oracle_step(h->f, at, a, rng));
    }
    free(q);
}

uint32_t oracle_next(const struct fsm *f, uint32_t state, uint32_t action, uint32_t obs)
{
    size_t pair = (size_t)state * f->n_actions + action;
    for (uint32_t i = f->first[pair]; i < f->first[pair + 1]; i++)
        if (f->percepts->at[f->edge[i].percept].obs == obs)
            return f->edge[i].next;
    return UINT32_MAX;
}

bool oracle_follows(const struct fsm *f)
{
    for (uint32_t s = 0; s < f->n_states; s++)
        for (uint32_t a = 0; a < f->n_actions; a++) {
            size_t pair = (size_t)s * f->n_actions + a;
            for (uint32_t i = f->first[pair]; i < f->first[pair + 1]; i++) {
                uint32_t obs = f->percepts->at[f->edge[i].percept].obs;
                if (oracle_next(f, s, a, obs) != f->edge[i].next)
                    return false;
            }
        }
    return true;
}
