#include "config.h"

#include "mixture.h"
#include "mixture_class.h"
#include "num.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

/* Hypotheses that come later: the class of a mixture becomes several classes, one behind
 * the other. */

struct joined {
    struct family base;
    struct family **part; /* owned, [n] */
    size_t n;
};

/* The part of member *k, which becomes its number there. */
static struct family *part_of(const struct family *f, size_t *k)
{
    const struct joined *j = (const struct joined *)f;
    size_t i = 0, n;
    while (*k >= (n = family_count(j->part[i]))) {
        *k -= n;
        i++;
    }
    return j->part[i];
}

static void close_joined(struct family *f)
{
    struct joined *j = (struct joined *)f;
    for (size_t i = 0; i < j->n; i++)
        family_close(j->part[i]);
    free(j->part);
    free(j);
}

static size_t count(const struct family *f)
{
    const struct joined *j = (const struct joined *)f;
    size_t n = 0;
    for (size_t i = 0; i < j->n; i++)
        n += family_count(j->part[i]);
    return n;
}

static struct env *at(const struct family *f, size_t k, struct err *err)
{
    const struct family *part = part_of(f, &k);
    return part->ops->at(part, k, err);
}

static void text(const struct family *f, size_t k, char *buf, size_t n)
{
    const struct family *part = part_of(f, &k);
    family_text(part, k, buf, n);
}

static const struct family_ops joined_ops = {
    .kind = { .name = "joined", .title = "several classes", .version = 1 },
    .close = close_joined,
    .count = count,
    .at = at,
    .text = text,
};

/* The class of *m as one that can be added to. */
static struct joined *join(struct mixture *m)
{
    if (m->family->ops == &joined_ops)
        return (struct joined *)m->family;
    struct joined *j = xcalloc(1, sizeof *j);
    j->base = (struct family){ &joined_ops, m->family->truth };
    j->part = xcalloc(1, sizeof *j->part);
    j->part[j->n++] = m->family;
    m->family = &j->base;
    return j;
}

/* ln of their shares of what they have in common: their own prior, or equal ones. */
static void share_out(struct mixture *m, const struct family *more, size_t from)
{
    double total = -HUGE_VAL;
    for (size_t k = from; k < m->base.n; k++) {
        m->log_prior[k] = more->ops->log_prior ? more->ops->log_prior(more, k - from) : 0;
        total = log_add(total, m->log_prior[k]);
    }
    for (size_t k = from; k < m->base.n; k++)
        m->log_prior[k] -= total;
}

bool mixture_inject(struct model *model, struct family *more, double mass,
                    const struct history *past, struct err *err)
{
    struct mixture *m = (struct mixture *)model;
    struct joined *j = join(m);
    size_t from = model->n, n = family_count(more);
    j->part = xrealloc(j->part, j->n + 1, sizeof *j->part);
    j->part[j->n++] = more;
    bool ok = n && n < SIZE_MAX;
    if (!ok)
        err_set(err, "family %s has %s hypotheses: they cannot be taken in",
                more->ops->kind.name, n ? "endlessly many" : "no");
    if (!ok || !class_resize(m, from + n, err)) {
        j->n--;
        family_close(more);
        return false;
    }
    share_out(m, more, from);
    for (size_t k = from; k < model->n; k++) {
        m->log_prior[k] += log(mass);
        bool possible = mixture_relive(m, k, past) > -HUGE_VAL;
        m->log_w[k] = possible ? m->log_prior[k] - m->log_mass : -HUGE_VAL;
    }
    double before = m->log_z;
    mixture_settle(m);
    m->log_mass += m->log_z - before;
    return true;
}
