#include "config.h"

#include "fsm.h"
#include "law_file.h"
#include "xalloc.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One way to a state. */
struct arrow {
    uint32_t to, action, from;
    struct percept e;
    double p, pays; /* points */
};
/* A state as it is written; `e` is the percept it stands for where its state is split. */
struct copy {
    uint32_t state;
    struct percept e;
};

struct law {
    const struct env *env;
    struct alphabet percepts;
    struct fsm *f;
    double *start;       /* [n_states] */
    struct arrow *arrow; /* [n] by target, action, source, percept */
    size_t n;
    size_t *into; /* [n_states + 1] into arrow */
    bool *split;  /* [n_states] */
    struct copy *copy;
    size_t *first; /* [n_states + 1] into copy */
    uint32_t *obs; /* [n_obs] observations in use, where they are too many to write all */
    uint32_t n_obs;
    double scale; /* points to a unit as it is written: 1 where units are not decimal */
};

/* ---- the law as arrows */

static int by_target(const void *a, const void *b)
{
    const struct arrow *x = a, *y = b;
    const uint32_t left[] = { x->to, x->action, x->from, x->e.obs };
    const uint32_t right[] = { y->to, y->action, y->from, y->e.obs };
    for (int i = 0; i < 4; i++)
        if (left[i] != right[i])
            return left[i] < right[i] ? -1 : 1;
    return (x->e.rew > y->e.rew) - (x->e.rew < y->e.rew);
}

static void gather(struct law *l)
{
    const struct fsm *f = l->f;
    size_t pairs = (size_t)f->n_states * f->n_actions;
    l->n = f->first[pairs];
    l->arrow = xcalloc(l->n, sizeof *l->arrow);
    l->into = xcalloc((size_t)f->n_states + 1, sizeof *l->into);
    for (size_t i = 0; i < pairs; i++)
        for (uint32_t k = f->first[i]; k < f->first[i + 1]; k++) {
            const struct fsm_edge *e = &f->edge[k];
            l->arrow[k] = (struct arrow){ e->next,
                                          (uint32_t)(i % f->n_actions),
                                          (uint32_t)(i / f->n_actions),
                                          l->percepts.at[e->percept],
                                          e->p,
                                          fsm_reward(f, k) };
            l->into[e->next + 1]++;
        }
    qsort(l->arrow, l->n, sizeof *l->arrow, by_target);
    for (uint32_t s = 0; s < f->n_states; s++)
        l->into[s + 1] += l->into[s];
}

/* The end of the arrows from `at` on that have its target, action and source. */
static size_t run_end(const struct law *l, size_t at)
{
    size_t end = at;
    while (end < l->n && l->arrow[end].to == l->arrow[at].to &&
           l->arrow[end].action == l->arrow[at].action &&
           l->arrow[end].from == l->arrow[at].from)
        end++;
    return end;
}

static double chance(const struct law *l, size_t at, size_t end)
{
    double sum = 0;
    for (; at < end; at++)
        sum += l->arrow[at].p;
    return sum;
}

/* Whether two runs show the same, and either has but one reward for what it shows. */
static bool alike(const struct law *l, size_t a, size_t b)
{
    static const double ROUNDING = 1e-13;
    size_t a_end = run_end(l, a), b_end = run_end(l, b), n = a_end - a;
    double p = chance(l, a, a_end), q = chance(l, b, b_end);
    if (n != b_end - b)
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct arrow *x = &l->arrow[a + i], *y = &l->arrow[b + i];
        bool twice = i && (x[-1].e.obs == x->e.obs || y[-1].e.obs == y->e.obs);
        if (twice || x->e.obs != y->e.obs || fabs(x->p / p - y->p / q) > ROUNDING)
            return false;
    }
    return true;
}

/* Whether what is seen on the way to a state depends on more than the action. */
static bool must_split(const struct law *l, uint32_t state)
{
    size_t first = l->into[state], end = l->into[state + 1];
    for (size_t at = first; at < end; at = run_end(l, at)) {
        if (l->arrow[at].action != l->arrow[first].action)
            first = at;
        if (!alike(l, first, at))
            return true;
    }
    return false;
}

static int by_percept(const void *a, const void *b)
{
    uint64_t x = percept_key(((const struct copy *)a)->e);
    uint64_t y = percept_key(((const struct copy *)b)->e);
    return (x > y) - (x < y);
}

/* The copies of a state, at l->copy[n]; returns how many. */
static size_t copies_of(struct law *l, uint32_t state, struct copy *to)
{
    size_t n = 0, kept = 0;
    if (!l->split[state]) {
        to[0] = (struct copy){ .state = state };
        return 1;
    }
    for (size_t i = l->into[state]; i < l->into[state + 1]; i++)
        to[n++] = (struct copy){ state, l->arrow[i].e };
    qsort(to, n, sizeof *to, by_percept);
    for (size_t i = 0; i < n; i++)
        if (!kept || by_percept(&to[kept - 1], &to[i]))
            to[kept++] = to[i];
    return kept;
}

static void copy_states(struct law *l)
{
    uint32_t n = l->f->n_states;
    l->split = xcalloc(n, sizeof *l->split);
    l->first = xcalloc((size_t)n + 1, sizeof *l->first);
    l->copy = xcalloc(l->n + n, sizeof *l->copy);
    for (uint32_t s = 0; s < n; s++) {
        l->split[s] = must_split(l, s);
        l->first[s + 1] = l->first[s] + copies_of(l, s, l->copy + l->first[s]);
    }
}

/* The number under which the state that an arrow leads to is written. */
static size_t target(const struct law *l, const struct arrow *a)
{
    size_t at = l->first[a->to];
    struct copy want = { a->to, a->e };
    while (l->split[a->to] && by_percept(&l->copy[at], &want))
        at++;
    return at;
}

/* ---- what there is to see and to earn */

enum { OBS_WRITTEN = 1 << 16 };

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* All observations of a space that names few, else those that occur. */
static void number_observations(struct law *l)
{
    const struct space *sp = &l->env->space;
    l->n_obs = sp->n_obs;
    if (sp->n_obs && sp->n_obs <= OBS_WRITTEN)
        return;
    uint32_t kept = 0;
    l->obs = xcalloc(l->percepts.n, sizeof *l->obs);
    for (uint32_t i = 0; i < l->percepts.n; i++)
        l->obs[i] = l->percepts.at[i].obs;
    qsort(l->obs, l->percepts.n, sizeof *l->obs, by_number);
    for (uint32_t i = 0; i < l->percepts.n; i++)
        if (!kept || l->obs[kept - 1] != l->obs[i])
            l->obs[kept++] = l->obs[i];
    l->n_obs = kept;
}

static uint32_t number_of(const struct law *l, uint32_t obs)
{
    if (!l->obs)
        return obs;
    const uint32_t *at = bsearch(&obs, l->obs, l->n_obs, sizeof obs, by_number);
    return (uint32_t)(at - l->obs);
}

/* Units are written where they are decimal, else points. */
static bool find_scale(struct law *l, struct err *err)
{
    double scale = l->env->space.scale, digits = log10(scale);
    bool decimal = fabs(digits - round(digits)) < 1e-12 && scale >= 1 && scale <= 1e9;
    l->scale = decimal ? scale : 1;
    for (size_t i = 0; i < l->n && space_unseen(&l->env->space); i++)
        if (l->arrow[i].e.rew)
            return err_set(err, "percepts show some of the reward and hide some: the "
                                "format has no such rewards");
    for (size_t i = 0; i < l->n; i++)
        if (fabs(l->arrow[i].pays - round(l->arrow[i].pays)) > 0)
            return err_set(err,
                           "rewards that no percept shows are %g points on average, which "
                           "are no whole points: the format has no such rewards",
                           l->arrow[i].pays);
    return true;
}

/* ---- writing */

static bool is_reserved(const char *word)
{
    static const char *const words[] = {
        "discount", "values", "states",  "actions", "observations", "T",
        "O",        "R",      "uniform", "include", "exclude",      "identity",
        "reset",    "cost",   "reward",  "start",
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(words[i], word))
            return true;
    return false;
}

/* Whether the format takes all of these for names. */
static bool are_names(const char *const *names, uint32_t n)
{
    for (uint32_t i = 0; names && i < n; i++) {
        if (!isalpha((unsigned char)*names[i]) || is_reserved(names[i]))
            return false;
        for (const char *c = names[i]; *c; c++)
            if (!isalnum((unsigned char)*c) && *c != '-' && *c != '_')
                return false;
        for (uint32_t k = 0; k < i; k++)
            if (!strcmp(names[i], names[k]))
                return false;
    }
    return names;
}

static void write_names(FILE *to, const char *key, const char *const *names, uint32_t n)
{
    fprintf(to, "%s:", key);
    if (!are_names(names, n)) {
        fprintf(to, " %" PRIu32 "\n", n);
        return;
    }
    for (uint32_t i = 0; i < n; i++)
        fprintf(to, " %s", names[i]);
    fputs("\n", to);
}

static void write_head(const struct law *l, const char *spec, FILE *to)
{
    const struct env *env = l->env;
    enum { NAMED = 64 }; /* longer lists are counted */
    fprintf(to, "# %s\n", spec);
    if (space_unseen(&env->space))
        fputs("# rewards are no part of the percept: rewards=unseen\n", to);
    if (fabs(l->scale - env->space.scale) > 0)
        fprintf(to, "# rewards in points, %.17g to a unit\n", env->space.scale);
    fprintf(to, "discount: %.17g\nvalues: reward\nstates: %zu\n",
            env->discount > 0 ? env->discount : 1, l->first[l->f->n_states]);
    write_names(to, "actions", env->actions, env->space.n_actions);
    write_names(to, "observations", l->n_obs <= NAMED && !l->obs ? env->observations : NULL,
                l->n_obs);
    fputs("start:", to);
    for (uint32_t s = 0; s < l->f->n_states; s++)
        for (size_t i = l->first[s]; i < l->first[s + 1]; i++)
            fprintf(to, " %.17g", i == l->first[s] ? l->start[s] : 0);
    fputs("\n", to);
}

/* A state as it is written moves as its state does. */
static void write_moves(const struct law *l, FILE *to)
{
    for (size_t i = 0; i < l->n;) {
        size_t end = run_end(l, i), split = l->split[l->arrow[i].to];
        const struct arrow *a = &l->arrow[i];
        if (split)
            end = i + 1;
        double p = chance(l, i, end);
        for (size_t c = l->first[a->from]; c < l->first[a->from + 1]; c++)
            fprintf(to, "T: %" PRIu32 " : %zu : %zu %.17g\n", a->action, c, target(l, a),
                    p);
        i = end;
    }
}

/* What the run from `at` on shows in its state; `action` NULL: after all actions. */
static void write_run(const struct law *l, size_t at, const uint32_t *action, FILE *to)
{
    size_t end = run_end(l, at), state = l->first[l->arrow[at].to];
    double p = chance(l, at, end);
    for (; at < end; at++) {
        if (action)
            fprintf(to, "O: %" PRIu32, *action);
        else
            fputs("O: *", to);
        fprintf(to, " : %zu : %" PRIu32 " %.17g\n", state, number_of(l, l->arrow[at].e.obs),
                l->arrow[at].p / p);
    }
}

/* What a state that is not split shows: after its first action, and after others where that
 * differs. */
static void write_shown(const struct law *l, uint32_t s, FILE *to)
{
    size_t first = l->into[s], end = l->into[s + 1];
    if (first == end) { /* it only begins */
        fprintf(to, "O: * : %zu : 0 1\n", l->first[s]);
        return;
    }
    write_run(l, first, NULL, to);
    uint32_t action = l->arrow[first].action;
    for (size_t at = first; at < end; at = run_end(l, at)) {
        if (l->arrow[at].action == action)
            continue;
        action = l->arrow[at].action;
        if (alike(l, first, at))
            continue;
        for (size_t k = first; k < run_end(l, first); k++)
            fprintf(to, "O: %" PRIu32 " : %zu : %" PRIu32 " 0\n", action, l->first[s],
                    number_of(l, l->arrow[k].e.obs));
        write_run(l, at, &action, to);
    }
}

static void write_sights(const struct law *l, FILE *to)
{
    for (uint32_t s = 0; s < l->f->n_states; s++) {
        if (!l->split[s])
            write_shown(l, s, to);
        for (size_t i = l->first[s]; l->split[s] && i < l->first[s + 1]; i++)
            fprintf(to, "O: * : %zu : %" PRIu32 " 1\n", i, number_of(l, l->copy[i].e.obs));
    }
}

static void write_reward(const struct law *l, const struct arrow *a, size_t from, FILE *to)
{
    fprintf(to, "R: %" PRIu32 " : %zu : %zu : ", a->action, from, target(l, a));
    if (l->split[a->to])
        fputs("*", to);
    else
        fprintf(to, "%" PRIu32, number_of(l, a->e.obs));
    fprintf(to, " %.15g\n", a->pays / l->scale);
}

static void write_rewards(const struct law *l, FILE *to)
{
    for (size_t i = 0; i < l->n; i++) {
        const struct arrow *a = &l->arrow[i];
        for (size_t c = l->first[a->from]; fabs(a->pays) > 0 && c < l->first[a->from + 1];
             c++)
            write_reward(l, a, c, to);
    }
}

/* ---- the whole */

static bool number_states(struct law *l, struct err *err)
{
    const struct env *env = l->env;
    l->f = fsm_new_whole(env, LAW_STATES, &l->percepts, &l->start);
    if (!l->f && env->ops->transitions)
        err_set(err, "%s has more than %d reachable states: its law is not written",
                env->ops->kind.name, LAW_STATES);
    else if (!l->f)
        err_set(err, "%s has no closed form of its law: there is nothing to write",
                env->ops->kind.name);
    return l->f;
}

static void release(struct law *l)
{
    fsm_free(l->f);
    alphabet_release(&l->percepts);
    free(l->start);
    free(l->arrow);
    free(l->into);
    free(l->split);
    free(l->copy);
    free(l->first);
    free(l->obs);
}

bool law_write(const struct env *env, const char *spec, FILE *to, struct err *err)
{
    struct law l = { .env = env };
    bool ok = number_states(&l, err);
    if (ok) {
        gather(&l);
        ok = find_scale(&l, err);
    }
    if (ok) {
        copy_states(&l);
        number_observations(&l);
        write_head(&l, spec, to);
        write_moves(&l, to);
        write_sights(&l, to);
        write_rewards(&l, to);
    }
    release(&l);
    return ok;
}
