#include "config.h"

#include "command.h"
#include "datafile.h"
#include "form.h"
#include "xalloc.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Completion of the command line: commands, names, parameters, their values, files. */

enum { FILES_MAX = 400 };

static void offer(struct candidates *c, const char *word, const char *name,
                  const char *after, const char *help)
{
    size_t len = strlen(name);
    if (strncmp(name, word, strlen(word)) != 0 || len >= sizeof c->at->name)
        return;
    for (int i = 0; i < c->n; i++)
        if (!strcmp(c->at[i].name, name))
            return;
    c->at = xrealloc(c->at, (size_t)c->n + 1, sizeof *c->at);
    struct candidate *to = &c->at[c->n++];
    memcpy(to->name, name, len + 1);
    snprintf(to->help, sizeof to->help, "%s", help ? help : "");
    to->after = after;
}

void candidates_release(struct candidates *c)
{
    free(c->at);
    *c = (struct candidates){ 0 };
}

size_t candidates_common(const struct candidates *c)
{
    size_t n = c->n ? strlen(c->at[0].name) : 0;
    for (int i = 1; i < c->n; i++) {
        size_t k = 0;
        while (k < n && c->at[i].name[k] == c->at[0].name[k])
            k++;
        n = k;
    }
    return n;
}

static void offer_shelf(struct candidates *c, const char *word, const struct shelf *from)
{
    for (size_t i = 0; from->at[i]; i++)
        if (!from->at[i]->form_of)
            offer(c, word, from->at[i]->name, "", from->at[i]->title);
}

/* What a parameter may be: its words, or its range. */
static void offer_values(struct candidates *c, const char *word, const struct param *p)
{
    char text[160], usual[80];
    bool words = p->type == PARAM_CHOICE || p->type == PARAM_KIND;
    const struct form_field field = { .p = p };
    for (size_t i = 0; words && param_choice(p, i); i++)
        offer(c, word, param_choice(p, i), "", "");
    if (words)
        return;
    char range[80];
    param_format_default(p, usual, sizeof usual);
    form_range(&field, "...", range, sizeof range);
    snprintf(text, sizeof text, "%.60s; %.60s is the default", range, usual);
    if (p->from)
        offer_shelf(c, word, p->from);
    else if (*usual)
        offer(c, word, *word ? word : usual, "", text);
}

/* "KEY=VALUE" of one table; c->from moves to where the value begins. */
static void offer_setting(struct candidates *c, const char *word, const struct param *table,
                          const char *line)
{
    char key[64], help[160], usual[80];
    const char *eq = strchr(word, '=');
    for (struct param_walk w = { .table = table }; !eq && param_next(&w);) {
        param_format_default(w.p, usual, sizeof usual);
        snprintf(help, sizeof help, "%s", w.p->help);
        offer(c, word, w.p->name, "=", help);
    }
    if (!eq)
        return;
    snprintf(key, sizeof key, "%.*s", (int)(eq - word), word);
    const struct param *p = param_find(table, key);
    if (p)
        offer_values(c, eq + 1, p);
    c->from = (size_t)(eq + 1 - line);
}

/* "NAME" or "NAME:KEY=VALUE,KEY=VALUE" of a shelf. */
static void offer_spec(struct candidates *c, const char *word, const struct shelf *from,
                       const char *line)
{
    char name[64];
    const char *colon = strchr(word, ':'), *comma = strrchr(word, ',');
    if (!colon) {
        offer_shelf(c, word, from);
        return;
    }
    snprintf(name, sizeof name, "%.*s", (int)(colon - word), word);
    const struct kind *k = kind_find(from, name);
    const char *setting = comma && comma > colon ? comma + 1 : colon + 1;
    c->from = (size_t)(setting - line);
    if (k)
        offer_setting(c, setting, k->params, line);
}

/* Those of the world, then those that every world has. */
static void offer_families(const struct view *v, struct candidates *c, const char *word)
{
    const struct env_ops *ops = (const struct env_ops *)v->show.env.kind;
    for (const struct kind *const *own = ops->families; own && *own; own++)
        offer(c, word, (*own)->name, "", (*own)->title);
    offer_shelf(c, word, &family_shelf);
}

/* Files of the folder that is typed. */
static void offer_files(struct candidates *c, const char *word)
{
    char path[VIEW_LINE], name[VIEW_LINE];
    const char *slash = strrchr(word, '/');
    snprintf(path, sizeof path, "%.*s", slash ? (int)(slash - word) + 1 : 1,
             slash ? word : ".");
    DIR *dir = opendir(path);
    for (struct dirent *e; dir && c->n < FILES_MAX && (e = readdir(dir));) {
        if (*e->d_name == '.')
            continue;
        snprintf(name, sizeof name, "%.*s%.100s", slash ? (int)(slash - word) + 1 : 0, word,
                 e->d_name);
        offer(c, word, name, "", "");
    }
    if (dir)
        closedir(dir);
}

static void offer_demos(struct candidates *c, const char *word)
{
    struct list names = data_names("demos", ".demo");
    for (size_t i = 0; i < names.n; i++) {
        struct demo d;
        if (!strncmp(names.at[i], word, strlen(word)) && demo_load(&d, names.at[i], NULL)) {
            offer(c, word, names.at[i], "", d.title);
            demo_release(&d);
        }
    }
    list_release(&names);
}

/* Of the last word of several. */
static const char *last_word(const char *arg)
{
    const char *space = strrchr(arg, ' ');
    return space ? space + 1 : arg;
}

static void offer_argument(const struct view *v, struct candidates *c,
                           const struct command *cmd, const char *arg, const char *line)
{
    switch (cmd->takes) {
    case TAKES_AGENT:
        arg = last_word(arg);
        c->from = (size_t)(arg - line);
        offer_spec(c, arg, &agent_shelf, line);
        break;
    case TAKES_ENV: offer_spec(c, arg, &env_shelf, line); break;
    case TAKES_DEMO: offer_demos(c, arg); break;
    case TAKES_FAMILY: offer_families(v, c, arg); break;
    case TAKES_FILE: offer_files(c, arg); break;
    case TAKES_SETTING:
        for (int i = 0; i < v->show.n; i++)
            offer_setting(c, arg, v->show.agent[i].kind->params, line);
        offer_setting(c, arg, v->show.env.kind->params, line);
        break;
    case TAKES_PALETTE:
        for (size_t i = 0; palette_names[i]; i++)
            offer(c, arg, palette_names[i], "", "");
        break;
    case TAKES_NOTHING:
    case TAKES_NUMBER: break;
    }
}

void command_candidates(const struct view *v, const char *line, struct candidates *c)
{
    const char *space = strchr(line, ' ');
    char word[64];
    *c = (struct candidates){ 0 };
    if (!space) {
        for (const struct command *k = command_table; k->name; k++)
            offer(c, line, k->name, k->takes ? " " : "", k->help);
        return;
    }
    const char *arg = space + strspn(space, " ");
    c->from = (size_t)(arg - line);
    snprintf(word, sizeof word, "%.*s", (int)(space - line), line);
    for (const struct command *k = command_table; k->name; k++)
        if (!strcmp(k->name, word))
            offer_argument(v, c, k, arg, line);
}
