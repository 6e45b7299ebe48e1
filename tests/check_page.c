#include "config.h"

#include "deep_link.h"
#include "harness.h"
#include "match_trace.h"
#include "page.h"
#include "web.h"
#include "window.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The page for browsers, without a browser: links, the window behind it, recordings. */

static struct err err;

static void refused(const char *link, const char *why)
{
    struct link l;
    err = (struct err){ 0 };
    ck_assert_msg(!link_read(&l, link, &err), "%s was read", link);
    ck_assert_msg(strstr(err.text, why), "%s: %s", link, err.text);
    link_release(&l);
}

START_TEST(a_link_says_what_is_shown)
{
    struct link l;
    ck_assert(
        link_read(&l,
                  "agent=aixi%3Ahorizon=4&agent=random&env=gridworld:size%3D5&seed=9"
                  "&root=3&steps=50&t=12&speed=max&palette=light&layer=visits&truth=1",
                  &err));
    ck_assert_uint_eq(l.agent.n, 2);
    ck_assert_str_eq(l.agent.at[0], "aixi:horizon=4");
    ck_assert_str_eq(l.env, "gridworld:size=5");
    ck_assert_uint_eq(l.seed, 9);
    ck_assert_uint_eq(l.root, 3);
    ck_assert_uint_eq(l.steps, 50);
    ck_assert_int_eq(l.t, 12);
    ck_assert_double_eq(l.speed, 0);
    ck_assert_str_eq(palette_names[l.palette], "light");
    ck_assert_str_eq(layer_table[l.layer].name, "visits");
    ck_assert_int_eq(l.truth, 1);
    link_release(&l);
    ck_assert(link_read(&l, "", &err));
    ck_assert(isnan(l.speed) && !l.demo && !l.env && !l.agent.n && l.truth < 0);
    link_release(&l);
}
END_TEST

START_TEST(a_link_that_is_none_is_told)
{
    refused("sed=3", "'sed', which there is not; did you mean 'seed'");
    refused("seed", "'seed' without a value");
    refused("seed=-1", "whole number in 0..4294967295, got '-1'");
    refused("seed=4294967296", "whole number");
    refused("seed=3x", "whole number");
    refused("steps=0", "1..1000000000000");
    refused("t=99999999999999999999999", "whole number");
    refused("speed=0", "1..1000000 or max");
    refused("palette=ligth", "did you mean 'light'?");
    refused("layer=x", "layer 'x' is not known");
    refused("truth=yes", "truth 'yes' is not known");
    refused("demo=a&demo=b", "'demo' twice");
    refused("env=", "says nothing");
    refused("env=%zz", "an escape that is none");
    refused("env=a%00b", "an escape that is none");
    refused("env=a%4", "an escape that is none");
}
END_TEST

/* What is written is read as the same again, whatever the specs have in them. */
START_TEST(the_link_of_a_view_opens_it_again)
{
    static const char *const links[] = {
        "agent=aixi:horizon=4&env=gridworld:size=5&seed=9&steps=50&t=12&speed=4&layer="
        "visits",
        "agent=thompson&agent=random&env=tiger&seed=1&root=7&steps=20&t=0&speed=max"
        "&palette=high-contrast&layer=belief&truth=1",
        "demo=thompson&seed=3&steps=60&t=5&speed=8&layer=belief",
    };
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        ck_assert_msg(web_open(links[i]), "%s: %s", links[i], web_error());
        web_go(12);
        char *first = strdup(web_link());
        ck_assert_msg(web_open(first), "%s: %s", first, web_error());
        web_pump(100);
        web_draw();
        ck_assert_str_eq(web_link(), first);
        free(first);
    }
}
END_TEST

START_TEST(a_link_to_nothing_leaves_what_is_shown)
{
    ck_assert(web_open("agent=random&env=chain&steps=5&t=0"));
    ck_assert(web_draw() != NULL);
    char *before = strdup(web_text());
    static const char *const wrong[] = { "agent=aixxi&env=chain",
                                         "agent=random",
                                         "demo=nope",
                                         "demo=aixi&env=chain",
                                         "agent=random&env=<script>alert(1)</script>",
                                         "agent=aixi:horizon=x&env=gridworld" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ck_assert_msg(!web_open(wrong[i]), "%s was opened", wrong[i]);
        ck_assert_msg(*web_error(), "%s: no reason", wrong[i]);
        web_draw();
        ck_assert_str_eq(web_text(), before);
    }
    ck_assert(!web_open("agent=aixxi&env=chain"));
    ck_assert_msg(strstr(web_error(), "did you mean 'aixi'"), "%s", web_error());
    free(before);
}
END_TEST

/* A film that is pumped is the film of a thread. */
START_TEST(what_is_pumped_is_the_same_run)
{
    struct view threaded;
    open_on(&threaded, "aixi:samples=50,horizon=4", "gridworld:size=5", 30, rich);
    live_to(&threaded, 30);
    ck_assert(
        web_open("agent=aixi:samples=50,horizon=4&env=gridworld:size=5&seed=7&steps=30"
                 "&speed=max"));
    web_resize(24, 80);
    for (int i = 0; i < 1000 && !strstr(web_text(), "30/30"); i++) {
        web_pump(8);
        web_draw();
    }
    ck_assert_msg(strstr(web_text(), "30/30"), "%s", web_text());
    web_key(VK_ESCAPE); /* the card at its end */
    struct view_conf plain = threaded.conf;
    plain.theme = (struct theme){ PALETTE_AUTO, BACKDROP_DARK, COLORS_DIRECT };
    threaded.conf = plain;
    view_go(&threaded, 20);
    web_go(20);
    web_draw();
    ck_assert(strstr(web_text(), "t 20/30") != NULL);
    char *text = strdup(web_text()), *save = NULL;
    view_set_speed(&threaded, 0);
    view_go(&threaded, 20);
    for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
        ck_assert_msg(shows(&threaded, 24, 80, line), "only in the page: %s", line);
    free(text);
    view_release(&threaded);
}
END_TEST

/* A pause is one, and a speed is kept: 100 cycles a second are not 500. */
START_TEST(the_pump_keeps_time)
{
    ck_assert(web_open("agent=random&env=chain&steps=5000&speed=128"));
    web_pause();
    web_pump(20);
    web_draw();
    ck_assert(strstr(web_text(), "t 0/5000") != NULL);
    web_key(' ');
    web_pump(1);
    web_draw();
    ck_assert(strstr(web_text(), "t 0/5000") == NULL);
    ck_assert(strstr(web_text(), "t 5000/5000") == NULL);
}
END_TEST

START_TEST(keys_and_what_they_say)
{
    ck_assert(web_open("agent=random&env=chain&steps=5&t=0"));
    web_key('q');
    ck_assert_str_eq(web_message(), "there is no way out but to close the page");
    web_draw();
    ck_assert(strstr(web_text(), "random") != NULL);
    ck_assert(!web_typing());
    web_key(':');
    ck_assert(web_typing());
    ck_assert(strstr(web_keys(), "\tspace, p\tpause, go on\n") != NULL);
    ck_assert(strstr(web_keys(), "\tquit\n") == NULL);
    ck_assert(!strncmp(web_demos(), "aixi\t", 5));
    const struct glyph *g = web_draw();
    ck_assert(g[0].fg <= 0xffffff && g[0].bg <= 0xffffff && g[0].fg != g[0].bg);
    ck_assert_str_eq(web_hash("agent=random&env=chain&seed=5&steps=12"),
                     "2722382b019db935");
    ck_assert_str_eq(web_hash("agent=random&env=chain&steps=x"), "");
}
END_TEST

static char *slurp(const char *path)
{
    FILE *f = fopen(path, "r");
    char *text = calloc(1, 4096);
    ck_assert(f && text && fread(text, 1, 4095, f) > 0);
    fclose(f);
    return text;
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    ck_assert(f && fputs(text, f) >= 0);
    fclose(f);
}

START_TEST(a_page_has_its_recording_as_text)
{
    char dir[] = "/tmp/ursa-page-XXXXXX", path[100], made[100];
    ck_assert(mkdtemp(dir) != NULL);
    setenv("URSA_DATADIR", dir, 1);
    snprintf(path, sizeof path, "%s/web", dir);
    ck_assert(!mkdir(path, 0700));
    snprintf(path, sizeof path, "%s/run.urt", dir);
    snprintf(made, sizeof made, "%s/made.html", dir);
    write_file(path, "{\"agent\":\"</script><b>\"}\n");
    char page[100];
    snprintf(page, sizeof page, "%s/web/ursa.html", dir);
    write_file(page, "<title>ursa</title>\n");
    err = (struct err){ 0 };
    ck_assert(!page_write(made, path, "x", &err));
    ck_assert(strstr(err.text, "is no page of ursa's") && access(made, F_OK) != 0);
    write_file(page, "<title>ursa</title>\n<script id=\"trace\" type=\"application/json\">"
                     "</script>\nend\n");
    ck_assert(page_write(made, path, "a <b> & c", &err));
    char *text = slurp(made);
    ck_assert_str_eq(text, "<title>a &lt;b&gt; &amp; c</title>\n"
                           "<script id=\"trace\" type=\"application/json\">\n"
                           "{\"agent\":\"\\u003c/script>\\u003cb>\"}\n</script>\nend\n");
    free(text);
    unlink(page);
    unlink(made);
    unlink(path);
    snprintf(page, sizeof page, "%s/web", dir);
    rmdir(page);
    rmdir(dir);
    unsetenv("URSA_DATADIR");
}
END_TEST

/* A recorded match opens as a recorded run does, at its start. */
START_TEST(a_match_is_opened_in_the_page)
{
    char path[] = "/tmp/ursa-page-XXXXXX";
    int fd = mkstemp(path);
    ck_assert(fd >= 0);
    close(fd);
    struct spec_of game, agent[2];
    struct match_result r;
    ck_assert(kind_parse(&game, &game_shelf, "matching-pennies", NULL));
    ck_assert(player_parse(&agent[0], "fictitious", NULL));
    ck_assert(player_parse(&agent[1], "tit-for-tat", NULL));
    struct match_trace *trace = match_trace_new(path);
    struct match_job job = { &game, agent, 2, 0, 1, 12, NULL };
    ck_assert(match_run(&job, NULL, match_trace_sink(trace), NULL, &r, NULL));
    match_trace_free(trace);
    ck_assert_msg(web_open_trace(path), "%s", web_error());
    web_resize(24, 100);
    web_draw();
    ck_assert(strstr(web_text(), "t 0/12"));
    web_go(12);
    web_draw();
    ck_assert(strstr(web_text(), "t 12/12"));
    ck_assert(strstr(web_text(), "NashConv"));
    ck_assert(strstr(web_text(), "A on B"));
    match_result_release(&r);
    kind_release(&game);
    kind_release(&agent[0]);
    kind_release(&agent[1]);
    unlink(path);
    ck_assert(web_open("agent=fictitious&agent=random&env=matching-pennies&t=5"));
    char *link = strdup(web_link());
    ck_assert_msg(web_open(link), "%s", web_error());
    free(link);
    web_go(5);
    web_draw();
    ck_assert(strstr(web_text(), "NashConv"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("page");
    TCase *tc = tcase_create("page");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, a_link_says_what_is_shown);
    tcase_add_test(tc, a_link_that_is_none_is_told);
    tcase_add_test(tc, the_link_of_a_view_opens_it_again);
    tcase_add_test(tc, a_link_to_nothing_leaves_what_is_shown);
    tcase_add_test(tc, what_is_pumped_is_the_same_run);
    tcase_add_test(tc, the_pump_keeps_time);
    tcase_add_test(tc, keys_and_what_they_say);
    tcase_add_test(tc, a_match_is_opened_in_the_page);
    tcase_add_test(tc, a_page_has_its_recording_as_text);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
