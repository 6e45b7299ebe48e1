#include "config.h"

#include "command.h"
#include "suggest.h"

#include <math.h>
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
    double t, last = (double)v->show.steps;
    if (!number(v, arg, 0, 1e12, &t))
        return;
    view_go(v, (int64_t)fmin(t, last));
    if (t > last)
        view_say(v, "cycle %.0f is past the end: this is the last, %.0f", t, last);
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
static void do_inject(struct view *v, const char *arg) { view_inject(v, arg); }
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

const struct command command_table[] = {
    { "agent", do_agent, TAKES_AGENT, "another agent, or several" },
    { "demo", do_demo, TAKES_DEMO, "a demonstration" },
    { "env", do_env, TAKES_ENV, "another world" },
    { "goto", do_goto, TAKES_NUMBER, "CYCLE: lives on to it if need be" },
    { "help", do_help, TAKES_NOTHING, "keys and legend" },
    { "inject", do_inject, TAKES_FAMILY,
      "FAMILY: more hypotheses for an agent that takes them in" },
    { "palette", do_palette, TAKES_PALETTE, "other colours" },
    { "quit", do_quit, TAKES_NOTHING, "leaves the window" },
    { "record", do_record, TAKES_FILE,
      "FILE: what was lived and what follows, as a trace" },
    { "seed", do_seed, TAKES_NUMBER, "SEED: starts anew with it" },
    { "set", do_set, TAKES_SETTING,
      "KEY=VALUE: of the agent from here on, of the world anew" },
    { "speed", do_speed, TAKES_NUMBER, "CYCLES a second, or max" },
    { "steps", do_steps, TAKES_NUMBER, "CYCLES of a life: starts anew" },
    { "write", do_write, TAKES_FILE,
      "FILE: the run so far as a trace; FILE.svg: the screen" },
    { 0 },
};

void command_run(struct view *v, const char *line)
{
    char word[64];
    size_t n = strcspn(line, " ");
    const char *arg = line + n + strspn(line + n, " ");
    snprintf(word, sizeof word, "%.*s", (int)(n < 63 ? n : 63), line);
    for (const struct command *c = command_table; c->name; c++) {
        if (strcmp(c->name, word) != 0)
            continue;
        if (c->takes && !*arg)
            view_say(v, "%s needs an argument", word);
        else
            c->run(v, arg);
        return;
    }
    const char *names[sizeof command_table / sizeof *command_table];
    char hint[100] = "";
    size_t k = 0;
    for (; command_table[k].name; k++)
        names[k] = command_table[k].name;
    suggest_near(hint, sizeof hint, word, names, k);
    view_say(v, "no command '%s'%s", word, hint);
}
