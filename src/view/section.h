#ifndef SECTION_H
#define SECTION_H

/* What a page of the manual, "ursa-agents.7", tells of one thing: the entry `name` as plain
 * text, paragraphs divided by empty lines; the caller frees it. NULL: there is no such page
 * here, or no such entry. */
char *section_text(const char *page, const char *suffix, const char *name);

#endif
