#include "config.h"

#include "bayes.h"
#include "ice.h"
#include "registry.h"
#include "teacher.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Inq, strongly asymptotically optimal: Cohen, Catt & Hutter, "A Strongly Asymptotically
 * Optimal Agent in General Environments" (IJCAI 2019). For every length m and every start k
 * < min(m, t) cycles ago there is an expedition that gains the most information over its m
 * cycles; it is followed with probability
 *     min { 1 / (m^2 (m + 1)), eta V_IG^m(h_{<t-k}) }
 * and the Bayes-optimal policy with what is left. Information adds up along a history, so
 * an expedition k cycles old does best by the m - k cycles it has left.
 *
 * Mentee, who lives to tell: Cohen, Catt & Hutter, "Curiosity killed or incapacitated the
 * cat and the asymptotically optimal agent" (2020). Where the world has traps, explorers
 * end in them; it goes on no expedition itself, but leaves the cycle to a mentor with
 * probability
 *     sum_{m <= M} sum_{k < m} min { 1, eta/m V_IG^m(h_{<t-k}) } / (m^2 (m + 1)) / cap,
 * cap = sum_m 1/(m (m + 1)) = M/(M + 1), as the public code has it: information is worth
 * what the best expedition finds, since what the mentor will do is not known. */

enum { EXPEDITION_MAX = 64 };

struct config {
    struct bayes_conf bayes;
    int64_t expedition;
    double eta;
    char *mentor; /* of Mentee */
};

#define EXPEDITION                                                                         \
    INT("expedition", expedition, .def = 6, .min = 1, .max = EXPEDITION_MAX,               \
        .unit = "cycles", .help = "length of the longest expedition")

static const struct param params[] = {
    EXPEDITION,
    REAL("eta", eta, .def = 0.5, .max = 1,
         .help = "how likely a worthwhile expedition is; below 1 in the theorem"),
    PLANNING_PARAMS(bayes, NULL, 7),
    MODEL_PARAMS(bayes),
    { 0 },
};

static const struct param mentee_params[] = {
    SPEC("mentor", mentor, teacher_shelf, .unit = "TEACHER",
         .help = "who acts when the agent asks; unset: random-safe"),
    EXPEDITION,
    REAL("eta", eta, .def = 1, .max = 1000,
         .help = "how ready it is to ask for information; 0: never, as aixi"),
    PLANNING_PARAMS(bayes, NULL, 7),
    MODEL_PARAMS(bayes),
    { 0 },
};

struct inq {
    struct bayes bayes; /* its aim is reward */
    struct utility gain;
    struct aim explore; /* undiscounted information gain */
    uint32_t longest;
    double eta;
    double (*worth)[EXPEDITION_MAX + 1]; /* [longest] ring: V_IG^m at age t, t % longest */
    uint8_t action[EXPEDITION_MAX + 1];  /* best first action of m cycles from now */
    double mass;                         /* probability of any expedition, last cycle */
    uint64_t explored;                   /* cycles of expeditions, or left to the mentor */
    struct teacher *teacher;             /* owned; NULL: it is no mentee */
};

static struct bayes_conf undiscounted(const struct config *c)
{
    struct bayes_conf conf = c->bayes;
    conf.discount = (struct discount_conf){ .kind = DISCOUNT_GEOMETRIC, .gamma = 1 };
    conf.horizon = c->expedition;
    return conf;
}

static bool open_as(struct inq *s, const struct agent_ops *ops, const struct config *c,
                    const struct env *truth, struct err *err)
{
    struct bayes_conf gain_conf = undiscounted(c);
    struct bayes *b = &s->bayes;
    b->base.ops = ops;
    s->longest = (uint32_t)c->expedition;
    s->eta = c->eta;
    if (!bayes_init(b, &c->bayes, truth, NULL, task_reward, err) ||
        !bayes_needs_entropy(b, err))
        return false;
    s->gain = task_gain(b->model);
    if (aim_init(&s->explore, &gain_conf, b->model, &s->gain, err)) {
        s->worth = xcalloc(s->longest, sizeof *s->worth);
        return true;
    }
    bayes_release(b);
    return false;
}

static struct agent *open_inq(const void *config, const struct env *truth, struct err *err)
{
    struct inq *s = xcalloc(1, sizeof *s);
    if (open_as(s, &agent_inq, config, truth, err))
        return &s->bayes.base;
    free(s);
    return NULL;
}

static struct agent *open_mentee(const void *config, const struct env *truth,
                                 struct err *err)
{
    const struct config *c = config;
    struct inq *s = xcalloc(1, sizeof *s);
    struct spec_of who;
    if (kind_parse_within(&who, &teacher_shelf, c->mentor ? c->mentor : "random-safe",
                          err)) {
        s->teacher = teacher_open(&who, truth, err);
        kind_release(&who);
    }
    if (s->teacher && open_as(s, &agent_mentee, c, truth, err))
        return &s->bayes.base;
    teacher_close(s->teacher);
    free(s);
    return NULL;
}

static void close_inq(struct agent *ag)
{
    struct inq *s = (struct inq *)ag;
    aim_release(&s->explore);
    teacher_close(s->teacher);
    free(s->worth);
    bayes_close(ag);
}

static struct teacher *mentor(const struct agent *ag)
{
    return ((const struct inq *)ag)->teacher;
}

/* What expeditions of every length are worth from here. */
static void survey(struct inq *s, uint64_t now, struct rng *rng)
{
    double *worth = s->worth[now % s->longest];
    for (uint32_t m = 1; m <= s->longest; m++) {
        aim_look(&s->explore, m);
        s->action[m] = (uint8_t)aim_act(&s->explore, now, s->bayes.base.cancel, rng);
        worth[m] = fmax(0, aim_best(&s->explore));
    }
}

/* The chance of the expedition of length m that began k cycles ago. */
static double chance(const struct inq *s, uint64_t now, uint32_t m, uint32_t k)
{
    double most = 1 / ((double)m * m * (m + 1));
    return fmin(most, s->eta * s->worth[(now - k) % s->longest][m]);
}

/* Whether one of them is followed now, and its action. */
static bool embarks(struct inq *s, uint64_t now, struct rng *rng, unsigned *action)
{
    double u = rng_unit(rng);
    bool chosen = false;
    s->mass = 0;
    for (uint32_t m = 1; m <= s->longest; m++)
        for (uint32_t k = 0; k < m && k < now; k++) {
            s->mass += chance(s, now, m, k);
            if (!chosen && u < s->mass) {
                chosen = true;
                *action = s->action[m - k];
            }
        }
    return chosen;
}

/* Which of its aims chose the last action, for the screen. */
static void show(struct inq *s, bool explores)
{
    s->bayes.shown = explores ? &s->explore : &s->bayes.aim;
    s->bayes.phase = explores ? "explore" : "exploit";
}

static bool act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    struct inq *s = (struct inq *)ag;
    struct bayes *b = &s->bayes;
    (void)err;
    survey(s, ag->t + 1, rng);
    if (embarks(s, ag->t + 1, rng, action)) {
        s->explored++;
        show(s, true);
        return true;
    }
    show(s, false);
    *action = aim_act(&b->aim, ag->t + 1, ag->cancel, rng);
    return true;
}

/* The probability to ask, as above. */
static double readiness(const struct inq *s, uint64_t now)
{
    double sum = 0, cap = (double)s->longest / (s->longest + 1);
    for (uint32_t m = 1; m <= s->longest; m++)
        for (uint32_t k = 0; k < m && k < now; k++) {
            double worth = s->worth[(now - k) % s->longest][m];
            sum += fmin(1, s->eta / m * worth) / ((double)m * m * (m + 1));
        }
    return sum / cap;
}

/* Without eta nothing is looked for, and nothing drawn: it is aixi to the last bit. */
static bool ask_or_act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    struct inq *s = (struct inq *)ag;
    bool asks = false;
    if (s->eta > 0) {
        survey(s, ag->t + 1, rng);
        s->mass = readiness(s, ag->t + 1);
        asks = rng_unit(rng) < s->mass;
    }
    show(s, asks);
    s->bayes.phase = asks ? "asks" : "exploit";
    if (!asks)
        return bayes_act(ag, rng, action, err);
    s->explored++;
    *action = DEFER;
    return true;
}

static bool update(struct agent *ag, const struct cycle *c, struct err *err)
{
    struct inq *s = (struct inq *)ag;
    if (!bayes_update(ag, c, err))
        return false;
    aim_advance(&s->explore, &s->bayes.last, false);
    return true;
}

static size_t report(const struct agent *ag, struct metric *out, size_t n)
{
    const struct inq *s = (const struct inq *)ag;
    const struct metric own[] = { { "exploring_cycles", (double)s->explored },
                                  { "expedition_mass", s->mass } };
    size_t k = bayes_report(ag, out, n);
    for (size_t i = 0; i < 2 && k < n; i++)
        out[k++] = own[i];
    return k;
}

static size_t report_mentee(const struct agent *ag, struct metric *out, size_t n)
{
    const struct inq *s = (const struct inq *)ag;
    const struct metric own[] = { { "queries", (double)s->explored },
                                  { "deferred", teacher_share(s->explored, ag->t) },
                                  { "readiness", s->mass } };
    size_t k = bayes_report(ag, out, n);
    for (size_t i = 0; i < 3 && k < n; i++)
        out[k++] = own[i];
    return k;
}

static void ice(struct agent *ag, struct ice *ice)
{
    struct inq *s = (struct inq *)ag;
    bool explores = s->bayes.shown == &s->explore;
    bayes_ice(ag, ice);
    aim_ice(&s->explore, ice);
    ice_piece(ice, s->worth, s->longest * sizeof *s->worth);
    ice_piece(ice, s->action, sizeof s->action);
    ice_piece(ice, &s->mass, sizeof s->mass);
    ice_piece(ice, &s->explored, sizeof s->explored);
    ice_piece(ice, &explores, sizeof explores);
    if (ag->t)
        show(s, explores);
    if (ag->t && s->teacher)
        s->bayes.phase = explores ? "asks" : "exploit";
}

const struct agent_ops agent_inq = {
    .kind.name = "inq",
    .kind.title = "AIxi that goes on expeditions for information",
    .kind.version = 2,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_inq,
    .close = close_inq,
    .act = act,
    .update = update,
    .report = report,
    .ice = ice,
    .mind = &bayes_mind,
};

const struct agent_ops agent_mentee = {
    .kind.name = "mentee",
    .kind.title = "AIxi that leaves exploring to a mentor",
    .kind.version = 1,
    .kind.params = mentee_params,
    .kind.config_size = sizeof(struct config),
    .open = open_mentee,
    .close = close_inq,
    .act = ask_or_act,
    .update = update,
    .mentor = mentor,
    .report = report_mentee,
    .ice = ice,
    .mind = &bayes_mind,
};
