#include "config.h"

#include "compare.h"

#include "xalloc.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* compare --assert: linear expressions in agents' statistics, judged by the bootstrap
 * interval of their difference. */

enum { TERMS_MAX = 32 };

struct term {
    double factor;
    size_t entrant; /* n: the number alone */
    enum statistic stat;
};

struct relation { /* sum of terms > 0 */
    struct term term[TERMS_MAX];
    size_t n;
};

struct parser {
    const struct contest *c;
    const char *text, *at;
    struct relation *r;
    double sign; /* -1 on the side that is subtracted */
    struct err *err;
};

static bool wrong(struct parser *p, const char *what)
{
    return err_set(p->err, "--assert: %s\n    %s\n    %*s^", what, p->text,
                   (int)(p->at - p->text), "");
}

static void skip(struct parser *p)
{
    while (isspace((unsigned char)*p->at))
        p->at++;
}

static bool statistic(struct parser *p, struct term *t)
{
    for (int i = 0; stat_names[i]; i++) {
        size_t n = strlen(stat_names[i]);
        if (strncmp(p->at, stat_names[i], n) != 0 || p->at[n] != '(')
            continue;
        const char *name = p->at + n + 1, *close = strchr(name, ')');
        if (!close)
            return wrong(p, "')' is missing");
        while (isspace((unsigned char)*name))
            name++;
        char *agent = xasprintf("%.*s", (int)(close - name), name);
        agent[strcspn(agent, " \t")] = '\0';
        t->stat = (enum statistic)i;
        t->entrant = contest_find(p->c, agent);
        free(agent);
        if (t->entrant == p->c->n) {
            p->at = name;
            return wrong(p, "no one agent of that name");
        }
        p->at = close + 1;
        return true;
    }
    return wrong(p, "expected a number or iqm(AGENT), mean(AGENT), median(AGENT), "
                    "gap(AGENT)");
}

static bool term(struct parser *p, double sign)
{
    char *end;
    struct term t = { .factor = sign * p->sign, .entrant = p->c->n };
    skip(p);
    double x = strtod(p->at, &end);
    bool number = end != p->at;
    if (number) {
        t.factor *= x;
        p->at = end;
        skip(p);
    }
    if (number && *p->at == '*') {
        p->at++;
        skip(p);
        number = false;
    }
    if (!number && !statistic(p, &t))
        return false;
    if (p->r->n == TERMS_MAX)
        return wrong(p, "too many terms");
    p->r->term[p->r->n++] = t;
    return true;
}

static bool side(struct parser *p)
{
    double sign = 1;
    skip(p);
    if (*p->at == '-' && !isdigit((unsigned char)p->at[1]) && p->at[1] != '.') {
        sign = -1;
        p->at++;
    }
    for (;;) {
        if (!term(p, sign))
            return false;
        skip(p);
        if (*p->at != '+' && *p->at != '-')
            return true;
        sign = *p->at++ == '+' ? 1 : -1;
    }
}

static bool relation(struct parser *p)
{
    const char *op;
    p->r->n = 0;
    p->sign = 1;
    if (!side(p))
        return false;
    op = p->at;
    if (*op != '<' && *op != '>')
        return wrong(p, "expected '<' or '>'");
    p->at++;
    p->sign = -1;
    if (!side(p))
        return false;
    for (size_t i = 0; *op == '<' && i < p->r->n; i++)
        p->r->term[i].factor = -p->r->term[i].factor;
    return true;
}

/* The interval of the sum: the same draw of an agent serves all terms that name it. */
static struct interval measure(const struct contest *c, const struct relation *r,
                               const struct boot *b)
{
    struct resample *draw = xcalloc(c->n ? c->n : 1, sizeof *draw);
    double *rep = xcalloc(b->reps, sizeof *rep), value = 0, widening = 1;
    for (size_t k = 0; k < r->n; k++) {
        const struct term *t = &r->term[k];
        if (t->entrant == c->n) {
            value += t->factor;
            continue;
        }
        const struct entrant *e = &c->at[t->entrant];
        value += t->factor * stat_value(t->stat, &e->scores);
        widening = boot_wider(widening, boot_widening(&e->scores, b));
        if (!draw[t->entrant].of)
            draw[t->entrant] = resample_init(&e->scores, e->spec, b);
    }
    for (size_t i = 0; i < b->reps; i++) {
        for (size_t k = 0; k < c->n; k++)
            if (draw[k].of)
                resample_draw(&draw[k]);
        for (size_t k = 0; k < r->n; k++) {
            const struct term *t = &r->term[k];
            rep[i] += t->factor *
                      (t->entrant < c->n ? resample_stat(&draw[t->entrant], t->stat) : 1);
        }
    }
    struct interval out = boot_interval(value, rep, b, widening);
    for (size_t k = 0; k < c->n; k++)
        resample_release(&draw[k]);
    free(draw);
    free(rep);
    return out;
}

bool compare_assert(const struct contest *c, const char *expr,
                    const struct compare_options *o, bool *met, char *text, size_t n,
                    struct err *err)
{
    struct relation r;
    struct parser p = { .c = c, .text = expr, .at = expr, .r = &r, .err = err };
    *met = true;
    *text = '\0';
    for (;;) {
        skip(&p);
        const char *from = p.at;
        if (!relation(&p))
            return false;
        struct interval i = measure(c, &r, &o->boot);
        size_t used = strlen(text);
        bool holds = i.lo > 0;
        snprintf(text + used, n - used,
                 isnan(i.lo) ? "%s%.*s: %s (difference %.4g, no interval)"
                             : "%s%.*s: %s (difference %.4g [%.4g, %.4g])",
                 used ? "\n" : "", (int)(p.at - from), from,
                 holds      ? "holds"
                 : i.hi < 0 ? "does not hold"
                            : "unclear",
                 i.value, i.lo, i.hi);
        *met = *met && holds;
        if (!*p.at)
            return true;
        if (*p.at == ',')
            p.at++;
        else if (!strncmp(p.at, "and", 3) && isspace((unsigned char)p.at[3]))
            p.at += 3;
        else
            return wrong(&p, "expected 'and' or the end");
    }
}
