#ifndef BYTES_H
#define BYTES_H

#include <string.h>

/* Plain data written into bytes, one piece after another, and read again in the same order:
 * each returns where the next piece begins. */
static inline void *bytes_put(void *at, const void *piece, size_t n)
{
    memcpy(at, piece, n);
    return (unsigned char *)at + n;
}

static inline const void *bytes_take(const void *at, void *piece, size_t n)
{
    memcpy(piece, at, n);
    return (const unsigned char *)at + n;
}

#endif
