#include "config.h"

#include "hash.h"

#include <string.h>

uint64_t hash_bytes(uint64_t h, const void *p, size_t n)
{
    const unsigned char *b = p;
    for (size_t i = 0; i < n; i++)
        h = (h ^ b[i]) * UINT64_C(0x100000001b3);
    return hash_mix(h);
}

uint64_t hash_string(const char *s) { return hash_bytes(HASH_START, s, strlen(s)); }
