#include "config.h"

#include "cast.h"
#include "cmd.h"
#include "mask.h"
#include "match_trace.h"
#include "output.h"
#include "page.h"
#include "replay_match.h"
#include "run.h"
#include "spec.h"
#include "stop.h"
#include "svg.h"
#include "trace.h"
#include "window.h"
#include "xalloc.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ursa replay FILE: a recorded run in the window or as text, lived again and compared, or
 * as a film. */

/* ---- --verify: a sink that compares */

struct verifier {
    struct sink sink;
    const struct trace *tr;
    atomic_int *stop;    /* set at the first difference */
    uint64_t differs_at; /* cycle; 0: nowhere so far */
    struct cycle now;
};

static bool begin_verify(struct sink *sk, const struct run_info *run, struct err *err)
{
    const struct verifier *v = (struct verifier *)sk;
    if (run->map == v->tr->map)
        return true;
    return err_set(err, "the world has layout %" PRIu32 " where %" PRIu32 " was recorded",
                   run->map, v->tr->map);
}

static void cycle_verify(struct sink *sk, const struct record *rec, const struct agent *ag)
{
    struct verifier *v = (struct verifier *)sk;
    (void)ag;
    if (v->differs_at || rec->t > v->tr->n)
        return;
    const struct cycle *was = &v->tr->at[rec->t - 1];
    if (was->action == rec->action && percept_key(was->e) == percept_key(rec->e))
        return;
    v->differs_at = rec->t;
    v->now = (struct cycle){ rec->action, rec->e, rec->by };
    atomic_store(v->stop, 1);
}

static bool end_verify(struct sink *sk, struct err *err)
{
    (void)sk;
    (void)err;
    return true;
}

struct replay {
    struct args *args;
    bool verify, text;
    struct view_conf conf;
    const char *cast, *svg, *html, *title;
    int64_t at;  /* cycle of the still; -1: the last */
    int palette; /* -1: none chosen */
    int rows, cols;
    int64_t fps, cast_version;
    const char *path;
    struct trace tr;
    struct match_record match; /* in its place; n_seats 0: it is no match */
    struct spec_of agent;
    struct spec_of env;
};

static bool open_specs(struct replay *rp, const char *agent_spec, struct err *err)
{
    char *agent = spec_unversioned(agent_spec), *env = spec_unversioned(rp->tr.env);
    kind_release(&rp->agent);
    kind_release(&rp->env);
    bool ok = kind_parse(&rp->agent, &agent_shelf, agent, err);
    ok = kind_parse(&rp->env, &env_shelf, env, err) && ok;
    stop_blames(&rp->agent);
    stop_blames(&rp->env);
    free(agent);
    free(env);
    return ok;
}

static void print_versions(const struct replay *rp)
{
    const struct trace *tr = &rp->tr;
    mask_print(stderr, "  recorded by ursa %s, %s in %s\n", tr->version, tr->agent,
               tr->env);
    mask_print(stderr, "  this is ursa %s, %s in %s\n", PACKAGE_VERSION,
               rp->agent.canonical, rp->env.canonical);
}

static int differs(const struct replay *rp, const struct verifier *v)
{
    const struct cycle *was = &v->tr->at[v->differs_at - 1], *now = &v->now;
    const char *what = "reward";
    int64_t old = was->e.rew, new = now->e.rew;
    if (was->action != now->action) {
        what = "action";
        old = was->action;
        new = now->action;
    } else if (was->e.obs != now->e.obs) {
        what = "observation";
        old = was->e.obs;
        new = now->e.obs;
    }
    mask_print(stderr,
               "%s: differs at step %" PRIu64 ": recorded %s %" PRId64 ", now %" PRId64
               "\n",
               rp->path, v->differs_at, what, old, new);
    print_versions(rp);
    return EXIT_DIFFERS;
}

static int confirmed(const struct replay *rp, uint64_t hash)
{
    const struct trace *tr = &rp->tr;
    char digits[17];
    snprintf(digits, sizeof digits, "%016" PRIx64, hash);
    if (tr->ended && tr->hash != hash) {
        mask_print(stderr,
                   "%s: every cycle agrees, but the recorded hash %016" PRIx64
                   " is not %s\n",
                   rp->path, tr->hash, digits);
        return EXIT_DIFFERS;
    }
    if (!tr->ended)
        args_note(rp->args, "%s: warning: the trace has no end: the run was cut off",
                  rp->path);
    if (rp->args->json) {
        json_t *o = json_pack("{s:i, s:s, s:I, s:s}", "v", 1, "file", rp->path, "steps",
                              (json_int_t)tr->n, "hash", digits);
        print_json(o);
        json_decref(o);
    } else {
        mask_print(stdout, "%s: %" PRIu64 " steps reproduced bit for bit (hash %s)\n",
                   rp->path, tr->n, digits);
    }
    return EXIT_OK;
}

/* The part of `who`, who began at cycle `present` (0: where the past ends that nobody is
 * named for), up to cycle `last`; before it the past is told, as it was to him. */
static int verify_part(struct replay *rp, const char *who, uint64_t present, uint64_t last,
                       uint64_t *hash)
{
    static const struct sink_ops ops = { begin_verify, cycle_verify, end_verify };
    struct err err = { 0 };
    if (!open_specs(rp, who, &err))
        return args_err(rp->args, &err);
    struct verifier v = { { &ops }, &rp->tr, stop_on_signals(), 0, { 0 } };
    struct sink *sink = &v.sink;
    struct script script = { .at = rp->tr.at, .n = rp->tr.n, .present = present };
    struct job job = {
        &rp->env, &rp->agent, rp->tr.root, rp->tr.seed, last, NULL, &script
    };
    struct result res;
    bool ok = job_run(&job, &sink, 1, v.stop, &res, &err);
    int status = EXIT_OK;
    if (v.differs_at) {
        status = differs(rp, &v);
    } else if (!ok) {
        status = args_err(rp->args, &err);
        status = res.begun ? EXIT_RUN_FAILED : status;
    } else if (res.steps < job.steps) {
        args_fail(rp->args, "interrupted after %" PRIu64 " of %" PRIu64 " cycles",
                  res.steps, job.steps);
        status = EXIT_INTERRUPTED;
    }
    *hash = res.hash;
    result_release(&res);
    return status;
}

/* Cycles that stand as they are, since nobody says who lived them. */
static void note_unnamed(const struct replay *rp)
{
    const struct trace *tr = &rp->tr;
    struct script script = { .at = tr->at, .n = tr->n };
    uint64_t from = tr->n_past ? tr->past[0].from : script_present(&script);
    if (from > 1)
        args_note(rp->args,
                  "%s: the first %" PRIu64 " cycles are of an agent that the trace does "
                  "not name: they were not lived again",
                  rp->path, from - 1);
}

/* Everybody who acted lives his part again, and learns what was before it. */
static int verify(struct replay *rp)
{
    const struct trace *tr = &rp->tr;
    int status = EXIT_OK;
    uint64_t hash = 0;
    for (size_t i = 0; i < tr->n_past && !status; i++) {
        uint64_t next = i + 1 < tr->n_past ? tr->past[i + 1].from : tr->present;
        status = verify_part(rp, tr->past[i].agent, tr->past[i].from, next - 1, &hash);
    }
    if (!status)
        status = verify_part(rp, tr->agent, tr->n_past ? tr->present : 0, tr->n, &hash);
    if (status)
        return status;
    note_unnamed(rp);
    return confirmed(rp, hash);
}

/* ---- as text */

/* Who acts from cycle t on, where that changes. */
static void print_turn(const struct trace *tr, uint64_t t)
{
    for (size_t i = 0; i < tr->n_past; i++)
        if (tr->past[i].from == t)
            mask_print(stdout, "from cycle %" PRIu64 ": %s\n", t, tr->past[i].agent);
    if (tr->n_past && tr->present == t)
        mask_print(stdout, "from cycle %" PRIu64 ": %s\n", t, tr->agent);
}

static int print_trace(const struct replay *rp)
{
    const struct trace *tr = &rp->tr;
    mask_print(stdout, "%s in %s   root seed %" PRIu64 "   seed %" PRIu32 "   ursa %s\n",
               tr->agent, tr->env, tr->root, tr->seed, tr->version);
    printf("%8s %6s %11s %7s\n", "cycle", "action", "observation", "reward");
    for (uint64_t t = 1; t <= tr->n && !ferror(stdout); t++) {
        const struct cycle *c = &tr->at[t - 1];
        print_turn(tr, t);
        printf("%8" PRIu64 " %6" PRIu32 " %11" PRIu32 " %7" PRId32 "%s\n", t, c->action,
               c->e.obs, c->e.rew,
               c->by == BY_USER     ? "  by the user"
               : c->by == BY_MENTOR ? "  by the mentor"
                                    : "");
    }
    if (!tr->ended)
        args_note(rp->args, "%s: warning: the trace has no end: the run was cut off",
                  rp->path);
    return EXIT_OK;
}

/* ---- as a film */

/* The window as it is drawn where there is no terminal: it can do everything. */
static struct view_conf drawn_conf(const struct replay *rp)
{
    enum palette palette = (enum palette)(rp->palette < 0 ? 0 : rp->palette % PALETTES);
    return (struct view_conf){ .utf8 = true,
                               .theme = { palette, BACKDROP_DARK, COLORS_DIRECT } };
}

/* The recording in a window. */
static bool open_view(struct replay *rp, struct view *v, const struct view_conf *conf,
                      struct err *err)
{
    return rp->match.n_seats ? view_open_match(v, conf, &rp->match, err)
                             : view_open_trace(v, conf, &rp->tr, err);
}

static uint64_t length(const struct replay *rp)
{
    return rp->match.n_seats ? rp->match.n : rp->tr.n;
}

/* Cycle t on the sheet. */
static void draw_cycle(struct view *v, struct sheet *sheet, int64_t t)
{
    view_go(v, t);
    sim_wait(v->sim[0], t);
    view_draw(v, sheet);
}

static int film(struct replay *rp)
{
    struct view v;
    struct err err = { 0 };
    struct sheet sheet = { 0 };
    struct view_conf conf = drawn_conf(rp);
    if (!open_view(rp, &v, &conf, &err))
        return args_err(rp->args, &err);
    struct cast_size size = { rp->rows, rp->cols, (int)rp->cast_version };
    struct cast *c = cast_open(rp->cast, size, v.show.agent[0].canonical, &err);
    if (!c) {
        view_release(&v);
        return args_err(rp->args, &err);
    }
    const atomic_int *stop = stop_on_signals();
    sheet_resize(&sheet, rp->rows, rp->cols);
    uint64_t t = 0;
    for (; t <= length(rp) && !atomic_load(stop); t++) {
        draw_cycle(&v, &sheet, (int64_t)t);
        cast_frame(c, &sheet, conf.theme, (double)t / (double)rp->fps);
    }
    sheet_release(&sheet);
    view_release(&v);
    if (!cast_close(c, &err)) {
        args_err(rp->args, &err);
        return EXIT_RUN_FAILED;
    }
    return t <= length(rp) ? EXIT_INTERRUPTED : EXIT_OK;
}

/* One cycle as a still. */
static int still(struct replay *rp)
{
    struct view v;
    struct err err = { 0 };
    struct sheet sheet = { 0 };
    struct view_conf conf = drawn_conf(rp);
    int64_t last = (int64_t)length(rp), t = rp->at < 0 ? last : rp->at;
    if (t > last)
        return args_fail(rp->args, "--at=%" PRId64 ": %s ends at cycle %" PRId64, t,
                         rp->path, last);
    if (!open_view(rp, &v, &conf, &err))
        return args_err(rp->args, &err);
    sheet_resize(&sheet, rp->rows, rp->cols);
    draw_cycle(&v, &sheet, t);
    bool ok = svg_write(rp->svg, &sheet, conf.theme, v.show.agent[0].canonical, &err);
    sheet_release(&sheet);
    view_release(&v);
    return ok ? EXIT_OK : args_err(rp->args, &err);
}

/* "A, B in GAME" */
static char *title_of(const struct replay *rp)
{
    const struct match_record *m = &rp->match;
    if (!m->n_seats)
        return xasprintf("%s in %s", rp->tr.agent, rp->tr.env);
    char *who = xstrdup("");
    for (uint32_t i = 0; i < m->n_seats; i++) {
        char *name = player_text(m->agent[i]),
             *more = xasprintf("%s%s%s", who, i ? ", " : "", name);
        free(name);
        free(who);
        who = more;
    }
    char *title = xasprintf("%s in %s", who, m->game);
    free(who);
    return title;
}

/* All of it as a page for browsers. */
static int page(struct replay *rp)
{
    struct err err = { 0 };
    char *own = title_of(rp);
    bool ok = page_write(rp->html, rp->path, rp->title ? rp->title : own, &err);
    free(own);
    return ok ? EXIT_OK : args_err(rp->args, &err);
}

/* ---- in the window */

static int show_window(struct replay *rp)
{
    struct view v;
    struct err err = { 0 };
    if (!window_palette(rp->args, rp->palette, &rp->conf.theme.palette))
        return rp->args->status;
    if (!open_view(rp, &v, &rp->conf, &err))
        return args_err(rp->args, &err);
    if (!(rp->match.n_seats ? rp->match.ended : rp->tr.ended))
        view_say(&v, "the trace has no end: the run was cut off");
    int status = window_run(&v, rp->args, true);
    view_release(&v);
    return status;
}

/* A window where there is a terminal for it, unless text was asked for. */
static bool has_window(struct replay *rp)
{
    struct err err = { 0 };
    if (rp->text || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return false;
    if (screen_probe(&rp->conf, false, &err))
        return true;
    args_note(rp->args, "%s: going on as --text", err.text);
    return false;
}

static bool take_size(void *config, const char *value, struct err *err)
{
    struct replay *rp = config;
    char rest;
    return (sscanf(value, "%dx%d%c", &rp->cols, &rp->rows, &rest) == 2 && rp->cols >= 1 &&
            rp->cols <= 1000 && rp->rows >= 1 && rp->rows <= 1000) ||
           err_set(err, "--size must be COLSxROWS, such as 100x30, got '%s'", value);
}

#define AT(field) offsetof(struct replay, field)
static const struct option_row options[] = {
    { 0, "verify", OPTION_FLAG, AT(verify), NULL,
      .help = "run it again and compare every cycle" },
    { 0, "text", OPTION_FLAG, AT(text), NULL, .help = "print it, even on a terminal" },
    { 0, "cast", OPTION_TEXT, AT(cast), "FILE",
      .help = "film the window as an asciicast, one frame a cycle" },
    { 0, "cast-version", OPTION_INT, AT(cast_version), "N", .def = 2, .min = 2, .max = 3,
      .help = "of --cast: 3 for asciinema 3 and later" },
    { 0, "svg", OPTION_TEXT, AT(svg), "FILE", .help = "save a cycle of the window as SVG" },
    { 0, "html", OPTION_TEXT, AT(html), "FILE",
      .help = "save it as a page for browsers, with the window in it" },
    { 0, "title", OPTION_TEXT, AT(title), "TEXT", .help = "title of that page" },
    { 0, "at", OPTION_INT, AT(at), "CYCLE", .def = -1, .min = -1, .max = 1e12,
      .help = "cycle that --svg saves; -1: the last" },
    { 0, "palette", OPTION_CHOICE, AT(palette), NULL, .def = -1, .choices = palette_names,
      .help = "colours; of the window $URSA_PALETTE" },
    { 0, "size", OPTION_TAKE, 0, "COLSxROWS", .text = "80x24", .take = take_size,
      .help = "of the window in film and still" },
    { 0, "fps", OPTION_INT, AT(fps), "N", .def = 8, .min = 1, .max = 1000,
      .help = "frames a second of the film" },
    { 0 },
};
#undef AT

/* A trace of a match: in the window, as a still, a film or a page, or as text. */
static int run_match(struct replay *rp)
{
    struct err err = { 0 };
    bool drawn = rp->cast || rp->svg || rp->html;
    if (rp->verify || !(drawn || has_window(rp)))
        return replay_match(rp->args, rp->path, rp->verify);
    if (!match_trace_read(&rp->match, rp->path, &err))
        return args_err(rp->args, &err);
    int status = rp->cast   ? film(rp)
                 : rp->svg  ? still(rp)
                 : rp->html ? page(rp)
                            : show_window(rp);
    match_record_release(&rp->match);
    return status;
}

static int run(struct args *a)
{
    struct replay rp = { .args = a };
    struct err err = { 0 };
    int status = EXIT_OK;
    if (!args_parse(a, &rp))
        return a->status;
    if (a->json && !rp.verify)
        return args_fail(a, "--json tells what --verify finds: give both");
    rp.path = a->operand[0];
    if (!!rp.cast + !!rp.svg + !!rp.html > 1)
        return args_fail(a, "--cast, --svg and --html are different things: give one");
    if (rp.title && !rp.html)
        return args_fail(a, "--title is of a page: give --html, too");
    if (!rp.cast && args_given(a, "cast-version"))
        return args_fail(a, "--cast-version is of a film: give --cast, too");
    if (is_match_trace(rp.path))
        return run_match(&rp);
    if (!trace_read(&rp.tr, rp.path, &err))
        return args_err(a, &err);
    if (rp.verify)
        status = verify(&rp);
    else if (!rp.cast && !rp.svg && !rp.html)
        status = has_window(&rp) ? show_window(&rp) : print_trace(&rp);
    if (status == EXIT_OK && rp.cast)
        status = film(&rp);
    if (status == EXIT_OK && rp.svg)
        status = still(&rp);
    if (status == EXIT_OK && rp.html)
        status = page(&rp);
    kind_release(&rp.agent);
    kind_release(&rp.env);
    trace_release(&rp.tr);
    return status;
}

const struct cmd cmd_replay = {
    .group = "Watch",
    .name = "replay",
    .title = "show, verify or film a trace",
    .example = "ursa replay a.urt --verify",
    .operands = "FILE",
    .options = options,
    .json = true,
    .run = run,
};
