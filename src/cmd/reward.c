#include "config.h"

#include "cmd.h"
#include "forms.h"
#include "mask.h"
#include "output.h"
#include "reward_map.h"
#include "xalloc.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ursa reward distance|canonical|shape|regret: what one reward is beside another. */

enum metric { METRIC_ALL, METRIC_EPIC, METRIC_DARD, METRIC_STARC };
static const char *const metrics[] = { "all", "epic", "dard", "starc", NULL };

struct rewards {
    struct args *args;
    int coverage, metric, form; /* coverage -1: that of each metric */
    double gamma;
    bool maps;
    const char *output;
    int64_t root;
    struct reward r[2];
    size_t n; /* of them */
};

static bool take_gamma(void *config, const char *value, struct err *err)
{
    double *gamma = &((struct rewards *)config)->gamma;
    char *end;
    *gamma = strtod(value, &end);
    return (end != value && !*end && *gamma >= 0 && *gamma <= 0.99999) ||
           err_set(err, "--gamma must be a number in 0..0.99999, got '%s'", value);
}

#define AT(field) offsetof(struct rewards, field)
static const struct option_row options[] = {
    { 'g', "gamma", OPTION_TAKE, 0, "G", .take = take_gamma, .text = "0.99",
      .help = "discount of a step" },
    { 0, "coverage", OPTION_CHOICE, AT(coverage), NULL, .choices = coverage_names,
      .def = -1, .help = "distance: what counts (EPIC all, DARD what can happen)" },
    { 0, "metric", OPTION_CHOICE, AT(metric), NULL, .choices = metrics, .def = METRIC_ALL,
      .help = "distance: which" },
    { 0, "form", OPTION_CHOICE, AT(form), NULL, .choices = form_names, .def = FORM_MINIMAL,
      .help = "canonical, --maps: which form" },
    { 0, "maps", OPTION_FLAG, AT(maps), NULL,
      .help = "draw the rewards and their forms over the map" },
    { 'o', "output", OPTION_TEXT, AT(output), "FILE",
      .help = "canonical: write it as a reward of its own" },
    { 0, "root-seed", OPTION_INT, AT(root), "N", .max = 0x1p63,
      .help = "root seed, under which maps count" },
    { 0 },
};
#undef AT

/* ---- what all share */

static double *form_of(struct rewards *s, size_t i, enum form form, double *phi)
{
    struct err err = { 0 };
    double *at = xcalloc(reward_size(&s->r[i]), sizeof *at);
    if (form_make(&s->r[i], form, s->gamma, at, phi, &err))
        return at;
    args_err(s->args, &err);
    free(at);
    return NULL;
}

static json_t *number(double x) { return isfinite(x) ? json_real(x) : json_null(); }

static void number_text(double x, char *buf, size_t n)
{
    if (isfinite(x))
        snprintf(buf, n, "%.6f", x);
    else
        snprintf(buf, n, "-");
}

static void title(const struct rewards *s)
{
    for (size_t i = 0; i < s->n; i++)
        mask_print(stdout, "%c  %s\n", 'A' + (int)i, s->r[i].name);
    printf("%" PRIu32 " states, %" PRIu32 " actions, gamma %.12g\n", s->r[0].n,
           s->r[0].n_actions, s->gamma);
}

static json_t *title_json(const struct rewards *s)
{
    json_t *o = json_object();
    json_object_set_new(o, "v", json_integer(1));
    for (size_t i = 0; i < s->n; i++)
        json_object_set_new(o, i ? "b" : "a", json_string(s->r[i].name));
    json_object_set_new(o, "states", json_integer(s->r[0].n));
    json_object_set_new(o, "actions", json_integer(s->r[0].n_actions));
    json_object_set_new(o, "gamma", json_real(s->gamma));
    return o;
}

/* The rewards and their forms, two beside each other. */
static int draw_maps(struct rewards *s)
{
    struct reward_map map[4];
    double *form[2] = { NULL, NULL };
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++) {
        form[i] = form_of(s, i, (enum form)s->form, NULL);
        if (!form[i])
            return free(form[0]), EXIT_RUN_FAILED;
    }
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < s->n; i++) {
            char what[64];
            snprintf(what, sizeof what, k ? "%c, %s" : "%c", 'A' + (int)i,
                     form_names[s->form]);
            reward_map_make(&map[n++], &s->r[i], k ? form[i] : s->r[i].at, what);
        }
    puts("");
    for (size_t i = 0; i < n; i += s->n)
        reward_map_print(map + i, s->n, args_color(s->args, 1), stdout);
    for (size_t i = 0; i < n; i++)
        reward_map_release(&map[i]);
    free(form[0]);
    free(form[1]);
    return EXIT_OK;
}

/* ---- distance */

struct distances {
    double epic, dard, value, minimal; /* NAN: not asked for, or there is none */
    struct regret regret[2];
};

static bool wants(const struct rewards *s, enum metric m)
{
    return s->metric == METRIC_ALL || s->metric == (int)m;
}

/* The distance of both rewards' forms under weights, or by norms where there are none. */
static double between(struct rewards *s, enum form form, enum coverage own)
{
    const bool starc = form == FORM_VALUE || form == FORM_MINIMAL;
    double d = NAN, *a = form_of(s, 0, form, NULL), *b = form_of(s, 1, form, NULL);
    enum coverage c = s->coverage < 0 ? own : (enum coverage)s->coverage;
    double *weight = starc ? NULL : coverage_make(&s->r[0], c, s->gamma);
    if (starc)
        d = distance_starc(&s->r[0], &s->r[1], a, b);
    else
        d = distance_pearson(a, b, weight, reward_size(&s->r[0]));
    free(weight);
    free(a);
    free(b);
    return d;
}

static struct distances measure(struct rewards *s)
{
    struct distances d = { .epic = NAN, .dard = NAN, .value = NAN, .minimal = NAN };
    if (wants(s, METRIC_EPIC))
        d.epic = between(s, FORM_EPIC, COVER_UNIFORM);
    if (wants(s, METRIC_DARD))
        d.dard = between(s, FORM_DARD, COVER_FEASIBLE);
    if (wants(s, METRIC_STARC)) {
        d.value = between(s, FORM_VALUE, COVER_UNIFORM);
        d.minimal = between(s, FORM_MINIMAL, COVER_UNIFORM);
    }
    for (size_t i = 0; i < 2; i++)
        d.regret[i] = reward_regret(&s->r[i], &s->r[1 - i], s->gamma);
    return d;
}

static void distances_json(const struct rewards *s, const struct distances *d)
{
    json_t *o = title_json(s);
    const char *c = s->coverage < 0 ? NULL : coverage_names[s->coverage];
    json_object_set_new(o, "coverage", c ? json_string(c) : json_null());
    if (wants(s, METRIC_EPIC))
        json_object_set_new(o, "epic", number(d->epic));
    if (wants(s, METRIC_DARD))
        json_object_set_new(o, "dard", number(d->dard));
    if (wants(s, METRIC_STARC)) {
        json_object_set_new(o, "starc_value", number(d->value));
        json_object_set_new(o, "starc_minimal", number(d->minimal));
    }
    json_object_set_new(o, "regret_a", json_real(d->regret[0].regret));
    json_object_set_new(o, "regret_b", json_real(d->regret[1].regret));
    print_json(o);
    json_decref(o);
}

static void line(const char *what, double x, const char *how)
{
    char text[40];
    number_text(x, text, sizeof text);
    printf("%-8s %-10s %s\n", what, text, how);
}

static void distances_text(const struct rewards *s, const struct distances *d)
{
    const bool own = s->coverage < 0;
    const char *c = own ? NULL : coverage_names[s->coverage];
    title(s);
    if (wants(s, METRIC_EPIC))
        line("EPIC", d->epic, own ? "uniform coverage" : c);
    if (wants(s, METRIC_DARD))
        line("DARD", d->dard, own ? "feasible coverage" : c);
    if (wants(s, METRIC_STARC)) {
        line("STARC", d->value, "by value of the uniform policy");
        line("", d->minimal, "by least norm");
    }
    line("regret", d->regret[0].regret, "of A, acting by B");
    line("", d->regret[1].regret, "of B, acting by A");
}

static int distance(struct rewards *s)
{
    struct distances d = measure(s);
    if (s->args->json)
        distances_json(s, &d);
    else
        distances_text(s, &d);
    return s->maps && !s->args->json ? draw_maps(s) : EXIT_OK;
}

/* ---- regret */

static int regret(struct rewards *s)
{
    static const char *const keys[] = { "of_a", "of_b" };
    json_t *o = s->args->json ? title_json(s) : NULL;
    if (!o) {
        title(s);
        printf("%-18s %12s %12s %12s %10s\n", "expected sum", "best", "got", "worst",
               "regret");
    }
    for (size_t i = 0; i < 2; i++) {
        struct regret g = reward_regret(&s->r[i], &s->r[1 - i], s->gamma);
        if (o)
            json_object_set_new(o, keys[i],
                                json_pack("{s:f, s:f, s:f, s:f}", "best", g.best, "got",
                                          g.got, "worst", g.worst, "regret", g.regret));
        else
            printf("of %c, acting by %c %13.6f %12.6f %12.6f %10.6f\n", 'A' + (int)i,
                   'B' - (int)i, g.best, g.got, g.worst, g.regret);
    }
    if (o)
        print_json(o);
    json_decref(o);
    return EXIT_OK;
}

/* ---- canonical */

static double norm_of(const double *at, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += at[i] * at[i];
    return sqrt(sum);
}

static int save(struct rewards *s, const double *at)
{
    FILE *to = fopen(s->output, "w");
    if (to) {
        reward_write(&s->r[0], at, to);
        bool bad = ferror(to);
        if (!fclose(to) && !bad)
            return EXIT_OK;
    }
    args_fail(s->args, "cannot write '%s': %s", s->output, strerror(errno));
    return EXIT_RUN_FAILED;
}

/* What each action is expected to pay, and the potential. */
static void form_text(const struct reward *r, const double *at, const double *phi)
{
    double *mean = reward_means(r, at);
    char name[80];
    printf("%-12s", "state");
    for (unsigned a = 0; a < r->n_actions; a++) {
        env_action_text(r->env, a, name, sizeof name);
        mask_print(stdout, " %10.10s", name);
    }
    printf(" %12s\n", "potential");
    for (uint32_t k = 0; k < r->n; k++) {
        reward_state_text(r, k, name, sizeof name);
        mask_print(stdout, "%-12s", name);
        for (unsigned a = 0; a < r->n_actions; a++)
            printf(" %10.6g", mean[reward_pair(r, k, a)]);
        printf(" %12.8g\n", phi[k]);
    }
    free(mean);
}

static void form_json(const struct rewards *s, const double *at, const double *phi)
{
    const struct reward *r = &s->r[0];
    double *mean = reward_means(r, at);
    json_t *o = title_json(s), *states = json_array();
    json_object_set_new(o, "form", json_string(form_names[s->form]));
    json_object_set_new(o, "norm", json_real(norm_of(at, reward_size(r))));
    for (uint32_t k = 0; k < r->n; k++) {
        char name[80];
        json_t *pays = json_array();
        reward_state_text(r, k, name, sizeof name);
        for (unsigned a = 0; a < r->n_actions; a++)
            json_array_append_new(pays, json_real(mean[reward_pair(r, k, a)]));
        json_array_append_new(states, json_pack("{s:s, s:o, s:f}", "state", name, "pays",
                                                pays, "potential", phi[k]));
    }
    json_object_set_new(o, "of", states);
    print_json(o);
    json_decref(o);
    free(mean);
}

static int canonical(struct rewards *s)
{
    const struct reward *r = &s->r[0];
    double *phi = xcalloc(r->n, sizeof *phi);
    double *at = form_of(s, 0, (enum form)s->form, phi);
    int status = at ? EXIT_OK : EXIT_RUN_FAILED;
    if (at && s->output)
        status = save(s, at);
    else if (at && s->args->json)
        form_json(s, at, phi);
    else if (at) {
        title(s);
        printf("form %s, norm %.7g; of the reward %.7g\n", form_names[s->form],
               norm_of(at, reward_size(r)), norm_of(r->at, reward_size(r)));
        if (!s->maps)
            form_text(r, at, phi);
    }
    free(at);
    free(phi);
    return !status && s->maps && !s->output && !s->args->json ? draw_maps(s) : status;
}

/* ---- shape */

/* B = scale A + grad Phi, as near as can be: by the parts without divergence. */
struct shaping {
    double scale, off; /* of the norm of B's part, what is left */
    double *phi;       /* [n] */
};

static struct shaping fit(struct rewards *s)
{
    size_t size = reward_size(&s->r[0]);
    uint32_t n = s->r[0].n;
    double *phi = xcalloc(n, sizeof *phi), *own = xcalloc(n, sizeof *own);
    double *a = form_of(s, 0, FORM_GRADIENT, own), *b = form_of(s, 1, FORM_GRADIENT, phi);
    double ab = 0, left = 0, na = norm_of(a, size), nb = norm_of(b, size);
    for (size_t i = 0; i < size; i++)
        ab += a[i] * b[i];
    struct shaping f = { .scale = na > 0 ? ab / na / na : 0, .phi = own };
    for (size_t i = 0; i < size; i++)
        left += (b[i] - f.scale * a[i]) * (b[i] - f.scale * a[i]);
    f.off = nb > 0 ? sqrt(left) / nb : 0;
    for (uint32_t k = 0; k < n; k++)
        own[k] = f.scale * own[k] - phi[k];
    free(a);
    free(b);
    free(phi);
    return f;
}

static int shape(struct rewards *s)
{
    const struct reward *r = &s->r[0];
    struct shaping f = fit(s);
    const bool same = f.off < 1e-9 && f.scale > 0;
    json_t *o = s->args->json ? title_json(s) : NULL, *states = json_array();
    if (o) {
        json_object_set_new(o, "shaped", json_boolean(same));
        json_object_set_new(o, "scale", json_real(f.scale));
        json_object_set_new(o, "off", json_real(f.off));
    } else {
        title(s);
        printf("B is %s A times %.9g plus a potential's gradient (%.3g of it is left)\n",
               same ? "" : "not", f.scale, f.off);
        printf("%-12s %14s\n", "state", "potential");
    }
    for (uint32_t k = 0; k < r->n; k++) {
        char name[80];
        reward_state_text(r, k, name, sizeof name);
        if (o)
            json_array_append_new(
                states, json_pack("{s:s, s:f}", "state", name, "potential", f.phi[k]));
        else
            mask_print(stdout, "%-12s %14.9g\n", name, f.phi[k]);
    }
    if (o) {
        json_object_set(o, "of", states);
        print_json(o);
    }
    json_decref(states);
    json_decref(o);
    free(f.phi);
    return EXIT_OK;
}

/* ---- the command */

static bool open_all(struct rewards *s, size_t n)
{
    struct err err = { 0 };
    if (s->args->n_operands != n + 1) {
        args_fail(s->args, "%s takes %s: worlds, or files of rewards", s->args->operand[0],
                  n == 1 ? "one reward" : "two rewards");
        return false;
    }
    bool ok = true;
    for (size_t i = 0; i < n && ok; i++) {
        ok = reward_open(&s->r[i], s->args->operand[i + 1], (uint64_t)s->root, &err);
        s->n += ok;
    }
    ok = ok && (n == 1 || reward_match(&s->r[0], &s->r[1], &err));
    if (ok && n == 2)
        reward_common_ends(&s->r[0], &s->r[1]);
    if (!ok)
        args_err(s->args, &err);
    return ok;
}

static int run(struct args *a)
{
    static const struct {
        const char *name;
        size_t n;
        int (*act)(struct rewards *s);
    } all[] = { { "distance", 2, distance },
                { "canonical", 1, canonical },
                { "shape", 2, shape },
                { "regret", 2, regret } };
    struct rewards s = { .args = a };
    if (!args_parse(a, &s))
        return a->status;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (strcmp(a->operand[0], all[i].name) != 0)
            continue;
        int status = open_all(&s, all[i].n) ? all[i].act(&s) : a->status;
        for (size_t k = 0; k < 2; k++)
            reward_release(&s.r[k]);
        return status;
    }
    return args_fail(a, "'%s' is none of distance, canonical, shape, regret",
                     a->operand[0]);
}

const struct cmd cmd_reward = {
    .group = "Check the theory",
    .name = "reward",
    .title = "how far two rewards are apart",
    .example = "ursa reward canonical gridworld",
    .operands = "distance|canonical|shape|regret ENV [ENV]",
    .options = options,
    .page = "ursa-reward",
    .json = true,
    .run = run,
};
