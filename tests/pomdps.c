#include "config.h"

#include "harness.h"
#include "pomdps.h"
#include "posterior.h"
#include "registry.h"
#include "rng.h"
#include "xalloc.h"

#include <stdlib.h>

void subject_open(struct subject_pomdp *s, const char *world, const char *family)
{
    struct err err = { 0 };
    struct spec_of spec;
    *s = (struct subject_pomdp){ 0 };
    ck_assert_msg(kind_parse(&spec, &env_shelf, world, &err), "%s", err.text);
    s->env = env_open(&spec, 1, &err);
    ck_assert_msg(s->env != NULL, "%s", err.text);
    kind_release(&spec);
    s->model = posterior_new(family_find(family ? family : "mu", s->env, &err), NULL, &err);
    ck_assert_msg(s->model != NULL, "%s", err.text);
    s->pomdp = pomdp_of(s->model, &utility_reward, 100000, &err);
    ck_assert_msg(s->pomdp != NULL, "%s", err.text);
}

void subject_close(struct subject_pomdp *s)
{
    pomdp_free(s->pomdp);
    s->model->ops->free(s->model);
    env_close(s->env);
}

struct pomdp *pomdp_blank(uint32_t n_states, uint32_t n_actions, uint32_t n_obs)
{
    struct pomdp *p = xcalloc(1, sizeof *p);
    size_t rows = (size_t)n_states * n_actions;
    p->n_states = n_states;
    p->n_actions = n_actions;
    p->first = xcalloc(rows + 1, sizeof *p->first);
    p->edge = xcalloc(rows * n_states * n_obs, sizeof *p->edge);
    p->reward = xcalloc(rows, sizeof *p->reward);
    p->start = xcalloc(n_states, sizeof *p->start);
    for (uint32_t z = 0; z < n_obs; z++)
        alphabet_add(&p->percepts, (struct percept){ z, 0 });
    return p;
}

void pomdp_put(struct pomdp *p, unsigned a, uint32_t s, struct pomdp_edge e)
{
    size_t row = (size_t)a * p->n_states + s;
    size_t n = p->first[row + 1];
    if (!n)
        n = p->first[row];
    p->edge[n] = e;
    p->first[row + 1] = n + 1;
}

/* n chances by lot that sum to 1; some are 0, not all. */
static void draw(double *p, uint32_t n, struct rng *rng)
{
    double sum = 0;
    while (!(sum > 0))
        for (uint32_t i = 0; i < n; i++) {
            p[i] = rng_unit(rng) < 0.4 ? 0 : rng_unit(rng);
            sum += p[i];
        }
    for (uint32_t i = 0; i < n; i++)
        p[i] /= sum;
}

/* As the files of the field have it: where to, then what is seen there. */
static void draw_row(struct pomdp *p, unsigned a, uint32_t s, const double *seen,
                     struct rng *rng)
{
    double to[8];
    uint32_t n_obs = p->percepts.n;
    draw(to, p->n_states, rng);
    p->reward[(size_t)a * p->n_states + s] = 20 * rng_unit(rng) - 10;
    for (uint32_t z = 0; z < n_obs; z++)
        for (uint32_t next = 0; next < p->n_states; next++)
            if (to[next] * seen[next * n_obs + z] > 0)
                pomdp_put(
                    p, a, s,
                    (struct pomdp_edge){ to[next] * seen[next * n_obs + z], next, z });
}

struct pomdp *pomdp_by_lot(uint64_t seed)
{
    struct rng rng;
    double seen[6 * 3];
    rng_init(&rng, &(struct rng_key){ seed, RNG_LAYOUT, "pomdp", 0, 0 });
    uint32_t n = 1 + rng_below(&rng, 6), n_obs = 1 + rng_below(&rng, 3);
    struct pomdp *p = pomdp_blank(n, 1 + rng_below(&rng, 3), n_obs);
    draw(p->start, n, &rng);
    for (unsigned a = 0; a < p->n_actions; a++) {
        for (uint32_t s = 0; s < n; s++)
            draw(seen + s * n_obs, n_obs, &rng);
        for (uint32_t s = 0; s < n; s++)
            draw_row(p, a, s, seen, &rng);
    }
    return p;
}
