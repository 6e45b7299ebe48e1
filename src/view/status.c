#include "config.h"

#include "clock.h"
#include "view.h"
#include "words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The status line: a message for a few seconds, else one sentence of the cycle shown in
 * which every fact stands once. */

/* What happened, of which a reward takes the place of the plain one. */
struct happened {
    char reward[48], rest[160];
};

static void take_event(const struct scene *s, struct happened *h)
{
    char line[160], *save = NULL;
    *h = (struct happened){ "", "" };
    if (!film_event(s->film, s->t, s->truth, line, sizeof line))
        return;
    for (char *part = strtok_r(line, ",", &save); part; part = strtok_r(NULL, ",", &save)) {
        part += *part == ' ';
        bool reward = !strncmp(part, "reward ", 7), least = !strcmp(part, "the least");
        char *to = reward || least ? h->reward : h->rest;
        size_t size = to == h->reward ? sizeof h->reward : sizeof h->rest, n = strlen(to);
        snprintf(to + n, size - n, "%s%s", n ? ", " : "", part);
    }
}

static const char *who_acted(const struct scene *s, enum by by)
{
    bool you = by == BY_USER || (by == BY_MENTOR && mentor_is_user(s->agent));
    return you ? "you: " : by == BY_MENTOR ? "its mentor: " : "";
}

/* "right; saw wall left; reward -1; bump". */
static void tell_run(const struct scene *s, bool percept, char *buf, size_t n)
{
    struct frame f = film_at(s->film, s->t);
    char saw[80] = "", plain[32];
    struct happened h;
    take_event(s, &h);
    snprintf(plain, sizeof plain, "reward %+" PRId32, f.rec.e.rew);
    if (percept) {
        char text[64];
        percept_words(s, f.rec.e, text, sizeof text);
        snprintf(saw, sizeof saw, "; saw %s", text);
    }
    snprintf(buf, n, "%s%s%s%s%s; %s%s%s", *s->tag ? s->tag : "", *s->tag ? " " : "",
             who_acted(s, f.rec.by), action_words(s, f.rec.action), saw,
             *h.reward ? h.reward : plain, *h.rest ? "; " : "", h.rest);
}

/* One run after the other; without percepts where they would not fit. */
static void tell_cycle(const struct stage *st, int width, char *buf, size_t n)
{
    if (!st->scene[0].cursor) {
        snprintf(buf, n, "before the first action: space lets it live, n goes one cycle");
        return;
    }
    for (int percepts = 1; percepts >= 0; percepts--) {
        snprintf(buf, n, "t=%" PRId64 "  ", st->scene[0].cursor);
        for (int i = 0; i < st->n; i++) {
            size_t at = strlen(buf);
            if (st->scene[i].t < st->scene[i].cursor)
                continue; /* it failed before */
            if (i)
                at += (size_t)snprintf(buf + at, n - at, "    ");
            tell_run(&st->scene[i], percepts, buf + at, n - at);
        }
        if (text_width(buf) <= width)
            return;
    }
}

/* Why the run shown large failed; the others know nothing of it. */
static bool failure(const struct stage *st, char *buf, size_t n)
{
    const struct scene *s = &st->scene[st->run];
    if (!s->status.error || s->cursor < s->status.last)
        return false;
    snprintf(buf, n, "%s%s%s", s->tag, *s->tag ? ": " : "", s->status.error);
    return true;
}

void view_forget(struct view *v)
{
    enum { SECONDS = 3 };
    double now = v->conf.now ? v->conf.now() : clock_now();
    if (now - v->said > SECONDS)
        *v->message = '\0';
}

static void put_cut(const struct stage *st, struct pane p, enum role role, const char *text)
{
    char cut[512];
    words_cut(cut, sizeof cut, st->scene[0].glyphs, text, p.r.cols);
    put_text(p, 0, 0, role, "%s", cut);
}

void panel_status(struct stage *st, struct pane p)
{
    struct view *v = st->v;
    const struct scene *s = &st->scene[0];
    char text[512];
    view_forget(v);
    if (*v->message)
        put_cut(st, p, ROLE_STRONG, v->message);
    else if (failure(st, text, sizeof text))
        put_cut(st, p, ROLE_BAD, text);
    else if (s->status.differs && v->t >= s->status.differs) {
        snprintf(text, sizeof text,
                 "differs from the recording since t=%" PRId64 ": another program made it",
                 s->status.differs);
        put_cut(st, p, ROLE_BAD, text);
    } else {
        tell_cycle(st, p.r.cols, text, sizeof text);
        put_cut(st, p, ROLE_TEXT, text);
    }
}
