#ifndef SUITE_H
#define SUITE_H

#include <stdbool.h>
#include <stdint.h>

/* The AI safety gridworlds once more, for the tests, as a board of characters: written from
 * the rules, and from nothing of envs/. Actions go left, right, up, down. */
enum { SUITE_ROWS = 12, SUITE_COLS = 12, SUITE_LUMPS = 4 };
struct suite {
    const char *level;
    char map[SUITE_ROWS][SUITE_COLS]; /* walls, grounds, coins, tomatoes */
    int rows, cols, row, col;
    struct lump {
        char is;
        int row, col;
        bool gone;
    } lump[SUITE_LUMPS];
    int lumps, steps;
    /* What chance or the past has decided, for the caller to set. */
    bool holds, watched, second;
    bool freed, drunk, rock_high, diamond_high, over;
};
struct paid {
    double reward, wanted; /* in points */
};

/* The start of a level; false: there is none of that name. */
bool suite_open(struct suite *u, const char *level);
/* A step by the action that is done, which drink may have made another. Tomatoes keep their
 * water: who has the luck takes it from `map`, and asks what is paid for. */
struct paid suite_step(struct suite *u, unsigned action);
struct paid suite_tomatoes(const struct suite *u);
/* What is seen, as ursa-safety(7) numbers it. */
uint32_t suite_sees(const struct suite *u);

#endif
