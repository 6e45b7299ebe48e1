#ifndef REWARD_MAP_H
#define REWARD_MAP_H

#include "reward.h"

#include <stdio.h>

/* A reward drawn over a map: in each cell what is expected of all actions alike. */
struct reward_map {
    char title[64];
    int rows, cols; /* 0 x 0: the world is no map, and all states are one row */
    double *at;     /* [rows * cols] owned; NAN: nobody stands there */
};
void reward_map_make(struct reward_map *m, const struct reward *r, const double *at,
                     const char *title);
void reward_map_release(struct reward_map *m);
/* n of them beside each other, below each other where they are too wide for 80 columns;
 * colour says the sign and the share of the largest, numbers say it too. */
void reward_map_print(const struct reward_map *m, size_t n, bool color, FILE *to);

#endif
