#include "config.h"

#include "cmd.h"
#include "empowerment.h"
#include "mask.h"
#include "output.h"
#include "registry.h"
#include "reward_map.h"
#include "solve_empowerment.h"
#include "xalloc.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

/* ursa solve WORLD --what=empowerment: a map of it where the world is one, else a row a
 * state. What counts of a state is the place, where the world has places. */

enum { STATES_MAX = 100000 };

struct field {
    const struct env *env;
    const struct fsm *f;
    const char *name;
    int64_t steps;
    double gamma;  /* of effective empowerment; NAN: not that */
    double *bits;  /* [n_states] */
};

/* Where the agent is in a state, as a canvas cell; -1: nowhere. */
static int cell_of(const struct field *d, uint32_t s)
{
    const struct env *env = d->env;
    const void *state = d->f->state + (size_t)s * d->f->state_size;
    return env->ops->cell && env->cols > 0 ? env->ops->cell(env, state, 0) : -1;
}

static int answer_json(const struct field *d)
{
    json_t *rows = json_array();
    for (uint32_t s = 0; s < d->f->n_states; s++) {
        int cell = cell_of(d, s), cols = d->env->cols;
        json_t *at =
            cell >= 0 ? json_pack("[i, i]", cell % cols, cell / cols) : json_null();
        json_array_append_new(rows, json_pack("{s:I, s:o, s:f}", "state", (json_int_t)s,
                                              "cell", at, "bits", d->bits[s]));
    }
    json_t *o = json_pack("{s:i, s:s, s:o}", "v", 1, "env", d->name, "states", rows);
    if (isnan(d->gamma))
        json_object_set_new(o, "steps", json_integer((json_int_t)d->steps));
    else
        json_object_set_new(o, "gamma", json_real(d->gamma));
    print_json(o);
    json_decref(o);
    return EXIT_OK;
}

/* Of the states in a cell the first. */
static bool print_map(const struct field *d, bool color)
{
    struct reward_map m = { .rows = d->env->rows, .cols = d->env->cols };
    bool any = false;
    m.at = xcalloc((size_t)(m.rows * m.cols), sizeof *m.at);
    for (int i = 0; i < m.rows * m.cols; i++)
        m.at[i] = NAN;
    for (uint32_t s = 0; s < d->f->n_states; s++) {
        int cell = cell_of(d, s);
        if (cell >= 0 && !isfinite(m.at[cell]))
            m.at[cell] = d->bits[s];
        any = any || cell >= 0;
    }
    if (any)
        reward_map_print(&m, 1, color, stdout);
    reward_map_release(&m);
    return any;
}

static void print_rows(const struct field *d)
{
    enum { SHOWN = 40 };
    for (uint32_t s = 0; s < d->f->n_states && s < SHOWN; s++)
        printf("  state %-6" PRIu32 " %.6f\n", s, d->bits[s]);
    if (d->f->n_states > SHOWN)
        printf("  and %" PRIu32 " states more (--json)\n", d->f->n_states - SHOWN);
}

static int answer_text(const struct args *a, const struct field *d)
{
    double least = HUGE_VAL, most = 0, sum = 0;
    if (isnan(d->gamma))
        mask_print(stdout, "%s   empowerment of %" PRId64 " action%s, bits\n", d->name,
                   d->steps, d->steps == 1 ? "" : "s");
    else
        mask_print(stdout, "%s   effective empowerment, gamma %.12g, bits\n", d->name,
                   d->gamma);
    if (!print_map(d, args_color(a, 1)))
        print_rows(d);
    for (uint32_t s = 0; s < d->f->n_states; s++) {
        least = fmin(least, d->bits[s]);
        most = fmax(most, d->bits[s]);
        sum += d->bits[s];
    }
    printf("  least %.6f   most %.6f   mean of %" PRIu32 " states %.6f\n", least, most,
           d->f->n_states, sum / d->f->n_states);
    return EXIT_OK;
}

/* The place of each state, or NULL where the world has none. */
static uint32_t *places_of(const struct field *d)
{
    const struct env *env = d->env;
    if (!env->n_places)
        return NULL;
    uint32_t *what = xcalloc(d->f->n_states, sizeof *what);
    for (uint32_t s = 0; s < d->f->n_states; s++)
        what[s] = env->ops->place(env, d->f->state + (size_t)s * d->f->state_size);
    return what;
}

/* The capacity of so many actions, of every state. */
static double *capacities(const struct field *d, const uint32_t *what, struct err *err)
{
    struct empowerment *e =
        empowerment_new(d->f, what, d->env->n_places, (uint32_t)d->steps, err);
    if (!e)
        return NULL;
    double *bits = xcalloc(d->f->n_states, sizeof *bits);
    for (uint32_t s = 0; s < d->f->n_states; s++)
        bits[s] = empowerment_at(e, s);
    empowerment_free(e);
    return bits;
}

static int answer_in(struct args *a, struct field *d)
{
    struct err err = { 0 };
    uint32_t *what = places_of(d);
    d->bits = isnan(d->gamma) ? capacities(d, what, &err)
                              : empowerment_effective(d->f, what, d->env->n_places,
                                                      d->gamma, &err);
    free(what);
    if (!d->bits)
        return args_err(a, &err);
    int status = a->json ? answer_json(d) : answer_text(a, d);
    free(d->bits);
    return status;
}

static int answer(struct args *a, const struct env *env, const char *name, int64_t steps,
                  double gamma)
{
    struct alphabet percepts = { 0 };
    double *start = NULL;
    struct fsm *f = fsm_new_whole(env, STATES_MAX, &percepts, &start);
    struct field d = {
        .env = env, .f = f, .name = name, .steps = steps, .gamma = gamma
    };
    int status =
        f ? answer_in(a, &d)
          : args_fail(a, "%s has no law that can be walked, or more than %d states",
                      env->ops->kind.name, STATES_MAX);
    fsm_free(f);
    free(start);
    alphabet_release(&percepts);
    return status;
}

int solve_empowerment(struct args *a, const char *world, uint64_t root, int64_t steps,
                      double gamma)
{
    struct err err = { 0 };
    struct spec_of spec;
    if (steps < 1 || steps > EMPOWERMENT_STEPS)
        return args_fail(a, "empowerment looks 1 to %d actions ahead: -H %d at most",
                         EMPOWERMENT_STEPS, EMPOWERMENT_STEPS);
    if (gamma > EFFECTIVE_GAMMA)
        return args_fail(a, "effective empowerment needs gamma=%g at most, got %g",
                         EFFECTIVE_GAMMA, gamma);
    if (!kind_parse(&spec, &env_shelf, world, &err))
        return args_err(a, &err);
    struct env *env = env_open(&spec, root, &err);
    int status = env ? answer(a, env, spec.canonical, steps, gamma) : args_err(a, &err);
    env_close(env);
    kind_release(&spec);
    return status;
}
