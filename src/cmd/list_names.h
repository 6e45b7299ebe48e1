#ifndef LIST_NAMES_H
#define LIST_NAMES_H

/* Tells each name of a sort of "ursa list" that takes no NAME, and its title. */
typedef void list_tell(void *to, const char *name, const char *title);
void list_names(const char *sort, list_tell *tell, void *to);

#endif
