#ifndef TWIG_H
#define TWIG_H

#include "percept.h"

/* A choice in a search tree, for the screen: what was tried after which percept. Rows come
 * in the order of a walk, depth first, the most visited first. */
enum { TWIG_DEPTH = 3, TWIGS_MAX = 40 };
struct twig {
    float value; /* of the action, in utilities to go */
    uint32_t visits;
    struct percept after; /* the percept before it; of depth 0: none */
    uint8_t depth, action;
    uint16_t unused; /* no padding */
};

#endif
