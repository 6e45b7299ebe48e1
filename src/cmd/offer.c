#include "config.h"

#include "offer.h"

#include "bench.h"
#include "cmd.h"
#include "groups.h"
#include "kind.h"
#include "list.h"
#include "list_names.h"
#include "mask.h"
#include "registry.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

/* The word being typed: what of it stays, and what is asked for behind. */
struct typed {
    char *before; /* owned */
    const char *part;
    bool within;      /* a spec whose name is told: nothing else may stand there */
    struct list told; /* each once */
    char *const *word;
    size_t n; /* words before it, of the whole line */
};

static void put(void *to, const char *name, const char *title)
{
    struct typed *t = to;
    if (strncmp(name, t->part, strlen(t->part)) != 0)
        return;
    for (size_t i = 0; i < t->told.n; i++)
        if (strcmp(t->told.at[i], name) == 0)
            return;
    list_append(&t->told, xstrdup(name));
    mask_print(stdout, "%s%s", t->before, name);
    putchar('\t');
    mask_print(stdout, "%s\n", title);
}

static void put_files(const struct typed *t, const char *suffixes)
{
    fputs(":files\t", stdout);
    mask_print(stdout, "%s", t->before);
    printf("\t%s\n", suffixes);
}

/* The first `len` bytes of the part stay from now on. */
static void keep(struct typed *t, size_t len)
{
    char *before = xasprintf("%s%.*s", t->before, (int)len, t->part);
    free(t->before);
    t->before = before;
    t->part += len;
}

/* Keeps all up to the last of these characters. */
static void keep_items(struct typed *t, const char *separators)
{
    size_t len = strlen(t->part);
    while (len > 0 && !strchr(separators, t->part[len - 1]))
        len--;
    keep(t, len);
}

/* ---- specs */

static void put_shelf(struct typed *t, const struct shelf *from)
{
    for (size_t i = 0; from->at[i]; i++)
        if (!from->at[i]->form_of)
            put(t, from->at[i]->name, from->at[i]->title);
}

/* NAME or NAME-vN, the first `len` bytes of text, on any shelf. */
static const struct kind *kind_of(const char *text, size_t len)
{
    char name[80];
    snprintf(name, sizeof name, "%.*s", (int)len, text);
    char *version = strstr(name, "-v");
    const struct kind *k = NULL;
    for (int round = 0; round < 2 && !k; round++) {
        for (const struct shelf *const *at = shelves; *at && !k; at++)
            k = kind_find(*at, name);
        if (version)
            *version = '\0';
    }
    return k;
}

static void put_keys(struct typed *t, const struct kind *k)
{
    for (struct param_walk w = { .table = k->params }; param_next(&w);) {
        char key[80];
        snprintf(key, sizeof key, "%s=", w.p->name);
        put(t, key, w.p->help);
    }
}

static void put_spec(struct typed *t, const struct kind *k, const char *separators);

/* The value of a row. */
static void put_value(struct typed *t, const struct param *p)
{
    bool spec = p->type == PARAM_SPEC || p->type == PARAM_SPECS;
    if (p->type == PARAM_SPECS)
        keep_items(t, "+");
    const char *colon = spec ? strchr(t->part, ':') : NULL;
    const struct kind *k = colon ? kind_of(t->part, (size_t)(colon - t->part)) : NULL;
    if (k)
        put_spec(t, k, ":");
    else if (spec)
        put_shelf(t, p->from);
    else if (p->unit && strncmp(p->unit, "FILE", 4) == 0)
        put_files(t, "");
    for (size_t i = 0; (p->choices || p->type == PARAM_KIND) && param_choice(p, i); i++)
        put(t, param_choice(p, i), "");
}

/* KEY= or the value behind it, of any of these. */
static bool put_pair(struct typed *t, const struct kind *k)
{
    size_t len = strcspn(t->part, "=");
    char *key = xasprintf("%.*s", (int)len, t->part);
    struct param_walk w = { .table = k->params };
    bool has = t->part[len] && param_seek(&w, key);
    free(key);
    if (!t->part[len])
        put_keys(t, k);
    if (has) {
        keep(t, len + 1);
        put_value(t, w.p);
    }
    return has;
}

/* "NAME:key=value,..." from its first colon on. */
static void put_spec(struct typed *t, const struct kind *k, const char *separators)
{
    keep(t, strcspn(t->part, ":") + 1);
    size_t item = strlen(t->part);
    while (item > 0 && !strchr(separators, t->part[item - 1]))
        item--;
    keep(t, item);
    put_pair(t, k);
}

/* KEY=VALUE of -L: rows of whatever the line names. */
static void put_setting(struct typed *t)
{
    for (size_t i = 0; i < t->n; i++) {
        const char *name = t->word[i];
        const struct kind *k = kind_of(name, strcspn(name, ":"));
        if (k && put_pair(t, k))
            return;
    }
}

/* ---- what the words of synopses stand for */

static void put_rows(struct typed *t)
{
    for (const struct bench_row *const *table = bench_table; *table; table++)
        for (const struct bench_row *r = *table; r->name; r++)
            put(t, r->name, r->title);
}

static void put_groups(struct typed *t)
{
    for (const struct group *g = group_table; g->name; g++)
        put(t, g->name, "all of this group");
}

static void put_dirs(struct typed *t)
{
    fputs(":dirs\t", stdout);
    mask_print(stdout, "%s\n", t->before);
}

static void keep_list(struct typed *t) { keep_items(t, ","); }

static const struct meaning {
    const char *word, *sorts;      /* of "ursa list" */
    const char *files;             /* their suffixes; NULL: none */
    void (*more)(struct typed *t); /* before the names; NULL: nothing */
    bool spec;
} meanings[] = {
    { "AGENT", "agents", NULL, NULL, true },
    { "ENV", "envs", ".pomdp .mdp", NULL, true },
    { "GAME", "games", NULL, NULL, true },
    { "NAME", "agents envs games policies", NULL, NULL, true },
    { "WHAT", "agents envs games", "", NULL, true },
    { "COMMAND", "commands", NULL, NULL, false },
    { "TOPIC", "pages", NULL, NULL, false },
    { "METRICS", "metrics", NULL, keep_list, false },
    { "FAMILY", "families", NULL, NULL, true },
    { "MODEL", "predictors", NULL, NULL, true },
    { "DEMO", "demos", NULL, NULL, false },
    { "EXPERIMENT", "experiments", "", put_groups, false },
    { "MAP", "maps", "", NULL, false },
    { "ROW", "", NULL, put_rows, false },
    { "KEY=VALUE", "", NULL, put_setting, false },
    { "KEY=LIST", "", NULL, put_setting, false },
    { "FILE", "", "", NULL, false },
    { "DIR", "", NULL, put_dirs, false },
};

static void put_sorts(struct typed *t, const char *sorts)
{
    for (size_t n; *sorts; sorts += n + strspn(sorts + n, " ")) {
        char sort[40];
        n = strcspn(sorts, " ");
        snprintf(sort, sizeof sort, "%.*s", (int)n, sorts);
        list_names(sort, put, t);
    }
}

static void put_meaning(struct typed *t, const struct meaning *m)
{
    const char *colon = m->spec ? strchr(t->part, ':') : NULL;
    const struct kind *k = colon ? kind_of(t->part, (size_t)(colon - t->part)) : NULL;
    if (m->more)
        m->more(t);
    t->within = k != NULL;
    if (k)
        put_spec(t, k, ",");
    else if (!colon)
        put_sorts(t, m->sorts);
    if (m->files && !k)
        put_files(t, m->files);
}

static bool put_known(struct typed *t, const char *word)
{
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (strcmp(meanings[i].word, word) == 0) {
            put_meaning(t, &meanings[i]);
            return true;
        }
    return false;
}

/* One word of a synopsis: "AGENT|ENV", "auto|always", without brackets and dots. */
static void put_word(struct typed *t, const char *word, size_t len)
{
    for (size_t n; len > 0 && !t->within; word += n, len -= n) {
        char one[80];
        n = strcspn(word, "|");
        n = n < len ? n : len;
        snprintf(one, sizeof one, "%.*s", (int)n, word);
        if (!put_known(t, one) && *one >= 'a' && *one <= 'z')
            put(t, one, "");
        n += n < len;
    }
}

/* ---- the line */

/* The operand after `n` others; where any number may come, what follows them too. */
static void put_operand(struct typed *t, const char *synopsis, size_t n)
{
    bool more = false;
    for (const char *w = synopsis ? synopsis : ""; *w; w += strspn(w, " ")) {
        size_t len = strcspn(w, " "), from = *w == '[';
        const char *dots = memmem(w, len, "...", 3);
        bool any = dots != NULL;
        size_t to = dots ? (size_t)(dots - w) : len - from;
        if (n == 0 || any)
            put_word(t, w + from, to - from);
        if ((n == 0 && !any) || more)
            return;
        more = any && n > 0;
        if (any && !more)
            return;
        n -= n > 0;
        w += len;
    }
}

/* The row of "--name" or of the letter that ends "-abc", whose value is the next word. */
static const struct option_row *row_before(const struct cmd *cmd, const char *word)
{
    const struct option_row *r;
    char arg[200];
    size_t end = strlen(word);
    for (size_t i = 0; (r = option_at(cmd, i)); i++)
        if (!strncmp(word, "--", 2) ? !strcmp(word + 2, r->name)
                                    : r->letter && word[end - 1] == r->letter)
            return *option_arg(r, arg, sizeof arg) ? r : NULL;
    return NULL;
}

static void put_option_value(struct typed *t, const struct option_row *r)
{
    char arg[200];
    option_arg(r, arg, sizeof arg);
    put_word(t, arg, strlen(arg));
}

static void put_options(struct typed *t, const struct cmd *cmd)
{
    const struct option_row *r;
    char name[80], help[240];
    size_t len = strcspn(t->part, "=");
    for (size_t i = 0; (r = option_at(cmd, i)); i++) {
        snprintf(name, sizeof name, "--%s", r->name);
        if (t->part[len] && strlen(name) == len && !strncmp(name, t->part, len)) {
            keep(t, len + 1);
            put_option_value(t, r);
            return;
        }
        option_help(r, help, sizeof help);
        put(t, name, help);
        snprintf(name, sizeof name, "-%c", r->letter);
        if (r->letter)
            put(t, name, help);
    }
}

void offer(char *const word[], size_t n)
{
    static const struct cmd none = { 0 };
    const struct cmd *cmd = &none;
    const struct option_row *value = NULL;
    size_t operands = 0;
    bool closed = false;
    struct typed t = { .before = xstrdup(""), .word = word, .n = n ? n - 1 : 0 };
    t.part = n ? word[n - 1] : "";
    for (size_t i = 0; i < t.n && cmd; i++) {
        if (value)
            value = NULL;
        else if (!closed && word[i][0] == '-' && word[i][1])
            closed = !strcmp(word[i], "--"), value = row_before(cmd, word[i]);
        else if (cmd == &none)
            cmd = cmd_find(word[i]);
        else
            operands++;
    }
    if (value)
        put_option_value(&t, value);
    else if (cmd && !closed && *t.part == '-')
        put_options(&t, cmd);
    else if (cmd == &none)
        list_names("commands", put, &t);
    else if (cmd)
        put_operand(&t, cmd->operands, operands);
    free(t.before);
    list_release(&t.told);
}
