#include "config.h"

#include "list.h"
#include "registry.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

/* Specs and lists from anywhere: nothing crashes, and a canonical spec is its own. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_kind(const struct shelf *from, const char *text)
{
    struct spec_of s, again;
    struct err err = { 0 };
    if (kind_parse(&s, from, text, &err)) {
        if (!kind_parse(&again, from, s.canonical, &err))
            bug("%s: %s", s.canonical, err.text);
        if (strcmp(s.canonical, again.canonical) != 0)
            bug("%s became %s", s.canonical, again.canonical);
        kind_release(&again);
    }
    kind_release(&s);
    if (kind_parse_within(&s, from, text, &err) &&
        (!kind_parse(&again, from, s.canonical, &err) ||
         strcmp(s.canonical, again.canonical) != 0))
        bug("%s became another, or none: %s", s.canonical, err.text);
    else if (s.kind)
        kind_release(&again);
    kind_release(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = xcalloc(size + 1, 1);
    struct err err = { 0 };
    struct list l;
    memcpy(text, data, size);
    for (const struct shelf *const *from = shelves; *from; from++)
        fuzz_kind(*from, text);
    if (size < 200 && list_parse(&l, text, &err))
        list_release(&l);
    free(text);
    return 0;
}
