#include "config.h"

#include "cmd.h"
#include "demo.h"
#include "plain.h"
#include "screen.h"
#include "setting.h"
#include "stop.h"
#include "suggest.h"
#include "trace.h"
#include "window.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ursa watch and ursa play: a run live in the terminal, by an agent or by hand. */

enum {
    OPT_ROOT = OPT_LONG,
    OPT_SPEED,
    OPT_PAUSED,
    OPT_TRUTH,
    OPT_PALETTE,
    OPT_GRAPH,
    OPT_ASCII,
    OPT_DEMO,
    OPT_PLAIN,
    OPT_RECORD
};
enum { SETTINGS_MAX = 64 };

#define COMMON_OPTIONS                                                                     \
    { 's', "seed", "N", "seed index of the run (1)" },                                     \
        { 't', "steps", "N", "cycles to live (200)" },                                     \
        { 'L', "set", "KEY=VALUE", "set a parameter of agent or world; repeatable" },      \
        { OPT_ROOT, "root-seed", "N", "root seed, under which seeds and maps count (0)" }, \
        { OPT_TRUTH, "truth", NULL, "show what is hidden from the agent" },                \
        { OPT_PALETTE, "palette", "default|grey|high-contrast|light|mono",                 \
          "colours ($URSA_PALETTE)" },                                                     \
        { OPT_GRAPH, "graph", "braille|block|ascii", "what curves are drawn with" },       \
        { OPT_ASCII, "ascii", NULL, "plain characters, whatever the locale" },             \
    {                                                                                      \
        OPT_RECORD, "trace", "FILE", "record every cycle, for 'ursa replay'"               \
    }

static const struct option_row watch_options[] = {
    COMMON_OPTIONS,
    { OPT_SPEED, "speed", "N", "cycles a second; max: as fast as it can (8)" },
    { OPT_PAUSED, "paused", NULL, "begin paused" },
    { OPT_DEMO, "demo", NULL, "show a demonstration, by name or the first" },
    { OPT_PLAIN, "plain", NULL, "one sentence a cycle, no screen" },
    { 0 },
};

static const struct option_row play_options[] = { COMMON_OPTIONS, { 0 } };

struct watch {
    struct args *args;
    struct show show;
    struct demo demo;
    struct view_conf conf;
    long long seed, steps, root;
    const char *setting[SETTINGS_MAX]; /* borrowed */
    size_t n_settings;
    double speed; /* < 0: not given */
    bool paused, truth, ascii, plain, with_demo, by_hand;
    const char *record;
};

/* ---- reading */

/* The place of a name in a table closed by NULL; -1, said: it is not there. */
static int take_name(struct watch *w, const char *what, const char *name,
                     const char *const *names)
{
    int n = 0;
    for (; names[n]; n++)
        if (!strcmp(names[n], name))
            return n;
    char hint[100] = "";
    suggest(hint, sizeof hint, name, names, (size_t)n);
    args_fail(w->args, "unknown %s '%s'%s", what, name, hint);
    return -1;
}

static bool take_palette(struct watch *w, const char *name)
{
    int i = take_name(w, "palette", name, palette_names);
    w->conf.palette = i < 0 ? PALETTE_DEFAULT : (enum palette)i;
    return i >= 0;
}

static bool take_graph(struct watch *w, const char *name)
{
    int i = take_name(w, "graph", name, graph_names);
    w->conf.graph = i < 0 ? GRAPH_BRAILLE : (enum graph)i;
    return i >= 0;
}

static bool take_speed(struct watch *w, const char *text)
{
    char *end;
    w->speed = strtod(text, &end);
    if (!strcmp(text, "max"))
        w->speed = 0;
    else if (end == text || *end || !(w->speed > 0 && w->speed <= 1e6)) {
        args_fail(w->args, "--speed must be a number in 1..1000000 or max, got '%s'", text);
        return false;
    }
    return true;
}

static bool take_setting(struct watch *w, const char *text)
{
    if (w->n_settings == SETTINGS_MAX) {
        args_fail(w->args, "more than %d settings", SETTINGS_MAX);
        return false;
    }
    w->setting[w->n_settings++] = text;
    return true;
}

static bool take_option(struct watch *w, int c)
{
    struct args *a = w->args;
    switch (c) {
    case 's': return args_int(a, 0, UINT32_MAX, &w->seed);
    case 't': return args_int(a, 1, 1000000000000, &w->steps);
    case 'L': return take_setting(w, a->value);
    case OPT_ROOT: return args_int(a, 0, INT64_MAX, &w->root);
    case OPT_SPEED: return take_speed(w, a->value);
    case OPT_PAUSED: return w->paused = true;
    case OPT_TRUTH: return w->truth = true;
    case OPT_PALETTE: return take_palette(w, a->value);
    case OPT_GRAPH: return take_graph(w, a->value);
    case OPT_ASCII: return w->ascii = true;
    case OPT_DEMO: return w->with_demo = true;
    case OPT_RECORD: w->record = a->value; return true;
    default: return w->plain = true;
    }
}

static bool parse(struct watch *w)
{
    int c;
    const char *palette = getenv("URSA_PALETTE");
    if (palette && *palette && !take_palette(w, palette))
        return false;
    while ((c = args_next(w->args)) > 0)
        if (!take_option(w, c))
            return false;
    return c == ARGS_END;
}

/* AGENT [AGENT] ENV, or for play ENV [AGENT]. */
static bool read_specs(struct watch *w, struct err *err)
{
    struct args *a = w->args;
    size_t n = a->n_operands, env = w->by_hand ? 0 : n - 1;
    bool ok = kind_parse(&w->show.env, &env_shelf, a->operand[env], err);
    for (size_t i = 0; i < n; i++)
        if (i != env) {
            ok = kind_parse(&w->show.agent[w->show.n], &agent_shelf, a->operand[i], err) &&
                 ok;
            w->show.n++;
        }
    if (!w->show.n)
        ok = kind_parse(&w->show.agent[w->show.n++], &agent_shelf, "random", err) && ok;
    for (int i = 0; ok && i < w->show.n; i++)
        ok =
            settings_apply(&w->show.agent[i], &w->show.env, w->setting, w->n_settings, err);
    w->show.seed = (uint32_t)(w->seed < 0 ? 1 : w->seed);
    w->show.steps = (uint64_t)(w->steps < 0 ? 200 : w->steps);
    w->show.root = (uint64_t)w->root;
    return ok;
}

static bool read_demo(struct watch *w, struct err *err)
{
    const struct args *a = w->args;
    if (a->n_operands > 1)
        return err_set(err, "--demo takes one name, and '%s' is another", a->operand[1]);
    if (w->n_settings)
        return err_set(err, "a demonstration has its own settings: leave out --set");
    if (!demo_load(&w->demo, a->n_operands ? a->operand[0] : demo_default, err))
        return false;
    if (w->seed >= 0)
        w->demo.seed = (uint32_t)w->seed;
    if (w->steps >= 0)
        w->demo.steps = (uint64_t)w->steps;
    if (w->speed >= 0)
        w->demo.speed = w->speed;
    return true;
}

/* ---- without a screen */

static int run_plain(struct watch *w, const struct show *s)
{
    struct err err = { 0 };
    struct result res;
    struct job job = { &s->env, &s->agent[0], s->root, s->seed, s->steps, NULL, NULL };
    struct plain *plain = plain_new(&s->env, s->root);
    struct trace_writer *trace = w->record ? trace_writer_new(w->record) : NULL;
    struct sink *sinks[] = { plain_sink(plain), trace ? trace_sink(trace) : NULL };
    int status = EXIT_OK;
    if (!job_run(&job, sinks, trace ? 2 : 1, stop_on_signals(), &res, &err)) {
        status = res.steps ? EXIT_RUN_FAILED : EXIT_USAGE;
        args_err(w->args, &err);
    } else if (res.steps < job.steps)
        status = EXIT_INTERRUPTED;
    result_release(&res);
    if (trace)
        trace_writer_free(trace);
    plain_free(plain);
    return status;
}

static int plain_show(struct watch *w)
{
    if (w->show.n > 1)
        return args_fail(w->args, "--plain shows one agent");
    return run_plain(w, &w->show);
}

static int plain_demo(struct watch *w)
{
    struct view v = { 0 };
    struct err err = { 0 };
    char *text = w->demo.text;
    printf("%s\n\n%s\n\n", w->demo.title, text);
    if (!view_open_demo(&v, &w->conf, &w->demo, &err))
        return args_err(w->args, &err);
    int status = run_plain(w, &v.show);
    view_release(&v);
    return status;
}

/* ---- with a screen */

static bool open_view(struct watch *w, struct view *v, struct err *err)
{
    bool ok = w->with_demo ? view_open_demo(v, &w->conf, &w->demo, err)
                           : view_open(v, &w->conf, &w->show, err);
    if (!ok)
        return false;
    v->truth = w->truth;
    if (w->speed >= 0)
        view_set_speed(v, w->speed);
    if (w->by_hand)
        view_key(v, 'a');
    if (!w->record || view_record(v, w->record, true))
        return true;
    err_set(err, "%s", v->message);
    view_release(v);
    return false;
}

static int run_screen(struct watch *w)
{
    struct view v;
    struct err err = { 0 };
    if (!open_view(w, &v, &err))
        return args_err(w->args, &err);
    int status = window_run(&v, w->args, w->paused);
    view_release(&v);
    return status;
}

static int start(struct watch *w)
{
    struct err err = { 0 };
    bool tty = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    if (!(w->with_demo ? read_demo(w, &err) : read_specs(w, &err)))
        return args_err(w->args, &err);
    if (!w->plain && tty && !screen_probe(&w->conf, w->ascii, &err)) {
        if (w->by_hand)
            return args_err(w->args, &err);
        args_note(w->args, "%s: going on as --plain", err.text);
        w->plain = true;
    }
    if (w->by_hand && !tty)
        return args_fail(w->args, "playing needs a terminal");
    if (w->plain || !tty)
        return w->with_demo ? plain_demo(w) : plain_show(w);
    return run_screen(w);
}

static int run(struct args *a, bool by_hand)
{
    struct watch w = {
        .args = a, .seed = -1, .steps = -1, .speed = -1, .by_hand = by_hand
    };
    int status = a->status;
    if (!parse(&w))
        status = a->status;
    else if (!w.with_demo && !by_hand && a->n_operands < 2)
        status = args_fail(a, "say which agent in which world: ursa watch aixi gridworld, "
                              "or ursa watch --demo");
    else
        status = start(&w);
    show_release(&w.show);
    demo_release(&w.demo);
    return status;
}

static int run_watch(struct args *a) { return run(a, false); }
static int run_play(struct args *a) { return run(a, true); }

const struct cmd cmd_watch = {
    .group = "Watch",
    .name = "watch",
    .title = "an agent live in the terminal",
    .example = "ursa watch --demo",
    .operands = "[AGENT] [AGENT] [ENV]",
    .options = watch_options,
    .page = "ursa-watch",
    .run = run_watch,
};

const struct cmd cmd_play = {
    .group = "Watch",
    .name = "play",
    .title = "be the agent",
    .example = "ursa play gridworld",
    .operands = "ENV [AGENT]",
    .options = play_options,
    .page = "ursa-watch",
    .run = run_play,
};
