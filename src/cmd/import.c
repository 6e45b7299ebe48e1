#include "config.h"

#include "cmd.h"
#include "import.h"

#include <string.h>

/* ursa import: results of other tools, as a directory that compare and plot read. */

static const struct option_row options[] = {
    { 'o', "output", OPTION_TEXT, 0, "DIR", .text = "out/aixijs",
      .help = "directory to make" },
    { 0 },
};

static int run(struct args *a)
{
    const char *dir; /* the only option */
    struct err err = { 0 };
    size_t runs;
    if (!args_parse(a, &dir))
        return a->status;
    if (strcmp(a->operand[0], "aixijs") != 0)
        return args_fail(a, "cannot import from '%s' (one of aixijs)", a->operand[0]);
    if (!import_aixijs(a->operand + 1, a->n_operands - 1, dir, &runs, &err))
        return args_err(a, &err);
    args_note(a, "%s: %zu runs", dir, runs);
    return EXIT_OK;
}

const struct cmd cmd_import = {
    .group = "Build and connect",
    .name = "import",
    .title = "results of other tools",
    .example = "ursa import aixijs results.json",
    .operands = "aixijs FILE...",
    .options = options,
    .run = run,
};
