#ifndef CENSUS_H
#define CENSUS_H

#include "atom.h"
#include "machine.h"

/* All programs of the bit machine that agree with a history, found by depth-first search
 * over their prefixes within a budget of bits and steps: the lower semicomputable measure
 * of Solomonoff and of AIXI (Hutter 2005, section 5.1), cut off where the budget ends, with
 * the mass of what is cut off known exactly. Leike & Hutter, "On the Computability of
 * AIXI" (UAI 2015): what agrees only gains by a larger budget and what is undecided only
 * loses, so that every value has a bracket at every moment. */

/* Weights: 2^-|p|; 2^-|p| / t (Levin's Kt: Filan, Leike & Hutter, AISTATS 2016); and
 * 2^-|p| times the sum of 2^-i over phases i in which t <= 2^(i-|p|) steps are done
 * (Schmidhuber's speed prior). t: steps so far. */
enum census_code { CODE_LENGTH, CODE_KT, CODE_FAST };
extern const char *const census_codes[]; /* closed by NULL */

struct census_conf {
    uint32_t n_actions, n_percepts; /* each >= 1; of 1 there are no bits */
    uint32_t bits;                  /* of a program that are read at most */
    uint32_t steps;                 /* of its life a machine may use, for each cycle */
    uint32_t most;                  /* programs that are kept; others count as undecided */
    enum census_code code;
};

/* Masses are whole numbers, WHOLE for the class, so that sums have no order: exact for code
 * length, rounded down by less than 2^-62 each for the others. */
enum { WHOLE_BITS = 62 };
static inline double mass_of(uint64_t mass) { return (double)mass * 0x1p-62; }

struct census {
    struct census_conf conf;
    uint32_t action_bits, percept_bits; /* of their codes, highest bit first */
    struct program *node; /* owned: of these, [from, n) agree with the history */
    size_t from, n, cap;
    uint64_t agree, open; /* mass of those; of what was undecided in any cycle */
    double noise;         /* of the latter, were it to say anything with equal chance */
    uint8_t *action;      /* owned: bits of the actions of the history */
    size_t n_action, action_cap;
    uint32_t *past; /* owned: action and percept of each cycle, for deepening */
    size_t t, past_cap;
    const atomic_int *cancel; /* borrowed, NULL: none; once it is set what is taken or told
                               * next means nothing */
    uint64_t looked;          /* machines started to imagine or take, over all */
};

/* ceil(log2 n). */
uint32_t census_code_bits(uint32_t n);
struct census *census_new(const struct census_conf *conf);
void census_free(struct census *c); /* NULL is fine */
uint64_t census_weight(const struct census *c, const struct program *p);

/* What may follow an action: mass by percept, [n_percepts], and what is undecided of it. */
void census_next(const struct census *c, uint32_t action, uint64_t *mass, uint64_t *open);
/* What one that agrees says after an action; RAN_MORE: it reads on, and may say all. */
enum ran census_foretell(const struct census *c, const struct program *p, uint32_t action,
                         uint32_t *percept);
/* Conditions. Returns the mass that emits it, which is `agree` then; 0 leaves none. The
 * programs of before stay below `from` until census_settle(). mass: NULL, or as above. */
uint64_t census_take(struct census *c, uint32_t action, uint32_t percept, uint64_t *mass);
void census_settle(struct census *c);
/* Appends a bit that programs may read, as of an action between two cycles. */
void census_hear(struct census *c, unsigned bit);
/* What census_take() changes, to be put back. */
struct census_mark {
    size_t from, n, n_action, t;
    uint64_t agree, open;
    double noise;
};
struct census_mark census_mark(const struct census *c);
void census_return(struct census *c, const struct census_mark *mark);
/* Appends one program to those that agree. */
void census_believe(struct census *c, const struct program *p);
/* Searches the whole history anew within `bits`. False: cancelled, and it is as before. */
bool census_deepen(struct census *c, uint32_t bits);
/* All over, without a history. */
void census_restart(struct census *c);

/* Imagined futures of `depth` cycles as a tree of histories: the children of node i are
 *     imagined_child(c, i, action, percept)
 * and 0 is now. mass[node], [imagined_nodes()]: of programs that emit this; open[node *
 * n_actions + action]: of those that are undecided in the cycle that follows. */
static inline size_t imagined_child(const struct census *c, size_t node, uint32_t action,
                                    uint32_t percept)
{
    return node * c->conf.n_actions * c->conf.n_percepts + 1 +
           (size_t)action * c->conf.n_percepts + percept;
}
/* SIZE_MAX: too many. */
size_t imagined_nodes(const struct census *c, uint32_t depth);
/* Fills both, by so many threads, which never change a bit of it. False: cancelled. */
bool census_imagine(struct census *c, uint32_t depth, uint32_t threads, uint64_t *mass,
                    uint64_t *open);

#endif
