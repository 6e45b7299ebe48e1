#include "config.h"

#include "cmd.h"
#include "manners.h"
#include "mask.h"
#include "xalloc.h"

#include <errno.h>
#include <gsl/gsl_errno.h>
#include <jansson.h>
#include <locale.h>
#include <signal.h>
#include <string.h>

/* The program itself, for the options before the command. */
static const struct cmd program = { .name = "ursa", .operands = "[COMMAND] [ARGS...]" };

/* What was printed must have arrived: a full disk or a closed pipe is a failure. */
static int finish_output(struct args *a, int status)
{
    bool lost = ferror(stdout) != 0;
    errno = 0;
    if (fclose(stdout) != 0 || lost) {
        args_fail(a, "cannot write to standard output%s%s", errno ? ": " : "",
                  errno ? strerror(errno) : "");
        return status ? status : EXIT_RUN_FAILED;
    }
    return status;
}

static void show(const struct args *a)
{
    if (a->show == 'V')
        cmd_version(a->verbosity);
    else if (!a->cmd->group)
        cmd_overview(stdout);
    else if (a->show == 'u')
        cmd_usage(a->cmd, stdout);
    else
        cmd_help(a->cmd, stdout);
}

static int run_command(struct args *top)
{
    const char *name = top->operand[0];
    const struct cmd *cmd = cmd_find(name);
    if (!cmd) {
        char hint[200];
        cmd_suggest(name, hint, sizeof hint);
        mask_print(stderr, "ursa: '%s' is not a command%s\n", name, hint);
        return EXIT_USAGE;
    }
    struct args a = { .cmd = cmd,
                      .verbosity = top->verbosity,
                      .color = top->color,
                      .argc = (int)top->n_operands,
                      .argv = top->operand };
    int status = cmd->run(&a);
    if (a.show)
        show(&a);
    else if (status == EXIT_USAGE)
        manners(&a);
    args_release(&a);
    return finish_output(&a, status);
}

/* The results of the JSON library need no look: it ends the program as ours does. */
static void *alloc(size_t n) { return xcalloc(n, 1); }

int main(int argc, char **argv)
{
    struct args a = { .cmd = &program, .argc = argc, .argv = argv };
    int status;
    gsl_set_error_handler_off(); /* the default aborts; results are checked */
    json_set_alloc_funcs(alloc, free);
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error to report, not a death */
    signal(SIGXFSZ, SIG_IGN); /* so is a file that may not grow */
    if (args_parse(&a, NULL) && a.n_operands) {
        status = run_command(&a);
    } else {
        if (a.show)
            show(&a);
        else if (!a.status)
            cmd_overview(stdout);
        status = finish_output(&a, a.show || a.status ? a.status : EXIT_USAGE);
    }
    args_release(&a);
    return status;
}
