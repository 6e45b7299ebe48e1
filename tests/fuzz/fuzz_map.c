#include "config.h"

#include "grid.h"
#include "xalloc.h"

#include <stdio.h>
#include <stdlib.h>

/* Maps from anywhere: nothing crashes, and what was read is written and read back alike. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_back(const struct grid *g)
{
    struct grid again;
    struct err err = { 0 };
    char *text = NULL;
    size_t n = 0;
    FILE *f = xopen_memstream(&text, &n);
    grid_write(g, f);
    xclose_memstream(f);
    f = fmemopen(text, n, "r");
    if (!grid_read(&again, f, "again", &err))
        bug("%s\n%s", err.text, text);
    if (!grid_same(g, &again))
        bug("another layout was read back:\n%s", text);
    grid_release(&again);
    fclose(f);
    free(text);
}

/* The same bytes as a map of each other program. */
static void convert(FILE *f)
{
    for (int format = 0; grid_formats[format]; format++) {
        struct grid g;
        struct err err = { 0 };
        rewind(f);
        if (grid_convert(&g, format, f, "map", &err)) {
            read_back(&g);
            grid_release(&g);
        } else if (!err.n)
            bug("refused without a word");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct grid g;
    struct err err = { 0 };
    FILE *f = size ? fmemopen((void *)(uintptr_t)data, size, "r") : NULL;
    if (!f)
        return 0;
    if (grid_read(&g, f, "map", &err)) {
        read_back(&g);
        grid_release(&g);
    }
    convert(f);
    fclose(f);
    return 0;
}
