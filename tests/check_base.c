#include "config.h"

#include "harness.h"
#include "hash.h"
#include "kind.h"
#include "list.h"
#include "num.h"
#include "param.h"
#include "rng.h"
#include "sha256.h"
#include "spec.h"
#include "suggest.h"

#include <gsl/gsl_sf_zeta.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct config {
    int64_t size;
    double theta, budget;
    int kind;
    char *map;
};
static const char *const kinds[] = { "cubic", "square", NULL };
static const struct param table[] = {
    INT("size", size, .def = 10, .min = 2, .max = 64, .unit = "cells", .help = "edge"),
    REAL("theta", theta, .def = 0.75, .max = 1, .help = "chance"),
    CHOICE("kind", kind, kinds, .def = 1, .help = "shape"),
    TIME("budget", budget, .max = 3600, .help = "time"),
    TEXT("map", map, .unit = "FILE", .help = "map"),
    { 0 },
};

START_TEST(a_stream_depends_on_every_coordinate)
{
    struct rng_key base = { 42, RNG_WORLD, "gridworld", 3, 7 }, k[6];
    for (int i = 0; i < 6; i++)
        k[i] = base;
    k[1].root = 43;
    k[2].purpose = RNG_AGENT;
    k[3].id = "tiger";
    k[4].map = 4;
    k[5].seed = 8;
    uint64_t first[6];
    for (int i = 0; i < 6; i++) {
        struct rng r;
        rng_init(&r, &k[i]);
        first[i] = rng_u64(&r);
        for (int j = 0; j < i; j++)
            ck_assert(first[i] != first[j]);
    }
    struct rng again;
    rng_init(&again, &base);
    ck_assert(rng_u64(&again) == first[0]);
}
END_TEST

START_TEST(a_stream_is_the_same_on_every_machine)
{
    struct rng r;
    rng_init(&r, &(struct rng_key){ 0, RNG_LAYOUT, "", 0, 0 });
    /* Philox4x32-10, key 0, counters (0,1,0,0) and (1,1,0,0), then one xoshiro256++
     * step. */
    uint64_t got = rng_u64(&r);
    ck_assert_uint_eq(got, UINT64_C(0x30d6d15657f80646));
}
END_TEST

START_TEST(below_is_uniform)
{
    struct rng r;
    rng_init(&r, &(struct rng_key){ 1, RNG_WORLD, "x", 0, 0 });
    int count[5] = { 0 };
    for (int i = 0; i < 100000; i++)
        count[rng_below(&r, 5)]++;
    for (int i = 0; i < 5; i++)
        ck_assert_near(count[i] / 1e5, 0.2, 5 * sqrt(0.16 / 1e5));
}
END_TEST

/* Closed forms, Apery's constant (OEIS A002117) and zeta(3/2) (A078434); then GSL's on a
 * grid, below, at and beyond the terms that are summed one by one. */
START_TEST(zeta_is_hurwitz_s)
{
    ck_assert_near(num_zeta(2, 1), M_PI * M_PI / 6, 1e-15);
    ck_assert_near(num_zeta(4, 1), pow(M_PI, 4) / 90, 1e-15);
    ck_assert_near(num_zeta(3, 1), 1.2020569031595942854, 1e-15);
    ck_assert_near(num_zeta(1.5, 1), 2.6123753486854883433, 2e-15);
    ck_assert_near(num_zeta(2, 0.5), M_PI * M_PI / 2, 2e-15);
    for (double s = 1.01; s < 60; s *= 1.37)
        for (double q = 0.02; q < 5000; q *= 1.9)
            ck_assert_near(num_zeta(s, q) / gsl_sf_hzeta(s, q), 1, 4e-16);
}
END_TEST

START_TEST(logs_add)
{
    ck_assert_near(log_add(log(0.37), log(2.385)), log(0.37 + 2.385), 1e-15);
    ck_assert_near(log_add(-1000, -1001), -1000 + log1p(exp(-1)), 1e-12);
    ck_assert_double_eq(log_add(-HUGE_VAL, -3.5), -3.5);
    ck_assert(log_add(-HUGE_VAL, -HUGE_VAL) == -HUGE_VAL);
}
END_TEST

START_TEST(entropy_needs_no_normalising)
{
    double w[] = { 0.5, 0, 1.5, 2 };
    double h = -(0.125 * log(0.125) + 0.375 * log(0.375) + 0.5 * log(0.5));
    ck_assert_near(num_entropy(w, 4), h, 1e-15);
}
END_TEST

static char *apply(const char *text, struct config *c, struct err *err)
{
    struct spec s;
    char *canonical = NULL;
    param_defaults(table, c);
    if (!spec_parse(&s, text, err))
        return NULL;
    const struct kind kind = { s.name, "of tests", 1, table, sizeof *c, NULL };
    if (kind_apply(&s, &kind, c, err))
        canonical = spec_canonical(s.name, s.version ? s.version : 1, table, c);
    spec_release(&s);
    return canonical;
}

START_TEST(specs_set_parameters)
{
    struct config c = { 0 };
    struct err err = { 0 };
    char *text = apply("grid-v2:theta=0.3,size=10,map=a:b.map,budget=50ms", &c, &err);
    ck_assert_msg(text != NULL, "%s", err.text);
    ck_assert_str_eq(text, "grid-v2:theta=0.3,budget=0.05s,map=a:b.map");
    ck_assert_int_eq(c.size, 10);
    ck_assert_double_eq(c.theta, 0.3);
    free(text);
    param_release(table, &c);
}
END_TEST

static const struct {
    const char *text, *message;
} wrong[] = {
    { "grid:sise=10", "grid has no parameter 'sise'; did you mean 'size'?\n"
                      "    grid:sise=10\n"
                      "         ^~~~" },
    { "grid:size=1", "grid: size=1 is out of range 2..64" },
    { "grid:size=six", "grid: size must be an integer, got 'six'" },
    { "grid:size=99999999999999999999",
      "grid: size=99999999999999999999 is out of range 2..64" },
    { "grid:theta=nan", "grid: theta must be a number, got 'nan'" },
    { "grid:theta=1.5", "grid: theta=1.5 is out of range 0..1" },
    { "grid:kind=cubik",
      "grid: kind cannot be 'cubik'; did you mean 'cubic'? (one of cubic, square)" },
    { "grid:size=5,size=6", "grid: size is given twice" },
    { "grid:budget=5y", "grid: budget must be a time such as 50ms, 2s or 1m, got '5y'" },
    { "grid:", "'' in 'grid:' is not key=value" },
    { ":size=3", "':size=3' has no name before the parameters" },
    { "gr id", "'gr id' is not a name: letters, digits, '-', '_' and '.' only" },
};

START_TEST(wrong_specs_are_explained)
{
    struct config c = { 0 };
    struct err err = { 0 };
    ck_assert_ptr_null(apply(wrong[_i].text, &c, &err));
    ck_assert_str_eq(err.text, wrong[_i].message);
    param_release(table, &c);
}
END_TEST

START_TEST(all_wrong_parameters_are_reported_at_once)
{
    struct config c = { 0 };
    struct err err = { 0 };
    ck_assert_ptr_null(apply("grid:size=0,theta=7", &c, &err));
    ck_assert_uint_eq(err.n, 2);
}
END_TEST

static const struct {
    const char *text, *items;
} lists[] = {
    { "1-5", "1 2 3 4 5" },           { "1,5,9", "1 5 9" },
    { "4..16:4", "4 8 12 16" },       { "0.1..0.9:0.2", "0.1 0.3 0.5 0.7 0.9" },
    { "aixi,kl-ksa", "aixi kl-ksa" }, { "1-3,20", "1 2 3 20" },
    { "-2..2:2", "-2 0 2" },          { "7", "7" },
    { "0.5..2", "0.5 1.5" },          { "1e3", "1e3" },
};

START_TEST(lists_have_one_grammar)
{
    struct list l;
    struct err err = { 0 };
    char got[256] = "";
    ck_assert_msg(list_parse(&l, lists[_i].text, &err), "%s", err.text);
    for (size_t i = 0; i < l.n; i++) {
        strcat(got, i ? " " : "");
        strcat(got, l.at[i]);
    }
    list_release(&l);
    ck_assert_str_eq(got, lists[_i].items);
}
END_TEST

static const char *const bad_lists[] = { "",       "1,,2",       "5-1", "1..9:0",
                                         "1..9:x", "1-99999999", "3," };

START_TEST(bad_lists_are_refused)
{
    struct list l;
    struct err err = { 0 };
    ck_assert(!list_parse(&l, bad_lists[_i], &err));
    ck_assert_uint_eq(err.n, 1);
    ck_assert_uint_eq(l.n, 0);
}
END_TEST

START_TEST(near_words_are_suggested)
{
    static const char *const words[] = { "watch", "batch", "play", "replay", NULL };
    char hint[128];
    ck_assert_uint_eq(suggest_list(hint, sizeof hint, "wach", words), 2);
    ck_assert_str_eq(hint, "; did you mean 'watch' or 'batch'?");
    ck_assert_uint_eq(suggest_list(hint, sizeof hint, "xyzzy", words), 0);
    ck_assert_str_eq(hint, "");
    ck_assert_uint_eq(suggest_list(hint, sizeof hint, "rep", words), 1);
    ck_assert_uint_eq(edit_distance("aixi", "axii"), 1);
}
END_TEST

/* FIPS 180-2, appendix B, and the empty message. */
START_TEST(sha256_has_its_published_values)
{
    static const struct {
        const char *text, *hex;
    } known[] = {
        { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
        { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
    };
    char hex[SHA256_HEX];
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        sha256(known[i].text, strlen(known[i].text), hex);
        ck_assert_str_eq(hex, known[i].hex);
    }
    enum { MILLION = 1000000 };
    char *many = malloc(MILLION);
    memset(many, 'a', MILLION);
    sha256(many, MILLION, hex);
    free(many);
    ck_assert_str_eq(hex,
                     "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    struct err err = { 0 };
    ck_assert(!sha256_file("/nowhere/at/all", hex, &err));
    ck_assert(strstr(err.text, "/nowhere/at/all"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("base");
    TCase *tc = tcase_create("base");
    tcase_add_test(tc, a_stream_depends_on_every_coordinate);
    tcase_add_test(tc, a_stream_is_the_same_on_every_machine);
    tcase_add_test(tc, below_is_uniform);
    tcase_add_test(tc, logs_add);
    tcase_add_test(tc, zeta_is_hurwitz_s);
    tcase_add_test(tc, entropy_needs_no_normalising);
    tcase_add_test(tc, specs_set_parameters);
    tcase_add_loop_test(tc, wrong_specs_are_explained, 0, sizeof wrong / sizeof *wrong);
    tcase_add_test(tc, all_wrong_parameters_are_reported_at_once);
    tcase_add_loop_test(tc, lists_have_one_grammar, 0, sizeof lists / sizeof *lists);
    tcase_add_loop_test(tc, bad_lists_are_refused, 0, sizeof bad_lists / sizeof *bad_lists);
    tcase_add_test(tc, near_words_are_suggested);
    tcase_add_test(tc, sha256_has_its_published_values);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
