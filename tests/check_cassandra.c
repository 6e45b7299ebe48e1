#include "config.h"

#include "expectimax.h"
#include "harness.h"
#include "mdp.h"
#include "mixture.h"
#include "registry.h"
#include "utility.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool read_text(const char *text, struct mdp *m, struct err *err)
{
    FILE *f = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
    bool ok = mdp_read(m, f, "t.POMDP", err);
    fclose(f);
    return ok;
}

/* Best value of `horizon` cycles of a process in a file, in units of reward; '@' in the
 * name of the world stands for the file. */
static double value_of(const char *text, const char *world, uint32_t horizon, double gamma)
{
    char path[] = "/tmp/ursa-XXXXXX.POMDP", spec[200];
    int fd = mkstemps(path, 6);
    ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    const char *at = strchr(world, '@');
    snprintf(spec, sizeof spec, "%.*s%s%s", at ? (int)(at - world) : (int)strlen(world),
             world, at ? path : "", at ? at + 1 : "");
    struct spec_of e, reward;
    struct err err = { 0 };
    ck_assert_msg(kind_parse(&e, &env_shelf, spec, &err), "%s", err.text);
    struct env *env = env_open(&e, 1, &err);
    ck_assert_msg(env != NULL, "%s", err.text);
    ck_assert(kind_parse(&reward, &utility_shelf, "reward", &err));
    struct model *m = mixture_new(family_find("mu", env, &err), NULL, &err);
    struct plan p = { .model = m,
                      .utility = utility_open(&reward, &env->space, &err),
                      .horizon = horizon,
                      .now = 1 };
    p.discount.gamma = gamma;
    double value[ACTIONS_MAX], best = -HUGE_VAL;
    ck_assert(expectimax(&p, 10000000, value).done);
    for (uint32_t a = 0; a < env->space.n_actions; a++)
        best = fmax(best, value[a] / env->space.scale);
    m->ops->free(m);
    env_close(env);
    kind_release(&e);
    kind_release(&reward);
    unlink(path);
    return best;
}

/* Every form at once; the values are those of an independent program. */
static const char *const forms =
    "# every form\ndiscount: 0.9\nvalues: cost\nstates: dry wet\nactions: wait mop\n"
    "observations: quiet drip\nstart exclude: wet\nT: wait\n0.8 0.2\n0.0 1.0\n"
    "T: mop : *\n0.95 0.05\nO: wait\n0.9 0.1\n0.3 0.7\nO: mop\nuniform\n"
    "R: wait : wet : * : * 2.5\nR: mop : * : * : * 1\nR: mop : wet : dry : drip 0.5\n";

START_TEST(all_forms_have_their_values)
{
    static const struct {
        uint32_t horizon;
        double seen, unseen;
    } want[] = { { 1, 0, NAN },
                 { 2, -0.303075, NAN },
                 { 3, -0.5588001, NAN },
                 { 6, -1.1736243895, -1.3021155743 } };
    const uint32_t h = want[_i].horizon;
    ck_assert_near(value_of(forms, "pomdp:file=@", h, 0.9), want[_i].seen, 1e-10);
    if (!isnan(want[_i].unseen))
        ck_assert_near(value_of(forms, "pomdp:file=@,rewards=unseen", h, 0.9),
                       want[_i].unseen, 1e-10);
}
END_TEST

/* The reward of the world tells its state, by hand: one cycle in two. */
START_TEST(a_reward_may_be_unseen)
{
    static const char *const text =
        "discount: 1\nvalues: reward\nstates: good bad\nactions: work swap\n"
        "observations: same\nstart: 0.5 0.5\nT: work\n0.9 0.1\n0 1\nT: swap\n0 1\n1 0\n"
        "O: *\n1\n1\nR: work : good : * : * 1\n";
    ck_assert_near(value_of(text, "pomdp:file=@", 4, 1), 2.7195, 1e-12);
    ck_assert_near(value_of(text, "pomdp:file=@,rewards=unseen", 4, 1), 1.7195, 1e-12);
    /* the operand alone says which world it is */
    ck_assert_near(value_of(text, "@:rewards=unseen", 4, 1), 1.7195, 1e-12);
    ck_assert_near(value_of(text, "@", 4, 1), 2.7195, 1e-12);
}
END_TEST

START_TEST(the_tiger_in_this_form_is_the_tiger)
{
    static const char *const text =
        "discount: 0.95 values: reward states: left right\n"
        "actions: listen open-left open-right observations: hear-left hear-right\n"
        "start: uniform\nT:listen identity\nT : open-left uniform T: open-right\nuniform\n"
        "O:listen\n0.85 0.15 0.15 0.85\nO: open-left uniform\nO: open-right uniform\n"
        "R: listen : * : * : * -1\nR: open-left : left : * : * -100\n"
        "R: open-left : right : * : * 10 R: open-right:left:*:* 10\n"
        "R: open-right : right : * : * -100";
    for (uint32_t h = 1; h <= 5; h++)
        ck_assert_near(value_of(text, "pomdp:file=@", h, 0.95),
                       value_of(forms, "tiger", h, 0.95), 1e-9);
}
END_TEST

/* ---- one process of two states in every shape of syntax */

#define HEAD  "discount: 0.5\nvalues: reward\nstates: 2\nactions: x y\nobservations: o p\n"
#define START "start: 0.25 0.75\n"
#define TX    "T: x\n0.5 0.5\n0.25 0.75\n"
#define TY    "T: y\n1 0\n0 1\n"
#define OBS   "O: *\n0.75 0.25\n0.5 0.5\n"
#define REW   "R: x : 0 : * : * 2\nR: y : 1 : 1 : p -1.5\n"
static const char *const shapes[] = {
    HEAD START TX TY OBS REW, /* the measure of all others */
    "observations: o p states: 2 values: reward start: 0.25 0.75 actions: x y discount: "
    "0.5\n" TX TY OBS REW,
    HEAD "start:\n0.25\n0.75\n" TX TY OBS REW,
    HEAD START TX "T: y identity\n" OBS REW,
    HEAD START
    "T: x : 0 : 0 0.5\nT: x : 0 : 1 0.5\nT: x : 1\n0.25 0.75\nT: y identity\n" OBS REW,
    HEAD START "T: * : 0 uniform\nT: x:1:1 0.75 T:x:1:0 0.25 T: 1 identity\n" OBS REW,
    HEAD START "T: *\n0.5 0.5 0.25 0.75\n" TY OBS REW,
    HEAD START TX "T: * : * : * : 0.125\n" TX TY OBS REW,
    HEAD START TX TY "O: x : 0 : o 0.75\nO: x : 0 : p 0.25\nO: x : 1 uniform\n"
                     "O: y : *\n0.5 0.5\nO: y : 0 : o 0.75 O: y : 0 : p .25\n" REW,
    HEAD START TX TY "O: * uniform\nO: * : 0 : 0 7.5e-1\nO: * : 0 : 1 +0.25\n" REW,
    HEAD START TX TY OBS "R: x : 0\n2 2 2 2\nR: y : 1 : 1\n0 -1.5\n",
    HEAD START TX TY OBS "R: * : * : * : * 9\nR: x : * : * : * 0\nR: y : * : * : * 0\n" REW,
    HEAD START TX TY OBS "R: x : 0 : * : * 2\nR: y : 1\n0 0\n0 -1.5\n",
    HEAD START TX TY OBS "R: x : 0 : *\n2 2\nR: y : 1 : 1 : 1 : -1.5\n",
    "discount: 0.5\nvalues: cost\nstates: 2\nactions: x y\nobservations: o p\n" START TX TY
        OBS "R: x : 0 : * : * -2\nR: 1 : 1 : 1 : p 1.5\n",
    "\xef\xbb\xbf# a comment\r\n" HEAD "# T: x\r\n" START TX TY OBS REW,
};

/* Whether two processes are one, but for names. */
static void ck_assert_same(const struct mdp *a, const struct mdp *b)
{
    ck_assert_uint_eq(a->n_states, b->n_states);
    ck_assert_uint_eq(a->n_actions, b->n_actions);
    ck_assert_uint_eq(a->n_obs, b->n_obs);
    for (uint32_t s = 0; s < a->n_states; s++)
        ck_assert_near(a->start[s], b->start[s], 1e-15);
    for (size_t i = 0; i < (size_t)a->n_states * a->n_actions; i++) {
        ck_assert_uint_eq(a->first[i + 1], b->first[i + 1]);
        for (uint32_t k = a->first[i]; k < a->first[i + 1]; k++) {
            const struct edge *x = &a->edge[k], *y = &b->edge[k];
            ck_assert_near(x->p, y->p, 1e-15);
            ck_assert_uint_eq(x->next, y->next);
            ck_assert_uint_eq(x->n_sights, y->n_sights);
            for (uint32_t j = 0; j < x->n_sights; j++) {
                const struct sight *v = &a->sight[x->sight + j];
                const struct sight *w = &b->sight[y->sight + j];
                ck_assert_uint_eq(v->obs, w->obs);
                ck_assert_near(v->p, w->p, 1e-15);
                ck_assert_near((x->rew + v->rew) / a->scale, (y->rew + w->rew) / b->scale,
                               1e-15);
            }
        }
    }
}

START_TEST(all_shapes_say_the_same)
{
    struct mdp first, m;
    struct err err = { 0 };
    ck_assert_msg(read_text(shapes[0], &first, &err), "%s", err.text);
    ck_assert_msg(read_text(shapes[_i], &m, &err), "%s", err.text);
    ck_assert_same(&first, &m);
    ck_assert_near(first.discount, 0.5, 1e-15);
    ck_assert_near(first.scale, 10, 1e-15);
    ck_assert_near(first.start[1], 0.75, 1e-15);
    mdp_release(&first);
    mdp_release(&m);
}
END_TEST

START_TEST(a_start_is_said_in_many_ways)
{
    static const struct {
        const char *start;
        double of[3];
    } ways[] = {
        { "", { 1.0 / 3, 1.0 / 3, 1.0 / 3 } },
        { "start: uniform", { 1.0 / 3, 1.0 / 3, 1.0 / 3 } },
        { "start: b", { 0, 1, 0 } },
        { "start: 2", { 0, 0, 1 } },
        { "start: 0.5 0 .5", { 0.5, 0, 0.5 } },
        { "start include: a 2", { 0.5, 0, 0.5 } },
        { "start exclude : a", { 0, 0.5, 0.5 } },
        { "start: 0.333333 0.333333 0.333333", { 1.0 / 3, 1.0 / 3, 1.0 / 3 } },
    };
    char text[300];
    struct mdp m;
    struct err err = { 0 };
    snprintf(text, sizeof text,
             "%s\nstates: a b c\nactions: 1\nT: 0\nidentity\nT: 0 : a reset\n",
             ways[_i].start);
    ck_assert_msg(read_text(text, &m, &err), "%s", err.text);
    for (int s = 0; s < 3; s++)
        ck_assert_near(m.start[s], ways[_i].of[s], 1e-12);
    for (uint32_t k = m.first[0]; k < m.first[1]; k++) /* as it begins */
        ck_assert_near(m.edge[k].p, m.start[m.edge[k].next], 1e-12);
    mdp_release(&m);
}
END_TEST

/* ---- mistakes */

#define BODY TX TY OBS REW
static const struct {
    const char *text, *message;
    unsigned n;
} bad[] = {
    { "values: rewards\nstates: 2 actions: 1 T: * identity", "'rewards' is neither", 1 },
    { "states: 2 actions: 2 T: * identity X: 3", "1:36: error: 'X' where discount", 1 },
    { "discount: 1.5\nstates: 2 actions: 1 T: * identity", "1:11: error: '1.5' is not", 1 },
    { "states: 1000000", "1:9: error: 1000000 states: at most 65536; with one", 1 },
    { "actions: 33", "1:10: error: 33 is not a whole number from 1 to 32", 1 },
    { "states: a b a\nactions: 1 T: * identity", "1:13: error: 'a' is named twice", 1 },
    { "states: a 2b\nactions: 1", "1:11: error: '2b' is neither a number nor a name", 1 },
    { "states:\nactions: 1", "2:1: error: names, or how many there are, are missing", 1 },
    { "T: x identity\nstates: 2", "1:1: error: states: and actions: must come before", 1 },
    { "states: 2 actions: 1 O: * uniform", "observations: must come before", 1 },
    { HEAD HEAD BODY, "6:1: error: discount was said before, in line 1", 5 },
    { HEAD START BODY START, "error: start was said before, in line 6", 1 },
    { HEAD "start: q\n" BODY, "6:8: error: unknown state 'q'", 1 },
    { HEAD "start exclude: 0 1\n" BODY, "6:1: error: no state is left to begin in", 1 },
    { HEAD "start: 0.5 0.25\n" BODY, "6:8: error: the probabilities of start: sum to 0.75",
      1 },
    { HEAD "T: z identity\n" BODY, "6:4: error: unknown action 'z'", 1 },
    { HEAD "T: x 0.5 0.5 0.5\n" TX TY OBS, "7:1: error: a row of 2 numbers ends after 1",
      1 },
    { HEAD TX TY OBS "T: x 1 0 0 1 7\n", "error: '7' where", 1 },
    { HEAD "T: x : 0 : 1 1.5\n" BODY, "6:14: error: '1.5' is not a probability", 1 },
    { HEAD TX OBS, "error: action y: nothing says what follows 0 and 1 more states", 1 },
    { HEAD TX TY, "error: action x: nothing says what is seen in 0 and 1 more", 2 },
    { HEAD TX TY OBS "T: x : 1 : 1 0.25\n",
      "15:14: error: the probabilities of state 1, action x sum to 0.5, not 1, since line "
      "8 "
      "is overridden",
      1 },
    { HEAD "T: *\n0.5 0.6\n0.5 0.4\n" OBS,
      "7:1: error: the probabilities of state 0, action x sum to", 2 },
    { HEAD "T: * : * : * 0.4\n" OBS, "6:14: error: the probabilities of state 0", 1 },
    { HEAD TX TY OBS "R: x : 0 : 1 : q 1\n", "error: unknown observation 'q'", 1 },
    { HEAD TX TY OBS "R: x : 0 : * : * 1e10\n", "not a reward of at most 1000000000", 1 },
    { HEAD TX TY OBS "R: x : 0 : * : * 0.33333333333\n",
      "15:18: error: reward 0.33333333332999998 is no whole number of points", 1 },
    { HEAD TX TY OBS "R: x : 0 : * : * 1e8\nR: y : 0 : * : * 0.01\n", "others need a scale",
      1 },
};

START_TEST(a_mistake_is_told_once_with_its_place)
{
    struct mdp m;
    struct err err = { 0 };
    ck_assert(!read_text(bad[_i].text, &m, &err));
    ck_assert_msg(strstr(err.text, bad[_i].message) != NULL, "%s", err.text);
    ck_assert_msg(err.n == bad[_i].n, "%u: %s", err.n, err.text);
}
END_TEST

START_TEST(all_mistakes_are_told_with_a_caret)
{
    struct mdp m;
    struct err err = { 0 };
    ck_assert(!read_text("states: 2 actions: 1\nT: 1 identity\nT: 0 : 0 : 5 1\nT: 0\n1 0\n"
                         "0.5 0.4\nR: 0 : 0 : 0 : 0 1\n",
                         &m, &err));
    ck_assert_msg(err.n == 3, "%s", err.text);
    ck_assert_msg(strstr(err.text, "t.POMDP:2:4: error: unknown action '1'\n"
                                   "    2 | T: 1 identity\n      |    ^") != NULL,
                  "%s", err.text);
    err = (struct err){ 0 };
    ck_assert(!read_text("states: 2 actions: 1\nT: 0\n0.5 0.6\n0.5 0.4\n", &m, &err));
    ck_assert_msg(err.n == 2, "%s", err.text);
    ck_assert_msg(strstr(err.text, "4:1: error: the probabilities of state 1, action 0 sum "
                                   "to 0.9, not 1\n    4 | 0.5 0.4\n      | ^") != NULL,
                  "%s", err.text);
}
END_TEST

START_TEST(what_a_few_digits_lack_is_scaled_with_a_word)
{
    static const struct {
        const char *p, *says;
    } rows[] = { { "0.333333 0.666666", "remark: these probabilities sum to 1 up to" },
                 { "0.333 0.666", "warning: these probabilities sum to 0.999: scaled" },
                 { "0.5 0.5", NULL } };
    char text[300];
    struct mdp m;
    struct err err = { 0 };
    snprintf(text, sizeof text, "states: 2 actions: 2\nT: *\n%s\n%s\n", rows[_i].p,
             rows[_i].p);
    ck_assert_msg(read_text(text, &m, &err), "%s", err.text);
    ck_assert_near(m.edge[0].p + m.edge[1].p, 1, 1e-15);
    ck_assert_uint_eq(err.notes, rows[_i].says ? 1 : 0);
    if (rows[_i].says)
        ck_assert_msg(strstr(err.text, rows[_i].says) != NULL, "%s", err.text);
    mdp_release(&m);
}
END_TEST

/* Where only states are seen, and the reward depends on what else might be. */
START_TEST(an_mdp_of_a_pomdp_shows_its_states)
{
    ck_assert_near(value_of(HEAD "start: 1\n" TX TY OBS REW, "mdp:file=@", 1, 1), 0, 1e-12);
    ck_assert_near(
        value_of(HEAD "start: 1\n" TX TY OBS "R: y : 1 : 1 : p 1.5\n", "mdp:file=@", 2, 1),
        1.5, 1e-12);
    ck_assert_near(value_of(HEAD "start: 1\n" TX TY OBS "R: y : 1 : 1 : p 1.5\n",
                            "mdp:file=@,rewards=unseen", 2, 1),
                   1.5, 1e-12);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("cassandra");
    TCase *tc = tcase_create("cassandra");
    tcase_add_loop_test(tc, all_forms_have_their_values, 0, 4);
    tcase_add_test(tc, a_reward_may_be_unseen);
    tcase_add_test(tc, the_tiger_in_this_form_is_the_tiger);
    tcase_add_loop_test(tc, all_shapes_say_the_same, 0, sizeof shapes / sizeof *shapes);
    tcase_add_loop_test(tc, a_start_is_said_in_many_ways, 0, 8);
    tcase_add_loop_test(tc, a_mistake_is_told_once_with_its_place, 0,
                        sizeof bad / sizeof *bad);
    tcase_add_test(tc, all_mistakes_are_told_with_a_caret);
    tcase_add_loop_test(tc, what_a_few_digits_lack_is_scaled_with_a_word, 0, 3);
    tcase_add_test(tc, an_mdp_of_a_pomdp_shows_its_states);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
