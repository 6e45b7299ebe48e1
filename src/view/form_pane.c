#include "config.h"

#include "overlay.h"
#include "picture.h"
#include "xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The form of parameters as it is seen, and what Enter and f do with it. */

enum { WIDEST = 100, NAME = 4, HELP_ROWS = 3 };

/* ---- lines: headings, fields, and what is wrong with them */

enum line_kind { LINE_GROUP, LINE_FIELD, LINE_ERROR };
struct line {
    enum line_kind kind;
    int field;
};

static int make_lines(const struct form *f, struct line *line)
{
    const char *group = "";
    int n = 0;
    for (int i = 0; i < f->n; i++) {
        if (!form_shows(f, i))
            continue;
        if (strcmp(group, f->field[i].group) != 0)
            line[n++] = (struct line){ LINE_GROUP, i };
        group = f->field[i].group;
        line[n++] = (struct line){ LINE_FIELD, i };
        if (*f->field[i].error)
            line[n++] = (struct line){ LINE_ERROR, i };
    }
    return n;
}

/* ---- drawing */

struct columns {
    int value, def, range, end;
};

static struct columns columns_of(int cols)
{
    int name = cols < 60 ? cols / 3 : 24;
    struct columns c = { .value = name, .end = cols - 1 };
    int rest = c.end - c.value;
    c.def = c.value + (rest > 40 ? 16 : rest > 24 ? 14 : rest);
    c.range = c.def + (rest > 40 ? 12 : rest > 24 ? rest - 14 : 0);
    return c;
}

static void draw_value(const struct form *f, const struct glyphs *g,
                       const struct form_field *field, bool chosen, struct pane p, int row,
                       struct columns c)
{
    enum ground ground = chosen ? GROUND_CHOSEN : GROUND_NONE;
    enum role role = *field->error ? ROLE_BAD : ROLE_STRONG;
    int width = c.def - c.value - 1, len = text_width(field->text);
    if (form_chooses(field)) {
        put_text(p, row, c.value, ROLE_ON(role, ground),
                 g->ascii ? "< %s >" : "\u2039 %s \u203a", field->text);
        return;
    }
    bool caret = chosen && f->typing;
    int from = len + caret > width ? len + caret - width : 0;
    int col = put_text(p, row, c.value, ROLE_ON(role, ground), "%s", field->text + from);
    if (caret)
        put_text(p, row, col, ROLE_ON(ROLE_STRONG, ground), "%s",
                 g->ascii ? "_" : "\u258f");
}

static void draw_field(const struct scene *s, const struct form *f, int i, struct pane p,
                       int row, struct columns c)
{
    char text[FORM_TEXT];
    const struct form_field *field = &f->field[i];
    bool chosen = i == f->chosen, changed = strcmp(field->text, field->was) != 0;
    enum ground ground = chosen ? GROUND_CHOSEN : GROUND_NONE;
    if (chosen)
        pane_fill(pane_part(p, row, 0, 1, p.r.cols), GROUND_CHOSEN);
    if (changed)
        put_text(p, row, NAME - 2, ROLE_ON(ROLE_EVENT, ground), "*");
    put_words(s, p, row, NAME, c.value - NAME - 1,
              ROLE_ON(chosen ? ROLE_STRONG : ROLE_TEXT, ground), field->p->name);
    draw_value(f, s->glyphs, field, chosen, p, row, c);
    form_default(field, text, sizeof text);
    if (c.range > c.def)
        put_words(s, p, row, c.def, c.range - c.def - 1, ROLE_ON(ROLE_DIM, ground), text);
    if (c.end - c.range > 8) {
        form_range(field, s->glyphs->ascii ? "..." : "\u2026", text,
                   (size_t)(c.end - c.range));
        put_words(s, p, row, c.range, c.end - c.range, ROLE_ON(ROLE_DIM, ground), text);
    }
}

static void draw_line(const struct scene *s, const struct form *f, struct line line,
                      struct pane p, int row, struct columns c)
{
    const struct form_field *field = &f->field[line.field];
    switch (line.kind) {
    case LINE_GROUP: {
        int col = put_text(p, row, 1, ROLE_AGENT, "%s ", field->group);
        while (col < p.r.cols - 1)
            put_ch(p, row, col++, ROLE_FRAME, s->glyphs->h);
        break;
    }
    case LINE_FIELD: draw_field(s, f, line.field, p, row, c); break;
    case LINE_ERROR:
        put_words(s, p, row, c.value, p.r.cols - c.value, ROLE_BAD, field->error);
        put_text(p, row, c.value - 2, ROLE_BAD, "%s", s->glyphs->up);
        break;
    }
}

/* What the chosen field is, whole, and all that it may be. */
static void draw_field_help(const struct scene *s, const struct form *f, struct pane p)
{
    char text[600], words[300];
    if (!f->n || p.r.rows < 1)
        return;
    const struct form_field *field = &f->field[f->chosen];
    form_range(field, s->glyphs->ascii ? "..." : "\u2026", words, sizeof words);
    snprintf(text, sizeof text, "%s%s%s", field->p->help,
             form_chooses(field) && *words ? ": " : "", form_chooses(field) ? words : "");
    int col = put_text(p, 0, 1, ROLE_STRONG, "%s ", field->p->name);
    put_paragraph(pane_part(p, 0, col, p.r.rows, p.r.cols - col - 1), 0, text);
}

static void draw_notice(const struct form *f, struct sheet *s)
{
    char text[200];
    int errors = form_errors(f), first = 0;
    while (first < f->n && !*f->field[first].error)
        first++;
    if (errors) {
        snprintf(text, sizeof text,
                 "%d error%s: %s. It must be mended before Enter can apply.", errors,
                 errors > 1 ? "s" : "", f->field[first].p->name);
        put_notice(s, ROLE_BAD, text);
    } else if (f->filtering || *f->filter) {
        snprintf(text, sizeof text, "filter: %s%s", f->filter, f->filtering ? "_" : "");
        put_notice(s, ROLE_TEXT, text);
    } else {
        put_notice(s, ROLE_DIM, "what is changed is lived when it is applied");
    }
}

static void draw_head(struct pane p, struct columns c)
{
    put_text(p, 0, c.value, ROLE_DIM, "value");
    if (c.range > c.def)
        put_text(p, 0, c.def, ROLE_DIM, "default");
    if (c.end - c.range > 8)
        put_text(p, 0, c.range, ROLE_DIM, "range or choices");
}

/* The lines, scrolled so that the field chosen and what is wrong with it are seen; below
 * them its help. */
static void draw_form(const struct scene *s, const struct form *f, const struct line *line,
                      int n, struct pane p)
{
    struct columns c = columns_of(p.r.cols);
    int help = p.r.rows >= 12 ? HELP_ROWS + 1 : 0, room = p.r.rows - 1 - help, at = 0;
    while (at < n && (line[at].kind != LINE_FIELD || line[at].field != f->chosen))
        at++;
    int last = at + 1 < n && line[at + 1].kind == LINE_ERROR ? at + 1 : at;
    int first = scroll_to(at, last, room, n);
    draw_head(p, c);
    for (int i = first; i < n && i - first < room; i++)
        draw_line(s, f, line[i], p, 1 + i - first, c);
    if (!n)
        put_text(p, 1, NAME, ROLE_DIM, "nothing matches");
    for (int col = 1; col < p.r.cols - 1 && help; col++)
        put_ch(p, 1 + room, col, ROLE_FRAME, s->glyphs->h);
    draw_field_help(s, f, pane_part(p, 2 + room, 0, help - 1, p.r.cols));
    put_more(p, s->glyphs, first, room, n);
}

void form_draw(struct view *v, struct sheet *s, const struct glyphs *g)
{
    const struct form *f = &v->form;
    const struct scene scene = { .glyphs = g };
    struct line *line = xcalloc((size_t)f->n * 3 + 1, sizeof *line);
    char info[60] = "";
    int n = make_lines(f, line), changed = form_changed(f);
    if (changed)
        snprintf(info, sizeof info, "%d changed, not yet applied", changed);
    draw_form(&scene, f, line, n,
              overlay_box(s, g, n + HELP_ROWS + 5, WIDEST, "Parameters", info));
    draw_notice(f, s);
    free(line);
}

/* ---- keys */

/* Lives what the form says: all of it anew, or from the cycle shown on. */
static void apply(struct view *v, bool fork)
{
    if (form_errors(&v->form)) {
        view_say(v, "what is wrong must be mended first");
        return;
    }
    if (fork && form_changes_world(&v->form)) {
        view_say(v, "another world has another past: Enter starts it anew");
        return;
    }
    view_locate(v);
    if (view_apply(v, &v->form.draft, fork ? v->t : 0))
        view_overlay(v, OVERLAY_NONE);
}

void form_pane_key(struct view *v, uint32_t key)
{
    if (form_key(&v->form, key))
        return;
    if (key == VK_ENTER)
        apply(v, false);
    else if (key == 'f')
        apply(v, true);
}
