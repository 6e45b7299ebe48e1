#include "config.h"

#include "metrics.h"

#include <math.h>
#include <string.h>

#define AT(field) offsetof(struct result, field)

const struct metric_row metric_table[] = {
    { "reward_per_step", "points", "mean reward of a cycle", AT(reward_per_step), true },
    { "total_reward", "points", "sum of all rewards", AT(total_reward), false },
    { "explored", "%", "reachable places visited, the start included", AT(explored), true },
    { "information_gain", "bits", "entropy the posterior has lost since the start",
      AT(information_gain), true },
    { "performance", "points", "what the designer wanted, apart from the reward",
      AT(performance), true },
    { "optimal_reward_per_step", "points",
      "expected of the informed optimal policy over these steps",
      AT(optimal_reward_per_step), false },
    { "random_reward_per_step", "points", "expected of uniformly random actions",
      AT(random_reward_per_step), false },
    { "simulations", "", "samples of all searches", AT(samples), false },
    { "imagined_steps", "", "cycles imagined in all searches", AT(imagined_steps), false },
    { "cpu_s", "s", "processor time", AT(cpu_s), false },
    { "wall_s", "s", "elapsed time", AT(wall_s), false },
    { 0 },
};

const struct metric_row *metric_find(const char *name)
{
    for (const struct metric_row *m = metric_table; m->name; m++)
        if (!strcmp(m->name, name))
            return m;
    return NULL;
}

double metric_value(const struct result *r, const char *name, bool *known)
{
    const struct metric_row *m = metric_find(name);
    if (known)
        *known = true;
    if (m)
        return *(const double *)(const void *)((const char *)r + m->offset);
    for (size_t i = 0; i < r->n_final; i++)
        if (!strcmp(r->final[i].name, name))
            return r->final[i].value;
    if (known)
        *known = false;
    return NAN;
}
