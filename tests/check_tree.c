#include "config.h"

#include "harness.h"
#include "tree.h"

#include <stdlib.h>

enum { DEEP = 6, PERCEPTS = 3, SAMPLES = 3000 };
static const double explore = 0.7;

/* What a subtree holds, told by the reading from its root: a number that changes when a
 * statistic, a link or their order does. */
static double reading(const struct tree *t, uint32_t at)
{
    uint32_t n = t->n_actions;
    struct node *v = node_at(t, n, at);
    double sum = (double)v->percept + 3 * v->visits;
    for (uint32_t a = 0; a < n; a++) {
        sum = 0.9 * sum + node_n(v, n)[a] + node_q(v)[a] / UNTRIED;
        sum += node_n(v, n)[a] ? node_q(v)[a] : 0;
        for (uint32_t c = node_child(v, n)[a]; c != NONE; c = node_at(t, n, c)->next)
            sum = 0.9 * sum + reading(t, c);
    }
    return sum;
}

/* A tree grown by samples whose utilities are drawn; values of depth d weigh range[d]. */
static void grow(struct tree *t, const double *range, struct rng *rng)
{
    uint32_t n = t->n_actions;
    for (int i = 0; i < SAMPLES; i++) {
        struct node *path[DEEP];
        unsigned action[DEEP];
        uint32_t at = ROOT, depth = 0;
        while (at != NONE && depth < DEEP) {
            struct node *v = path[depth] = node_at(t, n, at);
            unsigned a = action[depth++] = choose(v, rng);
            uint64_t percept = rng_below(rng, PERCEPTS);
            at = find_child(t, n, v, a, percept);
            if (at == NONE && depth < DEEP)
                add_child(t, n, v, a, percept);
        }
        for (double value = rng_unit(rng); depth-- > 0; value += action[depth] == 1)
            back_up(t, n, path[depth], action[depth], value, range[depth]);
    }
}

/* The actions of greatest UCB1, as mcts.h has it; within rounding, for those have no
 * order. */
static uint32_t ucb1(const struct tree *t, struct node *v, double range)
{
    uint32_t n = t->n_actions, best = 0;
    double value[ACTIONS_MAX], top = -HUGE_VAL;
    for (uint32_t a = 0; a < n; a++) {
        uint32_t visits = node_n(v, n)[a];
        value[a] = visits ? node_q(v)[a] * range + explore * sqrt(log(v->visits) / visits)
                          : HUGE_VAL;
        top = fmax(top, value[a]);
    }
    for (uint32_t a = 0; a < n; a++)
        best |= (uint32_t)(value[a] == top || fabs(value[a] - top) < 1e-6) << a;
    return best;
}

/* Every history of the tree has the best actions that the formula gives at its depth. */
static void check_scores(const struct tree *t, uint32_t at, const double *range)
{
    uint32_t n = t->n_actions;
    struct node *v = node_at(t, n, at);
    uint32_t expected = ucb1(t, v, *range);
    ck_assert_msg(v->best && !(v->best & ~expected), "history %u: best %x, expected %x", at,
                  v->best, expected);
    ck_assert(node_n(v, n)[__builtin_ctz(v->best)] || v->best == expected);
    for (uint32_t a = 0; a < n; a++)
        for (uint32_t c = node_child(v, n)[a]; c != NONE; c = node_at(t, n, c)->next)
            check_scores(t, c, range + 1);
}

static const double range[] = { 0.1, 0.3, 0.02, 1, 0.5, 0.25, 2 };
static const uint32_t actions[] = { 1, 2, 5, 7, 32 };

static void open_grown(struct tree *t, uint32_t n_actions, struct rng *rng)
{
    rng_init(rng, &(struct rng_key){ 1, RNG_PLAN, "check_tree", 0, n_actions });
    tree_open(t, n_actions, SAMPLES + 1, explore, true);
    tree_clear(t);
    grow(t, range, rng);
}

START_TEST(every_history_knows_its_best_actions)
{
    struct tree t;
    struct rng rng;
    open_grown(&t, actions[_i], &rng);
    ck_assert_uint_gt(t.used, 100);
    check_scores(&t, ROOT, range);
    tree_close(&t);
}
END_TEST

START_TEST(a_mean_is_that_of_the_values_backed_up)
{
    struct tree t;
    const double value[] = { 3, -1, 7, 0.5 };
    tree_open(&t, 2, 1, explore, false);
    tree_clear(&t);
    struct node *root = node_at(&t, 2, ROOT);
    for (int i = 0; i < 4; i++)
        back_up(&t, 2, root, 1, value[i], 0.1);
    ck_assert_near(node_q(root)[1], 9.5 / 4, 1e-12);
    ck_assert_uint_eq(node_n(root, 2)[1], 4);
    ck_assert_uint_eq(root->visits, 4);
    ck_assert_msg(root->best == 1, "the untried action comes first");
    ck_assert_uint_eq(add_child(&t, 2, root, 1, 5), NONE);
    tree_close(&t);
}
END_TEST

START_TEST(a_kept_subtree_is_the_same_and_scored_at_its_new_depths)
{
    struct tree t;
    struct rng rng;
    open_grown(&t, actions[_i], &rng);
    uint32_t n = t.n_actions, most = 0;
    for (uint32_t a = 0; a < n; a++)
        for (uint32_t c = node_child(node_at(&t, n, ROOT), n)[a]; c != NONE;
             c = node_at(&t, n, c)->next)
            if (!most || node_at(&t, n, c)->visits > node_at(&t, n, most)->visits)
                most = c;
    double before = reading(&t, most);
    tree_keep(&t, most);
    ck_assert_double_eq(reading(&t, ROOT), before);
    ck_assert_uint_eq(node_at(&t, n, ROOT)->next, NONE);
    tree_score(&t, range);
    check_scores(&t, ROOT, range);
    tree_close(&t);
}
END_TEST

int main(void)
{
    int all = sizeof actions / sizeof *actions;
    Suite *suite = suite_create("tree");
    TCase *tc = tcase_create("search tree");
    tcase_add_loop_test(tc, every_history_knows_its_best_actions, 0, all);
    tcase_add_test(tc, a_mean_is_that_of_the_values_backed_up);
    tcase_add_loop_test(tc, a_kept_subtree_is_the_same_and_scored_at_its_new_depths, 0,
                        all);
    suite_add_tcase(suite, tc);
    return harness_run(suite);
}
