#include "config.h"

#include "harness.h"
#include "round.h"
#include "window.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How matches are shown, and played by hand. */

static struct view v;

static struct scene seats_of(struct scene seat[VIEW_RUNS])
{
    view_locate(&v);
    for (int i = 0; i < v.show.n; i++)
        seat[i] = view_scene(&v, i, sim_lock(v.sim[i]));
    struct scene s = seat[0];
    s.seats = seat;
    s.n_seats = v.show.n;
    return s;
}

static void unlock(void)
{
    for (int i = 0; i < v.show.n; i++)
        sim_unlock(v.sim[i]);
}

static const struct {
    const char *agents, *game;
} matches[] = {
    { "thompson:samples=20 aixi:samples=20", "matching-pennies" },
    { "fictitious logit", "rock-paper-scissors" },
    { "q-learning random q-learning", "public-goods:players=3" },
    { "random random", "kuhn-poker" },
    { "random random", "tictactoe" },
};

/* At every size, in every palette that there is shape in, by turns and at once. */
START_TEST(matches_are_drawn_everywhere)
{
    static const struct view_conf mono = { .theme.palette = PALETTE_MONO };
    for (int poor = 0; poor < 2; poor++) {
        open_on(&v, matches[_i].agents, matches[_i].game, 30, poor ? mono : rich);
        for (int64_t t = 0; t <= 20; t += 10) {
            live_to(&v, t);
            for (int rows = 12; rows < 64; rows += 12)
                for (int cols = 40; cols < 210; cols += 20) {
                    struct sheet s = drawn(&v, rows, cols);
                    sheet_release(&s);
                }
            view_key(&v, 'v');
            view_key(&v, '\t');
        }
        view_release(&v);
    }
}
END_TEST

/* 80x24 has the table, what was just played, what each expects beside what is done, and how
 * far that is from equilibrium. */
START_TEST(who_expects_what_is_on_the_smallest_screen)
{
    open_on(&v, "thompson:samples=50 fictitious", "matching-pennies", 60, rich);
    live_to(&v, 30);
    ck_assert(shows(&v, 24, 80, "A on B"));
    ck_assert(shows(&v, 24, 80, "B on A"));
    ck_assert(shows(&v, 24, 80, "A expects"));
    ck_assert(shows(&v, 24, 80, "B expects"));
    ck_assert(shows(&v, 24, 80, "B's law"));
    ck_assert(shows(&v, 24, 80, "so far"));
    ck_assert(shows(&v, 24, 80, "\u25b6 "));
    ck_assert(shows(&v, 24, 80, "NashConv"));
    ck_assert(!shows(&v, 24, 80, "\u25c7 Nash"));
    view_key(&v, 'v');
    ck_assert(shows(&v, 24, 80, "\u25c7 Nash"));
    view_key(&v, 'v');
    ck_assert(shows(&v, 60, 200, "\u25c7 Nash"));
    ck_assert(shows(&v, 60, 200, "NashConv so far"));
    view_release(&v);
}
END_TEST

/* The frames' own numbers: what fictitious play expects is how often the other did it, with
 * one round of each before the first. */
START_TEST(what_is_expected_is_what_was_seen)
{
    struct scene seat[VIEW_RUNS];
    struct round r;
    open_on(&v, "fictitious scripted:actions=0+0+1", "matching-pennies", 9, rich);
    live_to(&v, 3);
    struct scene s = seats_of(seat);
    ck_assert(round_at(&s, &r));
    ck_assert_double_eq(r.rounds, 3);
    ck_assert_near(round_expects(&r, 0, 1, 0), 3.0 / 5, 1e-6);
    ck_assert_near(round_expects(&r, 0, 1, 1), 2.0 / 5, 1e-6);
    ck_assert_near(r.so_far.p[1][0], 2.0 / 3, 1e-12);
    ck_assert_double_eq(round_law(&r, 0, 0), 1);
    ck_assert(isnan(round_expects(&r, 1, 0, 0)));
    ck_assert_int_eq(round_played(&r), 1);
    ck_assert_uint_eq(round_nash(&r)->n, 1);
    ck_assert_near(round_nash(&r)->at[0].p[0][0], 0.5, 1e-9);
    ck_assert(!round_is_nash(&r, 0));
    unlock();
    view_release(&v);
}
END_TEST

/* The equilibria of the stag hunt are marked: both stag, both hare, three quarters. */
START_TEST(equilibria_are_marked)
{
    struct scene seat[VIEW_RUNS];
    struct round r;
    open_on(&v, "random random", "stag-hunt", 9, rich);
    live_to(&v, 3);
    struct scene s = seats_of(seat);
    ck_assert(round_at(&s, &r));
    ck_assert(round_is_nash(&r, 0) && round_is_nash(&r, 3));
    ck_assert(!round_is_nash(&r, 1) && !round_is_nash(&r, 2));
    ck_assert_uint_eq(round_nash(&r)->n, 3);
    unlock();
    view_release(&v);
}
END_TEST

static void play(const char *agents, const char *game, unsigned seats)
{
    open_on(&v, agents, game, 20, rich);
    v.by_hand = true;
    v.seats = seats;
    view_key(&v, 'a');
}

/* The user in seat 1: the agent waits for him, and what it thinks is not shown unless he
 * asks for the truth. */
START_TEST(a_seat_is_played_by_hand)
{
    play("fictitious random", "matching-pennies", 2);
    ck_assert(shows(&v, 24, 80, "B you"));
    ck_assert(shows(&v, 24, 80, "A fictitious"));
    ck_assert_int_eq(view_to_act(&v), 1);
    ck_assert_int_eq(v.run, 1);
    for (int t = 1; t <= 4; t++) {
        ck_assert_int_eq(film_last(sim_film(v.sim[0])), t - 1);
        view_key(&v, '1');
        sim_wait(v.sim[0], t);
    }
    struct frame f = film_at(sim_film(v.sim[1]), 4);
    ck_assert_uint_eq(f.action, 1);
    ck_assert_int_eq(f.rec.by, BY_USER);
    ck_assert_int_eq(film_at(sim_film(v.sim[0]), 4).rec.by, BY_AGENT);
    ck_assert(!shows(&v, 24, 80, "A expects") && !shows(&v, 24, 80, "A's law"));
    view_key(&v, 't');
    ck_assert(shows(&v, 24, 80, "A expects") && shows(&v, 24, 80, "A's law"));
    view_release(&v);
}
END_TEST

/* Two people at one screen take turns; who moves at once does not see the other's. */
START_TEST(two_people_play_at_one_screen)
{
    static const char moves[] = "4013";
    play("random random", "tictactoe", 3);
    for (int t = 0; moves[t]; t++) {
        ck_assert_int_eq(view_to_act(&v), t % 2);
        view_key(&v, (uint32_t)moves[t]);
        sim_wait(v.sim[0], t + 1);
        ck_assert_uint_eq(film_at(sim_film(v.sim[t % 2]), t + 1).action,
                          (unsigned)(moves[t] - '0'));
    }
    view_release(&v);
    play("random random", "prisoners-dilemma", 3);
    view_key(&v, '0');
    ck_assert_int_eq(view_to_act(&v), 1);
    ck_assert_int_eq(film_last(sim_film(v.sim[0])), 0);
    view_key(&v, '1');
    sim_wait(v.sim[0], 1);
    ck_assert_uint_eq(film_at(sim_film(v.sim[0]), 1).action, 0);
    ck_assert_uint_eq(film_at(sim_film(v.sim[1]), 1).action, 1);
    view_release(&v);
}
END_TEST

/* A player of poker is not told the other's card. */
START_TEST(a_hand_of_cards_stays_hidden)
{
    play("random random", "kuhn-poker", 2);
    for (int t = 1; t <= 8; t++) {
        int seat = view_to_act(&v);
        if (seat >= 0)
            view_key(&v, '0');
        view_go(&v, t);
        view_pause(&v, false);
        sim_wait(v.sim[0], t);
        struct sheet s = drawn(&v, 24, 80);
        char *text = text_of(&s, &v.conf);
        ck_assert_ptr_null(strstr(text, "has a "));
        ck_assert_ptr_null(strstr(text, "A bet"));
        free(text);
        sheet_release(&s);
    }
    view_release(&v);
}
END_TEST

/* The others' card in boxes, as far as the agent can tell, of either seat; not before there
 * are cards. */
START_TEST(a_seat_at_poker_has_its_hand)
{
    struct scene seat[VIEW_RUNS];
    open_on(&v, "aixi:samples=20 random", "kuhn-poker", 60, rich);
    ck_assert(!shows(&v, 24, 80, "I hold"));
    live_to(&v, 1);
    int64_t t = 1;
    for (; t < 40; live_to(&v, ++t)) {
        struct scene s = seats_of(seat);
        struct frame f = film_at(seat[0].film, t);
        bool done = f.done && f.rec.t > 1;
        if (done) {
            unsigned mine = f.rec.e.obs % 3;
            ck_assert_double_eq((double)f.hidden[mine], 0);
            ck_assert_near((double)(f.hidden[0] + f.hidden[1] + f.hidden[2]), 1, 1e-6);
            ck_assert_uint_ne(s.env->ops->hidden(s.env, f.state), mine);
        }
        unlock();
        if (done)
            break;
    }
    ck_assert_int_lt(t, 40);
    ck_assert(shows(&v, 24, 80, "jack") && shows(&v, 24, 80, "queen"));
    ck_assert(shows(&v, 24, 80, "I hold"));
    ck_assert(shows(&v, 24, 80, "what do they hold?"));
    view_key(&v, '\t'); /* who believes nothing holds a card all the same */
    ck_assert(shows(&v, 24, 80, "I hold"));
    view_release(&v);
}
END_TEST

/* Marks on a sheet in the colour of an agent. */
static int count_marks(const struct sheet *s, uint32_t ch, int nr)
{
    int n = 0;
    for (int i = 0; i < s->rows * s->cols; i++)
        n += s->at[i].ch == ch && (enum role)s->at[i].role == (enum role)(ROLE_AGENT + nr);
    return n;
}

/* X is the first player's, whoever is shown. */
START_TEST(marks_on_the_board_are_of_those_who_made_them)
{
    static const char moves[] = "4015";
    play("random random", "tictactoe", 3);
    for (int t = 0; moves[t]; t++) {
        view_key(&v, (uint32_t)moves[t]);
        sim_wait(v.sim[0], t + 1);
        struct sheet s = drawn(&v, 24, 80);
        ck_assert_int_eq(v.run, (t + 1) % 2);
        ck_assert_int_eq(count_marks(&s, 'X', 0), (t + 2) / 2);
        ck_assert_int_eq(count_marks(&s, 'O', 1), (t + 1) / 2);
        sheet_release(&s);
    }
    view_release(&v);
}
END_TEST

/* On both maps, each has the letter, colour and place of its own. */
START_TEST(bodies_have_their_letters_on_every_map)
{
    struct scene seat[VIEW_RUNS];
    open_on(&v, "random random", "pursuit", 20, rich);
    live_to(&v, 4);
    struct scene s = seats_of(seat);
    for (int i = 0; i < 2; i++) {
        const struct env *env = seat[i].env;
        const void *state = film_at(seat[i].film, 4).state;
        int me = env->ops->cell(env, state, 0), other = env->ops->cell(env, state, 1);
        ck_assert_int_eq(film_at(seat[i].film, 4).cell, me);
        ck_assert_int_eq(me, seat[!i].env->ops->cell(seat[!i].env, state, 1));
        ck_assert_int_ne(me, other);
    }
    (void)s;
    unlock();
    struct sheet sheet = drawn(&v, 24, 80);
    for (int r = 0, a = 0, b = 0; r < sheet.rows; r++)
        for (int c = 0; c < sheet.cols; c++) {
            struct mark m = sheet.at[r * sheet.cols + c];
            a += m.ch == 'A' && m.ground == GROUND_AGENT;
            b += m.ch == 'B' && m.ground == (uint8_t)(GROUND_AGENT + 1);
            if (r == sheet.rows - 1 && c == sheet.cols - 1) {
                ck_assert_int_eq(a, 2);
                ck_assert_int_eq(b, 2);
            }
        }
    sheet_release(&sheet);
    view_release(&v);
}
END_TEST

/* How far all of it was from equilibrium stands under the first. */
START_TEST(the_card_tells_nashconv)
{
    open_on(&v, "scripted:actions=0 scripted:actions=0", "matching-pennies", 10, rich);
    live_to(&v, 10);
    view_overlay(&v, OVERLAY_CARD);
    ck_assert(shows(&v, 40, 100, "NashConv of all"));
    ck_assert(shows(&v, 40, 100, "1.00")); /* B would gain 1 by tails */
    view_release(&v);
}
END_TEST

int main(void)
{
    enum { MATCHES = sizeof matches / sizeof *matches };
    Suite *s = suite_create("matches in the window");
    TCase *tc = tcase_create("matches in the window");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, matches_are_drawn_everywhere, 0, MATCHES);
    tcase_add_test(tc, who_expects_what_is_on_the_smallest_screen);
    tcase_add_test(tc, what_is_expected_is_what_was_seen);
    tcase_add_test(tc, equilibria_are_marked);
    tcase_add_test(tc, a_seat_is_played_by_hand);
    tcase_add_test(tc, two_people_play_at_one_screen);
    tcase_add_test(tc, a_hand_of_cards_stays_hidden);
    tcase_add_test(tc, a_seat_at_poker_has_its_hand);
    tcase_add_test(tc, marks_on_the_board_are_of_those_who_made_them);
    tcase_add_test(tc, bodies_have_their_letters_on_every_map);
    tcase_add_test(tc, the_card_tells_nashconv);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
