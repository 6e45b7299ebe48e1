#include "config.h"

#include "solve_game.h"

#include "cmd.h"
#include "equilibria.h"
#include "mask.h"
#include "output.h"
#include "registry.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

/* What is known of a table. */
struct round {
    const char *name; /* canonical */
    const struct game *game;
    const struct normal *table;
    struct equilibria e;
    struct profile uniform, logit, sure;
    double maximin[PLAYERS_MAX], lambda, sum;
    bool constant;
    double *device; /* [n_joint] owned; NULL: none was found */
};

static void find(struct round *s, double epsilon)
{
    const struct normal *t = s->table;
    equilibria_find(t, &s->e);
    s->constant = normal_constant_sum(t, &s->sum);
    profile_uniform(t, &s->uniform);
    s->lambda = logit_path(t, epsilon, &s->logit);
    for (uint32_t i = 0; i < t->n_players; i++)
        s->maximin[i] = normal_maximin(t, i, s->sure.p[i]);
    s->device = xcalloc(t->n_joint, sizeof *s->device);
    if (correlated_best(t, s->device))
        return;
    free(s->device);
    s->device = NULL;
}

static double exploitability(const struct normal *t, const double *gap)
{
    double most = 0;
    for (uint32_t i = 0; i < t->n_players; i++)
        most = fmax(most, gap[i]);
    return most;
}

static double device_value(const struct round *s, uint32_t i)
{
    double value = 0;
    for (uint32_t joint = 0; joint < s->table->n_joint; joint++)
        value += s->device[joint] * normal_pay(s->table, joint, i);
    return value;
}

/* ---- as JSON */

static json_t *mix_json(const struct normal *t, const struct profile *x)
{
    json_t *all = json_array();
    for (uint32_t i = 0; i < t->n_players; i++) {
        json_t *own = json_array();
        for (uint32_t a = 0; a < t->moves[i]; a++)
            json_array_append_new(own, json_real(x->p[i][a]));
        json_array_append_new(all, own);
    }
    return all;
}

static json_t *profile_json(const struct normal *t, const struct profile *x)
{
    double gap[PLAYERS_MAX], nashconv = profile_nashconv(t, x, gap);
    json_t *values = json_array(), *gaps = json_array();
    for (uint32_t i = 0; i < t->n_players; i++) {
        json_array_append_new(values, json_real(profile_value(t, x, i)));
        json_array_append_new(gaps, json_real(gap[i]));
    }
    return json_pack("{s:o, s:o, s:o, s:f, s:f}", "mix", mix_json(t, x), "value", values,
                     "gaps", gaps, "nashconv", nashconv, "exploitability",
                     exploitability(t, gap));
}

static json_t *moves_json(const struct round *s)
{
    json_t *all = json_array();
    for (uint32_t i = 0; i < s->table->n_players; i++) {
        json_t *own = json_array();
        for (uint32_t a = 0; a < s->table->moves[i]; a++) {
            char name[64];
            game_action_text(s->game, i, a, name, sizeof name);
            json_array_append_new(own, json_string(name));
        }
        json_array_append_new(all, own);
    }
    return all;
}

static json_t *equilibria_json(const struct round *s)
{
    json_t *all = json_array();
    for (size_t k = 0; k < s->e.n; k++) {
        json_t *o = profile_json(s->table, &s->e.at[k]);
        json_object_set_new(o, "pure", json_boolean(k < s->e.n_pure));
        json_array_append_new(all, o);
    }
    return all;
}

static json_t *device_json(const struct round *s)
{
    json_t *chances = json_array(), *values = json_array();
    for (uint32_t joint = 0; joint < s->table->n_joint; joint++)
        json_array_append_new(chances, json_real(s->device[joint]));
    for (uint32_t i = 0; i < s->table->n_players; i++)
        json_array_append_new(values, json_real(device_value(s, i)));
    return json_pack("{s:o, s:o}", "chances", chances, "value", values);
}

static void answer_json(const struct round *s)
{
    json_t *sure = json_array(), *logit = profile_json(s->table, &s->logit);
    for (uint32_t i = 0; i < s->table->n_players; i++)
        json_array_append_new(sure, json_real(s->maximin[i]));
    json_object_set_new(logit, "lambda",
                        isfinite(s->lambda) ? json_real(s->lambda) : json_null());
    json_t *o = json_pack("{s:i, s:s, s:o, s:o, s:s?, s:o, s:o, s:o, s:o, s:o, s:o}", "v",
                          1, "game", s->name, "moves", moves_json(s), "equilibria",
                          equilibria_json(s), "lacks", s->e.lacks, "constant_sum",
                          s->constant ? json_real(s->sum) : json_null(), "maximin", sure,
                          "maximin_mix", mix_json(s->table, &s->sure), "uniform",
                          profile_json(s->table, &s->uniform), "logit", logit, "correlated",
                          s->device ? device_json(s) : json_null());
    print_json(o);
    json_decref(o);
}

/* ---- as text */

/* "heads 0.5 tails 0.5 | ...": moves without a chance are not named, nor is a certain
 * chance. */
static void mix_text(const struct round *s, const struct profile *x)
{
    const struct normal *t = s->table;
    for (uint32_t i = 0; i < t->n_players; i++) {
        fputs(i ? " | " : "", stdout);
        for (uint32_t a = 0, n = 0; a < t->moves[i]; a++) {
            char name[64];
            if (x->p[i][a] <= 0)
                continue;
            game_action_text(s->game, i, a, name, sizeof name);
            mask_print(stdout, "%s%s", n++ ? " " : "", name);
            if (x->p[i][a] < 1)
                printf(" %.10g", x->p[i][a]);
        }
    }
    puts("");
}

static void values_text(const struct normal *t, const struct profile *x)
{
    for (uint32_t i = 0; i < t->n_players; i++)
        printf("%s%.10g", i ? "  " : "", profile_value(t, x, i));
}

static void distance_text(const struct normal *t, const char *name, const struct profile *x)
{
    double gap[PLAYERS_MAX], nashconv = profile_nashconv(t, x, gap);
    printf("  %-12s NashConv %.10g  exploitability %.10g", name, nashconv,
           exploitability(t, gap));
}

static void device_text(const struct round *s)
{
    fputs("  correlated  ", stdout);
    for (uint32_t i = 0; i < s->table->n_players; i++)
        printf(" %.10g", device_value(s, i));
    fputs(" :", stdout);
    for (uint32_t joint = 0, n = 0; joint < s->table->n_joint; joint++) {
        uint8_t move[PLAYERS_MAX];
        if (s->device[joint] <= 1e-9)
            continue;
        normal_moves(s->table, joint, move);
        fputs(n++ ? ", " : " ", stdout);
        for (uint32_t i = 0; i < s->table->n_players; i++) {
            char name[64];
            game_action_text(s->game, i, move[i], name, sizeof name);
            mask_print(stdout, "%s%s", i ? "|" : "", name);
        }
        printf(" %.6g", s->device[joint]);
    }
    puts("");
}

static void equilibria_text(const struct round *s)
{
    for (size_t k = 0; k < s->e.n; k++) {
        fputs(k < s->e.n_pure ? "pure   " : "mixed  ", stdout);
        values_text(s->table, &s->e.at[k]);
        fputs(" : ", stdout);
        mix_text(s, &s->e.at[k]);
    }
    if (!s->e.n_pure)
        puts("no pure equilibrium");
    if (s->e.lacks)
        printf("not looked for: %s\n", s->e.lacks);
}

static void answer_text(const struct round *s)
{
    const struct normal *t = s->table;
    mask_print(stdout, "%s   equilibria of a round   %" PRIu32 " players   ", s->name,
               t->n_players);
    for (uint32_t i = 0; i < t->n_players; i++)
        printf("%s%" PRIu32, i ? " x " : "", t->moves[i]);
    puts(" moves");
    equilibria_text(s);
    if (s->constant)
        printf("  %-12s %.10g\n", "constant sum", s->sum);
    fputs("  maximin     ", stdout);
    for (uint32_t i = 0; i < t->n_players; i++)
        printf(" %.10g", s->maximin[i]);
    fputs(" : ", stdout);
    mix_text(s, &s->sure);
    distance_text(t, "uniform", &s->uniform);
    puts("");
    distance_text(t, "logit", &s->logit);
    if (isfinite(s->lambda))
        printf("  lambda %.10g", s->lambda);
    fputs(" : ", stdout);
    mix_text(s, &s->logit);
    if (s->device)
        device_text(s);
}

int solve_game(struct args *a, const char *text, uint64_t root, double epsilon)
{
    struct err err = { 0 };
    struct spec_of spec;
    struct game *g = NULL;
    struct round s = { .table = NULL };
    if (kind_parse(&spec, &game_shelf, text, &err))
        g = game_open(&spec, root, &err);
    s.game = g;
    s.table = g ? normal_of(g) : NULL;
    if (g && !s.table)
        err_set(&err,
                "%s is no table of one round: its equilibria are not known; a seat in it "
                "is a world, seat:game=%s",
                g->ops->kind.name, g->ops->kind.name);
    if (s.table) {
        s.name = spec.canonical;
        find(&s, epsilon);
        if (a->json)
            answer_json(&s);
        else
            answer_text(&s);
    }
    equilibria_release(&s.e);
    free(s.device);
    game_close(g);
    kind_release(&spec);
    return s.table ? EXIT_OK : args_err(a, &err);
}
