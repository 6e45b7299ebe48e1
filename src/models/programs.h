#ifndef PROGRAMS_H
#define PROGRAMS_H

#include "census.h"
#include "env.h"
#include "model.h"

/* The programs of the bit machine as a model of worlds. What may be seen are the
 * percepts that the law of the world has or, where it has none, all of its space: each
 * is coded by its place in rising order, as actions by their number. Its hypotheses are
 * the programs that agree, as far as they were read, and as the last one what is
 * undecided: that is taken to say anything with equal chance, so that no percept is
 * impossible. Dead programs are normalised away. Its budgeted view has the masses as
 * they are. */
struct programs_conf {
    int64_t bits, steps, most;
    int code; /* enum census_code */
};
#define PROGRAMS_PARAMS(m, bits_default)                                                   \
    INT("bits", m.bits, .def = bits_default, .min = 4, .max = PROGRAM_BITS_MAX,            \
        .unit = "bits", .help = "of a program, read at most"),                             \
        INT("steps", m.steps, .def = 64, .min = 1, .max = 1000000,                         \
            .help = "of a program for each cycle lived"),                                  \
        INT("most", m.most, .def = 4000000, .min = 1, .max = 1e8, .unit = "programs",      \
            .help = "kept, of 56 bytes each; others count as undecided"),                  \
        CHOICE("code", m.code, census_codes,                                               \
               .help = "weight of a program: by length, or by its time, too")

/* NULL with *err: percepts take more bits than such programs can say. */
struct model *programs_new(const struct programs_conf *c, const struct env *truth,
                           struct err *err);
/* What it is made of; only for reading. */
const struct census *programs_census(const struct model *m);
/* Searches all anew with programs of so many bits; only with no snapshot out. False:
 * cancelled (NULL: never), and all is as before. */
bool programs_deepen(struct model *m, uint32_t bits, const atomic_int *cancel);

#endif
