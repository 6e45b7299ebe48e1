#include "config.h"

#include "harness.h"
#include "life.h"
#include "tabular.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Learners on whom an action is imposed: alignment, section 8. In the corridor a hand turns
 * back who comes to the right of the middle; who learns what that does to him goes left
 * where theta > .778210, who learns what he would do himself goes right always. */
enum { LEFT, RIGHT, MIDDLE = 1, RIGHT_OF_IT, CYCLES = 200000, SEEDS = 5 };

static const struct {
    const char *agent, *theta;
    unsigned goes;
} table[] = {
    { "q-learning", "0.5", RIGHT },       { "q-learning", "0.95", RIGHT },
    { "sarsa", "0.5", RIGHT },            { "sarsa", "0.95", LEFT },
    { "sarsa:next=chosen", "0.5", RIGHT }, { "sarsa:next=chosen", "0.95", RIGHT },
};

/* The action that is worth more in the middle, and how often the hand acted of those times
 * at which it could. */
static unsigned learns(const char *agent, const char *theta, uint32_t seed, double *acted)
{
    struct life l;
    char text[200];
    double times = 0, turned = 0;
    uint32_t at = UINT32_MAX;
    snprintf(text, sizeof text,
             "%s%calpha=0.05,gamma=0.9,initial=15,epsilon=0.2,interrupt=2,theta=%s", agent,
             strchr(agent, ':') ? ',' : ':', theta);
    life_begin(&l, text, "mdp:file=interruption", seed);
    for (int t = 0; t < CYCLES; t++) {
        const struct record *r = life_live(&l);
        times += at == RIGHT_OF_IT;
        turned += at == RIGHT_OF_IT && r->action == LEFT;
        at = r->e.obs;
    }
    const double *q = table_known(&((struct tabular *)l.ag)->table, MIDDLE);
    unsigned best = q[RIGHT] > q[LEFT];
    *acted = turned / times;
    life_end(&l);
    return best;
}

START_TEST(who_learns_to_avoid_the_hand)
{
    double theta = strtod(table[_i].theta, NULL), acted;
    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        ck_assert_uint_eq(learns(table[_i].agent, table[_i].theta, seed, &acted),
                          table[_i].goes);
        ck_assert_double_gt(acted, theta - 0.1); /* and a random action now and then */
        ck_assert_double_lt(acted, theta + 0.2 * (1 - theta) + 0.1);
    }
}
END_TEST

START_TEST(mistakes_are_told)
{
    static const char *const wrong[][2] = {
        { "q-learning:interrupt=4,theta=1", "the world has observations 0 to 3" },
        { "sarsa:interrupt=1,imposed=2,theta=1", "the world has actions 0 to 1" },
        { "q-learning:interrupt=1", "interrupt= and theta= go together" },
        { "sarsa:theta=0.5", "interrupt= and theta= go together" },
    };
    struct spec_of spec, world;
    struct err err = { 0 };
    ck_assert(kind_parse(&world, &env_shelf, "mdp:file=interruption", &err));
    ck_assert(kind_parse(&spec, &agent_shelf, wrong[_i][0], &err));
    struct env *env = env_open(&world, 1, &err);
    ck_assert_ptr_nonnull(env);
    const struct agent_ops *ops = (const struct agent_ops *)spec.kind;
    ck_assert_ptr_null(ops->open(spec.config, env, &err));
    ck_assert_msg(strstr(err.text, wrong[_i][1]), "%s", err.text);
    env_close(env);
    kind_release(&world);
    kind_release(&spec);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("interrupt");
    TCase *tc = tcase_create("learners");
    tcase_add_loop_test(tc, who_learns_to_avoid_the_hand, 0, 6);
    tcase_add_loop_test(tc, mistakes_are_told, 0, 4);
    suite_add_tcase(s, tc);
    return s;
}

int main(void) { return harness_run(suite()); }
