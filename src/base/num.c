#include "config.h"

#include "num.h"

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
