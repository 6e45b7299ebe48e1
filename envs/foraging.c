#include "config.h"

#include "bodies.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Several hunt for dispensers that pay by chance, in the world of Aslanides, "AIXIjs"
 * (2016), with its rewards. A payout goes to all of them, a team, or to one of those who
 * stand there, each as likely as another: rivals. After the foraging tasks of Albrecht &
 * Ramamoorthy, AAMAS 2013, without their levels. */
enum { STEP = -1, BUMP = -5, PRIZE = 100 };
enum share { SHARE_RIVALS, SHARE_TEAM };
static const double THETA = 0.75;

struct config {
    struct bodies_config bodies;
    double theta;
    int share;
};

struct foraging {
    struct bodies bodies;
    double theta; /* of all dispensers; -1: the map's */
    enum share share;
};

/* What may happen at the dispensers where somebody stands. */
struct site {
    double theta;
    int32_t prize;
    uint32_t who, n; /* players there, as bits, and how many */
};

static struct site site_of(const struct foraging *s, uint16_t cell)
{
    const struct tile *t = &s->bodies.grid.at[cell];
    double theta = s->theta >= 0 ? s->theta : t->theta >= 0 ? t->theta : THETA;
    return (struct site){ theta, t->paid ? t->reward : PRIZE, 0, 0 };
}

static size_t sites(const struct foraging *s, const struct stand *p, struct site *out)
{
    size_t n = 0;
    for (uint32_t i = 0; i < s->bodies.base.n_players; i++) {
        uint32_t k = 0;
        while (k < i && p->at[k] != p->at[i])
            k++;
        if (k < i || s->bodies.grid.at[p->at[i]].kind != TILE_DISPENSER)
            continue;
        struct site here = site_of(s, p->at[i]);
        for (k = i; k < s->bodies.base.n_players; k++)
            if (p->at[k] == p->at[i]) {
                here.who |= UINT32_C(1) << k;
                here.n++;
            }
        out[n++] = here;
    }
    return n;
}

/* In how many ways a site may pay, and the k-th: its chance, with what it pays. */
static size_t ways(const struct foraging *s, const struct site *at)
{
    size_t pays = s->share == SHARE_RIVALS ? at->n : 1;
    return at->theta <= 0 ? 1 : at->theta >= 1 ? pays : 1 + pays;
}

static double pay(const struct foraging *s, const struct site *at, size_t k,
                  struct percept *out)
{
    bool may_fail = at->theta < 1;
    if (may_fail && !k)
        return 1 - fmax(at->theta, 0);
    if (s->share == SHARE_TEAM) {
        for (uint32_t i = 0; i < s->bodies.base.n_players; i++)
            out[i].rew += at->prize;
        return at->theta;
    }
    for (uint32_t i = 0, of = (uint32_t)k - may_fail; i < s->bodies.base.n_players; i++)
        if (at->who >> i & 1 && !of--)
            out[i].rew += at->prize;
    return at->theta / at->n;
}

static double transition(const struct game *g, const void *state, const uint8_t *action,
                         size_t k, struct percept *out, void *next)
{
    const struct foraging *s = (const struct foraging *)g;
    const struct stand *from = state;
    struct stand *to = next;
    struct site at[BODIES_MAX];
    double p = 1;
    *to = *from;
    bodies_move(&s->bodies, to, action);
    for (uint32_t i = 0; i < g->n_players; i++) {
        bool bumped = to->at[i] == from->at[i] && action[i] != BODIES_STAY;
        out[i].rew = STEP + (bumped ? BUMP : 0);
    }
    bodies_look(&s->bodies, to, out);
    for (size_t n = sites(s, to, at); n--; k /= ways(s, &at[n]))
        p *= pay(s, &at[n], k % ways(s, &at[n]), out);
    return k ? 0 : p;
}

/* By its law; draws only where there is a choice. */
static void step(const struct game *g, void *state, const uint8_t *action, struct rng *rng,
                 struct percept *out)
{
    struct stand from = *(const struct stand *)state;
    double p = transition(g, &from, action, 0, out, state);
    if (p >= 1)
        return;
    double u = rng_unit(rng);
    for (size_t k = 1; u >= p; k++) {
        struct percept may[PLAYERS_MAX];
        double more = transition(g, &from, action, k, may, state);
        if (more <= 0)
            return;
        memcpy(out, may, g->n_players * sizeof *out);
        u -= p;
        p = more;
    }
}

/* Each dispenser may pay everybody at once in a team, and one at a time a rival. */
static void bound(struct foraging *s)
{
    struct bodies *b = &s->bodies;
    int64_t least = 0, most = 0;
    for (uint32_t i = 0; i < b->n_cells; i++) {
        if (b->grid.at[b->cell[i]].kind != TILE_DISPENSER)
            continue;
        int32_t prize = site_of(s, b->cell[i]).prize;
        least = prize < least ? prize : least;
        most = prize > most ? prize : most;
    }
    int64_t times = s->share == SHARE_TEAM ? b->base.n_players : 1;
    for (uint32_t i = 0; i < b->base.n_players; i++)
        bodies_rewards(b, i, (int32_t)(STEP + BUMP + times * least),
                       (int32_t)(STEP + times * most));
    b->base.max_transitions = UINT32_C(1) << b->base.n_players;
}

static struct game *open_foraging(const void *config, uint64_t root, struct err *err)
{
    const struct config *c = config;
    struct foraging *s = xcalloc(1, sizeof *s);
    (void)root;
    if (!bodies_init(&s->bodies, &game_foraging, &c->bodies, "meadow", BODIES_FOOD, err))
        return NULL;
    s->theta = c->theta;
    s->share = (enum share)c->share;
    bound(s);
    return &s->bodies.base;
}

static const char *const shares[] = { "rivals", "team", NULL };
static const struct param params[] = {
    BODIES_PARAMS("meadow", 1, "how many they are"),
    CHOICE("share", share, shares, .def = SHARE_RIVALS,
           .help = "who gets a payout: one of those who stand there, or all"),
    REAL("theta", theta, .def = -1, .max = 1,
         .help = "chance that a dispenser pays; unset: the map's, else 0.75"),
    { 0 },
};

const struct game_ops game_foraging = {
    .kind.name = "foraging",
    .kind.title = "several hunt the dispensers of a map, as rivals or as a team",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_foraging,
    .step = step,
    .transition = transition,
    BODIES_OPS,
};
