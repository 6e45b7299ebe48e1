#include "config.h"

#include "harness.h"
#include "reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- colours */

START_TEST(colours_say_what_is_behind)
{
    static const struct {
        const char *text;
        enum backdrop is;
    } table[] = {
        { "rgb:0000/0000/0000", BACKDROP_DARK },
        { "rgb:ffff/ffff/ffff", BACKDROP_LIGHT },
        { "rgb:fd/f6/e3", BACKDROP_LIGHT }, /* solarized */
        { "rgb:00/2b/36", BACKDROP_DARK },
        { "rgb:f/f/f", BACKDROP_LIGHT },
        { "rgb:7f7f/7f7f/7f7f", BACKDROP_LIGHT }, /* L* 53 */
        { "rgb:7070/7070/7070", BACKDROP_DARK },  /* L* 47 */
        { "rgba:ffff/ffff/ffff/8000", BACKDROP_LIGHT },
        { "#ffffff", BACKDROP_LIGHT },
        { "#000", BACKDROP_DARK },
        { "#ffffffffffff", BACKDROP_LIGHT },
        { "", BACKDROP_UNKNOWN },
        { "rgb:", BACKDROP_UNKNOWN },
        { "rgb:ffff/ffff", BACKDROP_UNKNOWN },
        { "rgb:ffff/ffff/ffff/ffff", BACKDROP_UNKNOWN },
        { "rgb:ffffff/ffffff/ffffff", BACKDROP_UNKNOWN },
        { "rgb:gg/gg/gg", BACKDROP_UNKNOWN },
        { "white", BACKDROP_UNKNOWN },
        { "#", BACKDROP_UNKNOWN },
        { "#ffff", BACKDROP_UNKNOWN },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        ck_assert_msg(backdrop_of_colour(table[i].text) == table[i].is, "%s",
                      table[i].text);
}
END_TEST

START_TEST(colorfgbg_says_it_too)
{
    static const struct {
        const char *text;
        enum backdrop is;
    } table[] = {
        { NULL, BACKDROP_UNKNOWN },        { "", BACKDROP_UNKNOWN },
        { "15;0", BACKDROP_DARK },         { "0;15", BACKDROP_LIGHT },
        { "0;7", BACKDROP_LIGHT },         { "0;8", BACKDROP_DARK },
        { "0;default;9", BACKDROP_LIGHT }, { "0;default", BACKDROP_UNKNOWN },
        { "7", BACKDROP_UNKNOWN },         { "0;16", BACKDROP_UNKNOWN },
        { "0;7x", BACKDROP_UNKNOWN },      { "0;-1", BACKDROP_UNKNOWN },
        { "0;6", BACKDROP_DARK },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        ck_assert_int_eq(backdrop_of_fgbg(table[i].text), table[i].is);
}
END_TEST

/* ---- answers among keys */

#define WHITE "\033]11;rgb:ffff/ffff/ffff\033\\"
#define BLACK "\033]11;rgb:0000/0000/0000\a"
#define KIND  "\033[?62;22c"

/* Feeds bytes from time `t` on, `gap` ms apart; returns the time after them. */
static int64_t feed(struct reply *r, const char *bytes, int64_t t, int64_t gap)
{
    for (; *bytes; bytes++, t += gap) {
        reply_wait(r, t);
        reply_take(r, (uint8_t)*bytes, t);
    }
    return t;
}

/* Keys that have come out, as letters: ESC as E. */
static const char *keys_of(struct reply *r, char *buf)
{
    size_t n = 0;
    for (uint32_t key; (key = reply_key(r));)
        buf[n++] = key == VK_ESCAPE ? 'E' : key == VK_UP ? 'U' : (char)key;
    buf[n] = '\0';
    return buf;
}

static void expect_keys(struct reply *r, const char *want)
{
    char buf[REPLY_KEYS + 1];
    ck_assert_str_eq(keys_of(r, buf), want);
}

/* Whole, however long after it was asked. */
START_TEST(answers_are_no_keys)
{
    static const char *const answers[] = { WHITE KIND, "\033]11;rgb:ffff/ffff/ffff\a" KIND,
                                           WHITE WHITE KIND, KIND WHITE };
    static const int64_t delays[] = { 0, 40, 2000, 100000 };
    for (size_t a = 0; a < sizeof answers / sizeof *answers; a++)
        for (size_t d = 0; d < sizeof delays / sizeof *delays; d++) {
            struct reply r = { 0 };
            reply_asked(&r, 1000);
            int64_t t = feed(&r, "x", 1000, 0);
            t = feed(&r, answers[a], t + delays[d], 0);
            feed(&r, "y", t, 0);
            expect_keys(&r, "xy");
            ck_assert_int_eq(r.backdrop, BACKDROP_LIGHT);
            ck_assert(r.answered && !r.expects);
        }
}
END_TEST

/* In two pieces, wherever it is cut, with a pause between that may be long. */
START_TEST(answers_in_pieces_are_no_keys)
{
    static const char whole[] = WHITE KIND;
    static const int64_t pauses[] = { 5, 60, 300, 480 };
    char first[64];
    for (size_t cut = 1; cut < sizeof whole - 1; cut++)
        for (size_t p = 0; p < sizeof pauses / sizeof *pauses; p++) {
            struct reply r = { 0 };
            reply_asked(&r, 0);
            snprintf(first, sizeof first, "%.*s", (int)cut, whole);
            int64_t t = feed(&r, first, 100, 0) + pauses[p];
            reply_wait(&r, t);
            feed(&r, whole + cut, t, 0);
            feed(&r, "q", t, 0);
            expect_keys(&r, "q");
            ck_assert_int_eq(r.backdrop, BACKDROP_LIGHT);
        }
    struct reply r = { 0 }; /* byte by byte over a very slow line */
    reply_asked(&r, 0);
    feed(&r, whole, 10, 80);
    expect_keys(&r, "");
    ck_assert_int_eq(r.backdrop, BACKDROP_LIGHT);
}
END_TEST

/* Late and cut after its Escape, which was a key by then: no more of it becomes one. */
START_TEST(a_late_answer_in_pieces_types_nothing)
{
    struct reply r = { 0 };
    reply_asked(&r, 0);
    int64_t t = feed(&r, "\033", 10000, 0) + 200;
    reply_wait(&r, t);
    t = feed(&r, "]", t, 0) + 200;
    reply_wait(&r, t);
    feed(&r, "11;rgb:0/0/0\a", t, 0);
    expect_keys(&r, "E");
    ck_assert_int_eq(r.backdrop, BACKDROP_DARK);
    t = feed(&r, "\033", 20000, 0) + 200;
    reply_wait(&r, t);
    feed(&r, "[?62c", t, 0);
    expect_keys(&r, "E");
    ck_assert(r.answered);
}
END_TEST

/* What is no answer says nothing, and is no key either. */
START_TEST(nonsense_changes_nothing)
{
    static const char *const nonsense[] = { "\033]11;what\033\\",
                                            "\033]11;\a",
                                            "\033]4;1;rgb:ffff/ffff/ffff\a",
                                            "\033]11\a",
                                            "\033[?1;2;3;4;5;6n",
                                            "\033P1$r0m\033\\",
                                            "\033[>0;276;0c",
                                            "\033[;;;;;;;R",
                                            "\033]11;rgb:ffff/ffff/ff\033[?62c",
                                            "\033]11;rgb:\x01\x02\x03\a" };
    for (size_t i = 0; i < sizeof nonsense / sizeof *nonsense; i++) {
        struct reply r = { .backdrop = BACKDROP_UNKNOWN };
        reply_asked(&r, 0);
        feed(&r, nonsense[i], 5, 0);
        feed(&r, "q", 6, 0);
        expect_keys(&r, "q");
        ck_assert_msg(r.backdrop == BACKDROP_UNKNOWN || i == 8, "%zu", i);
        ck_assert_int_eq(r.state, REPLY_NOTHING);
    }
}
END_TEST

/* One that never ends takes no keys for ever: it is given up when nothing comes, or when it
 * is longer than any answer. */
START_TEST(an_answer_without_end_is_given_up)
{
    struct reply r = { 0 };
    reply_asked(&r, 0);
    feed(&r, "\033]11;rgb:ff", 5, 0);
    ck_assert_int_eq(reply_patience(&r, 5), 2000);
    reply_wait(&r, 2005);
    feed(&r, "q", 2006, 0);
    expect_keys(&r, "q");
    feed(&r, "\033]11;", 3000, 0);
    for (int i = 0; i < 300; i++)
        feed(&r, "z", 3000, 0);
    char buf[REPLY_KEYS + 1];
    ck_assert_uint_gt(strlen(keys_of(&r, buf)), 30);
}
END_TEST

/* Escape and Alt stay keys: at once where nothing is expected, and in any case soon. */
START_TEST(escape_is_a_key)
{
    struct reply r = { 0 };
    feed(&r, "\033", 0, 0);
    ck_assert_int_eq(reply_patience(&r, 0), 10);
    reply_wait(&r, 10);
    expect_keys(&r, "E");
    ck_assert_int_eq(reply_patience(&r, 10), -1);
    feed(&r, "\033x\033]x\033\033", 20, 0);
    reply_wait(&r, 40);
    expect_keys(&r, "ExE]xEE");
    feed(&r, "\033", 100, 0);
    reply_wait(&r, 111);
    feed(&r, "[]", 112, 0);
    expect_keys(&r, "E[]");
    feed(&r, "\033[A", 200, 0); /* an arrow that curses did not know */
    expect_keys(&r, "U");
    reply_asked(&r, 300);
    feed(&r, "\033", 301, 0);
    reply_wait(&r, 700);
    expect_keys(&r, "");
    reply_wait(&r, 801);
    expect_keys(&r, "E");
    feed(&r, "\033", 9000, 0);
    ck_assert_int_eq(reply_patience(&r, 9000), 10);
    reply_wait(&r, 9010);
    feed(&r, "]x", 9011, 0);
    expect_keys(&r, "E]x");
}
END_TEST

START_TEST(a_change_is_told)
{
    struct reply r = { 0 };
    feed(&r, "\033[?2031;2$y", 0, 0);
    ck_assert(r.notifies && !r.changed);
    feed(&r, "\033[?997;2n", 0, 0);
    ck_assert(r.changed);
    struct reply no = { 0 };
    feed(&no, "\033[?2031;0$y", 0, 0);
    ck_assert(!no.notifies);
    expect_keys(&r, "");
    expect_keys(&no, "");
}
END_TEST

/* Of arbitrary bytes nothing breaks, and the keys after them are read. */
START_TEST(any_bytes_may_come)
{
    static const char bytes[] = "\033\033]]11;?[0\a\\c$yn\x9cq;:Pz_ ";
    unsigned lot = 12345;
    struct reply r = { 0 };
    int64_t t = 0;
    reply_asked(&r, 0);
    for (int i = 0; i < 200000; i++) {
        lot = lot * 1664525u + 1013904223u;
        char text[2] = { bytes[(lot >> 16) % (sizeof bytes - 1)], '\0' };
        t = feed(&r, text, t + (lot >> 24 < 4 ? 700 : 0), 0);
        while (lot & 256 && reply_key(&r))
            ;
    }
    reply_wait(&r, t + 3000);
    reply_wait(&r, t + 6000);
    while (reply_key(&r))
        ;
    feed(&r, "q", t + 9000, 0);
    expect_keys(&r, "q");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("reply");
    TCase *tc = tcase_create("reply");
    tcase_add_test(tc, colours_say_what_is_behind);
    tcase_add_test(tc, colorfgbg_says_it_too);
    tcase_add_test(tc, answers_are_no_keys);
    tcase_add_test(tc, answers_in_pieces_are_no_keys);
    tcase_add_test(tc, a_late_answer_in_pieces_types_nothing);
    tcase_add_test(tc, nonsense_changes_nothing);
    tcase_add_test(tc, an_answer_without_end_is_given_up);
    tcase_add_test(tc, escape_is_a_key);
    tcase_add_test(tc, a_change_is_told);
    tcase_add_test(tc, any_bytes_may_come);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
