#include "config.h"

#include "words.h"

#include "mask.h"
#include "sheet.h"
#include "spec.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

int words_digits(double lo, double hi)
{
    double span = hi - lo, top = fmax(fabs(lo), fabs(hi));
    if (!(span > 0) || top >= 1000)
        return 2;
    return span < 0.1 && top < 10 ? 4 : span < 1 && top < 100 ? 3 : 2;
}

/* "1234567" with a thin space before every three digits. */
static void group(char *buf, const char *digits)
{
    size_t n = strlen(digits), sign = *digits == '-';
    for (size_t i = 0; i < n; i++) {
        if (i > sign && (n - i) % 3 == 0)
            buf = stpcpy(buf, "\u2009");
        *buf++ = digits[i];
    }
    *buf = '\0';
}

int words_number(char buf[NUMBER_CHARS], const struct glyphs *g, double x, int digits)
{
    char text[NUMBER_CHARS];
    *buf = '\0';
    if (!isfinite(x))
        return 0;
    if (fabs(x) >= 9999500) {
        int power = (int)floor(log10(fabs(x)) + 1e-12);
        double lead = round(x / pow(10, power - 1)) / 10;
        if (fabs(lead) >= 10) {
            lead /= 10;
            power++;
        }
        return snprintf(buf, NUMBER_CHARS, "%.1fe%d", lead, power);
    }
    if (fabs(x) < 9999.5)
        snprintf(buf, NUMBER_CHARS, "%.*f", digits, x);
    else {
        snprintf(text, sizeof text, "%.0f", x);
        if (g->ascii)
            memcpy(buf, text, sizeof text);
        else
            group(buf, text);
    }
    if (*buf == '-' && !strpbrk(buf, "123456789")) /* no "-0.00" */
        memmove(buf, buf + 1, strlen(buf));
    return text_width(buf);
}

int words_cut(char *buf, size_t n, const struct glyphs *g, const char *text, int width)
{
    int dots = text_width(g->ellipsis), col = 0;
    size_t end = 0;
    if (text_width(text) <= width) {
        snprintf(buf, n, "%s", text);
        return text_width(buf);
    }
    for (const char *p = text; next_char(&p) && ++col + dots <= width;)
        if (*p == ' ' || *p == '-' || *p == '/')
            end = (size_t)(p - text);
    if (!end) {
        *buf = '\0';
        return 0;
    }
    snprintf(buf, n, "%.*s%s", (int)end, text, g->ellipsis);
    return text_width(buf);
}

int words_name(char *buf, size_t n, const char *spec)
{
    spec += spec_origin(spec);
    size_t end = strcspn(spec, ":"), dash = end;
    while (dash > 0 && spec[dash - 1] >= '0' && spec[dash - 1] <= '9')
        dash--;
    if (dash < end && dash > 2 && spec[dash - 1] == 'v' && spec[dash - 2] == '-')
        end = dash - 2;
    snprintf(buf, n, "%.*s", (int)end, spec);
    return text_width(buf);
}
