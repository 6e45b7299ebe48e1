#include "config.h"

#include "laws.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What people see of a world. */

/* A state as it is drawn. */
struct picture {
    const struct env *env;
    const unsigned char *state;
    bool truth;
    struct canvas cv;
};
typedef bool see_fn(struct picture *pic, struct err *err);

/* Whether all is well with what is seen, of the states of a random walk. */
static bool walk_shows(const struct env *env, see_fn *see, struct err *err)
{
    enum { WALK = 40 };
    size_t cells = (size_t)env->rows * (size_t)env->cols;
    struct rng rng = { { 1, 2, 3, 4 } };
    unsigned char *state = xcalloc(1, env->state_size);
    struct picture pic = { .env = env, .state = state };
    pic.cv = (struct canvas){ env->rows, env->cols, xcalloc(cells + 1, sizeof *pic.cv.at) };
    bool ok = true;
    env_reset(env, state, &rng);
    for (int t = 0; ok && t < WALK; t++) {
        pic.truth = t & 1;
        ok = see(&pic, err);
        env_step(env, state, rng_below(&rng, env->space.n_actions), &rng);
    }
    free(state);
    free(pic.cv.at);
    return ok;
}

static void draw(struct picture *pic)
{
    canvas_clear(&pic->cv);
    pic->env->ops->draw(pic->env, pic->state, pic->truth, &pic->cv);
}

static bool is_within(struct picture *pic, struct err *err)
{
    enum { MARK = 0xdead };
    size_t cells = (size_t)pic->cv.rows * (size_t)pic->cv.cols;
    pic->cv.at[cells].ch = MARK;
    draw(pic);
    if (pic->cv.at[cells].ch != MARK)
        return err_set(err, "it draws beyond %d rows of %d", pic->cv.rows, pic->cv.cols);
    for (size_t i = 0; !pic->env->ops->tiles && i < cells; i++)
        if (pic->cv.at[i].ground >= INKS)
            return err_set(err, "cell %zu has ink %u, which there is not", i,
                           pic->cv.at[i].ground);
    return true;
}

bool law_env_canvas(const struct subject *s, struct err *err)
{
    if (!s->env->ops->draw || s->env->rows * s->env->cols == 0)
        return law_idle(err, "it has no draw()");
    env_watch(s->env);
    return walk_shows(s->env, is_within, err);
}

static bool is_in_table(struct picture *pic, struct err *err)
{
    const struct tile_look *tiles = pic->env->ops->tiles;
    unsigned rows = 0;
    while (tiles[rows].name)
        rows++;
    draw(pic);
    for (int i = 0; i < pic->cv.rows * pic->cv.cols; i++) {
        const struct cell *c = &pic->cv.at[i];
        unsigned top = c->thing > c->ground ? c->thing : c->ground;
        if (top >= rows)
            return err_set(err, "cell %d has tile %u of %u", i, top, rows);
        if (!pic->truth && (tiles[c->ground].hidden || tiles[c->thing].hidden))
            return err_set(err, "cell %d shows %s without the truth", i,
                           tiles[c->thing ? c->thing : c->ground].name);
    }
    return true;
}

bool law_env_tiles(const struct subject *s, struct err *err)
{
    const struct env_ops *ops = s->env->ops;
    if (!ops->draw || !ops->tiles)
        return law_idle(err, "it draws no tiles");
    if (s->env->text || ops->tiles[0].role != LOOK_GROUND || ops->tiles[0].hidden)
        return err_set(err, "its first tile is no bare ground, or its canvas is text");
    return walk_shows(s->env, is_in_table, err);
}

/* Players who are not seen are painted with the truth alone. */
static bool are_in_place(struct picture *pic, struct err *err)
{
    const struct env *env = pic->env;
    unsigned want;
    draw(pic);
    for (int i = 0; i < pic->cv.rows * pic->cv.cols; i++) {
        want = 0;
        for (unsigned k = 0; k < PLAYERS_MAX; k++)
            want |= (env->ops->cell(env, pic->state, k) == i ? 1u : 0u) << k;
        unsigned got = pic->cv.at[i].players;
        if (pic->truth ? got != want : got & ~want)
            return err_set(err, "cell %d is painted with players %#x, cell() says %#x", i,
                           got, want);
    }
    return true;
}

bool law_env_players(const struct subject *s, struct err *err)
{
    const struct env_ops *ops = s->env->ops;
    if (!ops->draw || !ops->tiles)
        return law_idle(err, "it draws no tiles");
    if (!ops->cell)
        return err_set(err, "it draws tiles, and has no cell() to say who is where");
    return walk_shows(s->env, are_in_place, err);
}

/* ---- what it tells of its state */

/* Whether what is told of the states of a random walk is well. */
static bool walk_tells(const struct env *env,
                       bool (*told)(const struct env *env, const void *state,
                                    struct err *err),
                       struct err *err)
{
    enum { WALK = 200 };
    struct rng rng = { { 4, 3, 2, 1 } };
    unsigned char *state = xcalloc(1, env->state_size);
    bool ok = true;
    env_reset(env, state, &rng);
    for (int t = 0; ok && t < WALK; t++) {
        ok = told(env, state, err);
        env_step(env, state, rng_below(&rng, env->space.n_actions), &rng);
    }
    free(state);
    return ok;
}

static bool is_reported(const struct env *env, const void *state, struct err *err)
{
    double x[REPORT_MAX + 1];
    size_t n = 0;
    while (env->ops->metrics[n].name)
        n++;
    for (size_t i = 0; i <= n; i++)
        x[i] = HUGE_VAL;
    env->ops->report(env, state, x);
    for (size_t i = 0; i < n; i++)
        if (isinf(x[i]))
            return err_set(err, "%s is not reported, or not finite",
                           env->ops->metrics[i].name);
    return isinf(x[n]) || err_set(err, "it reports more than its %zu metrics", n);
}

bool law_env_report(const struct subject *s, struct err *err)
{
    const struct world_metric *m = s->env->ops->metrics;
    if (!m && !s->env->ops->report)
        return law_idle(err, "it has no metrics of its own");
    if (!m || !s->env->ops->report)
        return err_set(err, "metrics and report() come together");
    size_t n = 0;
    for (; m[n].name; n++)
        for (size_t j = 0; j < n; j++)
            if (!strcmp(m[j].name, m[n].name))
                return err_set(err, "two metrics are called %s", m[n].name);
    if (n > REPORT_MAX)
        return err_set(err, "%zu metrics are more than %d", n, REPORT_MAX);
    return walk_tells(s->env, is_reported, err);
}

static bool is_hidden(const struct env *env, const void *state, struct err *err)
{
    uint32_t k = env->ops->hidden(env, state);
    if (k >= env->n_hidden)
        return err_set(err, "hidden state %u is not below %u", k, env->n_hidden);
    return !env_hides_place(env) || (int)k == env->ops->cell(env, state, 0) ||
           err_set(err, "hidden place %u is not cell %d", k, env->ops->cell(env, state, 0));
}

/* Where they have no names they are the cells of a map. */
static bool names_hidden(const struct env *env, struct err *err)
{
    if (env_hides_place(env))
        return (!env->text && env->ops->cell &&
                env->n_hidden == (uint32_t)(env->rows * env->cols)) ||
               err_set(err, "%u hidden things without names are no cells of a map",
                       env->n_hidden);
    for (uint32_t i = 0; i < env->n_hidden; i++)
        for (uint32_t j = 0; j < i && j < 64; j++)
            if (!strcmp(env->hidden_names[i], env->hidden_names[j]))
                return err_set(err, "two hidden states are called %s",
                               env->hidden_names[i]);
    return true;
}

bool law_env_hidden(const struct subject *s, struct err *err)
{
    const struct env *env = s->env;
    if (!env->ops->hidden && !env->n_hidden)
        return law_idle(err, "it names nothing hidden");
    if (!env->ops->hidden || !env->n_hidden || !env->hidden)
        return err_set(err, "hidden(), n_hidden and .hidden come together");
    return names_hidden(env, err) && walk_tells(env, is_hidden, err);
}
