#include "config.h"

#include "infile.h"
#include "inspect.h"
#include "results.h"
#include "store.h"

/* Manifests from anywhere: nothing crashes in reading a directory by them, nor in going on
 * with it. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void go_on(const char *dir)
{
    static const char text[] =
        "name: fuzz\nagents: [random]\nenvs: [coin-flip]\nseeds: 1-2\n";
    struct err err = { 0 };
    struct experiment e;
    experiment_init(&e);
    if (!experiment_parse(&e, text, sizeof text - 1, "fuzz.yaml", &err) ||
        !experiment_resolve(&e, &err))
        bug("%s", err.text);
    if (store_prepare(dir, &e, STORE_EXTEND, &err) != (err.n == 0))
        bug("a directory and its errors do not fit");
    experiment_release(&e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char dir[] = "/tmp/fuzz-manifest-XXXXXX";
    char *dirs[] = { dir };
    struct err err = { 0 }, of_check = { 0 }, of_plan = { 0 };
    struct results r;
    struct inspection found;
    uint64_t *ids;
    size_t n;
    bool curves;
    if (!mkdtemp(dir))
        bug("the fuzzer has no directory");
    infile_in(dir, "manifest.json", data, size);
    results_load(&r, dirs, 1, false, &err);
    results_release(&r);
    inspect_directory(dir, &found, &of_check);
    if (store_planned(dir, &ids, &n, &curves, &of_plan) != (of_plan.n == 0))
        bug("a plan and its errors do not fit");
    free(ids);
    go_on(dir);
    infile_clear(dir);
    rmdir(dir);
    return 0;
}
