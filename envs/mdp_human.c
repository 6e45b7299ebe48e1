#include "config.h"

#include "mdp_human.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WORD = 64, LENGTH_MAX = 64, BELIEFS_MAX = 1 << 16 };
static const double SUM_SLACK = 1e-5;

/* The next word as one of those names; false after telling. */
static bool next_name(struct lines *in, const char **at, const struct names *names,
                      const char *what, uint32_t *number)
{
    char word[WORD], hint[200];
    const char *start;
    if (!lines_word(in, at, &start, word, WORD)) {
        lines_fault(in, *at, "a %s is missing", what);
        return false;
    }
    int64_t i = names_find(names, word, strlen(word));
    if (i < 0) {
        names_suggest(names, word, hint, sizeof hint);
        lines_fault(in, start, "unknown %s '%s'%s", what, word, hint);
        return false;
    }
    *number = (uint32_t)i;
    return true;
}

static bool no_more(struct lines *in, const char *at)
{
    char word[WORD];
    const char *start;
    if (!lines_word(in, &at, &start, word, WORD))
        return true;
    lines_fault(in, start, "unexpected '%s'", word);
    return false;
}

/* Whether the next word is this one; then it is taken. */
static bool take_word(struct lines *in, const char **at, const char *which)
{
    char word[WORD];
    const char *start, *then = *at;
    if (!lines_word(in, &then, &start, word, WORD) || strcmp(word, which) != 0)
        return false;
    *at = then;
    return true;
}

void human_sees(struct human *h, struct lines *in, const struct names *state)
{
    const char *at = in->text;
    uint32_t s = 0, sign;
    bool all = take_word(in, &at, "*");
    if (!h->shows)
        h->shows = xcalloc((size_t)state->n + 1, sizeof *h->shows);
    if ((!all && !next_name(in, &at, state, "state", &s)) ||
        !next_name(in, &at, &h->sign, "sign", &sign) || !no_more(in, at))
        return;
    for (uint32_t i = all ? 0 : s; i < (all ? state->n : s + 1); i++)
        h->shows[i] = sign + 1;
}

/* ---- beliefs */

static void make_room(struct human *h)
{
    if (h->n < h->cap)
        return;
    h->cap = 2 * h->cap + 16;
    h->seen = xrealloc(h->seen, h->cap, h->length * sizeof *h->seen);
    h->met = xrealloc(h->met, h->cap, h->length * sizeof *h->met);
    h->p = xrealloc(h->p, h->cap, sizeof *h->p);
    h->line = xrealloc(h->line, h->cap, sizeof *h->line);
}

/* Signs up to '='; how many, 0 after telling. */
static uint32_t read_signs(struct human *h, struct lines *in, const char **at,
                           uint32_t *seen)
{
    uint32_t n = 0;
    while (!take_word(in, at, "=")) {
        if (n == LENGTH_MAX) {
            lines_fault(in, *at, "more than %d signs before '='", LENGTH_MAX);
            return 0;
        }
        if (!next_name(in, at, &h->sign, "sign or '='", &seen[n]))
            return 0;
        n++;
    }
    if (!n)
        lines_fault(in, in->text, "expected SIGN... = STATE... [PROBABILITY]");
    else if (h->length && n != h->length)
        lines_fault(in, in->text + strspn(in->text, " \t"),
                    "%u signs, where the lines before have %u", n, h->length);
    else
        return n;
    return 0;
}

/* As many states, each of which shows its sign. */
static bool read_states(const struct human *h, struct lines *in, const char **at,
                        const struct names *state, const uint32_t *seen, uint32_t n,
                        uint32_t *met)
{
    for (uint32_t i = 0; i < n; i++) {
        const char *word = *at + strspn(*at, " \t");
        if (!next_name(in, at, state, "state", &met[i]))
            return false;
        uint32_t shows = h->shows ? h->shows[met[i]] : 0;
        if (shows == seen[i] + 1)
            continue;
        lines_fault(in, word, "%s shows %s, not %s", state->at[met[i]],
                    shows ? h->sign.at[shows - 1] : "nothing yet", h->sign.at[seen[i]]);
        return false;
    }
    return true;
}

void human_believes(struct human *h, struct lines *in, const struct names *state)
{
    const char *at = in->text, *start;
    uint32_t seen[LENGTH_MAX], met[LENGTH_MAX];
    char word[WORD];
    double p = 1;
    uint32_t n = read_signs(h, in, &at, seen);
    if (!n || !read_states(h, in, &at, state, seen, n, met))
        return;
    if (lines_word(in, &at, &start, word, WORD) && !lines_number(word, 0, 1, &p)) {
        lines_fault(in, start, "'%s' is not a probability", word);
        return;
    }
    if (!no_more(in, at))
        return;
    if (h->n == BELIEFS_MAX) {
        lines_fault(in, in->text, "more than %d beliefs", BELIEFS_MAX);
        return;
    }
    h->length = n;
    make_room(h);
    memcpy(h->seen + h->n * n, seen, n * sizeof *seen);
    memcpy(h->met + h->n * n, met, n * sizeof *met);
    h->p[h->n] = p;
    h->line[h->n++] = in->line;
}

/* ---- putting it together */

static bool alike(const struct human *h, size_t i, size_t k)
{
    return !memcmp(h->seen + i * h->length, h->seen + k * h->length,
                   h->length * sizeof *h->seen);
}

/* The beliefs about what belief i is about, one after the other, scaled to 1. */
static bool group(const struct human *h, struct lines *in, size_t i, struct observer *o)
{
    const size_t from = o->n_beliefs, n = h->length;
    double sum = 0;
    for (size_t k = i; k < h->n; k++) {
        if (!alike(h, i, k))
            continue;
        memcpy(o->seen + o->n_beliefs * n, h->seen + k * n, n * sizeof *o->seen);
        memcpy(o->met + o->n_beliefs * n, h->met + k * n, n * sizeof *o->met);
        sum += o->p[o->n_beliefs++] = h->p[k];
    }
    for (size_t k = from; k < o->n_beliefs; k++)
        o->p[k] /= sum;
    in->ok = in->ok &&
             (fabs(sum - 1) <= SUM_SLACK ||
              err_set(in->err,
                      "%s:%u:1: error: the probabilities of what is believed of this sum "
                      "to %g, not 1",
                      in->file, h->line[i], sum));
    return in->ok;
}

bool human_take(struct human *h, struct lines *in, const struct names *state,
                struct observer *o)
{
    for (uint32_t s = 0; s < state->n; s++)
        if (!h->shows || !h->shows[s])
            return in->ok = err_set(in->err,
                                    "%s: error: nothing is said of what the human sees of "
                                    "state %s (human-sees:)",
                                    in->file, state->at[s]);
    o->length = h->length;
    o->shows = xcalloc(state->n, sizeof *o->shows);
    for (uint32_t s = 0; s < state->n; s++)
        o->shows[s] = h->shows[s] - 1;
    o->seen = xcalloc(h->n + 1, (h->length + 1) * sizeof *o->seen);
    o->met = xcalloc(h->n + 1, (h->length + 1) * sizeof *o->met);
    o->p = xcalloc(h->n + 1, sizeof *o->p);
    for (size_t i = 0; i < h->n; i++) {
        size_t k = 0;
        while (k < i && !alike(h, i, k))
            k++;
        if (k == i && !group(h, in, i, o))
            return false;
    }
    o->sign = names_take(&h->sign, &o->n_signs);
    return true;
}

void human_release(struct human *h)
{
    names_release(&h->sign);
    free(h->shows);
    free(h->seen);
    free(h->met);
    free(h->p);
    free(h->line);
}

void observer_release(struct observer *o)
{
    for (uint32_t i = 0; o->sign && i < o->n_signs; i++)
        free(o->sign[i]);
    free(o->sign);
    free(o->shows);
    free(o->seen);
    free(o->met);
    free(o->p);
    *o = (struct observer){ 0 };
}
