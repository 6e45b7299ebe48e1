#include "config.h"

#include "forms.h"
#include "harness.h"
#include "xalloc.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Rewards of the 3 x 3 grid of the papers, and of one of ursa's own mazes: the numbers are
 * of Gleave et al. 2021 (figure 1) and of a dense computation of its own, in NumPy. */

static char folder[] = "/tmp/check_reward.XXXXXX";

static void begin(void) { ck_assert(mkdtemp(folder) && !chdir(folder)); }

static void end(void)
{
    static const char *const files[] = { "grid.map", "a.reward", "b.reward", "grid.mdp" };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        unlink(files[i]);
    ck_assert(!rmdir(folder));
}

static void put(const char *file, const char *text)
{
    FILE *f = fopen(file, "w");
    ck_assert(f && fputs(text, f) >= 0 && !fclose(f));
}

/* Opens a reward of states alone, row by row. */
static void open_grid(struct reward *r, const char *file, const double *of)
{
    struct err err = { 0 };
    put("grid.map", "ursa-map 1\nmap:\n@..\n...\n...\n");
    FILE *f = fopen(file, "w");
    fputs("ursa-reward 1\nworld: gridworld:map=grid.map\nrewards:\n", f);
    for (int i = 0; i < 9; i++)
        fprintf(f, "  %d.%d * * %g\n", i % 3, i / 3, of[i]);
    ck_assert(!fclose(f));
    ck_assert_msg(reward_open(r, file, 0, &err), "%s", err.text);
}

static const double sparse[] = { 0, 0, 0, 0, 0, 0, 0, 0, 1 };
static const double center[] = { 0, 0, 0, 0, 1, 0, 0, 0, 0 };
static const double dirt[] = { 0, -1, -1, 0, 0, 0, -1, -1, 4 };
static const double cliff[] = { 0, -1, -1, 0, 0, 0, -4, -4, 4 };
static const double penalty[] = { 0, 0, 0, 0, 0, 0, 0, 0, -1 };
static const double four[] = { -1, -1, -1, -1, -1, -1, -1, -1, 3 };
static const double nothing[9] = { 0 };

/* ---- distances */

static double distance_of(const struct reward *a, const struct reward *b, enum form form,
                          enum coverage c)
{
    double *x = xcalloc(reward_size(a), sizeof *x), *y = xcalloc(reward_size(a), sizeof *y);
    double *weight = coverage_make(a, c, .99), d;
    ck_assert(form_make(a, form, .99, x, NULL, NULL));
    ck_assert(form_make(b, form, .99, y, NULL, NULL));
    if (form == FORM_VALUE || form == FORM_MINIMAL)
        d = distance_starc(a, b, x, y);
    else
        d = distance_pearson(x, y, weight, reward_size(a));
    free(weight);
    free(x);
    free(y);
    return d;
}

struct expected {
    double epic, feasible, dard, value, minimal, regret[2];
};

static void compare(const struct reward *a, const struct reward *b,
                    const struct expected *e)
{
    ck_assert_near(distance_of(a, b, FORM_EPIC, COVER_UNIFORM), e->epic, 5e-5);
    ck_assert_near(distance_of(a, b, FORM_EPIC, COVER_FEASIBLE), e->feasible, 5e-5);
    ck_assert_near(distance_of(a, b, FORM_DARD, COVER_FEASIBLE), e->dard, 5e-5);
    ck_assert_near(distance_of(a, b, FORM_VALUE, COVER_UNIFORM), e->value, 5e-5);
    ck_assert_near(distance_of(a, b, FORM_MINIMAL, COVER_UNIFORM), e->minimal, 5e-5);
    ck_assert_near(reward_regret(a, b, .99).regret, e->regret[0], 5e-5);
    ck_assert_near(reward_regret(b, a, .99).regret, e->regret[1], 5e-5);
}

static const struct row {
    const double *a, *b;
    struct expected e;
} table[] = {
    { sparse, center, { .75, .75, .7482, .7695, .7718, { 1, 1 } } },
    { sparse, dirt, { .1602, .1602, .1756, .1292, .1553, { 0, .0013 } } },
    { dirt, cliff, { .2672, .2672, .2167, .3529, .2852, { 0, 0 } } },
    { center, dirt, { .7071, .7071, .6982, .7419, .7324, { .9967, .7991 } } },
};

START_TEST(the_grid_of_the_papers_has_their_distances)
{
    struct reward a, b;
    open_grid(&a, "a.reward", table[_i].a);
    open_grid(&b, "b.reward", table[_i].b);
    ck_assert(reward_match(&a, &b, NULL));
    compare(&a, &b, &table[_i].e);
    reward_release(&a);
    reward_release(&b);
}
END_TEST

/* Of states alone it is the plain Pearson distance, whatever gamma: also these of G.11. */
START_TEST(others_of_states_alone)
{
    static const struct {
        const double *a, *b;
        double epic;
    } all[] = { { sparse, penalty, 1 },   { sparse, cliff, .3676 },
                { sparse, four, 0 },      { center, penalty, .6614 },
                { center, cliff, .6692 }, { penalty, dirt, .9871 },
                { penalty, cliff, .9300 } };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct reward a, b;
        open_grid(&a, "a.reward", all[i].a);
        open_grid(&b, "b.reward", all[i].b);
        ck_assert_near(distance_of(&a, &b, FORM_EPIC, COVER_UNIFORM), all[i].epic, 5e-5);
        ck_assert_near(distance_of(&a, &b, FORM_EPIC, COVER_FEASIBLE), all[i].epic, 5e-5);
        reward_release(&a);
        reward_release(&b);
    }
}
END_TEST

START_TEST(a_constant_has_no_distance_by_correlation_and_one_half_by_norm)
{
    struct reward a, b;
    open_grid(&a, "a.reward", nothing);
    open_grid(&b, "b.reward", sparse);
    ck_assert(isnan(distance_of(&a, &b, FORM_EPIC, COVER_UNIFORM)));
    ck_assert(isnan(distance_of(&a, &b, FORM_DARD, COVER_FEASIBLE)));
    ck_assert_near(distance_of(&a, &b, FORM_VALUE, COVER_UNIFORM), .5, 1e-12);
    ck_assert_near(distance_of(&a, &b, FORM_MINIMAL, COVER_UNIFORM), .5, 1e-12);
    ck_assert_near(distance_of(&a, &a, FORM_MINIMAL, COVER_UNIFORM), 0, 1e-12);
    ck_assert_near(reward_regret(&a, &b, .99).regret, 0, 1e-12);
    for (size_t i = 0; i < reward_size(&a); i++)
        a.at[i] = 7;
    ck_assert(isnan(distance_of(&a, &b, FORM_EPIC, COVER_UNIFORM)));
    ck_assert_near(distance_of(&a, &b, FORM_VALUE, COVER_UNIFORM), .5, 1e-12);
    reward_release(&a);
    reward_release(&b);
}
END_TEST

/* ---- classes */

/* Adds gamma Phi(s') - Phi(s). */
static void shape(struct reward *r, const double *phi)
{
    for (size_t i = 0; i < reward_size(r); i++)
        r->at[i] += .99 * phi[i % r->n] - phi[i / r->n / r->n_actions];
}

static void random_potential(double *phi, uint32_t n)
{
    struct rng rng = { { 3, 1, 4, 1 } };
    for (uint32_t s = 0; s < n; s++)
        phi[s] = 10 * rng_unit(&rng) - 5;
}

START_TEST(shaping_changes_no_form_and_scaling_no_distance)
{
    struct reward a, b;
    double phi[9], found[9];
    open_grid(&a, "a.reward", dirt);
    open_grid(&b, "b.reward", dirt);
    random_potential(phi, 9);
    shape(&b, phi);
    for (size_t i = 0; i < reward_size(&b); i++)
        b.at[i] *= 3;
    ck_assert_near(distance_of(&a, &b, FORM_EPIC, COVER_UNIFORM), 0, 1e-7);
    ck_assert_near(distance_of(&a, &b, FORM_EPIC, COVER_POLICY), 0, 1e-7);
    ck_assert_near(distance_of(&a, &b, FORM_DARD, COVER_FEASIBLE), 0, 1e-7);
    ck_assert_near(distance_of(&a, &b, FORM_VALUE, COVER_UNIFORM), 0, 1e-7);
    ck_assert_near(distance_of(&a, &b, FORM_MINIMAL, COVER_UNIFORM), 0, 1e-7);
    ck_assert_near(reward_regret(&a, &b, .99).regret, 0, 1e-9);
    double *x = xcalloc(reward_size(&a), sizeof *x),
           *y = xcalloc(reward_size(&a), sizeof *y);
    double own[9];
    ck_assert(form_make(&a, FORM_GRADIENT, .99, x, own, NULL));
    ck_assert(form_make(&b, FORM_GRADIENT, .99, y, found, NULL));
    for (size_t i = 0; i < reward_size(&a); i++)
        ck_assert_near(y[i], 3 * x[i], 1e-9);
    for (size_t s = 0; s < 9; s++) /* b is 3 a + grad (3 phi) */
        ck_assert_near(3 * own[s] - found[s], 3 * phi[s], 1e-9);
    free(x);
    free(y);
    reward_release(&a);
    reward_release(&b);
}
END_TEST

static double norm_of(const struct reward *r, enum form form, bool ones)
{
    double *x = xcalloc(reward_size(r), sizeof *x), sum = 0;
    ck_assert(form_make(r, form, .99, x, NULL, NULL));
    for (size_t pair = 0; pair < (size_t)r->n * r->n_actions; pair++)
        for (uint32_t k = 0; k < r->n; k++) {
            double one = fabs(x[pair * r->n + k]);
            bool can = false;
            for (uint32_t i = r->first[pair]; i < r->first[pair + 1]; i++)
                can |= r->next[i] == k;
            sum += ones ? (can ? one : 0) : one * one;
        }
    free(x);
    return ones ? sum : sqrt(sum);
}

/* The distance to the goal, as a potential of shaping: Dense of the papers. */
START_TEST(forms_undo_shaping)
{
    struct reward a, b;
    double phi[9];
    open_grid(&a, "a.reward", sparse);
    open_grid(&b, "b.reward", center);
    ck_assert_near(norm_of(&a, FORM_GRADIENT, false), 4.449607, 1e-6);
    ck_assert_near(norm_of(&b, FORM_GRADIENT, false), 4.449607, 1e-6);
    ck_assert_near(norm_of(&a, FORM_SPARSE, true), 4.95, 1e-9);
    for (uint32_t s = 0; s < 9; s++) { /* states are numbered as they are found */
        char name[16];
        int col, row;
        reward_state_text(&a, s, name, sizeof name);
        ck_assert_int_eq(sscanf(name, "%d.%d", &col, &row), 2);
        phi[s] = col + row - 4;
    }
    shape(&a, phi);
    ck_assert_near(norm_of(&a, FORM_GRADIENT, false), 4.449607, 1e-6);
    ck_assert_near(norm_of(&a, FORM_SPARSE, true), 4.95, 1e-9);
    reward_release(&a);
    reward_release(&b);
}
END_TEST

/* EPIC under uniform coverage is half the distance of normalised parts without
 * divergence (Jenner, van Hoof, Gleave 2022). */
START_TEST(epic_is_the_distance_of_parts_without_divergence)
{
    struct reward a, b;
    open_grid(&a, "a.reward", table[_i].a);
    open_grid(&b, "b.reward", table[_i].b);
    size_t n = reward_size(&a);
    double *x = xcalloc(n, sizeof *x), *y = xcalloc(n, sizeof *y), d = 0;
    double nx = norm_of(&a, FORM_GRADIENT, false), ny = norm_of(&b, FORM_GRADIENT, false);
    ck_assert(form_make(&a, FORM_GRADIENT, .99, x, NULL, NULL));
    ck_assert(form_make(&b, FORM_GRADIENT, .99, y, NULL, NULL));
    for (size_t i = 0; i < n; i++)
        d += (x[i] / nx - y[i] / ny) * (x[i] / nx - y[i] / ny);
    ck_assert_near(sqrt(d) / 2, distance_of(&a, &b, FORM_EPIC, COVER_UNIFORM), 5e-5);
    free(x);
    free(y);
    reward_release(&a);
    reward_release(&b);
}
END_TEST

/* ---- a maze of ursa's own, all 21 cells of it, by a file of its law */

static const char maze[] = "@..#...d#.#.#.##..#...#..##.#.D.";
enum { ROWS = 4, COLS = 8 };

static bool is_floor(int col, int row)
{
    return col >= 0 && col < COLS && row >= 0 && row < ROWS &&
           maze[row * COLS + col] != '#';
}

/* Where an action leads from a cell, and whether it bumps. slip: chance of any of five. */
static int walk(int cell, int action, bool *bumps)
{
    static const int cols[] = { -1, 1, 0, 0, 0 }, rows[] = { 0, 0, -1, 1, 0 };
    int col = cell % COLS + cols[action], row = cell / COLS + rows[action];
    *bumps = !is_floor(col, row);
    return *bumps ? cell : row * COLS + col;
}

static void write_maze(double slip)
{
    FILE *f = fopen("grid.mdp", "w");
    fputs("ursa-mdp 1\nstates:", f);
    for (int i = 0; i < ROWS * COLS; i++)
        if (maze[i] != '#')
            fprintf(f, " c%d", i);
    fputs("\nactions: 5\nstart: uniform\ntransitions:\n", f);
    for (int i = 0; i < ROWS * COLS; i++)
        for (int a = 0; maze[i] != '#' && a < 5; a++) {
            double p[ROWS * COLS] = { 0 };
            bool bumps;
            p[walk(i, a, &bumps)] += 1 - slip;
            for (int b = 0; b < 5; b++)
                p[walk(i, b, &bumps)] += slip / 5;
            for (int k = 0; k < ROWS * COLS; k++)
                if (p[k] > 0)
                    fprintf(f, "  c%d %d c%d %.17g\n", i, a, k, p[k]);
        }
    ck_assert(!fclose(f));
}

/* step -1, bump -5 more, 100 theta on entering D or d or staying there, not when it
 * bumps. */
static void open_maze(struct reward *r, const char *file, double big, double small)
{
    struct err err = { 0 };
    FILE *f = fopen(file, "w");
    fputs("ursa-reward 1\nworld: mdp:file=./grid.mdp\nrewards:\n  * * * -1\n", f);
    for (int i = 0; i < ROWS * COLS; i++)
        for (int a = 0; maze[i] != '#' && a < 5; a++) {
            bool bumps;
            walk(i, a, &bumps);
            if (bumps)
                fprintf(f, "  c%d %d * -6\n", i, a);
            else
                fprintf(f, "  c%d %d c30 %g\n  c%d %d c7 %g\n", i, a, 100 * big - 1, i, a,
                        100 * small - 1);
        }
    ck_assert(!fclose(f));
    ck_assert_msg(reward_open(r, file, 0, &err), "%s", err.text);
    ck_assert_uint_eq(r->n, 21);
}

START_TEST(a_maze_with_walls_tells_the_coverages_apart)
{
    static const struct {
        double a[2], b[2];
        struct expected e;
    } all[] = {
        { { .75, .25 }, { .75, 0 }, { .1521, .1263, .1236, .1502, .1333, { 0, 0 } } },
        { { .75, 0 }, { 0, .75 }, { .6873, .6783, .6566, .8078, .6750, { .9058, .9060 } } }
    };
    write_maze(0);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct reward a, b;
        open_maze(&a, "a.reward", all[i].a[0], all[i].a[1]);
        open_maze(&b, "b.reward", all[i].b[0], all[i].b[1]);
        ck_assert(reward_match(&a, &b, NULL));
        compare(&a, &b, &all[i].e);
        reward_release(&a);
        reward_release(&b);
    }
}
END_TEST

/* Another reward of the same means over s': nothing to STARC and regret, much to the
 * others. */
START_TEST(redistribution_over_what_follows_is_nothing_to_starc)
{
    struct reward a, b;
    write_maze(.4);
    open_maze(&a, "a.reward", .75, .25);
    open_maze(&b, "b.reward", .75, .25);
    for (size_t pair = 0; pair < (size_t)b.n * b.n_actions; pair++) {
        uint32_t i = b.first[pair], k = i + 1;
        if (b.first[pair + 1] - i < 2)
            continue;
        b.at[pair * b.n + b.next[i]] += 300;
        b.at[pair * b.n + b.next[k]] -= 300 * b.p[i] / b.p[k];
    }
    ck_assert_near(distance_of(&a, &b, FORM_VALUE, COVER_UNIFORM), 0, 1e-7);
    ck_assert_near(distance_of(&a, &b, FORM_MINIMAL, COVER_UNIFORM), 0, 1e-7);
    ck_assert_near(reward_regret(&a, &b, .99).regret, 0, 1e-9);
    ck_assert_double_gt(distance_of(&a, &b, FORM_EPIC, COVER_UNIFORM), .4);
    ck_assert_double_gt(distance_of(&a, &b, FORM_DARD, COVER_FEASIBLE), .4);
    reward_release(&a);
    reward_release(&b);
}
END_TEST

/* The world's own R(s, a, s') agrees with what its law pays, and is that of the maze. */
START_TEST(what_a_gridworld_pays_is_its_law)
{
    struct reward r;
    struct err err = { 0 };
    put("grid.map", "ursa-map 1\nlegend:\n  D: dispenser theta=0.75\n"
                    "  d: dispenser theta=0.25\nmap:\n@.d\n#..\nT.D\n");
    ck_assert_msg(reward_open(&r, "gridworld:map=grid.map", 0, &err), "%s", err.text);
    ck_assert_uint_eq(r.n, 8);
    for (size_t pair = 0; pair < (size_t)r.n * r.n_actions; pair++)
        for (uint32_t i = r.first[pair]; i < r.first[pair + 1]; i++) {
            uint32_t s = (uint32_t)(pair / r.n_actions), k = r.next[i];
            double says = r.env->ops->pays(r.env, r.state + s * r.env->state_size,
                                           (unsigned)(pair % r.n_actions),
                                           r.state + k * r.env->state_size);
            ck_assert_near(r.at[pair * r.n + k] * r.env->space.scale, says, 1e-9);
        }
    uint32_t start = reward_state(&r, "0.0"), far = reward_state(&r, "2.2");
    ck_assert_uint_eq(start, 0);
    ck_assert_uint_lt(far, r.n);
    ck_assert_near(r.at[(start * 5 + 1) * r.n + far], -1 + 75, 1e-9);
    ck_assert_near(r.at[(start * 5 + 0) * r.n + far], -6, 1e-9);
    reward_release(&r);
}
END_TEST

START_TEST(a_form_that_is_written_is_read_back)
{
    struct reward a, b;
    struct err err = { 0 };
    open_grid(&a, "a.reward", dirt);
    double *x = xcalloc(reward_size(&a), sizeof *x);
    ck_assert(form_make(&a, FORM_EPIC, .9, x, NULL, NULL));
    FILE *f = fopen("b.reward", "w");
    reward_write(&a, x, f);
    fclose(f);
    ck_assert_msg(reward_open(&b, "b.reward", 0, &err), "%s", err.text);
    for (size_t i = 0; i < reward_size(&a); i++)
        ck_assert_near(b.at[i], x[i], 1e-15);
    free(x);
    reward_release(&a);
    reward_release(&b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("reward");
    TCase *t = tcase_create("rewards");
    tcase_add_checked_fixture(t, begin, end);
    tcase_add_loop_test(t, the_grid_of_the_papers_has_their_distances, 0,
                        sizeof table / sizeof *table);
    tcase_add_test(t, others_of_states_alone);
    tcase_add_test(t, a_constant_has_no_distance_by_correlation_and_one_half_by_norm);
    tcase_add_test(t, shaping_changes_no_form_and_scaling_no_distance);
    tcase_add_test(t, forms_undo_shaping);
    tcase_add_loop_test(t, epic_is_the_distance_of_parts_without_divergence, 0,
                        sizeof table / sizeof *table);
    tcase_add_test(t, a_maze_with_walls_tells_the_coverages_apart);
    tcase_add_test(t, redistribution_over_what_follows_is_nothing_to_starc);
    tcase_add_test(t, what_a_gridworld_pays_is_its_law);
    tcase_add_test(t, a_form_that_is_written_is_read_back);
    suite_add_tcase(s, t);
    return harness_run(s);
}
