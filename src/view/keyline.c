#include "config.h"

#include "view.h"

#include <string.h>

/* The keys line: what acts now, by priority, as much as fits; all of it can be clicked. */

static unsigned situation(const struct stage *st)
{
    const struct view *v = st->v;
    const struct scene *s = &st->scene[0];
    bool done = v->follow, map = !s->env->text && s->env->cols;
    for (int i = 0; i < st->n; i++)
        done &= st->scene[i].status.done;
    if (v->overlay == OVERLAY_TREE)
        return WHEN_TREE;
    switch (v->overlay) {
    case OVERLAY_NONE: break;
    case OVERLAY_FORM: return WHEN_OVERLAY | WHEN_FORM;
    case OVERLAY_MENU: return WHEN_OVERLAY | WHEN_MENU;
    case OVERLAY_PROMPT: return WHEN_OVERLAY | WHEN_PROMPT;
    case OVERLAY_HELP: return WHEN_OVERLAY | WHEN_HELP;
    case OVERLAY_CARD: return WHEN_OVERLAY | WHEN_CARD;
    case OVERLAY_QUESTION: return question_situation(st);
    default: return WHEN_OVERLAY;
    }
    if (v->hands && !done)
        return key_moves(s->env->actions, s->env->space.n_actions) ? WHEN_MOVES
                                                                   : WHEN_DIGITS;
    bool still = v->paused || !v->follow;
    return (done    ? WHEN_DONE
            : still ? WHEN_PAUSED
                    : WHEN_RUNNING) |
           (map ? WHEN_MAP : 0U) | (st->n > 1 ? WHEN_MANY : 0U) |
           (v->listed ? WHEN_LISTED : 0U);
}

/* Whether an entry acts: it is for one of the situations, and needs nothing else. */
static bool acts(const struct key_entry *e, unsigned now)
{
    unsigned needs = e->when & (WHEN_MAP | WHEN_MANY), any = e->when & ~needs;
    return (any & now) && (needs & now) == needs &&
           (key_intent(e->key[0]) != DO_NOTHING ||
            (now & (WHEN_MOVES | WHEN_DIGITS | WHEN_OVERLAY | WHEN_LISTED | WHEN_ASKED)));
}

struct placed {
    const struct key_entry *entry;
    int col; /* where it begins */
};
enum { ENTRIES = 64 };

static int width_of(const struct stage *st, const struct key_entry *e)
{
    const char *shown = st->scene[0].glyphs->ascii ? e->ascii : e->shown;
    return text_width(shown) + 1 + text_width(e->word);
}

/* Those that must be there first, then the others in order while they fit; in the order of
 * the table. */
static int arrange(const struct stage *st, int cols, struct placed out[ENTRIES])
{
    unsigned now = situation(st);
    bool in[ENTRIES] = { false };
    int used = -2, n = 0;
    for (int must = 1; must >= 0; must--)
        for (int i = 0; i < ENTRIES && key_line[i].shown; i++) {
            int width = width_of(st, &key_line[i]) + 2;
            if (in[i] || key_line[i].must != must || !acts(&key_line[i], now) ||
                used + width > cols)
                continue;
            in[i] = true;
            used += width;
        }
    for (int i = 0, col = 0; i < ENTRIES && key_line[i].shown; i++)
        if (in[i]) {
            out[n++] = (struct placed){ &key_line[i], col };
            col += width_of(st, &key_line[i]) + 2;
        }
    return n;
}

static void put_entry(const struct stage *st, struct pane p, const struct placed *e)
{
    const char *shown = st->scene[0].glyphs->ascii ? e->entry->ascii : e->entry->shown;
    int col = put_text(p, 0, e->col, ROLE_STRONG, "%s", shown);
    put_text(p, 0, col + 1, ROLE_DIM, "%s", e->entry->word);
}

void panel_keys(struct stage *st, struct pane p)
{
    struct placed e[ENTRIES];
    view_forget(st->v);
    bool failed = false;
    failed |= st->scene[st->run].status.error != NULL;
    if (st->l->small && (*st->v->message || failed)) {
        panel_status(st, p);
        return;
    }
    int n = arrange(st, p.r.cols, e);
    for (int i = 0; i < n; i++)
        put_entry(st, p, &e[i]);
}

uint32_t keyline_click(const struct stage *st, int cols, int col)
{
    struct placed e[ENTRIES];
    int n = arrange(st, cols, e);
    for (int i = 0; i < n; i++) {
        const struct key_entry *k = e[i].entry;
        const char *shown = st->scene[0].glyphs->ascii ? k->ascii : k->shown;
        int in = col - e[i].col, width = text_width(shown), keys = 0;
        if (in < 0 || in >= width_of(st, k))
            continue;
        while (keys < KEYS_A_ROW && k->key[keys])
            keys++;
        /* Several keys share what is shown evenly; the word stands for the last. */
        return k->key[keys == 1 || in >= width ? keys - 1 : in * keys / width];
    }
    return 0;
}
