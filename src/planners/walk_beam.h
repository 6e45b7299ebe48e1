#ifndef WALK_BEAM_H
#define WALK_BEAM_H

#include "walk_bound.h"

/* A partial walk; its count of visits to each cell, at most 255, follows: [n] bytes. */
struct label {
    double sofar, z; /* worth on top of the base; mass not found yet */
    double promise;  /* a bound of all walks that begin so */
    double score;    /* where there is no room for all: the greatest are kept */
    uint64_t visits; /* hash of the counts, whatever their order */
    uint32_t parent;
    uint32_t at;
};

/* Layered search for good walks: of all partial walks of t cycles those are kept that the
 * bound promises most. Equal ones (place and visits) are one. What is left out because it
 * is not promised more than a known walk costs nothing; the most that was promised to
 * another one left out, for want of room, bounds all walks; a search that had room for all
 * proves that none is better. */
struct beam {
    const struct ground *g; /* borrowed, as the bound */
    const struct bound *b;
    uint32_t degree;    /* arcs out of a cell, at most */
    size_t width, room; /* labels kept, slots of the table (a power of 2) */
    size_t stride;      /* bytes of a label with its counts */
    char *now, *next;   /* [width], [width * degree] labels */
    size_t n_now, n_next;
    uint32_t *table;  /* [room] labels of next by place and visits */
    double *order;    /* [width * degree] scratch of the choice */
    uint64_t *mark;   /* [n] hash of a visit */
    uint32_t *parent; /* [T + 1][width] */
    uint16_t *place;  /* [T + 1][width] */
    uint32_t t;       /* cycles walked by the labels now */
    double lower;     /* of a walk that is known: what is promised no more is left out */
    double dropped;   /* greatest promise left out for want of room; -HUGE_VAL: none */
    double reached;   /* greatest promise of a label now */
    uint64_t labels;  /* made so far */
};

/* The widest beam that takes at most so many bytes. */
size_t beam_widest(const struct ground *g, size_t bytes);
struct beam *beam_new(const struct bound *b, size_t width);
void beam_free(struct beam *s);
static inline struct label *beam_label(const struct beam *s, char *from, size_t k)
{
    return (struct label *)(from + k * s->stride);
}
static inline uint8_t *label_counts(struct label *l) { return (uint8_t *)(l + 1); }
/* From the start, after bound_settle(). */
void beam_start(struct beam *s, double lower);
/* One layer; false: there is nothing to extend any more, or the last layer is reached. */
bool beam_layer(struct beam *s);
/* The best walk of a beam that reached the last layer: path[1 .. T]. False: none did. */
bool beam_path(const struct beam *s, uint32_t *path);

#endif
