#include "config.h"

#include "bayes.h"
#include "bitwise.h"
#include "ice.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* MC-AIXI-CTW: searches in a predictor of bits that has learned the world from nothing.
 * Veness, Ng, Hutter, Uther & Silver, "A Monte-Carlo AIXI Approximation", JAIR 40 (2011).
 * While it learns it acts at random with a chance that falls by a factor each cycle; after
 * its learning phase it plans in every cycle, with a number of samples of its own if need
 * be: the paper learned with 500 and evaluated with up to 25000 (sections 7.2 and 7.4). It
 * reads the space of the world, no more. */

struct config {
    struct bayes_conf bayes;
    char *predictor;
    double explore, decay;
    int64_t learn, evaluate, eval_samples;
    int search_seed;
};

enum { SEED_NEW, SEED_SAME };
static const char *const search_seeds[] = { "new", "same", NULL };

static const struct param params[] = {
    SPEC("predictor", predictor, predictor_shelf, .unit = "SPEC",
         .help = "of bits, see ursa-models(7); unset: fac-ctw:depth=32"),
    REAL("explore", explore, .def = 0.99, .max = 1,
         .help = "chance of a random action at first"),
    REAL("explore-decay", decay, .def = 0.999, .max = 1,
         .help = "factor of that chance a cycle"),
    INT("learn", learn, .def = 1000000000000, .max = 1e12, .unit = "cycles",
        .help = "of the learning phase; no random actions afterwards"),
    INT("evaluate", evaluate, .max = 1e12, .unit = "cycles",
        .help = "after learning that evaluation_reward means; then it rests; 0: all"),
    INT("eval-samples", eval_samples, .max = 1e7,
        .help = "samples per search after the learning phase; 0: as many as before"),
    CHOICE("search-seed", search_seed, search_seeds, .def = SEED_NEW,
           .help = "of a search's random numbers; same: all draw those of the first"),
    PLANNING_PARAMS(bayes, "mcts", 4),
    { 0 },
};

enum phase { PHASE_NONE, PHASE_RANDOM, PHASE_LEARN, PHASE_EXPLOIT };
static const char *const phases[] = { "", "learn (at random)", "learn", "exploit" };

struct mc_aixi {
    struct bayes bayes;
    double explore, decay;
    uint64_t learn, evaluate; /* cycles of each phase; evaluate 0: to the end */
    uint32_t eval_samples;    /* 0: as while learning */
    double evaluation;        /* sum of rewards while evaluated, points */
    uint32_t phase;           /* enum phase, of the last action */
    bool same, searched;      /* search-seed=same; its first search has been */
    struct rng first;         /* as that began */
};

static struct agent *open_mc_aixi(const void *config, const struct env *truth,
                                  struct err *err)
{
    const struct config *c = config;
    struct mc_aixi *s = xcalloc(1, sizeof *s);
    struct bayes *b = &s->bayes;
    b->base.ops = &agent_mc_aixi;
    s->explore = c->explore;
    s->decay = c->decay;
    s->learn = (uint64_t)c->learn;
    s->evaluate = (uint64_t)c->evaluate;
    s->eval_samples = (uint32_t)c->eval_samples;
    s->same = c->search_seed == SEED_SAME;
    struct model *m =
        bitwise_new(&truth->space, c->predictor ? c->predictor : "fac-ctw:depth=32", err);
    if (m && bayes_take(b, &c->bayes, m, task_reward, err))
        return &b->base;
    free(s);
    return NULL;
}

/* Whether its life has been measured: what it does then costs no search and counts
 * nowhere. */
static bool rests(const struct mc_aixi *s)
{
    return s->evaluate && s->bayes.base.t >= s->learn + s->evaluate;
}

/* The authors' program seeded its generator anew, and alike, before each decision: what a
 * search overlooks once it then overlooks every time that it comes there. */
static unsigned search(struct mc_aixi *s, struct rng *rng)
{
    struct rng again;
    if (s->same) {
        if (!s->searched)
            s->first = *rng;
        s->searched = true;
        again = s->first;
        rng = &again;
    }
    return aim_act(&s->bayes.aim, s->bayes.base.t + 1, s->bayes.base.cancel, rng);
}

static void enter(struct mc_aixi *s, uint32_t phase)
{
    s->phase = phase;
    s->bayes.phase = phases[phase];
}

static bool act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    struct mc_aixi *s = (struct mc_aixi *)ag;
    bool learning = ag->t < s->learn;
    (void)err;
    double chance = learning ? s->explore * pow(s->decay, (double)ag->t) : rests(s);
    if (chance > 0 && rng_unit(rng) < chance) {
        enter(s, PHASE_RANDOM);
        *action = rng_below(rng, s->bayes.model->space.n_actions);
        return true;
    }
    if (!learning && s->eval_samples)
        aim_samples(&s->bayes.aim, s->eval_samples);
    enter(s, learning ? PHASE_LEARN : PHASE_EXPLOIT);
    *action = search(s, rng);
    return true;
}

static bool update(struct agent *ag, const struct cycle *c, struct err *err)
{
    struct mc_aixi *s = (struct mc_aixi *)ag;
    if (ag->t >= s->learn && !rests(s))
        s->evaluation += c->e.rew / s->bayes.model->space.scale;
    return bayes_update(ag, c, err);
}

static void foresee(struct agent *ag, struct outlook *out)
{
    bayes_foresee(ag, out);
    bayes_foresee_bits(((struct bayes *)ag)->model, out);
}

static size_t report(const struct agent *ag, struct metric *out, size_t n)
{
    const struct mc_aixi *s = (const struct mc_aixi *)ag;
    uint64_t after = ag->t > s->learn ? ag->t - s->learn : 0;
    uint64_t measured = s->evaluate && after > s->evaluate ? s->evaluate : after;
    unsigned slots;
    const struct predictor *p = bitwise_predictor(s->bayes.model, &slots);
    const struct metric all[] = {
        { "model_bytes", (double)p->ops->bytes(p) },
        { "evaluation_reward", measured ? s->evaluation / (double)measured : (double)NAN },
    };
    size_t have = sizeof all / sizeof *all;
    memcpy(out, all, (n < have ? n : have) * sizeof *all);
    return n < have ? n : have;
}

static void ice(struct agent *ag, struct ice *ice)
{
    struct mc_aixi *s = (struct mc_aixi *)ag;
    bayes_ice(ag, ice);
    ice_piece(ice, &s->evaluation, sizeof s->evaluation);
    ice_piece(ice, &s->phase, sizeof s->phase);
    enter(s, s->phase);
    ice_piece(ice, &s->searched, sizeof s->searched);
    ice_piece(ice, &s->first, sizeof s->first);
}

static const struct mind_ops mind = {
    .inspect = bayes_inspect,
    .foresee = foresee,
    .twigs = bayes_twigs,
};

const struct agent_ops agent_mc_aixi = {
    .kind.name = "mc-aixi",
    .kind.title = "learns any small world from bits: MC-AIXI-CTW",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_mc_aixi,
    .close = bayes_close,
    .act = act,
    .update = update,
    .report = report,
    .ice = ice,
    .mind = &mind,
    .open_minded = true,
};
