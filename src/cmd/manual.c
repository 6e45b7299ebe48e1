#include "config.h"

#include "cmd.h"
#include "datafile.h"
#include "suggest.h"
#include "topics.h"
#include "xalloc.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

/* ursa help [COMMAND | TOPIC | WORD]: the manual page, or --help where there is no man(1);
 * of an agent, a world, a model, a parameter, a word of the field its entry. */

/* Pages whose entries can be asked for, those of things with names first; what the
 * glossary, the last, says of a word is told too. */
static const struct topic pages[] = {
    { "", "ursa-agents", "7" },     { "", "ursa-envs", "7" },    { "", "ursa-models", "7" },
    { "", "ursa-demo", "5" },       { "", "ursa-map", "5" },     { "", "ursa-mdp", "5" },
    { "", "ursa-experiment", "5" }, { "", "ursa-results", "5" }, { "", "ursa", "1" },
    { "", "ursa-compare", "1" },    { "", "ursa-games", "7" },
};
static const struct topic glossary = { "", "ursa-glossary", "7" };

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

/* The page as text, lines of which the caller reads; NULL: it cannot be had. */
static FILE *page_text(const struct topic *t, pid_t *child)
{
    int to[2];
    fflush(stdout);
    if (pipe(to))
        return NULL;
    *child = fork();
    if (*child == 0) {
        dup2(to[1], STDOUT_FILENO);
        close(to[0]);
        close(to[1]);
        setenv("MANPAGER", "cat", 1);
        setenv("MANOPT", "--no-hyphenation", 1);
        exec_man(t->page, t->section);
    }
    close(to[1]);
    FILE *from = *child > 0 ? fdopen(to[0], "r") : NULL;
    if (!from)
        close(to[0]);
    return from;
}

/* Whether a line of a page begins the entry of `name`: a tag, alone or with its values.
 * Those of things and of words stand nearer the margin than prose in lists; one of seven
 * letters just has room for its text. */
static bool begins(const char *line, const char *name)
{
    size_t indent = strspn(line, " "), len = strlen(name);
    const char *at = line + indent;
    if (!indent || strncasecmp(at, name, len) != 0)
        return false;
    bool value = at[len] == '=' || (at[len] == ' ' && at[len + 1] == '(');
    bool alone = at[len] == '\n' || at[len] == ':' ||
                 (at[len] == ' ' && (strchr(" :", at[len + 1]) || len == 7));
    return value || (alone && indent < 8);
}

/* Prints the entry: its line and those that are indented deeper. False: the page has
 * none. */
static bool print_entry(const struct topic *t, const char *name)
{
    char *line = NULL;
    size_t cap = 0, indent = 0;
    bool inside = false, found = false;
    pid_t child;
    FILE *from = page_text(t, &child);
    while (from && xgetline(&line, &cap, from) > 0) {
        size_t in = strspn(line, " ");
        if (inside && line[in] != '\n' && in <= indent)
            inside = false;
        if (!inside && !found && begins(line, name)) {
            inside = found = true;
            indent = in;
            printf("%s(%s)\n", t->page, t->section);
        }
        if (inside)
            fputs(line, stdout);
    }
    free(line);
    if (from) {
        fclose(from);
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
            continue;
    }
    return found;
}

static bool show_entry(const char *name)
{
    bool found = false;
    for (size_t i = 0; i < sizeof pages / sizeof *pages && !found; i++)
        found = print_entry(&pages[i], name);
    return print_entry(&glossary, name) || found;
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
    const char *names[128];
    char hint[200];
    size_t n = 0;
    for (; cmd_table[n] && n < 64; n++)
        names[n] = cmd_table[n]->name;
    for (const struct topic *t = topic_table; t->word && n < 128; t++)
        names[n++] = t->word;
    suggest_near(hint, sizeof hint, what, names, n);
    return args_fail(a,
                     "no command, topic, agent, world, model, parameter or word '%s'%s  "
                     "(ursa list pages)",
                     what, hint);
}

static int show_topic(struct args *a, const struct topic *t)
{
    if (show_page(t->page, t->section))
        return EXIT_OK;
    args_fail(a, "the manual page %s(%s) cannot be shown", t->page, t->section);
    return EXIT_RUN_FAILED;
}

/* What changed since the last release. */
static int show_news(struct args *a)
{
    char *path = data_file(".", "NEWS", ""), *line = NULL;
    FILE *from = path ? fopen(path, "r") : NULL;
    size_t cap = 0;
    while (from && getline(&line, &cap, from) > 0)
        fputs(line, stdout);
    free(line);
    free(path);
    if (!from) {
        args_fail(a, "cannot read NEWS, which is not where it was installed");
        return EXIT_RUN_FAILED;
    }
    fclose(from);
    return EXIT_OK;
}

/* A topic by its word, by the name of its page or by both, as in "ursa-map(5)". */
static const struct topic *topic_find(const char *what)
{
    const struct topic *t = topic_table;
    for (; t->word; t++) {
        size_t len = strlen(t->page);
        if (!strcmp(what, t->word) ||
            (!strncmp(what, t->page, len) && (!what[len] || what[len] == '(')))
            return t;
    }
    return NULL;
}

static int open_word(struct args *a, const char *what)
{
    const struct cmd *cmd = cmd_find(what);
    const struct topic *t = topic_find(what);
    if (cmd)
        return show_command(a, cmd);
    if (t)
        return show_topic(a, t);
    if (!strcmp(what, "news"))
        return show_news(a);
    return show_entry(what) ? EXIT_OK : unknown(a, what);
}

/* The operands with blanks between, to be freed: "information gain". */
static char *joined(const struct args *a)
{
    char *all = xstrdup(a->operand[0]);
    for (size_t i = 1; i < a->n_operands; i++) {
        char *more = xasprintf("%s %s", all, a->operand[i]);
        free(all);
        all = more;
    }
    return all;
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
    char *what = joined(a);
    int status = open_word(a, what);
    free(what);
    return status;
}

const struct cmd cmd_help_page = {
    .group = "Build and connect",
    .name = "help",
    .title = "the manual, of a word too",
    .example = "ursa help glossary",
    .operands = "[TOPIC...]",
    .run = run,
};
