#include "config.h"

#include "err.h"
#include "inbox.h"

#include <stdint.h>
#include <string.h>

/* What programs write (ursa-protocol(7)), in pieces of any size: the lines are those of the
 * whole, however it was cut. The first byte of a piece is its size. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What came, without the sizes, and how far its lines have been heard. */
struct said {
    char at[1 << 16];
    size_t n, heard;
};

static void check_lines(struct inbox *in, struct said *s)
{
    size_t len;
    const char *line;
    while ((line = inbox_line(in, &len))) {
        char *whole = s->at + s->heard, *end = memchr(whole, '\n', s->n - s->heard);
        if (!end || len != (size_t)(end - whole) || memcmp(line, whole, len) != 0 ||
            line[len])
            bug("another line than was written");
        s->heard += len + 1;
        const char *rest = inbox_rest(in, &len);
        if ((rest != NULL) != (s->heard < s->n) || (rest && memchr(rest, '\n', len)))
            bug("the rest is not what is left");
    }
    if (len != s->n - s->heard || memchr(s->at + s->heard, '\n', len))
        bug("a line was not heard");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct said s;
    struct inbox in = { 0 };
    s.n = s.heard = 0;
    for (size_t i = 0; i + 1 < size && size < sizeof s.at;) {
        size_t n = data[i++], room;
        n = n < size - i ? n : size - i;
        while (n) {
            char *to = inbox_room(&in, &room);
            size_t part = n < room ? n : room;
            memcpy(to, data + i, part);
            memcpy(s.at + s.n, data + i, part);
            s.n += part;
            inbox_add(&in, part);
            i += part;
            n -= part;
        }
        if (i % 3)
            check_lines(&in, &s);
    }
    check_lines(&in, &s);
    inbox_release(&in);
    return 0;
}
