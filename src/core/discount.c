#include "config.h"

#include "discount.h"

#include "num.h"
#include "suggest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const discount_names[] = { "geometric", "hyperbolic",   "power",
                                       "quadratic", "subgeometric", "lifetime",
                                       "moving",    "schedule",     NULL };
_Static_assert(sizeof discount_names / sizeof *discount_names == DISCOUNT_KINDS + 1, "");

static int kind_of(const char *name, size_t len)
{
    for (int k = 0; k < DISCOUNT_SCHEDULE; k++)
        if (strlen(discount_names[k]) == len && !strncmp(discount_names[k], name, len))
            return k;
    return -1;
}

static bool parse_schedule(struct discount *d, const char *s, struct err *err)
{
    for (const char *p = s; p; p = strchr(p, '+') ? strchr(p, '+') + 1 : NULL) {
        size_t len = strcspn(p, "@+");
        int kind = kind_of(p, len);
        char *end = NULL;
        unsigned long long from = p[len] == '@' ? strtoull(p + len + 1, &end, 10) : 0;
        if (kind < 0)
            return err_set(err, "schedule: '%.*s' is not a discount", (int)len, p);
        if (!end || (*end && *end != '+') || from < 1)
            return err_set(err, "schedule: '%s' is not KIND@AGE", p);
        if (d->n_at == DISCOUNT_SWITCHES_MAX)
            return err_set(err, "schedule: more than %d switches", DISCOUNT_SWITCHES_MAX);
        if (d->n_at ? from <= d->at[d->n_at - 1].from : from != 1)
            return err_set(err, "schedule: ages must start at 1 and rise, got %llu", from);
        d->at[d->n_at].from = from;
        d->at[d->n_at++].kind = (enum discount_kind)kind;
    }
    return true;
}

bool discount_init(struct discount *d, const struct discount_conf *conf, struct err *err)
{
    *d = (struct discount){ .kind = (enum discount_kind)conf->kind,
                            .gamma = conf->gamma,
                            .kappa = conf->kappa,
                            .beta = conf->beta,
                            .lifetime = (uint64_t)conf->lifetime,
                            .window = (uint64_t)conf->window };
    if (d->kind != DISCOUNT_SCHEDULE)
        return true;
    if (!conf->schedule)
        return err_set(err, "discount=schedule needs schedule=KIND@AGE+...");
    return parse_schedule(d, conf->schedule, err);
}

/* The family that holds at age t. */
static enum discount_kind kind_at(const struct discount *d, uint64_t t)
{
    if (d->kind != DISCOUNT_SCHEDULE)
        return d->kind;
    enum discount_kind kind = d->at[0].kind;
    for (unsigned i = 1; i < d->n_at && d->at[i].from <= t; i++)
        kind = d->at[i].kind;
    return kind;
}

double discount_weight(const struct discount *d, uint64_t t, uint64_t delay)
{
    double k = (double)(t + delay), j = (double)delay;
    switch (kind_at(d, t)) {
    case DISCOUNT_GEOMETRIC: return pow(d->gamma, j);
    case DISCOUNT_HYPERBOLIC: return pow(1 + d->kappa * j, -d->beta);
    case DISCOUNT_POWER: return pow(k, -d->beta);
    case DISCOUNT_QUADRATIC: return 1 / (k * (k + 1));
    case DISCOUNT_SUBGEOMETRIC: return exp(-sqrt(k)) / sqrt(k);
    case DISCOUNT_LIFETIME: return t + delay <= d->lifetime;
    case DISCOUNT_MOVING: return delay < d->window;
    default: return 0;
    }
}

/* sum_{k >= n} f(k) with f(x) = exp(-sqrt x) / sqrt x: the first terms as they are, the
 * rest by Euler-Maclaurin (f''' is below 1e-9 of f from 1000 on). */
static double subgeometric_tail(double n)
{
    double s = 0;
    for (; n < 1000; n++)
        s += exp(-sqrt(n)) / sqrt(n);
    double r = sqrt(n), f = exp(-r) / r, slope = -f * (1 / r + 1 / n) / 2;
    return s + 2 * exp(-r) + f / 2 - slope / 12;
}

double discount_tail(const struct discount *d, uint64_t t, uint64_t delay)
{
    double k = (double)(t + delay), j = (double)delay;
    switch (kind_at(d, t)) {
    case DISCOUNT_GEOMETRIC:
        return d->gamma < 1 ? pow(d->gamma, j) / (1 - d->gamma) : HUGE_VAL;
    case DISCOUNT_HYPERBOLIC:
        if (d->beta <= 1)
            return HUGE_VAL;
        return pow(d->kappa, -d->beta) * num_zeta(d->beta, j + 1 / d->kappa);
    case DISCOUNT_POWER: return d->beta > 1 ? num_zeta(d->beta, k) : HUGE_VAL;
    case DISCOUNT_QUADRATIC: return 1 / k;
    case DISCOUNT_SUBGEOMETRIC: return subgeometric_tail(k);
    case DISCOUNT_LIFETIME:
        return t + delay <= d->lifetime ? (double)(d->lifetime - t - delay + 1) : 0;
    case DISCOUNT_MOVING: return delay < d->window ? (double)(d->window - delay) : 0;
    default: return 0;
    }
}

bool discount_summable(const struct discount *d, uint64_t t)
{
    return discount_tail(d, t, 0) < HUGE_VAL;
}

uint64_t discount_horizon(const struct discount *d, uint64_t t, double eps)
{
    double all = discount_tail(d, t, 0);
    if (!(all < HUGE_VAL) || all <= 0)
        return 0;
    /* A tail that equals eps in theory may miss it by rounding. */
    double goal = all * eps * (1 + 1e-12);
    uint64_t low = 0, high = 1; /* tail(low) > goal */
    while (high < UINT32_MAX && discount_tail(d, t, high) > goal) {
        low = high;
        high *= 2;
    }
    while (high - low > 1) {
        uint64_t mid = low + (high - low) / 2;
        if (discount_tail(d, t, mid) > goal)
            low = mid;
        else
            high = mid;
    }
    return high < UINT32_MAX ? high : UINT32_MAX;
}

bool discount_stationary(const struct discount *d)
{
    return d->kind == DISCOUNT_GEOMETRIC || d->kind == DISCOUNT_HYPERBOLIC ||
           d->kind == DISCOUNT_MOVING;
}

bool discount_consistent(const struct discount *d)
{
    switch (d->kind) {
    case DISCOUNT_HYPERBOLIC:
    case DISCOUNT_MOVING:
    case DISCOUNT_SCHEDULE: return false;
    default: return true;
    }
}
