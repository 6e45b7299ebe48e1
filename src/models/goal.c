#include "config.h"

#include "automata.h"
#include "bytes.h"
#include "goal.h"
#include "hash.h"
#include "hidden.h"
#include "hunt.h"
#include "maze.h"
#include "num.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NOT_KNOWN UINT32_MAX

/* One weight changed by an imagined fruitless visit, and the sums before it. */
struct undo {
    uint32_t k;
    double w, wlogw;
};

/* A moment of the belief: what a snapshot holds. */
struct moment {
    uint32_t at;
    uint32_t known;  /* hypothesis that is certain, or none: then by the weights */
    double z;        /* sum of w */
    double s;        /* sum of w ln w; kept up only while gain is wanted, as is */
    double entropy;  /* while none is known */
    uint64_t visits; /* name of the imagined fruitless visits, whatever their order */
    size_t n_undone; /* entries of the journal */
};

struct goal {
    struct model base;
    struct family *family; /* owned */
    struct maze maze;
    double *log_prior; /* [n] */
    double *log_w;     /* [n] after the real history */
    double *w;         /* [n] not normalised */
    double *wlogw;     /* [n] w ln w, while gain is wanted */
    struct moment now;
    struct undo *journal;
    size_t cap;
    uint32_t *at; /* [n] for the automata view */
    double *view; /* [max(n, n_states)] weights as a view shows them */
    uint32_t *hunt_next;
    int32_t *hunt_rew;
    uint8_t *hunt_lands;
    int *hunt_place;
    struct automata automata;
    struct hidden hidden;
    struct hunt hunt;
};

/* ---- the measure */

static const struct passage *move_of(const struct goal *g, unsigned action)
{
    return &g->maze.move[g->now.at * g->base.space.n_actions + action];
}

/* The chance that the dispenser stands where this move lands. */
static double here(const struct goal *g, const struct passage *v)
{
    if (v->lands == NO_DISPENSER)
        return 0;
    if (g->now.known != NOT_KNOWN)
        return g->now.known == v->lands;
    return g->w[v->lands] / g->now.z;
}

static double xlogx(double x) { return x > 0 ? x * log(x) : 0; }

static double entropy_goal(const struct model *model)
{
    const struct goal *g = (const struct goal *)model;
    return g->now.known == NOT_KNOWN ? g->now.entropy : 0;
}

static void weigh(struct goal *g)
{
    double h = log(g->now.z) - g->now.s / g->now.z;
    g->now.entropy = h > 0 ? h : 0;
}

/* Sums anew, after real percepts: rounding never piles up across a life. */
static void sum_up(struct goal *g)
{
    g->now.z = num_sum(g->w, g->base.n);
    g->now.s = 0;
    for (size_t k = 0; k < g->base.n; k++)
        g->now.s += g->wlogw[k] = xlogx(g->w[k]);
    weigh(g);
}

/* A real fruitless visit to hypothesis k's cell, in log space. */
static void learn(struct goal *g, uint32_t k)
{
    double total = -HUGE_VAL;
    g->log_w[k] += log1p(-g->maze.theta);
    for (size_t i = 0; i < g->base.n; i++)
        total = log_add(total, g->log_w[i]);
    for (size_t i = 0; i < g->base.n; i++) {
        g->log_w[i] -= total;
        g->w[i] = exp(g->log_w[i]);
    }
    sum_up(g);
}

static void imagine(struct goal *g, uint32_t k)
{
    double w = g->w[k], left = w * (1 - g->maze.theta);
    if (g->now.n_undone == g->cap) {
        g->cap = g->cap ? 2 * g->cap : 256;
        g->journal = xrealloc(g->journal, g->cap, sizeof *g->journal);
    }
    g->journal[g->now.n_undone++] = (struct undo){ k, w, g->wlogw[k] };
    g->w[k] = left;
    g->now.visits += hash_mix(k);
    g->now.z -= w - left;
    if (!(g->base.want & WANT_GAIN))
        return;
    g->now.s += xlogx(left) - g->wlogw[k];
    g->wlogw[k] = xlogx(left);
    weigh(g);
}

/* Hypothesis k is the truth. */
static void find(struct goal *g, uint32_t k)
{
    g->now.known = k;
    if (!g->base.held)
        for (size_t i = 0; i < g->base.n; i++)
            if (i != k)
                g->log_w[i] = -HUGE_VAL;
}

/* KL(w|e || w) of a percept of probability p that left hypothesis k at `share` of
 * before. */
static double divergence(const struct goal *g, bool paid, double here, double p)
{
    double left = here * (1 - g->maze.theta) / p;
    if (paid)
        return -log(here);
    return -log(p) + (left > 0 ? left * log1p(-g->maze.theta) : 0);
}

/* Moves on by a percept that is as likely in every hypothesis and teaches nothing. */
static void pass(struct goal *g, uint32_t next, double p, struct outcome *o)
{
    g->now.at = next;
    o->prob = o->hindsight = p;
    o->gain = 0;
}

/* Moves on by a percept of probability p > 0, the dispenser having had this chance to stand
 * there. */
static void advance(struct goal *g, const struct passage *v, bool paid, double chance,
                    double p, struct outcome *o)
{
    double before = g->now.entropy, unpaid = 1 - g->maze.theta;
    pass(g, v->next, p, o);
    if (v->lands == NO_DISPENSER || g->now.known != NOT_KNOWN)
        return;
    if (g->base.want & WANT_HINDSIGHT)
        o->hindsight = paid ? g->maze.theta : (1 - chance + chance * unpaid * unpaid) / p;
    if (paid)
        find(g, v->lands);
    else if (g->base.held)
        imagine(g, v->lands);
    else
        learn(g, v->lands);
    if (g->base.want & WANT_GAIN)
        o->gain = g->base.gain_form == GAIN_KL ? divergence(g, paid, chance, p)
                                               : before - entropy_goal(&g->base);
}

/* The probability of no payout, with what only rounding left of it taken as nothing. */
static double fruitless(double pays) { return 1 - pays < 1e-13 ? 0 : 1 - pays; }

static const struct fsm_edge *draw_noise(const struct goal *g, const struct passage *v,
                                         struct rng *rng)
{
    const struct fsm_edge *e = maze_noise(&g->maze, v), *last = e + v->noise - 1;
    double u = rng_unit(rng);
    while (e < last && (u -= e->p) >= 0)
        e++;
    return e;
}

/* The noise that says e, or NULL. */
static const struct fsm_edge *find_noise(const struct goal *g, const struct passage *v,
                                         struct percept e)
{
    const struct fsm_edge *noise = maze_noise(&g->maze, v);
    for (uint32_t i = 0; i < v->noise; i++)
        if (percept_key(g->maze.percepts.at[noise[i].percept]) == percept_key(e))
            return &noise[i];
    return NULL;
}

static void hear(struct goal *g, const struct fsm_edge *noise, struct outcome *o)
{
    o->e = g->maze.percepts.at[noise->percept];
    pass(g, noise->next, noise->p, o);
}

static void step_goal(struct model *model, unsigned action, struct rng *rng,
                      struct outcome *o)
{
    struct goal *g = (struct goal *)model;
    const struct passage *v = move_of(g, action);
    if (v->noise) {
        hear(g, draw_noise(g, v, rng), o);
        return;
    }
    double chance = here(g, v), pays = g->maze.theta * chance, unpaid = fruitless(pays);
    bool paid = pays > 0 && rng_unit(rng) >= unpaid;
    o->e = v->e;
    o->e.rew += paid ? g->maze.prize : 0;
    advance(g, v, paid, chance, paid ? pays : unpaid, o);
}

static double condition_goal(struct model *model, unsigned action, struct outcome *o)
{
    struct goal *g = (struct goal *)model;
    const struct passage *v = move_of(g, action);
    if (v->noise) {
        const struct fsm_edge *noise = find_noise(g, v, o->e);
        o->prob = 0;
        if (noise)
            hear(g, noise, o);
        return o->prob;
    }
    struct percept won = { v->e.obs, v->e.rew + g->maze.prize };
    double chance = here(g, v), pays = g->maze.theta * chance;
    bool paid = percept_key(o->e) == percept_key(won);
    double p = paid ? pays : fruitless(pays);
    if (p <= 0 || (!paid && percept_key(o->e) != percept_key(v->e)))
        return o->prob = 0;
    advance(g, v, paid, chance, p, o);
    return p;
}

/* ---- the rest of the interface */

static void save_goal(struct model *model, void *snap)
{
    *(struct moment *)snap = ((struct goal *)model)->now;
}

static void forget(struct goal *g, const struct undo *u)
{
    g->w[u->k] = u->w;
    g->wlogw[u->k] = u->wlogw;
}

static void restore_goal(struct model *model, const void *snap)
{
    struct goal *g = (struct goal *)model;
    const struct moment *then = snap;
    for (size_t i = g->now.n_undone; i > then->n_undone; i--)
        forget(g, &g->journal[i - 1]);
    g->now = *then;
}

/* Once found, the dispenser and the place are all. Before that it is the visits and the
 * sums, which differ in the last bits when they took the visits in another order. */
static uint64_t key_goal(const struct model *model)
{
    const struct goal *g = (const struct goal *)model;
    uint64_t key = hash_mix((uint64_t)g->now.known << 32 | g->now.at), z, s;
    if (g->now.known != NOT_KNOWN)
        return key;
    memcpy(&z, &g->now.z, sizeof z);
    memcpy(&s, &g->now.s, sizeof s);
    return hash_word(hash_word(key + g->now.visits, z), s);
}

static size_t support_goal(struct model *model, unsigned action, struct percept *out,
                           size_t cap)
{
    const struct goal *g = (const struct goal *)model;
    const struct passage *v = move_of(g, action);
    double pays = g->maze.theta * here(g, v);
    size_t n = 0;
    for (; n < v->noise; n++)
        if (n < cap)
            out[n] = g->maze.percepts.at[maze_noise(&g->maze, v)[n].percept];
    if (v->noise)
        return n;
    if (fruitless(pays) > 0 && n++ < cap)
        out[n - 1] = v->e;
    if (pays > 0 && n++ < cap)
        out[n - 1] = (struct percept){ v->e.obs, v->e.rew + g->maze.prize };
    return n;
}

static void follow_goal(struct model *model, size_t k)
{
    ((struct goal *)model)->now.known = (uint32_t)k;
}

static void assume_goal(struct model *model, struct rng *rng)
{
    struct goal *g = (struct goal *)model;
    if (g->now.known == NOT_KNOWN)
        g->now.known = rng_index(rng, g->w, (uint32_t)g->base.n, g->now.z);
}

static double weight(const struct goal *g, size_t k)
{
    return g->now.known == NOT_KNOWN ? g->w[k] / g->now.z : g->now.known == k;
}

static size_t posterior_goal(const struct model *model, double *w, size_t cap)
{
    const struct goal *g = (const struct goal *)model;
    for (size_t k = 0; k < g->base.n && k < cap; k++)
        w[k] = weight(g, k);
    return g->base.n;
}

static const double *log_weights_goal(const struct model *model)
{
    return ((const struct goal *)model)->log_w;
}

static const double *log_prior_goal(const struct model *model)
{
    return ((const struct goal *)model)->log_prior;
}

static int about_goal(const struct model *model, size_t k)
{
    return ((const struct goal *)model)->maze.cell[k];
}

static void text_goal(const struct model *model, size_t k, char *buf, size_t n)
{
    family_text(((const struct goal *)model)->family, k, buf, n);
}

static const struct automata *show_automata(struct goal *g)
{
    if (!g->maze.fsm)
        return NULL;
    for (size_t k = 0; k < g->base.n; k++) {
        g->view[k] = weight(g, k);
        g->at[k] = g->now.at;
    }
    g->automata = (struct automata){ g->base.n,
                                     g->view,
                                     num_sum(g->view, g->base.n),
                                     (const struct fsm *const *)g->maze.fsm,
                                     g->at,
                                     &g->maze.percepts };
    return &g->automata;
}

static const struct hidden *show_hidden(struct goal *g)
{
    const struct automata *au = show_automata(g);
    if (!au)
        return NULL;
    g->hidden = (struct hidden){ au->n, au->w, au->total, au->fsm, NULL, au->at };
    return &g->hidden;
}

static const struct hunt *show_hunt(struct goal *g)
{
    for (uint32_t s = 0; s < g->maze.n_states; s++)
        g->view[s] = g->maze.stands[s] == NO_DISPENSER ? 0 : weight(g, g->maze.stands[s]);
    g->hunt.at = g->now.at;
    return &g->hunt;
}

static const void *view_goal(struct model *model, const struct view_kind *which)
{
    struct goal *g = (struct goal *)model;
    if (which == &view_automata)
        return show_automata(g);
    if (which == &view_hidden)
        return show_hidden(g);
    return which == &view_hunt ? show_hunt(g) : NULL;
}

/* How many hypotheses, the moment, then their weights; the journal is empty. */
static size_t frozen_size_goal(const struct model *model)
{
    const struct goal *g = (const struct goal *)model;
    return sizeof model->n + sizeof g->now + 3 * model->n * sizeof *g->w;
}

static void freeze_goal(const struct model *model, void *bytes)
{
    const struct goal *g = (const struct goal *)model;
    size_t n = model->n;
    bytes = bytes_put(bytes, &n, sizeof n);
    bytes = bytes_put(bytes, &g->now, sizeof g->now);
    bytes = bytes_put(bytes, g->log_w, n * sizeof *g->log_w);
    bytes = bytes_put(bytes, g->w, n * sizeof *g->w);
    bytes_put(bytes, g->wlogw, n * sizeof *g->wlogw);
}

static bool thaw_goal(struct model *model, const void *bytes, struct err *err)
{
    struct goal *g = (struct goal *)model;
    size_t n;
    bytes = bytes_take(bytes, &n, sizeof n);
    if (n != model->n)
        return err_set(err, "what was frozen has %zu hypotheses, not %zu", n, model->n);
    bytes = bytes_take(bytes, &g->now, sizeof g->now);
    bytes = bytes_take(bytes, g->log_w, n * sizeof *g->log_w);
    bytes = bytes_take(bytes, g->w, n * sizeof *g->w);
    bytes_take(bytes, g->wlogw, n * sizeof *g->wlogw);
    return true;
}

static void free_goal(struct model *model)
{
    struct goal *g = (struct goal *)model;
    family_close(g->family);
    maze_release(&g->maze);
    free(g->log_prior);
    free(g->log_w);
    free(g->w);
    free(g->wlogw);
    free(g->journal);
    free(g->at);
    free(g->view);
    free(g->hunt_next);
    free(g->hunt_rew);
    free(g->hunt_lands);
    free(g->hunt_place);
    free(g);
}

static const struct model_ops goal_ops = {
    .name = "goal",
    .step = step_goal,
    .condition = condition_goal,
    .save = save_goal,
    .restore = restore_goal,
    .free = free_goal,
    .frozen_size = frozen_size_goal,
    .freeze = freeze_goal,
    .thaw = thaw_goal,
    .support = support_goal,
    .assume = assume_goal,
    .follow = follow_goal,
    .entropy = entropy_goal,
    .posterior = posterior_goal,
    .log_weights = log_weights_goal,
    .log_prior = log_prior_goal,
    .key = key_goal,
    .about = about_goal,
    .text = text_goal,
    .view = view_goal,
};

/* ---- opening */

/* The maze as plain data, for planners that hunt. */
static void draw_hunt(struct goal *g)
{
    size_t pairs = (size_t)g->maze.n_states * g->base.space.n_actions;
    g->hunt_next = xcalloc(pairs, sizeof *g->hunt_next);
    g->hunt_rew = xcalloc(pairs, sizeof *g->hunt_rew);
    g->hunt_lands = xcalloc(pairs, sizeof *g->hunt_lands);
    for (size_t i = 0; i < pairs; i++) {
        g->hunt_next[i] = g->maze.move[i].next;
        g->hunt_rew[i] = g->maze.move[i].e.rew;
        g->hunt_lands[i] = g->maze.move[i].lands != NO_DISPENSER;
    }
    g->hunt_place = xcalloc(g->maze.n_states, sizeof *g->hunt_place);
    for (uint32_t s = 0; s < g->maze.n_states; s++) {
        uint32_t k = g->maze.stands[s];
        g->hunt_place[s] = k == NO_DISPENSER ? -1 : g->maze.cell[k];
    }
    g->hunt = (struct hunt){ g->maze.n_states, g->base.space.n_actions, g->hunt_next,
                             g->hunt_rew,      g->hunt_lands,           g->view,
                             g->maze.theta,    g->maze.prize,           0,
                             g->hunt_place };
}

struct model *goal_new(struct family *f, const double *w)
{
    size_t n = family_count(f);
    if (n < 2 || n >= NOT_KNOWN)
        return NULL;
    struct goal *g = xcalloc(1, sizeof *g);
    g->base = (struct model){
        .ops = &goal_ops, .snap_size = sizeof(struct moment), .n = n, .lacks = WANT_MOST
    };
    g->log_prior = xcalloc(n, sizeof *g->log_prior);
    g->log_w = xcalloc(n, sizeof *g->log_w);
    g->w = xcalloc(n, sizeof *g->w);
    g->wlogw = xcalloc(n, sizeof *g->wlogw);
    g->at = xcalloc(n, sizeof *g->at);
    g->now.known = NOT_KNOWN;
    if (!maze_read(&g->maze, f)) {
        free_goal(&g->base);
        return NULL;
    }
    g->family = f;
    g->base.space = g->maze.space;
    g->view = xcalloc(n > g->maze.n_states ? n : g->maze.n_states, sizeof *g->view);
    for (size_t k = 0; k < n; k++) {
        g->w[k] = w ? w[k] : 1.0 / (double)n;
        g->log_w[k] = g->log_prior[k] = log(g->w[k]);
    }
    sum_up(g);
    draw_hunt(g);
    return &g->base;
}
