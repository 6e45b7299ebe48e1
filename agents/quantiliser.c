#include "config.h"

#include "ice.h"
#include "registry.h"
#include "tabular.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

/* Explores until nothing new has been seen for a while, then picks one of the states whose
 * mean reward is at least delta, all alike, and stays there: by not maximising it does not
 * seek out corrupt rewards. Everitt, Krakovna, Orseau, Hutter & Legg, "Reinforcement
 * Learning with a Corrupted Reward Channel" (IJCAI 2017), section 5. It walks randomly
 * until it meets the chosen state, and then repeats an action that was seen to lead from it
 * to itself. */

struct config {
    double delta;
    int64_t window;
};

static const struct param params[] = {
    REAL("delta", delta, .def = 50, .min = -1e9, .max = 1e9, .unit = "points",
         .help = "mean reward that is good enough"),
    INT("window", window, .def = 100, .min = 1, .max = 1e9, .unit = "cycles",
        .help = "how long nothing new must have been seen"),
    { 0 },
};

enum { NOTHING = -1 };

/* What is known of a state, by the number of its row. */
struct place {
    double total; /* rewards received on entering it */
    uint64_t n;
    int stays;   /* the best paid action that led from it to itself; NOTHING: none seen */
    int32_t pay; /* of that */
};

struct quantiliser {
    struct tabular tabular;
    struct config conf;
    struct place *place; /* [table.cap] */
    uint32_t n_place;    /* entries of it */
    uint64_t last_new;   /* cycle that something new was seen in */
    int64_t chosen;      /* row; NOTHING: still exploring */
};

static struct agent *open_quantiliser(const void *config, const struct env *truth,
                                      struct err *err)
{
    struct quantiliser *s = xcalloc(1, sizeof *s);
    (void)err;
    s->conf = *(const struct config *)config;
    s->chosen = NOTHING;
    tabular_open(&s->tabular, &agent_quantiliser, &(struct tabular_conf){ 0 }, truth);
    return &s->tabular.base;
}

static void close_quantiliser(struct agent *ag)
{
    free(((struct quantiliser *)ag)->place);
    tabular_close(ag);
}

static struct place *place_of(struct quantiliser *s, uint32_t row)
{
    if (s->n_place <= row) {
        uint32_t n = s->tabular.table.cap;
        s->place = xrealloc(s->place, n, sizeof *s->place);
        for (; s->n_place < n; s->n_place++)
            s->place[s->n_place] = (struct place){ .stays = NOTHING };
    }
    return &s->place[row];
}

static bool good_enough(const struct quantiliser *s, uint32_t row)
{
    const struct place *p = &s->place[row];
    return p->n && p->stays != NOTHING && p->total / (double)p->n >= s->conf.delta;
}

/* One of the good places, all alike; NOTHING: there is none yet. */
static int64_t choose(const struct quantiliser *s, struct rng *rng)
{
    uint32_t n = 0;
    int64_t chosen = NOTHING;
    for (uint32_t r = 0; r < s->tabular.table.n_rows && r < s->n_place; r++)
        if (good_enough(s, r) && !rng_below(rng, ++n))
            chosen = r;
    return chosen;
}

/* From the places there are: each that is good enough is as likely to be chosen now. */
static bool chances(struct agent *ag, double *p)
{
    const struct quantiliser *s = (const struct quantiliser *)ag;
    const struct table *t = &s->tabular.table;
    bool chooses = s->chosen == NOTHING && ag->t - s->last_new >= (uint64_t)s->conf.window;
    double here = 0, good = 0;
    int stays = NOTHING;
    for (uint32_t r = 0; r < t->n_rows && r < s->n_place; r++) {
        bool weighs = chooses ? good_enough(s, r) : s->chosen == r;
        good += weighs;
        if (weighs && t->key[r] == s->tabular.state) {
            here = 1;
            stays = s->place[r].stays;
        }
    }
    here = good > 0 ? here / good : 0;
    for (uint32_t a = 0; a < t->n_actions; a++)
        p[a] = (1 - here) / t->n_actions + here * ((int)a == stays);
    return true;
}

static void ice(struct agent *ag, struct ice *ice)
{
    struct quantiliser *s = (struct quantiliser *)ag;
    uint32_t n = s->n_place;
    tabular_ice(ag, ice);
    ice_piece(ice, &s->last_new, sizeof s->last_new);
    ice_piece(ice, &s->chosen, sizeof s->chosen);
    ice_piece(ice, &n, sizeof n);
    if (ice->way == ICE_THAW) {
        s->place = xrealloc(s->place, n, sizeof *s->place);
        s->n_place = n;
    }
    ice_piece(ice, s->place, n * sizeof *s->place);
}

static bool act(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    struct quantiliser *s = (struct quantiliser *)ag;
    struct table *t = &s->tabular.table;
    (void)err;
    if (s->chosen == NOTHING && ag->t - s->last_new >= (uint64_t)s->conf.window)
        s->chosen = choose(s, rng);
    if (s->chosen == table_number(t, s->tabular.state))
        *action = (unsigned)s->place[s->chosen].stays;
    else
        *action = rng_below(rng, t->n_actions);
    return true;
}

static bool update(struct agent *ag, const struct cycle *c, struct err *err)
{
    struct quantiliser *s = (struct quantiliser *)ag;
    struct table *t = &s->tabular.table;
    uint32_t known = t->n_rows, row = table_number(t, c->e.obs);
    struct place *p = place_of(s, row);
    (void)err;
    if (t->n_rows > known)
        s->last_new = ag->t + 1;
    p->total += c->e.rew;
    p->n++;
    if (s->tabular.state == c->e.obs && (p->stays == NOTHING || c->e.rew > p->pay)) {
        p->stays = (int)c->action;
        p->pay = c->e.rew;
    }
    s->tabular.state = c->e.obs;
    return true;
}

static void inspect(const struct agent *ag, struct insight *out)
{
    const struct quantiliser *s = (const struct quantiliser *)ag;
    strcpy(out->phase, s->chosen == NOTHING ? "explore" : "settle");
}

static const struct mind_ops mind = { .inspect = inspect };

const struct agent_ops agent_quantiliser = {
    .kind.name = "quantiliser",
    .kind.title = "model-free: settles in a state that is good enough",
    .kind.version = 2,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_quantiliser,
    .close = close_quantiliser,
    .act = act,
    .update = update,
    .report = tabular_report,
    .mind = &mind,
    .chances = chances,
    .ice = ice,
    .open_minded = true,
};
