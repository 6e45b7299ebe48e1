#include "config.h"

#include "mcts.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const char *const reuse_names[] = { "never", "belief", "always", NULL };
const char *const range_names[] = { "depth", "root", NULL };

enum {
    TABLE = 4096, /* visit counts whose roots are looked up */
    POLL = 32,    /* samples between looks at the clock and the cancel flag */
    NONE = 0      /* no node: number 0 is never a child */
};
static const double UNTRIED = 1e300; /* beats every value, ties with its like */

/* A history. Behind this header stand, for n_actions actions each,
 *     double q[]   mean utility-to-go; UNTRIED before the first visit
 *     float rs[]   1 / sqrt(n)
 *     uint32_t n[] visits
 *     uint32_t child[]  first of the histories after (h, a), linked by next
 * so that five actions fill two cache lines. */
struct node {
    uint64_t percept; /* that led here */
    uint32_t visits;
    uint32_t next; /* sibling with another percept */
};

/* What is imagined with: where the sampled hypothesis stands. */
struct walker {
    const struct fsm_jump *jump;
    const struct fsm_choice *choice;
    uint32_t at;
};

/* Vose's alias method: hypothesis i with chance cut / 2^32, else alias. */
struct alias {
    uint32_t cut, other;
};

struct mcts {
    struct mcts_conf conf;
    uint32_t n_actions, horizon;
    size_t stride, rs, n, child;  /* bytes of a node, offsets of its arrays */
    unsigned char *arena, *spare; /* owned; spare only for reuse */
    uint32_t used;                /* nodes; the root is number 1 */
    double *inv_range;            /* [horizon] 1 / range of the utility-to-go at a depth */
    double *ratio;                /* [horizon] weight of the next depth over this one's */
    double inv[TABLE];            /* 1 / n */
    float rs_of[TABLE];           /* 1 / sqrt(n) */
    float bonus[TABLE];           /* C sqrt(ln n) */
    uint32_t *path;               /* [horizon] nodes of a sample */
    uint8_t *action;              /* [horizon] */
    double *gain;                 /* [horizon] utilities of a sample */
    void *snap;                   /* [model snap_size] */
    const struct automata *au;    /* of this search; NULL: by model calls */
    double *utility;              /* [percepts] of the automata's alphabet */
    size_t n_utility;
    struct alias *alias; /* [hypotheses] */
    double *excess;      /* [hypotheses] scratch of prepare_alias() */
    uint32_t *order;     /* [hypotheses] the same */
    size_t n_alias;
    struct walker walker;
    bool kept;            /* the tree holds what a former search left */
    uint64_t prepared;    /* age that ratio and inv_range are right for */
    double lo, hi, total; /* and the bounds */
    struct mcts_stats stats;
};

/* ---- nodes */

static inline struct node *node_at(const struct mcts *s, uint32_t i)
{
    return (struct node *)(void *)(s->arena + i * s->stride);
}

static inline double *node_q(struct node *v) { return (double *)(void *)(v + 1); }

static inline float *node_rs(const struct mcts *s, struct node *v)
{
    return (float *)(void *)((char *)v + s->rs);
}

static inline uint32_t *node_n(const struct mcts *s, struct node *v)
{
    return (uint32_t *)(void *)((char *)v + s->n);
}

static inline uint32_t *node_child(const struct mcts *s, struct node *v)
{
    return (uint32_t *)(void *)((char *)v + s->child);
}

/* NONE when the arena is full. */
static inline uint32_t node_new(struct mcts *s, uint64_t percept)
{
    if (s->used >= s->conf.max_nodes)
        return NONE;
    uint32_t i = ++s->used;
    struct node *v = node_at(s, i);
    *v = (struct node){ .percept = percept };
    double *q = node_q(v);
    for (uint32_t a = 0; a < s->n_actions; a++)
        q[a] = UNTRIED;
    memset(node_rs(s, v), 0, s->n_actions * 3 * sizeof(uint32_t));
    return i;
}

/* The history after (v, action, percept), or NONE. */
static inline uint32_t find_child(const struct mcts *s, struct node *v, unsigned action,
                                  uint64_t percept)
{
    uint32_t i = node_child(s, v)[action];
    while (i != NONE && node_at(s, i)->percept != percept)
        i = node_at(s, i)->next;
    return i;
}

/* ---- choosing */

/* Set bits of x; the builtin is a call where the processor is not known to count them. */
static inline uint32_t count_bits(uint32_t x)
{
    x -= x >> 1 & 0x55555555u;
    x = (x & 0x33333333u) + (x >> 2 & 0x33333333u);
    return ((x + (x >> 4)) & 0x0f0f0f0fu) * 0x01010101u >> 24;
}

static inline unsigned random_bit(uint32_t mask, struct rng *rng)
{
    for (uint32_t k = rng_below(rng, count_bits(mask)); k; k--)
        mask &= mask - 1;
    return (unsigned)__builtin_ctz(mask);
}

static inline double bonus_of(const struct mcts *s, uint32_t visits)
{
    return visits < TABLE ? (double)s->bonus[visits]
                          : s->conf.explore * sqrt(log((double)visits));
}

/* UCB1 on normalised values (Auer et al. 2002; Kocsis & Szepesvari 2006). The lower end of
 * the range is the same for all actions and cancels. */
__attribute__((always_inline)) static inline unsigned
choose(const struct mcts *s, struct node *v, uint32_t n, double inv_range, struct rng *rng)
{
    const double *q = node_q(v), bonus = bonus_of(s, v->visits);
    const float *rs = node_rs(s, v);
    double score[ACTIONS_MAX], best = -HUGE_VAL;
    uint32_t mask = 0;
    /* Two passes without branches: which action is best cannot be foreseen. */
    for (uint32_t a = 0; a < n; a++) {
        score[a] = q[a] * inv_range + bonus * (double)rs[a];
        best = score[a] > best ? score[a] : best;
    }
    for (uint32_t a = 0; a < n; a++)
        mask |= (uint32_t)(score[a] == best) << a;
    return mask & (mask - 1) ? random_bit(mask, rng) : (unsigned)__builtin_ctz(mask);
}

static inline void back_up(const struct mcts *s, struct node *v, unsigned action,
                           double value)
{
    double *q = node_q(v) + action;
    uint32_t n = ++node_n(s, v)[action];
    v->visits++;
    *q = n == 1 ? value : *q + (value - *q) * (n < TABLE ? s->inv[n] : 1.0 / n);
    node_rs(s, v)[action] = n < TABLE ? s->rs_of[n] : 1.0f / sqrtf((float)n);
}

/* ---- imagining: one cycle by the model, or by the automaton of a sampled hypothesis */

typedef void begin_fn(struct mcts *s, const struct plan *p, struct rng *rng);
/* Utility of the percept that follows `action`, and its key. */
typedef double step_fn(struct mcts *s, const struct plan *p, unsigned action,
                       struct rng *rng, uint64_t *percept);

static void begin_model(struct mcts *s, const struct plan *p, struct rng *rng)
{
    model_restore(p->model, s->snap);
    if (s->conf.root_sampling && !p->wants && p->model->ops->assume)
        p->model->ops->assume(p->model, rng);
}

static double step_model(struct mcts *s, const struct plan *p, unsigned action,
                         struct rng *rng, uint64_t *percept)
{
    struct outcome o = { 0 };
    (void)s;
    p->model->ops->step(p->model, action, rng, &o);
    *percept = percept_key(o.e);
    return p->utility(&o);
}

static inline void begin_automaton(struct mcts *s, const struct plan *p, struct rng *rng)
{
    const struct automata *au = s->au;
    uint64_t u = rng_u64(rng);
    uint32_t k = (uint32_t)((u >> 32) * au->n >> 32);
    (void)p;
    if ((uint32_t)u >= s->alias[k].cut)
        k = s->alias[k].other;
    s->walker = (struct walker){ au->fsm[k]->jump, au->fsm[k]->choice, au->at[k] };
}

static inline double step_automaton(struct mcts *s, const struct plan *p, unsigned action,
                                    struct rng *rng, uint64_t *percept)
{
    struct walker *w = &s->walker;
    struct fsm_jump j = w->jump[(size_t)w->at * s->n_actions + action];
    (void)p;
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

/* ---- sampling */

/* Uniformly random actions over the cycles from depth on; their utilities go to s->gain.
 * One draw chooses two actions. */
__attribute__((always_inline)) static inline void rollout(struct mcts *s,
                                                          const struct plan *p,
                                                          uint32_t depth, uint32_t n,
                                                          struct rng *rng, step_fn *step)
{
    uint64_t percept, u = 0;
    for (uint32_t i = 0; depth < s->horizon; depth++, i++) {
        u = i & 1 ? u >> 32 : rng_u64(rng);
        unsigned action = (unsigned)((u & UINT32_MAX) * n >> 32);
        s->gain[depth] = step(s, p, action, rng, &percept);
    }
}

/* One sample from the root: down the tree, one new history, a rollout, and back. Returns
 * the depth of the tree it saw. */
__attribute__((always_inline)) static inline uint32_t
sample(struct mcts *s, const struct plan *p, uint32_t n, struct rng *rng, step_fn *step)
{
    uint32_t at = 1, depth = 0, deep;
    while (depth < s->horizon) {
        struct node *v = node_at(s, at);
        unsigned action = choose(s, v, n, s->inv_range[depth], rng);
        uint64_t percept;
        s->path[depth] = at;
        s->action[depth] = (uint8_t)action;
        s->gain[depth++] = step(s, p, action, rng, &percept);
        if (depth == s->horizon)
            break;
        at = find_child(s, v, action, percept);
        if (at == NONE) {
            uint32_t *child = &node_child(s, v)[action];
            if ((at = node_new(s, percept)) != NONE) {
                struct node *leaf = node_at(s, at);
                leaf->visits = 1;
                leaf->next = *child;
                *child = at;
            } else
                s->stats.full = true;
            break;
        }
    }
    deep = depth;
    rollout(s, p, depth, n, rng, step);
    double value = 0;
    for (uint32_t d = s->horizon; d-- > 0;) {
        value = s->gain[d] + s->ratio[d] * value;
        if (d < deep)
            back_up(s, node_at(s, s->path[d]), s->action[d], value);
    }
    return deep;
}

static double seconds(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec;
}

/* Whether to go on after `done` samples. */
static bool go_on(struct mcts *s, const struct plan *p, uint64_t done, double end)
{
    if (p->cancel && atomic_load_explicit(p->cancel, memory_order_relaxed)) {
        s->stats.cancelled = true;
        return false;
    }
    return s->conf.budget > 0 ? seconds() < end : done < s->conf.samples;
}

__attribute__((always_inline)) static inline void search(struct mcts *s,
                                                         const struct plan *p, uint32_t n,
                                                         struct rng *rng, begin_fn *begin,
                                                         step_fn *step)
{
    struct rng local = *rng;
    double end = s->conf.budget > 0 ? seconds() + s->conf.budget : 0;
    uint64_t done = 0;
    do {
        uint64_t batch = POLL;
        if (s->conf.budget <= 0 && s->conf.samples - done < batch)
            batch = s->conf.samples - done;
        for (; batch; batch--, done++) {
            begin(s, p, &local);
            uint32_t depth = sample(s, p, n, &local, step);
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
    search(s, p, s->n_actions, rng, begin_model, step_model);
    model_restore(p->model, s->snap);
    model_release(p->model);
}

static void search_automata(struct mcts *s, const struct plan *p, struct rng *rng)
{
    /* Mazes have five actions: a constant unrolls the choice. */
    if (s->n_actions == 5)
        search(s, p, 5, rng, begin_automaton, step_automaton);
    else
        search(s, p, s->n_actions, rng, begin_automaton, step_automaton);
}

/* The action of the greatest mean among those tried, ties at random. */
static unsigned best_action(const struct mcts *s, struct rng *rng)
{
    struct node *root = node_at(s, 1);
    double best = -HUGE_VAL;
    uint32_t mask = 0;
    for (uint32_t a = 0; a < s->n_actions; a++) {
        double q = node_q(root)[a];
        if (!node_n(s, root)[a] || q < best)
            continue;
        mask = q > best ? 1u << a : mask | 1u << a;
        best = q;
    }
    return random_bit(mask, rng);
}

/* ---- preparing */

/* Alias table of the posterior: O(n), after Vose 1991. */
static void prepare_alias(struct mcts *s, const struct automata *au)
{
    size_t n = au->n;
    if (n > s->n_alias) {
        s->alias = xrealloc(s->alias, n, sizeof *s->alias);
        s->excess = xrealloc(s->excess, n, sizeof *s->excess);
        s->order = xrealloc(s->order, n, sizeof *s->order);
        s->n_alias = n;
    }
    for (size_t i = 0; i < n; i++) {
        s->excess[i] = au->w[i] / au->total * (double)n;
        s->alias[i] = (struct alias){ UINT32_MAX, (uint32_t)i };
    }
    size_t small = 0, large = n;
    for (size_t i = 0; i < n; i++)
        if (s->excess[i] < 1)
            s->order[small++] = (uint32_t)i;
        else
            s->order[--large] = (uint32_t)i;
    while (small && large < n) {
        uint32_t poor = s->order[--small], rich = s->order[large];
        s->alias[poor] = (struct alias){ (uint32_t)(s->excess[poor] * 0x1p32), rich };
        s->excess[rich] -= 1 - s->excess[poor];
        if (s->excess[rich] < 1) {
            large++;
            s->order[small++] = rich;
        }
    }
}

/* The automata to search in, NULL when the model must be called. */
static const struct automata *find_automata(const struct mcts *s, const struct plan *p)
{
    struct model *m = p->model;
    const struct automata *au = m->ops->automata && !p->wants ? m->ops->automata(m) : NULL;
    if (!au || (au->n > 1 && !s->conf.root_sampling))
        return NULL;
    for (size_t k = 0; k < au->n; k++)
        if (!au->fsm[k]->jump)
            return NULL;
    return au;
}

/* Utilities of the percepts met so far; an alphabet only grows. */
static void prepare_utilities(struct mcts *s, const struct plan *p)
{
    const struct alphabet *percepts = s->au->percepts;
    if (percepts->n > s->n_utility)
        s->utility = xrealloc(s->utility, percepts->n, sizeof *s->utility);
    for (; s->n_utility < percepts->n; s->n_utility++) {
        struct outcome o = { .e = percepts->at[s->n_utility] };
        s->utility[s->n_utility] = p->utility(&o);
    }
}

/* Whether they were made for a plan like this one. */
static bool prepared(const struct mcts *s, const struct plan *p)
{
    bool aged = s->prepared != p->now && !discount_stationary(&p->discount);
    return s->prepared && !aged && s->horizon == p->horizon && s->lo == p->lo &&
           s->hi == p->hi && s->total == p->total;
}

/* Ratios of the discount weights at the agent's age, and the ranges of what is to come. */
static void prepare_discount(struct mcts *s, const struct plan *p)
{
    double to_come = 0;
    s->prepared = p->now;
    s->horizon = p->horizon;
    s->lo = p->lo;
    s->hi = p->hi;
    s->total = p->total;
    for (uint32_t d = s->horizon; d-- > 0;) {
        double weight = discount_weight(&p->discount, p->now, d);
        double next = discount_weight(&p->discount, p->now, d + 1);
        s->ratio[d] = weight > 0 ? next / weight : 0;
        to_come = 1 + s->ratio[d] * to_come;
        double range = (p->hi - p->lo) * to_come;
        if (p->total > 0 && p->total < range)
            range = p->total;
        s->inv_range[d] = range > 0 ? 1 / range : 1;
    }
    for (uint32_t d = 1; s->conf.range == RANGE_ROOT && d < s->horizon; d++)
        s->inv_range[d] = s->inv_range[0];
}

static void prepare_tree(struct mcts *s)
{
    if (!s->kept) {
        s->used = 0;
        node_new(s, 0);
    }
    s->kept = false;
}

unsigned mcts_search(struct mcts *s, const struct plan *p, struct rng *rng)
{
    unsigned want = p->model->want;
    p->model->want = p->wants;
    s->stats = (struct mcts_stats){ 0 };
    const struct automata *au = find_automata(s, p);
    s->kept = s->kept && !au == !s->au;
    s->au = au;
    prepare_tree(s);
    if (!prepared(s, p))
        prepare_discount(s, p);
    if (au) {
        prepare_alias(s, au);
        prepare_utilities(s, p);
        search_automata(s, p, rng);
    } else
        search_model(s, p, rng);
    p->model->want = want;
    s->stats.nodes = s->used;
    return best_action(s, rng);
}

/* ---- opening */

static void lay_out_nodes(struct mcts *s)
{
    size_t line = 64, a = s->n_actions;
    s->rs = sizeof(struct node) + a * sizeof(double);
    s->n = s->rs + a * sizeof(float);
    s->child = s->n + a * sizeof(uint32_t);
    s->stride = (s->child + a * sizeof(uint32_t) + line - 1) / line * line;
}

struct mcts *mcts_new(const struct mcts_conf *conf, const struct plan *p)
{
    struct mcts *s = xcalloc(1, sizeof *s);
    s->conf = *conf;
    s->n_actions = p->model->space.n_actions;
    s->horizon = p->horizon;
    lay_out_nodes(s);
    s->arena = xalloc_line((size_t)conf->max_nodes + 1, s->stride);
    if (conf->reuse != REUSE_NEVER)
        s->spare = xalloc_line((size_t)conf->max_nodes + 1, s->stride);
    s->inv_range = xcalloc(s->horizon, sizeof *s->inv_range);
    s->ratio = xcalloc(s->horizon, sizeof *s->ratio);
    s->path = xcalloc(s->horizon, sizeof *s->path);
    s->action = xcalloc(s->horizon, sizeof *s->action);
    s->gain = xcalloc(s->horizon, sizeof *s->gain);
    s->snap = xcalloc(1, p->model->snap_size);
    for (uint32_t n = 1; n < TABLE; n++) {
        s->inv[n] = 1.0 / n;
        s->rs_of[n] = (float)(1 / sqrt(n));
        s->bonus[n] = (float)(conf->explore * sqrt(log(n)));
    }
    return s;
}

void mcts_free(struct mcts *s)
{
    if (!s)
        return;
    free(s->arena);
    free(s->spare);
    free(s->inv_range);
    free(s->ratio);
    free(s->path);
    free(s->action);
    free(s->gain);
    free(s->snap);
    free(s->utility);
    free(s->alias);
    free(s->excess);
    free(s->order);
    free(s);
}

/* ---- what the last search found */

void mcts_values(const struct mcts *s, double *value, uint32_t *visits)
{
    struct node *root = node_at(s, 1);
    for (uint32_t a = 0; a < s->n_actions; a++) {
        uint32_t n = s->used ? node_n(s, root)[a] : 0;
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
    for (uint32_t i = node_child(s, v)[action]; i != NONE; i = node_at(s, i)->next)
        if (best == NONE || node_at(s, i)->visits > node_at(s, best)->visits)
            best = i;
    return best;
}

static unsigned greedy(const struct mcts *s, struct node *v)
{
    unsigned best = 0;
    double top = -HUGE_VAL;
    for (uint32_t a = 0; a < s->n_actions; a++)
        if (node_n(s, v)[a] && node_q(v)[a] > top) {
            top = node_q(v)[a];
            best = a;
        }
    return best;
}

uint32_t mcts_plan(const struct mcts *s, uint8_t *actions, uint32_t cap)
{
    uint32_t n = 0, at = s->used ? 1 : NONE;
    while (at != NONE && n < cap && n < s->horizon && node_at(s, at)->visits > (n > 0)) {
        unsigned action = greedy(s, node_at(s, at));
        actions[n++] = (uint8_t)action;
        at = likeliest_child(s, node_at(s, at), action);
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
    const uint32_t *n = node_n(s, v);
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
                           .visits = node_n(s, v)[a],
                           .after = depth ? percept_of(s, v) : (struct percept){ 0 },
                           .depth = (uint8_t)depth,
                           .action = (uint8_t)a };
        uint32_t child = depth + 1 < TWIG_DEPTH ? likeliest_child(s, v, a) : NONE;
        if (child != NONE)
            grow_twigs(s, p, node_at(s, child), depth + 1);
    }
}

size_t mcts_twigs(const struct mcts *s, struct twig *out, size_t cap)
{
    if (!s->used)
        return 0;
    uint32_t least = node_at(s, 1)->visits / 50;
    struct pruning p = { out, 0, cap, least ? least : 1 };
    grow_twigs(s, &p, node_at(s, 1), 0);
    return p.n;
}

/* ---- reuse */

/* Copies the subtree of `from` into the spare arena, breadth first, and swaps: numbers are
 * given in the order of copying, so a node copied but not yet walked still holds the old
 * numbers of its children. */
static void keep(struct mcts *s, uint32_t from)
{
    unsigned char *old = s->arena;
    uint32_t n = 1;
    memcpy(s->spare + s->stride, old + from * s->stride, s->stride);
    for (uint32_t i = 1; i <= n; i++) {
        struct node *v = (struct node *)(void *)(s->spare + i * s->stride);
        for (uint32_t a = 0; a < s->n_actions; a++) {
            uint32_t *link = &node_child(s, v)[a];
            while (*link != NONE) {
                memcpy(s->spare + ++n * s->stride, old + *link * s->stride, s->stride);
                *link = n;
                link = &((struct node *)(void *)(s->spare + n * s->stride))->next;
            }
        }
    }
    s->arena = s->spare;
    s->spare = old;
    s->used = n;
    ((struct node *)node_at(s, 1))->next = NONE;
}

void mcts_samples(struct mcts *s, uint32_t samples) { s->conf.samples = samples; }

void mcts_forget(struct mcts *s) { s->kept = false; }

void mcts_advance(struct mcts *s, unsigned action, struct percept e, bool same_belief)
{
    bool wanted =
        s->conf.reuse == REUSE_ALWAYS || (s->conf.reuse == REUSE_BELIEF && same_belief);
    s->kept = false;
    if (!wanted || !s->used)
        return;
    uint64_t key = s->au ? alphabet_find(s->au->percepts, e) : percept_key(e);
    uint32_t child = find_child(s, node_at(s, 1), action, key);
    if (child == NONE)
        return;
    keep(s, child);
    s->kept = true;
}
