#include "config.h"

#include "broken.h"
#include "harness.h"

/* Every law can be broken: a picture with one fault breaks the law about it, and what is
 * said names the fault with the shortest example. */

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
    broken_open(&b);
    b.ops.draw = beyond;
    broken_env(&b, "canvas", "it draws beyond 1 rows of 3");
    broken_open(&b);
    b.ops.draw = in_new_ink;
    broken_env(&b, "canvas", "cell 0 has ink 5, which there is not");
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
    broken_open(b);
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
    broken_env(&b, "tiles", "cell 1 has tile 2 of 2");
    tiled(&b, prize_told);
    broken_env(&b, "tiles", "cell 2 shows prize without the truth");
    tiled(&b, corridor_drawn);
    b.ops.tiles = looks + 1;
    broken_env(&b, "tiles", "its first tile is no bare ground, or its canvas is text");
}
END_TEST

START_TEST(players_are_where_they_are_painted)
{
    struct broken b;
    tiled(&b, two_players);
    broken_env(&b, "players", "cell 2 is painted with players 0x2, cell() says 0");
    tiled(&b, corridor_drawn);
    b.ops.cell = NULL;
    broken_env(&b, "players", "it draws tiles, and has no cell() to say who is where");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("laws of pictures");
    TCase *tc = tcase_create("pictures");
    tcase_add_test(tc, pictures_stay_within_their_frame);
    tcase_add_test(tc, tiles_are_of_the_worlds_own_table);
    tcase_add_test(tc, players_are_where_they_are_painted);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
