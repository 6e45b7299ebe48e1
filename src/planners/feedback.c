#include "config.h"

#include "feedback.h"

#include "fsm.h"
#include "roster.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 512 };
static const uint32_t NONE = UINT32_MAX;
static const double EQUAL = 1e-9;

/* Paths as a tree; a leaf is a path. */
struct node {
    uint32_t state, child, sibling; /* NONE: none */
    uint32_t path;                  /* of leaves */
};
struct judge {
    const struct env *env;
    const struct roster *all;
    const struct observer *who;
    struct fsm *f;
    struct alphabet percepts;
    struct feedback *b;
    uint32_t *same; /* [n_states * n_actions] the first action that does the same */
    bool *can;      /* [horizon][n_states] */
    struct node *node;
    uint32_t n_nodes, cap;
    uint32_t *path;                   /* [n_paths][horizon + 1] states */
    double *g, *g_seen;               /* [n_paths] G; [n_seen] G_obs */
    uint8_t *policy;                  /* [horizon][n_states] */
    bool *reached;                    /* [horizon + 1][n_states] */
    uint32_t at[FEEDBACK_CYCLES + 1]; /* the path that is walked */
};

static size_t width(const struct judge *j) { return (size_t)j->b->horizon + 1; }

static const struct fsm_edge *edges(const struct judge *j, uint32_t s, unsigned a,
                                    uint32_t *n)
{
    const uint32_t *first = j->f->first + (size_t)s * j->f->n_actions + a;
    *n = first[1] - first[0];
    return j->f->edge + first[0];
}

/* ---- the world as a table */

/* R of the state that is entered, which must be one number. */
static bool find_worth(struct judge *j, struct err *err)
{
    struct feedback *b = j->b;
    const struct fsm *f = j->f;
    bool *known = xcalloc(b->n_states, sizeof *known), ok = true;
    b->worth = xcalloc(b->n_states, sizeof *b->worth);
    for (uint32_t i = 0; ok && i < f->first[(size_t)f->n_states * f->n_actions]; i++) {
        uint32_t s = f->edge[i].next;
        double r = fsm_reward(f, i) / j->env->space.scale;
        if (known[s] && fabs(b->worth[s] - r) > EQUAL)
            ok = err_set(err,
                         "state %s pays %g by one way in and %g by another: people who "
                         "judge paths of states give a state one worth",
                         j->all->name[s], b->worth[s], r);
        known[s] = true;
        b->worth[s] = r;
    }
    free(known);
    return ok;
}

static bool alike(const struct judge *j, uint32_t s, unsigned a, unsigned c)
{
    uint32_t n, m;
    const struct fsm_edge *x = edges(j, s, a, &n), *y = edges(j, s, c, &m);
    for (uint32_t i = 0; n == m && i < n; i++)
        if (x[i].next != y[i].next || fabs(x[i].p - y[i].p) > EQUAL)
            return false;
    return n == m;
}

static void find_same(struct judge *j)
{
    const uint32_t n = j->f->n_actions;
    j->same = xcalloc((size_t)j->b->n_states * n, sizeof *j->same);
    for (uint32_t s = 0; s < j->b->n_states; s++)
        for (unsigned a = 0; a < n; a++) {
            unsigned c = 0;
            while (c < a && !alike(j, s, a, c))
                c++;
            j->same[(size_t)s * n + a] = c;
        }
}

static bool is_own(const struct judge *j, uint32_t s, unsigned a)
{
    return j->same[(size_t)s * j->f->n_actions + a] == a;
}

static uint32_t choices(const struct judge *j, uint32_t s)
{
    uint32_t n = 0;
    for (unsigned a = 0; a < j->f->n_actions; a++)
        n += is_own(j, s, a);
    return n;
}

static void find_start(struct judge *j)
{
    const struct env *env = j->env;
    double *p = xcalloc(env->max_starts, sizeof *p);
    unsigned char *states = xcalloc(env->max_starts, env->state_size);
    size_t n = env->ops->starts(env, p, states);
    j->b->start = xcalloc(j->b->n_states, sizeof *j->b->start);
    for (size_t i = 0; i < n; i++)
        j->b->start[fsm_find(j->f, states + i * env->state_size)] += p[i];
    free(p);
    free(states);
}

/* How many policies there are, of a state and a time. */
static double count_policies(struct judge *j)
{
    const struct feedback *b = j->b;
    double log_n = 0;
    j->can = xcalloc(width(j), b->n_states * sizeof *j->can);
    for (uint32_t s = 0; s < b->n_states; s++)
        j->can[s] = j->b->start[s] > 0;
    for (uint32_t t = 0; t < b->horizon; t++)
        for (uint32_t s = 0; s < b->n_states; s++) {
            if (!j->can[(size_t)t * b->n_states + s])
                continue;
            log_n += log10(choices(j, s));
            for (unsigned a = 0; a < j->f->n_actions; a++) {
                uint32_t n;
                const struct fsm_edge *e = edges(j, s, a, &n);
                for (uint32_t i = 0; i < n; i++)
                    j->can[(size_t)(t + 1) * b->n_states + e[i].next] = true;
            }
        }
    return pow(10, fmin(log_n, 300));
}

/* ---- paths */

static uint32_t new_node(struct judge *j, uint32_t state, uint32_t sibling)
{
    if (j->n_nodes == j->cap) {
        j->cap = 2 * j->cap + 64;
        j->node = xrealloc(j->node, j->cap, sizeof *j->node);
    }
    j->node[j->n_nodes] = (struct node){ state, NONE, sibling, NONE };
    return j->n_nodes++;
}

static uint32_t child_of(const struct judge *j, uint32_t node, uint32_t state)
{
    uint32_t c = j->node[node].child;
    while (c != NONE && j->node[c].state != state)
        c = j->node[c].sibling;
    return c;
}

static bool keep_path(struct judge *j, uint32_t node, struct err *err)
{
    uint32_t i = j->b->n_paths;
    if (i == FEEDBACK_PATHS)
        return err_set(err, "more than %d paths of %" PRIu32 " cycles", FEEDBACK_PATHS,
                       j->b->horizon);
    j->path = xrealloc(j->path, (size_t)i + 1, width(j) * sizeof *j->path);
    memcpy(j->path + i * width(j), j->at, width(j) * sizeof *j->path);
    j->node[node].path = i;
    j->b->n_paths++;
    return true;
}

/* All that may follow a node at depth t. */
static bool walk(struct judge *j, uint32_t node, uint32_t t, struct err *err)
{
    uint32_t s = j->node[node].state;
    j->at[t] = s;
    if (t == j->b->horizon)
        return keep_path(j, node, err);
    for (unsigned a = 0; a < j->f->n_actions; a++) {
        uint32_t n;
        const struct fsm_edge *e = edges(j, s, a, &n);
        for (uint32_t i = 0; i < n; i++) {
            if (child_of(j, node, e[i].next) != NONE)
                continue;
            uint32_t child = new_node(j, e[i].next, j->node[node].child);
            j->node[node].child = child;
            if (!walk(j, child, t + 1, err))
                return false;
        }
    }
    return true;
}

/* The root has the starts as children; paths begin with these. */
static bool find_paths(struct judge *j, struct err *err)
{
    uint32_t root = new_node(j, NONE, NONE);
    for (uint32_t s = 0; s < j->b->n_states; s++) {
        if (!(j->b->start[s] > 0))
            continue;
        uint32_t child = new_node(j, s, j->node[root].child);
        j->node[root].child = child;
        if (!walk(j, child, 0, err))
            return false;
    }
    return true;
}

/* ---- what the human makes of them */

static bool looks_like(const struct judge *j, const uint32_t *a, const uint32_t *b)
{
    for (size_t t = 0; t < width(j); t++)
        if (j->who->shows[a[t]] != j->who->shows[b[t]])
            return false;
    return true;
}

static void count_visits(const struct judge *j, const uint32_t *path, double p,
                         double *visits)
{
    for (size_t t = 0; t < width(j); t++)
        visits[path[t]] += p;
}

static double worth_of(const struct judge *j, const uint32_t *path)
{
    double sum = 0;
    for (size_t t = 1; t < width(j); t++)
        sum += j->b->worth[path[t]];
    return sum;
}

/* The first of the beliefs about what path i looks like; n_beliefs: there are none. */
static size_t belief_of(const struct judge *j, uint32_t i)
{
    const struct observer *o = j->who;
    size_t k = 0;
    while (k < o->n_beliefs &&
           (o->length != width(j) ||
            !looks_like(j, j->path + i * width(j), o->met + k * o->length)))
        k++;
    return k;
}

static bool puzzled(const struct judge *j, uint32_t i, struct err *err)
{
    char text[TEXT] = "";
    uint32_t n = 0;
    for (size_t t = 0; t < width(j); t++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%s", t ? " " : "",
                 j->who->sign[j->who->shows[j->path[i * width(j) + t]]]);
    }
    for (uint32_t k = 0; k < j->b->n_paths; k++)
        n += looks_like(j, j->path + k * width(j), j->path + i * width(j));
    return err_set(
        err,
        "nothing is said of what the human believes who sees '%s', which %" PRIu32
        " paths show (human-believes:)",
        text, n);
}

/* What path i, the first that looks like it, is taken for. */
static bool take_for(struct judge *j, uint32_t i, struct err *err)
{
    const struct observer *o = j->who;
    struct feedback *b = j->b;
    double *meant = b->meant + (size_t)b->n_seen * b->n_states, *g = &j->g_seen[b->n_seen];
    size_t k = belief_of(j, i), first = k;
    for (uint32_t l = i + 1; k == o->n_beliefs && l < b->n_paths; l++)
        if (looks_like(j, j->path + i * width(j), j->path + l * width(j)))
            return puzzled(j, i, err);
    if (k == o->n_beliefs) {
        count_visits(j, j->path + i * width(j), 1, meant);
        *g = worth_of(j, j->path + i * width(j));
    }
    for (; k < o->n_beliefs &&
           looks_like(j, o->met + first * o->length, o->met + k * o->length);
         k++) {
        count_visits(j, o->met + k * o->length, o->p[k], meant);
        *g += o->p[k] * worth_of(j, o->met + k * o->length);
    }
    b->looks[i] = b->n_seen++;
    return true;
}

static bool interpret(struct judge *j, struct err *err)
{
    struct feedback *b = j->b;
    b->visits = xcalloc(b->n_paths, b->n_states * sizeof *b->visits);
    b->meant = xcalloc(b->n_paths, b->n_states * sizeof *b->meant);
    b->looks = xcalloc(b->n_paths, sizeof *b->looks);
    j->g = xcalloc(b->n_paths, sizeof *j->g);
    j->g_seen = xcalloc(b->n_paths, sizeof *j->g_seen);
    for (uint32_t i = 0; i < b->n_paths; i++) {
        const uint32_t *path = j->path + i * width(j);
        uint32_t k = 0;
        count_visits(j, path, 1, b->visits + (size_t)i * b->n_states);
        j->g[i] = worth_of(j, path);
        while (k < i && !looks_like(j, path, j->path + k * width(j)))
            k++;
        if (k < i)
            b->looks[i] = b->looks[k];
        else if (!take_for(j, i, err))
            return false;
    }
    return true;
}

/* ---- policies */

static void measure(struct judge *j, struct feedback_policy *p, uint32_t node, uint32_t t,
                    double chance)
{
    uint32_t s = j->node[node].state, n;
    if (t == j->b->horizon) {
        uint32_t path = j->node[node].path;
        double g = j->g[path], seen = j->g_seen[j->b->looks[path]];
        p->real += chance * g;
        p->seen += chance * seen;
        p->over += chance * fmax(0, seen - g);
        p->under += chance * fmax(0, g - seen);
        return;
    }
    const struct fsm_edge *e = edges(j, s, j->policy[(size_t)t * j->b->n_states + s], &n);
    for (uint32_t i = 0; i < n; i++)
        measure(j, p, child_of(j, node, e[i].next), t + 1, chance * e[i].p);
}

/* Its actions where there is a choice, with the state where that is not clear. */
static char *policy_text(const struct judge *j)
{
    char text[TEXT] = "", action[64];
    for (uint32_t t = 0; t < j->b->horizon; t++) {
        uint32_t here = 0;
        for (uint32_t s = 0; s < j->b->n_states; s++)
            here += j->reached[(size_t)t * j->b->n_states + s] && choices(j, s) > 1;
        for (uint32_t s = 0; s < j->b->n_states; s++) {
            size_t used = strlen(text);
            if (!j->reached[(size_t)t * j->b->n_states + s] || choices(j, s) < 2)
                continue;
            env_action_text(j->env, j->policy[(size_t)t * j->b->n_states + s], action,
                            sizeof action);
            snprintf(text + used, sizeof text - used, "%s%s%s%s", used ? " " : "",
                     here > 1 ? j->all->name[s] : "", here > 1 ? ":" : "", action);
        }
    }
    return xstrdup(text[0] ? text : "-");
}

static void keep_policy(struct judge *j)
{
    struct feedback *b = j->b;
    struct feedback_policy p = { 0 };
    if (!(b->n & (b->n + 1)) || !b->of)
        b->of = xrealloc(b->of, 2 * (b->n + 1), sizeof *b->of);
    for (uint32_t c = j->node[0].child; c != NONE; c = j->node[c].sibling)
        measure(j, &p, c, 0, j->b->start[j->node[c].state]);
    p.text = policy_text(j);
    b->of[b->n++] = p;
}

/* Every action of every state from s on that is reached in cycle t. */
static void try_from(struct judge *j, uint32_t t, uint32_t s)
{
    const uint32_t n = j->b->n_states;
    bool *now = j->reached + (size_t)t * n;
    while (s < n && !now[s])
        s++;
    if (s < n) {
        for (unsigned a = 0; a < j->f->n_actions; a++) {
            j->policy[(size_t)t * n + s] = (uint8_t)a;
            if (is_own(j, s, a))
                try_from(j, t, s + 1);
        }
        return;
    }
    if (t + 1 == j->b->horizon) {
        keep_policy(j);
        return;
    }
    memset(now + n, 0, n * sizeof *now);
    for (uint32_t x = 0; x < n; x++) {
        uint32_t many;
        const struct fsm_edge *e = edges(j, x, j->policy[(size_t)t * n + x], &many);
        for (uint32_t i = 0; now[x] && i < many; i++)
            now[n + e[i].next] = true;
    }
    try_from(j, t + 1, 0);
}

static void compare(struct feedback *b)
{
    double real = -HUGE_VAL, seen = -HUGE_VAL;
    const struct feedback_policy *best = NULL;
    for (size_t i = 0; i < b->n; i++) {
        real = fmax(real, b->of[i].real);
        seen = fmax(seen, b->of[i].seen);
    }
    for (size_t i = 0; i < b->n; i++) {
        b->of[i].best = b->of[i].real >= real - EQUAL;
        b->of[i].chosen = b->of[i].seen >= seen - EQUAL;
        if (b->of[i].best && !best)
            best = &b->of[i];
    }
    for (size_t i = 0; i < b->n; i++) {
        struct feedback_policy *p = &b->of[i];
        p->inflates = p->over > best->over + EQUAL && p->seen > best->seen + EQUAL;
        p->overjustifies = p->under < best->under - EQUAL && p->real < best->real - EQUAL;
    }
}

/* ---- what feedback leaves open */

struct basis {
    double *row; /* [n][width], each 1 at its pivot */
    size_t *pivot, n, width;
};

/* Whether a row is independent of those before; it then is among them. */
static bool extend(struct basis *b, const double *row)
{
    double *v = b->row + b->n * b->width, most = 0;
    size_t at = 0;
    if (b->n == b->width)
        return false;
    memcpy(v, row, b->width * sizeof *v);
    for (size_t i = 0; i < b->n; i++) {
        double of = v[b->pivot[i]];
        for (size_t k = 0; k < b->width; k++)
            v[k] -= of * b->row[i * b->width + k];
    }
    for (size_t k = 0; k < b->width; k++)
        if (fabs(v[k]) > most)
            most = fabs(v[at = k]);
    if (most < EQUAL)
        return false;
    const double by = v[at];
    for (size_t k = 0; k < b->width; k++)
        v[k] /= by;
    b->pivot[b->n++] = at;
    return true;
}

/* Rows minus the first of them. */
static uint32_t extend_all(struct basis *b, const double *rows, uint32_t n)
{
    uint32_t more = 0;
    double *d = xcalloc(b->width, sizeof *d);
    for (uint32_t i = 1; i < n; i++) {
        for (size_t k = 0; k < b->width; k++)
            d[k] = rows[i * b->width + k] - rows[k];
        more += extend(b, d);
    }
    free(d);
    return more;
}

static void find_ranks(struct feedback *b)
{
    const size_t n = b->n_states;
    struct basis s = { xcalloc(n + 1, n * sizeof *s.row), xcalloc(n + 1, sizeof *s.pivot),
                       0, n };
    b->rank = extend_all(&s, b->meant, b->n_seen);
    b->lost = b->n_states - b->rank;
    b->harmful = extend_all(&s, b->visits, b->n_paths);
    free(s.row);
    free(s.pivot);
}

/* ---- all of it */

static bool judge(struct judge *j, struct err *err)
{
    struct feedback *b = j->b;
    if (!find_worth(j, err))
        return false;
    find_same(j);
    find_start(j);
    double n = count_policies(j);
    if (n > FEEDBACK_POLICIES)
        return err_set(err,
                       "%.3g policies of %" PRIu32 " cycles: at most %d can be compared", n,
                       b->horizon, FEEDBACK_POLICIES);
    if (!find_paths(j, err))
        return false;
    if ((double)b->n_paths * b->n_states > FEEDBACK_CELLS)
        return err_set(err, "%" PRIu32 " paths of %" PRIu32 " states: too many to judge",
                       b->n_paths, b->n_states);
    if (!interpret(j, err))
        return false;
    j->policy = xcalloc(width(j), b->n_states);
    j->reached = xcalloc(width(j), b->n_states * sizeof *j->reached);
    for (uint32_t s = 0; s < b->n_states; s++)
        j->reached[s] = j->b->start[s] > 0;
    try_from(j, 0, 0);
    compare(b);
    find_ranks(b);
    return true;
}

static bool open_judge(struct judge *j, const struct env *env, uint32_t horizon,
                       struct err *err)
{
    *j = (struct judge){ .env = env, .b = j->b };
    j->who = env_view(env, &view_observer);
    j->all = env_view(env, &view_roster);
    if (!j->who || !j->all)
        return err_set(err, "no human watches %s: hiding, verbose, or an mdp with human:",
                       env->ops->kind.name);
    if (!horizon && !j->who->length)
        return err_set(err, "the file has no human-believes: how many cycles (-H)?");
    j->b->horizon = horizon ? horizon : j->who->length - 1;
    if (!j->b->horizon || j->b->horizon > FEEDBACK_CYCLES)
        return err_set(err, "paths have 1 to %d cycles", FEEDBACK_CYCLES);
    j->f = fsm_new_from(env, j->all->state, j->all->n, j->all->n, &j->percepts);
    j->b->n_states = j->all->n;
    return true;
}

static void close_judge(struct judge *j)
{
    fsm_free(j->f);
    alphabet_release(&j->percepts);
    free(j->same);
    free(j->can);
    free(j->node);
    free(j->path);
    free(j->g);
    free(j->g_seen);
    free(j->policy);
    free(j->reached);
}

bool feedback_find(struct feedback *b, const struct env *env, uint32_t horizon,
                   struct err *err)
{
    struct judge j = { .b = b };
    *b = (struct feedback){ 0 };
    bool ok = open_judge(&j, env, horizon, err) && judge(&j, err);
    close_judge(&j);
    if (!ok)
        feedback_release(b);
    return ok;
}

void feedback_release(struct feedback *b)
{
    for (size_t i = 0; i < b->n; i++)
        free(b->of[i].text);
    free(b->of);
    free(b->visits);
    free(b->meant);
    free(b->looks);
    free(b->worth);
    free(b->start);
    *b = (struct feedback){ 0 };
}
