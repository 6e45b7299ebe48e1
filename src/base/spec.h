#ifndef SPEC_H
#define SPEC_H

#include "err.h"
#include "param.h"

#include <stddef.h>

/* A name with parameters as typed: NAME[-vN][:key=value[,key=value...]]. No spaces, no
 * parentheses, so no quoting in a shell. */
struct spec_pair {
    char *key, *value;
    size_t at; /* offset of key in text */
};
struct spec {
    char *text;  /* as typed; owned */
    char *name;  /* without the version */
    int version; /* 0 when not given */
    struct spec_pair *pair;
    size_t n;
};

/* False with *err when the grammar does not fit; s is then empty and needs no release. */
bool spec_parse(struct spec *s, const char *text, struct err *err);
void spec_release(struct spec *s);

/* Sets the pairs in *config by the table. Reports every wrong one, in the form
 *     NAME has no parameter 'sise'; did you mean 'size'?
 *         gridworld:sise=10
 *                   ^~~~ */
bool spec_apply(const struct spec *s, const struct param *table, void *config,
                struct err *err);

/* "name-vN:key=value,..." with the parameters that differ from their defaults, in table
 * order: equal configurations give equal text. Caller frees. */
char *spec_canonical(const char *name, int version, const struct param *table,
                     const void *config);

/* A spec that stands inside the value of a parameter, where ':' is written for the
 * comma, as it is typed outside. Caller frees. */
char *spec_unnest(const char *text);
/* A spec without its "-vN": of this program's version. Caller frees. */
char *spec_unversioned(const char *text);

#endif
