#include "config.h"

#include "bytes.h"
#include "census.h"
#include "predictor.h"
#include "registry.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Solomonoff induction, as far as a budget goes: a bit is predicted by all programs of the
 * bit machine that have said the bits before. Dead ones are normalised away, and what is
 * undecided is taken to say either with equal chance. What is appended without being
 * learned can be read by a program as an action. */

struct config {
    int64_t bits, steps, most;
    int code;
};

struct induction {
    struct predictor base;
    struct census *c; /* owned; of percepts of one bit */
    double one;       /* of the last predict() */
    uint8_t *past;    /* owned: 2 * (it was learned) + the bit, of all that was taken in */
    size_t n, cap;
};

static double predict(struct predictor *p, unsigned slot)
{
    struct induction *s = (struct induction *)p;
    uint64_t mass[2], open;
    (void)slot;
    census_next(s->c, 0, mass, &open);
    double other = s->c->noise + mass_of(open);
    double sum = mass_of(mass[0]) + mass_of(mass[1]) + other;
    double one = sum > 0 ? (mass_of(mass[1]) + other / 2) / sum : 0.5;
    return s->one = fmin(fmax(one, 0x1p-52), 1 - 0x1p-52);
}

static void remember(struct induction *s, unsigned learned, unsigned bit)
{
    if (s->n == s->cap) {
        s->cap = 2 * s->cap + 256;
        s->past = xrealloc(s->past, s->cap, 1);
    }
    s->past[s->n++] = (uint8_t)(2 * learned + bit);
}

static void update(struct predictor *p, unsigned bit)
{
    struct induction *s = (struct induction *)p;
    census_take(s->c, 0, bit, NULL);
    remember(s, 1, bit);
}

static void append(struct predictor *p, unsigned bit)
{
    struct induction *s = (struct induction *)p;
    census_hear(s->c, bit);
    remember(s, 0, bit);
}

struct snap {
    struct census_mark mark;
    size_t n;
};

static void save(const struct predictor *p, void *snap)
{
    const struct induction *s = (const struct induction *)p;
    struct snap now = { census_mark(s->c), s->n };
    memcpy(snap, &now, sizeof now);
}

static void restore(struct predictor *p, const void *snap)
{
    struct induction *s = (struct induction *)p;
    struct snap then;
    memcpy(&then, snap, sizeof then);
    census_return(s->c, &then.mark);
    s->n = then.n;
}

static void commit(struct predictor *p) { census_settle(((struct induction *)p)->c); }

static size_t frozen_size(const struct predictor *p)
{
    return sizeof(size_t) + ((const struct induction *)p)->n;
}

static void freeze(const struct predictor *p, void *bytes)
{
    const struct induction *s = (const struct induction *)p;
    bytes = bytes_put(bytes, &s->n, sizeof s->n);
    if (s->n)
        bytes_put(bytes, s->past, s->n);
}

static bool thaw(struct predictor *p, const void *bytes, struct err *err)
{
    struct induction *s = (struct induction *)p;
    size_t n;
    const uint8_t *past = bytes_take(bytes, &n, sizeof n);
    census_restart(s->c);
    s->n = 0;
    for (size_t i = 0; i < n; i++) {
        if (past[i] > 3)
            return err_set(err, "what was frozen is no sequence of bits");
        if (past[i] & 2)
            update(p, past[i] & 1);
        else
            append(p, past[i] & 1);
        commit(p);
    }
    return true;
}

static void free_induction(struct predictor *p)
{
    struct induction *s = (struct induction *)p;
    census_free(s->c);
    free(s->past);
    free(s);
}

static size_t bytes(const struct predictor *p)
{
    const struct induction *s = (const struct induction *)p;
    return (s->c->n - s->c->from) * sizeof *s->c->node + s->n;
}

static const struct predictor_ops ops = {
    .name = "programs",
    .predict = predict,
    .update = update,
    .append = append,
    .save = save,
    .restore = restore,
    .commit = commit,
    .frozen_size = frozen_size,
    .freeze = freeze,
    .thaw = thaw,
    .free = free_induction,
    .bytes = bytes,
};

static struct predictor *open_induction(const void *config, unsigned slots, struct err *err)
{
    const struct config *c = config;
    struct induction *s = xcalloc(1, sizeof *s);
    (void)slots;
    (void)err;
    s->base = (struct predictor){ &ops, (sizeof(struct snap) + 7) / 8 * 8, 0 };
    s->c =
        census_new(&(struct census_conf){ 1, 2, (uint32_t)c->bits, (uint32_t)c->steps,
                                          (uint32_t)c->most, (enum census_code)c->code });
    return &s->base;
}

static const struct param params[] = {
    INT("bits", bits, .def = 16, .min = 4, .max = PROGRAM_BITS_MAX, .unit = "bits",
        .help = "of a program, read at most"),
    INT("steps", steps, .def = 64, .min = 1, .max = 1000000,
        .help = "of a program for each bit predicted"),
    INT("most", most, .def = 4000000, .min = 1, .max = 1e8, .unit = "programs",
        .help = "kept, of 56 bytes each; others count as undecided"),
    CHOICE("code", code, census_codes,
           .help = "weight of a program: by length, or by its "
                   "time, too"),
    { 0 },
};

const struct predictor_kind predictor_programs = {
    .kind.name = "programs",
    .kind.title = "all programs of a small machine: Solomonoff induction",
    .kind.version = 1,
    .kind.params = params,
    .kind.config_size = sizeof(struct config),
    .open = open_induction,
};
