#include "config.h"

#include "check_laws.h"
#include "cmd.h"
#include "inspect.h"
#include "judge.h"
#include "mask.h"
#include "output.h"
#include "spec.h"

#include <jansson.h>
#include <string.h>
#include <sys/stat.h>

/* ursa check: what is wrong with directories of results, whether demonstrations say the
 * truth, and whether worlds and agents keep their laws. */

static void report(const struct args *a, const char *dir, const struct inspection *i)
{
    if (a->json) {
        json_t *o = json_pack(
            "{s:i, s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b}", "v",
            1, "directory", dir, "manifest", i->manifest, "planned", (json_int_t)i->planned,
            "done", (json_int_t)i->done, "failed", (json_int_t)i->failed, "missing",
            (json_int_t)i->missing, "set_aside", (json_int_t)i->aside, "foreign",
            (json_int_t)i->foreign, "contradictory", (json_int_t)i->odd, "without_curve",
            (json_int_t)i->curves_lost, "references", (json_int_t)i->references,
            "damaged_references", (json_int_t)i->references_lost, "ok", !inspection_bad(i));
        print_json(o);
        json_decref(o);
        return;
    }
    mask_print(stdout, "%s: %zu of %zu runs are there, %zu failed, %zu missing\n", dir,
               i->done + i->failed, i->planned, i->failed, i->missing);
    if (!i->manifest)
        printf("  manifest.json cannot be read: ursa batch writes it anew\n");
    if (i->aside)
        printf("  %zu lines are damaged: ursa batch makes their runs again\n", i->aside);
    if (i->foreign)
        printf("  %zu runs are of another experiment: move their lines away\n", i->foreign);
    if (i->odd)
        printf("  %zu runs contradict themselves: was a number edited?\n", i->odd);
    if (i->references_lost)
        printf(
            "  %zu references are damaged: delete them, and ursa batch makes them anew\n",
            i->references_lost);
    if (i->curves_lost)
        printf("  %zu runs have lost their curves\n", i->curves_lost);
}

static int check_directory(struct args *a, const char *dir)
{
    struct err err = { 0 };
    struct inspection found;
    if (!inspect_directory(dir, &found, &err)) {
        int why = args_err(a, &err);
        return why == EXIT_RUN_FAILED ? why : EXIT_DIFFERS;
    }
    args_warn(a, &err);
    report(a, dir, &found);
    return inspection_bad(&found) ? EXIT_DIFFERS : EXIT_OK;
}

static int check_demo(struct args *a, const char *path)
{
    struct err err = { 0 };
    struct demo d;
    if (!demo_load(&d, path, &err))
        return args_err(a, &err);
    bool ok = demo_judge(&d, &err);
    if (a->json) {
        json_t *o = json_pack("{s:i, s:s, s:I, s:I, s:b}", "v", 1, "demo", path, "steps",
                              (json_int_t)d.n_steps, "assertions", (json_int_t)d.n_claims,
                              "ok", ok);
        print_json(o);
        json_decref(o);
    } else if (ok)
        mask_print(stdout, "%s: %zu steps, %zu assertions hold\n", path, d.n_steps,
                   d.n_claims);
    demo_release(&d);
    if (ok)
        return EXIT_OK;
    int why = args_err(a, &err);
    return why == EXIT_RUN_FAILED ? why : EXIT_DIFFERS;
}

static bool ends_with(const char *path, const char *suffix)
{
    size_t n = strlen(path), len = strlen(suffix);
    return n > len && !strcmp(path + n - len, suffix);
}

static int check(struct args *a, const char *what)
{
    struct stat st;
    bool path = strchr(what, '/') && !strchr(what, ':');
    if (spec_origin(what))
        return check_spec(a, what);
    if (ends_with(what, ".demo"))
        return check_demo(a, what);
    if (ends_with(what, ".so"))
        return check_plugin(a, what);
    if (path || (!stat(what, &st) && S_ISDIR(st.st_mode)))
        return check_directory(a, what);
    return check_spec(a, what);
}

static int run(struct args *a)
{
    if (!args_parse(a, NULL))
        return a->status;
    int status = EXIT_OK;
    for (size_t i = 0; i < a->n_operands; i++) {
        int found = check(a, a->operand[i]);
        status = status ? status : found;
    }
    return status;
}

const struct cmd cmd_check = {
    .group = "Measure",
    .name = "check",
    .title = "are results whole, demos true, laws kept",
    .example = "ursa check out/noise",
    .operands = "WHAT...",
    .page = "ursa-check",
    .json = true,
    .run = run,
};
