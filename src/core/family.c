#include "config.h"

#include "family.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct family *family_open(const struct spec_of *spec, const struct env *truth,
                           struct err *err)
{
    const struct family_ops *ops = (const struct family_ops *)spec->kind;
    struct family *f =
        ops->open ? ops->open(spec->config, truth, err) : xcalloc(1, sizeof *f);
    if (f)
        *f = (struct family){ ops, truth };
    return f;
}

void family_close(struct family *f)
{
    if (f && f->ops->close)
        f->ops->close(f);
    else
        free(f);
}

size_t family_count(const struct family *f)
{
    return f->ops->count ? f->ops->count(f) : f->ops->n;
}

void family_drop(const struct family *f, struct env *hypothesis)
{
    if (hypothesis != f->truth)
        env_close(hypothesis);
}

void family_text(const struct family *f, size_t k, char *buf, size_t n)
{
    if (f->ops->text)
        f->ops->text(f, k, buf, n);
    else
        snprintf(buf, n, "%s %zu", f->ops->kind.name, k);
}

double family_grid(const double *grid, size_t n, size_t k, double truth)
{
    size_t nearest = 0;
    for (size_t i = 1; i < n; i++)
        if (fabs(grid[i] - truth) < fabs(grid[nearest] - truth))
            nearest = i;
    return k == nearest ? truth : grid[k];
}

/* ---- mu */

static struct env *truth_of(const struct family *f, size_t k, struct err *err)
{
    (void)k;
    if (!f->truth)
        return err_null(err, "family mu is the true world, and there is none");
    return (struct env *)(uintptr_t)f->truth;
}

static void name_of(const struct family *f, size_t k, char *buf, size_t n)
{
    (void)f;
    (void)k;
    snprintf(buf, n, "mu");
}

const struct family_ops family_mu = {
    .kind = { .name = "mu",
              .title = "the true world alone",
              .version = 1,
              .params = no_params },
    .n = 1,
    .at = truth_of,
    .text = name_of,
};
