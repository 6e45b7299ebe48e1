#include "config.h"

#include "class.h"
#include "expectimax.h"
#include "harness.h"
#include "life.h"
#include "mixture.h"
#include "players.h"
#include "registry.h"
#include "seat.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Two who believe in each other: that the fixed point is one, found by other means than it
 * was made with, and what it comes to where that is known. */

struct player {
    struct env *seat;
    struct family *class; /* what it believes of the other */
    struct model *xi;
    struct env *reflective; /* the hypothesis that is the other's fixed point */
    double epsilon;         /* told of the other */
};

struct two {
    struct game *game;
    struct player at[2];
};

static void two_begin(struct two *x, const char *game, const char *family)
{
    x->game = players_game(game);
    for (uint32_t i = 0; i < 2; i++) {
        struct player *p = &x->at[i];
        struct err err = { 0 };
        char name[80];
        p->seat = seat_open_among(x->game, i);
        p->class = family_find(family, p->seat, &err);
        ck_assert_msg(p->class != NULL, "%s", err.text);
        size_t last = family_count(p->class) - 1;
        p->reflective = p->class->ops->at(p->class, last, &err);
        family_text(p->class, last, name, sizeof name);
        ck_assert_int_eq(sscanf(name, "best within %lf", &p->epsilon), 1);
        p->xi = mixture_new(family_find(family, p->seat, &err), NULL, &err);
        ck_assert_msg(p->xi != NULL, "%s", err.text);
    }
}

static void two_end(struct two *x)
{
    for (uint32_t i = 0; i < 2; i++) {
        x->at[i].xi->ops->free(x->at[i].xi);
        env_close(x->at[i].reflective);
        family_close(x->at[i].class);
        env_close(x->at[i].seat);
    }
    game_close(x->game);
}

/* The chances that a hypothesis about who plays against `seat` makes of its move. */
static void moves_of(const struct env *h, const unsigned char *state, double *p)
{
    struct transition *out = xcalloc(h->max_transitions, sizeof *out);
    unsigned char *next = xcalloc(h->max_transitions, h->state_size);
    size_t n = h->ops->transitions(h, state, 0, out, next);
    for (uint32_t o = 0; o < h->space.n_obs; o++)
        p[o] = 0;
    for (size_t k = 0; k < n; k++)
        p[out[k].e.obs] += out[k].p;
    free(out);
    free(next);
}

/* Leads the hypothesis about player i on, after i did a and saw what it saw: its own seat
 * is the other's. */
static void lead(const struct env *h, unsigned char *state, unsigned others, unsigned own)
{
    struct transition *out = xcalloc(h->max_transitions, sizeof *out);
    unsigned char *next = xcalloc(h->max_transitions, h->state_size);
    size_t n = h->ops->transitions(h, state, others, out, next);
    for (size_t k = 0; k < n; k++)
        if (out[k].e.obs == own) {
            memcpy(state, next + k * h->state_size, h->state_size);
            break;
        }
    free(out);
    free(next);
}

/* What player i expects by its own belief in `rounds` rounds, when it plays what the other
 * believes of it: by the mixture that agents have, one percept after another. */
static double value_of(struct player *me, const struct env *mine, const unsigned char *at,
                       uint32_t rounds)
{
    double p[ACTIONS_MAX], sum = 0;
    if (!rounds)
        return 0;
    moves_of(mine, at, p);
    void *snap = xcalloc(1, me->xi->snap_size);
    unsigned char *state = xcalloc(1, mine->state_size);
    for (unsigned a = 0; a < me->seat->space.n_actions; a++) {
        struct percept e[8];
        size_t n = p[a] > 0 ? me->xi->ops->support(me->xi, a, e, 8) : 0;
        for (size_t k = 0; k < n; k++) {
            struct outcome o = { .e = e[k] };
            model_save(me->xi, snap);
            double chance = me->xi->ops->condition(me->xi, a, &o);
            memcpy(state, at, mine->state_size);
            lead(mine, state, e[k].obs, a);
            sum += p[a] * chance * (e[k].rew + value_of(me, mine, state, rounds - 1));
            model_restore(me->xi, snap);
            model_release(me->xi);
        }
    }
    free(snap);
    free(state);
    return sum;
}

static double best_of(struct player *me, uint32_t rounds)
{
    double value[ACTIONS_MAX];
    struct plan plan = { .model = me->xi,
                         .utility = &utility_reward,
                         .discount = { .kind = DISCOUNT_GEOMETRIC, .gamma = 1 },
                         .horizon = rounds,
                         .now = 1 };
    ck_assert(expectimax(&plan, 100000000, value).done);
    double best = value[0];
    for (uint32_t a = 1; a < me->seat->space.n_actions; a++)
        best = fmax(best, value[a]);
    return best;
}

static const struct {
    const char *game, *family;
    uint32_t rounds;
    double epsilon;
} points[] = {
    { "matching-pennies", "reflective:rounds=3:of=bernoulli:grid=3", 3, 1e-3 },
    { "matching-pennies", "reflective:rounds=4:epsilon=0.0001:of=automata", 4, 1e-4 },
    { "asymmetric-pennies", "reflective:rounds=3:grain=0.8:of=automata", 3, 1e-3 },
    { "prisoners-dilemma", "reflective:rounds=4:of=named:of=tit-for-tat+all-d", 4, 1e-3 },
    { "chicken", "reflective:rounds=2:of=mixed:memory=0", 2, 1e-3 },
    { "rock-paper-scissors", "reflective:rounds=2:of=automata:states=1", 2, 1e-3 },
};
enum { POINTS = sizeof points / sizeof *points };

/* The certificate: no policy of a player gains more than it says, against all that the
 * player believes, by exact planning in the agents' own mixture; and it says no more. */
START_TEST(the_certificate_holds)
{
    struct two x;
    two_begin(&x, points[_i].game, points[_i].family);
    for (uint32_t i = 0; i < 2; i++) {
        const struct env *mine = x.at[!i].reflective;
        unsigned char *state = xcalloc(1, mine->state_size);
        struct rng rng = { { 1, 2, 3, 4 } };
        env_reset(mine, state, &rng);
        double gain = best_of(&x.at[i], points[_i].rounds) -
                      value_of(&x.at[i], mine, state, points[_i].rounds);
        ck_assert_double_ge(gain, -1e-9);
        ck_assert_double_le(gain, points[_i].epsilon);
        ck_assert_double_le(fabs(gain - x.at[!i].epsilon), 0.06 * gain + 1e-9);
        free(state);
    }
    two_end(&x);
}
END_TEST

/* The chances of the first move of player i. */
static void first_move(const struct two *x, uint32_t i, double *p)
{
    const struct env *h = x->at[!i].reflective;
    unsigned char *state = xcalloc(1, h->state_size);
    struct rng rng = { { 1, 2, 3, 4 } };
    env_reset(h, state, &rng);
    moves_of(h, state, p);
    free(state);
}

/* One round in which each takes the other for a coin with weight 1 - grain: what is
 * expected of the column, not what it does, keeps the row indifferent at 1/5. */
START_TEST(a_coin_that_is_believed_in_is_made_up_for)
{
    static const struct {
        const char *family;
        double row, column;
    } cases[] = {
        { "reflective:rounds=1:grain=0.8:epsilon=1e-06:of=named:of=random", 0.5, 0.125 },
        { "reflective:rounds=1:grain=0.999:epsilon=1e-06:of=named:of=random", 0.5,
          (0.2 - 0.0005) / 0.999 },
        { "reflective:rounds=1:grain=0.5:epsilon=1e-06:of=named:of=random", 1, 0 },
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct two x;
        double p[ACTIONS_MAX];
        two_begin(&x, "asymmetric-pennies", cases[k].family);
        first_move(&x, 0, p);
        ck_assert_near(p[0], cases[k].row, 2e-3);
        first_move(&x, 1, p);
        ck_assert_near(p[0], cases[k].column, 2e-3);
        two_end(&x);
    }
}
END_TEST

/* Two rounds of the dilemma, the other tit-for-tat with weight 1 - grain: to cooperate
 * first pays 8 against it and 4 or 1 against the reflective one, to defect 6, and 6 or 2.
 * Below a grain of 1/2 both cooperate, above 2/3 neither does. */
START_TEST(a_grain_of_tit_for_tat_makes_cooperate)
{
    static const struct {
        const char *family;
        double cooperates;
    } cases[] = {
        { "reflective:rounds=2:grain=0.4:epsilon=1e-06:of=named:of=tit-for-tat", 1 },
        { "reflective:rounds=2:grain=0.48:epsilon=1e-06:of=named:of=tit-for-tat", 1 },
        { "reflective:rounds=2:grain=0.69:epsilon=1e-06:of=named:of=tit-for-tat", 0 },
        { "reflective:rounds=2:grain=0.8:epsilon=1e-06:of=named:of=tit-for-tat", 0 },
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct two x;
        double p[ACTIONS_MAX];
        two_begin(&x, "prisoners-dilemma", cases[k].family);
        for (uint32_t i = 0; i < 2; i++) {
            first_move(&x, i, p);
            ck_assert_near(p[1], cases[k].cooperates, 1e-3);
        }
        two_end(&x);
    }
}
END_TEST

/* Agents believe in it as in anything: a Thompson sampler and an aixi, both in the class of
 * what the other is, play on as long as they like. */
START_TEST(agents_play_in_it)
{
    static const char *const agents[] = {
        "thompson:family=reflective:of=bernoulli:grid=3,horizon=3,resample=horizon",
        "aixi:family=reflective:of=bernoulli:grid=3,horizon=3",
    };
    for (size_t k = 0; k < 2; k++) {
        struct life l;
        life_begin(&l, agents[k], "seat:game=matching-pennies", 1);
        for (int t = 0; t < 40; t++)
            life_live(&l);
        ck_assert_uint_eq(l.s.last.t, 40);
        life_end(&l);
    }
}
END_TEST

/* Who believes what the fixed point takes it to believe plays so: against tit-for-tat it
 * gets 3 and 5 when it cooperates first, else 5 and 1. */
START_TEST(who_has_that_belief_plays_the_fixed_point)
{
    static const struct {
        const char *agent;
        int32_t first, second;
    } cases[] = {
        { "aixi:prior=complexity,discount=lifetime,lifetime=2,horizon=2,"
          "family=reflective:rounds=2:grain=0.4:of=named:of=tit-for-tat",
          3, 5 },
        { "aixi:prior=complexity,discount=lifetime,lifetime=2,horizon=2,"
          "family=reflective:rounds=2:grain=0.8:of=named:of=tit-for-tat",
          5, 1 },
    };
    for (size_t k = 0; k < 2; k++) {
        struct life l;
        life_begin(&l, cases[k].agent, "seat:others=tit-for-tat", 1);
        life_live(&l);
        ck_assert_int_eq(l.s.last.e.rew, cases[k].first);
        life_live(&l);
        ck_assert_int_eq(l.s.last.e.rew, cases[k].second);
        life_end(&l);
    }
}
END_TEST

START_TEST(what_has_no_fixed_point_is_refused_with_words)
{
    static const struct {
        const char *game, *family, *say;
    } bad[] = {
        { "matching-pennies", "reflective:rounds=9",
          "family reflective: more than 30000 histories of 9 rounds of 4 joint moves" },
        { "matching-pennies", "reflective:of=agents:of=mc-aixi",
          "mc-aixi is no policy: it does not tell the chances of its actions" },
        { "matching-pennies", "reflective:of=mu",
          "family reflective: it is not known what " },
        { "matching-pennies", "reflective:rounds=7:of=automata:states=3",
          "family reflective: 1054 policies in 5461 histories" },
        { "kuhn-poker", "reflective",
          "family reflective is of games of a table, and kuhn-poker is none" },
        { "public-goods", "reflective",
          "family reflective is of one other player, and public-goods has 3" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct err err = { 0 };
        struct game *g = players_game(bad[i].game);
        struct env *env = seat_open_among(g, 0);
        ck_assert_ptr_null(family_find(bad[i].family, env, &err));
        ck_assert_msg(strstr(err.text, bad[i].say) != NULL, "%s: %s", bad[i].family,
                      err.text);
        env_close(env);
        game_close(g);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("reflective");
    TCase *tc = tcase_create("reflective");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, the_certificate_holds, 0, POINTS);
    tcase_add_test(tc, a_coin_that_is_believed_in_is_made_up_for);
    tcase_add_test(tc, a_grain_of_tit_for_tat_makes_cooperate);
    tcase_add_test(tc, agents_play_in_it);
    tcase_add_test(tc, who_has_that_belief_plays_the_fixed_point);
    tcase_add_test(tc, what_has_no_fixed_point_is_refused_with_words);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
