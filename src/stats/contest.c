#include "config.h"

#include "contest.h"

#include "label.h"
#include "metrics.h"
#include "suggest.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const normalise_names[] = { "none", "random-optimal", "minmax", NULL };

/* One run that takes part. */
struct score {
    const struct run_row *row;
    char *group;     /* owned */
    const char *who; /* borrowed: the spec of its agent, or of its world (--by=agent) */
    double x;
    size_t stratum;
};

/* ---- scores */

/* Mean of the curve over time, by trapezoids from its first point. */
static double area(const struct run_row *row, const char *metric)
{
    const json_t *t = json_object_get(row->curve, "t");
    const json_t *y = json_object_get(row->curve, metric);
    size_t n = json_array_size(t);
    double total = 0, length = 0;
    if (n < 2 || json_array_size(y) != n)
        return NAN;
    for (size_t i = 1; i < n; i++) {
        const json_t *a = json_array_get(y, i - 1), *b = json_array_get(y, i);
        double dt = json_number_value(json_array_get(t, i)) -
                    json_number_value(json_array_get(t, i - 1));
        if (!json_is_number(a) || !json_is_number(b))
            return NAN;
        total += dt * (json_number_value(a) + json_number_value(b)) / 2;
        length += dt;
    }
    return length > 0 ? total / length : (double)NAN;
}

double contest_score(const struct run_row *row, const struct contest_options *o)
{
    if (o->moment == AT_STEP)
        return row_metric_at(row, o->metric, o->step);
    if (o->moment == AT_AUC)
        return area(row, o->metric);
    return row_metric(row, o->metric);
}

static double normalised(const struct run_row *row, double x)
{
    double best = row_metric(row, "optimal_reward_per_step");
    double chance = row_metric(row, "random_reward_per_step");
    return best > chance ? (x - chance) / (best - chance) : (double)NAN;
}

/* ---- groups */

/* Whether it is the worlds of one agent that are side by side. */
static bool worlds_meet(const struct contest_options *o)
{
    return o->by && !strcmp(o->by, "agent");
}

static char *group_of(const struct run_row *row, const struct contest_options *o)
{
    if (!o->by && o->normalise != NORMALISE_NONE)
        return xstrdup("all worlds");
    if (!o->by || !strcmp(o->by, "env"))
        return xstrdup(row->env);
    if (worlds_meet(o))
        return xstrdup(row->agent);
    if (!strcmp(o->by, "map"))
        return xasprintf("%s map %u", row->env, (unsigned)row->map);
    char *agent = spec_value(row->agent, o->by), *env = spec_value(row->env, o->by);
    char *world = spec_without(row->env, o->by);
    const char *value = agent ? agent : env;
    char *group = xasprintf("%s %s=%s", world, o->by, value ? value : "(default)");
    free(agent);
    free(env);
    free(world);
    return group;
}

/* Text, but numbers by their value: "horizon=10" comes after "horizon=4". */
static int natural(const char *a, const char *b)
{
    size_t i = 0;
    while (a[i] && a[i] == b[i])
        i++;
    while (i && strchr("0123456789.", a[i - 1])) /* to the start of the number */
        i--;
    char *end_a, *end_b;
    double x = strtod(a + i, &end_a), y = strtod(b + i, &end_b);
    if (end_a != a + i && end_b != b + i && (x < y || x > y))
        return x < y ? -1 : 1;
    return strcmp(a, b);
}

static int by_world(const struct run_row *x, const struct run_row *y)
{
    int d = strcmp(x->env, y->env);
    if (!d && x->map != y->map)
        d = x->map < y->map ? -1 : 1;
    return d;
}

/* Group, agent, world, map, seed: sums are taken in this order. */
static int by_place(const void *a, const void *b)
{
    const struct score *x = a, *y = b;
    int d = natural(x->group, y->group);
    d = d ? d : natural(x->who, y->who);
    d = d ? d : by_world(x->row, y->row);
    if (!d && x->row->seed != y->row->seed)
        d = x->row->seed < y->row->seed ? -1 : 1;
    if (!d && x->row->id != y->row->id)
        d = x->row->id < y->row->id ? -1 : 1;
    return d;
}

static int by_world_pointer(const void *a, const void *b)
{
    return by_world(*(const struct run_row *const *)a, *(const struct run_row *const *)b);
}

static int by_map_pointer(const void *a, const void *b)
{
    const struct run_row *const *x = a, *const *y = b;
    return ((*x)->map > (*y)->map) - ((*x)->map < (*y)->map);
}

/* Numbers the strata of one group, which are alike by that; returns how many. */
static size_t number_strata(struct score *s, size_t n,
                            int (*alike)(const void *, const void *))
{
    const struct run_row **world = xcalloc(n ? n : 1, sizeof *world);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        world[i] = s[i].row;
    if (n)
        qsort(world, n, sizeof *world, alike);
    for (size_t i = 0; i < n; i++)
        if (!kept || alike(&world[kept - 1], &world[i]) != 0)
            world[kept++] = world[i];
    for (size_t i = 0; i < n; i++) {
        const struct run_row **at = bsearch(&s[i].row, world, kept, sizeof *world, alike);
        s[i].stratum = (size_t)(at - world);
    }
    free(world);
    return kept;
}

/* The world of rows [i, n) by its own extremes. */
static void stretch(struct score *s, size_t i, size_t n)
{
    double least = HUGE_VAL, greatest = -HUGE_VAL;
    for (size_t j = i; j < n; j++) {
        if (strcmp(s[j].row->env, s[i].row->env) != 0)
            continue;
        least = fmin(least, s[j].x);
        greatest = fmax(greatest, s[j].x);
    }
    for (size_t j = i; j < n; j++)
        if (!strcmp(s[j].row->env, s[i].row->env))
            s[j].x = greatest > least ? (s[j].x - least) / (greatest - least) : 0;
}

static void normalise_minmax(struct score *s, size_t n)
{
    const char **seen = xcalloc(n ? n : 1, sizeof *seen);
    size_t worlds = 0;
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < worlds && strcmp(seen[k], s[i].row->env) != 0)
            k++;
        if (k < worlds)
            continue;
        seen[worlds++] = s[i].row->env;
        stretch(s, i, n);
    }
    free(seen);
}

/* ---- contests */

static void take_entrant(struct contest *c, const struct score *s, size_t n)
{
    double *x = xcalloc(n ? n : 1, sizeof *x);
    size_t *size = xcalloc(c->n_maps + 1, sizeof *size);
    struct entrant *e = &c->at[c->n++];
    e->spec = s->who;
    e->row = xcalloc(n ? n : 1, sizeof *e->row);
    for (size_t i = 0; i < n; i++) {
        x[i] = s[i].x;
        size[s[i].stratum]++;
        e->row[i] = s[i].row;
    }
    e->scores = scores_init(x, size, c->n_maps);
    free(x);
    free(size);
}

static void set_references(struct contest *c, const struct score *s, size_t n,
                           const struct contest_options *o)
{
    double best = 0, chance = 0, lower = 0, upper = 0;
    for (size_t i = 0; i < n; i++) {
        best += row_metric(s[i].row, "optimal_reward_per_step");
        chance += row_metric(s[i].row, "random_reward_per_step");
        lower += s[i].row->bayes_lower;
        upper += s[i].row->bayes_upper;
        if (s[i].row->steps != s[0].row->steps)
            c->steps = 0;
    }
    bool reward =
        !strcmp(o->metric, "reward_per_step") || !strcmp(o->metric, "evaluation_reward");
    bool points = reward && o->normalise == NORMALISE_NONE && !worlds_meet(o);
    c->optimal = points ? best / (double)n : (double)NAN;
    c->random = points ? chance / (double)n : (double)NAN;
    c->bayes_lower = points ? lower / (double)n : (double)NAN;
    c->bayes_upper = points ? upper / (double)n : (double)NAN;
}

/* What agents are for, and how much of the world they see. Of other numbers, such as
 * queries, surprise and NashConv, it is not for us to say whether more is better. */
static bool is_prized(const char *metric)
{
    return strstr(metric, "reward") || strstr(metric, "return") ||
           !strcmp(metric, "performance") || !strcmp(metric, "explored");
}

static void make_contest(struct contest *c, struct score *s, size_t n,
                         const struct contest_options *o)
{
    *c = (struct contest){ .title = xstrdup(s->group), .steps = s->row->steps };
    if (o->normalise == NORMALISE_MINMAX)
        normalise_minmax(s, n);
    c->n_maps = number_strata(s, n, worlds_meet(o) ? by_map_pointer : by_world_pointer);
    c->at = xcalloc(n, sizeof *c->at);
    c->prized = is_prized(o->metric);
    set_references(c, s, n, o);
    for (size_t i = 0; i < n;) {
        size_t end = i;
        while (end < n && !strcmp(s[end].who, s[i].who))
            end++;
        take_entrant(c, s + i, end - i);
        i = end;
    }
    const char **spec = xcalloc(c->n, sizeof *spec);
    for (size_t i = 0; i < c->n; i++)
        spec[i] = c->at[i].spec;
    char **label = labels_new(spec, c->n, o->by);
    for (size_t i = 0; i < c->n; i++)
        c->at[i].label = label[i];
    free(label);
    free(spec);
}

static bool nobody_has(const struct results *r, const struct contest_options *o,
                       struct err *err)
{
    const char *names[256], *key;
    char hint[200];
    size_t n = 0, finished = r->n - r->n_failed;
    json_t *value;
    if (!finished)
        return err_set(err, "no run has finished");
    for (const struct metric_row *m = metric_table; m->name && n < 256; m++)
        names[n++] = m->name;
    for (size_t i = 0; i < r->n && n < 200; i++) {
        json_object_foreach(json_object_get(r->run[i].line, "final"), key, value)
        {
            bool known = n >= 250;
            for (size_t k = 0; k < n && !known; k++)
                known = !strcmp(names[k], key);
            if (!known)
                names[n++] = key;
        }
    }
    suggest_near(hint, sizeof hint, o->metric, names, n);
    if (o->moment != AT_END)
        return err_set(err, "no run has a learning curve of '%s'%s", o->metric, hint);
    if (o->normalise == NORMALISE_REFERENCES)
        return err_set(err, "no run has '%s' and the exact references to normalise by",
                       o->metric);
    return err_set(err, "no run has a metric '%s'%s  (ursa list metrics)", o->metric, hint);
}

bool contests_init(struct contests *c, const struct results *r,
                   const struct contest_options *o, struct err *err)
{
    struct score *s = xcalloc(r->n ? r->n : 1, sizeof *s);
    size_t n = 0;
    *c = (struct contests){ 0 };
    if (o->normalise == NORMALISE_REFERENCES && strcmp(o->metric, "reward_per_step") != 0) {
        free(s);
        return err_set(err,
                       "random-optimal normalises reward_per_step alone, not '%s'; use "
                       "--normalize=minmax",
                       o->metric);
    }
    for (size_t i = 0; i < r->n; i++) {
        if (r->run[i].status != RUN_OK)
            continue;
        double x = contest_score(&r->run[i], o);
        if (o->normalise == NORMALISE_REFERENCES)
            x = normalised(&r->run[i], x);
        if (isfinite(x))
            s[n++] =
                (struct score){ &r->run[i], group_of(&r->run[i], o),
                                worlds_meet(o) ? r->run[i].env : r->run[i].agent, x, 0 };
    }
    if (n)
        qsort(s, n, sizeof *s, by_place);
    c->at = xcalloc(n ? n : 1, sizeof *c->at);
    for (size_t i = 0; i < n;) {
        size_t end = i;
        while (end < n && !strcmp(s[end].group, s[i].group))
            end++;
        make_contest(&c->at[c->n++], s + i, end - i, o);
        i = end;
    }
    for (size_t i = 0; i < n; i++)
        free(s[i].group);
    free(s);
    return n > 0 || nobody_has(r, o, err);
}

void contests_release(struct contests *c)
{
    for (size_t i = 0; i < c->n; i++) {
        struct contest *k = &c->at[i];
        for (size_t j = 0; j < k->n; j++) {
            free(k->at[j].label);
            free(k->at[j].row);
            scores_release(&k->at[j].scores);
        }
        free(k->at);
        free(k->title);
    }
    free(c->at);
    *c = (struct contests){ 0 };
}

bool contest_named(const struct entrant *e, const char *name)
{
    size_t n = strlen(name);
    const char *rest = e->spec + n;
    return !strncmp(e->spec, name, n) &&
           (!*rest || *rest == ':' || !strncmp(rest, "-v", 2));
}

size_t contest_find(const struct contest *c, const char *name)
{
    size_t found = c->n;
    for (size_t i = 0; i < c->n; i++)
        if (!strcmp(c->at[i].label, name) || !strcmp(c->at[i].spec, name))
            return i;
    for (size_t i = 0; i < c->n; i++) {
        if (!contest_named(&c->at[i], name))
            continue;
        if (found < c->n)
            return c->n; /* several */
        found = i;
    }
    return found;
}

char *agent_param(const char *spec, const char *key)
{
    struct spec_of a;
    char text[64], *value = spec_value(spec, key);
    if (value || (!kind_parse(&a, &agent_shelf, spec, NULL) &&
                  !kind_parse(&a, &env_shelf, spec, NULL)))
        return value;
    struct param_walk w = { .table = a.kind->params, .config = a.config };
    if (param_seek(&w, key)) /* a planner's settings are not in the agent's own */
        value = xstrdup(param_format(w.p, w.at, text, sizeof text));
    kind_release(&a);
    return value;
}
