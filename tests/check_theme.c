#include "config.h"

#include "colour.h"
#include "harness.h"
#include "ramp.h"
#include "theme.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The colours are held to what they are for. The arithmetic is written out here once more,
 * from its sources, and shares nothing with src/view/colour.c. */

/* ---- arithmetic */

struct lin {
    double x[3];
};

static struct lin linear(uint32_t rgb) /* IEC 61966-2-1 */
{
    struct lin l;
    for (int k = 0; k < 3; k++) {
        double v = (double)(rgb >> 8 * (2 - k) & 255) / 255;
        l.x[k] = v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
    }
    return l;
}

static struct lin times(const double m[3][3], struct lin l)
{
    struct lin r;
    for (int k = 0; k < 3; k++)
        r.x[k] = m[k][0] * l.x[0] + m[k][1] * l.x[1] + m[k][2] * l.x[2];
    return r;
}

static double light_of(struct lin l)
{
    return 0.2126 * l.x[0] + 0.7152 * l.x[1] + 0.0722 * l.x[2];
}

static double lstar(struct lin l)
{
    double y = light_of(l);
    return y > 216.0 / 24389 ? 116 * cbrt(y) - 16 : y * 24389 / 27;
}

/* WCAG 2.2, "contrast ratio". */
static double contrast(uint32_t a, uint32_t b)
{
    double x = light_of(linear(a)) + 0.05, y = light_of(linear(b)) + 0.05;
    return x > y ? x / y : y / x;
}

/* Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color
 * vision deficiency" (2009), severity 1, on linear light. */
enum sight { TRICHROMAT, DEUTAN, PROTAN, TRITAN, SIGHTS };
static struct lin seen(uint32_t rgb, enum sight sight)
{
    static const double m[SIGHTS][3][3] = {
        { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } },
        { { 0.367322, 0.860646, -0.227968 },
          { 0.280085, 0.672501, 0.047413 },
          { -0.011820, 0.042940, 0.968881 } },
        { { 0.152286, 1.052583, -0.204868 },
          { 0.114503, 0.786281, 0.099216 },
          { -0.003882, -0.048116, 1.051998 } },
        { { 1.255528, -0.076749, -0.178779 },
          { -0.078411, 0.930809, 0.147602 },
          { 0.004733, 0.691367, 0.303900 } },
    };
    struct lin l = times(m[sight], linear(rgb));
    for (int k = 0; k < 3; k++)
        l.x[k] = fmin(1, fmax(0, l.x[k]));
    return l;
}

/* Ottosson's OKLab, a hundredfold. */
static struct lin oklab(struct lin l)
{
    static const double to_lms[3][3] = { { 0.4122214708, 0.5363325363, 0.0514459929 },
                                         { 0.2119034982, 0.6806995451, 0.1073969566 },
                                         { 0.0883024619, 0.2817188376, 0.6299787005 } };
    static const double to_lab[3][3] = { { 0.2104542553, 0.7936177850, -0.0040720468 },
                                         { 1.9779984951, -2.4285922050, 0.4505937099 },
                                         { 0.0259040371, 0.7827717662, -0.8086757660 } };
    struct lin lms = times(to_lms, l);
    for (int k = 0; k < 3; k++)
        lms.x[k] = cbrt(lms.x[k]);
    lms = times(to_lab, lms);
    for (int k = 0; k < 3; k++)
        lms.x[k] *= 100;
    return lms;
}

static double apart(uint32_t a, uint32_t b, enum sight sight)
{
    struct lin x = oklab(seen(a, sight)), y = oklab(seen(b, sight));
    return sqrt(pow(x.x[0] - y.x[0], 2) + pow(x.x[1] - y.x[1], 2) +
                pow(x.x[2] - y.x[2], 2));
}

/* Known values: white is L* 100 and 21 : 1 to black; sRGB's red is OKLab (.62796, .22486,
 * .12585), by Ottosson; mid grey 119 is L* 50. */
START_TEST(the_arithmetic_is_right)
{
    ck_assert_near(lstar(linear(0xffffff)), 100, 1e-9);
    ck_assert_near(lstar(linear(0x777777)), 50.03, 0.01);
    ck_assert_near(contrast(0, 0xffffff), 21, 1e-9);
    struct lin red = oklab(linear(0xff0000));
    ck_assert_near(red.x[0], 62.796, 0.01);
    ck_assert_near(red.x[1], 22.486, 0.01);
    ck_assert_near(red.x[2], 12.585, 0.01);
    for (int s = 0; s < SIGHTS; s++) /* greys are grey to everybody */
        ck_assert_near(lstar(seen(0x808080, (enum sight)s)), lstar(linear(0x808080)), 0.1);
    for (int i = 0; i < 256; i++) {
        uint32_t c = colour_of_index(i);
        ck_assert_near(colour_lightness(c), lstar(linear(c)), 1e-9);
        ck_assert_near(colour_contrast(c, 0x336699), contrast(c, 0x336699), 1e-9);
    }
}
END_TEST

START_TEST(palette_colours_are_those_of_xterm)
{
    ck_assert_uint_eq(colour_of_index(16), 0x000000);
    ck_assert_uint_eq(colour_of_index(231), 0xffffff);
    ck_assert_uint_eq(colour_of_index(214), 0xffaf00);
    ck_assert_uint_eq(colour_of_index(74), 0x5fafd7);
    ck_assert_uint_eq(colour_of_index(240), 0x585858);
    ck_assert_uint_eq(colour_of_index(1), 0x800000);
    for (int i = 16; i < 256; i++)
        ck_assert_uint_eq(colour_of_index(colour_nearest(colour_of_index(i))),
                          colour_of_index(i));
    ck_assert_uint_eq(colour_mix(0x000000, 0xffffff, 0), 0);
    ck_assert_uint_eq(colour_mix(0x000000, 0xffffff, 100), 0xffffff);
    ck_assert_uint_eq(colour_mix(0x102030, 0x304050, 50), 0x203040);
}
END_TEST

/* ---- the tables */

/* A theme, with what its rules demand. */
struct rules {
    struct theme theme;
    double wall, step, sight; /* differences of L* */
};
static const struct rules rules[] = {
    { { PALETTE_DARK, BACKDROP_UNKNOWN, COLORS_DIRECT }, 20, 6, 3.5 },
    { { PALETTE_LIGHT, BACKDROP_UNKNOWN, COLORS_DIRECT }, 20, 6, 3.5 },
    { { PALETTE_DARK, BACKDROP_UNKNOWN, 256 }, 20, 4, 2.5 },
    { { PALETTE_LIGHT, BACKDROP_UNKNOWN, 256 }, 20, 4, 2.5 },
    { { PALETTE_AUTO, BACKDROP_UNKNOWN, 256 }, 20, 4, 2.5 },
    { { PALETTE_AUTO, BACKDROP_LIGHT, COLORS_DIRECT }, 20, 6, 3.5 },
    { { PALETTE_GREY, BACKDROP_DARK, COLORS_DIRECT }, 20, 6, 3.5 },
    { { PALETTE_GREY, BACKDROP_LIGHT, 256 }, 20, 6, 3.5 },
    { { PALETTE_CONTRAST, BACKDROP_DARK, 256 }, 20, 6, 3.5 },
    { { PALETTE_CONTRAST, BACKDROP_LIGHT, COLORS_DIRECT }, 20, 6, 3.5 },
};
enum { RULES = sizeof rules / sizeof *rules };

static uint32_t rgb_of(struct theme t, struct tone tone)
{
    ck_assert_int_ge(tone.index, 0);
    return t.colors == COLORS_DIRECT ? tone.rgb : colour_of_index(tone.index);
}

static uint32_t ground(struct theme t, int g)
{
    return rgb_of(t, theme_ground(t, (enum ground)g));
}

static uint32_t role(struct theme t, int r, int g)
{
    return rgb_of(t, theme_role(t, (enum role)r, (enum ground)g));
}

static double between(uint32_t a, uint32_t b, enum sight sight)
{
    return fabs(lstar(seen(a, sight)) - lstar(seen(b, sight)));
}

/* Walls are outside the ramp by far, the plate is between, and no two steps are alike to
 * anybody. */
START_TEST(only_belief_is_light)
{
    const struct rules *r = &rules[_i];
    struct theme t = r->theme;
    uint32_t wall = ground(t, GROUND_VOID), floor = ground(t, GROUND_FLOOR);
    bool rises = lstar(linear(ground(t, GROUND_STEP + 9))) > 50;
    ck_assert_int_eq(rises, !theme_is_light(t));
    for (int k = 1; k <= STEPS; k++) {
        uint32_t here = ground(t, GROUND_STEP + k), before = ground(t, GROUND_STEP + k - 1);
        ck_assert_double_ge(between(wall, here, TRICHROMAT), r->wall);
        ck_assert_double_ge(contrast(role(t, ROLE_INK, GROUND_STEP + k), here), 4.5);
        double by = lstar(linear(here)) - lstar(linear(before));
        ck_assert_msg(rises ? by > 0 : by < 0, "step %d", k);
        for (int s = 0; s < SIGHTS && k > 1; s++)
            ck_assert_msg(between(here, before, (enum sight)s) >= (s ? r->sight : r->step),
                          "theme %d, step %d is %.2f from the one before, sight %d", _i, k,
                          between(here, before, (enum sight)s), s);
    }
    ck_assert_double_ge(between(floor, ground(t, GROUND_STEP + 1), TRICHROMAT), 10);
    ck_assert_double_ge(between(floor, wall, TRICHROMAT), 8);
    ck_assert_double_ge(between(role(t, ROLE_WALL, GROUND_VOID), wall, TRICHROMAT), 8);
    for (int k = 0; k < STEPS; k++)
        ck_assert_uint_ne(ground(t, GROUND_STEP + k), ground(t, GROUND_STEP + k + 1));
}
END_TEST

/* How far from the limits the tables are: who changes a colour sees what it costs. */
START_TEST(the_figures_are_those_promised)
{
    static const struct {
        double wall, step, deutan, protan, tritan, floor, plate, ink;
    } want[] = { { 24.4, 8.5, 7.1, 5.3, 5.2, 12.4, 12.0, 4.7 },
                 { 21.0, 6.3, 4.8, 4.8, 4.0, 12.2, 8.8, 4.9 },
                 { 26.7, 4.7, 5.5, 2.7, 4.6, 13.7, 13.0, 4.9 },
                 { 20.1, 5.6, 2.9, 4.6, 5.4, 10.7, 9.4, 5.2 } };
    struct theme t = rules[_i].theme;
    double wall = 100, ink = 100, step[SIGHTS] = { 100, 100, 100, 100 };
    for (int k = 1; k <= STEPS; k++) {
        uint32_t here = ground(t, GROUND_STEP + k), before = ground(t, GROUND_STEP + k - 1);
        wall = fmin(wall, between(ground(t, GROUND_VOID), here, TRICHROMAT));
        ink = fmin(ink, contrast(role(t, ROLE_INK, GROUND_STEP + k), here));
        for (int s = 0; s < SIGHTS && k > 1; s++)
            step[s] = fmin(step[s], between(here, before, (enum sight)s));
    }
    ck_assert_near(wall, want[_i].wall, 0.06);
    ck_assert_near(ink, want[_i].ink, 0.06);
    ck_assert_near(step[TRICHROMAT], want[_i].step, 0.06);
    ck_assert_near(step[DEUTAN], want[_i].deutan, 0.06);
    ck_assert_near(step[PROTAN], want[_i].protan, 0.06);
    ck_assert_near(step[TRITAN], want[_i].tritan, 0.06);
    uint32_t floor = ground(t, GROUND_FLOOR);
    ck_assert_near(between(floor, ground(t, GROUND_STEP + 1), TRICHROMAT), want[_i].floor,
                   0.06);
    ck_assert_near(between(floor, ground(t, GROUND_VOID), TRICHROMAT), want[_i].plate,
                   0.06);
}
END_TEST

/* Agents are told apart by everybody, and stand out from every shade. */
START_TEST(agents_are_told_apart)
{
    struct theme t = rules[_i].theme;
    double least = 100, from_steps = 100;
    for (int a = 0; a < 4; a++)
        for (int b = 0; b < a; b++)
            for (int s = 1; s < SIGHTS; s++)
                least = fmin(least, apart(ground(t, GROUND_AGENT + a),
                                          ground(t, GROUND_AGENT + b), (enum sight)s));
    for (int k = 1; k <= STEPS; k++)
        for (int s = 1; s < SIGHTS; s++)
            from_steps = fmin(from_steps, apart(ground(t, GROUND_AGENT),
                                                ground(t, GROUND_STEP + k), (enum sight)s));
    ck_assert_double_ge(least, 10 - 0.05);
    ck_assert_double_ge(from_steps, 13 - 0.05);
    for (int a = 0; a < 4; a++)
        ck_assert_double_ge(
            contrast(role(t, ROLE_INK, GROUND_AGENT + a), ground(t, GROUND_AGENT + a)),
            4.5);
}
END_TEST

/* Text is read on the background that it is for, whatever is said in which role. */
START_TEST(text_is_read_on_its_background)
{
    static const int roles[] = { ROLE_DIM,       ROLE_GOOD,    ROLE_BAD,
                                 ROLE_EVENT,     ROLE_AGENT,   ROLE_AGENT + 1,
                                 ROLE_AGENT + 2, ROLE_OPTIMAL, ROLE_AGENT + 3 };
    struct theme t = rules[_i].theme;
    uint32_t behind = theme_own(t, false);
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        ck_assert_msg(contrast(role(t, roles[i], GROUND_NONE), behind) >= 4.5,
                      "role %d: %.2f", roles[i],
                      contrast(role(t, roles[i], GROUND_NONE), behind));
    ck_assert_double_ge(contrast(theme_own(t, true), behind), 4.5);
}
END_TEST

/* Where the background is not known, accents are read on black and on white. */
START_TEST(neutral_accents_are_read_on_both)
{
    struct theme t = { PALETTE_AUTO, BACKDROP_UNKNOWN, COLORS_DIRECT };
    ck_assert_int_lt(theme_role(t, ROLE_TEXT, GROUND_NONE).index, 0);
    ck_assert_int_lt(theme_role(t, ROLE_STRONG, GROUND_NONE).index, 0);
    for (int r = 0; r < ROLES; r++) {
        struct tone tone = theme_role(t, (enum role)r, GROUND_NONE);
        if (tone.index < 0)
            continue;
        ck_assert_msg(contrast(tone.rgb, 0) >= 3.8, "role %d on black", r);
        ck_assert_msg(contrast(tone.rgb, 0xffffff) >= 3.8, "role %d on white", r);
        uint32_t c = colour_of_index(tone.index);
        ck_assert_double_ge(contrast(c, 0), 3);
        ck_assert_double_ge(contrast(c, 0xffffff), 3);
    }
}
END_TEST

/* Things, ranks and arrows are seen on whatever they stand on; numbers in full, too. */
START_TEST(what_stands_on_a_shade_is_seen)
{
    struct theme t = rules[_i].theme;
    for (int g = GROUND_UNSEEN; g < GROUND_AGENT; g++) {
        for (int r = ROLE_GOAL; r <= ROLE_SAMPLED; r++)
            ck_assert_double_ge(contrast(role(t, r, g), ground(t, g)), 3);
        for (int a = 0; a < 4; a++)
            ck_assert_double_ge(contrast(role(t, ROLE_PLAN + a, g), ground(t, g)), 3);
        ck_assert_double_ge(contrast(role(t, ROLE_INK, g), ground(t, g)), 4.3);
        ck_assert_double_ge(contrast(role(t, ROLE_TEXT, g), ground(t, g)), 4.3);
    }
}
END_TEST

/* Visits and values rise evenly and never fall; gold is lighter than blue on black. */
START_TEST(other_layers_rise_too)
{
    struct theme t = rules[_i].theme;
    bool dark = !theme_is_light(t);
    for (int k = 2; k <= STEPS; k++) {
        double by = lstar(linear(ground(t, GROUND_VISITS + k))) -
                    lstar(linear(ground(t, GROUND_VISITS + k - 1)));
        ck_assert_msg(dark ? by > 0 : by < 0, "theme %d, visits %d", _i, k);
    }
    for (int k = 2; k <= 4; k++) {
        double by = lstar(linear(ground(t, GROUND_ABOVE + k))) -
                    lstar(linear(ground(t, GROUND_ABOVE + k - 1)));
        ck_assert_msg(dark ? by > 0 : by < 0, "theme %d, above %d", _i, k);
    }
    double worse = lstar(linear(ground(t, GROUND_BELOW + 4)));
    double better = lstar(linear(ground(t, GROUND_ABOVE + 4)));
    ck_assert(dark ? better > worse + 20 : better < worse - 20);
}
END_TEST

/* ---- steps */

START_TEST(a_step_is_a_number_of_bits)
{
    static const double of[] = { 2, 3, 57, 400, 1e6 };
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        double p0 = 1 / of[i];
        int before = 0;
        ck_assert_int_eq(ramp_step(0, p0), 0);
        ck_assert_int_eq(ramp_step(0.9e-9, p0), 0);
        ck_assert_int_eq(ramp_step(p0, p0), 2);
        ck_assert_int_eq(ramp_step((double)(float)p0, p0), 2);
        ck_assert_int_eq(ramp_step(p0 * 0.99, p0), 1);
        ck_assert_int_eq(ramp_step(1, p0), STEPS);
        for (double p = 1e-10; p <= 1; p *= 1.01) {
            int k = ramp_step(p, p0);
            ck_assert_int_ge(k, before);
            before = k;
        }
        for (int k = 2; k <= STEPS; k++)
            ck_assert_int_eq(ramp_step(ramp_middle(k, p0), p0), k);
    }
    ck_assert_int_eq(ramp_step(1, 1), STEPS);
    ck_assert_int_eq(ramp_step(0.25, 0.25), 2);
    ck_assert_int_eq(ramp_step(NAN, 0.25), 0);
}
END_TEST

/* The middles of the steps, in per cent, by hand from p0 N^((k - 2) / 7). */
START_TEST(the_scale_says_what_a_step_is)
{
    static const struct {
        double n;
        const char *middle[8];
    } scales[] = { { 2, { "50", "55", "61", "67", "74", "82", "91", "100" } },
                   { 57, { "1.8", "3.1", "5.6", "9.9", "18", "32", "56", "100" } },
                   { 400, { ".25", ".59", "1.4", "3.3", "7.7", "18", "42", "100" } } };
    static const char *const narrow[8] = { "2", "3", "6", "10", "18", "32", "56", "100" };
    char text[16];
    for (size_t i = 0; i < 3; i++)
        for (int k = 2; k <= STEPS; k++) {
            ramp_text(text, sizeof text, ramp_middle(k, 1 / scales[i].n), 3);
            ck_assert_str_eq(text, scales[i].middle[k - 2]);
        }
    for (int k = 2; k <= STEPS; k++) {
        ramp_text(text, sizeof text, ramp_middle(k, 1.0 / 57), k == STEPS ? 3 : 2);
        ck_assert_str_eq(text, narrow[k - 2]);
    }
    ck_assert_int_eq(ramp_step(0.76, 1.0 / 57), 9);
    ck_assert_int_eq(ramp_step(0.74, 1.0 / 57), 8);
    ck_assert_int_eq(ramp_step(0.96, 0.5), 9);
    ck_assert_int_eq(ramp_step(0.94, 0.5), 8);
    ck_assert_int_eq(ramp_step(0.66, 1.0 / 400), 9);
    ck_assert_int_eq(ramp_step(0.64, 1.0 / 400), 8);
}
END_TEST

START_TEST(visits_and_values_have_steps)
{
    static const int want[] = { 0, 1, 3, 4, 5, 5, 6, 6, 7 };
    for (unsigned n = 0; n < sizeof want / sizeof *want; n++)
        ck_assert_int_eq(ramp_visits(n), want[n]);
    ck_assert_int_eq(ramp_visits(16), 9);
    ck_assert_int_eq(ramp_visits(4000000000u), 9);
    ck_assert_uint_eq(ramp_visits_from(2), 0);
    ck_assert_uint_eq(ramp_visits_from(9), 16);
    ck_assert_int_eq(ramp_value(0, 8), 0);
    ck_assert_int_eq(ramp_value(1, 8), 0);
    ck_assert_int_eq(ramp_value(1.1, 8), 1);
    ck_assert_int_eq(ramp_value(-8, 8), -4);
    ck_assert_int_eq(ramp_value(8, 8), 4);
    ck_assert_int_eq(ramp_value(0, 0), 0);
}
END_TEST

START_TEST(ranks_are_told_where_an_order_means_something)
{
    float flat[57], sharp[57], live[57], start[57];
    int best[3];
    for (int i = 0; i < 57; i++)
        flat[i] = sharp[i] = 1.0f / 57, live[i] = 0;
    ck_assert_near(ramp_start(flat, 57), 1.0 / 57, 1e-6);
    memcpy(start, flat, sizeof start);
    ck_assert_int_eq(ramp_ranks(flat, start, 57, 1.0 / 57, best), 0);
    sharp[40] = 0.33f;
    sharp[3] = 0.14f;
    sharp[50] = 0.04f;
    ck_assert_int_eq(ramp_ranks(sharp, start, 57, 1.0 / 57, best), 2);
    ck_assert_int_eq(best[0], 40);
    ck_assert_int_eq(best[1], 3);
    sharp[50] = 0.2f;
    ck_assert_int_eq(ramp_ranks(sharp, start, 57, 1.0 / 57, best), 3);
    ck_assert_int_eq(best[1], 50);
    ck_assert_int_eq(best[2], 3);
    live[7] = 1;
    ck_assert_int_eq(ramp_ranks(live, start, 57, 1.0 / 57, best), 1);
    ck_assert_int_eq(best[0], 7);
    live[8] = 0.2f, live[7] = 0.8f, live[9] = live[10] = 0.01f;
    ck_assert_int_eq(ramp_ranks(live, start, 57, 1.0 / 57, best), 2);
    for (int i = 0; i < 57; i++)
        flat[i] = i < 50 ? 0.25f : 0.4f; /* chances of a map: no distribution */
    ck_assert_near(ramp_start(flat, 57), 0.25, 1e-9);
    memset(flat, 0, sizeof flat);
    ck_assert(!(ramp_start(flat, 57) > 0));
    ck_assert_int_eq(ramp_ranks(flat, flat, 57, 0, best), 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("theme");
    TCase *tc = tcase_create("theme");
    tcase_add_test(tc, the_arithmetic_is_right);
    tcase_add_test(tc, palette_colours_are_those_of_xterm);
    tcase_add_loop_test(tc, only_belief_is_light, 0, RULES);
    tcase_add_loop_test(tc, the_figures_are_those_promised, 0, 4);
    tcase_add_loop_test(tc, agents_are_told_apart, 0, 4);
    tcase_add_loop_test(tc, text_is_read_on_its_background, 0, 4);
    tcase_add_test(tc, neutral_accents_are_read_on_both);
    tcase_add_loop_test(tc, what_stands_on_a_shade_is_seen, 0, RULES);
    tcase_add_loop_test(tc, other_layers_rise_too, 0, RULES);
    tcase_add_test(tc, a_step_is_a_number_of_bits);
    tcase_add_test(tc, the_scale_says_what_a_step_is);
    tcase_add_test(tc, visits_and_values_have_steps);
    tcase_add_test(tc, ranks_are_told_where_an_order_means_something);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
