#include "config.h"

#include "equilibria.h"
#include "game_file.h"
#include "harness.h"
#include "players.h"
#include "registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is right */

/* It shirks with chance h / w = 1/4, who inspects with g / w = 1/2, and they get w - g = 2
 * and v - w - h v / w = 1/2: Fudenberg & Tirole 1991, example 1.7. */
START_TEST(the_shipped_game_is_that_of_the_book)
{
    struct game *g = players_game("game");
    struct equilibria e;
    equilibria_find(normal_of(g), &e);
    ck_assert_uint_eq(e.n, 1);
    ck_assert_near(e.at[0].p[0][0], 0.25, 1e-9);
    ck_assert_near(e.at[0].p[1][0], 0.5, 1e-9);
    ck_assert_near(profile_value(normal_of(g), &e.at[0], 0), 2, 1e-9);
    ck_assert_near(profile_value(normal_of(g), &e.at[0], 1), 0.5, 1e-9);
    equilibria_release(&e);
    game_close(g);
}
END_TEST

static bool reads(struct game_table *g, const char *text, struct err *err)
{
    FILE *f = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
    *err = (struct err){ 0 };
    bool ok = game_table_read(g, f, "x", err);
    fclose(f);
    return ok;
}

START_TEST(players_with_other_moves_are_paid_in_any_order)
{
    static const char text[] = "ursa-game 1\nname: a test\n# of three\nplayers: 3\n"
                               "moves: 2\nscale: 10\n";
    static const char more[] = "ursa-game 1\nplayers: 3\nmoves 1: a b c\nmoves 0: x\n"
                               "moves 2: u v\r\nscale: 10\npayoffs:\n"
                               "  x a u  0.5 1 -1\n  x c v  1 2 3\n\n  x a v  4 5 6\n"
                               "  x b u  7 8 9\n  x b v  0 0 0\n\tx c u  1e2 0 0\n";
    struct game_table g;
    struct err err;
    ck_assert(!reads(&g, text, &err));
    ck_assert_msg(strstr(err.text, "x: error: no payoffs:") != NULL, "%s", err.text);
    ck_assert_msg(reads(&g, more, &err), "%s", err.text);
    ck_assert_uint_eq(g.table.n_joint, 6);
    ck_assert_str_eq(g.name[1][2], "c");
    ck_assert_int_eq(g.table.pay[0], 5);  /* x a u */
    ck_assert_int_eq(g.table.pay[3], 40); /* x a v */
    ck_assert_int_eq(g.table.pay[4 * 3], 1000);
    ck_assert_near(normal_pay(&g.table, 5, 2), 3, 1e-12);
    game_table_release(&g);
}
END_TEST

/* Three players see the others' moves as one number, and as words. */
START_TEST(more_than_two_see_all_the_others)
{
    char path[] = "/tmp/check_game_file.XXXXXX", spec[60], text[80];
    int fd = mkstemp(path);
    FILE *f = fdopen(fd, "w");
    fputs("ursa-game 1\nplayers: 3\nmoves: 1\nmoves 9: x\n", f);
    rewind(f);
    fputs("ursa-game 1\nplayers: 3\nmoves 0: x y\nmoves 1: a b c\nmoves 2: u v\npayoffs:\n",
          f);
    for (int k = 0; k < 12; k++)
        fprintf(f, " %c %c %c %d 0 %d\n", "xy"[k / 6], "abc"[k / 2 % 3], "uv"[k % 2], k,
                -k);
    fclose(f);
    snprintf(spec, sizeof spec, "game:file=%s", path);
    struct game *g = players_game(spec);
    unsigned char state[64];
    struct percept out[PLAYERS_MAX];
    g->ops->reset(g, state, NULL);
    g->ops->step(g, state, (uint8_t[]){ 1, 2, 0 }, NULL, out);
    ck_assert_uint_eq(g->space[0].n_obs, 6);
    ck_assert_uint_eq(out[0].obs, 2 * 2 + 0);
    ck_assert_uint_eq(out[1].obs, 1 * 2 + 0);
    ck_assert_uint_eq(out[2].obs, 1 * 3 + 2);
    ck_assert_int_eq(out[0].rew, 10);
    ck_assert_int_eq(out[2].rew, -10);
    game_percept_text(g, 2, out[2], text, sizeof text);
    ck_assert_str_eq(text, "y c");
    game_close(g);
    remove(path);
}
END_TEST

/* ---- what is wrong */

#define HEAD "ursa-game 1\nmoves: a b\n"
static const struct {
    const char *text, *words;
} bad[] = {
    { "\n", "x: error: empty: expected 'ursa-game 1'" },
    { "ursa-gamma 1\n", "x:1:1: error: expected 'ursa-game 1' in the first line" },
    { "ursa-game 1\npayofs:\n",
      "x:2:1: error: unknown key 'payofs'; did you mean 'payoffs'?" },
    { "ursa-game 1\nmoves\n", "x:2:1: error: expected KEY: VALUE" },
    { "ursa-game 1\nplayers: 9\n",
      "x:2:10: error: players: is a whole number from 2 to 8" },
    { "ursa-game 1\nplayers: 2.5\n", "from 2 to 8" },
    { "ursa-game 1\nmoves: a b\nplayers: 3\n", "players: must come before moves:" },
    { "ursa-game 1\nmoves: a a\n", "x:2:10: error: this move is named twice" },
    { "ursa-game 1\nmoves: 33\n", "moves are a whole number from 1 to 32, or names" },
    { "ursa-game 1\nmoves:\n", "names, or how many there are, are missing" },
    { "ursa-game 1\nmoves 2: a\n", "moves of player '2': they are 0 to 1" },
    { "ursa-game 1\nmoves 1: a\npayoffs:\n", "the moves of player 0 must come before" },
    { "ursa-game 1\nplayers: 5\nmoves: 32\npayoffs:\n",
      "33554432 joint moves: at most 65536" },
    { HEAD "moves 1: a\n", "x:3:1: error: this was said before" },
    { HEAD "scale: 0\n", "'0' is not a positive number" },
    { HEAD "payoffs: 1\n", "payoffs stand in indented lines below" },
    { HEAD "payoffs:\n a\n", "x:4:3: error: expected 2 moves and 2 rewards" },
    { HEAD "payoffs:\n a b 1\n", "expected 2 moves and 2 rewards" },
    { HEAD "payoffs:\n a c 1 1\n", "x:4:4: error: player 1 has no move 'c'" },
    { HEAD "payoffs:\n a b 1 x\n", "'x' is not a reward" },
    { HEAD "payoffs:\n a b 1 nan\n", "'nan' is not a reward" },
    { HEAD "payoffs:\n a b 1 0.5\n", "'0.5' is not a reward in whole points (scale is 1)" },
    { HEAD "payoffs:\n a b 1 1e7\n", "reward 1e7 is beyond what fits: 1000000 at most" },
    { HEAD "payoffs:\n a b 1 1 1\n", "x:4:10: error: unexpected '1'" },
    { HEAD "payoffs:\n a b 1 1\n a b 1 2\n",
      "x:5:2: error: these moves were paid in line 4" },
    { HEAD "payoffs:\n a b 1 1\nmoves: a\n", "moves: must come before payoffs:" },
    { HEAD "payoffs:\n a b 1 1\n b b 1 2\n b a 1 2\n",
      "x:3:1: error: nothing is paid for a a\n    3 | payoffs:" },
    { "ursa-game 1\nmoves: 3\npayoffs:\n", "nor for 4 other joint moves of 9" },
    { "ursa-game 1\nmoves: 2\npayoffs:\n", "nothing is paid for 1 0" },
};

START_TEST(what_is_wrong_is_told_with_its_place)
{
    struct game_table g;
    struct err err;
    ck_assert(!reads(&g, bad[_i].text, &err));
    ck_assert_msg(strstr(err.text, bad[_i].words) != NULL, "%s\nnot: %s", bad[_i].text,
                  err.text);
    ck_assert(!reads(&g, bad[_i].text, &(struct err){ 0 }));
}
END_TEST

START_TEST(a_game_that_is_not_there_is_told)
{
    struct spec_of spec;
    struct err err = { 0 };
    ck_assert(kind_parse(&spec, &game_shelf, "game:file=nowhere.game", &err));
    ck_assert_ptr_null(game_open(&spec, 0, &err));
    ck_assert_msg(strstr(err.text, "nowhere.game") != NULL, "%s", err.text);
    kind_release(&spec);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("game files");
    TCase *tc = tcase_create("game files");
    tcase_add_test(tc, the_shipped_game_is_that_of_the_book);
    tcase_add_test(tc, players_with_other_moves_are_paid_in_any_order);
    tcase_add_test(tc, more_than_two_see_all_the_others);
    tcase_add_loop_test(tc, what_is_wrong_is_told_with_its_place, 0,
                        sizeof bad / sizeof *bad);
    tcase_add_test(tc, a_game_that_is_not_there_is_told);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
