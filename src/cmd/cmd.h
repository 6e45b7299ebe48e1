#ifndef CMD_H
#define CMD_H

#include "options.h"

#include <stdio.h>

/* Exit statuses every command shares; ursa(1) EXIT STATUS. */
enum {
    EXIT_OK = 0,
    EXIT_RUN_FAILED = 1,  /* it ran, but at least one run failed, or output was lost */
    EXIT_USAGE = 2,       /* usage, experiment or map error; nothing was run */
    EXIT_ASSERT = 3,      /* compare --assert not met */
    EXIT_DIFFERS = 4,     /* replay --verify or check found something */
    EXIT_INTERRUPTED = 75 /* the same command continues */
};

/* A subcommand. A file src/cmd/NAME.c exports one as cmd_NAME, a line in commands.def lists
 * it. run() returns an exit status; what it prints on stdout is flushed and checked
 * after. */
struct cmd {
    const char *group; /* heading in the overview */
    const char *name;
    const char *title;    /* one line, no full stop */
    const char *example;  /* one whole command line */
    const char *operands; /* "AGENT ENV", "[NAME...]", choices a|b; what completion knows
                           * such words to stand for is a table of offer.c */
    const struct option_row *options; /* closed by a NULL name; NULL: none of its own */
    const char *page;                 /* manual page; NULL: ursa */
    bool json;                        /* takes --json */
    int (*run)(struct args *a);
};
extern const struct cmd *const cmd_table[]; /* closed by NULL */

const struct cmd *cmd_find(const char *name);
/* Writes "; did you mean ...?" or "" for a name that is not a command. */
void cmd_suggest(const char *name, char *buf, size_t n);

void cmd_overview(FILE *to);
void cmd_usage(const struct cmd *cmd, FILE *to); /* all options in short, wrapped */
void cmd_help(const struct cmd *cmd, FILE *to);
void cmd_version(int verbosity);

#endif
