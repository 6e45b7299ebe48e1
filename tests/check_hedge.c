#include "config.h"

#include "bayes.h"
#include "harness.h"
#include "history.h"
#include "life.h"
#include "mixture.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Hypotheses that come later: mixture_inject(), and hedge, who lives with them. */

/* ---- the arithmetic */

/* A mixture of coins, and what it has seen and lost. */
struct coins {
    struct life l; /* for the world */
    struct model *m;
    struct history past;
};

static struct family *coins_of(const struct coins *c, const char *family)
{
    struct err err = { 0 };
    struct family *f = family_find(family, c->l.env, &err);
    ck_assert_msg(f != NULL, "%s", err.text);
    return f;
}

static void coins_open(struct coins *c, const char *family)
{
    struct err err = { 0 };
    *c = (struct coins){ 0 };
    life_begin(&c->l, "random", "coin-flip", 1);
    c->m = mixture_new(coins_of(c, family), NULL, &err);
    ck_assert_msg(c->m != NULL, "%s", err.text);
}

static void coins_close(struct coins *c)
{
    c->m->ops->free(c->m);
    history_release(&c->past);
    life_end(&c->l);
}

static void inject(struct coins *c, const char *family, double mass)
{
    struct err err = { 0 };
    ck_assert_msg(mixture_inject(c->m, coins_of(c, family), mass, &c->past, &err), "%s",
                  err.text);
}

/* The loss of a bit, nats; heads are guessed. */
static double lose(struct coins *c, unsigned bit)
{
    struct outcome o = { .e = { bit, (int32_t)bit } };
    double p = c->m->ops->condition(c->m, 1, &o);
    history_add(&c->past, 1, o.e);
    return -log(p);
}

/* 500 bits 0101..., and then of the pattern 1111111110. */
static unsigned bit_of(unsigned t) { return t < 500 ? t % 2 : (t - 500) % 10 != 9; }

static double weight(const struct coins *c, size_t k)
{
    double w[16];
    ck_assert_uint_le(c->m->n, 16);
    c->m->ops->posterior(c->m, w, 16);
    return w[k];
}

/* newer-agents, section 4, by an independent program: 163.234634 = 162.541487 + ln 2. */
START_TEST(a_latecomer_is_not_charged_for_the_past)
{
    struct coins c;
    double loss = 0, newcomer = 0;
    coins_open(&c, "worlds:coin-flip:p=0.5");
    for (unsigned t = 0; t < 500; t++)
        loss += lose(&c, bit_of(t));
    ck_assert_near(loss, 346.573590, 1e-6);
    inject(&c, "worlds:coin-flip:p=0.9", 1);
    ck_assert_near(weight(&c, 0), 0.5, 1e-12);
    loss = 0;
    for (unsigned t = 500; t < 1000; t++) {
        loss += lose(&c, bit_of(t));
        newcomer -= log(bit_of(t) ? 0.9 : 0.1);
    }
    ck_assert_near(loss, 163.234634, 1e-6);
    ck_assert_near(newcomer, 162.541487, 1e-6);
    ck_assert_near(loss - newcomer, 0.693147, 1e-6);
    coins_close(&c);
}
END_TEST

/* The classic mistake, for comparison: as if it had been there from the start it lags by
 * 255.4128 nats, and nobody recovers within the run. */
START_TEST(one_who_was_there_from_the_start_is)
{
    struct coins c;
    double loss = 0;
    coins_open(&c, "worlds:coin-flip:p=0.5+coin-flip:p=0.9");
    for (unsigned t = 0; t < 500; t++)
        lose(&c, bit_of(t));
    const double *log_w = c.m->ops->log_weights(c.m);
    ck_assert_near(log_w[0] - log_w[1], 255.4128, 1e-4);
    for (unsigned t = 500; t < 1000; t++)
        loss += lose(&c, bit_of(t));
    ck_assert_near(loss, 346.5736, 1e-4);
    coins_close(&c);
}
END_TEST

/* ln(sum of masses / mass) bounds the loss since its arrival beyond that of each, whatever
 * happens; three arrivals of masses 0.3, 2 and 0.05. */
START_TEST(no_latecomer_is_lost_to_by_more_than_its_mass_says)
{
    static const double p[] = { 0.5, 0.8, 0.05, 0.3 }, mass[] = { 1, 0.3, 2, 0.05 };
    static const char *const families[] = { "worlds:coin-flip:p=0.5",
                                            "worlds:coin-flip:p=0.8",
                                            "worlds:coin-flip:p=0.05",
                                            "worlds:coin-flip:p=0.3" };
    struct rng rng;
    rng_init(&rng, &(struct rng_key){ 5, RNG_PLAN, "check", 0, (uint32_t)_i });
    struct coins c;
    double excess[4] = { 0 }, sum = 0;
    int here = 0;
    coins_open(&c, families[0]);
    for (int t = 0; t < 80; t++) {
        if (t % 20 == 0) {
            if (t)
                inject(&c, families[here], mass[here]);
            sum += mass[here++];
        }
        unsigned bit = (unsigned)rng_bernoulli(&rng, p[(t / 15) % 4]);
        double loss = lose(&c, bit);
        for (int i = 0; i < here; i++) {
            excess[i] += loss + log(bit ? p[i] : 1 - p[i]);
            ck_assert_double_le(excess[i], log(sum / mass[i]) + 1e-9);
            /* and exactly: w_i = mass_i e^excess_i / sum */
            ck_assert_near(weight(&c, (size_t)i), mass[i] * exp(excess[i]) / sum, 1e-9);
        }
    }
    coins_close(&c);
}
END_TEST

/* Old ones keep their ratios; the prior and the entropy know who is there. */
START_TEST(those_who_were_there_keep_their_ratios)
{
    struct coins c;
    coins_open(&c, "worlds:coin-flip:p=0.2+coin-flip:p=0.6");
    for (int t = 0; t < 7; t++)
        lose(&c, t % 3 == 0);
    double ratio = weight(&c, 0) / weight(&c, 1);
    unsigned shape = c.m->shape;
    inject(&c, "worlds:coin-flip:p=0.1+coin-flip:p=0.9+coin-flip:p=0.5", 0.5);
    ck_assert_uint_eq(c.m->n, 5);
    ck_assert_uint_ne(c.m->shape, shape);
    ck_assert_near(weight(&c, 0) / weight(&c, 1), ratio, 1e-12);
    ck_assert_near(weight(&c, 0) + weight(&c, 1), 1 / 1.5, 1e-12);
    for (size_t k = 2; k < 5; k++)
        ck_assert_near(weight(&c, k), 0.5 / 3 / 1.5, 1e-12);
    char text[64];
    c.m->ops->text(c.m, 3, text, sizeof text);
    ck_assert_str_eq(text, "coin-flip-v1:p=0.9");
    coins_close(&c);
}
END_TEST

/* A latecomer stands where the past has led it; one that calls the past impossible has no
 * weight, and counts for nothing later. */
START_TEST(a_latecomer_knows_the_past)
{
    struct life l;
    struct err err = { 0 };
    struct history past = { 0 };
    life_begin(&l, "random", "chain:length=3", 1);
    struct model *m =
        mixture_new(family_find("worlds:chain:length=3", l.env, &err), NULL, &err);
    struct outcome on = { .e = { 1, 0 } };
    ck_assert(m->ops->condition(m, 1, &on) > 0);
    history_add(&past, 1, on.e);
    ck_assert(mixture_inject(m, family_find("length", l.env, &err), 3, &past, &err));
    ck_assert_uint_eq(m->n, 4); /* lengths 1, 2, 3 come; 1 would have been at 0 */
    double w[4];
    m->ops->posterior(m, w, 4);
    ck_assert_near(w[0], 1.0 / 3, 1e-12);
    ck_assert_double_le(w[1], 0);
    ck_assert_near(w[2], 1.0 / 3, 1e-12);
    ck_assert_near(w[3], 1.0 / 3, 1e-12);
    struct outcome end = { .e = { 0, 1000 } }; /* of two steps: from where it stands now */
    ck_assert_near(m->ops->condition(m, 1, &end), 1.0 / 3, 1e-12);
    m->ops->free(m);
    history_release(&past);
    life_end(&l);
}
END_TEST

/* ---- the agent */

static const char *const worlds[] = { "coin-flip:p=0.7", "gridworld:size=5", "tiger",
                                      "bandit",          "chain:length=4",   "ipd" };
enum { WORLDS = sizeof worlds / sizeof *worlds };

/* Both lives of one agent's luck: the same acts and beliefs to the last bit. */
static void live_alike(struct life *a, struct life *b, int cycles)
{
    b->s.mind = a->s.mind;
    for (int t = 0; t < cycles; t++) {
        const struct record *x = life_live(a), *y = life_live(b);
        ck_assert_uint_eq(x->action, y->action);
        ck_assert_uint_eq(percept_key(x->e), percept_key(y->e));
        const struct bayes *u = (const struct bayes *)a->ag,
                           *v = (const struct bayes *)b->ag;
        ck_assert_uint_eq(u->model->n, v->model->n);
        ck_assert(!memcmp(u->aim.verdict.value, v->aim.verdict.value,
                          a->env->space.n_actions * sizeof(double)));
        ck_assert(!memcmp(u->model->ops->log_weights(u->model),
                          v->model->ops->log_weights(v->model),
                          u->model->n * sizeof(double)));
    }
}

START_TEST(without_injections_it_is_aixi_to_the_last_bit)
{
    struct life a, b;
    life_begin(&a, "aixi", worlds[_i], 3);
    life_begin(&b, "hedge", worlds[_i], 3);
    live_alike(&a, &b, 25);
    life_end(&a);
    life_end(&b);
}
END_TEST

/* So is one to whom nothing has come yet. */
START_TEST(what_is_to_come_changes_nothing_before)
{
    struct life a, b;
    life_begin(&a, "aixi", worlds[_i], 3);
    life_begin(&b, "hedge:inject=26:mu", worlds[_i], 3);
    live_alike(&a, &b, 25);
    size_t n = ((const struct bayes *)b.ag)->model->n;
    life_live(&b);
    ck_assert_uint_eq(((const struct bayes *)b.ag)->model->n, n + 1);
    life_end(&a);
    life_end(&b);
}
END_TEST

/* An agent that is frozen between two arrivals and thawed in a new one lives on alike, the
 * second arrival included. */
START_TEST(it_is_frozen_with_its_latecomers)
{
    const char *spec = "hedge:inject=12:mu+5:mu";
    struct life a, b;
    struct err err = { 0 };
    life_begin(&a, spec, worlds[_i], 3);
    life_begin(&b, spec, worlds[_i], 3);
    for (int t = 0; t < 8; t++)
        life_live(&a);
    for (int t = 0; t < 14; t++) /* one that has more behind it */
        life_live(&b);
    size_t n = agent_frozen_size(a.ag);
    void *bytes = xcalloc(1, n);
    agent_freeze(a.ag, bytes);
    ck_assert_msg(agent_thaw(b.ag, bytes, &err), "%s", err.text);
    memcpy(b.s.state, a.s.state, a.env->state_size);
    b.ag->t = a.ag->t;
    b.s.last = a.s.last;
    b.s.world = a.s.world;
    live_alike(&a, &b, 10);
    free(bytes);
    life_end(&a);
    life_end(&b);
}
END_TEST

/* Taught a past that others lived, it lets in at the same cycles. */
START_TEST(it_learns_of_latecomers_from_a_past_too)
{
    struct life a, b;
    life_begin(&a, "hedge:inject=5:mu", "coin-flip:p=0.7", 3);
    life_begin(&b, "hedge:inject=5:mu", "coin-flip:p=0.7", 3);
    for (int t = 0; t < 9; t++) {
        struct err err = { 0 };
        const struct record *r = life_live(&a);
        struct cycle c = { .action = r->action, .e = r->e, .by = BY_PAST };
        ck_assert_msg(b.ag->ops->update(b.ag, &c, &err), "%s", err.text);
    }
    const struct model *u = ((const struct bayes *)a.ag)->model,
                       *v = ((const struct bayes *)b.ag)->model;
    ck_assert_uint_eq(u->n, v->n);
    ck_assert(
        !memcmp(u->ops->log_weights(u), v->ops->log_weights(v), u->n * sizeof(double)));
    life_end(&a);
    life_end(&b);
}
END_TEST

START_TEST(what_cannot_come_is_told_at_the_start)
{
    static const struct {
        const char *agent, *why;
    } cases[] = {
        { "hedge:inject=0:mu", "cycle 0 is past" },
        { "hedge:inject=9:mu+0:mu", "cycle 0 is past" },
        { "hedge:inject=mu", "is not T:FAMILY" },
        { "hedge:inject=5:", "is not T:FAMILY" },
        { "hedge:inject=-5:mu", "is not T:FAMILY" },
        { "hedge:inject=99999999999999999999:mu", "is not T:FAMILY" },
        { "hedge:inject=5:coins", "did you mean 'coin'?" },
        { "hedge:inject=5:worlds:chain", "6 observations" },
        { "hedge:model=programs,inject=5:mu", "model programs has no hypotheses" },
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        life_refused(cases[k].agent, "coin-flip", cases[k].why);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("hedge");
    TCase *t = tcase_create("mixtures");
    tcase_add_test(t, a_latecomer_is_not_charged_for_the_past);
    tcase_add_test(t, one_who_was_there_from_the_start_is);
    tcase_add_loop_test(t, no_latecomer_is_lost_to_by_more_than_its_mass_says, 0, 5);
    tcase_add_test(t, those_who_were_there_keep_their_ratios);
    tcase_add_test(t, a_latecomer_knows_the_past);
    suite_add_tcase(s, t);
    t = tcase_create("agent");
    tcase_add_loop_test(t, without_injections_it_is_aixi_to_the_last_bit, 0, WORLDS);
    tcase_add_loop_test(t, what_is_to_come_changes_nothing_before, 0, WORLDS);
    tcase_add_loop_test(t, it_is_frozen_with_its_latecomers, 0, WORLDS);
    tcase_add_test(t, it_learns_of_latecomers_from_a_past_too);
    tcase_add_test(t, what_cannot_come_is_told_at_the_start);
    suite_add_tcase(s, t);
    return harness_run(s);
}
