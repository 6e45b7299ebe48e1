#include "config.h"

#include "automata.h"
#include "ice.h"
#include "mcts.h"
#include "roots.h"

#include "clock.h"
#include "tree.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const reuse_names[] = { "never", "belief", "always", NULL };
const char *const root_names[] = { "no", "yes", "state", NULL };
const char *const range_names[] = { "depth", "root", NULL };

enum { POLL = 32 }; /* samples between looks at the clock and the cancel flag */

/* A cycle of a sample. */
struct footprint {
    double gain;    /* utility of its percept */
    struct node *v; /* where it began, as far as the tree reached */
    unsigned action;
};

/* What is imagined with: where the sampled hypothesis stands, or what the model tells. */
struct walker {
    const struct fsm_jump *jump;
    const struct fsm_choice *choice;
    const struct fsm *fsm;
    uint32_t at;
    struct outcome told; /* zeros where nothing is told */
};

struct mcts {
    struct mcts_conf conf;
    uint32_t n_actions, horizon, samples;
    struct tree tree;
    double *inv_range;         /* [horizon] 1 / range of the utility-to-go at a depth */
    double *ratio;             /* [horizon] weight of the next depth over this one's */
    struct footprint *trail;   /* [horizon] of a sample */
    void *snap;                /* [model snap_size] */
    void *memory;              /* [utility memory_size] of the way imagined */
    const struct automata *au; /* of this search; NULL: by model calls */
    double *utility;           /* [percepts] of the automata's alphabet */
    size_t n_utility;
    struct alias alias;          /* of the hypotheses */
    struct roots roots;          /* of the states of hidden ones */
    const struct hidden *hidden; /* of this search; NULL: no states are drawn */
    bool kept;                   /* the tree holds what a former search left */
    uint64_t stamp;              /* of the utility that all values are of */
    uint64_t prepared;           /* age that ratio and inv_range are right for */
    double lo, hi, total;        /* and the bounds */
    struct mcts_stats stats;
};

static inline struct node *history(const struct mcts *s, uint32_t i)
{
    return node_at(&s->tree, s->n_actions, i);
}

/* ---- imagining: one cycle by the model, or by the automaton of a sampled hypothesis */

typedef void begin_fn(const struct mcts *s, const struct plan *p, struct walker *w,
                      struct rng *rng);
/* Utility of the percept that follows `action`, and its key. */
typedef double step_fn(const struct mcts *s, const struct plan *p, struct walker *w,
                       unsigned action, struct rng *rng, uint64_t *percept);

static void begin_model(const struct mcts *s, const struct plan *p, struct walker *w,
                        struct rng *rng)
{
    (void)w;
    model_restore(p->model, s->snap);
    if (s->conf.root_sampling && !utility_of_belief(p->utility) && p->model->ops->assume)
        p->model->ops->assume(p->model, rng);
}

static double step_model(const struct mcts *s, const struct plan *p, struct walker *w,
                         unsigned action, struct rng *rng, uint64_t *percept)
{
    struct outcome *o = &w->told;
    (void)s;
    p->model->ops->step(p->model, action, rng, o);
    *percept = percept_key(o->e);
    return p->utility->of(p->utility, NULL, o);
}

/* The same for utilities of the history. */
static void begin_carrying(const struct mcts *s, const struct plan *p, struct walker *w,
                           struct rng *rng)
{
    begin_model(s, p, w, rng);
    w->told.before = p->before;
    if (p->utility->memory_size)
        memcpy(s->memory, p->memory, p->utility->memory_size);
}

static double step_carrying(const struct mcts *s, const struct plan *p, struct walker *w,
                            unsigned action, struct rng *rng, uint64_t *percept)
{
    struct outcome *o = &w->told;
    o->action = action;
    p->model->ops->step(p->model, action, rng, o);
    *percept = percept_key(o->e);
    double worth = p->utility->of(p->utility, s->memory, o);
    o->before = o->e.obs;
    return worth;
}

static inline void begin_automaton(const struct mcts *s, const struct plan *p,
                                   struct walker *w, struct rng *rng)
{
    const struct automata *au = s->au;
    uint32_t k = alias_draw(&s->alias, rng_u64(rng));
    (void)p;
    w->jump = au->fsm[k]->jump;
    w->choice = au->fsm[k]->choice;
    w->at = au->at[k];
}

/* n: actions, a constant where the caller knows it. */
__attribute__((always_inline)) static inline double walk(const struct mcts *s,
                                                         struct walker *w, uint32_t n,
                                                         unsigned action, struct rng *rng,
                                                         uint64_t *percept)
{
    struct fsm_jump j = w->jump[(size_t)w->at * n + action];
    if (j.alt) {
        const struct fsm_choice *c = w->choice + j.alt;
        uint32_t bits = (uint32_t)rng_u64(rng);
        while (bits >= c->cut && c->cut != UINT32_MAX)
            c++;
        w->at = c->next;
        *percept = c->percept;
        return s->utility[c->percept];
    }
    w->at = j.next;
    *percept = j.percept;
    return s->utility[j.percept];
}

static inline double step_automaton(const struct mcts *s, const struct plan *p,
                                    struct walker *w, unsigned action, struct rng *rng,
                                    uint64_t *percept)
{
    (void)p;
    return walk(s, w, s->n_actions, action, rng, percept);
}

/* Mazes have five actions: a constant unrolls what is done for each. */
static inline double step_maze(const struct mcts *s, const struct plan *p, struct walker *w,
                               unsigned action, struct rng *rng, uint64_t *percept)
{
    (void)p;
    return walk(s, w, 5, action, rng, percept);
}

/* The same in the automaton of a state that was drawn, whatever it tells of itself. */
static void begin_state(const struct mcts *s, const struct plan *p, struct walker *w,
                        struct rng *rng)
{
    struct root root = roots_draw(&s->roots, rng);
    (void)p;
    w->fsm = s->hidden->fsm[root.hypothesis];
    w->at = root.state;
}

static inline double step_state(const struct mcts *s, const struct plan *p,
                                struct walker *w, unsigned action, struct rng *rng,
                                uint64_t *percept)
{
    const struct fsm *f = w->fsm;
    const uint32_t *first = f->first + (size_t)w->at * s->n_actions + action;
    uint32_t i = first[0], last = first[1] - 1;
    double u = i < last ? rng_unit(rng) : 0;
    while (i < last && (u -= f->edge[i].p) >= 0)
        i++;
    w->at = f->edge[i].next;
    w->told.e = f->percepts->at[f->edge[i].percept];
    w->told.worth = f->worth ? f->worth[i] : 0;
    *percept = percept_key(w->told.e);
    return p->utility->of(p->utility, NULL, &w->told);
}

/* ---- sampling */

/* Uniformly random actions over the cycles from depth on; their utilities go to the trail.
 * One draw chooses two actions. */
__attribute__((always_inline)) static inline void
rollout(const struct mcts *s, const struct plan *p, struct walker *w, uint32_t depth,
        uint32_t n, struct rng *rng, step_fn *step)
{
    uint64_t percept, u = 0;
    for (uint32_t i = 0; depth < s->horizon; depth++, i++) {
        u = i & 1 ? u >> 32 : rng_u64(rng);
        unsigned action = (unsigned)((u & UINT32_MAX) * n >> 32);
        s->trail[depth].gain = step(s, p, w, action, rng, &percept);
    }
}

/* One sample from the root: down the tree, one new history, a rollout, and back. Returns
 * the depth of the tree it saw. */
__attribute__((always_inline)) static inline uint32_t sample(struct mcts *s,
                                                             const struct plan *p,
                                                             struct walker *w, uint32_t n,
                                                             struct rng *rng, step_fn *step)
{
    struct tree *t = &s->tree;
    struct footprint *trail = s->trail;
    uint32_t at = ROOT, depth = 0;
    while (at != NONE && depth < s->horizon) {
        struct node *v = node_at(t, n, at);
        unsigned action = choose(v, rng);
        uint64_t percept;
        double gain = step(s, p, w, action, rng, &percept);
        trail[depth++] = (struct footprint){ gain, v, action };
        if (depth == s->horizon)
            break;
        at = find_child(t, n, v, action, percept);
        if (at == NONE)
            s->stats.full |= add_child(t, n, v, action, percept) == NONE;
    }
    rollout(s, p, w, depth, n, rng, step);
    double value = 0;
    for (uint32_t d = s->horizon; d-- > depth;)
        value = trail[d].gain + s->ratio[d] * value;
    for (uint32_t d = depth; d-- > 0;) {
        value = trail[d].gain + s->ratio[d] * value;
        back_up(t, n, trail[d].v, trail[d].action, value, s->inv_range[d]);
    }
    return depth;
}

/* Whether to go on after `done` samples. */
static bool go_on(struct mcts *s, const struct plan *p, uint64_t done, double end)
{
    if (p->cancel && atomic_load_explicit(p->cancel, memory_order_relaxed)) {
        s->stats.cancelled = true;
        return false;
    }
    return s->conf.budget > 0 ? clock_now() < end : done < s->samples;
}

__attribute__((always_inline)) static inline void search(struct mcts *s,
                                                         const struct plan *p, uint32_t n,
                                                         struct rng *rng, begin_fn *begin,
                                                         step_fn *step)
{
    struct rng local = *rng;
    struct walker walker = { 0 };
    double end = s->conf.budget > 0 ? clock_now() + s->conf.budget : 0;
    uint64_t done = 0;
    do {
        uint64_t batch = POLL;
        if (s->conf.budget <= 0 && s->samples - done < batch)
            batch = s->samples - done;
        for (; batch; batch--, done++) {
            begin(s, p, &walker, &local);
            uint32_t depth = sample(s, p, &walker, n, &local, step);
            s->stats.depth = depth > s->stats.depth ? depth : s->stats.depth;
        }
    } while (go_on(s, p, done, end));
    s->stats.samples = done;
    s->stats.steps = done * s->horizon;
    *rng = local;
}

static void search_model(struct mcts *s, const struct plan *p, struct rng *rng)
{
    model_save(p->model, s->snap);
    if (utility_of_history(p->utility))
        search(s, p, s->n_actions, rng, begin_carrying, step_carrying);
    else if (s->n_actions == 5)
        search(s, p, 5, rng, begin_model, step_model);
    else
        search(s, p, s->n_actions, rng, begin_model, step_model);
    model_restore(p->model, s->snap);
    model_release(p->model);
}

static void search_states(struct mcts *s, const struct plan *p, struct rng *rng)
{
    roots_list(&s->roots, s->hidden);
    search(s, p, s->n_actions, rng, begin_state, step_state);
}

static void search_automata(struct mcts *s, const struct plan *p, struct rng *rng)
{
    if (s->n_actions == 5)
        search(s, p, 5, rng, begin_automaton, step_maze);
    else
        search(s, p, s->n_actions, rng, begin_automaton, step_automaton);
}

/* The action of the greatest mean among those tried, ties at random. */
static unsigned best_action(const struct mcts *s, struct rng *rng)
{
    struct node *root = history(s, ROOT);
    double best = -HUGE_VAL;
    uint32_t mask = 0;
    for (uint32_t a = 0; a < s->n_actions; a++) {
        double q = node_q(root)[a];
        if (!node_n(root, s->n_actions)[a] || q < best)
            continue;
        mask = q > best ? 1u << a : mask | 1u << a;
        best = q;
    }
    return random_bit(mask, rng);
}

/* ---- preparing */

/* The automata to search in, NULL when the model must be called. */
static const struct automata *find_automata(const struct mcts *s, const struct plan *p)
{
    struct model *m = p->model;
    const struct automata *au = utility_of_percept(p->utility) ? automata_of(m) : NULL;
    if (!au || (au->n > 1 && !s->conf.root_sampling))
        return NULL;
    for (size_t k = 0; k < au->n; k++)
        if (!au->fsm[k]->jump)
            return NULL;
    return au;
}

/* The states to draw from, NULL when beliefs are carried along. */
static const struct hidden *find_hidden(const struct mcts *s, const struct plan *p)
{
    bool of_percept =
        !(p->utility->wants & ~(unsigned)WANT_WORTH) && !p->utility->memory_size;
    return s->conf.root_sampling == ROOT_STATE && of_percept ? hidden_of(p->model) : NULL;
}

/* Utilities of the percepts met so far; an alphabet only grows. */
static void prepare_utilities(struct mcts *s, const struct plan *p)
{
    const struct alphabet *percepts = s->au->percepts;
    if (percepts->n > s->n_utility)
        s->utility = xrealloc(s->utility, percepts->n, sizeof *s->utility);
    for (; s->n_utility < percepts->n; s->n_utility++) {
        struct outcome o = { .e = percepts->at[s->n_utility] };
        s->utility[s->n_utility] = p->utility->of(p->utility, NULL, &o);
    }
}

/* Whether they were made for a plan like this one. */
static bool prepared(const struct mcts *s, const struct plan *p)
{
    const struct utility *u = p->utility;
    bool aged = s->prepared != p->now && !discount_stationary(&p->discount);
    return s->prepared && !aged && s->horizon == p->horizon && s->lo == u->lo &&
           s->hi == u->hi && s->total == u->total;
}

/* Ratios of the discount weights at the agent's age, and the ranges of what is to come. */
static void prepare_discount(struct mcts *s, const struct plan *p)
{
    double to_come = 0;
    s->prepared = p->now;
    s->horizon = p->horizon;
    s->lo = p->utility->lo;
    s->hi = p->utility->hi;
    s->total = p->utility->total;
    for (uint32_t d = s->horizon; d-- > 0;) {
        double weight = discount_weight(&p->discount, p->now, d);
        double next = discount_weight(&p->discount, p->now, d + 1);
        s->ratio[d] = weight > 0 ? next / weight : 0;
        to_come = 1 + s->ratio[d] * to_come;
        double range = (s->hi - s->lo) * to_come;
        if (s->total > 0 && s->total < range)
            range = s->total;
        s->inv_range[d] = range > 0 ? 1 / range : 1;
    }
    for (uint32_t d = 1; s->conf.range == RANGE_ROOT && d < s->horizon; d++)
        s->inv_range[d] = s->inv_range[0];
}

/* Of another utility nothing is to be used again. */
static void prepare_stamp(struct mcts *s, const struct plan *p)
{
    if (s->stamp == p->utility->stamp)
        return;
    s->stamp = p->utility->stamp;
    s->n_utility = 0;
    s->kept = false;
}

static void prepare_tree(struct mcts *s)
{
    if (s->kept)
        tree_score(&s->tree, s->inv_range);
    else
        tree_clear(&s->tree);
    s->kept = false;
}

unsigned mcts_search(struct mcts *s, const struct plan *p, struct rng *rng)
{
    unsigned want = p->model->want;
    p->model->want = p->utility->wants;
    s->stats = (struct mcts_stats){ 0 };
    s->samples = p->simulations ? p->simulations : s->conf.samples;
    const struct automata *au = find_automata(s, p);
    prepare_stamp(s, p);
    s->kept = s->kept && !au == !s->au;
    s->au = au;
    s->hidden = au ? NULL : find_hidden(s, p);
    if (!prepared(s, p))
        prepare_discount(s, p);
    prepare_tree(s);
    if (au) {
        alias_make(&s->alias, au->w, au->total, au->n);
        prepare_utilities(s, p);
        search_automata(s, p, rng);
    } else if (s->hidden)
        search_states(s, p, rng);
    else
        search_model(s, p, rng);
    p->model->want = want;
    s->stats.nodes = s->tree.used;
    return best_action(s, rng);
}

/* ---- opening */

struct mcts *mcts_new(const struct mcts_conf *conf, const struct plan *p)
{
    struct mcts *s = xcalloc(1, sizeof *s);
    s->conf = *conf;
    s->n_actions = p->model->space.n_actions;
    s->horizon = p->horizon;
    tree_open(&s->tree, s->n_actions, conf->max_nodes, conf->explore,
              conf->reuse != REUSE_NEVER);
    s->inv_range = xcalloc(s->horizon, sizeof *s->inv_range);
    s->ratio = xcalloc(s->horizon, sizeof *s->ratio);
    s->trail = xcalloc(s->horizon, sizeof *s->trail);
    s->snap = xcalloc(1, p->model->snap_size);
    s->memory = xcalloc(1, p->utility->memory_size);
    s->stamp = p->utility->stamp;
    const struct hidden *hidden = find_hidden(s, p);
    if (hidden)
        roots_reserve(&s->roots, hidden);
    return s;
}

void mcts_free(struct mcts *s)
{
    if (!s)
        return;
    tree_close(&s->tree);
    free(s->inv_range);
    free(s->ratio);
    free(s->trail);
    free(s->snap);
    free(s->memory);
    free(s->utility);
    alias_release(&s->alias);
    roots_release(&s->roots);
    free(s);
}

/* ---- what the last search found */

void mcts_values(const struct mcts *s, double *value, uint32_t *visits)
{
    struct node *root = history(s, ROOT);
    for (uint32_t a = 0; a < s->n_actions; a++) {
        uint32_t n = s->tree.used ? node_n(root, s->n_actions)[a] : 0;
        if (value)
            value[a] = n ? node_q(root)[a] : (double)NAN;
        if (visits)
            visits[a] = n;
    }
}

struct mcts_stats mcts_stats(const struct mcts *s) { return s->stats; }

/* The most visited history after (v, action), or NONE. */
static uint32_t likeliest_child(const struct mcts *s, struct node *v, unsigned action)
{
    uint32_t best = NONE;
    for (uint32_t i = node_child(v, s->n_actions)[action]; i != NONE;
         i = history(s, i)->next)
        if (best == NONE || history(s, i)->visits > history(s, best)->visits)
            best = i;
    return best;
}

static unsigned greedy(const struct mcts *s, struct node *v)
{
    unsigned best = 0;
    double top = -HUGE_VAL;
    for (uint32_t a = 0; a < s->n_actions; a++)
        if (node_n(v, s->n_actions)[a] && node_q(v)[a] > top) {
            top = node_q(v)[a];
            best = a;
        }
    return best;
}

uint32_t mcts_plan(const struct mcts *s, uint8_t *actions, uint32_t cap)
{
    uint32_t n = 0, at = s->tree.used ? ROOT : NONE;
    while (at != NONE && n < cap && n < s->horizon && history(s, at)->visits > (n > 0)) {
        unsigned action = greedy(s, history(s, at));
        actions[n++] = (uint8_t)action;
        at = likeliest_child(s, history(s, at), action);
    }
    return n;
}

static struct percept percept_of(const struct mcts *s, const struct node *v)
{
    return s->au ? s->au->percepts->at[v->percept] : percept_of_key(v->percept);
}

struct pruning {
    struct twig *out;
    size_t n, cap;
    uint32_t least; /* visits */
};

/* The most visited action of v that is not in `done`; n_actions: none is worth it. */
static unsigned next_action(const struct mcts *s, struct node *v, uint32_t done,
                            uint32_t least)
{
    const uint32_t *n = node_n(v, s->n_actions);
    unsigned best = s->n_actions;
    for (uint32_t a = 0; a < s->n_actions; a++)
        if (!(done >> a & 1) && n[a] >= least && (best == s->n_actions || n[a] > n[best]))
            best = a;
    return best;
}

static void grow_twigs(const struct mcts *s, struct pruning *p, struct node *v,
                       unsigned depth)
{
    uint32_t done = 0, a;
    while (p->n < p->cap && (a = next_action(s, v, done, p->least)) < s->n_actions) {
        done |= 1u << a;
        p->out[p->n++] =
            (struct twig){ .value = (float)node_q(v)[a],
                           .visits = node_n(v, s->n_actions)[a],
                           .after = depth ? percept_of(s, v) : (struct percept){ 0 },
                           .depth = (uint8_t)depth,
                           .action = (uint8_t)a };
        uint32_t child = depth + 1 < TWIG_DEPTH ? likeliest_child(s, v, a) : NONE;
        if (child != NONE)
            grow_twigs(s, p, history(s, child), depth + 1);
    }
}

size_t mcts_twigs(const struct mcts *s, struct twig *out, size_t cap)
{
    if (!s->tree.used)
        return 0;
    uint32_t least = history(s, ROOT)->visits / 50;
    struct pruning p = { out, 0, cap, least ? least : 1 };
    grow_twigs(s, &p, history(s, ROOT), 0);
    return p.n;
}

/* ---- reuse */

void mcts_forget(struct mcts *s) { s->kept = false; }

void mcts_advance(struct mcts *s, unsigned action, struct percept e, bool same_belief)
{
    bool wanted =
        s->conf.reuse == REUSE_ALWAYS || (s->conf.reuse == REUSE_BELIEF && same_belief);
    s->kept = false;
    if (!wanted || !s->tree.used)
        return;
    uint64_t key = s->au ? alphabet_find(s->au->percepts, e) : percept_key(e);
    uint32_t child = find_child(&s->tree, s->n_actions, history(s, ROOT), action, key);
    if (child == NONE)
        return;
    tree_keep(&s->tree, child);
    s->kept = true;
}

void mcts_reset(struct mcts *s)
{
    s->kept = false;
    s->tree.used = 0;
    s->stats = (struct mcts_stats){ 0 };
}

bool mcts_keeps(const struct mcts *s) { return s->kept; }

void mcts_ice(struct mcts *s, const struct plan *p, struct ice *ice)
{
    bool automata = s->au;
    ice_piece(ice, &s->stamp, sizeof s->stamp);
    ice_piece(ice, &s->stats, sizeof s->stats);
    ice_piece(ice, &automata, sizeof automata);
    ice_piece(ice, &s->tree.used, sizeof s->tree.used);
    ice_piece(ice, s->tree.arena + node_size(s->n_actions),
              s->tree.used * node_size(s->n_actions));
    s->kept = true;
    if (ice->way == ICE_THAW)
        s->au = automata ? find_automata(s, p) : NULL;
}
