#include "config.h"

#include "cmd.h"
#include "suggest.h"

#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <string.h>

const struct cmd cmd_table[] = { { 0 } };

static void usage(FILE *to)
{
    const char *group = "";
    fprintf(to, "Usage: ursa [--version] [--help] COMMAND [ARGS]\n");
    for (const struct cmd *c = cmd_table; c->name; c++) {
        if (strcmp(group, c->group) != 0)
            fprintf(to, "\n%s\n", group = c->group);
        fprintf(to, "  %-10s %-40s %s\n", c->name, c->title, c->example);
    }
}

int main(int argc, char **argv)
{
    gsl_set_error_handler_off(); /* the default aborts; results are checked */
    if (argc < 2) {
        usage(stdout);
        return EXIT_USAGE;
    }
    const char *names[64];
    size_t n = 0;
    for (const struct cmd *c = cmd_table; c->name; c++) {
        if (!strcmp(c->name, argv[1]))
            return c->run(argc - 1, argv + 1);
        names[n++] = c->name;
    }
    char hint[200];
    suggest(hint, sizeof hint, argv[1], names, n);
    fprintf(stderr, "ursa: '%s' is not a command%s\n", argv[1], hint);
    return EXIT_USAGE;
}
