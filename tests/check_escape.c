#include "config.h"

#include "escape.h"
#include "harness.h"
#include "mask.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Everything that may stand in a name: all bytes but NUL. */
static void every_byte(char text[256])
{
    for (int c = 1; c < 256; c++)
        text[c - 1] = (char)c;
    text[255] = '\0';
}

/* Whether a terminal would obey some of it: a C0 or C1 control, or no UTF-8. */
static bool obeyed(const char *s)
{
    for (size_t len; *s; s += len) {
        len = utf8_len(s);
        unsigned char c = (unsigned char)*s;
        if (!len || (c < ' ' && c != '\n') || c == 0x7f ||
            (c == 0xc2 && (unsigned char)s[1] < 0xa0))
            return true;
    }
    return false;
}

START_TEST(no_byte_reaches_a_terminal)
{
    char text[256];
    every_byte(text);
    ck_assert(obeyed(text));
    for (int m = MARKUP_HTML; m <= MARKUP_SHELL; m++) {
        char *out = escape_new((enum markup)m, text);
        ck_assert_msg(!obeyed(out), "markup %d: %s", m, out);
        free(out);
    }
    char *masked = mask_new(text);
    ck_assert_msg(!obeyed(masked), "%s", masked);
    free(masked);
}
END_TEST

/* The shell itself reads it back. */
static void reads_back(const char *text)
{
    char got[600] = "", command[4000], *word = escape_new(MARKUP_SHELL, text);
    snprintf(command, sizeof command, "printf %%s %s", word);
    FILE *sh = popen(command, "r");
    ck_assert(sh != NULL);
    got[fread(got, 1, sizeof got - 1, sh)] = '\0';
    ck_assert_int_eq(pclose(sh), 0);
    ck_assert_msg(!strcmp(got, text), "%s became %s", word, got);
    free(word);
}

START_TEST(a_word_of_the_shell_reads_back)
{
    static const char *const words[] = { "plain-1.map", "",           "m$(touch x).map",
                                         "a b",         "it's",       "`x`",
                                         "a\\b\"c",     "*",          "~",
                                         "\033",        "two\nlines", "\302\233" };
    char text[256];
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        reads_back(words[i]);
    every_byte(text);
    reads_back(text);
    char *plain = escape_new(MARKUP_SHELL, "gridworld-v1:map=thesis,size=5");
    ck_assert_str_eq(plain, "gridworld-v1:map=thesis,size=5");
    free(plain);
}
END_TEST

static const struct {
    enum markup markup;
    const char *text, *escaped;
} known[] = {
    { MARKUP_HTML, "<b a=\"1\">&amp;'", "&lt;b a=&quot;1&quot;&gt;&amp;amp;&#39;" },
    { MARKUP_MARKDOWN, "a|b <i> *x* _y_ [z](w) `c` $d$ \\e &f;",
      "a\\|b \\<i\\> \\*x\\* \\_y\\_ [z\\](w) \\`c\\` \\$d\\$ \\\\e \\&f;" },
    { MARKUP_MARKDOWN, "reward_per_step 0.50 -1.5 [1, 2]",
      "reward_per_step 0.50 -1.5 [1, 2]" },
    { MARKUP_MARKDOWN, "# a\n- b\n12. c\n===", "\\# a\n\\- b\n12\\. c\n\\===" },
    { MARKUP_LATEX, "50 % of {a_b} & \\x $1 #2 ^~<>|",
      "50 \\% of \\{a\\_b\\} \\& \\textbackslash{}x \\$1 \\#2 \\textasciicircum{}"
      "\\textasciitilde{}\\textless{}\\textgreater{}\\textbar{}" },
    { MARKUP_CSV, "a b", "a b" },
    { MARKUP_CSV, "a,\"b\"", "\"a,\"\"b\"\"\"" },
    { MARKUP_GNUPLOT, "o'd", "'o''d'" },
};

START_TEST(each_markup_has_its_own_escapes)
{
    char *out = escape_new(known[_i].markup, known[_i].text);
    ck_assert_str_eq(out, known[_i].escaped);
    free(out);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("escape");
    TCase *tc = tcase_create("escape");
    tcase_add_test(tc, no_byte_reaches_a_terminal);
    tcase_add_test(tc, a_word_of_the_shell_reads_back);
    tcase_add_loop_test(tc, each_markup_has_its_own_escapes, 0,
                        sizeof known / sizeof *known);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
