#include "config.h"

#include "run.h"
#include "vi.h"

#include <math.h>

enum { STATES_MAX = 1 << 16 };

void job_references(const struct env *env, const void *state, uint64_t steps,
                    double *optimal, double *random)
{
    struct alphabet percepts = { 0 };
    struct fsm *f = steps ? fsm_new(env, state, STATES_MAX, &percepts) : NULL;
    double per_step = env->space.scale * (double)steps;
    *optimal = f ? vi_optimal_sum(f, steps) / per_step : (double)NAN;
    *random = f ? vi_random_sum(f, steps) / per_step : (double)NAN;
    fsm_free(f);
    alphabet_release(&percepts);
}
