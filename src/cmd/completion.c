#include "config.h"

#include "cmd.h"
#include "datafile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ursa completion bash: the completion script, for 'source <(ursa completion bash)'. The
 * script asks 'ursa list' when <Tab> is pressed, which answers from the tables. */

static int print_script(struct args *a)
{
    char *path = data_file("completions", "ursa", "");
    FILE *from = path ? fopen(path, "r") : NULL;
    char buf[4096];
    size_t n;
    if (!from) {
        args_fail(a, "cannot read the completion script%s%s", path ? ": " : "",
                  path ? strerror(errno) : ", which is not where it was installed");
        free(path);
        return EXIT_RUN_FAILED;
    }
    while ((n = fread(buf, 1, sizeof buf, from)) > 0)
        fwrite(buf, 1, n, stdout);
    fclose(from);
    free(path);
    return EXIT_OK;
}

static int run(struct args *a)
{
    if (!args_parse(a, NULL)) /* no option of its own */
        return a->status;
    if (strcmp(a->operand[0], "bash") != 0)
        return args_fail(a, "there is no completion for '%s', only for bash",
                         a->operand[0]);
    return print_script(a);
}

const struct cmd cmd_completion = {
    .group = "Build and connect",
    .name = "completion",
    .title = "completion for the shell",
    .example = "ursa completion bash",
    .operands = "bash",
    .run = run,
};
