#ifndef FORM_H
#define FORM_H

#include "show.h"

/* The parameters of agents and world as fields to be filled in. What is typed is tried at
 * once in a draft; nothing of it is lived before somebody asks for that. */

enum { FORM_TEXT = 160 };
struct form_field {
    const struct param *p;
    int of;                     /* agent 0 .. n - 1, n: the world */
    char group[48];             /* heading that it stands under */
    char text[FORM_TEXT];       /* as typed */
    char was[FORM_TEXT];        /* as it is lived now */
    char error[FORM_TEXT + 80]; /* what is wrong with it; "": nothing */
};

struct form {
    struct show draft;        /* owned: all fields that are right */
    struct form_field *field; /* [n] owned */
    int n;
    int chosen;     /* a field that the filter shows */
    bool typing;    /* the next character goes on with the value, else it replaces it */
    bool filtering; /* what is typed filters */
    char filter[32];
};

/* False with *err: what is shown cannot be copied. To be closed in either case. */
bool form_open(struct form *f, const struct show *s, struct err *err);
void form_close(struct form *f); /* of zeros: nothing to do */
/* Chooses the field of that name, of an agent first. */
void form_seek(struct form *f, const char *name);
/* A key that chooses, types, steps, filters or resets; false: it is none of these. Letters
 * d, D and / do so, and f does not, where no value is being typed and none is text. */
bool form_key(struct form *f, uint32_t key);
/* Whether the filter lets field i be seen. */
bool form_shows(const struct form *f, int i);
int form_changed(const struct form *f);
int form_errors(const struct form *f);
/* Whether any field of the world was changed: its past cannot be kept. */
bool form_changes_world(const struct form *f);
/* The default as typed, and what it may be, as far as n goes: whole words. */
void form_default(const struct form_field *f, char *buf, size_t n);
void form_range(const struct form_field *f, const char *dots, char *buf, size_t n);
/* Whether it is one of some words. */
bool form_chooses(const struct form_field *f);

#endif
