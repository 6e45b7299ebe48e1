#include "config.h"

#include "equilibria.h"
#include "fsm.h"
#include "harness.h"
#include "players.h"
#include "registry.h"
#include "seat.h"
#include "vi.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Games on maps: what they pay, and what they are worth against players who go by a route,
 * by hand and by value iteration. */
enum { LEFT, RIGHT, UP, DOWN, STAY };

/* ---- who goes by a route, for ever */

struct route {
    struct policy base;
    const char *ways; /* l r u d s */
};

static void begin(const struct policy *p, void *state)
{
    (void)p;
    *(uint8_t *)state = 0;
}

static void follow(const struct policy *p, const void *state, uint32_t legal, double *out)
{
    static const char letters[] = "lruds";
    char way = ((const struct route *)p)->ways[*(const uint8_t *)state];
    (void)legal;
    for (unsigned a = 0; a < p->space.n_actions; a++)
        out[a] = letters[a] == way;
}

static void go_on(const struct policy *p, void *state, unsigned action, struct percept e)
{
    uint8_t *at = state;
    (void)action;
    (void)e;
    *at = (uint8_t)((*at + 1u) % strlen(((const struct route *)p)->ways));
}

static const struct policy_ops route_ops = {
    .kind.name = "route", .reset = begin, .chances = follow, .update = go_on
};

static struct policy *route(const struct game *g, uint32_t player, const char *ways)
{
    struct route *r = xcalloc(1, sizeof *r);
    r->base = (struct policy){ &route_ops, g->space[player], 1 };
    r->ways = ways;
    return &r->base;
}

/* A game on a map of these rows, which dispensers of 100 and 0.75, 3 and 4 may stand on. */
static struct game *on_map(const char *rows, const char *game)
{
    char name[] = "grid_game.XXXXXX", text[200];
    int fd = mkstemp(name);
    ck_assert(fd >= 0);
    FILE *f = fdopen(fd, "w");
    fprintf(f,
            "ursa-map 1\nlegend:\n  D: dispenser theta=0.75 reward=100\n"
            "  h: dispenser reward=3\n  S: dispenser reward=4\nmap:\n%s\n",
            rows);
    fclose(f);
    snprintf(text, sizeof text, "%s%smap=./%s", game, strchr(game, ':') ? "," : ":", name);
    struct game *g = players_game(text);
    unlink(name);
    return g;
}

/* V* of player 0, the others by their routes. */
static double best(const struct game *g, double gamma, const char *one, const char *two)
{
    const char *ways[] = { NULL, one, two };
    struct policy *other[PLAYERS_MAX] = { 0 };
    for (uint32_t i = 1; i < g->n_players; i++)
        other[i] = strcmp(ways[i], "random") ? route(g, i, ways[i])
                                             : players_policy("random", &g->space[i]);
    struct env *env = seat_open(g, 0, other);
    struct alphabet percepts = { 0 };
    unsigned char *state = xcalloc(1, env->state_size);
    env_reset(env, state, NULL);
    struct fsm *fsm = fsm_new(env, state, 20000, &percepts);
    ck_assert_ptr_nonnull(fsm);
    struct discount d = { .kind = DISCOUNT_GEOMETRIC, .gamma = gamma };
    struct vi *v = vi_new(fsm, &utility_reward, &d, 400);
    const double *q = vi_values(v, 0, 1);
    double value = q[0];
    for (unsigned a = 1; a < env->space.n_actions; a++)
        value = fmax(value, q[a]);
    vi_free(v);
    fsm_free(fsm);
    alphabet_release(&percepts);
    free(state);
    env_close(env);
    return value;
}

/* ---- hunters */

/* Hares and the stag are three steps away, then all begin anew: 4 g^2 / (1 - g^3) with who
 * goes for the stag, 3 g^2 / (1 - g^3) with who takes hares. */
START_TEST(the_stag_hunt_is_one_on_its_map_too)
{
    struct game *g = players_game("stag-hunt-map");
    for (double gamma = 0.5; gamma < 0.85; gamma += 0.1) {
        double round = gamma * gamma / (1 - pow(gamma, 3));
        ck_assert_near(best(g, gamma, "rur", NULL), 4 * round, 1e-9);
        ck_assert_near(best(g, gamma, "lul", NULL), 3 * round, 1e-9);
        ck_assert_near(best(g, gamma, "s", NULL), 3 * round, 1e-9);
    }
    ck_assert_int_eq(g->space[0].rew_min, 0);
    ck_assert_int_eq(g->space[0].rew_max, 4);
    game_close(g);
}
END_TEST

/* Three are too few where one stays away; of hares each gets one, on one cell too. */
START_TEST(all_must_be_at_the_stag)
{
    struct game *g = on_map("h@S", "stag-hunt-map:players=3");
    struct percept out[PLAYERS_MAX];
    unsigned char state[64];
    static const struct {
        uint8_t action[3];
        int32_t rew[3];
    } known[] = {
        { { RIGHT, RIGHT, RIGHT }, { 4, 4, 4 } },
        { { RIGHT, RIGHT, LEFT }, { 0, 0, 3 } },
        { { LEFT, LEFT, STAY }, { 3, 3, 0 } },
        { { STAY, RIGHT, RIGHT }, { 0, 0, 0 } },
    };
    for (size_t i = 0; i < 4; i++) {
        g->ops->reset(g, state, NULL);
        g->ops->step(g, state, known[i].action, NULL, out);
        for (uint32_t k = 0; k < 3; k++) {
            ck_assert_int_eq(out[k].rew, known[i].rew[k]);
            /* After a catch all stand at the start. */
            ck_assert(g->ops->cell(g, state, k) == 1 || i == 3);
        }
    }
    game_close(g);
}
END_TEST

/* ---- rivals and teams at a dispenser that pays 100 with chance 3/4, a step away */

START_TEST(rivals_share_what_a_team_has_twice)
{
    struct game *rivals = on_map("@D", "foraging"),
                *team = on_map("@D", "foraging:share=team");
    const double g = 0.9;
    ck_assert_near(best(rivals, g, "s", NULL), 74 / (1 - g), 1e-9);
    ck_assert_near(best(rivals, g, "r", NULL), 36.5 / (1 - g), 1e-9);
    ck_assert_near(best(team, g, "r", NULL), 74 / (1 - g), 1e-9);
    /* Three, of whom two are there: a third of it. */
    struct game *three = on_map("@D", "foraging:players=3");
    ck_assert_near(best(three, g, "r", "r"), 24 / (1 - g), 1e-9);
    /* Two dispensers: a team of two is paid twice a cycle, and rivals keep apart. */
    struct game *both = on_map("D@D", "foraging:share=team");
    ck_assert_near(best(both, g, "r", NULL), 149 / (1 - g), 1e-9);
    ck_assert_int_eq(both->space[0].rew_max, 199);
    struct game *apart = on_map("D@D", "foraging");
    ck_assert_near(best(apart, g, "r", NULL), 74 / (1 - g), 1e-9);
    game_close(rivals);
    game_close(team);
    game_close(three);
    game_close(both);
    game_close(apart);
}
END_TEST

/* Each of two who stand there is as likely to be paid. */
START_TEST(a_payout_goes_to_one_of_those_who_stand_there)
{
    struct game *g = on_map("@D", "foraging");
    unsigned char state[64], next[64];
    struct percept out[PLAYERS_MAX];
    uint8_t right[] = { RIGHT, RIGHT };
    static const double chance[] = { 0.25, 0.375, 0.375 };
    g->ops->reset(g, state, NULL);
    for (size_t k = 0; k < 3; k++) {
        ck_assert_near(game_transition(g, state, right, k, out, next), chance[k], 1e-15);
        ck_assert_int_eq(out[0].rew, k == 1 ? 99 : -1);
        ck_assert_int_eq(out[1].rew, k == 2 ? 99 : -1);
    }
    ck_assert(game_transition(g, state, right, 3, out, next) <= 0);
    g->ops->step(g, state, (uint8_t[]){ LEFT, STAY }, NULL, out);
    ck_assert_int_eq(out[0].rew, -6);
    ck_assert_int_eq(out[1].rew, -1);
    game_close(g);
}
END_TEST

/* ---- the pursued */

/* One who stays d steps away is caught every d steps: -1 on the way, then 10. */
START_TEST(who_stays_is_caught_by_the_shortest_way)
{
    const double g = 0.9;
    struct game *near = on_map("@..", "pursuit"), *paddock = players_game("pursuit");
    double two = (-1 + g * 10) / (1 - g * g), eight = pow(g, 7);
    ck_assert_near(best(near, g, "s", NULL), two, 1e-9);
    ck_assert_near(best(paddock, g, "s", NULL),
                   (-(1 - eight) / (1 - g) + 10 * eight) / (1 - eight * g), 1e-9);
    ck_assert_int_eq(paddock->ops->cell(paddock, &(uint16_t[8]){ 0, 24 }, 1), 24);
    game_close(near);
    game_close(paddock);
}
END_TEST

/* The value of a game of two that sum to nothing, of states that move by what both do:
 * Shapley, "Stochastic games", PNAS 39 (1953). */
struct states {
    const struct game *g;
    uint16_t at[64][4]; /* [n] the bytes of pursuit */
    size_t n;
};

static size_t number(struct states *s, const void *state)
{
    size_t k = 0;
    while (k < s->n && memcmp(s->at[k], state, s->g->state_size) != 0)
        k++;
    ck_assert_uint_lt(k, 64);
    if (k == s->n)
        memcpy(s->at[s->n++], state, s->g->state_size);
    return k;
}

static double shapley(const struct game *g, double gamma)
{
    struct states s = { .g = g };
    double value[64] = { 0 }, mix[ACTIONS_MAX];
    int32_t pay[2 * 25];
    struct normal t = { 2, { 5, 5 }, 25, pay, 1e6 };
    uint16_t first[4] = { 0 };
    ck_assert_uint_eq(g->state_size, sizeof first);
    g->ops->reset(g, first, NULL);
    number(&s, first);
    for (int round = 0; round < 60; round++)
        for (size_t k = 0; k < s.n; k++) {
            for (uint32_t joint = 0; joint < 25; joint++) {
                uint16_t next[4];
                struct percept out[PLAYERS_MAX];
                uint8_t move[2];
                normal_moves(&t, joint, move);
                memcpy(next, s.at[k], sizeof next);
                g->ops->step(g, next, move, NULL, out);
                ck_assert_int_eq(out[0].rew + out[1].rew, 0);
                double worth = out[0].rew + gamma * value[number(&s, next)];
                pay[2 * joint] = (int32_t)lround(1e6 * worth);
                pay[2 * joint + 1] = -pay[2 * joint];
            }
            value[k] = normal_maximin(&t, 0, mix);
        }
    return value[0];
}

/* On a way of two cells nobody gets away: 10 in each cycle. On three it takes two cycles:
 * (10 g - 1) / (1 - g^2). */
START_TEST(nobody_gets_away_on_a_short_way)
{
    struct game *two = on_map("@.", "pursuit"), *three = on_map("@..", "pursuit");
    const double g = 0.6;
    ck_assert_near(shapley(two, g), 10 / (1 - g), 1e-5);
    ck_assert_near(shapley(three, g), (10 * g - 1) / (1 - g * g), 1e-5);
    game_close(two);
    game_close(three);
}
END_TEST

START_TEST(who_changes_places_with_its_pursuer_is_caught)
{
    struct game *g = on_map("@.", "pursuit");
    unsigned char state[64];
    struct percept out[PLAYERS_MAX];
    g->ops->reset(g, state, NULL);
    g->ops->step(g, state, (uint8_t[]){ RIGHT, LEFT }, NULL, out);
    ck_assert_int_eq(out[0].rew, 10);
    ck_assert_int_eq(out[1].rew, -10);
    game_close(g);
}
END_TEST

/* ---- what is seen */

START_TEST(others_are_seen_as_far_as_sight_reaches)
{
    struct game *all = on_map("@...", "pursuit"), *near = on_map("@...", "pursuit:sight=2");
    unsigned char state[64];
    struct percept out[PLAYERS_MAX];
    char text[80];
    uint8_t stay[] = { STAY, STAY }, right[] = { RIGHT, STAY };
    ck_assert_uint_eq(all->space[0].n_obs, 16);
    ck_assert_uint_eq(near->space[0].n_obs, 20);
    ck_assert(!all->hidden && near->hidden);
    near->ops->reset(near, state, NULL);
    near->ops->step(near, state, stay, NULL, out);
    ck_assert_uint_eq(out[0].obs, 0 * 5 + 4);
    game_percept_text(near, 0, out[0], text, sizeof text);
    ck_assert_str_eq(text, "at row 0 column 0, 1 unseen");
    near->ops->step(near, state, right, NULL, out);
    ck_assert_uint_eq(out[0].obs, 1 * 5 + 3);
    game_percept_text(near, 1, out[1], text, sizeof text);
    ck_assert_str_eq(text, "at row 0 column 3, 0 at 0 1");
    game_close(all);
    game_close(near);
}
END_TEST

START_TEST(maps_that_make_no_game_are_refused_with_words)
{
    static const struct {
        const char *game, *say;
    } bad[] = {
        { "foraging:map=thesis,players=4", "foraging: 4 players in 55 cells may see" },
        { "pursuit:map=corrupt", "map=corrupt: the dispenser at (3,0) has no meaning in" },
        { "foraging:map=wirehead", "has no meaning in foraging" },
        { "stag-hunt-map:map=meadow", "the map needs dispensers of two rewards" },
        { "stag-hunt-map:map=thesis", "the map needs dispensers of two rewards" },
        { "pursuit:map=nowhere", "nowhere" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct err err = { 0 };
        struct spec_of spec;
        ck_assert_msg(kind_parse(&spec, &game_shelf, bad[i].game, &err), "%s", err.text);
        ck_assert_ptr_null(game_open(&spec, 1, &err));
        ck_assert_msg(strstr(err.text, bad[i].say) != NULL, "%s", err.text);
        kind_release(&spec);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("games on maps");
    TCase *tc = tcase_create("games on maps");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, the_stag_hunt_is_one_on_its_map_too);
    tcase_add_test(tc, all_must_be_at_the_stag);
    tcase_add_test(tc, rivals_share_what_a_team_has_twice);
    tcase_add_test(tc, a_payout_goes_to_one_of_those_who_stand_there);
    tcase_add_test(tc, who_stays_is_caught_by_the_shortest_way);
    tcase_add_test(tc, nobody_gets_away_on_a_short_way);
    tcase_add_test(tc, who_changes_places_with_its_pursuer_is_caught);
    tcase_add_test(tc, others_are_seen_as_far_as_sight_reaches);
    tcase_add_test(tc, maps_that_make_no_game_are_refused_with_words);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
