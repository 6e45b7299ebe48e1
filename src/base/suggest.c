#include "config.h"

#include "suggest.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { LEN_MAX = 63, SHOWN_MAX = 3, DISTANCE_MAX = 2, PREFIX_MIN = 3 };

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
    unsigned m = a < b ? a : b;
    return m < c ? m : c;
}

unsigned edit_distance(const char *a, const char *b)
{
    unsigned d[LEN_MAX + 1][LEN_MAX + 1];
    size_t na = strnlen(a, LEN_MAX), nb = strnlen(b, LEN_MAX);
    for (size_t i = 0; i <= na; i++)
        d[i][0] = (unsigned)i;
    for (size_t j = 0; j <= nb; j++)
        d[0][j] = (unsigned)j;
    for (size_t i = 1; i <= na; i++) {
        for (size_t j = 1; j <= nb; j++) {
            unsigned cost = a[i - 1] != b[j - 1];
            d[i][j] = min3(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + cost);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                d[i - 2][j - 2] + 1 < d[i][j])
                d[i][j] = d[i - 2][j - 2] + 1;
        }
    }
    return d[na][nb];
}

static void fold(char *to, const char *from)
{
    size_t i = 0;
    for (; from[i] && i < LEN_MAX; i++)
        to[i] = (char)tolower((unsigned char)from[i]);
    to[i] = '\0';
}

/* Whether it is one of the words that a name is made of: ksa, of kl-ksa. */
static bool is_word_of(const char *word, const char *name)
{
    size_t len = strlen(word);
    const char *at = strstr(name, word);
    return len >= PREFIX_MIN && at && (at == name || at[-1] == '-') &&
           (!at[len] || at[len] == '-');
}

/* Lower is nearer; past DISTANCE_MAX + 1 it is not worth showing. */
static unsigned score(const char *typed, const char *candidate)
{
    char low[LEN_MAX + 1], name[LEN_MAX + 1];
    fold(low, typed);
    fold(name, candidate);
    unsigned distance = edit_distance(low, name);
    size_t len = strlen(low);
    if (distance <= DISTANCE_MAX && distance < len)
        return distance;
    if (len >= PREFIX_MIN && (!strncmp(low, name, len) || is_word_of(low, name)))
        return DISTANCE_MAX + 1;
    return DISTANCE_MAX + 2;
}

size_t suggest_near(char *buf, size_t n, const char *typed, const char *const *candidates,
                    size_t n_candidates)
{
    size_t shown = 0, used = 0;
    buf[0] = '\0';
    for (unsigned s = 0; s <= DISTANCE_MAX + 1 && !(s == 1 && shown); s++) {
        for (size_t i = 0; i < n_candidates && shown < SHOWN_MAX; i++) {
            if (score(typed, candidates[i]) != s || used >= n)
                continue;
            used += (size_t)snprintf(buf + used, n - used, "%s'%s'",
                                     shown ? " or " : "; did you mean ", candidates[i]);
            shown++;
        }
    }
    if (shown && used < n)
        snprintf(buf + used, n - used, "?");
    return shown;
}

size_t suggest_list(char *buf, size_t n, const char *typed, const char *const *candidates)
{
    size_t count = 0;
    while (candidates[count])
        count++;
    return suggest_near(buf, n, typed, candidates, count);
}
