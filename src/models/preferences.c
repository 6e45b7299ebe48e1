#include "config.h"

#include "preferences.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

void preferences_init(struct preferences *p, size_t n, double beta, double error)
{
    *p = (struct preferences){ .n = n, .beta = beta, .error = error };
    p->w = xcalloc(n, sizeof *p->w);
    for (size_t h = 0; h < n; h++)
        p->w[h] = 1 / (double)n;
}

void preferences_release(struct preferences *p)
{
    free(p->w);
    p->w = NULL;
}

double preferences_chance(const struct preferences *p, double d)
{
    return (1 - p->error) / (1 + exp(-p->beta * d)) + p->error / 2;
}

double preferences_expect(const struct preferences *p, const double *d, double *variance)
{
    double mean = 0, square = 0;
    for (size_t h = 0; h < p->n; h++) {
        double c = preferences_chance(p, d[h]);
        mean += p->w[h] * c;
        square += p->w[h] * c * c;
    }
    *variance = fmax(0, square - mean * mean);
    return mean;
}

static double surprise(double x)
{
    return x > 0 ? -x * log(x) : 0;
}

/* Entropy of a yes that has chance c; both sides apart, as 1 - c may be lost in c. */
static double coin(double c, double other)
{
    return surprise(c) + surprise(other);
}

double preferences_gain(const struct preferences *p, const double *d)
{
    double yes = 0, no = 0, noise = 0;
    for (size_t h = 0; h < p->n; h++) {
        double c = preferences_chance(p, d[h]), other = preferences_chance(p, -d[h]);
        yes += p->w[h] * c;
        no += p->w[h] * other;
        noise += p->w[h] * coin(c, other);
    }
    return fmax(0, coin(yes, no) - noise);
}

double preferences_entropy(const struct preferences *p)
{
    double sum = 0;
    for (size_t h = 0; h < p->n; h++)
        sum += surprise(p->w[h]);
    return sum;
}

/* w <- w exp(l - max l), to sum 1: the largest first, lest all underflow. */
bool preferences_weigh(struct preferences *p, const double *log_likelihood)
{
    double most = -INFINITY, sum = 0;
    for (size_t h = 0; h < p->n; h++)
        if (p->w[h] > 0)
            most = fmax(most, log_likelihood[h]);
    if (!isfinite(most))
        return false;
    for (size_t h = 0; h < p->n; h++)
        sum += p->w[h] > 0 ? p->w[h] *= exp(log_likelihood[h] - most) : 0;
    for (size_t h = 0; h < p->n; h++)
        p->w[h] /= sum;
    return true;
}

bool preferences_update(struct preferences *p, const double *d, double first)
{
    double *l = xcalloc(p->n, sizeof *l);
    for (size_t h = 0; h < p->n; h++) {
        if (first > 0)
            l[h] += first * log(preferences_chance(p, d[h]));
        if (first < 1)
            l[h] += (1 - first) * log(preferences_chance(p, -d[h]));
    }
    bool allowed = preferences_weigh(p, l);
    free(l);
    return allowed;
}

double demonstration_log(const double *q, size_t n, size_t a, double beta)
{
    double most = q[0], sum = 0;
    for (size_t i = 1; i < n; i++)
        most = fmax(most, q[i]);
    for (size_t i = 0; i < n; i++)
        sum += exp(beta * (q[i] - most));
    return beta * (q[a] - most) - log(sum);
}
