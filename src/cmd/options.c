#include "config.h"

#include "cmd.h"
#include "kind.h"
#include "list.h"
#include "mask.h"
#include "param.h"
#include "suggest.h"
#include "xalloc.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the rows every command takes */

static bool take_verbose(void *config, const char *value, struct err *err)
{
    struct args *a = config;
    (void)value;
    (void)err;
    a->verbosity = a->verbosity < 0 ? 1 : a->verbosity + 1;
    return true;
}

static bool take_directory(void *config, const char *value, struct err *err)
{
    (void)config;
    return chdir(value) == 0 || err_system(err, "cannot change to '%s'", value);
}

static const char *const colors[] = { "auto", "always", "never", NULL };

#define AT(field) offsetof(struct args, field)
static const struct option_row common[] = {
    { 'q', "quiet", OPTION_SET, AT(verbosity), NULL, .value = -1, .help = "errors only" },
    { 'v', "verbose", OPTION_TAKE, 0, NULL, .take = take_verbose,
      .help = "say more; repeat for still more" },
    { 0, "color", OPTION_CHOICE, AT(color), NULL, .choices = colors,
      .help = "colour the output" },
    { 0, "json", OPTION_FLAG, AT(json), NULL,
      .help = "machine-readable output, one object per result" },
    { 'C', "chdir", OPTION_TAKE, 0, "DIR", .take = take_directory,
      .help = "change to DIR first" },
    { 'h', "help", OPTION_SET, AT(show), NULL, .value = 'h', .help = "show this help" },
    { 0, "usage", OPTION_SET, AT(show), NULL, .value = 'u',
      .help = "show the options in short" },
    { 'V', "version", OPTION_SET, AT(show), NULL, .value = 'V',
      .help = "show the version; with -v libraries and a self-test" },
    { 0 },
};
#undef AT

const struct option_row *option_at(const struct cmd *cmd, size_t i)
{
    for (const struct option_row *r = cmd->options; r && r->name; r++)
        if (i-- == 0)
            return r;
    for (const struct option_row *r = common; r->name; r++)
        if ((cmd->json || strcmp(r->name, "json") != 0) && i-- == 0)
            return r;
    return NULL;
}

size_t option_count(const struct cmd *cmd)
{
    size_t n = 0;
    while (cmd->options && cmd->options[n].name)
        n++;
    return n;
}

/* As a parameter called `name`, for the types that both have. */
static struct param param_of(const struct option_row *r, const char *name)
{
    return (struct param){ .name = name,
                           .type = r->type == OPTION_INT    ? PARAM_INT
                                   : r->type == OPTION_TIME ? PARAM_TIME
                                   : r->from                ? PARAM_KIND
                                                            : PARAM_CHOICE,
                           .offset = r->offset,
                           .def = r->def,
                           .min = r->min,
                           .max = r->max,
                           .choices = r->choices,
                           .from = r->from };
}

char *option_arg(const struct option_row *r, char *buf, size_t n)
{
    struct param p = param_of(r, r->name);
    snprintf(buf, n, "%s", r->arg ? r->arg : "");
    for (size_t i = 0; (r->choices || r->from) && param_choice(&p, i); i++)
        snprintf(buf + strlen(buf), n - strlen(buf), "%s%s", i ? "|" : "",
                 param_choice(&p, i));
    return buf;
}

static bool takes_value(const struct option_row *r)
{
    return r->arg || r->choices || r->from;
}

/* The default as it would be typed, "" without one. */
static void format_default(const struct option_row *r, char *buf, size_t n)
{
    bool within = r->def >= r->min && r->def <= r->max;
    snprintf(buf, n, "%s", r->text ? r->text : "");
    if (r->type == OPTION_INT && within)
        snprintf(buf, n, "%.0f", r->def);
    else if (r->type == OPTION_TIME && within)
        snprintf(buf, n, "%gs", r->def);
    else if (r->type == OPTION_CHOICE && r->def >= 0)
        snprintf(buf, n, "%s", r->choices[(int)r->def]);
}

char *option_help(const struct option_row *r, char *buf, size_t n)
{
    char def[80];
    format_default(r, def, sizeof def);
    snprintf(buf, n, "%s%s%s%s", r->help, *def ? " (" : "", def, *def ? ")" : "");
    return buf;
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
    mask_vprint(stderr, fmt, ap);
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
    mask_vprint(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
}

/* Lines that speak for themselves: quoted text, "FILE:1:2: error:", "FILE: warning:". */
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
    return a->status = err->machine ? EXIT_RUN_FAILED : EXIT_USAGE;
}

void args_loud(const struct args *a)
{
    if (a->verbosity > 0)
        setenv("URSA_STDERR", "1", 1);
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

enum { ROW = 256 }; /* what getopt_long() calls row i: ROW + i */

/* The tables of getopt_long. A program (a cmd without group) stops at the first operand. */
static void prepare(struct args *a)
{
    const struct option_row *r;
    size_t n = 0, used = 0;
    while (option_at(a->cmd, n))
        n++;
    a->longs = xcalloc(n + 1, sizeof *a->longs);
    a->letters = xcalloc(2 * n + 3, 1);
    if (!a->cmd->group)
        a->letters[used++] = '+';
    a->letters[used++] = ':';
    for (size_t i = 0; (r = option_at(a->cmd, i)); i++) {
        a->longs[i] =
            (struct option){ r->name, takes_value(r) ? required_argument : no_argument,
                             NULL, ROW + (int)i };
        if (r->letter) {
            a->letters[used++] = r->letter;
            if (takes_value(r))
                a->letters[used++] = ':';
        }
    }
    optind = 0; /* glibc: start anew */
    opterr = 0;
}

static const struct option_row *row_at(const struct cmd *cmd, size_t i)
{
    const struct option_row *r = option_at(cmd, i);
    if (!r)
        bug("%s has no option %zu", cmd->name, i);
    return r;
}

/* The place of the row that getopt_long() found by its name or its letter. */
static size_t place_of(const struct cmd *cmd, int id)
{
    size_t i = id >= ROW ? (size_t)(id - ROW) : 0;
    while (id < ROW && row_at(cmd, i)->letter != id)
        i++;
    return i;
}

static void set_default(const struct option_row *r, void *config)
{
    void *at = (char *)config + r->offset;
    switch (r->type) {
    case OPTION_INT: *(int64_t *)at = (int64_t)r->def; break;
    case OPTION_TIME: *(double *)at = r->def; break;
    case OPTION_CHOICE: *(int *)at = (int)r->def; break;
    case OPTION_KIND: *(const struct kind **)at = kind_find(r->from, r->text); break;
    case OPTION_SPEC:
    case OPTION_TEXT: *(const char **)at = r->text; break;
    case OPTION_TAKE:
        if (r->text && !r->take(config, r->text, NULL))
            bug("--%s does not take its default", r->name);
        break;
    default: break; /* as it is */
    }
}

static bool set_value(const struct option_row *r, void *config, const char *value,
                      struct err *err)
{
    void *at = (char *)config + r->offset;
    char dashed[40];
    snprintf(dashed, sizeof dashed, "--%s", r->name);
    struct param p = param_of(r, dashed);
    switch (r->type) {
    case OPTION_FLAG: *(bool *)at = true; return true;
    case OPTION_SET: *(int *)at = r->value; return true;
    case OPTION_SPEC:
    case OPTION_TEXT: *(const char **)at = value; return true;
    case OPTION_LIST: list_append(at, xstrdup(value)); return true;
    case OPTION_TAKE: return r->take(config, value, err);
    default: return param_set(&p, config, value, err);
    }
}

/* "--colr=x" is no option of the command, or "--ver" is the start of several. */
static void unknown_long(struct args *a, const char *typed)
{
    char dashed[64][40], hint[200], name[40];
    const char *names[64], *fits[2];
    const struct option_row *r;
    size_t n = 0, n_fits = 0;
    snprintf(name, sizeof name, "%.*s", (int)strcspn(typed, "="), typed);
    for (; n < 64 && (r = option_at(a->cmd, n)); n++) {
        snprintf(dashed[n], sizeof dashed[n], "--%s", r->name);
        names[n] = dashed[n];
        if (!strncmp(dashed[n], name, strlen(name)) && n_fits < 2)
            fits[n_fits++] = dashed[n];
    }
    suggest_near(hint, sizeof hint, name, names, n);
    if (n_fits > 1)
        args_fail(a, "option '%s' could be %s or %s", name, fits[0], fits[1]);
    else if (!strcmp(name, "--json") && a->cmd->group)
        args_fail(a, "%s prints no JSON, and takes no --json", a->cmd->name);
    else
        args_fail(a, "unknown option '%s'%s", name, hint);
}

static void unknown_option(struct args *a)
{
    const char *typed = a->argv[optind - 1];
    if (!optopt)
        unknown_long(a, typed);
    else if (!strncmp(typed, "--", 2))
        args_fail(a, "--%s takes no value", row_at(a->cmd, place_of(a->cmd, optopt))->name);
    else
        args_fail(a, "unknown option '-%c'  (ursa%s%s --help)", optopt,
                  a->cmd->group ? " " : "", a->cmd->group ? a->cmd->name : "");
}

static void missing_value(struct args *a)
{
    const struct option_row *r = row_at(a->cmd, place_of(a->cmd, optopt));
    char arg[200];
    args_fail(a, "--%s needs a value: --%s=%s", r->name, r->name,
              option_arg(r, arg, sizeof arg));
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

static bool take_operands(struct args *a)
{
    size_t min, max;
    count_operands(a->cmd->operands, &min, &max);
    a->operand = a->argv + optind;
    a->n_operands = (size_t)(a->argc - optind);
    if (a->n_operands < min)
        args_fail(a, "too few operands: usage: ursa %s [OPTION...] %s", a->cmd->name,
                  a->cmd->operands);
    else if (a->n_operands > max)
        args_fail(a, "unexpected operand '%s': usage: ursa %s [OPTION...] %s",
                  a->operand[max], a->cmd->name, a->cmd->operands ? a->cmd->operands : "");
    return a->n_operands >= min && a->n_operands <= max;
}

/* One option that was typed; common ones alone once something is to be shown. */
static bool take_option(struct args *a, void *config, int id)
{
    struct err err = { 0 };
    size_t i = place_of(a->cmd, id);
    bool own = i < option_count(a->cmd);
    if (own && a->show)
        return true;
    a->given |= own ? UINT64_C(1) << i : 0;
    if (set_value(row_at(a->cmd, i), own ? config : a, optarg, &err))
        return true;
    args_err(a, &err);
    return false;
}

bool args_parse(struct args *a, void *config)
{
    prepare(a);
    for (size_t i = 0; i < option_count(a->cmd); i++)
        set_default(&a->cmd->options[i], config);
    int id;
    while ((id = getopt_long(a->argc, a->argv, a->letters, a->longs, NULL)) != -1) {
        if (id == '?')
            return unknown_option(a), false;
        if (id == ':')
            return missing_value(a), false;
        if (!take_option(a, config, id))
            return false;
    }
    return !a->show && take_operands(a);
}

bool args_given(const struct args *a, const char *name)
{
    for (size_t i = 0; i < option_count(a->cmd); i++)
        if (!strcmp(a->cmd->options[i].name, name))
            return a->given >> i & 1;
    bug("%s has no option --%s", a->cmd->name, name);
}

void args_release(struct args *a)
{
    free(a->longs);
    free(a->letters);
    a->longs = NULL;
    a->letters = NULL;
}

bool option_size(const char *name, const char *value, size_t *bytes, struct err *err)
{
    static const char units[] = "KMGT";
    char *end;
    double x = strtod(value, &end);
    const char *unit = *end ? strchr(units, *end) : NULL;
    double size = unit ? x * pow(1024, (double)(unit - units + 1)) : x;
    if (end == value || (*end && (!unit || end[1])) || !(size >= 1 && size < 0x1p62))
        return err_set(err, "--%s must be a size such as 500M or 2G, got '%s'", name,
                       value);
    if (size < 0x1p20)
        return err_set(err, "--%s=%s is too little for any run: 1M at least", name, value);
    *bytes = (size_t)size;
    return true;
}
