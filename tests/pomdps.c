#include "config.h"

#include "harness.h"
#include "pomdps.h"
#include "posterior.h"
#include "registry.h"
#include "rng.h"
#include "xalloc.h"

#include <math.h>
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

/* One life by the plan, from a start that is drawn; what is earned after `steps` is too
 * little to count. */
static double live(const struct pomdp *p, const struct policy_graph *g, double gamma,
                   struct rng *rng)
{
    double sum = 0, weight = 1, u = rng_unit(rng);
    uint32_t s = 0, node = g->start;
    for (u -= p->start[0]; u >= 0 && s + 1 < p->n_states; u -= p->start[s])
        s++;
    for (; weight > 1e-6; weight *= gamma) {
        const struct pomdp_edge *e;
        unsigned a = g->action[node];
        size_t n = pomdp_edges(p, a, s, &e), i = 0;
        sum += weight * pomdp_reward(p, a)[s];
        for (u = rng_unit(rng) - e->p; u >= 0 && i + 1 < n; u -= e[i].p)
            i++;
        s = e[i].next;
        node = g->next[(size_t)node * g->n_percepts + e[i].percept];
        if (node >= g->n_nodes) /* asserting each time would take most of the time */
            ck_abort_msg("a percept that can be has no node");
    }
    return sum;
}

struct lived plan_lives(const struct pomdp *p, const struct policy_graph *g, double gamma,
                        uint32_t lives)
{
    struct rng rng;
    double mean = 0, squares = 0;
    rng_init(&rng, &(struct rng_key){ 1, RNG_WORLD, "plan", 0, 1 });
    for (uint32_t i = 0; i < lives; i++) {
        double sum = live(p, g, gamma, &rng), from = sum - mean;
        mean += from / (i + 1);
        squares += from * (sum - mean);
    }
    return (struct lived){ mean, sqrt(squares / lives / (lives - 1)) };
}
