#include "config.h"

#include "experiment.h"

#include "match.h"
#include "setting.h"
#include "suggest.h"
#include "xalloc.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void experiment_init(struct experiment *e)
{
    *e = (struct experiment){ .steps = 200, .curve_points = 200 };
    experiment_set_maps(e, "1-10", NULL);
    experiment_set_seeds(e, "1-10", NULL);
}

void experiment_release(struct experiment *e)
{
    free(e->name);
    free(e->text);
    list_release(&e->agents);
    list_release(&e->envs);
    list_release(&e->games);
    for (size_t i = 0; i < e->n_sweeps; i++) {
        free(e->sweep[i].key);
        list_release(&e->sweep[i].values);
    }
    free(e->maps);
    free(e->seeds);
    free(e->baseline);
    free(e->metric);
    char **report = (char **)(void *)&e->report; /* strings, nothing else */
    for (size_t i = 0; i < sizeof e->report / sizeof *report; i++)
        free(report[i]);
    list_release(&e->metrics);
    for (size_t i = 0; i < e->n_trials; i++) {
        kind_release(&e->trial[i].agent);
        kind_release(&e->trial[i].env);
        for (uint32_t k = 0; k < e->trial[i].n_seats; k++)
            kind_release(&e->trial[i].seat[k]);
        free(e->trial[i].seat);
    }
    free(e->trial);
    *e = (struct experiment){ 0 };
}

/* ---- from options */

static void append(struct list *l, const char *item) { list_append(l, xstrdup(item)); }

/* The canonical text of what was read into a list; releases it. */
static bool take(struct list *to, bool ok, struct spec_of *spec)
{
    if (ok)
        append(to, spec->canonical);
    kind_release(spec);
    return ok;
}

bool experiment_add_agent(struct experiment *e, const char *spec, struct err *err)
{
    struct spec_of s;
    return take(&e->agents, player_parse(&s, spec, err), &s);
}

bool experiment_add_env(struct experiment *e, const char *spec, struct err *err)
{
    struct spec_of s;
    return take(&e->envs, kind_parse(&s, &env_shelf, spec, err), &s);
}

bool experiment_add_game(struct experiment *e, const char *spec, struct err *err)
{
    struct spec_of s;
    return take(&e->games, kind_parse(&s, &game_shelf, spec, err), &s);
}

bool experiment_add_sweep(struct experiment *e, const char *text, struct err *err)
{
    const char *eq = strchr(text, '=');
    if (!eq || eq == text)
        return err_set(err, "'%s' is not KEY=LIST", text);
    struct list values;
    if (!list_parse(&values, eq + 1, err))
        return false;
    char *key = xasprintf("%.*s", (int)(eq - text), text);
    for (size_t i = 0; i < e->n_sweeps; i++)
        if (!strcmp(e->sweep[i].key, key)) {
            free(key);
            list_release(&e->sweep[i].values);
            e->sweep[i].values = values;
            return true;
        }
    if (e->n_sweeps == SWEEPS_MAX) {
        free(key);
        list_release(&values);
        return err_set(err, "more than %d sweeps", SWEEPS_MAX);
    }
    e->sweep[e->n_sweeps++] = (struct sweep){ key, values };
    return true;
}

struct entry {
    long long value;
    size_t at;
};

static int by_entry(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int d = (x->value > y->value) - (x->value < y->value);
    return d ? d : (x->at > y->at) - (x->at < y->at);
}

/* Leaves out what was there before, in the order given; returns how many are left. */
static size_t each_once(long long *x, size_t n)
{
    struct entry *sorted = xcalloc(n + 1, sizeof *sorted);
    bool *again = xcalloc(n + 1, sizeof *again);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        sorted[i] = (struct entry){ x[i], i };
    qsort(sorted, n, sizeof *sorted, by_entry);
    for (size_t i = 1; i < n; i++)
        again[sorted[i].at] = sorted[i].value == sorted[i - 1].value;
    for (size_t i = 0; i < n; i++)
        if (!again[i])
            x[kept++] = x[i];
    free(sorted);
    free(again);
    return kept;
}

static bool set_indices(long long **to, size_t *n, const char *text, struct err *err)
{
    long long *at;
    size_t count;
    if (!list_ints(text, 0, UINT32_MAX, &at, &count, err))
        return false;
    free(*to);
    *to = at;
    *n = each_once(at, count);
    return true;
}

bool experiment_set_maps(struct experiment *e, const char *text, struct err *err)
{
    return set_indices(&e->maps, &e->n_maps, text, err);
}

bool experiment_set_seeds(struct experiment *e, const char *text, struct err *err)
{
    return set_indices(&e->seeds, &e->n_seeds, text, err);
}

/* ---- trials */

/* Whether the world follows its map index: it has one and no map of its own, or something
 * is hidden in that by the index. */
static bool draws_maps(const struct spec_of *w)
{
    const struct param *hide = param_find(w->kind->params, "hide");
    const struct param *index = param_find(w->kind->params, "map_index");
    const struct param *map = param_find(w->kind->params, "map");
    return index && param_is_default(index, w->config) &&
           (!map || param_is_default(map, w->config) ||
            (hide && !param_is_default(hide, w->config)));
}

/* Takes the specs over unless the trial is there: a sweep need not concern this agent. */
static struct trial *add_trial(struct experiment *e, struct spec_of *a, struct spec_of *w)
{
    for (size_t i = 0; i < e->n_trials; i++)
        if (!strcmp(e->trial[i].agent.canonical, a->canonical) &&
            !strcmp(e->trial[i].env.canonical, w->canonical))
            return NULL;
    if ((e->n_trials & (e->n_trials - 1)) == 0) /* grow at powers of two */
        e->trial = xrealloc(e->trial, e->n_trials ? 2 * e->n_trials : 1, sizeof *e->trial);
    struct trial *t = &e->trial[e->n_trials++];
    *t = (struct trial){ .agent = *a, .env = *w, .maps = draws_maps(w) };
    *a = *w = (struct spec_of){ 0 };
    return t;
}

static bool knows(const struct param *params, const char *key, const char *prefix)
{
    size_t n = strlen(prefix);
    return param_find(params, !strncmp(key, prefix, n) ? key + n : key) != NULL;
}

/* Whether key is about this pair, so that agents without it can stand beside others. */
static bool concerns(const char *key, const struct spec_of *a, const struct spec_of *w)
{
    bool agent = knows(a->kind->params, key, "agent.") && strncmp(key, "env.", 4) != 0;
    bool env = knows(w->kind->params, key, "env.") && strncmp(key, "agent.", 6) != 0;
    return agent || env;
}

/* Value `i` (counting through all sweeps as digits) of the pair. */
static bool make_trial(struct experiment *e, const char *agent, const char *env, size_t i,
                       struct err *err)
{
    struct spec_of a = { 0 };
    struct spec_of w = { 0 };
    bool ok =
        kind_parse(&a, &agent_shelf, agent, err) && kind_parse(&w, &env_shelf, env, err);
    for (size_t k = 0; ok && k < e->n_sweeps; k++) {
        const struct sweep *s = &e->sweep[k];
        const char *value = s->values.at[i % s->values.n];
        i /= s->values.n;
        if (concerns(s->key, &a, &w))
            ok = setting_apply(&a, &w, s->key, value, err);
    }
    if (ok)
        add_trial(e, &a, &w);
    kind_release(&a);
    kind_release(&w);
    return ok;
}

/* ---- line-ups of games */

const char *const seats_names[] = { "all", "swap", "given", NULL };

/* Who sits where: agent at[i] in seat i. */
static bool add_line_up(struct experiment *e, const struct spec_of *game, const size_t *at,
                        uint32_t n, struct err *err)
{
    struct spec_of who = { 0 }, where;
    struct spec_of *seat = xcalloc(n, sizeof *seat);
    char *text = xstrdup("");
    bool ok = true;
    for (uint32_t i = 0; i < n && ok; i++) {
        ok = kind_parse(&seat[i], &agent_shelf, e->agents.at[at[i]], err);
        char *more = xasprintf("%s%s%s", text, i ? SEATS_BETWEEN : "", e->agents.at[at[i]]);
        free(text);
        text = more;
    }
    who.kind = seat[0].kind;
    who.canonical = text;
    kind_copy(&where, game);
    struct trial *t = ok ? add_trial(e, &who, &where) : NULL;
    if (t) {
        t->seat = seat;
        t->n_seats = n;
        return true;
    }
    kind_release(&who);
    kind_release(&where);
    for (uint32_t i = 0; i < n; i++)
        kind_release(&seat[i]);
    free(seat);
    return ok;
}

/* The next choice of n of `of`, digits that do not fall unless `any`; false after the
 * last. */
static bool next_choice(size_t *at, uint32_t n, size_t of, bool any)
{
    uint32_t i = n;
    while (i && at[i - 1] + 1 == of)
        i--;
    if (!i)
        return false;
    at[i - 1]++;
    for (; i < n; i++)
        at[i] = any ? 0 : at[i - 1];
    return true;
}

static double count_choices(uint32_t n, size_t of, bool any)
{
    double count = 1;
    for (uint32_t i = 0; i < n; i++)
        count *= any ? (double)of : ((double)of + i) / (i + 1);
    return count;
}

static bool add_chosen(struct experiment *e, const struct spec_of *game, uint32_t n,
                       struct err *err)
{
    size_t at[PLAYERS_MAX] = { 0 };
    const bool given = e->seats == SEATS_GIVEN, any = e->seats == SEATS_SWAP;
    double runs = (given ? 1 : count_choices(n, e->agents.n, any)) * (double)e->n_seeds;
    if (given && e->agents.n != n)
        return err_set(err, "%s has %" PRIu32 " seats, and %zu agents are given",
                       game->kind->name, n, e->agents.n);
    if (runs > RUNS_MAX)
        return err_set(err, "%.0f runs are more than %d", runs, RUNS_MAX);
    for (uint32_t i = 0; i < n && given; i++)
        at[i] = i;
    do
        if (!add_line_up(e, game, at, n, err))
            return false;
    while (!given && next_choice(at, n, e->agents.n, any));
    return true;
}

/* Everybody can sit wherever a line-up may put him, so that none fails for that. */
static bool can_sit(const struct experiment *e, const struct game *g, struct err *err)
{
    bool ok = true;
    for (size_t a = 0; a < e->agents.n; a++) {
        struct spec_of who;
        bool sits = kind_parse(&who, &agent_shelf, e->agents.at[a], err);
        for (uint32_t i = 0; i < g->n_players && sits; i++)
            if (e->seats != SEATS_GIVEN || a == i)
                sits = match_seats(g, i, &who, err);
        kind_release(&who);
        ok = sits && ok;
    }
    return ok;
}

static bool add_line_ups(struct experiment *e, const char *text, struct err *err)
{
    struct spec_of game;
    if (e->n_sweeps)
        return err_set(err, "sweep: not of games; list the agents with their parameters");
    if (!kind_parse(&game, &game_shelf, text, err))
        return false;
    struct game *g = game_open(&game, e->root, err);
    bool ok = g && add_chosen(e, &game, g->n_players, err) && can_sit(e, g, err);
    game_close(g);
    kind_release(&game);
    return ok;
}

/* Every sweep concerns somebody. */
static bool sweeps_apply(const struct experiment *e, struct err *err)
{
    bool ok = true;
    for (size_t k = 0; k < e->n_sweeps; k++) {
        bool found = false;
        for (size_t i = 0; i < e->agents.n * e->envs.n && !found; i++) {
            struct spec_of a = { 0 };
            struct spec_of w = { 0 };
            kind_parse(&a, &agent_shelf, e->agents.at[i % e->agents.n], NULL);
            kind_parse(&w, &env_shelf, e->envs.at[i / e->agents.n], NULL);
            found = concerns(e->sweep[k].key, &a, &w);
            kind_release(&a);
            kind_release(&w);
        }
        if (!found)
            ok = err_set(err, "sweep: no agent and no world has a parameter '%s'",
                         e->sweep[k].key);
    }
    return ok;
}

/* The baseline is one of the agents, or nobody. */
static bool baseline_applies(const struct experiment *e, struct err *err)
{
    const char *names[64];
    char hint[200];
    size_t n = 0;
    bool ok = !e->baseline || !strcmp(e->baseline, "none");
    for (size_t i = 0; i < e->n_trials && !ok; i++) {
        const char *name = e->trial[i].agent.kind->name, *rest;
        size_t len = strlen(name);
        rest = e->baseline + len;
        ok = !strncmp(e->baseline, name, len) &&
             (!*rest || *rest == ':' || !strncmp(rest, "-v", 2));
        if (n < 64 && (!n || strcmp(names[n - 1], name) != 0))
            names[n++] = name;
    }
    if (ok)
        return true;
    suggest_near(hint, sizeof hint, e->baseline, names, n);
    return err_set(err, "compare: the baseline '%s' is none of the agents%s", e->baseline,
                   hint);
}

bool experiment_resolve(struct experiment *e, struct err *err)
{
    if (!e->agents.n)
        return err_set(err, "no agent given");
    if (!e->envs.n && !e->games.n)
        return err_set(err, "no world given");
    if (!sweeps_apply(e, err))
        return false;
    size_t combinations = 1;
    for (size_t k = 0; k < e->n_sweeps; k++)
        combinations *= e->sweep[k].values.n;
    double runs = (double)combinations * (double)(e->agents.n * e->envs.n) *
                  (double)e->n_maps * (double)e->n_seeds;
    if (runs > RUNS_MAX)
        return err_set(err, "%.0f runs are more than %d", runs, RUNS_MAX);
    for (size_t w = 0; w < e->envs.n; w++)
        for (size_t a = 0; a < e->agents.n; a++)
            for (size_t i = 0; i < combinations; i++)
                if (!make_trial(e, e->agents.at[a], e->envs.at[w], i, err))
                    return false;
    for (size_t g = 0; g < e->games.n; g++)
        if (!add_line_ups(e, e->games.at[g], err))
            return false;
    return baseline_applies(e, err);
}

bool trial_env(const struct trial *t, uint32_t map, struct spec_of *env, struct err *err)
{
    kind_copy(env, &t->env);
    if (!t->maps)
        return true;
    char index[16];
    snprintf(index, sizeof index, "%u", (unsigned)map);
    return kind_set(env, "map_index", index, err);
}

/* ---- the plan */

struct run_key planned_key(const struct experiment *e, const struct planned *p)
{
    const struct trial *t = &e->trial[p->trial];
    return (struct run_key){ t->agent.canonical, t->env.canonical, e->root,
                             e->steps,           p->map,           p->seed };
}

static int by_id(const void *a, const void *b)
{
    const struct planned *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

struct planned *experiment_plan(const struct experiment *e, size_t *n)
{
    struct planned *p = xcalloc(e->n_trials * e->n_maps * e->n_seeds + 1, sizeof *p);
    size_t count = 0, kept = 0;
    for (size_t c = 0; c < e->n_trials; c++) {
        const struct trial *t = &e->trial[c];
        for (size_t m = 0; m < (t->maps ? e->n_maps : 1); m++) {
            for (size_t s = 0; s < e->n_seeds; s++) {
                struct planned *r = &p[count++];
                r->trial = (uint32_t)c;
                r->map = t->maps ? (uint32_t)e->maps[m] : 0;
                r->seed = (uint32_t)e->seeds[s];
                struct run_key key = planned_key(e, r);
                r->id = run_id(&key);
            }
        }
    }
    qsort(p, count, sizeof *p, by_id);
    for (size_t i = 0; i < count; i++) /* "-s 1,1" is one seed */
        if (!kept || p[kept - 1].id != p[i].id)
            p[kept++] = p[i];
    *n = kept;
    return p;
}
