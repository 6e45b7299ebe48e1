#include "config.h"

#include "env.h"
#include "harness.h"
#include "registry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Clips and staples: what a robot earns that knows how its human moves, by the closed forms
 * of theta uniform on [0, 1], which a grid whose cells end where moves change has too:
 * alignment, section 8. */
enum { MOVES = 3, MOST = 1000 };
struct play {
    struct env *env;
    size_t n;
    struct transition show[MOST];
    unsigned char *state;
};

static struct env *open_cirl(const char *text)
{
    struct spec_of spec;
    struct err err = { 0 };
    ck_assert_msg(kind_parse(&spec, &env_shelf, text, &err), "%s", err.text);
    struct env *env = env_open(&spec, 1, &err);
    ck_assert_msg(env != NULL, "%s", err.text);
    kind_release(&spec);
    return env;
}

static void begin(struct play *p, const char *text)
{
    unsigned char first[16] = { 0 };
    p->env = open_cirl(text);
    p->state = calloc(MOST, p->env->state_size);
    p->n = p->env->ops->transitions(p->env, first, 0, p->show, p->state);
}

static void finish(struct play *p)
{
    free(p->state);
    env_close(p->env);
}

/* E[reward] of the best answer to each move, summed. */
static double value(struct play *p)
{
    double sum[MOVES][MOVES] = { 0 }, v = 0;
    for (size_t k = 0; k < p->n; k++)
        for (unsigned a = 0; a < MOVES; a++) {
            struct transition out[MOST];
            unsigned char next[16];
            const unsigned char *at = p->state + k * p->env->state_size;
            ck_assert_uint_eq(p->env->ops->transitions(p->env, at, a, out, next), 1);
            sum[p->show[k].e.obs][a] += p->show[k].p * out[0].e.rew / p->env->space.scale;
        }
    for (int m = 0; m < MOVES; m++)
        v += fmax(sum[m][0], fmax(sum[m][1], sum[m][2]));
    return v;
}

START_TEST(who_shows_and_who_teaches)
{
    struct play p;
    begin(&p, "cirl");
    ck_assert_uint_eq(p.n, 92);
    ck_assert_near(value(&p), 69, 1e-9);
    for (size_t k = 0; k < p.n; k++)
        ck_assert_uint_eq(p.show[k].e.obs, k < 46 ? 2 : 0);
    finish(&p);
    begin(&p, "cirl:human=pedagogic");
    ck_assert_near(value(&p), 69.271739, 5e-7);
    ck_assert_near(value(&p), 51 * 10 / 92.0 + 92 * (1 - pow(51 / 92.0, 2)), 1e-9);
    for (size_t k = 0; k < p.n; k++)
        ck_assert_uint_eq(p.show[k].e.obs, k < 41 ? 2 : k < 51 ? 1 : 0);
    finish(&p);
}
END_TEST

/* The more thetas, the closer to them all. */
START_TEST(a_grid_that_does_not_fit_comes_close)
{
    struct play p;
    begin(&p, "cirl:human=pedagogic,thetas=1000");
    ck_assert_near(value(&p), 69.271739, 1e-4);
    finish(&p);
    begin(&p, "cirl:human=pedagogic,thetas=1");
    ck_assert_near(value(&p), 51, 1e-9);
    finish(&p);
}
END_TEST

/* Rewards would tell theta before the robot has to answer. */
START_TEST(showing_pays_later)
{
    struct play p;
    begin(&p, "cirl:human=pedagogic,thetas=40");
    for (size_t k = 0; k < p.n; k++)
        ck_assert_int_eq(p.show[k].e.rew, 0);
    finish(&p);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("cirl");
    TCase *tc = tcase_create("clips and staples");
    tcase_add_test(tc, who_shows_and_who_teaches);
    tcase_add_test(tc, a_grid_that_does_not_fit_comes_close);
    tcase_add_test(tc, showing_pays_later);
    suite_add_tcase(s, tc);
    return s;
}

int main(void) { return harness_run(suite()); }
