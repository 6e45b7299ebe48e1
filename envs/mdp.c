#include "config.h"

#include "env.h"
#include "family.h"
#include "hiding.h"
#include "mdp.h"
#include "registry.h"
#include "roster.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Finite decision processes read from a file, ursa-mdp(5). In an mdp the state is seen; in
 * a pomdp what it shows is. */

struct config {
    char *file;
    int rewards;
    int which;                               /* of drmdp: one of cases */
    double p, r;                             /* of hiding and verbose */
    double hides, hides_first, plain, quiet; /* what is believed there */
};
enum { SEEN, UNSEEN };
static const char *const rewards_names[] = { "seen", "unseen", NULL };
enum { COLS = 46, ARCS = 12 }; /* of the picture */

struct process {
    struct env base;
    struct mdp mdp;
    int rewards;
    struct roster all;
    bool distinct; /* what may follow a state and an action is listed without doubles */
};

static bool draws_start(const struct mdp *m)
{
    for (uint32_t s = 0; s < m->n_states; s++)
        if (m->start[s] > 0 && m->start[s] < 1)
            return true;
    return false;
}

/* The sights of an edge; where nothing but the state may be seen, that. */
static uint32_t sights_of(const struct mdp *m, const struct edge *e,
                          const struct sight **at, struct sight *state)
{
    *state = (struct sight){ 1, e->next, 0 };
    *at = e->n_sights ? m->sight + e->sight : state;
    return e->n_sights ? e->n_sights : 1;
}

/* What the world says, and what it pays without a word. */
static struct percept percept_of(const struct process *s, const struct edge *e,
                                 const struct sight *look)
{
    return (struct percept){ look->obs, s->rewards == SEEN ? e->rew + look->rew : 0 };
}

static void widen(int32_t *min, int32_t *max, int32_t rew)
{
    *min = rew < *min ? rew : *min;
    *max = rew > *max ? rew : *max;
}

/* Bounds of all rewards; 0 lies within where they are no part of percepts. */
static void bound(const struct process *s, struct space *sp)
{
    const struct mdp *m = &s->mdp;
    int32_t min = s->rewards == SEEN ? INT32_MAX : 0;
    int32_t max = s->rewards == SEEN ? INT32_MIN : 0;
    struct sight state;
    const struct sight *look;
    for (uint32_t i = 0; i < m->first[(size_t)m->n_states * m->n_actions]; i++) {
        uint32_t n = sights_of(m, &m->edge[i], &look, &state);
        for (uint32_t k = 0; k < n; k++)
            widen(&min, &max, m->edge[i].rew + look[k].rew);
    }
    if (s->rewards == SEEN) {
        sp->rew_min = min;
        sp->rew_max = max;
    } else {
        sp->worth_min = min;
        sp->worth_max = max;
    }
}

/* Whether no pair has two edges to one state, and no edge a sight twice. */
static bool is_distinct(const struct mdp *m)
{
    size_t pairs = (size_t)m->n_states * m->n_actions, more = 1;
    size_t *led = xcalloc(m->n_states, sizeof *led);
    size_t *shown = xcalloc((size_t)m->n_obs + m->n_states, sizeof *shown);
    bool once = true;
    for (size_t i = 0; once && i < pairs; i++)
        for (uint32_t k = m->first[i]; once && k < m->first[i + 1]; k++, more++) {
            const struct edge *e = &m->edge[k];
            once = led[e->next] != i + 1;
            led[e->next] = i + 1;
            for (uint32_t j = 0; once && j < e->n_sights; j++) {
                uint32_t obs = m->sight[e->sight + j].obs;
                once = shown[obs] != more;
                shown[obs] = more;
            }
        }
    free(led);
    free(shown);
    return once;
}

static void describe(struct process *s, const struct env_ops *ops, bool partly)
{
    const struct mdp *m = &s->mdp;
    uint32_t arcs = m->n_states * m->n_actions;
    struct space sp = { .n_actions = m->n_actions,
                        .n_obs = partly ? m->n_obs : m->n_states,
                        .scale = m->scale };
    bound(s, &sp);
    s->distinct = is_distinct(m);
    s->base =
        (struct env){ .ops = ops,
                      .space = sp,
                      .state_size = sizeof(uint32_t),
                      .max_transitions = (uint32_t)mdp_most(m),
                      .max_starts = m->n_states,
                      .n_places = m->n_states,
                      .hidden = partly || draws_start(m),
                      .actions = (const char *const *)m->action,
                      .observations = (const char *const *)(partly ? m->obs : m->state),
                      .n_hidden = partly ? m->n_states : 0,
                      .hidden_names = (const char *const *)m->state,
                      .discount = m->discount,
                      .text = true,
                      .rows = 2 + (int)(arcs < ARCS ? arcs : ARCS),
                      .cols = COLS };
}

static void list_states(struct process *s)
{
    uint32_t n = s->mdp.n_states, *state = xcalloc(n, sizeof *state);
    for (uint32_t i = 0; i < n; i++)
        state[i] = i;
    s->all = (struct roster){ n, (const char *const *)s->mdp.state, state };
}

static struct env *finish(struct process *s, const struct env_ops *ops, int rewards)
{
    s->rewards = rewards;
    list_states(s);
    describe(s, ops, ops == &env_pomdp);
    return &s->base;
}

static struct env *open_process(const struct env_ops *ops, const struct config *c,
                                const char *standard, struct err *err)
{
    struct process *s = xcalloc(1, sizeof *s);
    struct mdp *m = &s->mdp;
    const char *name = c->file ? c->file : standard;
    bool partly = ops == &env_pomdp;
    if (!mdp_load(m, name, err)) {
        free(s);
        return NULL;
    }
    if (partly && !m->n_obs) {
        mdp_release(m);
        free(s);
        return err_null(err, "%s has no observations: it is an mdp, not a pomdp", name);
    }
    if (!partly)
        mdp_show_states(m);
    return finish(s, ops, c->rewards);
}

/* From text, which it frees. */
static struct env *open_text(const struct env_ops *ops, char *text, struct err *err)
{
    struct process *s = xcalloc(1, sizeof *s);
    bool ok = mdp_parse(&s->mdp, text, ops->kind.name, err);
    free(text);
    if (ok)
        return finish(s, ops, SEEN);
    free(s);
    return NULL;
}

static struct env *open_hiding(const void *config, uint64_t root, struct err *err)
{
    const struct config *c = config;
    (void)root;
    return open_text(&env_hiding,
                     hiding_text(c->p, c->r, c->hides, c->hides_first, c->plain), err);
}

static struct env *open_verbose(const void *config, uint64_t root, struct err *err)
{
    const struct config *c = config;
    (void)root;
    return open_text(&env_verbose, verbose_text(c->p, c->r, c->quiet), err);
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

/* What is wanted may change: the files of Carroll et al. by name. */
static const char *const cases[] = { "conspiracy", "trainer",     "writer",
                                     "clickbait",  "dehydration", NULL };

static struct env *open_drmdp(const void *config, uint64_t root, struct err *err)
{
    (void)root;
    return open_process(&env_drmdp, config, cases[((const struct config *)config)->which],
                        err);
}

static void close_process(struct env *env)
{
    free((void *)(uintptr_t)((struct process *)env)->all.state);
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
            a->worth_min >= b->worth_min && a->worth_max <= b->worth_max &&
            fabs(a->scale - b->scale) <= 0) ||
           err_set(err,
                   "%s: %u actions, %u observations and %d to %d points are no hypothesis "
                   "of a world of %u, %u and %d to %d",
                   name, a->n_actions, a->n_obs, a->rew_min + a->worth_min,
                   a->rew_max + a->worth_max, b->n_actions, b->n_obs,
                   b->rew_min + b->worth_min, b->rew_max + b->worth_max);
}

static struct env *at(const struct family *f, size_t k, struct err *err)
{
    if (!k)
        return (struct env *)(uintptr_t)f->truth;
    const struct process *truth = (const struct process *)f->truth;
    struct config c = { .file = (char *)(uintptr_t)name_of(f, k),
                        .rewards = truth->rewards };
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
    const struct process *s = (const struct process *)env;
    const struct mdp *m = &s->mdp;
    size_t pair = (size_t) * (uint32_t *)state * m->n_actions + action;
    const struct edge *e = m->edge + m->first[pair];
    e += draw_from(e, sizeof *e, m->first[pair + 1] - m->first[pair], rng);
    *(uint32_t *)state = e->next;
    struct sight here;
    const struct sight *look;
    uint32_t n = sights_of(m, e, &look, &here);
    return percept_of(s, e, look + draw_from(look, sizeof *look, n, rng));
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
    const struct process *s = (const struct process *)env;
    const struct mdp *m = &s->mdp;
    size_t pair = (size_t) * (const uint32_t *)state * m->n_actions + action, n = 0;
    uint32_t *to = next;
    for (uint32_t i = m->first[pair]; i < m->first[pair + 1]; i++) {
        const struct edge *e = &m->edge[i];
        struct sight here;
        const struct sight *look;
        uint32_t many = sights_of(m, e, &look, &here);
        for (uint32_t k = 0; k < many; k++) {
            struct transition t = { e->p * look[k].p, percept_of(s, e, &look[k]) };
            if (!s->distinct) {
                n = offer(out, to, n, t, e->next);
                continue;
            }
            out[n] = t;
            to[n++] = e->next;
        }
    }
    return n;
}

/* Of all ways from `before` to `after` with this percept. */
static double worth(const struct env *env, const void *before, unsigned action,
                    struct percept e, const void *after)
{
    const struct mdp *m = &((const struct process *)env)->mdp;
    size_t pair = (size_t) * (const uint32_t *)before * m->n_actions + action;
    uint32_t next = *(const uint32_t *)after;
    double p = 0, sum = 0;
    for (uint32_t i = m->first[pair]; i < m->first[pair + 1]; i++) {
        const struct edge *to = &m->edge[i];
        struct sight here;
        const struct sight *look;
        uint32_t many = to->next == next ? sights_of(m, to, &look, &here) : 0;
        for (uint32_t k = 0; k < many; k++)
            if (look[k].obs == e.obs) {
                p += to->p * look[k].p;
                sum += to->p * look[k].p * (to->rew + look[k].rew);
            }
    }
    return p > 0 ? sum / p : 0;
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

#define REWARDS                                                                            \
    CHOICE("rewards", rewards, rewards_names, .def = SEEN,                                 \
           .help = "whether the reward is part of the percept")

static const struct param mdp_params[] = {
    TEXT("file", file, .unit = "FILE", .help = "a shipped process or a file; unset: basic"),
    REWARDS,
    { 0 },
};
static const struct param pomdp_params[] = {
    TEXT("file", file, .unit = "FILE", .help = "a shipped process or a file; unset: tiger"),
    REWARDS,
    { 0 },
};

static const void *view(const struct env *env, const struct view_kind *which)
{
    const struct process *s = (const struct process *)env;
    if (which == &view_observer && s->mdp.human.n_signs)
        return &s->mdp.human;
    return which == &view_roster ? &s->all : NULL;
}

static const struct param drmdp_params[] = {
    CHOICE("case", which, cases, .help = "which of the paper's worlds"),
    { 0 },
};

#define WATCHED                                                                            \
    REAL("p", p, .def = 0.5, .max = 1, .help = "an install works"),                        \
        REAL("r", r, .def = 1, .max = 100, .help = "price of hiding, or of words")

static const struct param hiding_params[] = {
    WATCHED,
    REAL("p_H", hides, .def = 0.5, .max = 1,
         .help = "the human's: nothing after an install is an error that was hidden"),
    REAL("p_H0", hides_first, .def = 0.5, .max = 1,
         .help = "the human's: nothing at all is an error that was hidden"),
    REAL("p_W", plain, .def = 0.5, .max = 1,
         .help = "the human's: what works could have been seen to fail"),
    { 0 },
};
static const struct param verbose_params[] = {
    WATCHED,
    REAL("p_C", quiet, .def = 0.8, .max = 1,
         .help = "the human's: silence after an install means that the next works"),
    { 0 },
};

#define PROCESS                                                                            \
    .kind.version = 1, .kind.config_size = sizeof(struct config), .close = close_process,  \
    .families = families, .reset = reset, .starts = starts, .step = step,                  \
    .transitions = transitions, .worth = worth, .place = place, .picture = "graph",        \
    .view = view, .draw = draw

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

const struct env_ops env_drmdp = {
    .kind.name = "drmdp",
    .kind.title = "what is wanted changes, and can be influenced",
    .kind.params = drmdp_params,
    .open = open_drmdp,
    PROCESS,
};

const struct env_ops env_hiding = {
    .kind.name = "hiding",
    .kind.title = "a human judges who may hide errors",
    .kind.params = hiding_params,
    .open = open_hiding,
    PROCESS,
};

const struct env_ops env_verbose = {
    .kind.name = "verbose",
    .kind.title = "a human judges who may say more than is worth it",
    .kind.params = verbose_params,
    .open = open_verbose,
    PROCESS,
};
