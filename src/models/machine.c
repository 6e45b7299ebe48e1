#include "config.h"

#include "hash.h"
#include "machine.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

const char opcode_letters[OPCODES + 1] = ".$,!><[]";
const uint8_t opcode_bits[OPCODES] = { 2, 2, 3, 3, 3, 4, 5, 5 };
const char *const opcode_words[OPCODES] = { "emit the cell",       "begin again",
                                            "read an action bit",  "flip the cell",
                                            "move right",          "move left",
                                            "if 0, skip behind ]", "if 1, back behind [" };

/* ---- programs */

void program_append(struct program *p, enum opcode op)
{
    p->ops |= (uint64_t)op << 3 * p->n_ops++;
    p->bits = (uint8_t)(p->bits + opcode_bits[op]);
    p->closed = op == OP_CLOSE;
}

void program_text(const struct program *p, char *buf)
{
    for (unsigned i = 0; i < p->n_ops; i++)
        *buf++ = opcode_letters[program_op(p, i)];
    *buf = '\0';
}

/* Where the text is wrong, with a caret under the place. */
static bool wrong(struct err *err, const char *text, size_t at, const char *what)
{
    return err_set(err, "%s at %zu\n  %s\n  %*s^", what, at + 1, text, (int)at, "");
}

bool program_parse(struct program *p, const char *text, struct err *err)
{
    *p = (struct program){ 0 };
    if (!*text)
        return err_set(err, "a program has at least one opcode, of %s", opcode_letters);
    for (size_t i = 0; text[i]; i++) {
        const char *letter = strchr(opcode_letters, text[i]);
        if (!letter)
            return wrong(err, text, i, "no opcode (they are . $ , ! > < [ ])");
        size_t op = (size_t)(letter - opcode_letters);
        if (p->closed)
            return wrong(err, text, i, "nothing is read behind the $");
        if (p->bits + opcode_bits[op] > PROGRAM_BITS_MAX)
            return wrong(err, text, i, "a program has at most 40 bits, which are used up");
        program_append(p, (enum opcode)op);
    }
    return true;
}

/* ---- the trail */

struct place {
    uint64_t left, right;
    uint32_t read;
    uint8_t pos, cell, n_out, unused;
};

/* A stack, and a table of its entries: what came last leaves first, and open addressing
 * needs no other way to forget. */
struct trail {
    struct place *at; /* owned */
    uint32_t *where;  /* owned: the slot of each entry */
    size_t n, cap;
    uint32_t *slot; /* owned: 1 + an entry; 0: free */
    size_t n_slots; /* a power of two, more than 2 n */
};

struct trail *trail_new(void)
{
    struct trail *t = xcalloc(1, sizeof *t);
    t->n_slots = 256;
    t->slot = xcalloc(t->n_slots, sizeof *t->slot);
    return t;
}

void trail_free(struct trail *t)
{
    if (!t)
        return;
    free(t->at);
    free(t->where);
    free(t->slot);
    free(t);
}

size_t trail_mark(const struct trail *t) { return t->n; }

void trail_back(struct trail *t, size_t mark)
{
    while (t->n > mark)
        t->slot[t->where[--t->n]] = 0;
}

static size_t first_slot(const struct trail *t, const struct place *p)
{
    uint64_t word;
    memcpy(&word, &p->read, sizeof word);
    uint64_t h = hash_word(hash_word(hash_mix(p->left), p->right), word);
    return (size_t)h & (t->n_slots - 1);
}

static void take_slot(struct trail *t, size_t entry)
{
    size_t i = first_slot(t, &t->at[entry]);
    while (t->slot[i])
        i = (i + 1) & (t->n_slots - 1);
    t->slot[i] = (uint32_t)entry + 1;
    t->where[entry] = (uint32_t)i;
}

/* Entries take their slots again in their order, so that they may leave in it. */
static void widen(struct trail *t)
{
    t->cap = t->cap ? 2 * t->cap : 64;
    t->at = xrealloc(t->at, t->cap, sizeof *t->at);
    t->where = xrealloc(t->where, t->cap, sizeof *t->where);
    if (t->n_slots > 2 * t->cap)
        return;
    free(t->slot);
    t->n_slots = 4 * t->cap;
    t->slot = xcalloc(t->n_slots, sizeof *t->slot);
    for (size_t k = 0; k < t->n; k++)
        take_slot(t, k);
}

/* Whether the machine was here before in this cycle; it is from now on. */
static bool comes_again(struct trail *t, const struct program *p, size_t base)
{
    struct place here = { p->left, p->right, p->read, p->pos, p->cell, p->n_out, 0 };
    for (size_t i = first_slot(t, &here); t->slot[i]; i = (i + 1) & (t->n_slots - 1)) {
        size_t entry = t->slot[i] - 1;
        if (entry >= base && !memcmp(&t->at[entry], &here, sizeof here))
            return true;
    }
    if (t->n == t->cap)
        widen(t);
    t->at[t->n] = here;
    take_slot(t, t->n++);
    return false;
}

/* ---- the machine */

/* False: a 1 would leave the 64 cells that are kept on that side. */
static bool move(uint64_t *behind, uint64_t *ahead, uint8_t *cell)
{
    if (*behind >> 63)
        return false;
    *behind = *behind << 1 | *cell;
    *cell = *ahead & 1;
    *ahead >>= 1;
    return true;
}

/* Behind the [ that matches the ] before pos; pos itself when there is none. */
static uint8_t back(const struct program *p)
{
    unsigned depth = 0;
    for (unsigned i = p->pos - 1U; i-- > 0;) {
        enum opcode op = program_op(p, i);
        if (op == OP_SHUT)
            depth++;
        else if (op == OP_OPEN && !depth--)
            return (uint8_t)(i + 1);
    }
    return p->pos;
}

/* One opcode that moves the machine about its program, or is skipped; false: it is in a
 * circle. */
static bool jump(struct program *p, enum opcode op, struct trail *trail, size_t base)
{
    uint8_t to = p->pos;
    if (op == OP_OPEN)
        p->skip = (uint8_t)(p->skip ? p->skip + 1 : !p->cell);
    else if (op == OP_CLOSE)
        to = p->skip = 0;
    else if (op == OP_SHUT && p->skip)
        p->skip--;
    else if (op == OP_SHUT && p->cell)
        to = back(p);
    if (to == p->pos)
        return true;
    p->pos = to;
    return !comes_again(trail, p, base);
}

enum ran machine_run(struct program *p, const struct task *task, struct trail *trail,
                     size_t base)
{
    while (p->n_out < task->percept_bits) {
        if (p->pos == p->n_ops)
            return RAN_MORE;
        if (p->steps >= task->steps)
            return RAN_LIMIT;
        p->steps++;
        enum opcode op = program_op(p, p->pos++);
        switch (p->skip ? OPCODES : op) {
        case OP_EMIT:
            p->out = p->out << 1 | p->cell;
            p->n_out++;
            break;
        case OP_READ:
            if (p->read == task->n_action)
                return RAN_DEAD;
            p->cell = task->action[p->read++];
            break;
        case OP_FLIP: p->cell ^= 1; break;
        case OP_RIGHT:
            if (!move(&p->left, &p->right, &p->cell))
                return RAN_LIMIT;
            break;
        case OP_LEFT:
            if (!move(&p->right, &p->left, &p->cell))
                return RAN_LIMIT;
            break;
        default:
            if (!jump(p, op, trail, base))
                return RAN_DEAD;
        }
    }
    return RAN_OUT;
}
