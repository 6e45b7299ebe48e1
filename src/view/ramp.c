#include "config.h"

#include "ramp.h"

#include "xalloc.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double ruled_out = 1e-9;
/* Beliefs are kept as floats, and sums of weights round. */
static const double rounding = 1e-4;

int ramp_step(double p, double p0)
{
    if (!(p >= ruled_out))
        return 0;
    if (!(p0 > 0))
        return STEPS;
    if (p < p0 * (1 - rounding))
        return 1;
    if (p0 >= 1 - rounding)
        return STEPS;
    int k = 2 + (int)lround((STEPS - 2) * log(p / p0) / -log(p0));
    return k > STEPS ? STEPS : k < 2 ? 2 : k;
}

double ramp_middle(int step, double p0)
{
    return pow(p0, 1 - (double)(step - 2) / (STEPS - 2));
}

int ramp_visits(unsigned n)
{
    if (!n)
        return 0;
    double k = 1 + floor(2 * log2(n));
    return k > STEPS ? STEPS : (int)k;
}

unsigned ramp_visits_from(int step)
{
    unsigned n = 1;
    while (ramp_visits(n) < step)
        n++;
    return ramp_visits(n) == step ? n : 0;
}

int ramp_value(double difference, double largest)
{
    double share = difference / largest;
    if (!(largest > 0) || !(fabs(share) > 1.0 / 8))
        return 0;
    int k = (int)ceil((fabs(share) - 1.0 / 8) / (7.0 / 8) * 4);
    k = k < 1 ? 1 : k > 4 ? 4 : k;
    return share < 0 ? -k : k;
}

int ramp_text(char *buf, size_t n, double p, int width)
{
    double percent = 100 * p;
    for (int digits = percent >= 9.95    ? 0
                      : percent >= 0.995 ? 1
                                         : 2;
         digits >= 0; digits--) {
        char text[32];
        snprintf(text, sizeof text, "%.*f", digits, percent);
        const char *at = *text == '0' && text[1] == '.' ? text + 1 : text;
        int len = (int)strlen(at);
        if (len <= width && strtod(at, NULL) > 0) {
            snprintf(buf, n, "%s", at);
            return len;
        }
    }
    *buf = '\0';
    return 0;
}

static int rising(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* The median of those that were possible at the start; 0: none was. */
static double median_of(const float *p, const float *start, int n)
{
    float *live = xcalloc((size_t)n + 1, sizeof *live);
    size_t m = 0;
    for (int i = 0; i < n; i++)
        if ((double)start[i] >= ruled_out)
            live[m++] = p[i];
    qsort(live, m, sizeof *live, rising);
    double median = m ? (double)live[m / 2] : 0;
    free(live);
    return median;
}

double ramp_start(const float *p, int n)
{
    double sum = 0;
    int live = 0;
    for (int i = 0; i < n; i++) {
        sum += (double)p[i];
        live += (double)p[i] >= ruled_out;
    }
    return live && fabs(sum - 1) < rounding ? 1.0 / live : median_of(p, p, n);
}

int ramp_ranks(const float *p, const float *start, int n, double p0, int best[3])
{
    int found = 0;
    for (int i = 0; i < n; i++) {
        int k = found;
        while (k > 0 && p[i] > p[best[k - 1]])
            k--;
        if (k == 3)
            continue;
        memmove(best + k + 1, best + k,
                (size_t)((found < 3 ? found : 2) - k) * sizeof *best);
        best[k] = i;
        found += found < 3;
    }
    if (!found || (double)p[best[0]] < 2 * median_of(p, start, n) ||
        (double)p[best[0]] < 1.5 * p0)
        return 0;
    while (found && (double)p[best[found - 1]] < 0.05)
        found--;
    return found;
}
