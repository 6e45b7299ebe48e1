#ifndef MACHINE_H
#define MACHINE_H

#include "err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A lazy bit machine that reads its program only as it gets there: a monotone machine in
 * the sense of Solomonoff and Levin (Li & Vitanyi, "An Introduction to Kolmogorov
 * Complexity", section 4.5). Its opcodes are a complete prefix code, so that every
 * stream of bits is a program and one of which b bits were read has weight 2^-b. After
 * Boolfuck, with a loop around the whole and actions as input. Cells are bits, 0 at
 * first; the tape goes on both ways. */
enum opcode {
    OP_EMIT,  /* .  the cell is the next bit of the percept */
    OP_CLOSE, /* $  the program ends here: from now on it begins again at its first opcode;
               *    also where it is skipped, and then skipping ends */
    OP_READ,  /* ,  the cell becomes the next unread bit of the actions; none: dead */
    OP_FLIP,  /* !  */
    OP_RIGHT, /* >  */
    OP_LEFT,  /* <  */
    OP_OPEN,  /* [  if the cell is 0, skips behind the matching ] */
    OP_SHUT,  /* ]  if the cell is 1, back behind the matching [; without one, nothing */
    OPCODES
};
extern const char opcode_letters[OPCODES + 1];
extern const uint8_t
    opcode_bits[OPCODES]; /* of its code: 00 01 100 101 110 1110 11110 11111 */
extern const char *const opcode_words[OPCODES];

enum { PROGRAM_BITS_MAX = 40, PROGRAM_OPS_MAX = PROGRAM_BITS_MAX / 2 };

/* A program as far as it was read, and the machine that runs it. Plain bytes without
 * padding. */
struct program {
    uint64_t ops;         /* opcode i in bits 3 i ... */
    uint64_t left, right; /* the tape beside the cell, bit 0 the nearest */
    uint32_t steps;       /* opcodes looked at, run or skipped, in its life */
    uint32_t read;        /* bits of the actions */
    uint32_t out;         /* bits of this cycle's percept so far, the first one highest */
    uint8_t n_out;
    uint8_t n_ops, bits; /* read of the program */
    uint8_t pos, skip;   /* where it stands; depth of [ that it skips */
    uint8_t cell;
    uint8_t closed;
    uint8_t unused[1];
};

static inline enum opcode program_op(const struct program *p, unsigned i)
{
    return (enum opcode)(p->ops >> 3 * i & 7);
}
/* Reads one more opcode. */
void program_append(struct program *p, enum opcode op);
/* "[,.]$" into buf, which holds PROGRAM_OPS_MAX + 1 bytes. */
void program_text(const struct program *p, char *buf);
/* The program of a text, before its first step. False with *err, which names place and
 * letter: it has letters that are none, opcodes behind its $, or is too long. */
bool program_parse(struct program *p, const char *text, struct err *err);

/* What a cycle is to every machine. */
struct task {
    const uint8_t *action; /* bits of the actions so far, each 0 or 1 */
    uint32_t n_action;     /* */
    uint32_t percept_bits; /* that end the cycle */
    uint32_t steps;        /* of its life that a machine may have used by then */
};

/* The places from which machines have gone back in this cycle, so that one that comes to
 * the same place again is known to do so for ever. */
struct trail;
struct trail *trail_new(void);
void trail_free(struct trail *t); /* NULL is fine */
/* Where it is now, for trail_back(). */
size_t trail_mark(const struct trail *t);
void trail_back(struct trail *t, size_t mark);

enum ran {
    RAN_OUT,  /* the percept is out: the machine rests behind its last . */
    RAN_DEAD, /* it never comes: it reads an action that is not there, or goes in circles */
    RAN_LIMIT, /* not decided: no more steps, or its tape is fuller than 64 cells a side */
    RAN_MORE   /* the next opcode has to be read */
};
/* Runs until one of these. Marks from `base` on are of this cycle. To begin a cycle,
 * program_begin(). */
enum ran machine_run(struct program *p, const struct task *task, struct trail *trail,
                     size_t base);
static inline void program_begin(struct program *p)
{
    p->out = 0;
    p->n_out = 0;
}

#endif
