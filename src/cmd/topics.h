#ifndef TOPICS_H
#define TOPICS_H

/* What "ursa help" opens besides commands and entries: pages of the manual by their words.
 * The first row of a page is the word that lists tell. */
struct topic {
    const char *word, *page, *section;
};
extern const struct topic topic_table[]; /* closed by a NULL word */

#endif
