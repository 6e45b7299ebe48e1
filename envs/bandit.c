#include "config.h"

#include "env.h"
#include "family.h"
#include "lines.h"
#include "registry.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Arms that pay by chance, whose places the agent does not know: a Bernoulli bandit pays 1
 * with the arm's chance, a Gaussian one a normal number, rounded to `resolution` parts of a
 * unit and cut off four deviations from the mean. The family "places" holds every order of
 * the arms, "means" every choice of a mean for each arm from levels. Robbins 1952; the
 * Gaussian default is that of AIXIjs. */
enum { ARMS_MAX = ACTIONS_MAX, PLACES_MAX = 7, TAIL = 4, WORD = 32, LEVELS_MAX = ARMS_MAX };
enum { MEANS_MAX = 65536 };
enum noise { BERNOULLI, GAUSSIAN };
static const char *const actions[ACTIONS_MAX] = {
    "arm 0",  "arm 1",  "arm 2",  "arm 3",  "arm 4",  "arm 5",  "arm 6",  "arm 7",
    "arm 8",  "arm 9",  "arm 10", "arm 11", "arm 12", "arm 13", "arm 14", "arm 15",
    "arm 16", "arm 17", "arm 18", "arm 19", "arm 20", "arm 21", "arm 22", "arm 23",
    "arm 24", "arm 25", "arm 26", "arm 27", "arm 28", "arm 29", "arm 30", "arm 31"
};

struct config {
    int kind;
    char *means, *deviations, *file;
    int64_t resolution;
};
struct arm {
    double mean, deviation;
};
struct bandit {
    struct env base;
    enum noise kind;
    uint32_t n;
    struct arm arm[ARMS_MAX];
    int32_t resolution; /* points per unit */
};

/* Numbers joined by '+', at most ARMS_MAX; false with *err. */
static bool read_numbers(const char *name, const char *text, double min, double max,
                         double *x, uint32_t *n, struct err *err)
{
    *n = 0;
    for (const char *p = text; p; p = strchr(p, '+') ? strchr(p, '+') + 1 : NULL) {
        char *end;
        double v = strtod(p, &end);
        if (*n == ARMS_MAX)
            return err_set(err, "%s: a bandit has at most %d arms", name, ARMS_MAX);
        if (end == p || (*end && *end != '+') || !(v >= min && v <= max))
            return err_set(err, "%s=%s is not a list of numbers in %g..%g joined by '+'",
                           name, text, min, max);
        x[(*n)++] = v;
    }
    return true;
}

/* One word of a line of a file, or one less than an arm needs. */
static bool read_word(struct lines *l, const char **at, double min, double max, double *x)
{
    char word[WORD];
    const char *start = *at;
    if (!lines_word(l, at, &start, word, WORD))
        lines_fault(l, *at, "a number from %g to %g is missing", min, max);
    else if (!lines_number(word, min, max, x))
        lines_fault(l, start, "'%s' is not a number from %g to %g", word, min, max);
    else
        return true;
    return false;
}

/* "MEAN", of gaussian arms "MEAN DEVIATION". */
static void read_arm(struct lines *l, struct bandit *s)
{
    const char *at = l->text;
    bool gaussian = s->kind == GAUSSIAN;
    double mean, deviation = 0;
    if (s->n == ARMS_MAX)
        lines_fault(l, at, "a bandit has at most %d arms", ARMS_MAX);
    else if (read_word(l, &at, gaussian ? -1000 : 0, gaussian ? 1000 : 1, &mean) &&
             (!gaussian || read_word(l, &at, 0.01, 100, &deviation))) {
        at += strspn(at, " \t");
        if (*at && *at != '#')
            lines_fault(l, at, "an arm of a %s is %s", gaussian ? "gaussian" : "bernoulli",
                        gaussian ? "a mean and a deviation" : "one chance");
        s->arm[s->n++] = (struct arm){ mean, deviation };
    }
}

static bool read_file(struct bandit *s, const char *file, struct err *err)
{
    struct lines l;
    FILE *f = lines_open(file, NULL, err);
    if (!f)
        return false;
    lines_init(&l, f, file, err);
    while (l.ok && lines_next(&l)) {
        char first = l.text[strspn(l.text, " \t")];
        if (first && first != '#')
            read_arm(&l, s);
    }
    bool ok = l.ok;
    lines_release(&l);
    fclose(f);
    return ok &&
           (s->n || err_set(err, "%s: error: no arms: a line each is expected", file));
}

static bool read_arms(struct bandit *s, const struct config *c, struct err *err)
{
    double mean[ARMS_MAX], deviation[ARMS_MAX] = { 0 };
    if (c->file && (c->means || c->deviations))
        return err_set(err, "file=%s has all arms: no %s beside it", c->file,
                       c->means ? "means" : "deviations");
    if (c->file)
        return read_file(s, c->file, err);
    uint32_t n;
    bool gaussian = s->kind == GAUSSIAN;
    const char *means = c->means ? c->means : gaussian ? "10+8" : "0.3+0.5+0.8";
    const char *deviations = c->deviations ? c->deviations : "3+6";
    if (!read_numbers("means", means, gaussian ? -1000 : 0, gaussian ? 1000 : 1, mean,
                      &s->n, err))
        return false;
    if (gaussian && !read_numbers("deviations", deviations, 0.01, 100, deviation, &n, err))
        return false;
    if (gaussian && n != s->n)
        return err_set(err, "%u means and %u deviations: each arm has one of both", s->n,
                       n);
    for (uint32_t i = 0; i < s->n; i++)
        s->arm[i] = (struct arm){ mean[i], deviation[i] };
    return true;
}

/* Points an arm may pay. */
static void bounds(const struct bandit *s, const struct arm *a, int32_t *lo, int32_t *hi)
{
    *lo = 0;
    *hi = s->resolution;
    if (s->kind == GAUSSIAN) {
        *lo = (int32_t)floor((a->mean - TAIL * a->deviation) * s->resolution);
        *hi = (int32_t)ceil((a->mean + TAIL * a->deviation) * s->resolution);
    }
}

static void find_space(struct bandit *s)
{
    struct space *sp = &s->base.space;
    sp->rew_min = INT32_MAX;
    sp->rew_max = INT32_MIN;
    s->base.max_transitions = 2;
    for (uint32_t i = 0; i < s->n; i++) {
        int32_t lo, hi;
        bounds(s, &s->arm[i], &lo, &hi);
        sp->rew_min = lo < sp->rew_min ? lo : sp->rew_min;
        sp->rew_max = hi > sp->rew_max ? hi : sp->rew_max;
        if (s->kind == GAUSSIAN && (uint32_t)(hi - lo + 1) > s->base.max_transitions)
            s->base.max_transitions = (uint32_t)(hi - lo + 1);
    }
}

static struct env *open_bandit(const void *config, uint64_t root, struct err *err)
{
    const struct config *c = config;
    struct bandit *s = xcalloc(1, sizeof *s);
    (void)root;
    s->kind = (enum noise)c->kind;
    s->resolution = s->kind == GAUSSIAN ? (int32_t)c->resolution : 1;
    s->base = (struct env){ .ops = &env_bandit,
                            .space = { .n_obs = 1, .scale = s->resolution },
                            .state_size = 1,
                            .text = true,
                            .cols = 40 };
    if (!read_arms(s, c, err)) {
        free(s);
        return NULL;
    }
    s->base.space.n_actions = s->n;
    s->base.actions = actions;
    s->base.rows = (int)s->n;
    find_space(s);
    return &s->base;
}

/* ---- the family */

/* Every order of the arms. */
static size_t orders_of(uint32_t n)
{
    size_t orders = 1;
    for (uint32_t i = 2; i <= n; i++)
        orders *= i;
    return orders;
}

static struct family *open_places(const void *config, const struct env *truth,
                                  struct err *err)
{
    const struct bandit *w = (const struct bandit *)truth;
    (void)config;
    if (w->n > PLACES_MAX)
        return err_null(err, "family places needs at most %d arms: there are n! orders",
                        PLACES_MAX);
    return xcalloc(1, sizeof(struct family));
}

static size_t count(const struct family *f)
{
    return orders_of(((const struct bandit *)f->truth)->n);
}

/* The k-th order in lexicographic order. */
static struct env *at(const struct family *f, size_t k, struct err *err)
{
    const struct bandit *w = (const struct bandit *)f->truth;
    struct bandit *s = xcalloc(1, sizeof *s);
    size_t orders = orders_of(w->n);
    uint32_t left[ARMS_MAX];
    (void)err;
    *s = *w;
    for (uint32_t i = 0; i < w->n; i++)
        left[i] = i;
    for (uint32_t i = 0; i < w->n; i++) {
        orders /= w->n - i;
        size_t pick = k / orders;
        k %= orders;
        s->arm[i] = w->arm[left[pick]];
        memmove(left + pick, left + pick + 1, (w->n - i - 1 - pick) * sizeof *left);
    }
    return &s->base;
}

/* The means in their order, of a hypothesis of either family. */
static void text(const struct family *f, size_t k, char *buf, size_t n)
{
    struct env *env = f->ops->at(f, k, NULL);
    const struct bandit *s = (const struct bandit *)env;
    size_t used = 0;
    for (uint32_t i = 0; i < s->n && used < n; i++)
        used += (size_t)snprintf(buf + used, n - used, i ? "+%g" : "%g", s->arm[i].mean);
    env_close(env);
}

static const struct family_ops family_places = {
    .kind = { .name = "places",
              .title = "which arm is where",
              .version = 1,
              .params = no_params },
    .open = open_places,
    .count = count,
    .at = at,
    .text = text,
};

/* ---- the family of all means */

struct means_config {
    char *levels;
};
struct means {
    struct family base;
    uint32_t n[ARMS_MAX]; /* levels of each arm */
    double level[ARMS_MAX][LEVELS_MAX];
    size_t count;
};

/* Numbers of one arm, which end at `end`. */
static bool read_levels(const struct bandit *w, const char *text, size_t len, double *x,
                        uint32_t *n, struct err *err)
{
    char list[LEVELS_MAX * WORD];
    bool gaussian = w->kind == GAUSSIAN;
    uint32_t joined = 0;
    for (size_t i = 0; i < len; i++)
        joined += text[i] == '+';
    if (len >= sizeof list || joined >= LEVELS_MAX)
        return err_set(err, "levels: an arm has at most %d", LEVELS_MAX);
    memcpy(list, text, len);
    list[len] = '\0';
    return read_numbers("levels", list, gaussian ? -1000 : 0, gaussian ? 1000 : 1, x, n,
                        err);
}

/* One list for all arms, or one for each. */
static bool read_all_levels(struct means *s, const struct bandit *w, const char *text,
                            struct err *err)
{
    uint32_t lists = 0;
    for (const char *p = text; p; p = strchr(p, '/') ? strchr(p, '/') + 1 : NULL) {
        if (lists == w->n)
            return err_set(err,
                           "levels=%s has more lists than the bandit has arms, %" PRIu32,
                           text, w->n);
        if (!read_levels(w, p, strcspn(p, "/"), s->level[lists], &s->n[lists], err))
            return false;
        lists++;
    }
    if (lists > 1 && lists < w->n)
        return err_set(err,
                       "levels=%s has %" PRIu32 " lists for %" PRIu32
                       " arms: one for all, or one for each",
                       text, lists, w->n);
    for (uint32_t i = lists; i < w->n; i++) {
        s->n[i] = s->n[0];
        memcpy(s->level[i], s->level[0], sizeof s->level[0]);
    }
    return true;
}

/* The means that the arms have, rising, each once. */
static void levels_of_truth(struct means *s, const struct bandit *w)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < w->n; i++) {
        uint32_t k = n;
        double x = w->arm[i].mean;
        while (k && s->level[0][k - 1] > x)
            k--;
        if (k && !(s->level[0][k - 1] < x))
            continue;
        memmove(s->level[0] + k + 1, s->level[0] + k, (n - k) * sizeof x);
        s->level[0][k] = x;
        n++;
    }
    for (uint32_t i = 0; i < w->n; i++) {
        s->n[i] = n;
        memcpy(s->level[i], s->level[0], sizeof s->level[0]);
    }
}

static struct family *open_means(const void *config, const struct env *truth,
                                 struct err *err)
{
    const struct means_config *c = config;
    const struct bandit *w = (const struct bandit *)truth;
    struct means *s = xcalloc(1, sizeof *s);
    double all = 1;
    if (!c->levels)
        levels_of_truth(s, w);
    else if (!read_all_levels(s, w, c->levels, err)) {
        free(s);
        return NULL;
    }
    for (uint32_t i = 0; i < w->n; i++)
        all *= s->n[i];
    if (all > MEANS_MAX) {
        free(s);
        return err_null(err, "family means: %.6g hypotheses are more than %d; give levels",
                        all, MEANS_MAX);
    }
    s->count = (size_t)all;
    return &s->base;
}

static size_t count_means(const struct family *f)
{
    return ((const struct means *)f)->count;
}

/* The last arm's mean changes first. */
static struct env *at_means(const struct family *f, size_t k, struct err *err)
{
    const struct means *c = (const struct means *)f;
    struct bandit *s = xcalloc(1, sizeof *s);
    (void)err;
    *s = *(const struct bandit *)f->truth;
    for (uint32_t i = s->n; i--; k /= c->n[i])
        s->arm[i].mean = c->level[i][k % c->n[i]];
    if (s->kind == GAUSSIAN)
        find_space(s);
    return &s->base;
}

static const struct param means_params[] = {
    PARAM(struct means_config, PARAM_STRING, "levels", levels, .unit = "X+X...[/X+X...]",
          .help = "means of any arm, or of each; unset: those that the arms have"),
    { 0 },
};
static const struct family_ops family_means = {
    .kind = { .name = "means",
              .title = "what each arm pays",
              .version = 1,
              .params = means_params,
              .config_size = sizeof(struct means_config) },
    .open = open_means,
    .count = count_means,
    .at = at_means,
    .text = text,
};
static const struct kind *const families[] = { &family_places.kind, &family_means.kind,
                                               NULL };

/* ---- the world */

/* The last arm pulled is kept for the screen alone; 0 before the first. */
static void reset(const struct env *env, void *state, struct rng *rng)
{
    (void)env;
    (void)rng;
    *(unsigned char *)state = 0;
}

/* Chance of the normal number to be rounded to x points, tails taken to the ends. */
static double share(const struct bandit *s, const struct arm *a, int32_t x, int32_t lo,
                    int32_t hi)
{
    double scale = a->deviation * s->resolution * M_SQRT2, mean = a->mean * s->resolution;
    double from = x == lo ? 0 : 0.5 * erfc((mean - (x - 0.5)) / scale);
    double to = x == hi ? 1 : 0.5 * erfc((mean - (x + 0.5)) / scale);
    return to - from;
}

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    const struct bandit *s = (const struct bandit *)env;
    const struct arm *a = &s->arm[action];
    unsigned char *to = next;
    int32_t lo, hi;
    size_t n = 0;
    (void)state;
    bounds(s, a, &lo, &hi);
    for (int32_t x = lo; x <= hi; x++) {
        double p = s->kind == GAUSSIAN ? share(s, a, x, lo, hi) : x ? a->mean : 1 - a->mean;
        if (p <= 0)
            continue;
        to[n] = (unsigned char)(action + 1);
        out[n++] = (struct transition){ p, { 0, x } };
    }
    return n;
}

static struct percept step(const struct env *env, void *state, unsigned action,
                           struct rng *rng)
{
    const struct bandit *s = (const struct bandit *)env;
    const struct arm *a = &s->arm[action];
    double u = rng_unit(rng);
    int32_t lo, hi;
    *(unsigned char *)state = (unsigned char)(action + 1);
    bounds(s, a, &lo, &hi);
    if (s->kind == BERNOULLI)
        return (struct percept){ 0, u < a->mean };
    int32_t x = lo;
    while (x < hi && (u -= share(s, a, x, lo, hi)) >= 0)
        x++;
    return (struct percept){ 0, x };
}

static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    const struct bandit *s = (const struct bandit *)env;
    unsigned last = *(const unsigned char *)state;
    for (uint32_t i = 0; i < s->n; i++) {
        canvas_text(cv, (int)i, 0, i + 1 == last ? INK_STRONG : INK_DIM, "%c arm %u",
                    i + 1 == last ? '>' : ' ', i);
        if (truth && s->kind == GAUSSIAN)
            canvas_text(cv, (int)i, 10, INK_DIM, "mean %g, deviation %g", s->arm[i].mean,
                        s->arm[i].deviation);
        else if (truth)
            canvas_text(cv, (int)i, 10, INK_DIM, "pays with chance %g", s->arm[i].mean);
    }
}

static const char *const kinds[] = { "bernoulli", "gaussian", NULL };

static const struct param params[] = {
    CHOICE("kind", kind, kinds, .def = BERNOULLI, .help = "how an arm pays"),
    TEXT("means", means, .unit = "X+X...",
         .help = "of the arms; unset: 0.3+0.5+0.8, gaussian 10+8"),
    TEXT("deviations", deviations, .unit = "X+X...",
         .help = "kind=gaussian: of the arms; unset: 3+6"),
    TEXT("file", file, .unit = "FILE",
         .help = "an arm a line: its mean, and its deviation when gaussian"),
    INT("resolution", resolution, .def = 1, .min = 1, .max = 10, .unit = "points",
        .help = "kind=gaussian: points to a unit of reward"),
    { 0 },
};

const struct env_ops env_bandit = {
    .kind.name = "bandit",
    .kind.title = "arms that pay by chance",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .families = families,
    .open = open_bandit,
    .reset = reset,
    .step = step,
    .transitions = transitions,
    .picture = "arms",
    .asks = "what does an arm pay?",
    .draw = draw,
};
