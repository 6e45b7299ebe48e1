#include "config.h"

#include "cast.h"
#include "whole.h"
#include "xalloc.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct cast {
    struct whole file;
    struct sheet before; /* what the player shows */
    bool begun;
    int version;
    long long told; /* microseconds: of the last line */
};

static json_t *header(struct cast_size size, const char *title)
{
    if (size.version == 2)
        return json_pack("{s:i, s:i, s:i, s:s, s:{s:s}}", "version", 2, "width", size.cols,
                         "height", size.rows, "title", title, "env", "TERM",
                         "xterm-256color");
    return json_pack("{s:i, s:{s:i, s:i, s:s}, s:s}", "version", size.version, "term",
                     "cols", size.cols, "rows", size.rows, "type", "xterm-256color",
                     "title", title);
}

struct cast *cast_open(const char *path, struct cast_size size, const char *title,
                       struct err *err)
{
    struct cast *c = xcalloc(1, sizeof *c);
    if (!whole_open(&c->file, path, err)) {
        free(c);
        return NULL;
    }
    c->version = size.version;
    sheet_resize(&c->before, size.rows, size.cols);
    json_t *head = header(size, title);
    json_dumpf(head, c->file.to, JSON_COMPACT);
    json_decref(head);
    fputc('\n', c->file.to);
    return c;
}

static void put_colour(FILE *f, int what, int32_t colour, bool direct)
{
    if (colour >= 0 && direct)
        fprintf(f, ";%d;2;%d;%d;%d", what, colour >> 16, colour >> 8 & 255, colour & 255);
    else if (colour >= 0)
        fprintf(f, ";%d;5;%d", what, colour);
}

static void put_look(FILE *f, struct look l, bool direct)
{
    fputs("\033[0", f);
    if (l.attr & LOOK_BOLD)
        fputs(";1", f);
    if (l.attr & LOOK_DIM)
        fputs(";2", f);
    if (l.attr & LOOK_UNDERLINE)
        fputs(";4", f);
    if (l.attr & LOOK_REVERSE)
        fputs(";7", f);
    put_colour(f, 38, l.fg, direct);
    put_colour(f, 48, l.bg, direct);
    fputc('m', f);
}

static bool same_look(struct look a, struct look b)
{
    return a.fg == b.fg && a.bg == b.bg && a.attr == b.attr;
}

static bool same_mark(struct mark a, struct mark b)
{
    return a.ch == b.ch && a.role == b.role && a.ground == b.ground && a.mix == b.mix &&
           a.flags == b.flags;
}

/* The marks that differ from what is shown, run by run. */
static void put_changes(struct cast *c, const struct sheet *s, struct theme theme, FILE *f)
{
    struct look now = { -2, -2, 0 };
    for (int r = 0; r < s->rows; r++)
        for (int k = 0, at = -1; k < s->cols; k++) {
            struct mark m = s->at[r * s->cols + k], *b = &c->before.at[r * s->cols + k];
            if (c->begun && same_mark(m, *b))
                continue;
            if (at != k)
                fprintf(f, "\033[%d;%dH", r + 1, k + 1);
            struct look l = theme_look(theme, m);
            if (!same_look(l, now))
                put_look(f, l, theme.colors >= COLORS_DIRECT);
            now = l;
            char text[4];
            fwrite(text, 1, utf8_of(m.ch ? m.ch : ' ', text), f);
            *b = m;
            at = k + 1;
        }
}

void cast_frame(struct cast *c, const struct sheet *s, struct theme theme, double seconds)
{
    char *text = NULL;
    size_t n = 0;
    FILE *f = xopen_memstream(&text, &n);
    if (!c->begun)
        fputs("\033[?25l\033[2J", f);
    put_changes(c, s, theme, f);
    xclose_memstream(f);
    c->begun = true;
    if (n) {
        json_t *line = json_stringn(text, n);
        long long at = llround(seconds * 1e6), since = c->version == 2 ? 0 : c->told;
        fprintf(c->file.to, "[%.6f,\"o\",", (double)(at - since) / 1e6);
        c->told = at;
        json_dumpf(line, c->file.to, JSON_ENCODE_ANY);
        fputs("]\n", c->file.to);
        json_decref(line);
    }
    free(text);
}

bool cast_close(struct cast *c, struct err *err)
{
    if (c->version > 2)
        fputs("[0.000000,\"x\",\"0\"]\n", c->file.to);
    bool ok = whole_close(&c->file, err);
    sheet_release(&c->before);
    free(c);
    return ok;
}
