#include "config.h"

#include "overlay.h"
#include "question.h"
#include "words.h"

#include <inttypes.h>
#include <stdio.h>

/* What the user is asked, laid over the panels: for an action, in a strip that leaves the
 * world to be seen; or which of two segments was better, side by side. */

/* ---- any question */

static int choices(const struct env *env, const struct question *q)
{
    return q->ask == ASK_ACTION ? (int)env->space.n_actions : QUESTION_WHICH;
}

/* Choice i of a question which was better: its key, its name and P(the first is). */
static const struct {
    const char *key, *words;
    double value;
} which[QUESTION_WHICH] = {
    { "1", "the first", 1 },
    { "2", "the second", 0 },
    { "=", "alike", 0.5 },
};

static bool means(const struct env *env, const struct question *q, uint32_t key, int i)
{
    return q->ask == ASK_ACTION ? key_is_action(env->actions, key, (unsigned)i)
                                : key == (uint32_t)(unsigned char)*which[i].key;
}

enum reply question_reply(const struct env *env, const struct question *q, uint32_t key,
                          int *chosen, struct answer *out)
{
    int n = choices(env, q), i = 0;
    *out = (struct answer){ 0 };
    if (key == VK_ESCAPE)
        return REPLY_GIVEN;
    if (key == VK_TAB) {
        *chosen = (*chosen + 1) % n;
        return REPLY_TAKEN;
    }
    while (i < n && !means(env, q, key, i))
        i++;
    if (key == VK_ENTER)
        i = *chosen;
    if (i == n)
        return REPLY_NONE;
    out->given = true;
    out->value = q->ask == ASK_ACTION ? i : which[i].value;
    return REPLY_GIVEN;
}

/* All choices, in as many lines as they take; returns how many. */
static int put_choices(const struct scene *s, const struct question *q, int chosen,
                       struct pane p)
{
    int row = 0, col = 1;
    for (int i = 0; i < choices(s->env, q); i++) {
        bool acts = q->ask == ASK_ACTION;
        const char *key = acts ? action_glyph(s, (unsigned)i) : which[i].key;
        const char *words = acts ? action_words(s, (unsigned)i) : which[i].words;
        int width = text_width(key) + 1 + text_width(words);
        enum ground on = i == chosen ? GROUND_CHOSEN : GROUND_NONE;
        if (col > 1 && col + width + 1 > p.r.cols) {
            row++;
            col = 1;
        }
        put_text(p, row, col, ROLE_ON(ROLE_STRONG, on), "%s", key);
        put_text(p, row, col + text_width(key), ROLE_ON(ROLE_TEXT, on), " %s", words);
        col += width + 3;
    }
    return row + 1;
}

/* ---- which was better */

/* The last cycles of a segment, a line each, and what they brought. */
static void put_segment(const struct scene *s, const struct cycle *c, size_t n,
                        const char *title, struct pane p)
{
    size_t room = p.r.rows > 2 ? (size_t)p.r.rows - 2 : 0, from = n > room ? n - room : 0;
    int64_t sum = 0;
    char saw[64];
    for (size_t i = 0; i < n; i++)
        sum += c[i].e.rew;
    put_text(p, 0, 1, ROLE_TITLE, "%s", title);
    for (size_t i = from; i < n; i++) {
        int row = 1 + (int)(i - from);
        percept_words(s, c[i].e, saw, sizeof saw);
        int col = put_text(p, row, 1, ROLE_TEXT, "%s %s", action_glyph(s, c[i].action),
                           action_words(s, c[i].action));
        put_text(p, row, col, ROLE_DIM, "; saw %s; %+" PRId32, saw, c[i].e.rew);
    }
    put_text(p, p.r.rows - 1, 1, ROLE_STRONG, "%+" PRId64 " in all", sum);
}

static void put_segments(const struct scene *s, const struct question *q, int chosen,
                         const char *title, struct sheet *sheet)
{
    enum { WIDE = 96, AROUND = 5 }; /* columns; frame, names, sums and choices */
    char info[40];
    snprintf(info, sizeof info, "%zu cycles each", q->n);
    overlay_veil(sheet);
    struct pane in = overlay_box(sheet, s->glyphs, (int)q->n + AROUND, WIDE, title, info);
    int half = in.r.cols / 2, rows = in.r.rows - 1;
    put_segment(s, q->a, q->n, "1  the first", pane_part(in, 0, 0, rows, half));
    put_segment(s, q->b, q->n, "2  the second",
                pane_part(in, 0, half, rows, in.r.cols - half));
    put_choices(s, q, chosen, pane_part(in, rows, 0, 1, in.r.cols));
}

/* ---- what now? */

static void put_actions(const struct scene *s, const struct question *q, int chosen,
                        const char *title, struct sheet *sheet)
{
    struct pane room = overlay_room(sheet);
    int lines =
        put_choices(s, q, chosen, (struct pane){ sheet, { 0, 0, 0, room.r.cols - 2 } });
    char info[40];
    snprintf(info, sizeof info, "cycle %" PRId64, s->cursor + 1);
    put_choices(s, q, chosen, overlay_strip(sheet, s->glyphs, lines + 2, title, info));
}

void question_put(const struct scene *s, const struct question *q, int chosen,
                  struct sheet *sheet)
{
    char title[80], name[40];
    words_name(name, sizeof name, s->job->agent->canonical);
    snprintf(title, sizeof title, "%s%s%s asks you: %s", s->tag, *s->tag ? " " : "", name,
             q->ask == ASK_ACTION ? "what now?" : "which was better?");
    if (q->ask == ASK_ACTION)
        put_actions(s, q, chosen, title, sheet);
    else
        put_segments(s, q, chosen, title, sheet);
}

/* ---- in the window */

/* The first run that asks; -1: none. */
static int who_asks(struct view *v, const struct question **q)
{
    for (int i = 0; i < v->show.n; i++) {
        struct sim_status st = sim_lock(v->sim[i]);
        sim_unlock(v->sim[i]);
        *q = st.asked;
        if (st.asked && !st.done)
            return i;
    }
    return -1;
}

void question_tick(struct view *v)
{
    const struct question *q;
    bool asked = who_asks(v, &q) >= 0;
    v->put_off &= asked;
    bool shown = asked && v->follow && !v->put_off;
    if (shown && !v->overlay)
        view_overlay(v, OVERLAY_QUESTION);
    else if (!shown && v->overlay == OVERLAY_QUESTION)
        view_overlay(v, OVERLAY_NONE);
}

void question_draw(struct view *v, const struct scene *scenes, struct sheet *s)
{
    for (int i = 0; i < v->show.n; i++)
        if (scenes[i].status.asked) {
            question_put(&scenes[i], scenes[i].status.asked, v->chosen, s);
            return;
        }
}

bool question_key(struct view *v, uint32_t key)
{
    const struct question *q;
    struct answer a;
    int i = who_asks(v, &q);
    if (i < 0 || key_intent(key) == DO_QUIT)
        return false;
    enum reply r = question_reply(sim_env(v->sim[i]), q, key, &v->chosen, &a);
    if (r == REPLY_GIVEN && a.given) {
        sim_act(v->sim[i], (unsigned)a.value);
        v->played = true;
        view_overlay(v, OVERLAY_NONE);
    } else if (r == REPLY_GIVEN) {
        view_pause(v, true);
        v->put_off = true;
        view_overlay(v, OVERLAY_NONE);
        view_say(v, "it waits for your answer: space brings the question back");
    }
    return r != REPLY_NONE;
}

unsigned question_situation(const struct stage *st)
{
    for (int i = 0; i < st->n; i++) {
        const struct scene *s = &st->scene[i];
        if (s->status.asked)
            return s->status.asked->ask != ASK_ACTION                    ? WHEN_ASKED_WHICH
                   : key_moves(s->env->actions, s->env->space.n_actions) ? WHEN_ASKED_MOVE
                                                                         : WHEN_ASKED_DIGIT;
    }
    return WHEN_OVERLAY;
}
