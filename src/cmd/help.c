#include "config.h"

#include "cmd.h"
#include "lp.h"
#include "rng.h"

#include <gsl/gsl_version.h>
#include <jansson.h>
#include <string.h>

/* What the program says about itself, all from the tables. */

enum { WIDTH = 78, TITLE_WIDTH = 30, HELP_COLUMN = 28 };

void cmd_overview(FILE *to)
{
    const char *group = "";
    fprintf(to, "Usage: ursa [--version] [--help] COMMAND [ARGS]\n");
    for (const struct cmd *const *c = cmd_table; *c; c++) {
        if (strcmp(group, (*c)->group) != 0)
            fprintf(to, "\n%s\n", group = (*c)->group);
        fprintf(to, "  %-10s %-*s %s\n", (*c)->name, TITLE_WIDTH, (*c)->title,
                (*c)->example);
    }
    fprintf(to, "\n'ursa help COMMAND' opens the manual, 'ursa COMMAND --help' lists "
                "the options.\n");
    if (cmd_find("watch"))
        fprintf(to, "'ursa watch --demo' shows the first demonstration, 'ursa list demos' "
                    "all.\n");
}

/* Adds one word to a line that wraps under its own start, a long one after its bars. */
static size_t wrap(FILE *to, size_t column, size_t indent, const char *word)
{
    size_t len = strlen(word);
    if (column + 1 + len > WIDTH) {
        fprintf(to, "\n%*s", (int)indent, "");
        column = indent;
    }
    for (size_t cut; indent + 1 + len > WIDTH; word += cut, len -= cut) {
        for (cut = WIDTH - indent - 1; cut > 0 && word[cut - 1] != '|'; cut--)
            continue;
        if (!cut)
            break;
        fprintf(to, " %.*s\n%*s", (int)cut, word, (int)indent, "");
    }
    fprintf(to, " %s", word);
    return column + 1 + len;
}

/* "  -s, --seed=SEED" into buf. */
static void label(const struct option_row *r, char *buf, size_t n)
{
    char letter[8] = "    ", arg[200];
    if (r->letter)
        snprintf(letter, sizeof letter, "-%c, ", r->letter);
    option_arg(r, arg, sizeof arg);
    snprintf(buf, n, "  %s--%s%s%s", letter, r->name, *arg ? "=" : "", arg);
}

/* A label that is too wide goes on in the next line, after a bar. Returns the column. */
static size_t print_label(FILE *to, const char *left)
{
    enum { INDENT = 8 };
    size_t column = 0, len = strlen(left), cut = WIDTH;
    for (; len + column > WIDTH; left += cut, len -= cut, column = INDENT) {
        for (cut = WIDTH - column; cut > 0 && left[cut - 1] != '|'; cut--)
            continue;
        if (!cut)
            break;
        fprintf(to, "%.*s\n%*s", (int)cut, left, INDENT, "");
    }
    return column + (size_t)fprintf(to, "%-*s", HELP_COLUMN - 1 - (int)column, left);
}

static void print_row(const struct option_row *r, FILE *to)
{
    char left[240], help[240], *rest = NULL;
    label(r, left, sizeof left);
    option_help(r, help, sizeof help);
    size_t column = print_label(to, left);
    if (column >= HELP_COLUMN)
        column = (size_t)fprintf(to, "\n%*s", HELP_COLUMN - 1, "") - 1;
    for (char *word = strtok_r(help, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        column = wrap(to, column, HELP_COLUMN - 1, word);
    fputc('\n', to);
}

static void print_synopsis(const struct cmd *cmd, FILE *to)
{
    size_t indent = (size_t)fprintf(to, "Usage: ursa %s", cmd->name),
           column = wrap(to, indent, indent, "[OPTION...]");
    if (cmd->operands)
        wrap(to, column, indent, cmd->operands);
    fputc('\n', to);
}

void cmd_help(const struct cmd *cmd, FILE *to)
{
    const struct option_row *r;
    print_synopsis(cmd, to);
    fprintf(to, "%s: %s\n", cmd->name, cmd->title);
    for (size_t i = 0; (r = option_at(cmd, i)); i++) {
        if (i == 0 || i == option_count(cmd))
            fputc('\n', to);
        print_row(r, to);
    }
    fprintf(to, "\nExample: %s\nManual:  ursa help %s\n", cmd->example, cmd->name);
}

void cmd_usage(const struct cmd *cmd, FILE *to)
{
    char word[240], arg[200];
    const struct option_row *r;
    size_t indent = (size_t)fprintf(to, "Usage: ursa %s", cmd->name), column = indent;
    for (size_t i = 0; (r = option_at(cmd, i)); i++) {
        option_arg(r, arg, sizeof arg);
        if (r->letter)
            snprintf(word, sizeof word, "[-%c%s%s]", r->letter, *arg ? " " : "", arg);
        else
            snprintf(word, sizeof word, "[--%s%s%s]", r->name, *arg ? "=" : "", arg);
        column = wrap(to, column, indent, word);
    }
    if (cmd->operands)
        wrap(to, column, indent, cmd->operands);
    fputc('\n', to);
}

/* The first number of a stream is the same on every machine (tests/check_base.c). */
static bool rng_self_test(void)
{
    struct rng r;
    rng_init(&r, &(struct rng_key){ 0, RNG_LAYOUT, "", 0, 0 });
    return rng_u64(&r) == UINT64_C(0x30d6d15657f80646);
}

void cmd_version(int verbosity)
{
    printf("ursa %s\n", PACKAGE_VERSION);
    if (verbosity <= 0)
        return;
    printf("  compiler    %s\n", __VERSION__);
#ifdef NDEBUG
    printf("  assertions  off\n");
#else
    printf("  assertions  on\n");
#endif
    printf("  glpk        %s\n", lp_library());
    printf("  gsl         %s\n", gsl_version);
    printf("  jansson     %s\n", jansson_version_str());
    printf("  random      %s\n", rng_self_test() ? "self-test passed" : "SELF-TEST FAILED");
}
