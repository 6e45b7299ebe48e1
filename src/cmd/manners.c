#include "config.h"

#include "list.h"
#include "manners.h"
#include "registry.h"
#include "spec.h"
#include "xalloc.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { WORDS = 16, HINT = 400 };

/* What was typed, as far as it matters. */
struct typed {
    const struct cmd *cmd;
    int argc;
    char **argv;                                    /* argv[0] is the command */
    const char *at[WORDS];                          /* what is no option, in order */
    const struct kind *agent[WORDS], *world[WORDS]; /* what they name; a game is a world */
    size_t n;
    char *hint; /* [HINT] */
};

__attribute__((format(printf, 2, 3))) static bool say(struct typed *t, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(t->hint, HINT, fmt, ap);
    va_end(ap);
    return true;
}

/* ---- words */

/* Where its parameters begin; NULL: it has none. */
static char *colon_of(const char *spec) { return strchr(spec + spec_origin(spec), ':'); }

/* The kind that a spec names, whatever its parameters, or a file by its name. */
static const struct kind *named(const struct shelf *from, const char *spec)
{
    char name[100];
    struct spec_of file;
    snprintf(name, sizeof name, "%.*s", (int)strcspn(spec, ":"), spec);
    const struct kind *kind = kind_find(from, name);
    bool plugin = !strcmp(name, "lib");
    if (!kind && (plugin || strchr(name, '.')) && kind_parse(&file, from, spec, NULL)) {
        kind = file.kind;
        kind_release(&file);
    }
    return kind;
}

static void look(struct typed *t)
{
    for (int i = 1; i < t->argc && t->n < WORDS; i++) {
        const char *word = t->argv[i];
        if (*word == '-')
            continue;
        t->at[t->n] = word;
        t->agent[t->n] = named(&agent_shelf, word);
        t->world[t->n] = named(&env_shelf, word);
        if (!t->world[t->n])
            t->world[t->n] = named(&game_shelf, word);
        t->n++;
    }
}

static const struct kind *kind_at(const struct typed *t, size_t i)
{
    return t->agent[i] ? t->agent[i] : t->world[i];
}

/* "gridworld:size=5," with another parameter behind. */
static char *with(const char *spec, const char *parameter)
{
    size_t len = strlen(spec);
    while (len && spec[len - 1] == ',')
        len--;
    const char *colon = colon_of(spec);
    return xasprintf("%.*s%s%s", (int)len, spec, colon && colon < spec + len ? "," : ":",
                     parameter);
}

/* ---- mistakes: each says what to type and returns true, or returns false */

/* run gridworld aixi; not play gridworld aixi */
static bool swapped(struct typed *t)
{
    const char *operands = t->cmd->operands ? t->cmd->operands : "";
    if (!strncmp(operands, "ENV", 3) || t->n < 2 || !t->world[0] || t->agent[0] ||
        !t->agent[1])
        return false;
    return say(t, "the agent comes first: ursa %s %s %s", t->cmd->name, t->at[1], t->at[0]);
}

/* run aixi gridworld size=5 */
static bool loose(struct typed *t)
{
    for (size_t i = 1; i < t->n; i++) {
        const char *eq = strchr(t->at[i], '='), *colon = colon_of(t->at[i]);
        if (!eq || (colon && colon < eq) || !kind_at(t, i - 1))
            continue;
        char *spec = with(t->at[i - 1], t->at[i]);
        say(t, "parameters stand behind the name, without blanks: %s", spec);
        free(spec);
        return true;
    }
    return false;
}

/* Whether `at`, a key and its value, may hold a spec: colons are right there. */
static bool takes_spec(const struct kind *k, const char *at)
{
    char key[100];
    snprintf(key, sizeof key, "%.*s", (int)strcspn(at, "="), at);
    const struct param *p = param_find(k->params, key);
    return p && (p->type == PARAM_STRING || p->type == PARAM_SPEC ||
                 p->type == PARAM_SPECS);
}

/* aixi:horizon=8:samples=5 */
static bool colons(struct typed *t)
{
    for (size_t i = 0; i < t->n; i++) {
        const struct kind *k = kind_at(t, i);
        const char *first = colon_of(t->at[i]);
        const char *second = k && first ? strchr(first + 1, ':') : NULL;
        char key[100];
        if (!second || takes_spec(k, first + 1))
            continue;
        snprintf(key, sizeof key, "%.*s", (int)strcspn(second + 1, "="), second + 1);
        if (!param_find(k->params, key))
            continue;
        char *spec = xstrdup(t->at[i]);
        for (char *c = spec + (second - t->at[i]); c; c = strchr(c, ':'))
            *c = ',';
        say(t, "parameters are divided by a comma: %s", spec);
        free(spec);
        return true;
    }
    return false;
}

/* The pairs of a spec that its kind does not have and another word's has. */
static bool anothers(struct typed *t)
{
    for (size_t i = 0; i < t->n; i++) {
        const struct kind *k = kind_at(t, i);
        const char *at = k ? colon_of(t->at[i]) : NULL;
        for (; at; at = strpbrk(at + 1, ",")) {
            char pair[200], key[100];
            snprintf(pair, sizeof pair, "%.*s", (int)strcspn(at + 1, ","), at + 1);
            snprintf(key, sizeof key, "%.*s", (int)strcspn(pair, "="), pair);
            for (size_t j = 0; j < t->n && !param_find(k->params, key); j++) {
                const struct kind *other = kind_at(t, j);
                if (!other || !param_find(other->params, key))
                    continue;
                char *spec = with(t->at[j], pair);
                say(t, "%s has it: %s", other->name, spec);
                free(spec);
                return true;
            }
        }
    }
    return false;
}

static bool has_option(const struct cmd *cmd, const char *name)
{
    const struct option_row *r;
    for (size_t i = 0; (r = option_at(cmd, i)); i++)
        if (!strcmp(r->name, name))
            return true;
    return false;
}

/* --horizon 5 */
static bool parameter_as_option(struct typed *t)
{
    for (int i = 1; i < t->argc; i++) {
        char key[100];
        const char *word = t->argv[i], *eq = strchr(word, '=');
        if (strncmp(word, "--", 2) != 0)
            continue;
        snprintf(key, sizeof key, "%.*s", (int)strcspn(word + 2, "="), word + 2);
        const char *value = eq ? eq + 1 : i + 1 < t->argc ? t->argv[i + 1] : "VALUE";
        for (size_t j = 0; j < t->n && !has_option(t->cmd, key); j++) {
            const struct kind *k = kind_at(t, j);
            if (!k || !param_find(k->params, key))
                continue;
            char *pair = xasprintf("%s=%s", key, value), *spec = with(t->at[j], pair);
            say(t, "%s is a parameter of %s: %s", key, k->name, spec);
            free(pair);
            free(spec);
            return true;
        }
    }
    return false;
}

static bool is_typed(const struct typed *t, const char *option)
{
    for (int i = 1; i < t->argc; i++)
        if (!strncmp(t->argv[i], option, strlen(option)))
            return true;
    return false;
}

/* batch aixi gridworld */
static bool batch_operands(struct typed *t)
{
    if (is_typed(t, "-a") || is_typed(t, "-e") || is_typed(t, "--agent") ||
        is_typed(t, "--env"))
        return false;
    char *text = xstrdup("");
    bool any = false;
    for (size_t i = 0; !strcmp(t->cmd->name, "batch") && i < t->n; i++) {
        if (!kind_at(t, i))
            continue;
        char *longer = xasprintf("%s %s %s", text, t->agent[i] ? "-a" : "-e", t->at[i]);
        free(text);
        text = longer;
        any = true;
    }
    if (any)
        say(t, "agents and worlds are options here: ursa batch%s", text);
    free(text);
    return any;
}

/* The value of a -s or --seed, --seeds in whatever form; NULL: none. */
static const char *seed_value(const struct typed *t, int i)
{
    const char *word = t->argv[i], *eq = strchr(word, '=');
    bool named = !strncmp(word, "--seed", 6);
    if (named && eq)
        return eq + 1;
    if (!strncmp(word, "-s", 2) && word[2])
        return word + 2;
    return (named || !strcmp(word, "-s")) && i + 1 < t->argc ? t->argv[i + 1] : NULL;
}

/* run -s 1-10, run --seeds=1-10 */
static bool many_seeds(struct typed *t)
{
    const char *agent = "AGENT", *env = "ENV";
    for (size_t i = 0; i < t->n; i++) {
        agent = t->agent[i] ? t->at[i] : agent;
        env = t->world[i] ? t->at[i] : env;
    }
    for (int i = 1; i < t->argc && !strcmp(t->cmd->name, "run"); i++) {
        const char *value = seed_value(t, i);
        if (value && strpbrk(value, "-,."))
            return say(t, "a run has one seed; for many: ursa batch -a %s -e %s -s %s",
                       agent, env, value);
    }
    return false;
}

/* Options that other programs have, and what they are here. */
static bool other_names(struct typed *t)
{
    static const struct {
        const char *cmd, *typed, *ours;
    } rows[] = {
        { "plot", "-m", "--metric=NAME" },
        { "plot", "--output", "-o FILE" },
        { "export", "--format", "--csv=FILE, --sqlite=FILE or --rliable=FILE" },
        { "export", "-o", "--csv=FILE, --sqlite=FILE or --rliable=FILE" },
        { "watch", "--record", "--trace=FILE" },
        { "play", "--record", "--trace=FILE" },
        { "run", "--record", "--trace=FILE" },
        { "run", "--output", "--trace=FILE for its cycles, --json for its numbers" },
        { "run", "-n", "-t CYCLES" },
        { "run", "--episodes", "-t CYCLES: there are no episodes" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int k = 1; k < t->argc && !strcmp(rows[i].cmd, t->cmd->name); k++)
            if (!strncmp(t->argv[k], rows[i].typed, strlen(rows[i].typed)))
                return say(t, "%s is here %s", rows[i].typed, rows[i].ours);
    return false;
}

/* watch out/ksa, watch with five agents and a world */
static bool watching(struct typed *t)
{
    struct stat st;
    if (strcmp(t->cmd->name, "watch") != 0 || !t->n)
        return false;
    if (!kind_at(t, 0) && !stat(t->at[0], &st) && S_ISDIR(st.st_mode))
        return say(t, "'%s' is a directory; of results: ursa compare %s", t->at[0],
                   t->at[0]);
    for (size_t i = 0; i + 1 < t->n; i++)
        if (!t->agent[i])
            return false;
    if (t->n < 6 || !t->world[t->n - 1])
        return false;
    return say(t, "four agents side by side: ursa watch %s %s %s %s %s", t->at[0], t->at[1],
               t->at[2], t->at[3], t->at[t->n - 1]);
}

void manners(const struct args *a)
{
    static bool (*const mistakes[])(struct typed *) = {
        swapped,    loose,       colons,   anothers,       parameter_as_option,
        many_seeds, other_names, watching, batch_operands,
    };
    char hint[HINT];
    struct typed t = { .cmd = a->cmd, .argc = a->argc, .argv = a->argv, .hint = hint };
    look(&t);
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++)
        if (mistakes[i](&t)) {
            args_note(a, "%s", hint);
            return;
        }
}
