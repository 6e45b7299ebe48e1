#include "config.h"

#include "load.h"

bool load_results(struct args *a, struct results *r, char *const *dirs, size_t n,
                  bool curves)
{
    struct err err = { 0 };
    bool ok = results_load(r, dirs, n, curves, &err);
    if (ok)
        args_warn(a, &err);
    else
        args_err(a, &err);
    return ok;
}
