#include "config.h"

#include "datafile.h"
#include "suggest.h"
#include "view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The command line of the window: ":set horizon=8", ":goto 143". */

static bool number(struct view *v, const char *text, double min, double max, double *x)
{
    char *end;
    *x = strtod(text, &end);
    if (end != text && !*end && *x >= min && *x <= max)
        return true;
    view_say(v, "'%s' is not a number in %.0f..%.0f", text, min, max);
    return false;
}

static void do_set(struct view *v, const char *arg)
{
    char key[64];
    const char *eq = strchr(arg, '=');
    if (!eq || eq == arg) {
        view_say(v, "set KEY=VALUE");
        return;
    }
    snprintf(key, sizeof key, "%.*s", (int)(eq - arg), arg);
    view_set_param(v, key, eq + 1);
}

static void do_goto(struct view *v, const char *arg)
{
    double t;
    if (number(v, arg, 0, 1e12, &t))
        view_go(v, (int64_t)t);
}

static void do_seed(struct view *v, const char *arg)
{
    double seed;
    uint32_t before = v->show.seed;
    if (!number(v, arg, 0, UINT32_MAX, &seed))
        return;
    v->show.seed = (uint32_t)seed;
    if (!view_restart(v, 0))
        v->show.seed = before;
}

static void do_steps(struct view *v, const char *arg)
{
    double steps;
    uint64_t before = v->show.steps;
    if (!number(v, arg, 1, 1e12, &steps))
        return;
    v->show.steps = (uint64_t)steps;
    if (!view_restart(v, 0))
        v->show.steps = before;
}

static void do_speed(struct view *v, const char *arg)
{
    double speed = 0;
    if (!strcmp(arg, "max") || number(v, arg, 1, 4096, &speed))
        view_set_speed(v, speed);
}

static void do_agent(struct view *v, const char *arg) { view_set_agent(v, arg); }
static void do_env(struct view *v, const char *arg) { view_set_env(v, arg); }
static void do_demo(struct view *v, const char *arg) { view_set_demo(v, arg); }
static void do_palette(struct view *v, const char *arg)
{
    char hint[100] = "";
    size_t n = 0;
    int palette = palette_of_name(arg);
    while (palette_names[n])
        n++;
    if (palette >= 0)
        view_palette(v, (enum palette)palette);
    else {
        suggest_near(hint, sizeof hint, arg, palette_names, n);
        view_say(v, "unknown palette '%s'%s", arg, hint);
    }
}

/* A still, or the run as a trace. */
static void do_write(struct view *v, const char *arg)
{
    size_t n = strlen(arg);
    if (n > 4 && !strcmp(arg + n - 4, ".svg"))
        snprintf(v->still, sizeof v->still, "%s", arg);
    else
        view_record(v, arg, false);
}

static void do_record(struct view *v, const char *arg) { view_record(v, arg, true); }

static void do_help(struct view *v, const char *arg)
{
    (void)arg;
    view_overlay(v, OVERLAY_HELP);
}

static void do_quit(struct view *v, const char *arg)
{
    (void)arg;
    v->quit = true;
}

static const struct command {
    const char *name;
    void (*run)(struct view *v, const char *arg);
    bool takes; /* an argument */
} commands[] = {
    { "agent", do_agent, true },
    { "demo", do_demo, true },
    { "env", do_env, true },
    { "goto", do_goto, true },
    { "help", do_help, false },
    { "palette", do_palette, true },
    { "quit", do_quit, false },
    { "record", do_record, true },
    { "seed", do_seed, true },
    { "set", do_set, true },
    { "speed", do_speed, true },
    { "steps", do_steps, true },
    { "write", do_write, true },
    { 0 },
};

void command_run(struct view *v, const char *line)
{
    char word[64];
    size_t n = strcspn(line, " ");
    const char *arg = line + n + strspn(line + n, " ");
    snprintf(word, sizeof word, "%.*s", (int)(n < 63 ? n : 63), line);
    for (const struct command *c = commands; c->name; c++) {
        if (strcmp(c->name, word) != 0)
            continue;
        if (c->takes && !*arg)
            view_say(v, "%s needs an argument", word);
        else
            c->run(v, arg);
        return;
    }
    const char *names[sizeof commands / sizeof *commands];
    char hint[100] = "";
    size_t k = 0;
    for (; commands[k].name; k++)
        names[k] = commands[k].name;
    suggest_near(hint, sizeof hint, word, names, k);
    view_say(v, "no command '%s'%s", word, hint);
}

/* ---- completion */

struct candidate {
    char found[128];
    int n;
};

/* Keeps the part that all matches have in common. */
static void match(struct candidate *m, const char *prefix, const char *name)
{
    if (strncmp(name, prefix, strlen(prefix)) != 0 || (m->n && !strcmp(name, m->found)))
        return;
    if (m->n++ == 0)
        snprintf(m->found, sizeof m->found, "%s", name);
    size_t i = 0;
    while (m->found[i] && m->found[i] == name[i])
        i++;
    m->found[i] = '\0';
}

static void match_params(struct candidate *m, const char *word, const struct param *table)
{
    for (struct param_walk w = { .table = table }; param_next(&w);)
        match(m, word, w.p->name);
}

/* Names that may stand after a command. */
static void match_argument(const struct view *v, struct candidate *m, const char *command,
                           const char *word)
{
    if (!strncmp(command, "agent ", 6))
        for (size_t i = 0; agent_shelf.at[i]; i++)
            match(m, word, agent_shelf.at[i]->name);
    else if (!strncmp(command, "env ", 4))
        for (size_t i = 0; env_shelf.at[i]; i++)
            match(m, word, env_shelf.at[i]->name);
    else if (!strncmp(command, "set ", 4)) {
        for (int i = 0; i < v->show.n; i++)
            match_params(m, word, v->show.agent[i].kind->params);
        match_params(m, word, v->show.env.kind->params);
    } else if (!strncmp(command, "demo ", 5)) {
        struct list names = data_names("demos", ".demo");
        for (size_t i = 0; i < names.n; i++)
            match(m, word, names.at[i]);
        list_release(&names);
    }
}

void command_complete(const struct view *v, char *line, size_t n)
{
    char *space = strchr(line, ' '), *word = space ? space + 1 : line;
    struct candidate m = { 0 };
    if (space)
        match_argument(v, &m, line, word);
    else
        for (const struct command *c = commands; c->name; c++)
            match(&m, word, c->name);
    if (!m.n)
        return;
    const char *after = m.n > 1 ? "" : !space ? " " : !strncmp(line, "set ", 4) ? "=" : "";
    snprintf(word, n - (size_t)(word - line), "%s%s", m.found, after);
}
