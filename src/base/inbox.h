#ifndef INBOX_H
#define INBOX_H

#include <stdbool.h>
#include <stddef.h>

/* Lines out of bytes that come in pieces of whatever size, from whom nobody vouches for.
 * Zero-initialise it. */
struct inbox {
    char *bytes;        /* [cap] owned */
    size_t used, taken; /* what has come; how much of it is the last line's */
    size_t seen, cap;   /* up to here there is no end of a line */
};

void inbox_release(struct inbox *in);
/* Where to write what comes next, *n bytes at least a page; inbox_add() says how many. */
char *inbox_room(struct inbox *in, size_t *n);
void inbox_add(struct inbox *in, size_t n);
/* The next whole line without its end, and its length, which is more than strlen() of it
 * when there are NUL bytes in it. Valid until the next call of it or of inbox_room(). NULL:
 * there is none yet; *len is how much of it has come. */
const char *inbox_line(struct inbox *in, size_t *len);
/* What has come behind the last line, up to an end of a line; NULL: nothing has. */
const char *inbox_rest(const struct inbox *in, size_t *len);

#endif
