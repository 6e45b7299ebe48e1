#include "config.h"

#include "env.h"
#include "family.h"
#include "mdp.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Finite decision processes read from a file, ursa-mdp(5). In an mdp the state is seen; in
 * a pomdp what it shows is. */

struct config {
    char *file;
};
enum { COLS = 46, ARCS = 12 }; /* of the picture */

struct process {
    struct env base;
    struct mdp mdp;
};

static bool draws_start(const struct mdp *m)
{
    for (uint32_t s = 0; s < m->n_states; s++)
        if (m->start[s] > 0 && m->start[s] < 1)
            return true;
    return false;
}

/* Most that may happen after one action. */
static uint32_t branches(const struct mdp *m)
{
    uint32_t most = 1, sights = 1;
    for (size_t i = 0; i < (size_t)m->n_states * m->n_actions; i++)
        if (m->first[i + 1] - m->first[i] > most)
            most = m->first[i + 1] - m->first[i];
    for (uint32_t s = 0; m->sees && s < m->n_states; s++)
        if (m->sees[s + 1] - m->sees[s] > sights)
            sights = m->sees[s + 1] - m->sees[s];
    return most * sights;
}

static struct env *open_process(const struct env_ops *ops, const struct config *c,
                                const char *standard, struct err *err)
{
    struct process *s = xcalloc(1, sizeof *s);
    struct mdp *m = &s->mdp;
    if (!mdp_load(m, c->file ? c->file : standard, err)) {
        free(s);
        return NULL;
    }
    bool partly = ops == &env_pomdp;
    if (partly && !m->n_obs) {
        mdp_release(m);
        free(s);
        return err_null(err, "%s has no observations: it is an mdp, not a pomdp",
                        c->file ? c->file : standard);
    }
    struct space sp = { .n_actions = m->n_actions,
                        .n_obs = partly ? m->n_obs : m->n_states,
                        .rew_min = INT32_MAX,
                        .rew_max = INT32_MIN,
                        .scale = m->scale };
    for (uint32_t i = 0; i < m->first[(size_t)m->n_states * m->n_actions]; i++) {
        sp.rew_min = m->edge[i].rew < sp.rew_min ? m->edge[i].rew : sp.rew_min;
        sp.rew_max = m->edge[i].rew > sp.rew_max ? m->edge[i].rew : sp.rew_max;
    }
    uint32_t arcs = m->n_states * m->n_actions;
    s->base =
        (struct env){ .ops = ops,
                      .space = sp,
                      .state_size = sizeof(uint32_t),
                      .max_transitions = branches(m),
                      .max_starts = m->n_states,
                      .n_places = m->n_states,
                      .hidden = partly || draws_start(m),
                      .actions = (const char *const *)m->action,
                      .observations = (const char *const *)(partly ? m->obs : m->state),
                      .n_hidden = partly ? m->n_states : 0,
                      .hidden_names = (const char *const *)m->state,
                      .text = true,
                      .rows = 2 + (int)(arcs < ARCS ? arcs : ARCS),
                      .cols = COLS };
    return &s->base;
}

static struct env *open_mdp(const void *config, uint64_t root, struct err *err)
{
    (void)root;
    return open_process(&env_mdp, config, "basic", err);
}

static struct env *open_pomdp(const void *config, uint64_t root, struct err *err)
{
    (void)root;
    return open_process(&env_pomdp, config, "tiger", err);
}

static void close_process(struct env *env)
{
    mdp_release(&((struct process *)env)->mdp);
    free(env);
}

/* ---- the family: the world, and the processes of other files */

struct files {
    struct family base;
    size_t n;
    char *names; /* owned: n - 1 of them, each closed by its NUL */
};

static struct family *open_files(const void *config, const struct env *truth,
                                 struct err *err)
{
    const char *names = ((const struct config *)config)->file;
    struct files *s = xcalloc(1, sizeof *s);
    (void)truth;
    (void)err;
    s->names = xstrdup(names ? names : "");
    s->n = names && *names ? 2 : 1;
    for (char *c = s->names; *c; c++)
        if (*c == '+') {
            *c = '\0';
            s->n++;
        }
    return &s->base;
}

static void close_files(struct family *f)
{
    free(((struct files *)f)->names);
    free(f);
}

static size_t count(const struct family *f) { return ((const struct files *)f)->n; }

/* Of hypothesis k > 0. */
static const char *name_of(const struct family *f, size_t k)
{
    const char *name = ((const struct files *)f)->names;
    while (--k)
        name += strlen(name) + 1;
    return name;
}

/* A percept must mean the same in all of them. */
static bool fits(const struct env *h, const struct env *truth, const char *name,
                 struct err *err)
{
    const struct space *a = &h->space, *b = &truth->space;
    return (a->n_actions == b->n_actions && a->n_obs == b->n_obs &&
            a->rew_min >= b->rew_min && a->rew_max <= b->rew_max &&
            fabs(a->scale - b->scale) <= 0) ||
           err_set(err,
                   "%s: %u actions, %u observations and %d to %d points are no hypothesis "
                   "of a world of %u, %u and %d to %d",
                   name, a->n_actions, a->n_obs, a->rew_min, a->rew_max, b->n_actions,
                   b->n_obs, b->rew_min, b->rew_max);
}

static struct env *at(const struct family *f, size_t k, struct err *err)
{
    if (!k)
        return (struct env *)(uintptr_t)f->truth;
    struct config c = { (char *)(uintptr_t)name_of(f, k) };
    struct env *h = open_process(f->truth->ops, &c, NULL, err);
    if (h && !fits(h, f->truth, c.file, err)) {
        close_process(h);
        return NULL;
    }
    if (h)
        h->space = f->truth->space;
    return h;
}

static void text(const struct family *f, size_t k, char *buf, size_t n)
{
    snprintf(buf, n, "%s", k ? name_of(f, k) : "the world");
}

static const struct param files_params[] = {
    TEXT("files", file, .unit = "FILE+FILE...", .help = "other processes it may be"),
    { 0 },
};
static const struct family_ops family_files = {
    .kind = { .name = "files",
              .title = "the world or a process of the list",
              .version = 1,
              .params = files_params,
              .config_size = sizeof(struct config) },
    .open = open_files,
    .close = close_files,
    .count = count,
    .at = at,
    .text = text,
};
static const struct kind *const families[] = { &family_mu.kind, &family_files.kind, NULL };

/* ---- the world */

static size_t starts(const struct env *env, double *p, void *states)
{
    const struct mdp *m = &((const struct process *)env)->mdp;
    uint32_t *to = states;
    size_t n = 0;
    for (uint32_t s = 0; s < m->n_states; s++)
        if (m->start[s] > 0) {
            p[n] = m->start[s];
            to[n++] = s;
        }
    return n;
}

/* Index drawn by the probabilities of an array of structs that begin with one. */
static uint32_t draw_from(const void *array, size_t size, uint32_t n, struct rng *rng)
{
    double u = n > 1 ? rng_unit(rng) : 0;
    uint32_t i = 0;
    while (i + 1 < n &&
           (u -= *(const double *)(const void *)((const char *)array + i * size)) >= 0)
        i++;
    return i;
}

static void reset(const struct env *env, void *state, struct rng *rng)
{
    const struct mdp *m = &((const struct process *)env)->mdp;
    double u = draws_start(m) ? rng_unit(rng) : 0;
    uint32_t s = 0, last = 0;
    for (; s < m->n_states; s++)
        if (m->start[s] > 0) {
            last = s;
            if ((u -= m->start[s]) < 0)
                break;
        }
    *(uint32_t *)state = last;
}

static struct percept step(const struct env *env, void *state, unsigned action,
                           struct rng *rng)
{
    const struct mdp *m = &((const struct process *)env)->mdp;
    size_t pair = (size_t) * (uint32_t *)state * m->n_actions + action;
    const struct edge *e = m->edge + m->first[pair];
    e += draw_from(e, sizeof *e, m->first[pair + 1] - m->first[pair], rng);
    *(uint32_t *)state = e->next;
    if (env->ops == &env_mdp)
        return (struct percept){ e->next, e->rew };
    const struct sight *look = m->sight + m->sees[e->next];
    look += draw_from(look, sizeof *look, m->sees[e->next + 1] - m->sees[e->next], rng);
    return (struct percept){ look->obs, e->rew };
}

/* Adds to the transition with this percept and state, if there is one. */
static size_t offer(struct transition *out, uint32_t *to, size_t n, struct transition t,
                    uint32_t next)
{
    for (size_t i = 0; i < n; i++)
        if (to[i] == next && percept_key(out[i].e) == percept_key(t.e)) {
            out[i].p += t.p;
            return n;
        }
    out[n] = t;
    to[n] = next;
    return n + 1;
}

static size_t transitions(const struct env *env, const void *state, unsigned action,
                          struct transition *out, void *next)
{
    const struct mdp *m = &((const struct process *)env)->mdp;
    size_t pair = (size_t) * (const uint32_t *)state * m->n_actions + action, n = 0;
    bool seen = env->ops == &env_mdp;
    for (uint32_t i = m->first[pair]; i < m->first[pair + 1]; i++) {
        const struct edge *e = &m->edge[i];
        uint32_t from = seen ? 0 : m->sees[e->next], to = seen ? 1 : m->sees[e->next + 1];
        for (uint32_t k = from; k < to; k++) {
            double p = seen ? e->p : e->p * m->sight[k].p;
            struct percept o = { seen ? e->next : m->sight[k].obs, e->rew };
            n = offer(out, next, n, (struct transition){ p, o }, e->next);
        }
    }
    return n;
}

static uint32_t place(const struct env *env, const void *state)
{
    (void)env;
    return *(const uint32_t *)state;
}

/* The states in a row, the present one stressed unless it is hidden; as many as there is
 * room for, from a little before it. */
static void draw_states(const struct mdp *m, uint32_t now, bool seen, struct canvas *cv)
{
    int col = 0;
    for (uint32_t s = seen && now > 3 ? now - 3 : 0; s < m->n_states && col < COLS; s++) {
        bool here = seen && s == now;
        canvas_text(cv, 0, col, here ? INK_STRONG : INK_DIM, here ? "[%.20s]" : " %.20s ",
                    m->state[s]);
        col += (int)(strlen(m->state[s]) < 20 ? strlen(m->state[s]) : 20) + 2;
    }
}

/* One arc of the graph: "s0 -a1-> s0 .9 +25, s1 .05 +0". */
static void draw_arc(const struct mdp *m, uint32_t s, uint32_t a, enum ink ink, int row,
                     struct canvas *cv)
{
    char text[200];
    int at = snprintf(text, sizeof text, "%.12s -%.12s->", m->state[s], m->action[a]);
    const uint32_t *first = m->first + (size_t)s * m->n_actions + a;
    for (uint32_t i = first[0]; i < first[1] && at < COLS; i++)
        at += snprintf(text + at, sizeof text - (size_t)at, "%s %.12s %.2g %+g",
                       i > first[0] ? "," : "", m->state[m->edge[i].next], m->edge[i].p,
                       m->edge[i].rew / m->scale);
    canvas_text(cv, row, 0, ink, "%s", text);
}

/* The state graph; its arcs with the truth alone. Where they are too many, those of the
 * present state. */
static void draw(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    const struct mdp *m = &((const struct process *)env)->mdp;
    uint32_t now = *(const uint32_t *)state;
    bool all = m->n_states * m->n_actions + 2 <= (uint32_t)cv->rows;
    draw_states(m, now, env->ops == &env_mdp || truth, cv);
    int row = 2;
    for (uint32_t s = all ? 0 : now; truth && s < (all ? m->n_states : now + 1); s++)
        for (uint32_t a = 0; a < m->n_actions; a++)
            draw_arc(m, s, a, s == now ? INK_STRONG : INK_DIM, row++, cv);
}

static const struct param mdp_params[] = {
    TEXT("file", file, .unit = "FILE", .help = "a shipped process or a file; unset: basic"),
    { 0 },
};
static const struct param pomdp_params[] = {
    TEXT("file", file, .unit = "FILE", .help = "a shipped process or a file; unset: tiger"),
    { 0 },
};

#define PROCESS                                                                            \
    .kind.version = 1, .kind.config_size = sizeof(struct config), .close = close_process,  \
    .families = families, .reset = reset, .starts = starts, .step = step,                  \
    .transitions = transitions, .place = place, .picture = "graph", .draw = draw

const struct env_ops env_mdp = {
    .kind.name = "mdp",
    .kind.title = "a Markov decision process from a file",
    .kind.params = mdp_params,
    .open = open_mdp,
    PROCESS,
};

const struct env_ops env_pomdp = {
    .kind.name = "pomdp",
    .kind.title = "a partially observable one from a file",
    .kind.params = pomdp_params,
    .open = open_pomdp,
    .hidden = place,
    PROCESS,
};
