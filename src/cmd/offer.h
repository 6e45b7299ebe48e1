#ifndef OFFER_H
#define OFFER_H

#include <stddef.h>

/* What <Tab> offers after these words, the last of which is being typed, on stdout: a line
 * WORD, tab, TITLE for each; and where a file or a directory may stand
 *     :files, tab, PREFIX, tab, SUFFIX SUFFIX...      :dirs, tab, PREFIX
 * in which PREFIX is the part of the word before it and the suffixes, in small letters, are
 * those of files that fit, none: all. All words are whole, with what was typed of them; one
 * that ends with '=' goes on. */
void offer(char *const word[], size_t n);

#endif
