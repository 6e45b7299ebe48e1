#ifndef SHA256_H
#define SHA256_H

#include "err.h"

#include <stddef.h>

/* SHA-256 (FIPS 180-4), to tell files apart that others have made: hash.h is for what
 * nobody forges. Written in hexadecimal digits. */
enum { SHA256_HEX = 65 };
void sha256(const void *bytes, size_t n, char hex[SHA256_HEX]);
/* Of a whole file; false with *err when it cannot be read. */
bool sha256_file(const char *path, char hex[SHA256_HEX], struct err *err);

#endif
