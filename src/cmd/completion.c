#include "config.h"

#include "cmd.h"
#include "offer.h"

#include <string.h>

/* ursa completion SHELL: the script by which a shell completes, for 'source <(ursa
 * completion bash)'. Each asks 'ursa completion offer' when <Tab> is pressed, which answers
 * from the tables (offer.h). */

#include "scripts.inc"

static int run(struct args *a)
{
    if (!args_parse(a, NULL)) /* no option of its own */
        return a->status;
    if (strcmp(a->operand[0], "offer") == 0) {
        offer(a->operand + 1, a->n_operands - 1);
        return EXIT_OK;
    }
    if (a->n_operands > 1)
        return args_fail(a, "unexpected operand '%s'", a->operand[1]);
    for (size_t i = 0; scripts[i].shell; i++) {
        if (strcmp(a->operand[0], scripts[i].shell) != 0)
            continue;
        for (const char *const *line = scripts[i].line; *line; line++)
            puts(*line);
        return EXIT_OK;
    }
    return args_fail(a, "there is no completion for '%s', only for bash, zsh and fish",
                     a->operand[0]);
}

const struct cmd cmd_completion = {
    .group = "Build and connect",
    .name = "completion",
    .title = "completion for the shell",
    .example = "ursa completion bash",
    .operands = "bash|zsh|fish|offer [WORD...]",
    .run = run,
};
