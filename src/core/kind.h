#ifndef KIND_H
#define KIND_H

#include "err.h"
#include "param.h"

#include <stdbool.h>
#include <stddef.h>

/* A form in which a world or a model may lend what it knows to those who know the form:
 * automata.h, hunt.h, terrain.h. It is named by its address. */
struct view_kind {
    const char *name;
};

/* A kind with its configuration, from "gridworld:size=10". */
struct spec_of {
    const struct kind *kind;
    void *config;    /* owned */
    char *canonical; /* owned: "gridworld-v1:theta=0.5" */
};

/* The kind called `name`, or NULL. */
const struct kind *kind_find(const struct shelf *from, const char *name);
/* False with *err: "unknown agent 'aixxi'; did you mean 'aixi'?  (ursa list agents)", a
 * wrong parameter, or a version this program does not have. */
bool kind_parse(struct spec_of *s, const struct shelf *from, const char *text,
                struct err *err);
/* Sets one parameter and renews the canonical text. */
bool kind_set(struct spec_of *s, const char *key, const char *value, struct err *err);
/* Copies a spec; the caller releases it. */
void kind_copy(struct spec_of *to, const struct spec_of *from);
void kind_release(struct spec_of *s);

#endif
