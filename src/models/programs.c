#include "config.h"

#include "budgeted.h"
#include "bytes.h"
#include "percepts.h"
#include "programs.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct programs {
    struct model base;
    struct census *c;        /* owned */
    struct percept *percept; /* owned, rising; of conf.n_percepts entries */
    uint64_t *mass;          /* owned scratch, [n_percepts] */
    double *log_w, *log_p;   /* owned, [base.n]: of real history; prior */
    struct budgeted lent;
};

/* ---- hypotheses */

static double noise(const struct programs *s) { return s->c->noise; }
static double total(const struct programs *s) { return mass_of(s->c->agree) + noise(s); }

static size_t posterior(const struct model *m, double *w, size_t cap)
{
    const struct programs *s = (const struct programs *)m;
    const struct census *c = s->c;
    size_t n = c->n - c->from;
    double z = total(s);
    for (size_t k = 0; k < n && k < cap; k++)
        w[k] = mass_of(census_weight(c, &c->node[c->from + k])) / z;
    if (n < cap)
        w[n] = z > 0 ? noise(s) / z : 1;
    return n + 1;
}

static double entropy(const struct model *m)
{
    const struct programs *s = (const struct programs *)m;
    const struct census *c = s->c;
    double z = total(s), sum = 0;
    if (!(z > 0))
        return 0;
    for (size_t k = c->from; k <= c->n; k++) {
        double w = k < c->n ? mass_of(census_weight(c, &c->node[k])) : noise(s);
        sum -= w > 0 ? w / z * log(w / z) : 0;
    }
    return sum > 0 ? sum : 0;
}

static const double *log_weights(const struct model *m)
{
    return ((const struct programs *)m)->log_w;
}

static const double *log_prior(const struct model *m)
{
    return ((const struct programs *)m)->log_p;
}

/* The real history went on: what is kept is final. */
static void settle(struct programs *s)
{
    struct census *c = s->c;
    census_settle(c);
    s->base.n = c->n + 1;
    s->base.shape++;
    s->log_w = xrealloc(s->log_w, s->base.n, sizeof *s->log_w);
    s->log_p = xrealloc(s->log_p, s->base.n, sizeof *s->log_p);
    for (size_t k = 0; k < c->n; k++) {
        s->log_w[k] = log(mass_of(census_weight(c, &c->node[k])));
        s->log_p[k] = -c->node[k].bits * M_LN2;
    }
    s->log_w[c->n] = total(s) > 0 ? log(noise(s)) : 0;
    s->log_p[c->n] = -(c->conf.bits + 1.0) * M_LN2;
}

static void text(const struct model *m, size_t k, char *buf, size_t n)
{
    const struct census *c = ((const struct programs *)m)->c;
    char program[PROGRAM_OPS_MAX + 1];
    if (c->from + k >= c->n) {
        snprintf(buf, n, "undecided");
        return;
    }
    program_text(&c->node[c->from + k], program);
    snprintf(buf, n, "%s%s", program, c->node[c->from + k].closed ? "" : "..");
}

/* Restricts what is believed to hypothesis k. */
static void follow(struct model *m, size_t k)
{
    struct programs *s = (struct programs *)m;
    struct census *c = s->c;
    size_t at = c->from + k;
    bool program = at < c->n;
    struct program one = program ? c->node[at] : (struct program){ 0 };
    c->from = c->n;
    c->agree = 0;
    c->noise = !program;
    if (program)
        census_believe(c, &one);
}

static void assume(struct model *m, struct rng *rng)
{
    struct programs *s = (struct programs *)m;
    const struct census *c = s->c;
    double u = rng_unit(rng) * total(s);
    size_t k = c->from;
    while (k < c->n && (u -= mass_of(census_weight(c, &c->node[k]))) >= 0)
        k++;
    follow(m, k - c->from);
}

/* ---- the measure */

/* xi(e | h, a) of percept i, were `mass` what follows and `undecided` all that is. */
static double chance(const struct programs *s, const uint64_t *mass, uint32_t i,
                     double undecided)
{
    uint32_t n = s->c->conf.n_percepts;
    double sum = undecided;
    for (uint32_t k = 0; k < n; k++)
        sum += mass_of(mass[k]);
    return sum > 0 ? (mass_of(mass[i]) + undecided / n) / sum : 1.0 / n;
}

/* KL of what is believed after against before; what is undecided is one hypothesis. */
static double divergence(const struct programs *s, double before)
{
    double agree = mass_of(s->c->agree), other = noise(s), after = agree + other;
    if (!(after > 0) || !(before > 0))
        return 0;
    double gain = agree > 0 ? agree / after * log(before / after) : 0;
    if (other > 0)
        gain += other / after * log(before / after / s->c->conf.n_percepts);
    return gain > 0 ? gain : 0;
}

static void tell(struct programs *s, struct outcome *o, double before,
                 double entropy_before)
{
    double z = total(s), agree = mass_of(s->c->agree);
    unsigned want = s->base.want;
    if (want & WANT_HINDSIGHT)
        o->hindsight = z > 0 ? (agree + noise(s) / s->c->conf.n_percepts) / z : 0;
    if (!(want & WANT_GAIN))
        return;
    o->gain = s->base.gain_form == GAIN_KL ? divergence(s, before)
                                           : entropy_before - entropy(&s->base);
}

static double condition(struct model *m, unsigned action, struct outcome *o)
{
    struct programs *s = (struct programs *)m;
    struct census *c = s->c;
    uint32_t i = percepts_find(s->percept, s->c->conf.n_percepts, o->e);
    if (i == UINT32_MAX)
        return o->prob = 0;
    double before = total(s), uncertain = m->want & WANT_GAIN ? entropy(m) : 0;
    census_take(c, action, i, s->mass);
    o->prob = chance(s, s->mass, i, c->noise * c->conf.n_percepts);
    tell(s, o, before, uncertain);
    if (!m->held)
        settle(s);
    return o->prob;
}

/* Masses of what may follow, and what is undecided then. */
static double look(struct programs *s, unsigned action)
{
    uint64_t open;
    census_next(s->c, action, s->mass, &open);
    return noise(s) + mass_of(open);
}

static void step(struct model *m, unsigned action, struct rng *rng, struct outcome *o)
{
    struct programs *s = (struct programs *)m;
    double undecided = look(s, action), u = rng_unit(rng);
    uint32_t i = 0, n = s->c->conf.n_percepts;
    while (i + 1 < n && (u -= chance(s, s->mass, i, undecided)) >= 0)
        i++;
    o->e = s->percept[i];
    condition(m, action, o);
}

static size_t support(struct model *m, unsigned action, struct percept *out, size_t cap)
{
    struct programs *s = (struct programs *)m;
    double undecided = look(s, action);
    size_t n = 0;
    for (uint32_t i = 0; i < s->c->conf.n_percepts; i++)
        if (chance(s, s->mass, i, undecided) > 0) {
            if (n < cap)
                out[n] = s->percept[i];
            n++;
        }
    return n;
}

/* ---- the rest of the interface */

static void save(struct model *m, void *snap)
{
    struct census_mark mark = census_mark(((struct programs *)m)->c);
    memcpy(snap, &mark, sizeof mark);
}

static void restore(struct model *m, const void *snap)
{
    struct census_mark mark;
    memcpy(&mark, snap, sizeof mark);
    census_return(((struct programs *)m)->c, &mark);
}

static void free_programs(struct model *m)
{
    struct programs *s = (struct programs *)m;
    census_free(s->c);
    free(s->percept);
    free(s->mass);
    free(s->log_w);
    free(s->log_p);
    free(s);
}

/* The budget and how many cycles, which follow; the rest follows from them. */
struct frozen {
    uint64_t bits, t;
};

static size_t frozen_size(const struct model *m)
{
    const struct census *c = ((const struct programs *)m)->c;
    return sizeof(struct frozen) + 2 * c->t * sizeof *c->past;
}

static void freeze(const struct model *m, void *bytes)
{
    const struct census *c = ((const struct programs *)m)->c;
    struct frozen head = { c->conf.bits, c->t };
    bytes = bytes_put(bytes, &head, sizeof head);
    if (c->t)
        bytes_put(bytes, c->past, 2 * c->t * sizeof *c->past);
}

static bool thaw(struct model *m, const void *bytes, struct err *err)
{
    struct programs *s = (struct programs *)m;
    struct frozen head;
    bytes = bytes_take(bytes, &head, sizeof head);
    if (head.bits < 1 || head.bits > PROGRAM_BITS_MAX)
        return err_set(err, "what was frozen is no class of programs");
    census_restart(s->c);
    s->c->conf.bits = (uint32_t)head.bits;
    for (uint64_t t = 0; t < head.t; t++) {
        uint32_t c[2];
        bytes = bytes_take(bytes, c, sizeof c);
        if (c[0] >= s->c->conf.n_actions || c[1] >= s->c->conf.n_percepts)
            return err_set(err, "what was frozen is of another space");
        census_take(s->c, c[0], c[1], NULL);
        census_settle(s->c);
    }
    settle(s);
    return true;
}

static size_t nodes_of(const struct model *m, uint32_t depth)
{
    return imagined_nodes(((const struct programs *)m)->c, depth);
}

static uint64_t imagine(struct model *m, uint32_t depth, uint32_t threads,
                        const atomic_int *cancel, double *mass, double *open)
{
    struct programs *s = (struct programs *)m;
    struct census *c = s->c;
    size_t n = imagined_nodes(c, depth), actions = c->conf.n_actions;
    uint64_t looked = c->looked, *whole = xcalloc(n * (actions + 1), sizeof *whole);
    c->cancel = cancel;
    bool done = census_imagine(c, depth, threads, whole, whole + n);
    c->cancel = NULL;
    for (size_t i = 0; i < n; i++)
        mass[i] = mass_of(whole[i]);
    for (size_t i = 0; i < n * actions; i++)
        open[i] = mass_of(whole[n + i]);
    free(whole);
    return done ? c->looked - looked : 0;
}

static const void *view(struct model *m, const struct view_kind *which)
{
    struct programs *s = (struct programs *)m;
    if (which != &view_budgeted)
        return NULL;
    s->lent.agree = mass_of(s->c->agree);
    s->lent.open = mass_of(s->c->open);
    s->lent.bits = s->c->conf.bits;
    return &s->lent;
}

static const struct model_ops ops = {
    .name = "programs",
    .step = step,
    .condition = condition,
    .save = save,
    .restore = restore,
    .free = free_programs,
    .support = support,
    .assume = assume,
    .follow = follow,
    .entropy = entropy,
    .posterior = posterior,
    .log_weights = log_weights,
    .log_prior = log_prior,
    .text = text,
    .frozen_size = frozen_size,
    .freeze = freeze,
    .thaw = thaw,
    .view = view,
};

struct model *programs_new(const struct programs_conf *conf, const struct env *truth,
                           struct err *err)
{
    struct percept *percept = NULL;
    if (space_unseen(&truth->space))
        return err_null(err,
                        "programs say percepts, and rewards of this world are in none");
    uint32_t n = percepts_of(truth, &percept);
    uint32_t percept_bits = census_code_bits(n ? n : UINT32_MAX);
    if (2 * percept_bits + 2 > (uint32_t)conf->bits) {
        free(percept);
        return err_null(
            err,
            "a percept of this world takes %s%u bits, which programs of %d bits "
            "cannot say one by one: bits=%u at least, of %d at most",
            n ? "" : "more than ", n ? percept_bits : 16, (int)conf->bits,
            2 * (n ? percept_bits : 16) + 2, PROGRAM_BITS_MAX);
    }
    struct programs *s = xcalloc(1, sizeof *s);
    s->base.ops = &ops;
    s->base.lacks = WANT_MOST;
    s->base.space = truth->space;
    s->base.snap_size = sizeof(struct census_mark);
    s->percept = percept;
    s->mass = xcalloc(n, sizeof *s->mass);
    s->c = census_new(&(struct census_conf){
        truth->space.n_actions, n, (uint32_t)conf->bits, (uint32_t)conf->steps,
        (uint32_t)conf->most, (enum census_code)conf->code });
    s->lent = (struct budgeted){ .percept = percept,
                                 .n_percepts = n,
                                 .n_actions = truth->space.n_actions,
                                 .most = (uint32_t)conf->bits,
                                 .deepen = programs_deepen,
                                 .nodes = nodes_of,
                                 .imagine = imagine };
    settle(s);
    return &s->base;
}

const struct census *programs_census(const struct model *m)
{
    return ((const struct programs *)m)->c;
}

bool programs_deepen(struct model *m, uint32_t bits, const atomic_int *cancel)
{
    struct programs *s = (struct programs *)m;
    s->c->cancel = cancel;
    bool whole = census_deepen(s->c, bits);
    s->c->cancel = NULL;
    settle(s);
    return whole;
}
