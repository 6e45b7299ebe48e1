#include "config.h"

#include "fsm.h"
#include "percepts.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

/* So many states of a world are looked through for its percepts; so many there may be. */
enum { STATES = 65536, PERCEPTS = 65536 };

/* Rewards may be below 0. */
static uint64_t place(struct percept e) { return percept_key(e) ^ 0x80000000; }

uint32_t percepts_find(const struct percept *at, uint32_t n, struct percept e)
{
    uint32_t lo = 0, hi = n;
    while (lo < hi) {
        uint32_t mid = (lo + hi) / 2;
        if (place(at[mid]) < place(e))
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < n && place(at[lo]) == place(e) ? lo : UINT32_MAX;
}

static int rising(const void *a, const void *b)
{
    uint64_t x = place(*(const struct percept *)a), y = place(*(const struct percept *)b);
    return (x > y) - (x < y);
}

/* Those of its law, from every start. 0: it has none, or too many states. */
static uint32_t by_law(const struct env *env, struct percept **out)
{
    struct alphabet seen = { 0 };
    uint32_t n_starts = env->ops->starts ? env->max_starts : 1;
    double *p = xcalloc(n_starts, sizeof *p);
    unsigned char *start = xcalloc(n_starts, env->state_size);
    size_t n = 1;
    if (env->ops->starts)
        n = env->ops->starts(env, p, start);
    else
        env_reset(env, start, &(struct rng){ 0 });
    struct fsm *f =
        env->ops->transitions ? fsm_new_from(env, start, n, STATES, &seen) : NULL;
    uint32_t found = f ? seen.n : 0;
    if (found) {
        *out = xcalloc(found, sizeof **out);
        memcpy(*out, seen.at, found * sizeof **out);
        qsort(*out, found, sizeof **out, rising);
    }
    fsm_free(f);
    alphabet_release(&seen);
    free(start);
    free(p);
    return found;
}

/* All of its space; 0: too many. */
static uint32_t by_space(const struct space *sp, struct percept **out)
{
    double range = (double)sp->rew_max - sp->rew_min + 1;
    if (!sp->n_obs || sp->n_obs * range > PERCEPTS)
        return 0;
    uint32_t n = 0;
    *out = xcalloc((size_t)(sp->n_obs * range), sizeof **out);
    for (uint32_t o = 0; o < sp->n_obs; o++)
        for (int64_t r = sp->rew_min; r <= sp->rew_max; r++)
            (*out)[n++] = (struct percept){ o, (int32_t)r };
    return n;
}

uint32_t percepts_of(const struct env *truth, struct percept **out)
{
    uint32_t n = by_law(truth, out);
    return n ? n : by_space(&truth->space, out);
}
