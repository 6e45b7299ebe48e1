#include "config.h"

#include "reward_map.h"

#include "colour.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

enum { CELL = 7, WIDE = 80, GAP = 2 };

void reward_map_make(struct reward_map *m, const struct reward *r, const double *at,
                     const char *title)
{
    const struct env *env = r->env;
    const bool map = env->ops->cell && env->cols > 0;
    double *mean = reward_means(r, at);
    snprintf(m->title, sizeof m->title, "%s", title);
    m->rows = map ? env->rows : 1;
    m->cols = map ? env->cols : (int)r->n;
    m->at = xcalloc((size_t)(m->rows * m->cols), sizeof *m->at);
    for (int i = 0; i < m->rows * m->cols; i++)
        m->at[i] = NAN;
    for (uint32_t s = 0; s < r->n; s++) {
        int cell = map ? env->ops->cell(env, r->state + s * env->state_size, 0) : (int)s;
        double sum = 0;
        for (unsigned a = 0; a < r->n_actions; a++)
            sum += mean[reward_pair(r, s, a)] / r->n_actions;
        if (cell >= 0 && !isfinite(m->at[cell])) /* the first of those in a cell */
            m->at[cell] = sum;
    }
    free(mean);
}

void reward_map_release(struct reward_map *m) { free(m->at); }

static double largest(const struct reward_map *m)
{
    double most = 0;
    for (int i = 0; i < m->rows * m->cols; i++)
        if (isfinite(m->at[i]))
            most = fmax(most, fabs(m->at[i]));
    return most;
}

/* Blue below nothing, amber above, black text on both. */
static void print_cell(double x, double most, bool color, FILE *to)
{
    enum { BELOW = 0x6fa8ff, ABOVE = 0xffb347, NOTHING = 0xf2f2f2 };
    double size = fabs(x) + (fabs(x) < 5e-324 ? 1 : 0);
    int digits = size >= 999.5 ? 0 : size >= 99.5 ? 1 : size >= 9.95 ? 2 : 3;
    if (!isfinite(x)) {
        fprintf(to, "%*s%*s", CELL / 2 + 1, "#", CELL / 2, "");
        return;
    }
    int percent = most > 0 ? (int)lround(100 * fabs(x) / most) : 0;
    if (color)
        fprintf(to, "\033[38;5;16;48;5;%dm",
                colour_nearest(colour_mix(NOTHING, x < 0 ? BELOW : ABOVE, percent)));
    fprintf(to, "%*.*f", CELL - 1, digits, fabs(x) < 5e-4 ? 0.0 : x);
    fputs(color ? " \033[0m" : " ", to);
}

static int width(const struct reward_map *m) { return m->cols * CELL; }

static void print_row(const struct reward_map *m, int row, bool color, FILE *to)
{
    double most = largest(m);
    for (int c = 0; c < m->cols; c++)
        print_cell(m->at[row * m->cols + c], most, color, to);
}

void reward_map_print(const struct reward_map *m, size_t n, bool color, FILE *to)
{
    int all = 0, rows = 0;
    for (size_t i = 0; i < n; i++) {
        all += width(&m[i]) + GAP;
        rows = m[i].rows > rows ? m[i].rows : rows;
    }
    if (n > 1 && all - GAP > WIDE) {
        for (size_t i = 0; i < n; i++)
            reward_map_print(&m[i], 1, color, to);
        return;
    }
    for (size_t i = 0; i < n; i++)
        fprintf(to, "%*s%-*s", i ? GAP : 0, "", i + 1 < n ? width(&m[i]) : 0, m[i].title);
    fputc('\n', to);
    for (int row = 0; row < rows; row++) {
        for (size_t i = 0; i < n; i++) {
            fprintf(to, "%*s", i ? GAP : 0, "");
            print_row(&m[i], row, color, to);
        }
        fputc('\n', to);
    }
    fputc('\n', to);
}
