#include "config.h"

#include "keys.h"
#include "runs.h"
#include "spec.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- what is told of a run */

static const json_t *curve_of(const struct run_row *run, const char *column)
{
    return run->curve ? json_object_get(run->curve, column) : NULL;
}

/* Reward that is above the middle of the world's; NAN: it has no map, or is not here. */
static double middle_of(const struct run_row *run)
{
    struct spec_of spec;
    double middle = NAN;
    if (spec_origin(run->env))
        return middle; /* results are read without running what they name */
    if (kind_parse(&spec, &env_shelf, run->env, NULL)) {
        struct env *env = env_open(&spec, run->root, NULL);
        if (env && !env->text && env->ops->cell)
            middle = ((double)env->space.rew_min + env->space.rew_max) / 2;
        env_close(env);
    }
    kind_release(&spec);
    return middle;
}

/* The curve has the mean so far: from one point to the next it tells what came between. */
static double found_at(const struct run_row *run, double middle)
{
    const json_t *t = curve_of(run, "t"), *mean = curve_of(run, "reward_per_step");
    double before = 0, sum = 0;
    for (size_t i = 0; isfinite(middle) && i < json_array_size(mean); i++) {
        double now = json_number_value(json_array_get(t, i));
        double total = now * json_number_value(json_array_get(mean, i));
        if (now > before && (total - sum) / (now - before) > middle)
            return now;
        before = now;
        sum = total;
    }
    return NAN;
}

static int by_number(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *x, size_t n)
{
    qsort(x, n, sizeof *x, by_number);
    return n ? n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2 : (double)NAN;
}

static bool same_group(const struct run_row *a, const struct run_row *b)
{
    return !strcmp(a->agent, b->agent) && !strcmp(a->env, b->env);
}

/* Farther from the median of a group of five or more than three deviations, by the median
 * of the distances: Iglewicz & Hoaglin, "How to Detect and Handle Outliers" (1993), whose
 * limit is 3.5. */
static void mark_outliers(struct runs_row *row, size_t n)
{
    static const double LIMIT = 3.5, NORMAL = 0.6745;
    double *x = xcalloc(n + 1, sizeof *x);
    size_t k = 0;
    for (size_t i = 0; i < n; i++)
        if (isfinite(row[i].reward))
            x[k++] = row[i].reward;
    double centre = median(x, k);
    for (size_t i = 0; i < k; i++)
        x[i] = fabs(x[i] - centre);
    double spread = median(x, k);
    for (size_t i = 0; i < n && k >= 5; i++)
        row[i].outlier = NORMAL * fabs(row[i].reward - centre) > LIMIT * spread;
    free(x);
}

/* ---- the order */

static int compare_text(const struct run_row *a, const struct run_row *b)
{
    int c = strcmp(a->agent, b->agent);
    c = c ? c : strcmp(a->env, b->env);
    c = c ? c : (a->map > b->map) - (a->map < b->map);
    return c ? c : (a->seed > b->seed) - (a->seed < b->seed);
}

/* Numbers that are none come last. */
static int compare_numbers(double a, double b, bool falling)
{
    if (isnan(a) || isnan(b))
        return isnan(a) - isnan(b);
    int c = (a > b) - (a < b);
    return falling ? -c : c;
}

/* Rows with what they are sorted by. */
struct sorted {
    struct runs_row row;
    enum runs_column by;
    bool falling;
};

static int compare(const void *x, const void *y)
{
    const struct sorted *a = x, *b = y;
    const struct run_row *p = a->row.run, *q = b->row.run;
    int c = 0;
    switch (a->by) {
    case RUNS_AGENT: c = strcmp(p->agent, q->agent); break;
    case RUNS_WORLD: c = strcmp(p->env, q->env); break;
    case RUNS_MAP: c = (p->map > q->map) - (p->map < q->map); break;
    case RUNS_SEED: c = (p->seed > q->seed) - (p->seed < q->seed); break;
    case RUNS_REWARD:
        c = compare_numbers(a->row.reward, b->row.reward, a->falling);
        return c ? c : compare_text(p, q);
    default:
        c = compare_numbers(a->row.found, b->row.found, a->falling);
        return c ? c : compare_text(p, q);
    }
    c = a->falling ? -c : c;
    return c ? c : compare_text(p, q);
}

static bool passes(const struct runs *r, const struct run_row *run)
{
    char text[64];
    snprintf(text, sizeof text, "seed %u map %u", (unsigned)run->seed, (unsigned)run->map);
    return !*r->filter || strcasestr(run->agent, r->filter) ||
           strcasestr(run->env, r->filter) || strcasestr(text, r->filter) ||
           strcasestr(run_status_names[run->status], r->filter);
}

/* Sorts and filters anew; the run that is chosen stays chosen if it is still there. */
static void arrange(struct runs *r)
{
    size_t all = r->results.n;
    const struct run_row *now = r->n ? r->row[r->shown[r->chosen]].run : NULL;
    struct sorted *s = xcalloc(all + 1, sizeof *s);
    for (size_t i = 0; i < all; i++)
        s[i] = (struct sorted){ r->row[i], r->by, r->falling };
    qsort(s, all, sizeof *s, compare);
    r->n = r->chosen = 0;
    for (size_t i = 0; i < all; i++) {
        r->row[i] = s[i].row;
        if (!passes(r, r->row[i].run))
            continue;
        if (r->row[i].run == now)
            r->chosen = r->n;
        r->shown[r->n++] = i;
    }
    free(s);
}

/* ---- opening */

static void read_rows(struct runs *r)
{
    double middle = NAN;
    size_t from = 0;
    for (size_t i = 0; i < r->results.n; i++)
        r->row[i] =
            (struct runs_row){ .run = &r->results.run[i], .reward = NAN, .found = NAN };
    r->by = RUNS_AGENT;
    arrange(r); /* groups stand together */
    for (size_t i = 0; i < r->results.n; i++) {
        const struct run_row *run = r->row[i].run;
        if (!i || strcmp(run->env, r->row[i - 1].run->env) != 0)
            middle = middle_of(run);
        if (run->status == RUN_OK)
            r->row[i].reward = row_metric(run, "reward_per_step");
        r->row[i].found = found_at(run, middle);
    }
    for (size_t i = 1; i <= r->results.n; i++)
        if (i == r->results.n || !same_group(r->row[i].run, r->row[from].run)) {
            mark_outliers(r->row + from, i - from);
            from = i;
        }
}

bool runs_open(struct runs *r, const char *dir, struct err *err)
{
    char *dirs[] = { (char *)(uintptr_t)dir };
    *r = (struct runs){ .dir = dir };
    if (!results_load(&r->results, dirs, 1, true, err))
        return false;
    r->row = xcalloc(r->results.n + 1, sizeof *r->row);
    r->shown = xcalloc(r->results.n + 1, sizeof *r->shown);
    read_rows(r);
    arrange(r);
    if (r->results.aside)
        snprintf(r->said, sizeof r->said,
                 "%zu line%s set aside; ursa check tells what is wrong with %s",
                 r->results.aside, r->results.aside > 1 ? "s were" : " was",
                 r->results.aside > 1 ? "them" : "it");
    return true;
}

void runs_close(struct runs *r)
{
    results_release(&r->results);
    free(r->row);
    free(r->shown);
    *r = (struct runs){ 0 };
}

/* A map index is that of a world that has one. */
static bool put_map(struct spec_of *env, uint32_t map, struct err *err)
{
    char text[16];
    snprintf(text, sizeof text, "%u", (unsigned)map);
    const struct param *named = param_find(env->kind->params, "map");
    bool own = named && !param_is_default(named, env->config);
    return own || !param_find(env->kind->params, "map_index") ||
           kind_set(env, "map_index", text, err);
}

bool runs_show(const struct runs *r, struct show *to, struct err *err)
{
    *to = (struct show){ 0 };
    if (!r->n)
        return err_set(err, "no run is chosen");
    const struct run_row *run = r->row[r->shown[r->chosen]].run;
    *to = (struct show){ .root = run->root, .seed = run->seed, .steps = run->steps };
    bool ok = kind_parse(&to->agent[0], &agent_shelf, run->agent, err);
    to->n = ok;
    return ok && kind_parse(&to->env, &env_shelf, run->env, err) &&
           put_map(&to->env, run->map, err);
}

void runs_say(struct runs *r, const char *text)
{
    snprintf(r->said, sizeof r->said, "%.*s", (int)sizeof r->said - 1, text);
}

/* ---- keys */

static void filter_key(struct runs *r, uint32_t key)
{
    size_t n = strlen(r->filter);
    if (key == VK_ENTER || key == VK_UP || key == VK_DOWN)
        r->filtering = false;
    else if (key == VK_ESCAPE) {
        r->filtering = false;
        *r->filter = '\0';
    } else if (key == VK_BACKSPACE && n)
        r->filter[n - 1] = '\0';
    else if (key >= ' ' && key < 0x7f && n + 1 < sizeof r->filter) {
        r->filter[n] = (char)key;
        r->filter[n + 1] = '\0';
    }
    arrange(r);
}

/* Numbers are wanted greatest first, but for the cycle of the finding. */
static void sort_by(struct runs *r, int by)
{
    r->by = (enum runs_column)((by + RUNS_COLUMNS) % RUNS_COLUMNS);
    r->falling = r->by == RUNS_REWARD;
    arrange(r);
}

static void move(struct runs *r, int by)
{
    int64_t to = (int64_t)r->chosen + by, last = r->n ? (int64_t)r->n - 1 : 0;
    r->chosen = (size_t)(to < 0 ? 0 : to > last ? last : to);
}

enum runs_want runs_key(struct runs *r, uint32_t key)
{
    *r->said = '\0';
    if (key == VK_GONE)
        return RUNS_LEAVE;
    if (r->filtering) {
        filter_key(r, key);
        return RUNS_STAY;
    }
    switch (key) {
    case VK_UP: move(r, -1); break;
    case VK_DOWN: move(r, 1); break;
    case '[': move(r, -10); break;
    case ']': move(r, 10); break;
    case VK_HOME: r->chosen = 0; break;
    case VK_END: move(r, (int)r->results.n); break;
    case '<':
    case VK_LEFT: sort_by(r, (int)r->by - 1); break;
    case '>':
    case VK_RIGHT: sort_by(r, (int)r->by + 1); break;
    case 'r':
        r->falling = !r->falling;
        arrange(r);
        break;
    case '/': r->filtering = true; break;
    case VK_ENTER: return r->n ? RUNS_OPEN : RUNS_STAY;
    case VK_ESCAPE:
        if (!*r->filter)
            return RUNS_STAY;
        *r->filter = '\0';
        arrange(r);
        break;
    case 'q':
    case VK_F1 + 9: return RUNS_LEAVE;
    default: break;
    }
    return RUNS_STAY;
}
