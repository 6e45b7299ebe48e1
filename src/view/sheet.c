#include "config.h"

#include "sheet.h"

#include "mask.h"
#include "xalloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void sheet_resize(struct sheet *s, int rows, int cols)
{
    s->rows = rows;
    s->cols = cols;
    s->at = xrealloc(s->at, (size_t)rows * (size_t)cols + 1, sizeof *s->at);
    sheet_clear(s);
}

void sheet_clear(struct sheet *s)
{
    for (int i = 0; i < s->rows * s->cols; i++)
        s->at[i] = (struct mark){ .ch = ' ' };
    s->cut = 0;
}

void sheet_release(struct sheet *s)
{
    free(s->at);
    *s = (struct sheet){ 0 };
}

void put_mark(struct pane p, int row, int col, struct mark m)
{
    if (row < 0 || row >= p.r.rows || col < 0 || col >= p.r.cols)
        return;
    row += p.r.row;
    col += p.r.col;
    if (row >= 0 && row < p.sheet->rows && col >= 0 && col < p.sheet->cols)
        p.sheet->at[row * p.sheet->cols + col] =
            (struct mark){ mask_char(m.ch), m.role, m.ground, m.mix, m.flags };
}

void sheet_veil(struct sheet *s)
{
    for (int i = 0; i < s->rows * s->cols; i++)
        s->at[i].flags |= MARK_VEILED;
}

void pane_fill(struct pane p, enum ground ground)
{
    for (int r = 0; r < p.r.rows; r++)
        for (int c = 0; c < p.r.cols; c++)
            put_ch(p, r, c, ROLE_ON(ROLE_TEXT, ground), ' ');
}

struct pane pane_part(struct pane p, int row, int col, int rows, int cols)
{
    int right = col + cols < p.r.cols ? col + cols : p.r.cols;
    int bottom = row + rows < p.r.rows ? row + rows : p.r.rows;
    col = col > 0 ? col : 0;
    row = row > 0 ? row : 0;
    p.r = (struct rect){ p.r.row + row, p.r.col + col, bottom - row, right - col };
    return p;
}

int put_text(struct pane p, int row, int col, enum role role, const char *fmt, ...)
{
    char buf[1024];
    const char *text = buf;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(buf, sizeof buf, fmt, ap);
    va_end(ap);
    bool in_word = false, seen = row >= 0 && row < p.r.rows;
    for (uint32_t c; (c = next_char(&text)); col++) {
        p.sheet->cut += seen && in_word && col == p.r.cols && c != ' ';
        in_word = c != ' ';
        put_ch(p, row, col, role, c);
    }
    return col;
}

size_t utf8_of(uint32_t ch, char *to)
{
    static const struct {
        uint32_t below;
        int first;
    } forms[] = { { 0x80, 0 }, { 0x800, 0xc0 }, { 0x10000, 0xe0 }, { 0x110000, 0xf0 } };
    size_t n = 0;
    while (n < 3 && ch >= forms[n].below)
        n++;
    for (size_t i = n; i > 0; i--, ch >>= 6)
        to[i] = (char)(0x80 | (ch & 63));
    to[0] = (char)(forms[n].first | (int)ch);
    return n + 1;
}

int text_width(const char *text)
{
    int n = 0;
    while (next_char(&text))
        n++;
    return n;
}
