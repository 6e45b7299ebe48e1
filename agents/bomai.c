#include "config.h"

#include "bayes.h"
#include "ice.h"
#include "registry.h"
#include "teacher.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

/* BoMAI, who wants nothing beyond its episode: Cohen, Vellambi & Hutter, "Asymptotically
 * unambitious artificial general intelligence" (AAAI 2020, arXiv 1905.12186). Time goes in
 * episodes of equal length. Before each the mentor is given all of it with probability
 *     min { 1, eta E[information gain of the episode] },
 * and otherwise the agent maximises the reward that is left in the episode, in the heaviest
 * hypothesis. Ours: the gain is that of the best expedition, as Mentee's (inq.c), and the
 * prior is the family's, without a penalty for the time that hypotheses take. */

struct config {
    struct bayes_conf bayes;
    int64_t episode;
    double eta;
    char *mentor;
};
struct bomai {
    struct bayes bayes; /* its aim is reward */
    struct utility gain;
    struct aim explore;      /* undiscounted information gain */
    struct teacher *teacher; /* owned */
    uint32_t episode, horizon;
    double eta, readiness;
    bool left; /* this episode is the mentor's */
    uint64_t queries;
};

static const struct param params[] = {
    SPEC("mentor", mentor, teacher_shelf, .unit = "TEACHER",
         .help = "who acts when the agent asks; unset: random-safe"),
    INT("episode", episode, .def = 20, .min = 1, .max = 1000, .unit = "cycles",
        .help = "length of an episode, of which the mentor has all or nothing"),
    REAL("eta", eta, .def = 1, .max = 1000, .help = "how ready it is to ask"),
    PLANNING_PARAMS(bayes, NULL, 7),
    MODEL_PARAMS(bayes),
    { 0 },
};

static void close_bomai(struct agent *ag)
{
    struct bomai *s = (struct bomai *)ag;
    aim_release(&s->explore);
    teacher_close(s->teacher);
    bayes_close(ag);
}

static bool open_mentor(struct bomai *s, const char *mentor, const struct env *truth,
                        struct err *err)
{
    struct spec_of who;
    if (!kind_parse_within(&who, &teacher_shelf, mentor ? mentor : "random-safe", err))
        return false;
    s->teacher = teacher_open(&who, truth, err);
    kind_release(&who);
    return s->teacher;
}

static bool open_aims(struct bomai *s, const struct config *c, const struct env *truth,
                      struct err *err)
{
    struct bayes_conf gain_conf = c->bayes;
    struct bayes *b = &s->bayes;
    gain_conf.discount = (struct discount_conf){ .kind = DISCOUNT_GEOMETRIC, .gamma = 1 };
    gain_conf.horizon = c->episode;
    if (!bayes_init(b, &c->bayes, truth, NULL, task_reward, err) ||
        !bayes_needs_entropy(b, err) || !bayes_needs_hypotheses(b, err))
        return false;
    s->gain = task_gain(b->model);
    if (aim_init(&s->explore, &gain_conf, b->model, &s->gain, err))
        return true;
    bayes_release(b);
    return false;
}

static struct agent *open_bomai(const void *config, const struct env *truth,
                                struct err *err)
{
    const struct config *c = config;
    struct bomai *s = xcalloc(1, sizeof *s);
    s->bayes.base.ops = &agent_bomai;
    s->episode = (uint32_t)c->episode;
    s->eta = c->eta;
    if (open_mentor(s, c->mentor, truth, err) && open_aims(s, c, truth, err)) {
        s->horizon = s->bayes.aim.reach;
        return &s->bayes.base;
    }
    teacher_close(s->teacher);
    free(s);
    return NULL;
}

/* Before an episode: whose it is to be. */
static void begin(struct bomai *s, uint64_t now, struct rng *rng)
{
    aim_look(&s->explore, s->episode);
    aim_act(&s->explore, now, s->bayes.base.cancel, rng);
    s->readiness = fmin(1, s->eta * fmax(0, aim_best(&s->explore)));
    s->left = rng_unit(rng) < s->readiness;
}

/* The heaviest hypothesis, of equal ones the first. */
static size_t heaviest(const struct bomai *s)
{
    const struct model *m = s->bayes.model;
    const double *log_w = m->ops->log_weights(m);
    size_t best = 0;
    for (size_t k = 1; k < m->n; k++)
        best = log_w[k] > log_w[best] ? k : best;
    return best;
}

static bool act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    struct bomai *s = (struct bomai *)ag;
    struct bayes *b = &s->bayes;
    uint32_t age = (uint32_t)(ag->t % s->episode), rest = s->episode - age;
    (void)err;
    if (!age)
        begin(s, ag->t + 1, rng);
    b->shown = s->left ? &s->explore : &b->aim;
    b->phase = s->left ? "asks" : "exploit";
    if (s->left) {
        s->queries++;
        *action = DEFER;
        return true;
    }
    b->sampled = heaviest(s);
    aim_look(&b->aim, rest < s->horizon ? rest : s->horizon);
    *action = aim_follow(&b->aim, b->sampled, ag->t + 1, ag->cancel, rng);
    return true;
}

static bool update(struct agent *ag, const struct cycle *c, struct err *err)
{
    struct bomai *s = (struct bomai *)ag;
    if (!bayes_update(ag, c, err))
        return false;
    aim_advance(&s->explore, &s->bayes.last, false);
    return true;
}

static struct teacher *mentor(const struct agent *ag)
{
    return ((const struct bomai *)ag)->teacher;
}

static size_t report(const struct agent *ag, struct metric *out, size_t n)
{
    const struct bomai *s = (const struct bomai *)ag;
    const struct metric own[] = { { "queries", (double)s->queries },
                                  { "deferred", teacher_share(s->queries, ag->t) },
                                  { "readiness", s->readiness } };
    size_t k = bayes_report(ag, out, n);
    for (size_t i = 0; i < 3 && k < n; i++)
        out[k++] = own[i];
    return k;
}

static void ice(struct agent *ag, struct ice *ice)
{
    struct bomai *s = (struct bomai *)ag;
    bayes_ice(ag, ice);
    aim_ice(&s->explore, ice);
    ice_piece(ice, &s->readiness, sizeof s->readiness);
    ice_piece(ice, &s->left, sizeof s->left);
    ice_piece(ice, &s->queries, sizeof s->queries);
    if (ag->t) {
        s->bayes.shown = s->left ? &s->explore : &s->bayes.aim;
        s->bayes.phase = s->left ? "asks" : "exploit";
    }
}

const struct agent_ops agent_bomai = {
    .kind.name = "bomai",
    .kind.title = "the best of each episode, or all of it the mentor's",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_bomai,
    .close = close_bomai,
    .act = act,
    .update = update,
    .mentor = mentor,
    .report = report,
    .ice = ice,
    .mind = &bayes_mind,
};
