#include "config.h"

#include "cmd.h"
#include "datafile.h"
#include "experiment.h"
#include "groups.h"
#include "keys.h"
#include "list_names.h"
#include "mask.h"
#include "metrics.h"
#include "output.h"
#include "registry.h"
#include "suggest.h"
#include "topics.h"
#include "xalloc.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* A table of names on stdout: "name  title", names alone with --names, or JSON. */
struct listing {
    struct args *args;
    bool names;
    int width;       /* columns of a name; 0: 24 */
    json_t *array;   /* with --json */
    list_tell *tell; /* instead of all that */
    void *to;
};

static void entry(struct listing *l, const char *name, const char *title)
{
    if (l->tell)
        l->tell(l->to, name, title ? title : "");
    else if (l->array)
        json_array_append_new(
            l->array, json_pack("{s:s, s:s}", "name", name, "title", title ? title : ""));
    else if (l->names)
        mask_print(stdout, "%s\n", name);
    else
        mask_print(stdout, "%-*s %s\n", l->width ? l->width : 24, name, title ? title : "");
}

static void list_kinds(struct listing *l, const struct shelf *from)
{
    for (size_t i = 0; from->at[i]; i++)
        if (!from->at[i]->form_of)
            entry(l, from->at[i]->name, from->at[i]->title);
}

/* Those that some world has beside those of all. */
static void list_own_families(struct listing *l)
{
    const struct kind *told[256];
    size_t n = 0;
    for (size_t i = 0; env_shelf.at[i]; i++) {
        const struct kind *const *f = ((const struct env_ops *)env_shelf.at[i])->families;
        for (; f && *f; f++) {
            size_t k = 0;
            while (k < n && strcmp(told[k]->name, (*f)->name) != 0)
                k++;
            if (k < n || n == 256 || kind_find(&family_shelf, (*f)->name))
                continue;
            told[n++] = *f;
            entry(l, (*f)->name, (*f)->title);
        }
    }
}

static void list_metrics(struct listing *l)
{
    for (const struct metric_row *m = metric_table; m->name; m++)
        entry(l, m->name, m->help);
    for (size_t i = 0; env_shelf.at[i]; i++)
        for (const struct world_metric *m =
                 ((const struct env_ops *)env_shelf.at[i])->metrics;
             m && m->name; m++)
            entry(l, m->name, m->help);
}

static void list_commands(struct listing *l)
{
    for (const struct cmd *const *c = cmd_table; *c; c++)
        entry(l, (*c)->name, (*c)->title);
}

static void page_entry(struct listing *l, const char *word, const char *page,
                       const char *section)
{
    char title[80];
    snprintf(title, sizeof title, "%s(%s)", page, section);
    entry(l, word, title);
}

/* The manual page that describes each command, and those of topics. */
static void list_pages(struct listing *l)
{
    for (const struct cmd *const *c = cmd_table; *c; c++)
        page_entry(l, (*c)->name, (*c)->page ? (*c)->page : "ursa", "1");
    for (const struct topic *t = topic_table; t->word; t++)
        page_entry(l, t->word, t->page, t->section);
}

static const struct cmd *command_of(struct listing *l, const char *name)
{
    const struct cmd *cmd = cmd_find(name);
    char hint[200];
    if (cmd)
        return cmd;
    cmd_suggest(name, hint, sizeof hint);
    args_fail(l->args, "'%s' is not a command%s", name, hint);
    return NULL;
}

/* "--seed=N" and "-s=N", with the shape of the value. */
static int list_options(struct listing *l, const char *command)
{
    const struct cmd *cmd = command_of(l, command);
    const struct option_row *r;
    char name[240], arg[200], help[240];
    if (!cmd)
        return EXIT_USAGE;
    for (size_t i = 0; (r = option_at(cmd, i)); i++) {
        option_arg(r, arg, sizeof arg);
        option_help(r, help, sizeof help);
        snprintf(name, sizeof name, "--%s%s%s", r->name, *arg ? "=" : "", arg);
        entry(l, name, help);
        snprintf(name, sizeof name, "-%c%s%s", r->letter, *arg ? "=" : "", arg);
        if (r->letter)
            entry(l, name, help);
    }
    return EXIT_OK;
}

static int list_operands(struct listing *l, const char *command)
{
    const struct cmd *cmd = command_of(l, command);
    if (!cmd)
        return EXIT_USAGE;
    for (const char *w = cmd->operands ? cmd->operands : ""; *w; w += strspn(w, " ")) {
        char word[200];
        size_t len = strcspn(w, " ");
        snprintf(word, sizeof word, "%.*s", (int)len, w);
        entry(l, word, "");
        w += len;
    }
    return EXIT_OK;
}

/* Whether something on an earlier shelf is called so, too, and has the parameter. */
static bool told_before(const char *name, const struct shelf *const *until,
                        const char *param)
{
    for (const struct shelf *const *at = shelves; at != until; at++) {
        const struct kind *k = kind_find(*at, name);
        for (struct param_walk w = { .table = k ? k->params : no_params }; param_next(&w);)
            if (!strcmp(w.p->name, param))
                return true;
    }
    return false;
}

/* Of all that is called so, each once: a world and a game may share a name. */
static int list_params(struct listing *l, const char *name)
{
    bool found = false;
    for (const struct shelf *const *at = shelves; *at; at++) {
        const struct kind *k = kind_find(*at, name);
        found |= k != NULL;
        for (struct param_walk w = { .table = k ? k->params : no_params }; param_next(&w);)
            if (!told_before(name, at, w.p->name))
                entry(l, w.p->name, w.p->help);
    }
    return found ? EXIT_OK : args_fail(l->args, "nothing is called '%s'", name);
}

/* What a shipped file says of itself; the caller frees. */
typedef char *title_fn(const char *path);

/* The line "name: ..." of maps and demonstrations. */
static char *name_line(const char *path)
{
    char line[200], title[200] = "";
    FILE *from = fopen(path, "r");
    while (from && !*title && fgets(line, sizeof line, from))
        if (sscanf(line, "name: %199[^\n]", title) == 1)
            break;
    if (from)
        fclose(from);
    return xstrdup(title);
}

static char *report_title(const char *path)
{
    struct experiment e;
    experiment_init(&e);
    bool ok = experiment_read(&e, path, NULL);
    char *title = xstrdup(ok && e.report.title ? e.report.title : "");
    experiment_release(&e);
    return title;
}

static void list_files(struct listing *l, const char *kind, const char *group,
                       const char *suffix, title_fn *title_of)
{
    char *within = xasprintf("%s/%s", kind, group);
    struct list names = data_names(within, suffix);
    for (size_t i = 0; i < names.n; i++) {
        char *path = data_file(within, names.at[i], suffix);
        char *title = path ? title_of(path) : xstrdup("");
        char *name = xasprintf("%s%s%s", group, *group ? "/" : "", names.at[i]);
        entry(l, name, title);
        free(path);
        free(title);
        free(name);
    }
    list_release(&names);
    free(within);
}

static void list_maps(struct listing *l) { list_files(l, "maps", "", ".map", name_line); }
static void list_demos(struct listing *l)
{
    list_files(l, "demos", "", ".demo", name_line);
}

/* The keys of the window, for the test of its manual. */
static void list_keys(struct listing *l)
{
    for (const struct key_row *k = key_table; k->intent; k++)
        entry(l, k->keys, k->help);
}

static void list_experiments(struct listing *l)
{
    l->width = 36; /* they stand in directories */
    for (const struct group *g = group_table; g->name; g++)
        list_files(l, "experiments", g->folder, ".yaml", report_title);
}

static const struct {
    const char *name;
    void (*all)(struct listing *l);
    int (*of)(struct listing *l, const char *operand);
} kinds[] = {
    { "demos", list_demos, NULL },
    { "keys", list_keys, NULL },
    { "maps", list_maps, NULL },
    { "metrics", list_metrics, NULL },
    { "experiments", list_experiments, NULL },
    { "commands", list_commands, NULL },
    { "options", NULL, list_options },
    { "pages", list_pages, NULL },
    { "operands", NULL, list_operands },
    { "params", NULL, list_params },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static int unknown_sort(struct listing *l, const char *sort)
{
    const char *names[KINDS + 32];
    char hint[200];
    size_t n = 0;
    for (const struct shelf *const *s = shelves; *s; s++)
        names[n++] = (*s)->plural;
    for (size_t i = 0; i < KINDS; i++)
        names[n++] = kinds[i].name;
    suggest_near(hint, sizeof hint, sort, names, n);
    return args_fail(l->args, "cannot list '%s'%s", sort, hint);
}

/* Of what has a name; false: that is no sort of it. */
static bool list_shelf(struct listing *l, const char *sort)
{
    for (const struct shelf *const *s = shelves; *s; s++) {
        if (strcmp((*s)->plural, sort) != 0)
            continue;
        list_kinds(l, *s);
        if (*s == &family_shelf)
            list_own_families(l);
        return true;
    }
    return false;
}

void list_names(const char *sort, list_tell *tell, void *to)
{
    struct listing l = { .tell = tell, .to = to };
    for (size_t i = 0; i < KINDS; i++)
        if (kinds[i].all && strcmp(kinds[i].name, sort) == 0) {
            kinds[i].all(&l);
            return;
        }
    if (!list_shelf(&l, sort))
        bug("nothing is listed as %s", sort);
}

static int list(struct listing *l)
{
    const char *sort = l->args->operand[0];
    const char *of = l->args->n_operands > 1 ? l->args->operand[1] : NULL;
    for (size_t i = 0; i < KINDS; i++) {
        if (strcmp(kinds[i].name, sort) != 0)
            continue;
        if (!of != !kinds[i].of)
            return args_fail(l->args, "usage: ursa list %s%s", sort,
                             kinds[i].of ? " NAME" : "");
        if (of)
            return kinds[i].of(l, of);
        kinds[i].all(l);
        return EXIT_OK;
    }
    if (of)
        return args_fail(l->args, "usage: ursa list %s", sort);
    return list_shelf(l, sort) ? EXIT_OK : unknown_sort(l, sort);
}

static const struct option_row options[] = {
    { 0, "names", OPTION_FLAG, offsetof(struct listing, names), NULL,
      .help = "names alone, one a line" },
    { 0 },
};

static int run(struct args *a)
{
    struct listing l = { .args = a };
    if (!args_parse(a, &l))
        return a->status;
    if (a->json)
        l.array = json_array();
    int status = list(&l);
    if (l.array && status == EXIT_OK) {
        print_json_lines(l.array);
    }
    json_decref(l.array);
    return status;
}

const struct cmd cmd_list = {
    .group = "Look up",
    .name = "list",
    .title = "what there is, by name",
    .example = "ursa list envs",
    .operands = "agents|envs|games|policies|models|planners|predictors|utilities|teachers|"
                "families|maps|demos|metrics|"
                "experiments|commands|keys|pages|options|operands|params [NAME]",
    .options = options,
    .json = true,
    .run = run,
};
