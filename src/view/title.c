#include "config.h"

#include "spec.h"
#include "view.h"
#include "words.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* The title line: who lives where, and in which state. From the right: state and t, which
 * never leave; then from the left what fits of agents, world, parameters that are not the
 * defaults, seed, truth, fork, recording. */

enum { PIECES = 40, PIECE = 96 };
struct piece {
    char text[PIECE];
    enum role role;
    int gap;  /* blanks before it */
    int drop; /* 0: never; the greatest leaves first */
};
struct pieces {
    struct piece at[PIECES];
    int n;
};

enum { DROP_NEVER, DROP_FORK, DROP_SEED, DROP_PARAM, DROP_OFF };

static struct piece *add(struct pieces *l, enum role role, int gap, int drop,
                         const char *text)
{
    if (l->n == PIECES)
        return &l->at[PIECES - 1];
    struct piece *p = &l->at[l->n++];
    *p = (struct piece){ "", role, gap, drop };
    snprintf(p->text, PIECE, "%s", text);
    return p;
}

/* The parameters of a canonical spec, which are those that are not the defaults. */
static void add_params(struct pieces *l, const char *spec)
{
    char text[PIECE];
    const char *p = strchr(spec + spec_origin(spec), ':');
    while (p && *p) {
        size_t n = 0;
        int depth = 0;
        for (p++; p[n] && (p[n] != ',' || depth); n++)
            depth += (p[n] == '(') - (p[n] == ')');
        if (n < PIECE) {
            snprintf(text, sizeof text, "%.*s", (int)n, p);
            add(l, ROLE_TEXT, 1, DROP_PARAM, text);
        }
        p += n;
    }
}

static void add_agents(struct pieces *l, const struct stage *st)
{
    char name[PIECE];
    for (int i = 0; i < st->v->show.n; i++) {
        const struct scene *s = &st->seat[i];
        enum role role = (enum role)(ROLE_AGENT + s->nr);
        if (*s->tag)
            add(l, role, i ? 3 : 0, DROP_NEVER, s->tag);
        bool user = st->v->show.game && st->v->hands && view_has_seat(st->v, i);
        words_name(name, sizeof name, user ? "you" : s->who);
        add(l, role, *s->tag ? 1 : 0, DROP_NEVER, name);
        if (!user)
            add_params(l, s->who);
    }
}

static void add_rest(struct pieces *l, const struct stage *st)
{
    const struct view *v = st->v;
    const struct glyphs *g = st->scene[0].glyphs;
    char text[PIECE];
    bool truth = st->scene[0].truth;
    add(l, ROLE_DIM, 1, DROP_NEVER, g->times);
    words_name(text, sizeof text, v->show.env.canonical);
    add(l, ROLE_STRONG, 1, DROP_NEVER, text);
    add_params(l, v->show.env.canonical);
    snprintf(text, sizeof text, "seed %" PRIu32, v->show.seed);
    add(l, ROLE_TEXT, 2, DROP_SEED, text);
    add(l, truth ? ROLE_EVENT : ROLE_DIM, 3, truth ? DROP_NEVER : DROP_OFF,
        truth ? "truth ON" : "truth off");
    snprintf(text, sizeof text, "%s from %" PRId64, g->fork, v->forked);
    if (v->forked && v->t > v->forked)
        add(l, ROLE_EVENT, 3, DROP_FORK, text);
    snprintf(text, sizeof text, "%s REC", g->record);
    if (v->trace || v->match_trace)
        add(l, ROLE_BAD, 3, DROP_NEVER, text);
}

static int width_of(const struct pieces *l)
{
    int width = 0;
    for (int i = 0; i < l->n; i++)
        width += l->at[i].gap + text_width(l->at[i].text);
    return width;
}

static void take_out(struct pieces *l, int i)
{
    memmove(l->at + i, l->at + i + 1, (size_t)(l->n - 1 - i) * sizeof *l->at);
    l->n--;
}

/* Parameters leave from the last on, and how many is told where they were. */
static void drop_param(struct pieces *l)
{
    int last = -1, told = -1, n = 0;
    for (int i = 0; i < l->n; i++)
        if (l->at[i].drop == DROP_PARAM && *l->at[i].text == '+')
            told = i;
        else if (l->at[i].drop == DROP_PARAM)
            last = i;
    if (told >= 0)
        sscanf(l->at[told].text, "+%d", &n);
    if (last < 0) {
        take_out(l, told);
        return;
    }
    if (told < 0)
        told = last;
    snprintf(l->at[told].text, PIECE, "+%d", n + 1);
    if (told != last)
        take_out(l, last);
}

static bool shrink(struct pieces *l)
{
    int at = -1;
    for (int i = 0; i < l->n; i++)
        if (l->at[i].drop && (at < 0 || l->at[i].drop >= l->at[at].drop))
            at = i;
    if (at < 0)
        return false;
    if (l->at[at].drop == DROP_PARAM)
        drop_param(l);
    else
        take_out(l, at);
    return true;
}

static const char *state_of(const struct stage *st, char *buf, size_t n)
{
    const struct view *v = st->v;
    const struct glyphs *g = st->scene[0].glyphs;
    int failed = 0;
    bool done = true, asked = false;
    for (int i = 0; i < st->n; i++) {
        asked |= st->scene[i].status.asked != NULL;
        failed += st->scene[i].status.error != NULL;
        done &= st->scene[i].status.done;
    }
    if (failed == st->n)
        return "failed";
    if (done && v->follow)
        snprintf(buf, n, "%s finished", g->finished);
    else if ((v->hands || asked) && v->follow)
        snprintf(buf, n, "%s yours", g->yours);
    else if (v->paused || !v->follow)
        snprintf(buf, n, "%s paused", g->pause);
    else if (v->speed == VIEW_FASTEST)
        snprintf(buf, n, "%s max", g->play);
    else
        snprintf(buf, n, "%s %.0f/s", g->play, view_cycles_a_second(v));
    return buf;
}

void panel_title(struct stage *st, struct pane p)
{
    struct pieces l = { .n = 0 };
    char state[32], time[64];
    const struct scene *s = &st->scene[0];
    const char *what = state_of(st, state, sizeof state);
    snprintf(time, sizeof time, "t %" PRId64 "/%" PRIu64, s->cursor, s->status.steps);
    int gap = p.r.cols < 60 ? 1 : 3,
        right = p.r.cols - text_width(time) - gap - text_width(what);
    add_agents(&l, st);
    add_rest(&l, st);
    while (width_of(&l) + 2 > right && shrink(&l))
        ;
    struct pane left = p;
    left.r.cols = right - 1;
    for (int i = 0, col = 0; i < l.n; i++) {
        const struct piece *k = &l.at[i];
        if (col + k->gap + text_width(k->text) <= left.r.cols)
            col = put_text(left, 0, col + k->gap, k->role, "%s", k->text);
    }
    put_text(p, 0, right, !strcmp(what, "failed") ? ROLE_BAD : ROLE_STRONG, "%s", what);
    put_text(p, 0, p.r.cols - text_width(time), ROLE_STRONG, "%s", time);
}
