#ifndef OPTIONS_H
#define OPTIONS_H

#include "err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The options of a command as data: from one row come the parser, --help with the default,
 * --usage, the shell completion and the test of the manual. */
enum option_type {
    OPTION_FLAG,   /* bool, made true */
    OPTION_SET,    /* int, made .value */
    OPTION_INT,    /* int64_t in [min, max] */
    OPTION_TIME,   /* double, seconds in [min, max]; typed as 50ms, 2s, 1.5m */
    OPTION_CHOICE, /* int: index into choices; default -1: none */
    OPTION_KIND,   /* const struct kind *: one of a shelf; .text the default */
    OPTION_SPEC, /* the same with parameters, read by the command: const char *, borrowed */
    OPTION_TEXT, /* const char *, borrowed from the command line */
    OPTION_LIST, /* struct list, appended to: the option may be repeated */
    OPTION_TAKE  /* whatever .take does with the value */
};

struct shelf;

struct option_row {
    char letter;      /* 0: none */
    const char *name; /* long name; NULL closes the table */
    enum option_type type;
    size_t offset;   /* of the value in the command's own struct */
    const char *arg; /* "N", "FILE", "KEY=VALUE"; NULL: a flag, or the choices */
    int value;
    double def, min, max; /* a default outside of the range is none */
    const char *const *choices;
    const struct shelf *from; /* KIND, SPEC */
    const char *
        text; /* default of KIND, SPEC, TEXT and TAKE as it would be typed; NULL: none */
    /* Takes a value into the command's struct, the default too. False with *err. */
    bool (*take)(void *config, const char *value, struct err *err);
    const char *help; /* one line, lower case, no full stop; the default is added */
};

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct cmd;

/* One call of a command, which reads it with
 *     if (!args_parse(a, &config))
 *         return a->status;
 * Common options go here. */
struct args {
    const struct cmd *cmd;
    int verbosity; /* -1 quiet, 0, 1, 2 ... */
    enum color color;
    bool json;

    char **operand;
    size_t n_operands;
    int status; /* exit status when args_parse() says stop */
    int show;   /* 'h', 'u' or 'V': --help, --usage or --version is to be shown instead */

    int argc; /* private from here; argv[0] is the command's name */
    char **argv;
    uint64_t given;       /* bit i: the command's row i was */
    struct option *longs; /* owned */
    char *letters;        /* owned */
};

/* Sets *config by the command's table, the defaults first, and the operands, as many as the
 * command takes. False: the call is over, a mistake was told or a->show is set. */
bool args_parse(struct args *a, void *config);
/* Whether an option of the command was typed. */
bool args_given(const struct args *a, const char *name);
void args_release(struct args *a);

/* "ursa run: text" on stderr; returns EXIT_USAGE, for "return args_fail(...)". */
int args_fail(struct args *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The lines of *err the same way, FILE:LINE:COL: and quoted lines without the prefix. */
int args_err(struct args *a, const struct err *err);
/* The warnings that *err holds after something worked; not with -q. */
void args_warn(const struct args *a, const struct err *err);
/* Where -v was said, what programs of others say on standard error is passed on. */
void args_loud(const struct args *a);
/* A remark; not with -q. */
void args_note(const struct args *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* "500M", "2G" as bytes: at least 1M; false with *err, which names --NAME. */
bool option_size(const char *name, const char *value, size_t *bytes, struct err *err);

/* Whether to colour fd: --color, then NO_COLOR, then CLICOLOR_FORCE and FORCE_COLOR, then a
 * terminal that is not dumb. */
bool args_color(const struct args *a, int fd);

/* The i-th row that applies to the command: its own first, then the common ones, --json
 * only where the command says so; NULL past the last. */
const struct option_row *option_at(const struct cmd *cmd, size_t i);
/* How many are the command's own. */
size_t option_count(const struct cmd *cmd);
/* The shape of the value into buf (size n), "" of a flag; returns buf. */
char *option_arg(const struct option_row *r, char *buf, size_t n);
/* The line of help with the default behind. */
char *option_help(const struct option_row *r, char *buf, size_t n);

#endif
