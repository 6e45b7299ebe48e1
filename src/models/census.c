#include "config.h"

#include "census.h"
#include "xalloc.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

const char *const census_codes[] = { "length", "kt", "fast", NULL };

/* ---- weights */

uint32_t census_code_bits(uint32_t n)
{
    uint32_t bits = 0;
    while (bits < 32 && (n - 1) >> bits)
        bits++;
    return bits;
}

static uint64_t weigh(enum census_code code, uint32_t bits, uint32_t steps)
{
    uint32_t t = steps ? steps : 1;
    uint64_t whole = (uint64_t)1 << (WHOLE_BITS - bits);
    if (code == CODE_LENGTH)
        return whole;
    if (code == CODE_KT)
        return whole / t;
    /* The sum of 2^-i from the first such phase on. */
    uint32_t first = bits + census_code_bits(t);
    return first <= 1 ? whole : whole >> (first - 1 < 63 ? first - 1 : 63);
}

uint64_t census_weight(const struct census *c, const struct program *p)
{
    return weigh(c->conf.code, p->bits, p->steps);
}

/* ---- one cycle of a program, and of all that it may go on as */

struct search {
    const struct census *c;
    struct census *into; /* of collecting */
    struct task task;
    uint8_t *action; /* that task reads */
    struct trail *trail;
    size_t base;    /* of the trail, for this cycle */
    uint64_t *open; /* where what is undecided is counted */
    void (*out)(struct search *s, const struct program *p);
    uint64_t looked;
    bool cancelled;

    uint32_t percept; /* of collecting: the one that is kept */
    uint64_t *mass;   /* by percept; of imagining: by node */

    size_t node;    /* of imagining: that is gone on from */
    uint32_t depth; /* cycles left, of `full` */
    uint32_t full;
    uint64_t *opens;
};

static bool is_cancelled(struct search *s)
{
    const atomic_int *cancel = s->c->cancel;
    if (cancel && (s->looked & 63) == 1)
        s->cancelled |= atomic_load_explicit(cancel, memory_order_relaxed) != 0;
    return s->cancelled;
}

/* Runs to the end of the cycle; where an opcode has to be read, as each of those that there
 * are bits for. */
static void run(struct search *s, struct program *p)
{
    enum census_code code = s->c->conf.code;
    s->looked++;
    enum ran ran = machine_run(p, &s->task, s->trail, s->base);
    if (ran == RAN_OUT)
        s->out(s, p);
    else if (ran == RAN_LIMIT)
        *s->open += weigh(code, p->bits, p->steps);
    if (ran != RAN_MORE || is_cancelled(s))
        return;
    size_t mark = trail_mark(s->trail);
    for (unsigned op = 0; op < OPCODES; op++) {
        uint32_t bits = p->bits + (uint32_t)opcode_bits[op];
        if (bits > s->c->conf.bits) {
            *s->open += weigh(code, bits, p->steps);
            continue;
        }
        struct program more = *p;
        program_append(&more, (enum opcode)op);
        run(s, &more);
        trail_back(s->trail, mark);
    }
}

/* The cycle that follows an action, from a program at rest. */
static void go_on(struct search *s, const struct program *from)
{
    struct program p = *from;
    size_t mark = trail_mark(s->trail), base = s->base;
    program_begin(&p);
    s->base = mark;
    run(s, &p);
    trail_back(s->trail, mark);
    s->base = base;
}

/* Appends the bits of an action. */
static void tell(struct search *s, uint32_t action)
{
    for (uint32_t i = s->c->action_bits; i-- > 0;)
        s->action[s->task.n_action++] = action >> i & 1;
}

static void open_search(struct search *s, const struct census *c, uint32_t cycles)
{
    s->c = c;
    s->trail = trail_new();
    s->action = xcalloc(c->n_action + (size_t)cycles * c->action_bits + 1, 1);
    if (c->n_action)
        memcpy(s->action, c->action, c->n_action);
    s->task = (struct task){ s->action, (uint32_t)c->n_action, c->percept_bits, 0 };
}

static void close_search(struct search *s)
{
    trail_free(s->trail);
    free(s->action);
}

/* Steps that a machine may have used by the end of cycle t, from 1. */
static uint32_t steps_by(const struct census *c, size_t t)
{
    uint64_t steps = (uint64_t)c->conf.steps * t;
    return steps < UINT32_MAX ? (uint32_t)steps : UINT32_MAX;
}

/* ---- what really happens, or as if */

void census_believe(struct census *c, const struct program *p)
{
    if (c->n == c->cap) {
        c->cap = c->cap ? 2 * c->cap : 64;
        c->node = xrealloc(c->node, c->cap, sizeof *c->node);
    }
    c->node[c->n++] = *p;
    c->agree += census_weight(c, p);
}

/* Beyond the most that are kept they count as undecided. */
static void collect(struct search *s, const struct program *p)
{
    struct census *c = s->into;
    uint64_t w = census_weight(s->c, p);
    if (p->out < s->c->conf.n_percepts && s->mass)
        s->mass[p->out] += w;
    if (!c || p->out != s->percept)
        return;
    if (c->n - c->from < c->conf.most)
        census_believe(c, p);
    else
        c->open += w;
}

void census_next(const struct census *c, uint32_t action, uint64_t *mass, uint64_t *open)
{
    struct search s = { .out = collect, .mass = mass, .open = open };
    open_search(&s, c, 1);
    tell(&s, action);
    s.task.steps = steps_by(c, c->t + 1);
    *open = 0;
    memset(mass, 0, c->conf.n_percepts * sizeof *mass);
    for (size_t i = c->from; i < c->n; i++)
        go_on(&s, &c->node[i]);
    close_search(&s);
}

enum ran census_foretell(const struct census *c, const struct program *p, uint32_t action,
                         uint32_t *percept)
{
    struct search s = { 0 };
    struct program next = *p;
    open_search(&s, c, 1);
    tell(&s, action);
    s.task.steps = steps_by(c, c->t + 1);
    program_begin(&next);
    enum ran ran = machine_run(&next, &s.task, s.trail, 0);
    *percept = next.out;
    close_search(&s);
    return ran;
}

void census_hear(struct census *c, unsigned bit)
{
    if (c->n_action == c->action_cap) {
        c->action_cap = 2 * c->n_action + 64;
        c->action = xrealloc(c->action, c->action_cap, 1);
    }
    c->action[c->n_action++] = (uint8_t)bit;
}

static void remember(struct census *c, uint32_t action, uint32_t percept)
{
    for (uint32_t i = c->action_bits; i-- > 0;)
        census_hear(c, action >> i & 1);
    if (c->t == c->past_cap) {
        c->past_cap = 2 * c->t + 32;
        c->past = xrealloc(c->past, 2 * c->past_cap, sizeof *c->past);
    }
    c->past[2 * c->t] = action;
    c->past[2 * c->t++ + 1] = percept;
}

uint64_t census_take(struct census *c, uint32_t action, uint32_t percept, uint64_t *mass)
{
    size_t from = c->from, to = c->n;
    uint64_t open = c->open;
    struct search s = {
        .into = c, .out = collect, .percept = percept, .mass = mass, .open = &c->open
    };
    if (mass)
        memset(mass, 0, c->conf.n_percepts * sizeof *mass);
    remember(c, action, percept);
    open_search(&s, c, 0);
    s.task.steps = steps_by(c, c->t);
    c->from = to;
    c->agree = 0;
    for (size_t i = from; i < to; i++) {
        struct program p = c->node[i]; /* the list may move */
        go_on(&s, &p);
    }
    c->noise = (c->noise + mass_of(c->open - open)) / c->conf.n_percepts;
    if (!c->agree && !(c->noise > 0))
        c->noise = 1; /* all are dead: nothing is known any more */
    c->looked += s.looked;
    close_search(&s);
    return c->agree;
}

void census_settle(struct census *c)
{
    memmove(c->node, c->node + c->from, (c->n - c->from) * sizeof *c->node);
    c->n -= c->from;
    c->from = 0;
}

struct census_mark census_mark(const struct census *c)
{
    return (struct census_mark){ c->from,  c->n,    c->n_action, c->t,
                                 c->agree, c->open, c->noise };
}

void census_return(struct census *c, const struct census_mark *mark)
{
    c->from = mark->from;
    c->n = mark->n;
    c->n_action = mark->n_action;
    c->t = mark->t;
    c->agree = mark->agree;
    c->open = mark->open;
    c->noise = mark->noise;
}

void census_restart(struct census *c)
{
    struct program empty = { 0 };
    c->from = c->n = c->n_action = c->t = 0;
    c->open = 0;
    c->noise = 0;
    c->agree = 0;
    census_believe(c, &empty);
}

struct census *census_new(const struct census_conf *conf)
{
    struct census *c = xcalloc(1, sizeof *c);
    c->conf = *conf;
    c->action_bits = census_code_bits(conf->n_actions);
    c->percept_bits = census_code_bits(conf->n_percepts);
    census_restart(c);
    return c;
}

static bool is_off(const struct census *c) { return c->cancel && atomic_load(c->cancel); }

bool census_deepen(struct census *c, uint32_t bits)
{
    struct census_conf conf = c->conf;
    conf.bits = bits;
    struct census *deep = census_new(&conf), old = *c;
    deep->cancel = c->cancel;
    for (size_t k = 0; k < c->t && !is_off(c); k++) {
        census_take(deep, c->past[2 * k], c->past[2 * k + 1], NULL);
        census_settle(deep);
    }
    bool whole = !is_off(c);
    if (whole) {
        *c = *deep;
        *deep = old;
    }
    census_free(deep);
    return whole;
}

void census_free(struct census *c)
{
    if (!c)
        return;
    free(c->node);
    free(c->action);
    free(c->past);
    free(c);
}

/* ---- imagination */

size_t imagined_nodes(const struct census *c, uint32_t depth)
{
    size_t width = (size_t)c->conf.n_actions * c->conf.n_percepts, n = 1, level = 1;
    for (uint32_t k = 0; k < depth; k++) {
        if (level > SIZE_MAX / 64 / width)
            return SIZE_MAX;
        n += level *= width;
    }
    return n;
}

static void imagine_from(struct search *s, const struct program *p);

static void imagined(struct search *s, const struct program *p)
{
    size_t first = s->node;
    if (p->out >= s->c->conf.n_percepts)
        return; /* a code that means nothing: it emits no percept */
    s->mass[first + p->out] += census_weight(s->c, p);
    if (s->depth == 1)
        return;
    s->depth--;
    s->node = first + p->out;
    imagine_from(s, p);
    s->node = first;
    s->depth++;
}

/* One action from a node on, for one program. */
static void imagine(struct search *s, const struct program *p, uint32_t action)
{
    struct task task = s->task;
    size_t node = s->node;
    uint64_t *open = s->open;
    s->node = imagined_child(s->c, node, action, 0);
    s->open = &s->opens[node * s->c->conf.n_actions + action];
    s->task.steps = steps_by(s->c, s->c->t + 1 + s->full - s->depth);
    tell(s, action);
    go_on(s, p);
    s->task = task;
    s->node = node;
    s->open = open;
}

static void imagine_from(struct search *s, const struct program *p)
{
    for (uint32_t a = 0; a < s->c->conf.n_actions && !s->cancelled; a++)
        imagine(s, p, a);
}

/* What one thread does: the next action of the next program, until there are no more. */
enum { APART = 128 }; /* bytes between what two threads write, so that no line is shared */
struct share {
    struct search s;
    char apart[APART];
    atomic_size_t *next;
    pthread_t thread;
};

static void *work(void *arg)
{
    struct share *w = arg;
    const struct census *c = w->s.c;
    size_t n_actions = c->conf.n_actions, end = (c->n - c->from) * n_actions, i;
    while ((i = atomic_fetch_add(w->next, 1)) < end && !w->s.cancelled)
        imagine(&w->s, &c->node[c->from + i / n_actions], (uint32_t)(i % n_actions));
    return NULL;
}

static void open_share(struct share *w, const struct census *c, uint32_t depth,
                       size_t nodes)
{
    w->s.out = imagined;
    w->s.depth = w->s.full = depth;
    w->s.mass = xcalloc(nodes + APART, sizeof *w->s.mass);
    w->s.opens = xcalloc(nodes * c->conf.n_actions + APART, sizeof *w->s.opens);
    open_search(&w->s, c, depth);
}

/* Adds the share to the whole. */
static void close_share(struct share *w, struct census *c, size_t nodes, uint64_t *mass,
                        uint64_t *open)
{
    for (size_t i = 0; i < nodes; i++)
        mass[i] += w->s.mass[i];
    for (size_t i = 0; i < nodes * c->conf.n_actions; i++)
        open[i] += w->s.opens[i];
    c->looked += w->s.looked;
    free(w->s.mass);
    free(w->s.opens);
    close_search(&w->s);
}

bool census_imagine(struct census *c, uint32_t depth, uint32_t threads, uint64_t *mass,
                    uint64_t *open)
{
    size_t nodes = imagined_nodes(c, depth);
    bool whole = true;
    struct share *w = xcalloc(threads, sizeof *w);
    atomic_size_t next = 0;
    memset(mass, 0, nodes * sizeof *mass);
    memset(open, 0, nodes * c->conf.n_actions * sizeof *open);
    for (uint32_t k = 0; k < threads; k++) {
        w[k] = (struct share){ .next = &next };
        open_share(&w[k], c, depth, nodes);
        if (k && pthread_create(&w[k].thread, NULL, work, &w[k]))
            bug("no thread");
    }
    work(&w[0]);
    for (uint32_t k = 0; k < threads; k++) {
        if (k)
            pthread_join(w[k].thread, NULL);
        whole &= !w[k].s.cancelled;
        close_share(&w[k], c, nodes, mass, open);
    }
    free(w);
    mass[0] = c->agree;
    return whole;
}
