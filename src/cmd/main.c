#include "config.h"

#include "cmd.h"
#include "suggest.h"

#include <errno.h>
#include <gsl/gsl_errno.h>
#include <locale.h>
#include <signal.h>
#include <string.h>

#define CMD(x) extern const struct cmd cmd_##x;
#include "commands.def"
#undef CMD
#define CMD(x) &cmd_##x,
const struct cmd *const cmd_table[] = {
#include "commands.def"
    NULL
};
#undef CMD

const struct cmd *cmd_find(const char *name)
{
    for (const struct cmd *const *c = cmd_table; *c; c++)
        if (!strcmp((*c)->name, name))
            return *c;
    return NULL;
}

void cmd_suggest(const char *name, char *buf, size_t n)
{
    const char *names[64] = { NULL };
    size_t count = 0;
    for (; cmd_table[count] && count < 64; count++)
        names[count] = cmd_table[count]->name;
    suggest(buf, n, name, names, count);
}

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

static int run_command(struct args *top)
{
    const char *name = top->operand[0];
    const struct cmd *cmd = cmd_find(name);
    if (!cmd) {
        char hint[200];
        cmd_suggest(name, hint, sizeof hint);
        fprintf(stderr, "ursa: '%s' is not a command%s\n", name, hint);
        return EXIT_USAGE;
    }
    struct args a = { .cmd = cmd,
                      .verbosity = top->verbosity,
                      .color = top->color,
                      .argc = (int)top->n_operands,
                      .argv = top->operand };
    int status = cmd->run(&a);
    args_release(&a);
    return finish_output(&a, status);
}

int main(int argc, char **argv)
{
    struct args a = { .cmd = &program, .argc = argc, .argv = argv };
    int status;
    gsl_set_error_handler_off(); /* the default aborts; results are checked */
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error to report, not a death */
    int c = args_next(&a);
    if (c == ARGS_STOP) {
        status = finish_output(&a, a.status);
    } else if (!a.n_operands) {
        cmd_overview(stdout);
        status = finish_output(&a, EXIT_USAGE);
    } else {
        status = run_command(&a);
    }
    args_release(&a);
    return status;
}
