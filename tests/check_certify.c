#include "config.h"

#include "certify.h"
#include "harness.h"
#include "pomdps.h"
#include "registry.h"
#include "rng.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

/* What one problem is asked by one method, and what was told on the way. */
struct trial {
    struct plan plan;
    struct certify_task task;
    double exact; /* NAN: not known */
    double lower, upper;
    unsigned told;
};

static void told(void *context, const struct certificate *c)
{
    struct trial *t = context;
    ck_assert_double_ge(c->b.lower, t->lower);
    ck_assert_double_le(c->b.upper, t->upper);
    ck_assert_double_le(c->b.lower, c->b.upper);
    if (!isnan(t->exact)) {
        ck_assert_double_le(certify_below(c->b.lower), t->exact);
        ck_assert_double_ge(certify_above(c->b.upper), t->exact);
    }
    t->lower = c->b.lower;
    t->upper = c->b.upper;
    t->told++;
}

/* horizon 0: without end. */
static struct trial trial_of(const struct pomdp *p, uint32_t horizon, double gamma)
{
    struct trial t = { .exact = NAN, .lower = -HUGE_VAL, .upper = HUGE_VAL };
    t.plan = (struct plan){ .utility = &utility_reward,
                            .horizon = horizon ? horizon : 1,
                            .now = 1,
                            .discount = { .kind = DISCOUNT_GEOMETRIC, .gamma = gamma } };
    t.task = (struct certify_task){
        .pomdp = p, .endless = !horizon, .seconds = HUGE_VAL, .bytes = 1 << 28, .tell = told
    };
    return t;
}

static struct certificate run(struct trial *t, const struct certifier *only)
{
    struct err err = { 0 };
    t->task.plan = &t->plan;
    t->task.context = t;
    t->task.only = only;
    struct certify *c = certify_new(&t->task, &err);
    ck_assert_msg(c != NULL, "%s", err.text);
    certify_run(c);
    struct certificate last = *certify_told(c);
    ck_assert_double_eq(last.b.lower, t->lower);
    ck_assert_double_eq(last.b.upper, t->upper);
    certify_free(c);
    return last;
}

/* ---- known values */

struct known {
    uint32_t horizon;
    double gamma, value;
};
/* The tiger: planning.md of the issue, found by two programs of others; H = 1 to 8 by hand
 * and by expectimax. */
static const struct known tiger[] = {
    { 1, 1, -1 },
    { 2, 1, -2 },
    { 3, 1, 2.72 },
    { 4, 1, 2.42125 },
    { 5, 1, 3.60915 },
    { 6, 1, 5.618819 },
    { 7, 1, 6.24635 },
    { 8, 1, 7.096616 },
    { 20, 1, 20.390826 },
    { 1, 0.95, -1 },
    { 2, 0.95, -1.95 },
    { 3, 0.95, 2.3098 },
    { 4, 0.95, 1.795544 },
    { 5, 0.95, 2.763096 },
    { 6, 0.95, 4.428531 },
    { 7, 0.95, 4.584266 },
    { 8, 0.95, 5.324021 },
    { 20, 0.95, 11.879569 },
    { 24, 0.95, 13.256440208740 },
    { 100, 0.95, 19.247364881502 },
    { 300, 0.95, 19.371364028238 },
    { 0, 0.75, 1.933438985737 },
    { 0, 0.95, 19.371368374889 },
    { 0, 0.99, 106.096042735481 },
};
enum { TIGERS = sizeof tiger / sizeof *tiger };

START_TEST(the_tiger_is_worth_what_is_known)
{
    struct subject_pomdp s;
    const struct known *k = &tiger[_i];
    subject_open(&s, "tiger", NULL);
    struct trial t = trial_of(s.pomdp, k->horizon, k->gamma);
    struct certificate c = run(&t, &certifier_beliefs);
    double digits = k->horizon < 21 && k->horizon ? 6e-7 : 6e-13;
    ck_assert_int_eq(c.reason, CERTIFY_EXACT);
    ck_assert_near(c.b.lower, k->value, digits + 1e-10 * fabs(k->value));
    ck_assert_double_le(c.b.upper - c.b.lower, 1e-9 * fmax(1, k->value));
    ck_assert_double_le(certify_below(c.b.lower), k->value + digits);
    ck_assert_double_ge(certify_above(c.b.upper), k->value - digits);
    subject_close(&s);
}
END_TEST

/* ---- processes by lot */

/* V(b) over `horizon` cycles by walking all histories: the oracle. */
static double walk(const struct pomdp *p, const double *b, uint32_t horizon, double gamma)
{
    double best = -HUGE_VAL, *next = xcalloc(p->n_states, sizeof *next);
    for (unsigned a = 0; a < p->n_actions; a++) {
        double q = pomdp_dot(b, pomdp_reward(p, a), p->n_states);
        for (uint32_t z = 0; z < p->percepts.n && horizon > 1; z++) {
            double chance = pomdp_update(p, b, a, z, next);
            if (chance > 0)
                q += gamma * chance * walk(p, next, horizon - 1, gamma);
        }
        best = fmax(best, q);
    }
    free(next);
    return best;
}

/* Every bracket on the way holds, the last one is tight, and stopping early is no harm. */
START_TEST(bounds_of_processes_by_lot_hold_at_every_moment)
{
    struct pomdp *p = pomdp_by_lot((uint64_t)(unsigned)_i);
    double gamma = _i % 2 ? 1 : 0.9;
    for (uint32_t horizon = 1; horizon < 5; horizon++) {
        double exact = walk(p, p->start, horizon, gamma);
        for (size_t m = 0; certifiers[m]; m++) {
            struct trial t = trial_of(p, horizon, gamma);
            t.exact = exact;
            t.task.plan = &t.plan;
            if (!certifiers[m]->fits(&t.task, NULL))
                continue;
            struct certificate c = run(&t, certifiers[m]);
            ck_assert_uint_gt(t.told, 0);
            ck_assert_double_le(c.b.upper - c.b.lower, 1e-9 * fmax(1, fabs(exact)));
            t = trial_of(p, horizon, gamma);
            t.exact = exact;
            t.task.backups = 1 + (uint64_t)_i % 3;
            run(&t, certifiers[m]);
        }
    }
    pomdp_free(p);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("certify");
    TCase *tc = tcase_create("certify");
    tcase_add_loop_test(tc, the_tiger_is_worth_what_is_known, 0, TIGERS);
    tcase_add_loop_test(tc, bounds_of_processes_by_lot_hold_at_every_moment, 0, 200);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
