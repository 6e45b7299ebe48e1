#ifndef OPTIONS_H
#define OPTIONS_H

#include "err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The options of a command as data. From one table come the parser (getopt_long), --help,
 * --usage, the shell completion and the test of the manual. */
enum { OPT_LONG = 256 }; /* ids from here on have no letter */

struct option_row {
    int id;           /* letter, or OPT_LONG and up; 0 closes the table */
    const char *name; /* long name */
    const char *arg;  /* "N", "FILE", "auto|always|never"; NULL: a flag */
    const char *help; /* one line, lower case, no full stop */
};

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct cmd;

/* One call of a command. A command reads it with
 *     while ((c = args_next(a)) > 0)
 *         switch (c) { case 's': use a->value; ... }
 *     if (c < 0) return a->status;
 *     use a->operand[0 .. a->n_operands - 1]
 * Common options never reach it. */
struct args {
    const struct cmd *cmd;
    int verbosity; /* -1 quiet, 0, 1, 2 ... */
    enum color color;
    bool json;

    const char *value; /* of the option just returned; NULL: a flag */
    char **operand;
    size_t n_operands;
    int status; /* exit status when args_next() says stop */

    int id;   /* private from here: of the option just returned */
    int argc; /* argv[0] is the command's name */
    char **argv;
    struct option *longs; /* owned */
    char *letters;        /* owned */
};

enum { ARGS_END = 0, ARGS_STOP = -1 };

/* The next option's id; ARGS_END when the operands are ready and as many as the command
 * takes; ARGS_STOP when the call is over (--help was shown, or the mistake was told). */
int args_next(struct args *a);
void args_release(struct args *a);

/* The integer in a->value, in [min, max]. False: told, and a->status set. */
bool args_int(struct args *a, long long min, long long max, long long *out);

/* "ursa run: text" on stderr; returns EXIT_USAGE so that "return args_fail(...)" reads well. */
int args_fail(struct args *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The lines of *err the same way, FILE:LINE:COL: and quoted lines without the prefix. */
int args_err(struct args *a, const struct err *err);
/* The warnings that *err holds after something worked; not with -q. */
void args_warn(const struct args *a, const struct err *err);
/* A remark; not with -q. */
void args_note(const struct args *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Whether to colour fd: --color, then NO_COLOR, then CLICOLOR_FORCE and FORCE_COLOR, then a
 * terminal that is not dumb. */
bool args_color(const struct args *a, int fd);

/* Rows every command takes; --json only where the command says so. */
extern const struct option_row common_options[];
bool option_applies(const struct cmd *cmd, const struct option_row *common);

#endif
