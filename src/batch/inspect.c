#include "config.h"

#include "inspect.h"
#include "references.h"

#include <math.h>
#include <stdlib.h>

enum { TOLD = 5 }; /* of each kind */

/* The total and the mean are written side by side; who edits one forgets the other. */
static bool is_odd(const struct run_row *row)
{
    double mean = row_metric(row, "reward_per_step"),
           total = row_metric(row, "total_reward");
    double sum = mean * (double)row->steps;
    return row->status == RUN_OK && isfinite(mean) && isfinite(total) &&
           fabs(sum - total) > 1e-6 * (1 + fabs(total) + fabs(sum));
}

static void tell(size_t *count, const struct run_row *row, const char *what,
                 struct err *err)
{
    if (++*count <= TOLD)
        err_warn(err, "%s: warning: run %016llx (%s in %s, map %u, seed %u) %s", row->file,
                 (unsigned long long)row->id, row->agent, row->env, (unsigned)row->map,
                 (unsigned)row->seed, what);
}

static void inspect_runs(const struct results *r, const uint64_t *ids, size_t n,
                         bool curves, struct inspection *out, struct err *err)
{
    for (size_t i = 0; i < r->n; i++) {
        const struct run_row *row = &r->run[i];
        bool ok = row->status == RUN_OK;
        if (out->manifest && !done_has(ids, n, row->id))
            tell(&out->foreign, row, "is none of this experiment", err);
        else if (ok)
            out->done++;
        else
            out->failed++;
        if (is_odd(row))
            tell(&out->odd, row, "has a total reward that is not its mean times its steps",
                 err);
        if (ok && curves && !row->curve)
            tell(&out->curves_lost, row, "has no learning curve", err);
    }
}

bool inspect_directory(const char *dir, struct inspection *out, struct err *err)
{
    struct results r;
    uint64_t *ids = NULL;
    size_t n = 0;
    bool curves = false;
    struct err why = { 0 };
    *out = (struct inspection){ 0 };
    char *const dirs[] = { (char *)(uintptr_t)dir };
    bool ok = results_load(&r, dirs, 1, true, err);
    out->manifest = ok && store_planned(dir, &ids, &n, &curves, &why);
    if (why.machine) { /* it may be whole all the same */
        ok = err_set(err, "%s", why.text);
        if (err)
            err->machine = true;
    }
    if (ok) {
        out->planned = n;
        out->aside = r.aside;
        inspect_runs(&r, ids, n, curves, out, err);
        size_t there = out->done + out->failed;
        out->missing = out->manifest && n > there ? n - there : 0;
    }
    struct references_read known;
    references_read(&known, dir);
    out->references = known.n;
    out->references_lost = known.damaged;
    references_release(&known);
    free(ids);
    results_release(&r);
    return ok;
}

bool inspection_bad(const struct inspection *i)
{
    return !i->manifest || i->aside || i->foreign || i->odd || i->curves_lost ||
           i->references_lost;
}
