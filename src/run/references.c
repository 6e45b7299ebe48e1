#include "config.h"

#include "belief.h"
#include "hash.h"
#include "hunt.h"
#include "posterior.h"
#include "run.h"
#include "solve.h"
#include "vi.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { STATES_MAX = 1 << 16, HIDDEN_MAX = 256, BELIEFS_MAX = 1 << 12 };

/* Who knows the law of a world that hides its state knows what percepts tell of it. */
static double best_sum_hidden(const struct env *env, uint64_t steps,
                              const atomic_int *cancel)
{
    struct alphabet percepts = { 0 };
    struct rng none = { { 1, 2, 3, 4 } };
    struct err err = { 0 };
    struct env *seen = belief_open(env, NULL, HIDDEN_MAX, &err);
    if (!seen)
        return NAN;
    belief_round(seen);
    void *start = xcalloc(1, seen->state_size);
    env_reset(seen, start, &none);
    struct fsm *f = fsm_new(seen, start, BELIEFS_MAX, &percepts);
    double sum = f ? vi_optimal_sum(f, steps, cancel) : (double)NAN;
    fsm_free(f);
    free(start);
    alphabet_release(&percepts);
    env_close(seen);
    return sum;
}

void job_references(const struct env *env, const void *state, uint64_t steps,
                    const atomic_int *cancel, struct references *r)
{
    struct alphabet percepts = { 0 };
    struct fsm *f = steps ? fsm_new(env, state, STATES_MAX, &percepts) : NULL;
    double per_step = env->space.scale * (double)steps;
    r->random = f ? vi_random_sum(f, steps, cancel) / per_step : (double)NAN;
    if (!f)
        r->optimal = NAN;
    else if (!env->hidden)
        r->optimal = vi_optimal_sum(f, steps, cancel) / per_step;
    else if (!r->computed) /* who does not see the start is not helped by where it is */
        r->optimal = best_sum_hidden(env, steps, cancel) / per_step;
    r->computed = !cancel || !atomic_load_explicit(cancel, memory_order_relaxed);
    fsm_free(f);
    alphabet_release(&percepts);
}

const char *const reference_names[] = { "none", "bayes", NULL };

/* Rounds, layers and backups; bytes. */
enum { BAYES_WORK = 20000, BAYES_BYTES = 512 << 20 };

bool job_bayes_optimal(const struct env *env, uint64_t steps, atomic_int *cancel,
                       struct bayes_optimal *out, struct err *err)
{
    static const struct discount_conf none = { .kind = DISCOUNT_GEOMETRIC, .gamma = 1 };
    const struct kind *const *family = env->ops->families;
    struct solution s;
    struct problem p = { .env = env,
                         .utility = &utility_reward,
                         .horizon = (uint32_t)steps,
                         .gap = -1,
                         .seconds = HUGE_VAL,
                         .bytes = BAYES_BYTES,
                         .backups = BAYES_WORK,
                         .cancel = cancel };
    if (!family || !*family)
        return err_set(err, "a %s has no hypotheses to be uncertain about",
                       env->ops->kind.name);
    if (!steps || steps > UINT32_MAX)
        return err_set(err, "%" PRIu64 " steps are not planned", steps);
    p.family = (*family)->name;
    if (!discount_init(&p.discount, &none, err) || !problem_solve(&p, &s, err))
        return false;
    const struct certificate *c = &s.certificate;
    bool whole = c->reason != CERTIFY_INTERRUPT;
    *out = (struct bayes_optimal){ c->b.lower / (double)steps, c->b.upper / (double)steps,
                                   "", "", "" };
    snprintf(out->family, sizeof out->family, "%s", p.family);
    snprintf(out->method, sizeof out->method, "%s", c->method);
    snprintf(out->reason, sizeof out->reason, "%s", certify_end_names[c->reason]);
    solution_release(&s);
    return whole || err_set(err, "interrupted");
}

uint64_t job_bayes_digest(const struct env *env)
{
    const struct kind *const *family = env->ops->families;
    struct model *m =
        family && *family
            ? posterior_new_wide(family_find((*family)->name, env, NULL), NULL)
            : NULL;
    const struct hunt *h = m ? hunt_of(m) : NULL;
    uint64_t digest = 0;
    if (h) {
        size_t pairs = (size_t)h->n_cells * h->n_actions;
        digest = hash_word(hash_word(HASH_START, h->at), (uint64_t)h->prize);
        digest = hash_bytes(digest, &h->theta, sizeof h->theta);
        digest = hash_bytes(digest, h->next, pairs * sizeof *h->next);
        digest = hash_bytes(digest, h->rew, pairs * sizeof *h->rew);
        digest = hash_bytes(digest, h->lands, pairs);
        digest = hash_bytes(digest, h->w, h->n_cells * sizeof *h->w);
    }
    if (m)
        m->ops->free(m);
    return digest;
}
