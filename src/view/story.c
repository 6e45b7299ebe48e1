#include "config.h"

#include "view.h"
#include "xalloc.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_told(const struct view *v) { return v->demo.title != NULL; }

void story_begin(struct view *v, int64_t keep)
{
    struct story *s = &v->story;
    if (!keep)
        s->known = s->told = 0;
    while (s->known > 0 && s->at[s->known - 1] > keep)
        s->known--;
    s->told = s->told < s->known ? s->told : s->known;
    s->looked = s->known ? s->at[s->known - 1] : -1;
    s->hurry = false;
    s->shown = -1;
}

int story_step(const struct view *v)
{
    int k = is_told(v) ? v->story.known - 1 : -1;
    while (k > 0 && v->story.at[k] > v->t)
        k--;
    return k;
}

int64_t story_until(const struct view *v)
{
    const struct story *s = &v->story;
    const struct demo *d = &v->demo;
    if (!is_told(v) || s->told >= (int)d->n_steps)
        return INT64_MAX;
    if (s->told < s->known)
        return s->at[s->told];
    const struct moment *m = &d->step[s->told].at;
    return m->kind == MOMENT_CYCLE ? m->t : INT64_MAX;
}

/* ---- drawing */

enum { BESIDE_COLS = 120, BELOW_ROWS = 4, LEAST_ROWS = 20, LEAST_COLS = 60 };

struct rect story_rect(const struct view *v, int rows, int cols, bool *beside)
{
    *beside = cols >= BESIDE_COLS;
    if (!is_told(v) || v->story.away || rows < LEAST_ROWS || cols < LEAST_COLS)
        return (struct rect){ 0 };
    if (*beside)
        return (struct rect){ 1, cols - cols / 3, rows - 3, cols / 3 };
    return (struct rect){ rows - 1 - BELOW_ROWS, 0, BELOW_ROWS, cols };
}

/* Words into lines; an empty line between paragraphs where there is room for it. Draws
 * only with a pane that has a sheet; returns the rows it takes. */
static int put_words(struct pane p, const char *text, int cols, enum role role, bool airy)
{
    int row = 0, col = 0;
    char word[VIEW_LINE];
    while (*text) {
        size_t n = strcspn(text, " \n");
        snprintf(word, sizeof word, "%.*s", (int)(n < 200 ? n : 200), text);
        if (col && col + text_width(word) > cols) {
            row++;
            col = 0;
        }
        if (p.sheet)
            put_text(p, row, col, role, "%s", word);
        col += text_width(word) + 1;
        text += n;
        if (!strncmp(text, "\n\n", 2)) {
            row += airy ? 2 : 1;
            col = 0;
            text += strspn(text, "\n");
        } else
            text += *text != '\0';
    }
    return row + 1;
}

int story_rows(const char *text, int cols)
{
    return put_words((struct pane){ 0 }, text, cols, ROLE_TEXT, false);
}

/* The heading; where the text has the place of the status, what that has to say. */
static void put_rule(const struct view *v, struct pane p, const struct scene *scene,
                     bool beside)
{
    static const char keys[] = " . next  , back  i away";
    const char *said = scene->status.error ? scene->status.error : v->message;
    int k = story_step(v), at = 0, room = p.r.cols - text_width(keys);
    for (int c = 0; c < p.r.cols; c++)
        put_ch(p, 0, c, ROLE_FRAME, scene->glyphs->h);
    at = put_text(p, 0, 0, ROLE_TITLE, "%s", "Demo");
    at = put_text(p, 0, at, ROLE_DIM, " %d/%zu ", k + 1, v->demo.n_steps);
    if (*said && !beside)
        at = put_text(p, 0, at, scene->status.error ? ROLE_BAD : ROLE_STRONG, "%s ", said);
    else if (v->show.seed != v->demo.seed)
        at = put_text(p, 0, at, ROLE_EVENT, "of seed %" PRIu32 ", not this one ",
                      v->demo.seed);
    else if (!beside && at + text_width(v->demo.title) + 1 < room)
        at = put_text(p, 0, at, ROLE_DIM, "%s ", v->demo.title);
    if (at <= room)
        put_text(p, 0, room, ROLE_DIM, "%s", keys);
}

/* All steps by their moments, as the file has them, with the one shown. */
static void put_steps(const struct view *v, struct pane p, const struct glyphs *g)
{
    for (int i = 0; i < (int)v->demo.n_steps; i++) {
        const char *at = v->demo.step[i].line_text, *moment = strchr(at ? at : "", ':');
        bool now = i == story_step(v);
        enum role role = now ? ROLE_STRONG : ROLE_DIM;
        moment = moment ? moment + 1 + strspn(moment + 1, " \t") : "";
        put_text(p, i, 0, role, "%s", now ? g->play : " ");
        put_text(p, i, 2, role, "%d  %s%s", i + 1,
                 *moment >= '0' && *moment <= '9' ? "t " : "", moment);
    }
}

void story_draw(const struct view *v, struct pane p, const struct scene *scene)
{
    int k = story_step(v), row = 1;
    if (rect_empty(p.r) || k < 0)
        return;
    bool beside = p.r.rows > BELOW_ROWS;
    pane_fill(p, GROUND_NONE);
    int left = beside ? 2 : 1;
    struct pane inside = pane_part(p, 0, left, p.r.rows, p.r.cols - left - 1);
    put_rule(v, inside, scene, beside);
    if (beside)
        row = 3 + put_words(pane_part(inside, 2, 0, p.r.rows, inside.r.cols), v->demo.title,
                            inside.r.cols, ROLE_STRONG, false);
    struct pane words = pane_part(inside, row, 0, p.r.rows, inside.r.cols);
    int rows = put_words(words, v->demo.step[k].text, words.r.cols, ROLE_TEXT, beside);
    row += rows + 1;
    if (beside && p.r.rows - row > (int)v->demo.n_steps && v->demo.n_steps > 1)
        put_steps(v, pane_part(inside, row, 0, p.r.rows - row, inside.r.cols),
                  scene->glyphs);
    if (!beside && rows > BELOW_ROWS - 1)
        put_text(inside, BELOW_ROWS - 1, inside.r.cols - 21, ROLE_DIM,
                 " ... a larger window");
}
