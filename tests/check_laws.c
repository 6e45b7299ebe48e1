#include "config.h"

#include "harness.h"
#include "ice.h"
#include "laws.h"
#include "mixture.h"
#include "registry.h"
#include "toy.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Every law can be broken: a thing with one fault breaks the law about it, and what is said
 * names the fault with the shortest example. */

/* The law called `name` of a sort must fail, in these words. */
static void must_fail(enum law_sort sort, const char *name, const struct subject *s,
                      const char *words)
{
    struct err err = { 0 };
    const struct law *law = law_table;
    while (law->name && (law->sort != sort || strcmp(law->name, name)))
        law++;
    ck_assert_msg(law->name, "no law '%s'", name);
    ck_assert_msg(!law->holds(s, &err), "%s holds: %s", name, err.text);
    ck_assert_str_eq(err.text, words);
}

/* ---- worlds */

/* A corridor of three cells that shows where one is, with a dispenser in the last that pays
 * three times in four. The table of ops is a copy, to be changed by one entry. */
struct broken {
    struct env_ops ops;
    struct env *env;
};

static void world(struct broken *b)
{
    b->env = corridor_open(&(struct corridor){ 3, 0, 2, 0.75, SEES_CELL });
    b->ops = *b->env->ops;
    b->env->ops = &b->ops;
}

static void env_must_fail(struct broken *b, const char *name, const char *words)
{
    struct subject s = { .env = b->env };
    must_fail(LAW_env, name, &s, words);
    env_close(b->env);
}

static size_t honest(const struct env *env, const void *state, unsigned action,
                     struct transition *out, void *next)
{
    return corridor_ops.transitions(env, state, action, out, next);
}

START_TEST(the_toy_itself_is_sound)
{
    struct broken b;
    world(&b);
    struct subject s = { .env = b.env };
    for (const struct law *law = law_table; law->name; law++) {
        struct err err = { 0 };
        if (law->sort == LAW_env)
            ck_assert_msg(law->holds(&s, &err) && !err.n, "%s: %s", law->name, err.text);
    }
    env_close(b.env);
}
END_TEST

START_TEST(what_is_not_offered_is_said_and_no_fault)
{
    struct broken b;
    world(&b);
    struct subject s = { .env = b.env };
    struct err err = { 0 };
    ck_assert(law_env_starts(&s, &err));
    ck_assert_uint_eq(err.n, 0);
    ck_assert_uint_eq(err.notes, 1);
    ck_assert_str_eq(err.text, "not offered: it has no starts()");
    env_close(b.env);
}
END_TEST

START_TEST(a_space_is_whole)
{
    struct broken b;
    world(&b);
    b.env->actions = (const char *const[]){ "left", "stay", NULL };
    env_must_fail(&b, "space", "action 2 has no name");
    world(&b);
    b.env->observations = (const char *const[]){ "the wall", NULL, "the goal" };
    env_must_fail(&b, "space", "observation 1 has no name");
    world(&b);
    b.env->space.n_actions = 33;
    env_must_fail(&b, "space", "33 actions are not 1 to 32");
    world(&b);
    b.env->space.rew_min = 11;
    env_must_fail(&b, "space", "rewards from 11 to 10");
    world(&b);
    b.env->max_transitions = 0;
    env_must_fail(&b, "space", "a size is 0: state 1, transitions 0, starts 0");
}
END_TEST

START_TEST(a_world_that_is_its_law_has_room_to_be_drawn)
{
    struct broken b;
    world(&b);
    b.ops.step = NULL;
    b.env->max_transitions = 33;
    env_must_fail(&b, "drawn", "step() must be written: 33 transitions of 1 bytes");
}
END_TEST

/* Two steps on are needed to reach the dispenser, and luck to be paid there. */
START_TEST(rewards_are_in_range)
{
    struct broken b;
    world(&b);
    b.env->space.rew_max = 9;
    env_must_fail(&b, "stay", "actions 2, 2: percept (2, 10) is outside the space");
    world(&b);
    b.env->n_places = 2;
    env_must_fail(&b, "stay", "actions 2, 2: place 2 of 2");
}
END_TEST

/* Loses a tenth of the chance to be paid. */
static size_t lossy(const struct env *env, const void *state, unsigned action,
                    struct transition *out, void *next)
{
    size_t n = honest(env, state, action, out, next);
    for (size_t i = 0; i < n; i++)
        if (out[i].e.rew == 10)
            out[i].p *= 0.9;
    return n;
}

/* Moves the chance instead. */
static size_t stingy(const struct env *env, const void *state, unsigned action,
                     struct transition *out, void *next)
{
    size_t n = honest(env, state, action, out, next);
    for (size_t i = 0; i < n && n == 2; i++)
        out[i].p += out[i].e.rew == 10 ? -0.1 : 0.1;
    return n;
}

static size_t twice(const struct env *env, const void *state, unsigned action,
                    struct transition *out, void *next)
{
    size_t n = honest(env, state, action, out, next);
    if (n == 1) {
        out[0].p = 0.5;
        out[1] = out[0];
        ((char *)next)[1] = ((char *)next)[0];
        n = 2;
    }
    return n;
}

static struct percept honest_step(const struct env *env, void *state, unsigned action,
                                  struct rng *rng)
{
    struct transition out[4];
    unsigned char next[4];
    size_t n = honest(env, state, action, out, next);
    size_t i = n > 1 && rng_unit(rng) >= out[0].p;
    memcpy(state, next + i, 1);
    return out[i].e;
}

START_TEST(what_may_happen_is_a_measure)
{
    struct broken b;
    world(&b);
    b.ops.transitions = lossy;
    env_must_fail(&b, "measure", "actions 2, 2: chances sum to 0.92500000000000004");
    world(&b);
    b.ops.transitions = twice;
    env_must_fail(&b, "measure",
                  "action 0: transition 2 of 2 (chance 0.5, percept (0, -1)) is "
                  "impossible, outside the space or there twice");
    world(&b);
    b.ops.transitions = stingy;
    b.ops.step = honest_step;
    env_must_fail(
        &b, "chances",
        "actions 2, 2: percept (2, 10) has chance 0.65 and came 1507 times in 2000");
}
END_TEST

/* The agent slips without saying so. */
static struct percept slips(const struct env *env, void *state, unsigned action,
                            struct rng *rng)
{
    struct percept e = honest_step(env, state, action, rng);
    unsigned char *at = state;
    if (*at == 2 && action == 1)
        *at = 1;
    return e;
}

START_TEST(steps_are_listed)
{
    struct broken b;
    world(&b);
    b.ops.step = slips;
    env_must_fail(&b, "listed",
                  "actions 2, 2, 1: step() says (2, 10) and leaves a state that "
                  "transitions() has not");
}
END_TEST

/* 0.7 where it is 0.75. */
static double rounded(const struct env *env, void *state, unsigned action, struct percept e)
{
    struct transition out[4];
    unsigned char next[4];
    size_t n = honest(env, state, action, out, next);
    for (size_t i = 0; i < n; i++)
        if (percept_key(out[i].e) == percept_key(e)) {
            memcpy(state, next + i, 1);
            return out[i].p == 0.75 ? 0.7 : out[i].p;
        }
    return 0;
}

/* Impossible, and all the same it moves. */
static double restless(const struct env *env, void *state, unsigned action,
                       struct percept e)
{
    struct transition out[4];
    unsigned char next[4];
    size_t n = honest(env, state, action, out, next);
    memcpy(state, next, 1);
    for (size_t i = 0; i < n; i++)
        if (percept_key(out[i].e) == percept_key(e))
            return out[i].p;
    return 0;
}

START_TEST(conditions_agree)
{
    struct broken b;
    world(&b);
    b.ops.condition = rounded;
    env_must_fail(&b, "condition",
                  "actions 2, 2: percept (2, 10) has chance 0.75 by transitions(), "
                  "0.69999999999999996 by condition()");
    world(&b);
    b.ops.condition = restless;
    env_must_fail(
        &b, "condition",
        "action 2: a reward of 11, which there is not, has chance 0, and moves the "
        "state");
}
END_TEST

static size_t one_start(const struct env *env, double *p, void *states)
{
    (void)env;
    p[0] = 0.5;
    *(unsigned char *)states = 0;
    return 1;
}

static size_t other_start(const struct env *env, double *p, void *states)
{
    (void)env;
    p[0] = 1;
    *(unsigned char *)states = 1;
    return 1;
}

START_TEST(starts_are_those_of_reset)
{
    struct broken b;
    world(&b);
    b.ops.starts = one_start;
    b.env->max_starts = 1;
    env_must_fail(&b, "starts", "chances sum to 0.5");
    world(&b);
    b.ops.starts = other_start;
    b.env->max_starts = 1;
    env_must_fail(&b, "starts", "reset() leaves a state that starts() has not");
}
END_TEST

/* The world remembers behind one's back. */
static struct percept remembers(const struct env *env, void *state, unsigned action,
                                struct rng *rng)
{
    static unsigned steps;
    struct percept e = honest_step(env, state, action, rng);
    e.obs = steps++ % 3;
    return e;
}

START_TEST(nothing_is_kept_but_the_state)
{
    struct broken b;
    world(&b);
    b.ops.step = remembers;
    struct subject s = { .env = b.env };
    struct err err = { 0 };
    ck_assert(!law_env_bytes(&s, &err));
    ck_assert_msg(strstr(err.text, "a copy says ("), "%s", err.text);
    env_close(b.env);
}
END_TEST

/* Those behind the first forget to move. */
static void lazy_steps(const struct env *env, void *states, const uint8_t *actions,
                       size_t n, struct rng *rng, struct percept *out)
{
    for (size_t i = 0; i < n; i++) {
        char copy = ((char *)states)[i];
        out[i] = env_step(env, i ? (void *)&copy : states, actions[i], rng);
    }
}

START_TEST(many_move_as_one_does)
{
    struct broken b;
    world(&b);
    b.ops.steps = lazy_steps;
    env_must_fail(&b, "many", "state 4 is another among 50");
}
END_TEST

/* Of families: one that has no member, one whose second member breaks a law, one whose
 * dispenser stands where it is in no hypothesis, and two whose last member cannot be
 * opened, with and without a word. */
static struct env *wide(const struct family *f, size_t k, struct err *err)
{
    struct env *h = corridor_goals.at(f, k, err);
    if (k == 1)
        h->space.n_obs = 4;
    return h;
}

static struct env *lost(const struct family *f, size_t k, struct err *err)
{
    return k == 2 ? err_null(err, "no such maze") : corridor_goals.at(f, k, err);
}

static struct env *mute(const struct family *f, size_t k, struct err *err)
{
    return k == 2 ? NULL : corridor_goals.at(f, k, err);
}

static size_t none(const struct family *f)
{
    (void)f;
    return 0;
}

static size_t two(const struct family *f)
{
    (void)f;
    return 2;
}

static struct family *silent(const void *config, const struct env *truth, struct err *err)
{
    (void)config;
    (void)truth;
    (void)err;
    return NULL;
}

START_TEST(hypotheses_are_worlds_and_one_is_true)
{
    static const struct {
        struct family_ops ops;
        const char *law, *say;
    } cases[] = {
        { { .count = none }, "families", "family goal, it has no hypothesis" },
        { { .at = wide },
          "families",
          "family goal, hypothesis 1: 3 actions and 4 observations, not 3 and 3" },
        { { .at = lost }, "families", "family goal, hypothesis 2: no such maze" },
        { { .at = mute },
          "families",
          "family goal, hypothesis 2: neither a world nor an error" },
        { { .open = silent }, "families", "family goal: neither a class nor an error" },
        { { .count = two },
          "truth",
          "family goal: actions 2, 2: percept (2, 10), which happens, has chance 0" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct broken b;
        struct family_ops ops = corridor_goals;
        const struct kind *const families[] = { &ops.kind, NULL };
        ops.open = cases[i].ops.open;
        ops.count = cases[i].ops.count ? cases[i].ops.count : ops.count;
        ops.at = cases[i].ops.at ? cases[i].ops.at : ops.at;
        world(&b);
        b.ops.families = families;
        env_must_fail(&b, cases[i].law, cases[i].say);
    }
}
END_TEST

/* A family of the corridor with one entry changed. */
static void family_must_fail(struct family_ops ops, const char *name, const char *words)
{
    struct broken b;
    struct spec_of spec = { .kind = &ops.kind };
    world(&b);
    struct family *f = family_open(&spec, b.env, NULL);
    must_fail(LAW_family, name, &(struct subject){ .env = b.env, .family = f }, words);
    family_close(f);
    env_close(b.env);
}

/* Each time another one. */
static struct env *restive(const struct family *f, size_t k, struct err *err)
{
    static size_t asked;
    return corridor_goals.at(f, (k + asked++) % 3, err);
}

static double generous(const struct family *f, size_t k)
{
    (void)f;
    (void)k;
    return -0.5;
}

static void one_for_all(const struct family *f, size_t k, char *buf, size_t n)
{
    (void)f;
    (void)k;
    strncpy(buf, "somewhere", n);
}

START_TEST(families_are_what_they_say)
{
    struct family_ops ops = corridor_goals;
    ops.at = restive;
    family_must_fail(ops, "again",
                     "hypothesis 0: cycle 2 is (0, 10), and opened again (0, -1)");
    ops = corridor_goals;
    ops.log_prior = generous;
    family_must_fail(ops, "prior", "the first 3 weights sum to 1.81959197914");
    ops = corridor_goals;
    ops.text = one_for_all;
    family_must_fail(ops, "names", "hypotheses 0 and 1 are both called somewhere");
}
END_TEST

static void beyond(const struct env *env, const void *state, bool truth, struct canvas *cv)
{
    (void)state;
    if (truth)
        cv->at[env->rows * env->cols].ch = 'x';
}

static void in_new_ink(const struct env *env, const void *state, bool truth,
                       struct canvas *cv)
{
    (void)env;
    (void)truth;
    cv->at[*(const unsigned char *)state].ground = INKS;
}

START_TEST(pictures_stay_within_their_frame)
{
    struct broken b;
    world(&b);
    b.ops.draw = beyond;
    env_must_fail(&b, "canvas", "it draws beyond 1 rows of 3");
    world(&b);
    b.ops.draw = in_new_ink;
    env_must_fail(&b, "canvas", "cell 0 has ink 5, which there is not");
}
END_TEST

static const struct tile_look looks[] = { { "floor", " . ", " . ", LOOK_GROUND, false,
                                            NULL },
                                          { "prize", " $ ", " $ ", LOOK_GOAL, true, NULL },
                                          { 0 } };

static int where(const struct env *env, const void *state, unsigned player)
{
    (void)env;
    return player ? -1 : *(const unsigned char *)state;
}

/* The corridor as it should be drawn: the prize in the last cell, for those who know. */
static void corridor_drawn(const struct env *env, const void *state, bool truth,
                           struct canvas *cv)
{
    for (int i = 0; i < env->cols; i++)
        canvas_tile(cv, 0, i, 0, truth && i == env->cols - 1);
    cv->at[*(const unsigned char *)state].players = 1;
}

static void prize_told(const struct env *env, const void *state, bool truth,
                       struct canvas *cv)
{
    (void)truth;
    corridor_drawn(env, state, true, cv);
}

static void unknown_tile(const struct env *env, const void *state, bool truth,
                         struct canvas *cv)
{
    corridor_drawn(env, state, truth, cv);
    cv->at[1].thing = 2;
}

static void two_players(const struct env *env, const void *state, bool truth,
                        struct canvas *cv)
{
    corridor_drawn(env, state, truth, cv);
    cv->at[2].players |= 2;
}

static void tiled(struct broken *b,
                  void (*draw)(const struct env *, const void *, bool, struct canvas *))
{
    world(b);
    b->ops.tiles = looks;
    b->ops.cell = where;
    b->ops.draw = draw;
}

START_TEST(tiles_are_of_the_worlds_own_table)
{
    struct broken b;
    struct err err = { 0 };
    tiled(&b, corridor_drawn);
    struct subject s = { .env = b.env };
    ck_assert_msg(law_env_canvas(&s, &err) && law_env_tiles(&s, &err) &&
                      law_env_players(&s, &err) && !err.notes,
                  "%s", err.text);
    env_close(b.env);
    tiled(&b, unknown_tile);
    env_must_fail(&b, "tiles", "cell 1 has tile 2 of 2");
    tiled(&b, prize_told);
    env_must_fail(&b, "tiles", "cell 2 shows prize without the truth");
    tiled(&b, corridor_drawn);
    b.ops.tiles = looks + 1;
    env_must_fail(&b, "tiles", "its first tile is no bare ground, or its canvas is text");
}
END_TEST

START_TEST(players_are_where_they_are_painted)
{
    struct broken b;
    tiled(&b, two_players);
    env_must_fail(&b, "players", "cell 2 is painted with players 0x2, cell() says 0");
    tiled(&b, corridor_drawn);
    b.ops.cell = NULL;
    env_must_fail(&b, "players", "it draws tiles, and has no cell() to say who is where");
}
END_TEST

/* ---- models */

/* The mixture over where the dispenser is, with one entry of its table changed: by the one
 * field of `change` that is set. */
static const struct model_ops *sound;
static struct model_ops changed;

static struct model *open_changed(const struct subject *s, struct err *err)
{
    const struct model_ops *change = s->with;
    struct model *m = mixture_new(family_find("goal", s->env, err), NULL, err);
    if (!m)
        return NULL;
    sound = m->ops;
    changed = *sound;
    if (change->step)
        changed.step = change->step;
    if (change->condition)
        changed.condition = change->condition;
    if (change->restore)
        changed.restore = change->restore;
    if (change->support)
        changed.support = change->support;
    if (change->posterior)
        changed.posterior = change->posterior;
    if (change->grow)
        changed.grow = change->grow;
    if (change->thaw)
        changed.thaw = change->thaw;
    m->ops = &changed;
    return m;
}

static void model_must_fail(const struct model_ops *change, const char *name,
                            const char *words)
{
    struct broken b;
    world(&b);
    must_fail(LAW_model, name,
              &(struct subject){ .env = b.env, .model = open_changed, .with = change },
              words);
    env_close(b.env);
}

START_TEST(the_sound_model_keeps_all_laws)
{
    struct broken b;
    world(&b);
    struct subject s = { .env = b.env,
                         .model = open_changed,
                         .with = &(struct model_ops){ .name = "sound" } };
    for (const struct law *law = law_table; law->name; law++) {
        struct err err = { 0 };
        if (law->sort == LAW_model)
            ck_assert_msg(law->holds(&s, &err) && !err.text[0], "%s: %s", law->name,
                          err.text);
    }
    env_close(b.env);
}
END_TEST

START_TEST(models_believe_what_happens)
{
    struct broken b;
    struct subject s = { .model = open_changed,
                         .with = &(struct model_ops){ .name = "sound" } };
    world(&b);
    struct family_ops ops = corridor_goals;
    const struct kind *const families[] = { &ops.kind, NULL };
    ops.count = two;
    b.ops.families = families;
    s.env = b.env;
    must_fail(LAW_model, "truth", &s,
              "actions 2, 2: percept (2, 10), which happens, has chance 0");
    env_close(b.env);
}
END_TEST

static size_t forgetful(struct model *m, unsigned action, struct percept *out, size_t cap)
{
    size_t n = sound->support(m, action, out, cap);
    return n > 1 ? n - 1 : n;
}

START_TEST(models_are_measures)
{
    model_must_fail(&(struct model_ops){ .support = forgetful }, "measure",
                    "action 0: chances sum to 0.75");
    model_must_fail(&(struct model_ops){ .support = forgetful }, "chances",
                    "action 0: step() draws what support() has not");
}
END_TEST

/* Says of a tenth that it is not decided. */
static double undecided(struct model *m, unsigned action, struct outcome *o)
{
    double p = sound->condition(m, action, o);
    o->open = m->want & WANT_LOSS ? 0.1 : 0;
    return p;
}

START_TEST(what_is_lost_is_counted)
{
    model_must_fail(&(struct model_ops){ .condition = undecided }, "measure",
                    "action 0: chances sum to 1.1000000000000001");
}
END_TEST

/* Says that it was less surprised than it was. */
static void boasts(struct model *m, unsigned action, struct rng *rng, struct outcome *o)
{
    sound->step(m, action, rng, o);
    o->prob = 1;
}

/* Has a luck of its own. */
static void stubborn(struct model *m, unsigned action, struct rng *rng, struct outcome *o)
{
    struct rng own = { { 1, 2, 3, 4 } };
    (void)rng;
    sound->step(m, action, &own, o);
}

START_TEST(what_is_drawn_is_what_is_told)
{
    model_must_fail(
        &(struct model_ops){ .step = boasts }, "step",
        "action 0: percept (0, -1) has chance 1 by step(), 0.75 by condition(), "
        "which tells 0.75");
    model_must_fail(
        &(struct model_ops){ .step = stubborn }, "chances",
        "action 0: percept (0, -1) has chance 0.75 and was drawn 500 times in 500");
}
END_TEST

static void stays_changed(struct model *m, const void *snap)
{
    (void)m;
    (void)snap;
}

/* Every imagined cycle makes it a little less sure of everything. */
static unsigned imagined;
static void counts(struct model *m, unsigned action, struct rng *rng, struct outcome *o)
{
    sound->step(m, action, rng, o);
    imagined++;
}

static double wearies(struct model *m, unsigned action, struct outcome *o)
{
    return sound->condition(m, action, o) * (1 - 1e-9 * imagined);
}

START_TEST(imagining_is_taken_back)
{
    model_must_fail(&(struct model_ops){ .restore = stays_changed }, "restore",
                    "action 0: after an outer restore(), imagined cycle 1 is (2, -1) with "
                    "chance 1, not (0, 10) with 0.25");
    model_must_fail(&(struct model_ops){ .step = counts, .condition = wearies }, "trace",
                    "action 0: percept (0, -1) has chance 0.74999998499999998 to who "
                    "imagined, 0.74999999249999993 to who did not");
}
END_TEST

/* What cannot be is taken for a fruitless step. */
static double gullible(struct model *m, unsigned action, struct outcome *o)
{
    double p = sound->condition(m, action, o);
    if (p <= 0)
        sound->condition(m, action, &(struct outcome){ .e = { 1, -1 } });
    return p;
}

START_TEST(the_impossible_changes_nothing)
{
    model_must_fail(
        &(struct model_ops){ .condition = gullible }, "impossible",
        "action 2: after an impossible percept, imagined cycle 1 is (1, -1) with "
        "chance 0.91666666666666663, not (0, 10) with 0.25");
}
END_TEST

static size_t heavy(const struct model *m, double *w, size_t cap)
{
    size_t n = sound->posterior(m, w, cap);
    w[0] += 0.25;
    return n;
}

static size_t swaps(const struct model *m, double *w, size_t cap)
{
    size_t n = sound->posterior(m, w, cap);
    double first = w[0];
    w[0] = w[1];
    w[1] = first;
    return n;
}

START_TEST(weights_are_those_of_the_posterior)
{
    model_must_fail(&(struct model_ops){ .posterior = heavy }, "weights",
                    "action 0: 3 weights of 3 hypotheses sum to 1.25");
    model_must_fail(&(struct model_ops){ .posterior = swaps }, "weights",
                    "actions 0, 0: log_weights() and posterior() differ on hypothesis 1");
}
END_TEST

/* Learns what nobody told. */
static bool presumes(struct model *m, uint64_t work, struct err *err)
{
    struct outcome o = { .e = { 0, -1 } };
    (void)work;
    (void)err;
    sound->condition(m, 1, &o);
    return true;
}

static bool shrinks(struct model *m, uint64_t work, struct err *err)
{
    (void)work;
    (void)err;
    m->n--;
    return true;
}

START_TEST(growth_keeps_what_was_known)
{
    model_must_fail(&(struct model_ops){ .grow = presumes }, "grow",
                    "action 0: ln w1 / w0 was 0 and is 1.38629436112");
    model_must_fail(&(struct model_ops){ .grow = shrinks }, "grow",
                    "action 0: of 3 hypotheses 2 are left");
}
END_TEST

static bool sleeps_on(struct model *m, const void *bytes, struct err *err)
{
    (void)m;
    (void)bytes;
    (void)err;
    return true;
}

START_TEST(what_was_frozen_is_thawed)
{
    model_must_fail(&(struct model_ops){ .thaw = sleeps_on }, "thaw",
                    "action 0: thawed in another, imagined cycle 1 is (0, 10) with chance "
                    "0.75, not (0, 10) with 0.25");
}
END_TEST

/* ---- utilities */

static void utility_must_fail(const struct utility *u, const char *name, const char *words)
{
    struct broken b;
    struct subject s = { .model = open_changed,
                         .with = &(struct model_ops){ .name = "sound" },
                         .utility = u };
    world(&b);
    s.env = b.env;
    must_fail(LAW_utility, name, &s, words);
    env_close(b.env);
}

static double moody(const struct utility *u, void *memory, const struct outcome *o)
{
    static int mood;
    (void)u;
    (void)memory;
    return o->e.rew == 10 ? (mood ^= 1) : 0;
}

static double boundless(const struct utility *u, void *memory, const struct outcome *o)
{
    (void)u;
    (void)memory;
    return o->e.rew == 10 ? HUGE_VAL : 0;
}

/* Writes behind the memory that it asked for. */
static double sprawling(const struct utility *u, void *memory, const struct outcome *o)
{
    (void)o;
    ((unsigned char *)memory)[u->memory_size] = 1;
    return 0;
}

START_TEST(worth_is_a_number)
{
    utility_must_fail(&(struct utility){ .of = moody }, "pure",
                      "action 0: percept (0, 10) is worth 1, and asked again 0");
    utility_must_fail(&(struct utility){ .of = boundless }, "pure",
                      "action 0: percept (0, 10) of chance 0.25 is worth inf");
    utility_must_fail(&(struct utility){ .of = sprawling, .memory_size = 2 }, "pure",
                      "action 0: percept (0, -1) is worth 0, and asked again 0");
    struct utility reward = utility_reward;
    reward.lo = -1;
    reward.hi = 9;
    utility_must_fail(&reward, "pure",
                      "action 0: percept (0, 10) is worth 10, outside -1 to 9");
}
END_TEST

START_TEST(worth_is_expected_within_bounds)
{
    struct utility square = utility_square;
    square.lo = -0.9;
    utility_must_fail(
        &square, "bounds",
        "actions 0, 0, 0: a worth of -0.955578512397 is expected, outside -0.9 "
        "to 0");
    struct utility gain = utility_gain;
    gain.hi = 1;
    gain.total = 0.1;
    utility_must_fail(
        &gain, "bounds",
        "action 0: a worth of 0.374890096413 is expected, where 0.1 is all to "
        "come");
}
END_TEST

/* ---- agents */

/* Counts what it was asked, and goes on and back in turns. */
struct counter {
    struct agent base;
    unsigned n;
};

static struct agent *open_counter(const void *config, const struct env *truth,
                                  struct err *err)
{
    struct counter *c = xcalloc(1, sizeof *c);
    (void)truth;
    (void)err;
    c->base.ops = config;
    return &c->base;
}

static void close_counter(struct agent *ag) { free(ag); }

static bool turns(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    (void)rng;
    (void)err;
    *action = ((struct counter *)ag)->n++ % 3;
    return true;
}

static bool learns_nothing(struct agent *ag, const struct cycle *c, struct err *err)
{
    (void)ag;
    (void)c;
    (void)err;
    return true;
}

/* The counter with an entry more, or another. */
static struct agent_ops counter(void)
{
    return (struct agent_ops){ .kind.name = "counter",
                               .open = open_counter,
                               .close = close_counter,
                               .act = turns,
                               .update = learns_nothing };
}

static void agent_must_fail(const struct agent_ops *ops, const char *name,
                            const char *words)
{
    struct broken b;
    struct agent_ops copy = *ops;
    struct spec_of spec = { .kind = &copy.kind, .config = &copy };
    world(&b);
    must_fail(LAW_agent, name, &(struct subject){ .env = b.env, .spec = &spec }, words);
    env_close(b.env);
}

START_TEST(the_sound_agent_keeps_all_laws)
{
    struct broken b;
    struct agent_ops ops = counter();
    struct spec_of spec = { .kind = &ops.kind, .config = &ops };
    world(&b);
    for (const struct law *law = law_table; law->name; law++) {
        struct err err = { 0 };
        if (law->sort == LAW_agent)
            ck_assert_msg(
                law->holds(&(struct subject){ .env = b.env, .spec = &spec }, &err),
                "%s: %s", law->name, err.text);
    }
    env_close(b.env);
}
END_TEST

/* As much as its future depends on, and a thing less. */
static void all_of_it(struct agent *ag, struct ice *ice)
{
    ice_piece(ice, &((struct counter *)ag)->n, sizeof(unsigned));
}

static void none_of_it(struct agent *ag, struct ice *ice)
{
    (void)ag;
    (void)ice;
}

static void its_turn(const struct agent *ag, double *p)
{
    for (unsigned a = 0; a < 3; a++)
        p[a] = ((const struct counter *)ag)->n % 3 == a;
}

static void any_turn(const struct agent *ag, double *p)
{
    (void)ag;
    p[0] = p[1] = p[2] = 1.0 / 3;
}

static void few_turns(const struct agent *ag, double *p)
{
    (void)ag;
    p[0] = p[1] = p[2] = 0.25;
}

START_TEST(frozen_agents_live_on)
{
    struct agent_ops ops = counter();
    ops.ice = none_of_it;
    agent_must_fail(
        &ops, "thaw",
        "frozen after 0 cycles: cycle 1 is 0 (0, -1), thawed in another 1 (0, -1)");
}
END_TEST

START_TEST(agents_act_by_their_chances)
{
    struct agent_ops ops = counter();
    struct spec_of spec = { .kind = &ops.kind, .config = &ops };
    struct broken b;
    struct err err = { 0 };
    world(&b);
    ops.ice = all_of_it;
    ops.chances = its_turn;
    struct subject s = { .env = b.env, .spec = &spec };
    ck_assert(law_agent_thaw(&s, &err) && law_agent_chances(&s, &err) && !err.text[0]);
    env_close(b.env);
    ops.chances = any_turn;
    agent_must_fail(
        &ops, "chances",
        "after 0 cycles: action 0 has chance 0.333333 and is done 1000 times in "
        "1000");
    ops.chances = few_turns;
    agent_must_fail(&ops, "chances", "after 0 cycles: chances sum to 0.75");
}
END_TEST

static bool shocked(struct agent *ag, const struct cycle *c, struct err *err)
{
    (void)ag;
    return c->e.rew != 3 || err_set(err, "three!");
}

START_TEST(open_minds_take_everything)
{
    struct agent_ops ops = counter();
    ops.open_minded = true;
    ops.update = shocked;
    agent_must_fail(&ops, "impossible",
                    "percept 21, (1, 3), is impossible to an open mind: three!");
    struct spec_of spec = { .kind = &ops.kind, .config = &ops };
    struct broken b;
    struct err err = { 0 };
    world(&b);
    ops.open_minded = false;
    ck_assert(law_agent_impossible(&(struct subject){ .env = b.env, .spec = &spec }, &err));
    ck_assert_str_eq(err.text, "");
    ops.update = learns_nothing;
    ck_assert(law_agent_impossible(&(struct subject){ .env = b.env, .spec = &spec }, &err));
    ck_assert_str_eq(err.text, "not offered: no percept of this space is impossible to it");
    env_close(b.env);
}
END_TEST

static bool wild(struct agent *ag, struct rng *rng, unsigned *action, struct err *err)
{
    turns(ag, rng, action, err);
    *action *= 2;
    return true;
}

static bool with_a_past(struct agent *ag, struct rng *rng, unsigned *action,
                        struct err *err)
{
    static unsigned all;
    (void)ag;
    (void)rng;
    (void)err;
    *action = all++ % 3;
    return true;
}

START_TEST(lives_repeat_themselves)
{
    struct agent_ops ops = counter();
    ops.act = wild;
    agent_must_fail(&ops, "again", "cycle 3: action 4 of 3");
    ops.act = with_a_past;
    agent_must_fail(&ops, "again", "cycle 1 is 0 (0, -1), and lived again 1 (0, -1)");
}
END_TEST

static void foresees_and_counts(struct agent *ag, struct outlook *out)
{
    struct counter *c = (struct counter *)ag;
    out->n_actions = 0;
    c->n += c->n == 2;
}

START_TEST(looking_changes_nothing)
{
    struct agent_ops ops = counter();
    const struct mind_ops mind = { .foresee = foresees_and_counts };
    ops.mind = &mind;
    agent_must_fail(&ops, "looking",
                    "cycle 3 is 2 (1, -1), and of whom was looked at 0 (0, -1)");
}
END_TEST

static size_t same_name(const struct agent *ag, struct metric *out, size_t n)
{
    (void)ag;
    for (size_t i = 0; i < n && i < 2; i++)
        out[i] = (struct metric){ "size", 1 };
    return n < 2 ? n : 2;
}

static size_t endless(const struct agent *ag, struct metric *out, size_t n)
{
    (void)n;
    out[0] = (struct metric){ "asked", HUGE_VAL };
    return ag->t > 4;
}

static size_t pushy(const struct agent *ag, struct metric *out, size_t n)
{
    (void)ag;
    (void)n;
    out[0] = (struct metric){ "asked", NAN };
    out[1] = (struct metric){ "told", 1 };
    return 2;
}

START_TEST(metrics_are_sound)
{
    struct agent_ops ops = counter();
    ops.report = same_name;
    agent_must_fail(&ops, "metrics", "two metrics are called size");
    ops.report = endless;
    agent_must_fail(&ops, "metrics", "asked is not finite");
    ops.report = pushy;
    agent_must_fail(&ops, "metrics", "with room for 1 metrics it writes more");
}
END_TEST

static void says_much(const struct agent *ag, struct insight *out)
{
    (void)ag;
    out->samples = 600;
}

START_TEST(cancelled_searches_end)
{
    struct agent_ops ops = counter();
    const struct mind_ops mind = { .inspect = says_much };
    ops.mind = &mind;
    agent_must_fail(&ops, "cancel", "a cancelled search made 600 samples, 0 nodes");
}
END_TEST

static const struct world_metric numbers[] = { { "steps", "", "steps" },
                                               { "place", "", "where one is" },
                                               { 0 } };
static const struct world_metric alike[] = { { "place", "", "where one is" },
                                             { "place", "", "where one is" },
                                             { 0 } };

static void half_a_report(const struct env *env, const void *state, double *out)
{
    (void)env;
    out[0] = *(const unsigned char *)state;
}

static void long_report(const struct env *env, const void *state, double *out)
{
    half_a_report(env, state, out);
    out[1] = out[2] = NAN;
}

START_TEST(metrics_of_worlds_are_named_and_told)
{
    struct broken b;
    world(&b);
    b.ops.metrics = numbers;
    env_must_fail(&b, "report", "metrics and report() come together");
    world(&b);
    b.ops.metrics = alike;
    b.ops.report = half_a_report;
    env_must_fail(&b, "report", "two metrics are called place");
    world(&b);
    b.ops.metrics = numbers;
    b.ops.report = half_a_report;
    env_must_fail(&b, "report", "place is not reported, or not finite");
    world(&b);
    b.ops.metrics = numbers;
    b.ops.report = long_report;
    env_must_fail(&b, "report", "it reports more than its 2 metrics");
}
END_TEST

static uint32_t third(const struct env *env, const void *state)
{
    (void)env;
    return *(const unsigned char *)state;
}

START_TEST(what_is_hidden_has_a_name)
{
    static const char *const names[] = { "near", "far" }, *const same[] = { "far", "far" };
    struct broken b;
    world(&b);
    b.ops.hidden = third;
    env_must_fail(&b, "hidden",
                  "hidden(), n_hidden, hidden_names and .hidden come together");
    world(&b);
    b.ops.hidden = third;
    b.env->hidden = true;
    b.env->n_hidden = 2;
    b.env->hidden_names = same;
    env_must_fail(&b, "hidden", "two hidden states are called far");
    world(&b);
    b.ops.hidden = third;
    b.env->hidden = true;
    b.env->n_hidden = 2;
    b.env->hidden_names = names;
    env_must_fail(&b, "hidden", "hidden state 2 is not below 2");
}
END_TEST

/* ---- planners: the exact one, with something wrong done after */

static void must_plan_wrongly(void (*plan)(struct planner *pl, const struct plan *p,
                                           struct rng *rng, struct verdict *out),
                              const char *name, const char *words)
{
    struct broken b;
    struct planner_ops ops = planner_exact;
    struct spec_of spec = { 0 };
    struct err err = { 0 };
    world(&b);
    ck_assert_msg(kind_parse(&spec, &planner_shelf, "exact", &err), "%s", err.text);
    struct subject s = { .env = b.env,
                         .spec = &spec,
                         .model = open_changed,
                         .with = &(struct model_ops){ .name = "sound" } };
    for (const struct law *law = law_table; law->name; law++) {
        struct err what = { 0 };
        if (law->sort == LAW_planner)
            ck_assert_msg(law->holds(&s, &what) && !what.text[0], "%s: %s", law->name,
                          what.text);
    }
    spec.kind = &ops.kind;
    ops.plan = plan;
    must_fail(LAW_planner, name, &s, words);
    env_close(b.env);
    spec.kind = &planner_exact.kind;
    kind_release(&spec);
}

static void hopes(struct planner *pl, const struct plan *p, struct rng *rng,
                  struct verdict *out)
{
    planner_exact.plan(pl, p, rng, out);
    out->value[2] += 0.5;
}

static void claims(struct planner *pl, const struct plan *p, struct rng *rng,
                   struct verdict *out)
{
    planner_exact.plan(pl, p, rng, out);
    out->lo[2] += 0.5;
}

static void mistakes(struct planner *pl, const struct plan *p, struct rng *rng,
                     struct verdict *out)
{
    planner_exact.plan(pl, p, rng, out);
    out->best = 0;
}

static void guesses(struct planner *pl, const struct plan *p, struct rng *rng,
                    struct verdict *out)
{
    planner_exact.plan(pl, p, rng, out);
    for (unsigned a = 0; a < out->n; a++) {
        out->lo[a] = out->hi[a] = NAN;
        out->visits[a] = 10000;
        out->value[a] += a;
    }
}

static void tries(struct planner *pl, const struct plan *p, struct rng *rng,
                  struct verdict *out)
{
    struct outcome o;
    planner_exact.plan(pl, p, rng, out);
    p->model->ops->step(p->model, 2, rng, &o);
}

static void goes_on(struct planner *pl, const struct plan *p, struct rng *rng,
                    struct verdict *out)
{
    planner_exact.plan(pl, p, rng, out);
    out->simulations = 600;
}

START_TEST(plans_are_right_and_change_nothing)
{
    must_plan_wrongly(hopes, "agrees",
                      "action 0: action 2 is worth 1.75, and it says 2.25");
    must_plan_wrongly(claims, "agrees",
                      "action 0: action 2 is worth 1.75, not 2.25 to 1.75");
    must_plan_wrongly(mistakes, "agrees",
                      "actions 0, 0: action 0 is best, and action 2 better");
    must_plan_wrongly(guesses, "agrees",
                      "action 0: action 1 is worth 1.75, and it says 2.75");
    must_plan_wrongly(tries, "leaves",
                      "action 0: after a plan, imagined cycle 1 is (1, -1) with chance "
                      "0.91666666666666663, not (0, 10) with 0.25");
    must_plan_wrongly(
        goes_on, "cancel",
        "action 0: a cancelled plan made 600 simulations, 1 nodes and 1 states");
}
END_TEST

/* ---- policies */

static const struct space two_moves = {
    .n_actions = 2, .n_obs = 2, .rew_max = 1, .scale = 1
};

/* Repeats what it saw last. */
static void nothing_seen(const struct policy *p, void *state)
{
    (void)p;
    *(unsigned char *)state = 0;
}

static void repeats(const struct policy *p, const void *state, uint32_t legal, double *out)
{
    unsigned move = *(const unsigned char *)state;
    (void)p;
    move = legal >> move & 1 ? move : !move;
    out[move] = 1;
    out[!move] = 0;
}

static void sees_it(const struct policy *p, void *state, unsigned action, struct percept e)
{
    (void)p;
    (void)action;
    *(unsigned char *)state = (unsigned char)e.obs;
}

static const struct policy_ops repeater = { .reset = nothing_seen,
                                            .chances = repeats,
                                            .update = sees_it };

static void policy_must_fail(struct policy_ops ops, const char *name, const char *words)
{
    struct policy p = { .ops = &ops, .space = two_moves, .state_size = 1 };
    must_fail(LAW_policy, name, &(struct subject){ .policy = &p }, words);
}

static void headstrong(const struct policy *p, const void *state, uint32_t legal,
                       double *out)
{
    (void)p;
    (void)state;
    (void)legal;
    out[0] = 0;
    out[1] = 1;
}

static void half_hearted(const struct policy *p, const void *state, uint32_t legal,
                         double *out)
{
    (void)p;
    (void)state;
    out[0] = legal & 1 ? 0.25 : 0;
    out[1] = legal & 2 ? 0.5 : 0;
}

static void moody_chances(const struct policy *p, const void *state, uint32_t legal,
                          double *out)
{
    static unsigned mood;
    unsigned move = mood++ & 1;
    (void)p;
    (void)state;
    move = legal >> move & 1 ? move : !move;
    out[move] = 1;
    out[!move] = 0;
}

static void counts_all(const struct policy *p, void *state, unsigned action,
                       struct percept e)
{
    static unsigned char all;
    sees_it(p, state, action, e);
    *(unsigned char *)state = all++ & 1;
}

static void toggles(const struct policy *p, void *state)
{
    (void)p;
    *(unsigned char *)state ^= 1;
}

START_TEST(policies_are_laws_of_their_state)
{
    struct policy whole = { .ops = &repeater, .space = two_moves, .state_size = 1 };
    for (const struct law *law = law_table; law->name; law++) {
        struct err err = { 0 };
        if (law->sort == LAW_policy)
            ck_assert_msg(law->holds(&(struct subject){ .policy = &whole }, &err), "%s: %s",
                          law->name, err.text);
    }
    struct policy_ops ops = repeater;
    ops.chances = headstrong;
    policy_must_fail(ops, "chances",
                     "cycle 1: action 1 has chance 1, which is not allowed");
    ops.chances = half_hearted;
    policy_must_fail(ops, "chances", "cycle 1: chances sum to 0.25");
    ops.chances = moody_chances;
    policy_must_fail(ops, "bytes",
                     "cycle 2: the same state has other chances when asked again");
    ops = repeater;
    ops.update = counts_all;
    policy_must_fail(ops, "bytes",
                     "cycle 1: a copy of the state becomes another by the same percept");
    ops = repeater;
    ops.reset = toggles;
    policy_must_fail(ops, "start", "reset() leaves some of what was there before");
    ops.reset = NULL;
    policy_must_fail(ops, "start", "it remembers 1 bytes and has no reset()");
}
END_TEST

/* ---- games: two in turns, each of whom sees the other's last move and is paid for
 * another */

struct round {
    uint8_t turn, last;
};

static void first_round(const struct game *g, void *state, struct rng *rng)
{
    (void)g;
    (void)rng;
    *(struct round *)state = (struct round){ 0 };
}

static uint32_t in_turns(const struct game *g, const void *state)
{
    (void)g;
    return UINT32_C(1) << ((const struct round *)state)->turn;
}

static void one_round(const struct game *g, void *state, const uint8_t *action,
                      struct rng *rng, struct percept *out)
{
    struct round *r = state;
    unsigned mover = r->turn;
    (void)g;
    (void)rng;
    out[mover].rew = action[mover] != r->last;
    out[!mover] = (struct percept){ action[mover], 0 };
    *r = (struct round){ (uint8_t)!mover, action[mover] };
}

static double the_start(const struct game *g, size_t k, void *state)
{
    first_round(g, state, NULL);
    return k == 0;
}

static const struct game_ops rounds = {
    .reset = first_round, .movers = in_turns, .step = one_round, .start = the_start
};

static struct game game_of(const struct game_ops *ops)
{
    return (struct game){ .ops = ops,
                          .n_players = 2,
                          .space = { two_moves, two_moves },
                          .state_size = sizeof(struct round),
                          .max_transitions = 1,
                          .max_starts = 1 };
}

static void game_must_fail(struct game_ops ops, const char *name, const char *words)
{
    struct game g = game_of(&ops);
    must_fail(LAW_game, name, &(struct subject){ .game = &g }, words);
}

static uint32_t a_third(const struct game *g, const void *state)
{
    (void)g;
    (void)state;
    return 4;
}

static uint32_t nobody(const struct game *g, const void *state)
{
    (void)g;
    (void)state;
    return 0;
}

static uint32_t nothing_allowed(const struct game *g, const void *state, uint32_t player)
{
    (void)g;
    (void)state;
    return !player;
}

static void tired_round(const struct game *g, void *state, const uint8_t *action,
                        struct rng *rng, struct percept *out)
{
    static unsigned played;
    one_round(g, state, action, rng, out);
    out[0].rew = played++ == 4;
}

static double half(const struct game *g, const void *state, const uint8_t *action, size_t k,
                   struct percept *out, void *next)
{
    *(struct round *)next = *(const struct round *)state;
    one_round(g, next, action, NULL, out);
    return k == 0 ? 0.5 : 0;
}

static double stands_still(const struct game *g, const void *state, const uint8_t *action,
                           size_t k, struct percept *out, void *next)
{
    (void)g;
    (void)action;
    *(struct round *)next = *(const struct round *)state;
    out[0] = out[1] = (struct percept){ 0, 0 };
    return k == 0;
}

static double other_turn(const struct game *g, size_t k, void *state)
{
    (void)g;
    *(struct round *)state = (struct round){ 1, 0 };
    return k == 0;
}

START_TEST(games_keep_to_their_rules)
{
    struct game whole = game_of(&rounds);
    for (const struct law *law = law_table; law->name; law++) {
        struct err err = { 0 };
        if (law->sort == LAW_game)
            ck_assert_msg(law->holds(&(struct subject){ .game = &whole }, &err), "%s: %s",
                          law->name, err.text);
    }
    struct game_ops ops = rounds;
    ops.movers = a_third;
    game_must_fail(ops, "movers", "step 1: player 2 moves, of 2");
    ops.movers = nobody;
    game_must_fail(ops, "movers", "step 101: nobody has moved for 100 steps");
    ops = rounds;
    ops.legal = nothing_allowed;
    game_must_fail(ops, "movers",
                   "step 2: player 1, who moves, is allowed actions 0x0 of 2");
    ops = rounds;
    ops.step = tired_round;
    game_must_fail(ops, "bytes", "step 2: player 0 gets 0, and in a copy 1");
    ops = rounds;
    ops.transition = half;
    game_must_fail(ops, "measure", "step 1: chances sum to 0.5");
    ops.transition = stands_still;
    game_must_fail(ops, "measure", "step 1: step() does what transition() has not");
    ops = rounds;
    ops.start = other_turn;
    game_must_fail(ops, "starts", "reset() leaves a state that start() has not");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("laws");
    TCase *tc = tcase_create("worlds");
    tcase_add_test(tc, the_toy_itself_is_sound);
    tcase_add_test(tc, what_is_not_offered_is_said_and_no_fault);
    tcase_add_test(tc, a_space_is_whole);
    tcase_add_test(tc, a_world_that_is_its_law_has_room_to_be_drawn);
    tcase_add_test(tc, rewards_are_in_range);
    tcase_add_test(tc, what_may_happen_is_a_measure);
    tcase_add_test(tc, steps_are_listed);
    tcase_add_test(tc, conditions_agree);
    tcase_add_test(tc, starts_are_those_of_reset);
    tcase_add_test(tc, nothing_is_kept_but_the_state);
    tcase_add_test(tc, many_move_as_one_does);
    tcase_add_test(tc, hypotheses_are_worlds_and_one_is_true);
    tcase_add_test(tc, families_are_what_they_say);
    tcase_add_test(tc, pictures_stay_within_their_frame);
    tcase_add_test(tc, tiles_are_of_the_worlds_own_table);
    tcase_add_test(tc, players_are_where_they_are_painted);
    tcase_add_test(tc, metrics_of_worlds_are_named_and_told);
    tcase_add_test(tc, what_is_hidden_has_a_name);
    suite_add_tcase(s, tc);
    tc = tcase_create("models");
    tcase_add_test(tc, the_sound_model_keeps_all_laws);
    tcase_add_test(tc, models_believe_what_happens);
    tcase_add_test(tc, models_are_measures);
    tcase_add_test(tc, what_is_lost_is_counted);
    tcase_add_test(tc, what_is_drawn_is_what_is_told);
    tcase_add_test(tc, imagining_is_taken_back);
    tcase_add_test(tc, the_impossible_changes_nothing);
    tcase_add_test(tc, weights_are_those_of_the_posterior);
    tcase_add_test(tc, growth_keeps_what_was_known);
    tcase_add_test(tc, what_was_frozen_is_thawed);
    suite_add_tcase(s, tc);
    tc = tcase_create("utilities");
    tcase_add_test(tc, worth_is_a_number);
    tcase_add_test(tc, worth_is_expected_within_bounds);
    suite_add_tcase(s, tc);
    tc = tcase_create("agents");
    tcase_add_test(tc, the_sound_agent_keeps_all_laws);
    tcase_add_test(tc, lives_repeat_themselves);
    tcase_add_test(tc, looking_changes_nothing);
    tcase_add_test(tc, metrics_are_sound);
    tcase_add_test(tc, cancelled_searches_end);
    tcase_add_test(tc, frozen_agents_live_on);
    tcase_add_test(tc, agents_act_by_their_chances);
    tcase_add_test(tc, open_minds_take_everything);
    suite_add_tcase(s, tc);
    tc = tcase_create("planners");
    tcase_add_test(tc, plans_are_right_and_change_nothing);
    suite_add_tcase(s, tc);
    tc = tcase_create("games");
    tcase_add_test(tc, policies_are_laws_of_their_state);
    tcase_add_test(tc, games_keep_to_their_rules);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
