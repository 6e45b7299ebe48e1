#include "config.h"

#include "num.h"

#include <float.h>
#include <math.h>

double log_add(double a, double b)
{
    if (a < b) {
        double t = a;
        a = b;
        b = t;
    }
    if (b == -HUGE_VAL)
        return a;
    return a + log1p(exp(b - a));
}

double num_sum(const double *x, size_t n)
{
    if (n <= 8) {
        double s = 0;
        for (size_t i = 0; i < n; i++)
            s += x[i];
        return s;
    }
    return num_sum(x, n / 2) + num_sum(x + n / 2, n - n / 2);
}

double num_entropy(const double *w, size_t n)
{
    double total = num_sum(w, n), h = 0;
    if (total <= 0)
        return 0;
    for (size_t i = 0; i < n; i++)
        if (w[i] > 0)
            h -= w[i] / total * log(w[i] / total);
    return h;
}

/* The first N terms as they are, the others by Euler's and Maclaurin's formula: the
 * integral, half of the first, and derivatives with the Bernoulli numbers. Edwards,
 * "Riemann's Zeta Function" (1974), section 6.4. */
double num_zeta(double s, double q)
{
    /* B_2j / (2j)! */
    static const double c[] = { 1. / 12,
                                -1. / 720,
                                1. / 30240,
                                -1. / 1209600,
                                1. / 47900160,
                                -691. / 1307674368000,
                                1. / 74724249600,
                                -3617. / 10670622842880000,
                                43867. / 5109094217170944000,
                                -174611. / 802857662698291200000. };
    enum { N = 10, TERMS = sizeof c / sizeof *c };
    double at = N + q, power = pow(at, -s), sum = power * (at / (s - 1) + 0.5);
    for (int k = 0; k < N; k++)
        sum += pow(k + q, -s);
    double rising = s, term = power / at;
    for (int j = 0; j < TERMS; j++) {
        double more = c[j] * rising * term;
        sum += more;
        if (fabs(more) < DBL_EPSILON / 2 * sum)
            break;
        rising *= (s + 2 * j + 1) * (s + 2 * j + 2);
        term /= at * at;
    }
    return sum;
}
