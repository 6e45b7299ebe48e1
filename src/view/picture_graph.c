#include "config.h"

#include "fsm.h"
#include "picture.h"
#include "ramp.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* States of a small process as boxes below each other, filled with the chance of being
 * there, and the arcs of one action beside them. */

enum { NODES_MAX = 9, STATES_MAX = 64, ARCS_MAX = 3 };

struct arc {
    double p, rew; /* chance, and mean reward in units */
    int to;
};
struct node {
    char name[40];
    double p; /* of being there; NAN: not known */
    struct arc arc[NODES_MAX];
    int n;
};
struct diagram {
    struct node at[NODES_MAX];
    int n;
    bool arcs;
};

static bool by_hidden(const struct env *env) { return env->n_hidden && env->hidden_names; }

static int count_nodes(const struct env *env)
{
    return (int)(by_hidden(env) ? env->n_hidden : env->ops->place ? env->n_places : 0);
}

static int node_of(const struct env *env, const void *state)
{
    return (int)(by_hidden(env) ? env->ops->hidden(env, state)
                                : env->ops->place(env, state));
}

/* Places are called by what is seen there, where there are as many. */
static void name_node(const struct env *env, int i, char *buf, size_t n)
{
    if (by_hidden(env))
        snprintf(buf, n, "%s", env->hidden_names[i]);
    else if (env->observations && env->space.n_obs == env->n_places)
        snprintf(buf, n, "%s", env->observations[i]);
    else
        snprintf(buf, n, "%d", i);
}

/* What the start of a hidden world is not known to be before anything was seen. */
static double chance_of(const struct scene *s, const struct frame *f, int i)
{
    const struct env *env = s->env;
    if (by_hidden(env))
        return f->hidden ? (double)f->hidden[i] : (double)NAN;
    if (env->hidden && !f->rec.t && !s->truth)
        return NAN;
    return node_of(env, f->state) == i;
}

static void add_arc(struct node *from, int to, double p, double rew)
{
    int i = 0;
    while (i < from->n && from->arc[i].to != to)
        i++;
    if (i == NODES_MAX)
        return;
    if (i == from->n)
        from->arc[from->n++] = (struct arc){ .to = to };
    struct arc *a = &from->arc[i];
    a->rew = (a->rew * a->p + rew * p) / (a->p + p);
    a->p += p;
}

/* The arcs of an action, those between the same boxes in one; of a box that stands for
 * several states, the first of them. False: there are too many states. */
static bool read_arcs(const struct env *env, unsigned action, struct diagram *g)
{
    size_t cap = env->ops->starts ? env->max_starts : 1, n = 1;
    double *p = xcalloc(cap, sizeof *p);
    unsigned char *state = xcalloc(cap, env->state_size);
    struct alphabet percepts = { 0 };
    struct rng none = { { 1, 2, 3, 4 } };
    bool seen[NODES_MAX] = { false };
    if (env->ops->starts)
        n = env->ops->starts(env, p, state);
    else
        env_reset(env, state, &none);
    struct fsm *f = fsm_new_from(env, state, n, STATES_MAX, &percepts);
    for (uint32_t x = 0; f && x < f->n_states; x++) {
        int from = node_of(env, f->state + (size_t)x * f->state_size);
        const uint32_t *first = f->first + (size_t)x * f->n_actions + action;
        for (uint32_t k = first[0]; k < first[1] && !seen[from]; k++)
            add_arc(&g->at[from],
                    node_of(env, f->state + (size_t)f->edge[k].next * f->state_size),
                    f->edge[k].p, percepts.at[f->edge[k].percept].rew / env->space.scale);
        seen[from] = true;
    }
    bool small = f != NULL;
    fsm_free(f);
    alphabet_release(&percepts);
    free(p);
    free(state);
    return small;
}

static bool fits_graph(const struct scene *s, const struct frame *f)
{
    int n = count_nodes(s->env);
    const char *picture = s->env->ops->picture;
    bool asked = picture && !strcmp(picture, "graph");
    return s->env->text && n >= 2 && n <= NODES_MAX &&
           (asked || (by_hidden(s->env) && f->hidden));
}

static struct extent least_graph(const struct scene *s, const struct frame *f)
{
    int n = count_nodes(s->env);
    (void)f;
    return (struct extent){ 34, n + 1 };
}

static struct extent want_graph(const struct scene *s, const struct frame *f)
{
    int n = count_nodes(s->env);
    (void)f;
    return (struct extent){ 56, 4 * n };
}

/* The action whose arcs are drawn. */
static unsigned action_shown(const struct scene *s, const struct frame *f)
{
    return s->arcs >= 0 ? (unsigned)s->arcs : f->rec.t ? f->rec.action : 0;
}

/* ---- drawing */

/* Arcs run in lanes to the right of the boxes: out of one, along, and into another. */
struct lanes {
    int first, n; /* column of the first; how many there is room for */
    int edge;     /* column right of the boxes */
    int rows;     /* of a box */
    struct pane p;
};

static void put_line(struct pane p, int row, int col, enum role role, uint32_t ch,
                     uint32_t cross)
{
    const struct mark *m = NULL;
    if (row >= 0 && row < p.r.rows && col >= 0 && col < p.r.cols)
        m = &p.sheet->at[(p.r.row + row) * p.sheet->cols + p.r.col + col];
    put_ch(p, row, col, role, m && m->ch > ' ' && m->ch != ch ? cross : ch);
}

/* From its row out of the one box to the first row of the other, in lane k. */
static void draw_lane(const struct scene *s, const struct lanes *l, int k, int row,
                      int from, int into, enum role role)
{
    const struct glyphs *g = s->glyphs;
    uint32_t cross = g->ascii ? '+' : 0x253c;
    int col = l->first + 2 * k, step = into > row ? 1 : -1;
    for (int c = from; c < col; c++)
        put_line(l->p, row, c, role, g->h, cross);
    put_line(l->p, row, col, role, step > 0 ? g->tr : g->br, cross);
    for (int r = row + step; r != into; r += step)
        put_line(l->p, r, col, role, g->v, cross);
    put_line(l->p, into, col, role, step > 0 ? g->br : g->tr, cross);
    for (int c = col - 1; c > l->edge; c--)
        put_line(l->p, into, c, role, g->h, cross);
}

static void arc_words(const struct scene *s, const struct arc *a, bool itself, char *buf,
                      size_t n)
{
    char p[16] = "";
    if (a->p < 0.9995)
        snprintf(p, sizeof p, "%.2g ", a->p);
    snprintf(buf, n, "%s%+.4g%s", *p == '0' ? p + 1 : p, a->rew + 0.0,
             itself ? s->glyphs->ascii ? " o" : " \u21ba" : "");
}

static void draw_node(const struct scene *s, const struct node *node, struct pane p, int n,
                      bool true_one)
{
    char text[60], number[16] = "?";
    bool known = isfinite(node->p);
    int rows = p.r.rows;
    struct pane in =
        rows >= 3 ? put_frame(p, s->glyphs, true_one ? ROLE_EVENT : ROLE_FRAME) : p;
    int step = known ? ramp_step(node->p, 1.0 / n) : 0;
    pane_fill(in, (enum ground)(GROUND_STEP + step));
    if (known && !ramp_text(number, sizeof number, node->p, 3))
        snprintf(number, sizeof number, node->p > 0 ? "<.1" : "0");
    int room = in.r.cols - text_width(number) - 3;
    snprintf(text, sizeof text, "%.*s", room > 0 ? room : 0, node->name);
    put_over(in, 0, 1, true_one ? ROLE_EVENT : ROLE_STRONG, "%s", text);
    put_over(in, 0, in.r.cols - text_width(number) - 1, ROLE_TEXT, "%s%s", number,
             known ? "%" : "");
    if (s->digits && step)
        put_over(in, 0, 0, ROLE_TEXT, "%d", step);
}

/* Rows of boxes: three or four with frames where there is room, else one. */
static int height_of(int rows, int n)
{
    return rows >= 4 * n - 1 ? 4 : rows >= 3 * n ? 3 : 1;
}

static void draw_arcs(const struct scene *s, const struct diagram *g, struct lanes *l,
                      int labels)
{
    char text[40];
    int lane = 0;
    for (int i = 0; i < g->n; i++) {
        const struct node *node = &g->at[i];
        int top = i * l->rows, room = l->rows > 1 ? l->rows - 1 : 1,
            row = top + (l->rows > 1);
        for (int k = 0; k < node->n && k < room; k++, row++) {
            const struct arc *a = &node->arc[k];
            arc_words(s, a, a->to == i, text, sizeof text);
            enum role role = a->p > 0.5 ? ROLE_TEXT : ROLE_DIM;
            int end = put_text(l->p, row, labels, role, "%s", text);
            if (a->to == i)
                continue;
            if (lane < l->n && l->rows > 1)
                draw_lane(s, l, lane++, row, end + 1, a->to * l->rows, role);
            else if (end + 3 + text_width(g->at[a->to].name) <= l->p.r.cols)
                put_text(l->p, row, end + 1, ROLE_DIM, "%s %s", s->glyphs->right,
                         g->at[a->to].name);
        }
        if (node->n > room && room)
            put_text(l->p, row - 1, labels + 14, ROLE_DIM,
                     labels + 24 < l->p.r.cols ? "and %d more" : "+%d", node->n - room);
    }
}

static void draw_heads(const struct scene *s, const struct diagram *g,
                       const struct lanes *l)
{
    for (int i = 0; i < g->n && l->rows > 1; i++)
        for (int j = 0; j < g->n; j++)
            for (int k = 0; k < g->at[j].n; k++)
                if (g->at[j].arc[k].to == i && i != j)
                    put_text(l->p, i * l->rows, l->edge, ROLE_TEXT, "%s", s->glyphs->left);
}

static void read_graph(const struct scene *s, const struct frame *f, struct diagram *g)
{
    g->n = count_nodes(s->env);
    for (int i = 0; i < g->n; i++) {
        name_node(s->env, i, g->at[i].name, sizeof g->at[i].name);
        g->at[i].p = chance_of(s, f, i);
    }
    g->arcs = law_is_known(s) && read_arcs(s->env, action_shown(s, f), g);
}

static void draw_graph(const struct scene *s, const struct frame *f, struct pane p)
{
    struct diagram g = { .n = 0 };
    int width = 0, truth = hidden_truth(s, f);
    read_graph(s, f, &g);
    for (int i = 0; i < g.n; i++)
        width = text_width(g.at[i].name) > width ? text_width(g.at[i].name) : width;
    width = width + 9 > p.r.cols / 2 ? p.r.cols / 2 : width + 9;
    struct pane body = pane_part(p, 0, 0, p.r.rows - 1, p.r.cols);
    int rows = height_of(body.r.rows, g.n), labels = width + 1;
    struct lanes l = { .first = labels + 14, .edge = width, .rows = rows, .p = body };
    l.n = (p.r.cols - l.first) / 2;
    for (int i = 0; i < g.n; i++)
        draw_node(s, &g.at[i], pane_part(body, i * rows, 0, rows > 1 ? 3 : 1, width), g.n,
                  i == truth);
    if (g.arcs) {
        draw_arcs(s, &g, &l, labels);
        draw_heads(s, &g, &l);
        char text[120];
        snprintf(text, sizeof text, "arcs of %s: chance, reward   < > others",
                 action_words(s, action_shown(s, f)));
        put_words(s, p, p.r.rows - 1, 0, p.r.cols, ROLE_DIM, text);
    } else {
        put_words(s, p, p.r.rows - 1, 0, p.r.cols, ROLE_DIM, "t shows what actions do");
    }
}

const struct picture_part picture_graph = {
    .name = "graph",
    .main = true,
    .fits = fits_graph,
    .least = least_graph,
    .want = want_graph,
    .draw = draw_graph,
};
