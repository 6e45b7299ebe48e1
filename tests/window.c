#include "config.h"

#include "window.h"

#include "xalloc.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void open_on(struct view *v, const char *agents, const char *env, uint64_t steps,
             struct view_conf conf)
{
    struct err err = { 0 };
    struct show show = { .root = 0, .seed = 7, .steps = steps };
    char text[200], *save = NULL;
    snprintf(text, sizeof text, "%s", agents);
    for (char *w = strtok_r(text, " ", &save); w; w = strtok_r(NULL, " ", &save))
        ck_assert_msg(kind_parse(&show.agent[show.n++], &agent_shelf, w, &err), "%s",
                      err.text);
    ck_assert_msg(show_place(&show, env, &err), "%s", err.text);
    ck_assert_msg(view_init(v, &conf, &show, &err), "%s", err.text);
}

const struct view_conf rich = { .utf8 = true, .theme.colors = 256 };

/* Lives on to cycle t and shows it. */
void live_to(struct view *v, int64_t t)
{
    view_go(v, t);
    for (int i = 0; i < v->show.n; i++)
        sim_wait(v->sim[i], t);
}

struct sheet drawn(struct view *v, int rows, int cols)
{
    struct sheet s = { 0 };
    sheet_resize(&s, rows, cols);
    view_draw(v, &s);
    return s;
}

/* The text of the sheet, and what its colours come to, row by row. */
char *text_of(const struct sheet *s, const struct view_conf *conf)
{
    char *text = NULL;
    size_t n = 0;
    FILE *f = xopen_memstream(&text, &n);
    for (int r = 0; r < s->rows; r++) {
        uint32_t hash = 2166136261u;
        for (int c = 0; c < s->cols; c++) {
            struct mark m = s->at[r * s->cols + c];
            struct look l = theme_look(conf->theme, m);
            char bytes[4];
            fwrite(bytes, 1, utf8_of(m.ch ? m.ch : ' ', bytes), f);
            hash = (hash ^ (uint32_t)(l.fg + 1)) * 16777619u;
            hash = (hash ^ (uint32_t)(l.bg + 1)) * 16777619u;
            hash = (hash ^ l.attr) * 16777619u;
        }
        fprintf(f, " %08x\n", hash);
    }
    xclose_memstream(f);
    return text;
}

bool shows(struct view *v, int rows, int cols, const char *what)
{
    struct sheet s = drawn(v, rows, cols);
    char *text = text_of(&s, &rich);
    bool found = strstr(text, what) != NULL;
    free(text);
    sheet_release(&s);
    return found;
}
