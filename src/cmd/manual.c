#include "config.h"

#include "cmd.h"
#include "datafile.h"
#include "suggest.h"
#include "xalloc.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ursa help [COMMAND | TOPIC]: the manual page, or --help where there is no man(1). */

static const struct {
    const char *topic, *page, *section;
} topics[] = {
    { "agents", "ursa-agents", "7" },
    { "envs", "ursa-envs", "7" },
    { "maps", "ursa-map", "5" },
};
enum { TOPICS = sizeof topics / sizeof *topics };

/* In the child: man(1) with the page's file when the program runs from its source tree. */
static void exec_man(const char *page, const char *section)
{
    char *suffix = xasprintf(".%s", section), *file = data_file("man", page, suffix);
    signal(SIGPIPE, SIG_DFL);
    if (file)
        execlp("man", "man", "-l", file, (char *)NULL);
    else
        execlp("man", "man", section, page, (char *)NULL);
    _exit(127);
}

/* Whether the page was shown. */
static bool show_page(const char *page, const char *section)
{
    int status;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        exec_man(page, section);
    while (child > 0 && waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int show_command(struct args *a, const struct cmd *cmd)
{
    const char *page = cmd->page ? cmd->page : "ursa";
    if (!show_page(page, "1")) {
        args_note(a, "the manual page %s(1) cannot be shown; these are its options", page);
        cmd_help(cmd, stdout);
    }
    return EXIT_OK;
}

static int unknown(struct args *a, const char *what)
{
    const char *names[64];
    char hint[200];
    size_t n = 0;
    for (; cmd_table[n] && n < 32; n++)
        names[n] = cmd_table[n]->name;
    for (size_t i = 0; i < TOPICS; i++)
        names[n++] = topics[i].topic;
    suggest_near(hint, sizeof hint, what, names, n);
    return args_fail(a, "no command or topic '%s'%s", what, hint);
}

static int run(struct args *a)
{
    if (!args_parse(a, NULL)) /* no option of its own */
        return a->status;
    if (!a->n_operands) {
        if (!show_page("ursa", "1"))
            cmd_overview(stdout);
        return EXIT_OK;
    }
    const char *what = a->operand[0];
    const struct cmd *cmd = cmd_find(what);
    if (cmd)
        return show_command(a, cmd);
    for (size_t i = 0; i < TOPICS; i++) {
        if (strcmp(topics[i].topic, what) != 0)
            continue;
        if (show_page(topics[i].page, topics[i].section))
            return EXIT_OK;
        args_fail(a, "the manual page %s(%s) cannot be shown", topics[i].page,
                  topics[i].section);
        return EXIT_RUN_FAILED;
    }
    return unknown(a, what);
}

const struct cmd cmd_help_page = {
    .group = "Build and connect",
    .name = "help",
    .title = "open the manual page of a command",
    .example = "ursa help run",
    .operands = "[COMMAND]",
    .run = run,
};
