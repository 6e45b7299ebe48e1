#include "config.h"

#include "compare.h"
#include "results.h"
#include "xalloc.h"

#include <stdlib.h>

/* Result files from anywhere: nothing crashes in reading them, nor in comparing what is
 * read. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void compare(const struct contest *c)
{
    struct err err = { 0 };
    struct compare_options o = { .boot = { .reps = 10, .level = 0.95 }, .holm = true };
    struct comparison *row = xcalloc(c->n ? c->n : 1, sizeof *row);
    o.baseline = c->n ? c->at[0].spec : NULL;
    bool ok = compare_contest(c, &o, row, &err);
    struct list warnings = ok ? compare_warnings(c, row) : (struct list){ 0 };
    list_release(&warnings);
    free(row);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = { 0 };
    struct results r;
    struct contests c = { 0 };
    struct contest_options o = { .metric = "reward_per_step" };
    if (results_parse(&r, (const char *)data, size, "fuzz.jsonl", &err) != (err.n == 0))
        abort();
    if (contests_init(&c, &r, &o, &err))
        for (size_t i = 0; i < c.n; i++)
            compare(&c.at[i]);
    contests_release(&c);
    results_digest(&r);
    results_release(&r);
    return 0;
}
