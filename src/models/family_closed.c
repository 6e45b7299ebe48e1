#include "config.h"

#include "census.h"
#include "machines.h"
#include "percepts.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The closed programs of the bit machine (machine.h) that are proved total: whatever is
 * done, they say a percept, and what they can come to are few states. Each is then an
 * automaton; what cannot be proved so is not in the class. Shortest first, of as long
 * ones in the order of their opcodes; of weight 2^-bits. */

enum { STATES = 1024, UNREAD = 16, STEPS = 4096 };

struct config {
    int64_t bits;
};

struct total {
    struct program program;
    uint32_t n_states;
    size_t table; /* where its steps begin in `step` */
};

struct programs {
    struct family base;
    struct percept *percept; /* owned */
    uint32_t n_percepts, n_actions, action_bits, percept_bits;
    struct trail *trail; /* owned */
    struct total *at;    /* owned */
    size_t n, cap;
    struct machine_step *step; /* owned */
    size_t n_step, step_cap;
};

/* ---- what a program may come to */

/* The machine at rest, the bits that it has not read highest first, and a program that
 * reads none has none. */
struct rest {
    uint64_t left, right;
    uint32_t unread, n_unread;
    uint8_t pos, cell, unused[6];
};

struct states {
    const struct programs *s;
    const struct program *program;
    bool reads;
    struct rest at[STATES];
    uint32_t n;
};

static bool has_op(const struct program *p, enum opcode op)
{
    for (unsigned i = 0; i < p->n_ops; i++)
        if (program_op(p, i) == op)
            return true;
    return false;
}

/* Its number, a new one if need be; STATES: there are too many. */
static uint32_t number_of(struct states *x, const struct rest *r)
{
    uint32_t k = 0;
    while (k < x->n && memcmp(&x->at[k], r, sizeof *r))
        k++;
    if (k == x->n && k < STATES)
        x->at[x->n++] = *r;
    return k;
}

/* One cycle from a state. False: it is not total, or too much. */
static bool go(struct states *x, struct rest from, uint32_t action,
               struct machine_step *out)
{
    const struct programs *s = x->s;
    struct program p = *x->program;
    uint8_t bits[UNREAD + 8];
    uint32_t n = 0;
    for (uint32_t i = from.n_unread; i-- > 0;)
        bits[n++] = from.unread >> i & 1;
    for (uint32_t i = s->action_bits; i-- > 0;)
        bits[n++] = action >> i & 1;
    p.left = from.left;
    p.right = from.right;
    p.cell = from.cell;
    p.pos = from.pos;
    struct task task = { bits, n, s->percept_bits, STEPS };
    enum ran ran = machine_run(&p, &task, s->trail, 0);
    trail_back(s->trail, 0);
    uint32_t left = x->reads ? n - p.read : 0;
    if (ran != RAN_OUT || p.out >= s->n_percepts || left > UNREAD)
        return false;
    struct rest to = { p.left, p.right, 0, left, p.pos, p.cell, { 0 } };
    for (uint32_t i = n - left; i < n; i++)
        to.unread = to.unread << 1 | bits[i];
    *out = (struct machine_step){ number_of(x, &to), p.out };
    return out->next < STATES;
}

static struct machine_step *room(struct programs *s)
{
    if (s->n_step + s->n_actions > s->step_cap) {
        s->step_cap = 2 * s->step_cap + s->n_actions + 64;
        s->step = xrealloc(s->step, s->step_cap, sizeof *s->step);
    }
    return s->step + s->n_step;
}

/* Its automaton behind those of the others; without it when it is not total. */
static void add(struct programs *s, const struct program *p, struct states *x)
{
    struct rest start = { 0 };
    size_t table = s->n_step;
    *x = (struct states){ .s = s, .program = p, .reads = has_op(p, OP_READ) };
    number_of(x, &start);
    for (uint32_t k = 0; k < x->n; k++) {
        struct machine_step *step = room(s);
        for (uint32_t a = 0; a < s->n_actions; a++)
            if (!go(x, x->at[k], a, &step[a])) {
                s->n_step = table;
                return;
            }
        s->n_step += s->n_actions;
    }
    if (s->n == s->cap) {
        s->cap = s->cap ? 2 * s->cap : 64;
        s->at = xrealloc(s->at, s->cap, sizeof *s->at);
    }
    s->at[s->n++] = (struct total){ *p, x->n, table };
}

/* Closed programs of exactly `bits` bits that begin with *p, in order. */
static void add_all(struct programs *s, const struct program *p, unsigned bits,
                    struct states *x)
{
    for (unsigned op = 0; op < OPCODES; op++) {
        struct program more = *p;
        unsigned used = p->bits + (unsigned)opcode_bits[op];
        if (used > bits || (op == OP_CLOSE && used < bits))
            continue;
        program_append(&more, (enum opcode)op);
        if (op == OP_CLOSE)
            add(s, &more, x);
        else
            add_all(s, &more, bits, x);
    }
}

/* ---- the family */

static void close_programs(struct family *f)
{
    struct programs *s = (struct programs *)f;
    free(s->percept);
    trail_free(s->trail);
    free(s->at);
    free(s->step);
    free(s);
}

static struct family *open_programs(const void *config, const struct env *truth,
                                    struct err *err)
{
    unsigned bits = (unsigned)((const struct config *)config)->bits;
    struct programs *s = xcalloc(1, sizeof *s);
    struct program empty = { 0 };
    s->n_percepts = truth ? percepts_of(truth, &s->percept) : 0;
    if (s->n_percepts) {
        struct states *x = xcalloc(1, sizeof *x);
        s->n_actions = truth->space.n_actions;
        s->action_bits = census_code_bits(s->n_actions);
        s->percept_bits = census_code_bits(s->n_percepts);
        s->trail = trail_new();
        for (unsigned k = 2; k <= bits; k++)
            add_all(s, &empty, k, x);
        free(x);
    }
    if (s->n)
        return &s->base;
    err_set(err,
            truth ? "family closed: none of at most %u bits is total in this world"
                  : "family closed needs a world, to know what may be seen",
            bits);
    close_programs(&s->base);
    return NULL;
}

static size_t count(const struct family *f) { return ((const struct programs *)f)->n; }

static struct env *at(const struct family *f, size_t k, struct err *err)
{
    const struct programs *s = (const struct programs *)f;
    (void)err;
    return machine_world(f->truth, s->at[k].n_states, s->step + s->at[k].table, s->percept);
}

static double log_prior(const struct family *f, size_t k)
{
    return -((const struct programs *)f)->at[k].program.bits * M_LN2;
}

static void text(const struct family *f, size_t k, char *buf, size_t n)
{
    char program[PROGRAM_OPS_MAX + 1];
    program_text(&((const struct programs *)f)->at[k].program, program);
    snprintf(buf, n, "%s", program);
}

static const struct param params[] = {
    INT("bits", bits, .def = 12, .min = 4, .max = 18, .unit = "bits",
        .help = "of a program at most"),
    { 0 },
};

const struct family_ops family_closed = {
    .kind = { .name = "closed",
              .title = "closed programs that are proved total",
              .version = 1,
              .params = params,
              .config_size = sizeof(struct config) },
    .open = open_programs,
    .close = close_programs,
    .count = count,
    .at = at,
    .log_prior = log_prior,
    .text = text,
};
