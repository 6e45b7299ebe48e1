#ifndef ESCAPE_H
#define ESCAPE_H

#include <stdio.h>

/* Foreign text as a part of something that has a language of its own: there it is text and
 * nothing else. */
enum markup {
    MARKUP_HTML,     /* text, or an attribute in double quotes */
    MARKUP_MARKDOWN, /* GitHub's; also in the cell of a table when it has no newline */
    MARKUP_LATEX,    /* in a paragraph */
    MARKUP_CSV,      /* one field, in quotes where it needs them; RFC 4180 */
    MARKUP_SHELL,    /* one word of sh, which reads back exactly these bytes */
    MARKUP_GNUPLOT   /* in single quotes, exactly these bytes but for newlines */
};

/* The text escaped; the caller frees it. Where bytes need not come back it is masked too
 * (mask.h). */
char *escape_new(enum markup m, const char *text);
/* The same, written. */
void escape_put(enum markup m, const char *text, FILE *to);

#endif
