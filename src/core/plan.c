#include "config.h"

#include "plan.h"

#include <math.h>

double utility_reward(const struct outcome *o) { return o->e.rew; }

double utility_square(const struct outcome *o) { return -o->prob; }

double utility_shannon(const struct outcome *o) { return -log(o->prob); }

double utility_gain(const struct outcome *o) { return o->gain; }

double utility_square_hindsight(const struct outcome *o) { return -o->hindsight; }

double utility_shannon_hindsight(const struct outcome *o) { return -log(o->hindsight); }
