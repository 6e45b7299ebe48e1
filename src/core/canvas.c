#include "config.h"

#include "canvas.h"

#include "mask.h"

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
    const char *rest = text;
    for (uint32_t c; (c = next_char(&rest)); col++)
        canvas_put(cv, row, col, ink, c);
}
