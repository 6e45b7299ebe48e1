#include "config.h"

#include "cmd.h"
#include "suggest.h"
#include "xalloc.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OPT_COLOR = 10000, OPT_JSON, OPT_USAGE };

const struct option_row common_options[] = {
    { 'q', "quiet", NULL, "errors only" },
    { 'v', "verbose", NULL, "say more; repeat for still more" },
    { OPT_COLOR, "color", "auto|always|never", "colour the output" },
    { OPT_JSON, "json", NULL, "machine-readable output, one object per result" },
    { 'C', "chdir", "DIR", "change to DIR first" },
    { 'h', "help", NULL, "show this help" },
    { OPT_USAGE, "usage", NULL, "show the options in short" },
    { 'V', "version", NULL, "show the version; with -v libraries and a self-test" },
    { 0 },
};

bool option_applies(const struct cmd *cmd, const struct option_row *common)
{
    return common->id != OPT_JSON || cmd->json;
}

/* ---- messages */

static void prefix(const struct args *a)
{
    fprintf(stderr, a->cmd->group ? "ursa %s: " : "%s: ", a->cmd->name);
}

int args_fail(struct args *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    prefix(a);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    return a->status = EXIT_USAGE;
}

void args_note(const struct args *a, const char *fmt, ...)
{
    if (a->verbosity < 0)
        return;
    va_list ap;
    va_start(ap, fmt);
    prefix(a);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
}

/* Lines that speak for themselves: quoted text, "FILE:LINE:COL: error:", "FILE: warning:". */
static bool stands_alone(const char *line, size_t len)
{
    static const char *const mark[] = { ": error: ", ": warning: ", ": note: " };
    if (len == 0 || *line == ' ')
        return true;
    for (size_t i = 0; i < sizeof mark / sizeof *mark; i++) {
        const char *at = strstr(line, mark[i]);
        if (at && at < line + len)
            return true;
    }
    return false;
}

static void print_lines(const struct args *a, const char *text)
{
    for (const char *line = text; *line;) {
        size_t len = strcspn(line, "\n");
        if (!stands_alone(line, len))
            prefix(a);
        fprintf(stderr, "%.*s\n", (int)len, line);
        line += len + (line[len] == '\n');
    }
}

int args_err(struct args *a, const struct err *err)
{
    print_lines(a, err->text);
    return a->status = EXIT_USAGE;
}

void args_warn(const struct args *a, const struct err *err)
{
    if (a->verbosity >= 0)
        print_lines(a, err->text);
}

bool args_color(const struct args *a, int fd)
{
    static const char *const force[] = { "CLICOLOR_FORCE", "FORCE_COLOR" };
    if (a->color != COLOR_AUTO)
        return a->color == COLOR_ALWAYS;
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    if (no && *no)
        return false;
    for (size_t i = 0; i < 2; i++) {
        const char *yes = getenv(force[i]);
        if (yes && *yes && strcmp(yes, "0") != 0)
            return true;
    }
    return isatty(fd) && (!term || strcmp(term, "dumb") != 0);
}

/* ---- parsing */

/* The i-th row that applies to the command: its own first; NULL past the last. */
static const struct option_row *row_at(const struct cmd *cmd, size_t i)
{
    for (const struct option_row *r = cmd->options; r && r->id; r++)
        if (i-- == 0)
            return r;
    for (const struct option_row *r = common_options; r->id; r++)
        if (option_applies(cmd, r) && i-- == 0)
            return r;
    return NULL;
}

/* The row of an option that getopt_long() found. */
static const struct option_row *row_of(const struct cmd *cmd, int id)
{
    const struct option_row *r = cmd->options;
    while (r && r->id && r->id != id)
        r++;
    if (r && r->id)
        return r;
    for (r = common_options; r->id; r++)
        if (r->id == id)
            return r;
    bug("option %d is in no table", id);
}

/* The tables of getopt_long. A program (a cmd without group) stops at the first operand. */
static void prepare(struct args *a)
{
    const struct option_row *r;
    size_t n = 0, used = 0;
    while (row_at(a->cmd, n))
        n++;
    a->longs = xcalloc(n + 1, sizeof *a->longs);
    a->letters = xcalloc(2 * n + 3, 1);
    if (!a->cmd->group)
        a->letters[used++] = '+';
    a->letters[used++] = ':';
    for (size_t i = 0; (r = row_at(a->cmd, i)); i++) {
        a->longs[i] = (struct option){ r->name, r->arg ? required_argument : no_argument,
                                       NULL, r->id };
        if (r->id < OPT_LONG) {
            a->letters[used++] = (char)r->id;
            if (r->arg)
                a->letters[used++] = ':';
        }
    }
    optind = 0; /* glibc: start anew */
    opterr = 0;
}

/* "--colr=x" is no option of the command, or "--ver" is the start of several. */
static int unknown_long(struct args *a, const char *typed)
{
    char dashed[64][40], hint[200], name[40];
    const char *names[64], *fits[2];
    const struct option_row *r;
    size_t n = 0, n_fits = 0;
    snprintf(name, sizeof name, "%.*s", (int)strcspn(typed, "="), typed);
    for (; n < 64 && (r = row_at(a->cmd, n)); n++) {
        snprintf(dashed[n], sizeof dashed[n], "--%s", r->name);
        names[n] = dashed[n];
        if (!strncmp(dashed[n], name, strlen(name)) && n_fits < 2)
            fits[n_fits++] = dashed[n];
    }
    if (n_fits > 1)
        return args_fail(a, "option '%s' could be %s or %s", name, fits[0], fits[1]);
    suggest(hint, sizeof hint, name, names, n);
    return args_fail(a, "unknown option '%s'%s", name, hint);
}

static int unknown_option(struct args *a)
{
    const char *typed = a->argv[optind - 1];
    if (!optopt)
        return unknown_long(a, typed);
    if (!strncmp(typed, "--", 2))
        return args_fail(a, "--%s takes no value", row_of(a->cmd, optopt)->name);
    return args_fail(a, "unknown option '-%c'  (ursa%s%s --help)", optopt,
                     a->cmd->group ? " " : "", a->cmd->group ? a->cmd->name : "");
}

static int missing_value(struct args *a)
{
    const struct option_row *r = row_of(a->cmd, optopt);
    return args_fail(a, "--%s needs a value: --%s=%s", r->name, r->name, r->arg);
}

static bool set_color(struct args *a)
{
    static const char *const names[] = { "auto", "always", "never", NULL };
    for (int i = 0; names[i]; i++)
        if (!strcmp(names[i], optarg)) {
            a->color = (enum color)i;
            return true;
        }
    args_fail(a, "--color cannot be '%s' (one of auto, always, never)", optarg);
    return false;
}

static bool change_directory(struct args *a)
{
    if (chdir(optarg) == 0)
        return true;
    args_fail(a, "cannot change to '%s': %s", optarg, strerror(errno));
    return false;
}

/* Acts on a common option; false: the call is over. *was says whether it was one. */
static bool take_common(struct args *a, int id, int *show)
{
    switch (id) {
    case 'q': a->verbosity = -1; return true;
    case 'v': a->verbosity = a->verbosity < 0 ? 1 : a->verbosity + 1; return true;
    case OPT_COLOR: return set_color(a);
    case OPT_JSON: a->json = true; return true;
    case 'C': return change_directory(a);
    default: *show = id; return true; /* help, usage, version: after the others */
    }
}

static bool is_common(int id)
{
    for (const struct option_row *r = common_options; r->id; r++)
        if (r->id == id)
            return true;
    return false;
}

/* How many operands a synopsis takes: "AGENT [ENV...]" from 1 to any number. */
static void count_operands(const char *synopsis, size_t *min, size_t *max)
{
    *min = *max = 0;
    for (const char *w = synopsis ? synopsis : ""; *w; w += strspn(w, " ")) {
        size_t len = strcspn(w, " ");
        *min += *w != '[';
        *max = len > 3 && memmem(w, len, "...", 3) ? SIZE_MAX
               : *max == SIZE_MAX                  ? SIZE_MAX
                                                   : *max + 1;
        w += len;
    }
}

static int take_operands(struct args *a)
{
    size_t min, max;
    count_operands(a->cmd->operands, &min, &max);
    a->operand = a->argv + optind;
    a->n_operands = (size_t)(a->argc - optind);
    if (a->n_operands < min) {
        args_fail(a, "too few operands: usage: ursa %s [OPTION...] %s", a->cmd->name,
                  a->cmd->operands);
        return ARGS_STOP;
    }
    if (a->n_operands > max) {
        args_fail(a, "unexpected operand '%s': usage: ursa %s [OPTION...] %s",
                  a->operand[max], a->cmd->name, a->cmd->operands ? a->cmd->operands : "");
        return ARGS_STOP;
    }
    return ARGS_END;
}

static int show_and_stop(struct args *a, int what)
{
    a->status = EXIT_OK;
    if (what == 'V')
        cmd_version(a->verbosity);
    else if (!a->cmd->group)
        cmd_overview(stdout);
    else if (what == OPT_USAGE)
        cmd_usage(a->cmd, stdout);
    else
        cmd_help(a->cmd, stdout);
    return ARGS_STOP;
}

int args_next(struct args *a)
{
    int show = 0;
    if (!a->longs)
        prepare(a);
    for (;;) {
        int id = getopt_long(a->argc, a->argv, a->letters, a->longs, NULL);
        if (id == -1)
            return show ? show_and_stop(a, show) : take_operands(a);
        if (id == '?')
            return unknown_option(a), ARGS_STOP;
        if (id == ':')
            return missing_value(a), ARGS_STOP;
        if (!is_common(id)) {
            a->value = optarg;
            a->id = id;
            if (!show)
                return id;
        } else if (!take_common(a, id, &show)) {
            return ARGS_STOP;
        }
    }
}

void args_release(struct args *a)
{
    free(a->longs);
    free(a->letters);
    a->longs = NULL;
    a->letters = NULL;
}

bool args_int(struct args *a, long long min, long long max, long long *out)
{
    char *end;
    const char *name = row_of(a->cmd, a->id)->name;
    errno = 0;
    long long x = strtoll(a->value, &end, 10);
    if (end == a->value || *end) {
        args_fail(a, "--%s must be an integer, got '%s'", name, a->value);
        return false;
    }
    if (errno || x < min || x > max) {
        args_fail(a, "--%s=%s is out of range %lld..%lld", name, a->value, min, max);
        return false;
    }
    *out = x;
    return true;
}
