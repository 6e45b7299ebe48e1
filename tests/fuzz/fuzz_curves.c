#include "config.h"

#include "export.h"
#include "figure.h"
#include "infile.h"
#include "results.h"

/* Runs and their curves from anywhere, divided by a line "---": nothing crashes in reading
 * them, in drawing what is read, nor in exporting it. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void draw(const struct results *r)
{
    struct figure_options o = { .kind = FIGURE_CURVE,
                                .contest.metric = "reward_per_step",
                                .how.boot = { .reps = 10, .level = 0.95 } };
    struct contests c = { 0 };
    struct err err = { 0 };
    bool any = contests_init(&c, r, &o.contest, &err);
    for (size_t i = 0; any && i < c.n; i++) {
        struct chart chart = { 0 };
        figure_chart(&c.at[i], &o, &chart, &err);
        chart_release(&chart);
    }
    contests_release(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char manifest[] = "{\"ursa-results\":1,\"name\":\"fuzz\"}";
    char dir[] = "/tmp/fuzz-curves-XXXXXX";
    char *dirs[] = { dir };
    struct err err = { 0 };
    struct results r;
    const uint8_t *half = infile_half(data, size);
    size_t first = (size_t)(half - data), rest = size - first;
    if (!mkdtemp(dir))
        bug("the fuzzer has no directory");
    infile_in(dir, "manifest.json", (const uint8_t *)manifest, sizeof manifest - 1);
    infile_in(dir, "runs-00000-of-00001.jsonl", data, first);
    infile_in(dir, "curves-00000-of-00001.jsonl", half + (rest ? 4 : 0),
              rest ? rest - 4 : 0);
    if (results_load(&r, dirs, 1, true, &err)) {
        results_digest(&r);
        draw(&r);
        export_csv(&r, "/dev/null", &err);
    }
    results_release(&r);
    infile_clear(dir);
    rmdir(dir);
    return 0;
}
