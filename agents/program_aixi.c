#include "config.h"

#include "agent.h"
#include "anytime.h"
#include "ice.h"
#include "programs.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* AIXI over all programs of a small machine, as far as a budget of bits and steps goes,
 * with a bracket around every value: what Leike & Hutter, "On the Computability of AIXI"
 * (UAI 2015) show to be computable in the limit, on its way. It reads programs of 4 bits
 * more until its action is within epsilon of the best one or the budget is gone, and
 * says how far it came. Where nothing that was read agrees with its history, all it
 * knows is that rewards lie in their range: it acts at random and lives on. */

struct config {
    struct programs_conf class;
    struct discount_conf discount;
    int64_t horizon, threads;
    int loss;
    double epsilon;
};

static const struct param params[] = {
    PROGRAMS_PARAMS(class, 20),
    CHOICE("loss", loss, loss_names, .help = "what a program that dies is worth"),
    REAL("epsilon", epsilon, .max = 1e9, .unit = "reward",
         .help = "a cycle; so near to the best action will do; 0: as the budget goes"),
    INT("horizon", horizon, .def = 3, .max = 100, .unit = "cycles",
        .help = "rewards looked ahead; 0: as far as the discount does"),
    INT("threads", threads, .def = 1, .min = 1, .max = 64,
        .help = "that search; they change no result"),
    DISCOUNT_PARAMS(discount),
    { 0 },
};

struct program_aixi {
    struct agent base;
    struct model *model; /* owned */
    struct plan plan;
    struct anytime_conf how;
    double epsilon; /* asked for, in points a cycle */
    struct verdict verdict;
    double reached;  /* points a cycle; NAN: nothing planned yet */
    double learned;  /* nats told by the last percept */
    uint64_t looked; /* machines run in all searches */
};

static const struct census *census(const struct program_aixi *s)
{
    return programs_census(s->model);
}

/* ---- opening */

static bool set_horizon(struct program_aixi *s, const struct config *c, struct err *err)
{
    struct plan *p = &s->plan;
    if (!discount_init(&p->discount, &c->discount, err))
        return false;
    uint64_t horizon =
        c->horizon ? (uint64_t)c->horizon : discount_horizon(&p->discount, 1, 0.01);
    p->effective = !c->horizon;
    p->horizon = horizon > UINT32_MAX ? UINT32_MAX : (uint32_t)horizon;
    return horizon ? anytime_fits(p, err)
                   : err_set(err, "horizon=0 needs a discount with an effective horizon");
}

/* With programs of few bits at first; the budget must do for the percepts. */
static struct model *open_class(const struct config *c, const struct env *truth,
                                struct err *err)
{
    struct programs_conf few = c->class;
    struct model *m = programs_new(&few, truth, err);
    if (m && few.bits > ANYTIME_START)
        programs_deepen(m, ANYTIME_START, NULL);
    return m;
}

static void close_program_aixi(struct agent *ag)
{
    struct program_aixi *s = (struct program_aixi *)ag;
    if (s->model)
        s->model->ops->free(s->model);
    free(s);
}

static struct agent *open_program_aixi(const void *config, const struct env *truth,
                                       struct err *err)
{
    const struct config *c = config;
    struct program_aixi *s = xcalloc(1, sizeof *s);
    s->base.ops = &agent_program_aixi;
    s->model = open_class(c, truth, err);
    s->epsilon = c->epsilon * truth->space.scale;
    s->how = (struct anytime_conf){ (enum loss)c->loss, (uint32_t)c->threads };
    s->plan = (struct plan){
        .model = s->model, .utility = &utility_reward, .before = NOTHING_SEEN, .now = 1
    };
    s->reached = s->learned = NAN;
    if (s->model && set_horizon(s, c, err))
        return &s->base;
    close_program_aixi(&s->base);
    return NULL;
}

/* ---- living */

/* Weight of all that is looked at, in units of the first reward. */
static double weight(const struct program_aixi *s)
{
    const struct plan *p = &s->plan;
    double first = discount_weight(&p->discount, p->now, 0);
    if (p->effective)
        return discount_tail(&p->discount, p->now, 0) / first;
    double sum = 0;
    for (uint32_t k = 0; k < p->horizon; k++)
        sum += discount_weight(&p->discount, p->now, k) / first;
    return sum;
}

/* A plan with the bits there are now. False: interrupted, and what was found before
 * stands. */
static bool look(struct program_aixi *s, struct rng *rng)
{
    struct verdict v = s->verdict;
    anytime_plan(&s->plan, &s->how, rng, &v);
    if (v.how == PLAN_CANCELLED)
        return false;
    s->looked += v.nodes;
    s->verdict = v;
    s->reached = anytime_epsilon(&v) / weight(s);
    return true;
}

/* False: the budget is gone, or it was interrupted. */
static bool deepen(struct program_aixi *s)
{
    uint32_t bits = anytime_next(budgeted_of(s->model));
    return bits && programs_deepen(s->model, bits, s->plan.cancel);
}

static bool act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    struct program_aixi *s = (struct program_aixi *)ag;
    (void)err;
    s->plan.now = ag->t + 1;
    s->plan.cancel = ag->cancel;
    s->verdict = (struct verdict){ .best = rng_below(rng, s->model->space.n_actions) };
    while (look(s, rng) && s->reached > s->epsilon && deepen(s))
        continue;
    *action = s->verdict.best;
    return true;
}

static bool update(struct agent *ag, const struct cycle *c, struct err *err)
{
    struct program_aixi *s = (struct program_aixi *)ag;
    struct outcome o = { .e = c->e, .action = c->action, .before = s->plan.before };
    (void)err;
    if (!(s->model->ops->condition(s->model, c->action, &o) > 0))
        return false;
    s->learned = -log(o.prob);
    s->plan.before = c->e.obs;
    return true;
}

static void ice(struct agent *ag, struct ice *ice)
{
    struct program_aixi *s = (struct program_aixi *)ag;
    ice_model(ice, s->model);
    ice_piece(ice, &s->plan.before, sizeof s->plan.before);
    ice_piece(ice, &s->verdict, sizeof s->verdict);
    ice_piece(ice, &s->reached, sizeof s->reached);
    ice_piece(ice, &s->learned, sizeof s->learned);
    ice_piece(ice, &s->looked, sizeof s->looked);
}

/* Of what agrees or is undecided. */
static double share(const struct program_aixi *s, double mass)
{
    double all = mass_of(census(s)->agree) + mass_of(census(s)->open);
    return all > 0 ? mass / all : 0;
}

static size_t report(const struct agent *ag, struct metric *out, size_t n)
{
    const struct program_aixi *s = (const struct program_aixi *)ag;
    const struct census *c = census(s);
    const struct metric all[] = {
        { "epsilon", s->reached / s->model->space.scale },
        { "program_bits", c->conf.bits },
        { "programs", (double)(c->n - c->from) },
        { "undecided", share(s, mass_of(c->open)) },
    };
    size_t k = 0;
    for (; k < n && k < sizeof all / sizeof *all; k++)
        out[k] = all[k];
    return k;
}

/* ---- the screen */

static void inspect(const struct agent *ag, struct insight *out)
{
    const struct program_aixi *s = (const struct program_aixi *)ag;
    const struct verdict *v = &s->verdict;
    insight_clear(out);
    out->n_actions = v->n;
    for (uint32_t a = 0; a < v->n; a++) {
        out->value[a] = v->value[a];
        out->lo[a] = v->lo[a];
        out->hi[a] = v->hi[a];
    }
    out->n_plan = v->n > 0;
    out->plan[0] = (uint8_t)v->best;
    out->depth = v->depth;
    out->gain = s->learned;
    out->live = (uint32_t)(census(s)->n - census(s)->from);
    snprintf(out->phase, sizeof out->phase, "%u bits, e %.2g",
             (unsigned)census(s)->conf.bits, s->reached / s->model->space.scale);
}

static const char *const tables[] = { "programs", "mass", NULL };

static void add_row(struct mind_row *row, double p, uint32_t bits, double value,
                    const char *name)
{
    *row = (struct mind_row){ .p = p, .value = value, .bits = bits };
    snprintf(row->name, sizeof row->name, "%s", name);
}

/* The reward that a program foretells of the action chosen; NAN: it dies, or reads on. */
static double says_next(const struct program_aixi *s, const struct program *p)
{
    const struct budgeted *b = budgeted_of(s->model);
    uint32_t e;
    enum ran ran = census_foretell(census(s), p, s->verdict.best, &e);
    return ran == RAN_OUT && e < b->n_percepts ? b->percept[e].rew / s->model->space.scale
                                               : (double)NAN;
}

/* The heaviest that agree, by their share of those, with the reward that they foretell. */
static size_t programs_rows(const struct program_aixi *s, struct mind_row *out, size_t cap)
{
    const struct census *c = census(s);
    size_t which[64], n = 0;
    double w[64], all = mass_of(c->agree);
    size_t got = model_top(s->model, which, w, cap < 63 ? cap + 1 : 64);
    for (size_t k = 0; k < got && n < cap; k++) {
        char name[48];
        const struct program *p = &c->node[c->from + which[k]];
        if (c->from + which[k] >= c->n)
            continue; /* what is undecided, in the model's posterior */
        s->model->ops->text(s->model, which[k], name, sizeof name);
        add_row(&out[n++], mass_of(census_weight(c, p)) / all, p->bits, says_next(s, p),
                name);
    }
    return n;
}

/* How the mass goes on after the last action chosen: by what it says, and what it does
 * not. */
static size_t mass_rows(const struct program_aixi *s, struct mind_row *out, size_t cap)
{
    enum { FEW = 6 }; /* percepts: each has its row, said or not */
    const struct budgeted *b = budgeted_of(s->model);
    uint64_t *mass = xcalloc(b->n_percepts, sizeof *mass), open;
    size_t n = 0;
    double left = b->agree;
    census_next(census(s), s->verdict.best, mass, &open);
    for (uint32_t e = 0; e < b->n_percepts; e++) {
        char name[48];
        left -= mass_of(mass[e]);
        snprintf(name, sizeof name, "says %u, reward %d", b->percept[e].obs,
                 b->percept[e].rew);
        if (n < cap && (mass[e] || b->n_percepts <= FEW))
            add_row(&out[n++], share(s, mass_of(mass[e])), 0, NAN, name);
    }
    left -= mass_of(open);
    if (n < cap)
        add_row(&out[n++], share(s, left > 0 ? left : 0), 0, NAN, "dies");
    if (n < cap)
        add_row(&out[n++], share(s, b->open + mass_of(open)), 0, NAN, "undecided");
    free(mass);
    return n;
}

static size_t rows(const struct agent *ag, const char *table, struct mind_row *out,
                   size_t cap)
{
    const struct program_aixi *s = (const struct program_aixi *)ag;
    return !strcmp(table, tables[0]) ? programs_rows(s, out, cap) : mass_rows(s, out, cap);
}

static const struct mind_ops mind = { .inspect = inspect, .tables = tables, .rows = rows };

const struct agent_ops agent_program_aixi = {
    .kind.name = "program-aixi",
    .kind.title = "AIXI over all small programs, with proved brackets",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_program_aixi,
    .close = close_program_aixi,
    .act = act,
    .update = update,
    .report = report,
    .ice = ice,
    .mind = &mind,
};
