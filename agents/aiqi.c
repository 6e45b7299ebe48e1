#include "config.h"

#include "code.h"
#include "ice.h"
#include "registry.h"
#include "tabular.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* AIQI, universal AI by Q-induction: predicts the returns of its actions as others predict
 * percepts, and takes the action whose return it expects to be greatest.
 *     Kim & Lee, "A Model-Free Universal AI", arXiv 2602.23242 (2026).
 * The return of cycle i is the discounted sum of the rewards of cycles i to i + H - 1, cut
 * into M bins: z_i. In the history of phase n, the cycles i = n (mod N) have their return
 * between action and percept,
 *     ... a_{i-1} e_{i-1} a_i z_i e_i a_{i+1} e_{i+1} ...
 * and the predictor of the phase learns the z, and only those, from all that is before
 * them. Cycle t is decided in phase t mod N: its last return, z_{t-N}, is known because N
 * >= H. */

struct config {
    struct {
        double epsilon, decay;
    } greedy;
    int64_t horizon, bins, period;
    double gamma;
    char *predictor;
};

enum { HORIZON_MAX = 4096, BINS_MAX = 4096 };

static const struct param params[] = {
    INT("horizon", horizon, .def = 6, .min = 1, .max = HORIZON_MAX, .unit = "cycles",
        .help = "rewards in a return"),
    INT("bins", bins, .def = 16, .min = 2, .max = BINS_MAX,
        .help = "values a return is rounded to"),
    INT("period", period, .min = 1, .max = HORIZON_MAX, .unit = "cycles",
        .help = "from a return to the next one in a history; unset: the horizon"),
    REAL("gamma", gamma, .def = 0.99, .max = 1, .help = "geometric discount"),
    SPEC("predictor", predictor, predictor_shelf, .unit = "SPEC",
         .help = "of a return's bits, see ursa-models(7); unset: fac-ctw:depth=32"),
    GREEDY_PARAMS(greedy),
    { 0 },
};

/* One of the N histories. */
struct phase {
    struct predictor *p; /* owned */
    uint64_t n;          /* cycles in it */
};

struct aiqi {
    struct agent base;
    struct code code;
    uint32_t n_actions, horizon, bins, period;
    double epsilon, decay, gamma;
    double lo, span;      /* of a return, points */
    struct phase *phase;  /* [period] owned */
    struct cycle *recent; /* [horizon + period] owned; cycle t at t mod their number */
    uint64_t now;         /* cycles lived */
    unsigned bits;        /* of a bin */
    void **snap;          /* [bits + 1] owned: a snapshot for each bit, and one more */
    double value[ACTIONS_MAX];
    bool random;
};

static void aiqi_close(struct agent *ag)
{
    struct aiqi *s = (struct aiqi *)ag;
    for (uint32_t n = 0; n < s->period; n++)
        predictor_free(s->phase[n].p);
    for (unsigned i = 0; s->snap && i <= s->bits; i++)
        free(s->snap[i]);
    free(s->snap);
    free(s->phase);
    free(s->recent);
    free(s);
}

static bool open_phases(struct aiqi *s, const char *spec, struct err *err)
{
    s->phase = xcalloc(s->period, sizeof *s->phase);
    for (uint32_t n = 0; n < s->period; n++)
        if (!(s->phase[n].p = predictor_new(spec, s->bits, err)))
            return false;
    s->snap = xcalloc(s->bits + 1, sizeof *s->snap);
    for (unsigned i = 0; i <= s->bits; i++)
        s->snap[i] = xcalloc(1, s->phase[0].p->snap_size);
    return true;
}

static struct agent *aiqi_open(const void *config, const struct env *truth, struct err *err)
{
    const struct config *c = config;
    const struct space *space = &truth->space;
    int64_t period = c->period ? c->period : c->horizon;
    struct code code = { 0 };
    if (period < c->horizon)
        return err_null(err,
                        "period=%lld is less than horizon=%lld: when a phase returns, its "
                        "last return would not be known yet",
                        (long long)period, (long long)c->horizon);
    if (!code_init(&code, space, err))
        return NULL;
    struct aiqi *s = xcalloc(1, sizeof *s);
    s->base.ops = &agent_aiqi;
    s->code = code;
    s->n_actions = space->n_actions;
    s->horizon = (uint32_t)c->horizon;
    s->bins = (uint32_t)c->bins;
    s->period = (uint32_t)period;
    s->epsilon = c->greedy.epsilon;
    s->decay = c->greedy.decay;
    s->gamma = c->gamma;
    double weight = 0;
    for (uint32_t k = 0; k < s->horizon; k++)
        weight += pow(s->gamma, k);
    s->lo = weight * space->rew_min;
    s->span = weight * ((double)space->rew_max - space->rew_min);
    while ((s->bins - 1) >> s->bits)
        s->bits++;
    s->recent = xcalloc(s->horizon + s->period, sizeof *s->recent);
    if (open_phases(s, c->predictor ? c->predictor : "fac-ctw:depth=32", err))
        return &s->base;
    aiqi_close(&s->base);
    return NULL;
}

/* ---- histories */

static void append(struct predictor *p, uint32_t value, unsigned bits)
{
    while (bits-- > 0)
        p->ops->append(p, value >> bits & 1);
}

static struct cycle *cycle_at(const struct aiqi *s, uint64_t t)
{
    return &s->recent[t % (s->horizon + s->period)];
}

static void append_percept(const struct aiqi *s, struct phase *f, const struct cycle *c)
{
    append(f->p, c->e.obs, s->code.obs_bits);
    append(f->p, (uint32_t)c->e.rew - (uint32_t)s->code.rew_min, s->code.rew_bits);
    f->n++;
}

/* Brings a history up to the end of cycle t, none of which has a return in it. */
static void catch_up(const struct aiqi *s, struct phase *f, uint64_t t)
{
    while (f->n < t) {
        const struct cycle *c = cycle_at(s, f->n + 1);
        append(f->p, c->action, s->code.action_bits);
        append_percept(s, f, c);
    }
}

/* ---- returns */

/* z of the return that starts at cycle i: bins of equal width from the least possible
 * return to the greatest, which belongs to the last bin. */
static uint32_t return_bin(const struct aiqi *s, uint64_t i)
{
    double sum = 0, weight = 1;
    for (uint32_t k = 0; k < s->horizon; k++, weight *= s->gamma)
        sum += weight * ((double)cycle_at(s, i + k)->e.rew - s->code.rew_min);
    uint32_t bin = s->span > 0 ? (uint32_t)(sum * s->bins / s->span) : 0;
    return bin < s->bins ? bin : s->bins - 1;
}

/* A bit of z that can only be 0, because with 1 there is no such bin, is appended without
 * being predicted or learned. `edge`: all bits before are those of the last bin. */
static bool is_certain(const struct aiqi *s, unsigned left, bool edge)
{
    return edge && !((s->bins - 1) >> (left - 1) & 1);
}

static void learn_return(const struct aiqi *s, struct predictor *p, uint32_t bin)
{
    bool edge = true;
    for (unsigned left = s->bits; left; left--) {
        unsigned bit = bin >> (left - 1) & 1;
        if (is_certain(s, left, edge)) {
            p->ops->append(p, 0);
        } else {
            p->ops->predict(p, s->bits - left);
            p->ops->update(p, bit);
            edge &= bit;
        }
    }
    p->ops->commit(p);
}

/* E(z) under the predictor, given the first bits of z. */
static double expected_bin(struct aiqi *s, struct predictor *p, unsigned left, uint32_t z,
                           bool edge)
{
    double mean[2], one = 0;
    void *snap = s->snap[left];
    if (!left)
        return z;
    if (is_certain(s, left, edge)) {
        p->ops->append(p, 0);
        return expected_bin(s, p, left - 1, z << 1, edge);
    }
    p->ops->save(p, snap);
    for (unsigned bit = 0; bit < 2; bit++) {
        one = p->ops->predict(p, s->bits - left);
        p->ops->update(p, bit);
        mean[bit] = expected_bin(s, p, left - 1, z << 1 | bit, edge && bit);
        p->ops->restore(p, snap);
    }
    return mean[0] + one * (mean[1] - mean[0]);
}

/* ---- the agent */

static void value_actions(struct aiqi *s)
{
    struct phase *f = &s->phase[(s->now + 1) % s->period];
    void *snap = s->snap[0];
    catch_up(s, f, s->now);
    f->p->ops->save(f->p, snap);
    for (uint32_t a = 0; a < s->n_actions; a++) {
        append(f->p, a, s->code.action_bits);
        double bin = expected_bin(s, f->p, s->bits, 0, true);
        s->value[a] = s->lo + s->span * (bin + 0.5) / s->bins;
        f->p->ops->restore(f->p, snap);
    }
}

static bool aiqi_act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    struct aiqi *s = (struct aiqi *)ag;
    (void)err;
    s->random = rng_unit(rng) < s->epsilon * pow((double)s->now + 1, -s->decay);
    value_actions(s);
    *action = s->random ? rng_below(rng, s->n_actions)
                        : table_greedy(s->value, s->n_actions, rng);
    return true;
}

static bool aiqi_update(struct agent *ag, const struct cycle *c, struct err *err)
{
    struct aiqi *s = (struct aiqi *)ag;
    (void)err;
    if (!code_has(&s->code, c->e))
        return false;
    *cycle_at(s, ++s->now) = *c;
    if (s->now < s->horizon)
        return true;
    uint64_t i = s->now + 1 - s->horizon; /* whose return is known from now on */
    struct phase *f = &s->phase[i % s->period];
    const struct cycle *first = cycle_at(s, i);
    catch_up(s, f, i - 1);
    append(f->p, first->action, s->code.action_bits);
    learn_return(s, f->p, return_bin(s, i));
    append_percept(s, f, first);
    return true;
}

static void ice_phase(struct phase *f, struct ice *ice)
{
    size_t size = ice->way == ICE_THAW ? 0 : f->p->ops->frozen_size(f->p);
    ice_piece(ice, &size, sizeof size);
    ice_piece(ice, &f->n, sizeof f->n);
    if (ice->way == ICE_THAW && !f->p->ops->thaw(f->p, ice_from(ice, size), ice->err))
        ice->failed = true;
    else if (ice->way == ICE_FREEZE)
        f->p->ops->freeze(f->p, ice_to(ice, size));
    else if (ice->way == ICE_COUNT)
        ice_to(ice, size);
}

static void aiqi_ice(struct agent *ag, struct ice *ice)
{
    struct aiqi *s = (struct aiqi *)ag;
    ice_piece(ice, s->recent, (s->horizon + s->period) * sizeof *s->recent);
    ice_piece(ice, &s->now, sizeof s->now);
    ice_piece(ice, s->value, sizeof s->value);
    ice_piece(ice, &s->random, sizeof s->random);
    for (uint32_t n = 0; n < s->period && !ice->failed; n++)
        ice_phase(&s->phase[n], ice);
}

static size_t aiqi_report(const struct agent *ag, struct metric *out, size_t n)
{
    const struct aiqi *s = (const struct aiqi *)ag;
    double bytes = 0;
    for (uint32_t k = 0; k < s->period; k++)
        bytes += (double)s->phase[k].p->ops->bytes(s->phase[k].p);
    if (n)
        out[0] = (struct metric){ "model_bytes", bytes };
    return n > 0;
}

static void aiqi_inspect(const struct agent *ag, struct insight *out)
{
    const struct aiqi *s = (const struct aiqi *)ag;
    out->n_actions = s->n_actions;
    for (uint32_t a = 0; a < s->n_actions; a++)
        out->value[a] = s->value[a];
    snprintf(out->phase, sizeof out->phase, "%s",
             s->random ? "greedy (at random)" : "greedy");
}

static const struct mind_ops mind = { .inspect = aiqi_inspect };

const struct agent_ops agent_aiqi = {
    .kind.name = "aiqi",
    .kind.title = "model-free: predicts the returns of its actions bit by bit",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = aiqi_open,
    .close = aiqi_close,
    .act = aiqi_act,
    .update = aiqi_update,
    .report = aiqi_report,
    .mind = &mind,
    .ice = aiqi_ice,
    .open_minded = true,
};
