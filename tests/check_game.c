#include "config.h"

#include "harness.h"
#include "matrix.h"
#include "players.h"
#include "registry.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

/* ---- the games */

START_TEST(two_moves_at_once_are_paid_by_the_table)
{
    static const struct {
        const char *game;
        int32_t pay[4][2]; /* of moves 00, 01, 10, 11 */
    } known[] = {
        { "prisoners-dilemma", { { 1, 1 }, { 5, 0 }, { 0, 5 }, { 3, 3 } } },
        { "matching-pennies", { { 1, 0 }, { 0, 1 }, { 0, 1 }, { 1, 0 } } },
        { "asymmetric-pennies", { { 4, 0 }, { 0, 1 }, { 0, 1 }, { 1, 0 } } },
        { "stag-hunt", { { 4, 4 }, { 0, 3 }, { 3, 0 }, { 3, 3 } } },
        { "chicken", { { 0, 0 }, { 7, 2 }, { 2, 7 }, { 6, 6 } } },
        { "battle-of-sexes", { { 2, 1 }, { 0, 0 }, { 0, 0 }, { 1, 2 } } },
        { "coordination", { { 1, 1 }, { 0, 0 }, { 0, 0 }, { 1, 1 } } },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct game *g = players_game(known[i].game);
        unsigned char state[64];
        struct percept out[PLAYERS_MAX];
        g->ops->reset(g, state, NULL);
        for (unsigned both = 0; both < 4; both++) {
            uint8_t action[] = { (uint8_t)(both >> 1), both & 1 };
            ck_assert_uint_eq(game_movers(g, state), 3);
            ck_assert_uint_eq(game_legal(g, state, 1), 3);
            g->ops->step(g, state, action, NULL, out);
            for (unsigned k = 0; k < 2; k++) {
                ck_assert_int_eq(out[k].rew, known[i].pay[both][k]);
                ck_assert_uint_eq(out[k].obs, action[!k]);
                ck_assert_int_ge(out[k].rew, g->space[k].rew_min);
                ck_assert_int_le(out[k].rew, g->space[k].rew_max);
            }
        }
        game_close(g);
    }
}
END_TEST

/* A table of which no entry is 0: rewards begin with the least of them. The middle of 1
 * and 8 is 4.5: 8 alone is good news. */
START_TEST(a_table_knows_its_range_and_what_is_good)
{
    static const char *const names[] = { "defect", "cooperate" };
    static const struct game_ops ops = { MATRIX_OPS };
    const struct matrix table = {
        2, { { { 4, 8 }, { 1, 3 } }, { { 4, 8 }, { 1, 3 } } }, names, names
    };
    struct game *g = matrix_open(&ops, &table);
    unsigned char state[64];
    struct percept out[PLAYERS_MAX];
    struct cell cells[2 * 40];
    struct canvas cv = { 2, 40, cells };
    ck_assert_int_eq(g->space[0].rew_min, 1);
    ck_assert_int_eq(g->space[0].rew_max, 8);
    g->ops->reset(g, state, NULL);
    for (unsigned both = 0; both < 4; both++) {
        uint8_t action[] = { (uint8_t)(both >> 1), both & 1 };
        canvas_clear(&cv);
        g->ops->step(g, state, action, NULL, out);
        g->ops->draw(g, state, true, &cv);
        for (int k = 0; k < 2; k++)
            ck_assert_uint_eq(cells[40 * k].ground, out[k].rew > 4 ? INK_GOOD : INK_BAD);
    }
    game_close(g);
}
END_TEST

/* Moves by turns, from the empty board; what the last of them pays X and O, and who moves
 * next: X 1, O 2, nobody 0. */
START_TEST(tic_tac_toe_goes_by_turns_to_its_end)
{
    static const struct {
        const char *moves;
        int32_t x, o;
        uint32_t next, legal;
    } known[] = {
        { "", 0, 0, 1, 0x1ff },       { "4", 0, 0, 2, 0x1ef },
        { "48", 0, 0, 1, 0x0ef },     { "0314526", 0, 0, 2, 0x180 },
        { "03142", 2, -2, 0, 0x1e0 }, { "031465", -2, 2, 0, 0x184 },
        { "021347586", 1, 1, 0, 0 },  { "00", 0, -3, 0, 0x1fe },
        { "010", -3, 0, 0, 0x1fc },   { "0314520", -3, 0, 0, 0x1c0 },
        { "03142x", 0, 0, 1, 0x1ff }, { "031465x4", 0, 0, 2, 0x1ef },
    };
    struct game *g = players_game("tictactoe");
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        unsigned char state[64];
        struct percept out[PLAYERS_MAX] = { { 0, 0 } };
        g->ops->reset(g, state, NULL);
        for (const char *m = known[i].moves; *m; m++) {
            uint8_t at = *m == 'x' ? 0 : (uint8_t)(*m - '0');
            g->ops->step(g, state, (uint8_t[]){ at, at }, NULL, out);
        }
        ck_assert_msg(out[0].rew == known[i].x && out[1].rew == known[i].o, "%s: %d %d",
                      known[i].moves, out[0].rew, out[1].rew);
        ck_assert_msg(game_movers(g, state) == known[i].next, "%s", known[i].moves);
        ck_assert_msg(game_legal(g, state, 0) == known[i].legal, "%s: %x", known[i].moves,
                      game_legal(g, state, 0));
    }
    game_close(g);
}
END_TEST

START_TEST(each_sees_its_own_marks_as_the_first)
{
    struct game *g = players_game("tictactoe");
    unsigned char state[64];
    struct percept out[PLAYERS_MAX];
    g->ops->reset(g, state, NULL);
    g->ops->step(g, state, (uint8_t[]){ 4, 0 }, NULL, out);
    ck_assert_uint_eq(out[1].obs, 2 << 8); /* O sees another's mark in the middle */
    g->ops->step(g, state, (uint8_t[]){ 0, 8 }, NULL, out);
    ck_assert_uint_eq(out[0].obs, (1 << 8) + 2); /* X its own there, and another's last */
    char text[40];
    game_percept_text(g, 0, out[0], text, sizeof text);
    ck_assert_str_eq(text, ".../.X./..O");
    game_percept_text(g, 1, (struct percept){ 2 << 8, 0 }, text, sizeof text);
    ck_assert_str_eq(text, ".../.X./...");
    game_close(g);
}
END_TEST

/* What player 0 may expect of a hand that both play by their policies: the rest of it, from
 * what each has seen last. */
struct seats {
    const struct game *g;
    struct policy *p[2];
};
static double rest_of_hand(const struct seats *s, const unsigned char *state,
                           const unsigned char *seen)
{
    const struct game *g = s->g;
    uint32_t me = game_movers(g, state) == 2;
    double p[ACTIONS_MAX], chance, value = 0;
    s->p[me]->ops->chances(s->p[me], &seen[me], game_legal(g, state, me), p);
    for (uint8_t a = 0; a < 2; a++)
        for (size_t k = 0; k < 6; k++) {
            unsigned char next[64], then[2] = { seen[0], seen[1] };
            struct percept out[PLAYERS_MAX];
            chance =
                p[a] > 0 ? game_transition(g, state, (uint8_t[]){ a, a }, k, out, next) : 0;
            if (chance <= 0)
                break;
            ck_assert_int_eq(out[0].rew, -out[1].rew);
            uint32_t who = game_movers(g, next) == 2;
            s->p[who]->ops->update(s->p[who], &then[who], 0, out[who]);
            value +=
                p[a] * chance * (out[0].rew ? out[0].rew : rest_of_hand(s, next, then));
        }
    return value;
}

/* -1/18, whichever of its equilibria the first plays: Kuhn 1950. */
START_TEST(equilibria_of_poker_lose_an_eighteenth_of_a_chip)
{
    static const char *const first[] = { "kuhn-nash:a=0", "kuhn-nash:a=0.3",
                                         "kuhn-nash:a=1" };
    struct seats s = { .g = players_game("kuhn-poker") };
    unsigned char state[64], seen[2];
    s.p[0] = players_policy(first[_i], &s.g->space[0]);
    s.p[1] = players_policy("kuhn-nash", &s.g->space[1]);
    s.g->ops->reset(s.g, state, NULL);
    for (int i = 0; i < 2; i++)
        s.p[i]->ops->reset(s.p[i], &seen[i]);
    ck_assert_uint_eq(game_legal(s.g, state, 0), 1);
    ck_assert_near(rest_of_hand(&s, state, seen), -1 / 18.0, 1e-12);
    policy_close(s.p[0]);
    policy_close(s.p[1]);
    game_close((struct game *)(uintptr_t)s.g);
}
END_TEST

/* ---- policies */

START_TEST(every_policy_says_chances_that_sum_to_one)
{
    static const char *const games[] = { "prisoners-dilemma", "tictactoe" };
    for (size_t i = 0; i < 2; i++) {
        struct game *g = players_game(games[i]);
        const struct space *space = &g->space[0];
        struct err err = { 0 };
        struct spec_of spec;
        ck_assert(kind_parse(&spec, &policy_shelf, policy_shelf.at[_i]->name, &err));
        struct policy *p = policy_open(&spec, space, &err);
        ck_assert_msg(p || err.n, "%s is refused without a word", spec.kind->name);
        unsigned char *a = xcalloc(2, 512), *b = a + 512;
        struct rng rng = { { 1, 2, 3, 4 } };
        if (p && p->ops->reset)
            p->ops->reset(p, a);
        for (int t = 0; p && t < 200; t++) {
            uint32_t some = 1 + rng_below(&rng, (1u << space->n_actions) - 1);
            uint32_t all = (1u << space->n_actions) - 1;
            uint32_t legal = g->ops->legal ? some : all;
            double x[ACTIONS_MAX], y[ACTIONS_MAX], sum = 0;
            memcpy(b, a, p->state_size);
            p->ops->chances(p, a, legal, x);
            p->ops->chances(p, b, legal, y);
            for (uint32_t k = 0; k < space->n_actions; k++) {
                ck_assert(x[k] >= 0 && x[k] <= 1 && !(x[k] < y[k] || x[k] > y[k]));
                ck_assert(legal >> k & 1 || x[k] <= 0);
                sum += x[k];
            }
            ck_assert_near(sum, 1, 1e-12);
            struct percept e = { rng_below(&rng, space->n_obs), 0 };
            if (p->ops->update)
                p->ops->update(p, a, rng_below(&rng, space->n_actions), e);
        }
        free(a);
        policy_close(p);
        kind_release(&spec);
        game_close(g);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("games");
    TCase *tc = tcase_create("games");
    int n = 0;
    while (policy_shelf.at[n])
        n++;
    tcase_add_test(tc, two_moves_at_once_are_paid_by_the_table);
    tcase_add_test(tc, a_table_knows_its_range_and_what_is_good);
    tcase_add_test(tc, tic_tac_toe_goes_by_turns_to_its_end);
    tcase_add_test(tc, each_sees_its_own_marks_as_the_first);
    tcase_add_loop_test(tc, equilibria_of_poker_lose_an_eighteenth_of_a_chip, 0, 3);
    tcase_add_loop_test(tc, every_policy_says_chances_that_sum_to_one, 0, n);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
