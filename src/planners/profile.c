#include "config.h"

#include "equilibria.h"

#include <math.h>
#include <string.h>

void profile_uniform(const struct normal *g, struct profile *x)
{
    *x = (struct profile){ 0 };
    for (uint32_t i = 0; i < g->n_players; i++)
        for (uint32_t a = 0; a < g->moves[i]; a++)
            x->p[i][a] = 1.0 / g->moves[i];
}

void profile_pure(const struct normal *g, uint32_t joint, struct profile *x)
{
    uint8_t move[PLAYERS_MAX];
    *x = (struct profile){ 0 };
    normal_moves(g, joint, move);
    for (uint32_t i = 0; i < g->n_players; i++)
        x->p[i][move[i]] = 1;
}

void profile_worth(const struct normal *g, const struct profile *x, uint32_t i,
                   double *worth)
{
    uint8_t move[PLAYERS_MAX];
    for (uint32_t a = 0; a < g->moves[i]; a++)
        worth[a] = 0;
    for (uint32_t joint = 0; joint < g->n_joint; joint++) {
        double p = 1;
        normal_moves(g, joint, move);
        for (uint32_t k = 0; k < g->n_players; k++)
            p *= k == i ? 1 : x->p[k][move[k]];
        worth[move[i]] += p * normal_pay(g, joint, i);
    }
}

static double value_of(const struct normal *g, const struct profile *x, uint32_t i,
                       const double *worth)
{
    double value = 0;
    for (uint32_t a = 0; a < g->moves[i]; a++)
        value += x->p[i][a] * worth[a];
    return value;
}

double profile_value(const struct normal *g, const struct profile *x, uint32_t i)
{
    double worth[ACTIONS_MAX];
    profile_worth(g, x, i, worth);
    return value_of(g, x, i, worth);
}

double profile_gap(const struct normal *g, const struct profile *x, uint32_t i)
{
    double worth[ACTIONS_MAX], best = -HUGE_VAL;
    profile_worth(g, x, i, worth);
    for (uint32_t a = 0; a < g->moves[i]; a++)
        best = fmax(best, worth[a]);
    /* A mean is no more than the best of what it is of, but for the last bit. */
    return fmax(0, best - value_of(g, x, i, worth));
}

double profile_nashconv(const struct normal *g, const struct profile *x, double *gap)
{
    double sum = 0;
    for (uint32_t i = 0; i < g->n_players; i++) {
        double own = profile_gap(g, x, i);
        if (gap)
            gap[i] = own;
        sum += own;
    }
    return sum;
}

/* ---- logit responses */

/* out[i]: chances proportional to exp(lambda * worth); the greatest is subtracted first. */
static void respond(const struct normal *g, double lambda, const struct profile *x,
                    uint32_t i, double *out)
{
    double worth[ACTIONS_MAX], best = -HUGE_VAL, sum = 0;
    profile_worth(g, x, i, worth);
    for (uint32_t a = 0; a < g->moves[i]; a++)
        best = fmax(best, worth[a]);
    for (uint32_t a = 0; a < g->moves[i]; a++)
        sum += out[a] = exp(lambda * (worth[a] - best));
    for (uint32_t a = 0; a < g->moves[i]; a++)
        out[a] /= sum;
}

/* Where the responses of two turn around each other, as in matching pennies, a step keeps
 * them from circling while it is below 2 / (1 + d^2), d the slopes' mean: at most lambda
 * times a quarter of the range of payments. */
static double step_of(const struct normal *g, double lambda)
{
    double least = HUGE_VAL, most = -HUGE_VAL;
    for (size_t k = 0; k < (size_t)g->n_joint * g->n_players; k++) {
        least = fmin(least, g->pay[k] / g->scale);
        most = fmax(most, g->pay[k] / g->scale);
    }
    double slope = lambda * (most - least) / 4;
    return fmin(0.02 / (1 + lambda), 1 / (1 + slope * slope));
}

bool logit_response(const struct normal *g, double lambda, double close, uint64_t most,
                    struct profile *x)
{
    const double step = step_of(g, lambda);
    struct profile to = { 0 };
    for (uint64_t n = 0; n < most; n++) {
        double moved = 0;
        for (uint32_t i = 0; i < g->n_players; i++)
            respond(g, lambda, x, i, to.p[i]);
        for (uint32_t i = 0; i < g->n_players; i++)
            for (uint32_t a = 0; a < g->moves[i]; a++) {
                double d = to.p[i][a] - x->p[i][a];
                x->p[i][a] += step * d;
                moved = fmax(moved, fabs(d));
            }
        if (moved <= close)
            return true;
    }
    return false;
}

double logit_path(const struct normal *g, double epsilon, struct profile *x)
{
    enum { STEPS = 1 << 21, DOUBLINGS = 20 };
    double lambda = 1;
    profile_uniform(g, x);
    if (profile_nashconv(g, x, NULL) < epsilon)
        return 0;
    for (int k = 0; k < DOUBLINGS; k++, lambda *= 2) {
        /* Joint moves are the cost: all of the path is a few seconds at most. */
        uint64_t most = STEPS / (1 + g->n_joint / 16) + 100;
        bool rests = logit_response(g, lambda, 1e-3 * epsilon, most, x);
        if (profile_nashconv(g, x, NULL) < epsilon)
            return lambda;
        if (!rests)
            break;
    }
    return HUGE_VAL;
}
