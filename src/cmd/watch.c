#include "config.h"

#include "cmd.h"
#include "demo.h"
#include "mask.h"
#include "match_trace.h"
#include "plain.h"
#include "screen.h"
#include "setting.h"
#include "stop.h"
#include "trace.h"
#include "window.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ursa watch and ursa play: a run live in the terminal, by an agent or by hand. */

struct watch {
    struct args *args;
    struct show show;
    struct demo demo;
    struct view_conf conf;
    int64_t seed, steps, root, seat;
    unsigned seats; /* yours, of a game that is played */
    int palette, graph;
    struct list settings; /* KEY=VALUE */
    double speed;         /* cycles a second; 0: as fast as it can */
    bool paused, truth, ascii, plain, with_demo, tour, by_hand;
    const char *record;
};

/* ---- reading */

static bool take_speed(void *config, const char *text, struct err *err)
{
    struct watch *w = config;
    char *end;
    w->speed = strtod(text, &end);
    if (!strcmp(text, "max"))
        w->speed = 0;
    else if (end == text || *end || !(w->speed > 0 && w->speed <= 1e6))
        return err_set(err, "--speed must be a number in 1..1000000 or max, got '%s'",
                       text);
    return true;
}

#define AT(field) offsetof(struct watch, field)
#define ROW(...)                                                                           \
    {                                                                                      \
        __VA_ARGS__                                                                        \
    }
#define COMMON_OPTIONS                                                                     \
    ROW('s', "seed", OPTION_INT, AT(seed), "N", .def = 1, .max = UINT32_MAX,               \
        .help = "seed index of the run"),                                                  \
        ROW('t', "steps", OPTION_INT, AT(steps), "N", .def = 200, .min = 1, .max = 1e12,   \
            .help = "cycles to live"),                                                     \
        ROW('L', "set", OPTION_LIST, AT(settings), "KEY=VALUE",                            \
            .help = "set a parameter of agent or world; repeatable"),                      \
        ROW(0, "root-seed", OPTION_INT, AT(root), "N", .max = 0x1p63,                      \
            .help = "root seed, under which seeds and maps count"),                        \
        ROW(0, "truth", OPTION_FLAG, AT(truth), NULL,                                      \
            .help = "show what is hidden from the agent"),                                 \
        ROW(0, "palette", OPTION_CHOICE, AT(palette), NULL, .def = -1,                     \
            .choices = palette_names, .help = "colours ($URSA_PALETTE)"),                  \
        ROW(0, "graph", OPTION_CHOICE, AT(graph), NULL, .choices = graph_names,            \
            .help = "what curves are drawn with"),                                         \
        ROW(0, "ascii", OPTION_FLAG, AT(ascii), NULL,                                      \
            .help = "plain characters, whatever the locale"),                              \
        ROW(0, "trace", OPTION_TEXT, AT(record), "FILE",                                   \
            .help = "record every cycle, for 'ursa replay'")

static const struct option_row watch_options[] = {
    COMMON_OPTIONS,
    { 0, "speed", OPTION_TAKE, 0, "N", .text = "8", .take = take_speed,
      .help = "cycles a second; max: as fast as it can" },
    { 0, "paused", OPTION_FLAG, AT(paused), NULL, .help = "begin paused" },
    { 0, "demo", OPTION_FLAG, AT(with_demo), NULL,
      .help = "show a demonstration, by name or the first" },
    { 0, "tour", OPTION_FLAG, AT(tour), NULL,
      .help = "show all demonstrations, one after the other" },
    { 0, "plain", OPTION_FLAG, AT(plain), NULL, .help = "one sentence a cycle, no screen" },
    { 0 },
};

static const struct option_row play_options[] = {
    COMMON_OPTIONS,
    { 0, "seat", OPTION_INT, AT(seat), "N", .max = VIEW_RUNS - 1,
      .help = "whose seat in a game is yours" },
    { 0 },
};
#undef AT
#undef ROW

static bool parse(struct watch *w)
{
    if (!args_parse(w->args, w) ||
        !window_palette(w->args, w->palette, &w->conf.theme.palette))
        return false;
    w->conf.graph = (enum graph)w->graph;
    return true;
}

/* Play has no --speed. */
static bool speed_given(const struct watch *w)
{
    return !w->by_hand && args_given(w->args, "speed");
}

/* Whether what is to be played is a game: no world has the name, or a seat was named. */
static bool plays_game(const struct watch *w)
{
    const char *spec = w->args->operand[0];
    return match_named(spec, 1) || (match_named(spec, 2) && args_given(w->args, "seat"));
}

/* GAME [AGENT...]: the agents take the seats beside the user's, in order; those for whom
 * there is none are people's, too, and random tells what it would have done. */
static bool read_seats(struct watch *w, struct err *err)
{
    struct args *a = w->args;
    struct spec_of spec;
    bool ok = kind_parse(&spec, &game_shelf, a->operand[0], err);
    struct game *g = ok ? game_open(&spec, (uint64_t)w->root, err) : NULL;
    uint32_t n = g ? g->n_players : 0, next = 1;
    game_close(g);
    kind_release(&spec);
    if (n && w->seat >= n)
        return err_set(err, "--seat=%d: %s has seats 0 to %u", (int)w->seat, a->operand[0],
                       n - 1);
    if (n && a->n_operands > n)
        return err_set(err, "'%s' is one agent too many: %s has %u seats, and one is yours",
                       a->operand[n], a->operand[0], n);
    for (uint32_t i = 0; i < n; i++) {
        bool agent = i != w->seat && next < a->n_operands;
        w->seats |= agent ? 0 : 1u << i;
        if (!show_add(&w->show, agent ? a->operand[next++] : "random", err))
            return false;
    }
    return n && show_place(&w->show, a->operand[0], err);
}

/* AGENT ... ENV or GAME, up to four agents, or for play ENV [AGENT]. */
static bool read_places(struct watch *w, struct err *err)
{
    struct args *a = w->args;
    size_t n = a->n_operands, env = w->by_hand ? 0 : n - 1;
    bool ok = !w->by_hand || n < 3 ||
              err_set(err, "'%s' is one agent too many: one tells what it would have done",
                      a->operand[2]);
    for (size_t i = 0; i < n; i++)
        if (i != env && ok)
            ok = show_add(&w->show, a->operand[i], err);
    if (ok && !w->show.n)
        ok = show_add(&w->show, "random", err);
    return ok && show_place(&w->show, a->operand[env], err);
}

static bool read_specs(struct watch *w, struct err *err)
{
    bool ok = w->by_hand && plays_game(w) ? read_seats(w, err) : read_places(w, err);
    if (ok && w->by_hand && !w->show.game && args_given(w->args, "seat"))
        ok = err_set(err, "--seat is of a game, and '%s' is a world", w->args->operand[0]);
    stop_blames(&w->show.env);
    for (int i = 0; i < w->show.n; i++)
        stop_blames(&w->show.agent[i]);
    if (ok && w->show.game && w->settings.n)
        ok = err_set(err, "-L is for agents in a world: write %s into the spec of a seat",
                     w->settings.at[0]);
    for (int i = 0; ok && i < w->show.n; i++)
        ok = settings_apply(&w->show.agent[i], &w->show.env, &w->settings, err);
    w->show.seed = (uint32_t)w->seed;
    w->show.steps = (uint64_t)w->steps;
    w->show.root = (uint64_t)w->root;
    return ok;
}

/* What options say goes before what the demonstration says. */
static void take_options(struct watch *w)
{
    if (args_given(w->args, "seed"))
        w->demo.seed = (uint32_t)w->seed;
    if (args_given(w->args, "steps"))
        w->demo.steps = (uint64_t)w->steps;
    if (speed_given(w))
        w->demo.speed = w->speed;
}

/* The one that was named, or the first. */
static bool load_demo(struct watch *w, struct err *err)
{
    const struct args *a = w->args;
    if (a->n_operands || !w->tour)
        return demo_load(&w->demo, a->n_operands ? a->operand[0] : demo_default, err);
    struct list names = demo_tour();
    bool ok = names.n ? demo_load(&w->demo, names.at[0], err)
                      : err_set(err, "there are no demonstrations");
    list_release(&names);
    return ok;
}

static bool read_demo(struct watch *w, struct err *err)
{
    const struct args *a = w->args;
    if (a->n_operands > 1)
        return err_set(err, "--demo takes one name, and '%s' is another", a->operand[1]);
    if (w->settings.n)
        return err_set(err, "a demonstration has its own settings: leave out --set");
    if (!load_demo(w, err))
        return false;
    take_options(w);
    return true;
}

/* ---- without a screen */

/* The k-th agent's life. */
static int run_plain(struct watch *w, const struct show *s, int k)
{
    struct err err = { 0 };
    struct result res;
    struct job job = { &s->env, &s->agent[k], s->root, s->seed, s->steps, NULL, NULL };
    struct plain *plain = plain_new(&s->env, s->root);
    struct trace_writer *trace = w->record ? trace_writer_new(w->record) : NULL;
    struct sink *sinks[] = { plain_sink(plain), trace ? trace_sink(trace) : NULL };
    int status = EXIT_OK;
    if (!job_run(&job, sinks, trace ? 2 : 1, stop_on_signals(), &res, &err)) {
        status = args_err(w->args, &err);
        status = res.begun ? EXIT_RUN_FAILED : status;
    } else if (res.steps < job.steps)
        status = EXIT_INTERRUPTED;
    else
        args_warn(w->args, &err);
    result_release(&res);
    if (trace)
        trace_writer_free(trace);
    plain_free(plain);
    return status;
}

/* How far from equilibrium a table was played. */
static void print_gaps(const struct gaps *g)
{
    if (!g->rounds)
        return;
    printf("NashConv of average play %.4f", g->averages);
    if (g->told)
        printf("; of each round %.4f, in the last %.4f", g->mean, g->last);
    putchar('\n');
}

/* All seats of a game, whose players are known to be as many. */
static int run_plain_match(struct watch *w, const struct show *s, const struct game *g)
{
    struct err err = { 0 };
    struct match_result res;
    struct gaps gaps = { 0 };
    struct plain *plain[VIEW_RUNS];
    struct sink *sinks[VIEW_RUNS];
    struct match_trace *trace = w->record ? match_trace_new(w->record) : NULL;
    struct match_job job = { &s->env, s->agent, (uint32_t)s->n, s->root,
                             s->seed, s->steps, &gaps };
    int status = EXIT_OK;
    for (int i = 0; i < s->n; i++) {
        plain[i] = plain_new_seat(g, (uint32_t)i);
        sinks[i] = plain_sink(plain[i]);
    }
    if (!match_run(&job, sinks, trace ? match_trace_sink(trace) : NULL, stop_on_signals(),
                   &res, &err)) {
        status = args_err(w->args, &err);
        status = res.begun ? EXIT_RUN_FAILED : status;
    } else if (res.steps < job.steps)
        status = EXIT_INTERRUPTED;
    else
        print_gaps(&gaps);
    for (int i = 0; i < s->n; i++)
        plain_free(plain[i]);
    match_result_release(&res);
    match_trace_free(trace);
    gaps_release(&gaps);
    return status;
}

static int plain_match(struct watch *w, const struct show *s)
{
    struct err err = { 0 };
    struct game *g = game_open(&s->env, s->root, &err);
    bool ok = g && match_fits(g, (uint32_t)s->n, &err);
    int status = ok ? run_plain_match(w, s, g) : args_err(w->args, &err);
    game_close(g);
    return status;
}

/* One agent after the other: the same world, the same luck. */
static int plain_show(struct watch *w, const struct show *s)
{
    int status = EXIT_OK;
    if (s->game)
        return plain_match(w, s);
    if (s->n > 1 && w->record)
        return args_fail(w->args, "without a terminal --trace records one agent");
    for (int k = 0; k < s->n && !status; k++) {
        if (k)
            putchar('\n');
        status = run_plain(w, s, k);
    }
    return status;
}

/* The title, and the text of every step behind its moment, as the file has it. */
static void print_steps(const struct demo *d)
{
    mask_print(stdout, "%s\n\n", d->title);
    for (size_t i = 0; i < d->n_steps; i++) {
        if (d->n_steps > 1)
            mask_print(stdout, "%s\n", d->step[i].line_text);
        mask_print(stdout, "%s\n\n", d->step[i].text);
    }
}

static int plain_demo(struct watch *w)
{
    struct view v = { 0 };
    struct err err = { 0 };
    print_steps(&w->demo);
    if (!view_open_demo(&v, &w->conf, &w->demo, &err))
        return args_err(w->args, &err);
    int status = plain_show(w, &v.show);
    view_release(&v);
    return status;
}

/* From the one that was named to the last. */
static int plain_tour(struct watch *w)
{
    struct list names = demo_tour();
    int status = EXIT_OK;
    bool begun = false;
    for (size_t i = 0; i < names.n && !status; i++) {
        struct err err = { 0 };
        begun |= !w->args->n_operands || !strcmp(names.at[i], w->args->operand[0]);
        if (!begun)
            continue;
        demo_release(&w->demo);
        if (demo_load(&w->demo, names.at[i], &err)) {
            take_options(w);
            status = plain_demo(w);
        } else
            status = args_err(w->args, &err);
        putchar('\n');
    }
    list_release(&names);
    return status;
}

/* ---- with a screen */

static bool open_view(struct watch *w, struct view *v, struct err *err)
{
    bool ok = w->with_demo ? view_open_demo(v, &w->conf, &w->demo, err)
                           : view_init(v, &w->conf, &w->show, err);
    if (!ok)
        return false;
    v->truth |= w->truth;
    v->story.tour = w->tour;
    if (speed_given(w))
        view_set_speed(v, w->speed);
    v->by_hand = w->by_hand;
    v->seats = w->seats;
    if (w->by_hand && !mentor_is_user(sim_agent(v->sim[0])))
        view_key(v, 'a'); /* else the agent acts, and asks */
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

/* An operand that is a directory, or looks like a path, is one of results. */
static bool names_results(const struct args *a)
{
    struct stat st;
    const char *name = a->n_operands == 1 ? a->operand[0] : "";
    return strchr(name, '/') || (*name && !stat(name, &st) && S_ISDIR(st.st_mode));
}

static int watch_results(struct watch *w)
{
    struct err err = { 0 };
    struct runs runs;
    const char *dir = w->args->operand[0];
    int status;
    if (!runs_open(&runs, dir, &err))
        status = args_err(w->args, &err);
    else if (w->plain || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        status =
            args_fail(w->args, "the table of runs needs a terminal; ursa compare and ursa "
                               "export --csv tell the same without one");
    else if (!screen_probe(&w->conf, w->ascii, &err))
        status = args_err(w->args, &err);
    else
        status = window_runs(&runs, &w->conf, w->args);
    runs_close(&runs);
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
        return w->tour        ? plain_tour(w)
               : w->with_demo ? plain_demo(w)
                              : plain_show(w, &w->show);
    return run_screen(w);
}

static int run(struct args *a, bool by_hand)
{
    struct watch w = { .args = a, .by_hand = by_hand };
    int status = a->status;
    bool ok = parse(&w);
    w.with_demo |= w.tour;
    if (!ok)
        status = a->status;
    else if (!w.with_demo && !by_hand && names_results(a))
        status = watch_results(&w);
    else if (!w.with_demo && !by_hand && a->n_operands < 2)
        status = args_fail(a, "say which agent in which world: ursa watch aixi gridworld, "
                              "or ursa watch --demo");
    else
        status = start(&w);
    show_release(&w.show);
    demo_release(&w.demo);
    list_release(&w.settings);
    return status;
}

static int run_watch(struct args *a) { return run(a, false); }
static int run_play(struct args *a) { return run(a, true); }

const struct cmd cmd_watch = {
    .group = "Watch",
    .name = "watch",
    .title = "an agent live in the terminal",
    .example = "ursa watch --demo",
    .operands = "[AGENT...] [ENV]",
    .options = watch_options,
    .page = "ursa-watch",
    .run = run_watch,
};

const struct cmd cmd_play = {
    .group = "Watch",
    .name = "play",
    .title = "be the agent",
    .example = "ursa play gridworld",
    .operands = "ENV|GAME [AGENT...]",
    .options = play_options,
    .page = "ursa-watch",
    .run = run_play,
};
