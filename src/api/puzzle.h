#ifndef PUZZLE_H
#define PUZZLE_H

#include "solve.h"
#include "spec.h"

#include <jansson.h>

/* What the command `solve` and ursa_solve() are asked in words, and what they answer as
 * JSON. */
struct puzzle {
    struct problem problem; /* its history points to what is owned here */
    struct discount_conf discount;
    bool discounted; /* the discount was given, */
    bool bounded;    /* and the horizon */
    struct cycle *history;
};

/* No discount, a horizon of 6, a thousandth; as long as it takes, in at most 1 GiB. */
void puzzle_init(struct puzzle *q);
void puzzle_release(struct puzzle *q);
/* "discount=geometric,gamma=0.9", with the names that agents have; the last one counts. */
bool puzzle_discount(struct puzzle *q, const char *text, struct err *err);
/* "a/o/r a/o/r ...": what has happened. */
bool puzzle_history(struct puzzle *q, const char *text, struct err *err);
/* The discount that was asked for or, when none was, that the world's file advises, which
 * then has no last cycle either unless one is given. *advised (optional): it does. False
 * with *err: without a last cycle the sum has no end. */
bool puzzle_settle(struct puzzle *q, const struct env *env, bool *advised, struct err *err);
/* "geometric,gamma=0.9", or "none"; the caller frees. */
char *puzzle_discount_text(const struct puzzle *q);

/* The value of the best action; whether action k may be it, by what is known. */
double solution_best(const struct solution *sol);
bool solution_may_be_best(const struct solution *sol, size_t k);
/* The object of "solve --json", keys as documented in ursa-solve(1). */
json_t *solution_json(const struct puzzle *q, const char *env, const char *utility,
                      const struct solution *sol);

#endif
