#include "config.h"

#include "view.h"
#include "words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What happened up to the cycle shown, the latest first. */

/* The latest noteworthy cycle before `before`, the user's marks among them for one of the
 * runs; -1: none. */
static int64_t event_before(const struct scene *s, bool marks, int64_t before)
{
    int64_t from = before <= s->t ? before : s->t + 1,
            at = film_seek(s->film, from, s->truth, -1);
    at = at < from ? at : -1;
    for (int i = 0; marks && i < s->n_marks; i++)
        if (s->mark[i] < before && s->mark[i] > at)
            at = s->mark[i];
    return at;
}

static bool is_marked(const struct scene *s, int64_t t)
{
    for (int i = 0; i < s->n_marks; i++)
        if (s->mark[i] == t)
            return true;
    return false;
}

/* The first fact, and behind it, dim, the others as far as there is room for them whole. */
static void put_facts(const struct scene *s, struct pane p, int row, int col, char *line,
                      bool paid)
{
    char cut[160], *rest = strstr(line, ", ");
    if (rest)
        *rest = '\0';
    words_cut(cut, sizeof cut, s->glyphs, line, p.r.cols - col);
    col = put_text(p, row, col, paid ? ROLE_EVENT : ROLE_TEXT, "%s", cut);
    while (rest) {
        line = rest + 2;
        if ((rest = strstr(line, ", ")))
            *rest = '\0';
        if (col + 2 + text_width(line) > p.r.cols)
            return;
        col = put_text(p, row, col + 2, ROLE_DIM, "%s", line);
    }
}

static void put_event(const struct scene *s, struct pane p, int row, int64_t t, bool mark)
{
    char line[160] = "";
    bool found = t <= s->t && film_event(s->film, t, s->truth, line, sizeof line);
    if (mark && is_marked(s, t))
        snprintf(line + strlen(line), sizeof line - strlen(line), "%smarked",
                 found ? ", " : "");
    int col = put_text(p, row, 0, ROLE_DIM, "%6" PRId64 "  ", t);
    if (*s->tag)
        col = put_text(p, row, col, (enum role)(ROLE_AGENT + s->nr), "%s ", s->tag);
    put_facts(s, p, row, col, line, t <= s->t && film_paid(s->film, t));
}

/* The next one to be told, of all runs; -1: there is none. */
static int next_run(const int64_t *at, int n)
{
    int best = -1;
    for (int i = 0; i < n; i++)
        if (at[i] >= 0 && (best < 0 || at[i] > at[best]))
            best = i;
    return best;
}

void panel_events(struct stage *st, struct pane p)
{
    struct view *v = st->v;
    const struct glyphs *g = st->scene[0].glyphs;
    int *down = &v->scrolled[FOCUS_EVENTS], row = 0, skipped = 0;
    int64_t at[STAGE_RUNS];
    p = draw_heading(p, g, v->focus == FOCUS_EVENTS ? ROLE_LABEL : ROLE_STRONG, "Events",
                     "{ } go to one");
    for (int i = 0; i < st->n; i++)
        at[i] = event_before(&st->scene[i], i == 0, INT64_MAX);
    for (int i; (i = next_run(at, st->n)) >= 0 && row < p.r.rows;) {
        if (skipped < *down)
            skipped++;
        else
            put_event(&st->scene[i], p, row++, at[i], i == 0);
        at[i] = event_before(&st->scene[i], i == 0, at[i]);
    }
    if (!row && !skipped)
        put_text(p, 0, 2, ROLE_DIM, "none yet");
    if (next_run(at, st->n) >= 0 && p.r.rows > 1) {
        struct pane last = pane_part(p, p.r.rows - 1, 0, 1, p.r.cols);
        pane_fill(last, GROUND_NONE);
        put_text(last, 0, 2, ROLE_DIM, "%s earlier ones", g->ellipsis);
    }
    *down = row ? *down : skipped > 0 ? skipped - 1 : 0;
}
