#include "config.h"

#include "harness.h"
#include "mask.h"
#include "svg.h"
#include "window.h"
#include "xalloc.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct theme dark = { PALETTE_DARK, BACKDROP_DARK, 256 };

static char *still_of(const struct sheet *s, struct theme theme)
{
    char *text = NULL;
    size_t n = 0;
    FILE *f = xopen_memstream(&text, &n);
    svg_print(f, s, theme, "a <b> & \"c\"");
    xclose_memstream(f);
    return text;
}

/* Reads the file as XML would have it: tags are closed in order, attributes quoted, no bare
 * ampersand, one root; all letters between the tags of <text>, in order, go to `out`. */
static void read_xml(const char *x, char *out, size_t cap)
{
    char open[8][16];
    int depth = 0, roots = 0;
    size_t n = 0;
    while (*x) {
        if (*x == '<' && x[1] == '/') {
            size_t len = strcspn(x + 2, ">");
            ck_assert(depth > 0 && strlen(open[depth - 1]) == len &&
                      !strncmp(open[depth - 1], x + 2, len));
            depth--;
            x += len + 3;
        } else if (*x == '<') {
            size_t len = strcspn(x + 1, " />");
            ck_assert(len > 0 && len < 16 && depth < 8);
            snprintf(open[depth], sizeof open[depth], "%.*s", (int)len, x + 1);
            roots += depth == 0;
            for (x += len + 1; *x != '>' && *x != '/';) {
                ck_assert_int_eq(*x, ' ');
                x += 1 + strcspn(x + 1, "=");
                ck_assert(!strncmp(x, "=\"", 2));
                size_t value = strcspn(x + 2, "\"<&");
                ck_assert_int_eq(x[2 + value], '"');
                x += value + 3;
            }
            depth += *x == '>';
            x += *x == '/' ? 2 : 1;
        } else {
            ck_assert(*x != '>' && (depth > 0 || *x == '\n'));
            if (*x == '&')
                ck_assert(!strncmp(x, "&lt;", 4) || !strncmp(x, "&gt;", 4) ||
                          !strncmp(x, "&amp;", 5) || !strncmp(x, "&quot;", 6) ||
                          !strncmp(x, "&#39;", 5));
            if (depth && !strcmp(open[depth - 1], "text") && n + 1 < cap)
                out[n++] = *x;
            x++;
        }
    }
    out[n] = '\0';
    ck_assert(depth == 0 && roots == 1);
}

START_TEST(foreign_text_stays_text)
{
    struct sheet s = { 0 };
    char words[400];
    sheet_resize(&s, 3, 40);
    struct pane p = { &s, { 0, 0, 3, 40 } };
    put_text(p, 0, 0, ROLE_TEXT, "<script>&amp;\"'</text>");
    put_text(p, 1, 3, ROLE_GOOD, "one two  three");
    put_ch(p, 2, 0, ROLE_TEXT, 0x1b);
    char *svg = still_of(&s, dark);
    read_xml(svg, words, sizeof words);
    ck_assert_str_eq(words, "&lt;script&gt;&amp;amp;&quot;&#39;&lt;/text&gt;"
                            "one twothree?");
    ck_assert_ptr_nonnull(strstr(svg, "<title>a &lt;b&gt; &amp; &quot;c&quot;</title>"));
    free(svg);
    sheet_release(&s);
}
END_TEST

/* Grounds are rectangles of exactly their colours, letters in theirs; what is painted
 * reversed is so here. */
START_TEST(colours_are_exact)
{
    struct sheet s = { 0 };
    char rect[200], text[200];
    sheet_resize(&s, 1, 10);
    struct pane p = { &s, { 0, 0, 1, 10 } };
    pane_fill(pane_part(p, 0, 2, 1, 3), GROUND_STEP + 5);
    put_text(p, 0, 3, ROLE_ON(ROLE_INK, GROUND_STEP + 5), "x");
    put_text(p, 0, 6, ROLE_LABEL, "L");
    char *svg = still_of(&s, dark);
    snprintf(rect, sizeof rect,
             "<rect x=\"27\" y=\"9\" width=\"27\" height=\"18\" fill=\"#%06x\"/>",
             (unsigned)theme_ground(dark, GROUND_STEP + 5).rgb);
    snprintf(text, sizeof text,
             "<text x=\"36\" y=\"22\" textLength=\"9\" fill=\"#%06x\">x</text>",
             (unsigned)theme_role(dark, ROLE_INK, GROUND_STEP + 5).rgb);
    ck_assert_ptr_nonnull(strstr(svg, rect));
    ck_assert_ptr_nonnull(strstr(svg, text));
    snprintf(text, sizeof text, "fill=\"#%06x\">L</text>",
             (unsigned)theme_own(dark, false));
    ck_assert_ptr_nonnull(strstr(svg, text));
    free(svg);
    sheet_release(&s);
}
END_TEST

static int count(const char *text, const char *what)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, what)); at++)
        n++;
    return n;
}

/* Blocks, lines and curves are shapes: none of them is left to a font. */
START_TEST(blocks_and_lines_are_drawn)
{
    struct sheet s = { 0 };
    char words[100];
    sheet_resize(&s, 1, 40);
    put_text((struct pane){ &s, { 0, 0, 1, 40 } }, 0, 0, ROLE_TEXT,
             "\u2588\u258f\u2581\u2590\u2596\u2571\u2500\u2502\u250c\u256f\u28c1\u2501a");
    char *svg = still_of(&s, dark);
    read_xml(svg, words, sizeof words);
    ck_assert_str_eq(words, "a");
    ck_assert_int_eq(count(svg, "<rect"), 1 + 5 + 3); /* 0x28c1: three dots */
    ck_assert_int_eq(count(svg, "<path"), 6);
    free(svg);
    sheet_release(&s);
}
END_TEST

/* Every character of a window is in its still, in order, whatever the palette. */
START_TEST(a_still_says_what_the_window_says)
{
    struct view v;
    struct theme theme = { (enum palette)_i, BACKDROP_DARK, 256 };
    open_on(&v, "aixi:samples=50", "gridworld:map=thesis", 30,
            (struct view_conf){ .utf8 = true, .theme = theme });
    live_to(&v, 12);
    struct sheet s = drawn(&v, 24, 80);
    char *svg = still_of(&s, theme), *want = xcalloc(1, 1 << 16);
    char *words = xcalloc(1, 1 << 16), *at = want;
    read_xml(svg, words, 1 << 16);
    for (int i = 0; i < s.rows * s.cols; i++) {
        uint32_t ch = s.at[i].ch;
        bool shape =
            (ch >= 0x2500 && ch < 0x25a0 && ch != 0x2592) || (ch >= 0x2800 && ch < 0x2900);
        if (ch && ch != ' ' && !shape)
            at += ch == '<'   ? sprintf(at, "&lt;")
                  : ch == '>' ? sprintf(at, "&gt;")
                              : (int)utf8_of(ch, at);
    }
    for (char *from = words, *to = words; *to || *from; from++)
        if (*from != ' ' || !*from) {
            *to++ = *from;
            if (!*from)
                break;
        }
    ck_assert_str_eq(words, want);
    free(svg);
    free(want);
    free(words);
    sheet_release(&s);
    view_release(&v);
}
END_TEST

START_TEST(utf8_is_what_next_char_reads)
{
    static const uint32_t chars[] = {
        ' ', 'z', 0xb7, 0x7ff, 0x800, 0x2571, 0xffee, 0x1f43b
    };
    for (size_t i = 0; i < sizeof chars / sizeof *chars; i++) {
        char bytes[5] = "";
        const char *at = bytes;
        bytes[utf8_of(chars[i], bytes)] = '\0';
        ck_assert_uint_eq(next_char(&at), chars[i]);
        ck_assert_int_eq(*at, '\0');
    }
}
END_TEST

/* From the window: a name that ends so is a still, and nothing else is. */
START_TEST(write_saves_a_still)
{
    struct view v;
    char dir[] = "/tmp/ursa-still-XXXXXX", line[80], path[60];
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/a.svg", dir);
    snprintf(line, sizeof line, "write %s", path);
    open_on(&v, "random", "coin-flip", 5, rich);
    command_run(&v, line);
    ck_assert(!shows(&v, 24, 80, "wrote"));
    ck_assert_msg(!strncmp(v.message, "wrote ", 6), "%s", v.message);
    FILE *f = fopen(path, "r");
    char head[5] = "";
    ck_assert_ptr_nonnull(f);
    ck_assert(fread(head, 1, 4, f) == 4 && !strcmp(head, "<svg"));
    fclose(f);
    remove(path);
    remove(dir);
    command_run(&v, "write /nonexistent/x.svg");
    shows(&v, 24, 80, "");
    ck_assert_ptr_nonnull(strstr(v.message, "/nonexistent/x.svg"));
    view_release(&v);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("svg");
    TCase *tc = tcase_create("svg");
    tcase_add_test(tc, foreign_text_stays_text);
    tcase_add_test(tc, colours_are_exact);
    tcase_add_test(tc, blocks_and_lines_are_drawn);
    tcase_add_loop_test(tc, a_still_says_what_the_window_says, 0, PALETTES);
    tcase_add_test(tc, utf8_is_what_next_char_reads);
    tcase_add_test(tc, write_saves_a_still);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
