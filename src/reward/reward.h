#ifndef REWARD_H
#define REWARD_H

#include "env.h"
#include "err.h"

#include <stdint.h>
#include <stdio.h>

/* A reward function R(s, a, s') over the states of a known world, and the world's law
 * beside it: what rewards are compared by (Gleave, Dennis, Legg, Russell, Leike 2021,
 * arXiv 2006.13900). R is written for all triples, those that cannot happen too. */
struct reward {
    char *name;  /* owned: canonical spec of the world, or path of the file */
    char *world; /* owned: canonical spec of the world */
    struct env *env;
    uint32_t n, n_actions;
    uint32_t *first; /* [n * n_actions + 1] into next and p */
    uint32_t *next;  /* each state once, in rising order */
    double *p;
    double *start; /* [n], where the world begins */
    double *at;    /* [n * n_actions * n], in units of the world */
    bool *end;     /* [n], nothing happens and is earned there any more */
    unsigned char *state;
};

/* Numbers that a table may have, 128 MB: 1831 states of five actions. */
enum { REWARD_MOST = 1 << 24 };

/* The reward of a world, or of a file that begins with "ursa-reward" (ursa-reward(5)): the
 * world's law, and the file's numbers. False with *err: no such world, no closed form of
 * its law, more states than fit, or the lines that are wrong in the file. */
bool reward_open(struct reward *r, const char *text, uint64_t root, struct err *err);
void reward_release(struct reward *r);

/* Brings b into the order of a's states. False with *err: they do not have the same states
 * and law; the first state where they differ is named. */
bool reward_match(const struct reward *a, struct reward *b, struct err *err);

/* From now on, what ends in both is an end, and nothing else. */
void reward_common_ends(struct reward *a, struct reward *b);

/* Writes `at`, in the shape of r->at, as such a file over r's world. */
void reward_write(const struct reward *r, const double *at, FILE *to);

/* "3.1", the column and row of a cell, where the world is a map; a name; a number. */
void reward_state_text(const struct reward *r, uint32_t s, char *buf, size_t n);
/* The state of that text; UINT32_MAX: there is none. */
uint32_t reward_state(const struct reward *r, const char *text);

/* ---- what the parts share */

static inline size_t reward_pair(const struct reward *r, uint32_t s, unsigned a)
{
    return (size_t)s * r->n_actions + a;
}
static inline size_t reward_size(const struct reward *r)
{
    return (size_t)r->n * r->n_actions * r->n;
}
/* E[R(s, a, S')] of each pair, [n * n_actions]. The caller frees it. */
double *reward_means(const struct reward *r, const double *at);

/* Fills an empty reward with the law of a world. */
bool reward_law(struct reward *r, const char *world, uint64_t root, struct err *err);
/* Reads a file into an empty reward. */
bool reward_read(struct reward *r, const char *path, uint64_t root, struct err *err);
/* Finds the ends. */
void reward_settle(struct reward *r);

#endif
