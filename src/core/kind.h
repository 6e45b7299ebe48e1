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
    /* Of what comes from a file and is no part of this program; NULL otherwise. */
    char *origin; /* owned: "lib:./mars.so#", how canonical begins */
    char *file;   /* owned: where the file is, for its digest and for messages */
};

/* The kind called `name`, or NULL. */
const struct kind *kind_find(const struct shelf *from, const char *name);
/* False with *err: "unknown agent 'aixxi'; did you mean 'aixi'?  (ursa list agents)", a
 * wrong parameter, or a version this program does not have. Specs in values are read, too:
 * where one is wrong is shown in the text of the whole. */
bool kind_parse(struct spec_of *s, const struct shelf *from, const char *text,
                struct err *err);
/* The same of text that is a value (PARAM_SPEC), where ':' is written for the comma. Where
 * specs stand in it in their turn, a parameter is that of the innermost that has one of its
 * name. */
bool kind_parse_within(struct spec_of *s, const struct shelf *from, const char *text,
                       struct err *err);
/* The same of a list (PARAM_SPECS): all of it, *n, owned; NULL with *err. */
struct spec_of *kind_parse_list(const struct shelf *from, const char *text, size_t *n,
                                struct err *err);
void kind_free_list(struct spec_of *list, size_t n);

struct spec;
/* Sets the pairs of *s in a configuration of *k; reports every wrong one. */
bool kind_apply(const struct spec *s, const struct kind *k, void *config, struct err *err);
/* Sets one parameter and renews the canonical text. */
bool kind_set(struct spec_of *s, const char *key, const char *value, struct err *err);
/* Writes the canonical text anew, for who has changed what it is made of. */
void kind_renew(struct spec_of *s);
/* Copies a spec; the caller releases it. */
void kind_copy(struct spec_of *to, const struct spec_of *from);
void kind_release(struct spec_of *s);

#endif
