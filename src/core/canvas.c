#include "config.h"

#include "canvas.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void canvas_clear(struct canvas *cv)
{
    memset(cv->at, 0, (size_t)cv->rows * (size_t)cv->cols * sizeof *cv->at);
}

void canvas_text(struct canvas *cv, int row, int col, enum ink ink, const char *fmt, ...)
{
    char text[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    for (int i = 0; text[i]; i++)
        canvas_put(cv, row, col + i, ink, (unsigned char)text[i]);
}
