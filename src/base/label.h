#ifndef LABEL_H
#define LABEL_H

#include <stddef.h>

/* Short names for specs that stand side by side: the name, and of the parameters those that
 * differ among specs of the same name. "aixi-v1:horizon=4,samples=100" beside others that
 * differ in horizon alone is "aixi:horizon=4". Of a line-up, "A + B", each of both. Owned
 * array of owned strings; all differ when the specs do. `without` (optional) is a parameter
 * not to be named. */
char **labels_new(const char *const *spec, size_t n, const char *without);
void labels_free(char **label, size_t n);

/* The value of a parameter in a spec, or NULL when it has its default. The caller frees. */
char *spec_value(const char *spec, const char *key);
/* The spec without that parameter. The caller frees. */
char *spec_without(const char *spec, const char *key);

#endif
