#ifndef DRAWING_H
#define DRAWING_H

#include "env.h"

/* What a world draws as text, for those who have no screen of ours. */

/* Columns of each of its env->rows lines: a character of text has one, a tile three. */
int drawing_columns(const struct env *env);
/* The lines in UTF-8, a '\n' behind each; the caller frees. NULL: it draws nothing. */
char *drawing_text(const struct env *env, const void *state, bool truth);

#endif
