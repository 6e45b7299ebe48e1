#include "config.h"

#include "equilibria.h"

#include "lp.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

/* Entry `joint` of the row of player i, told `told`, who thinks of `other`: what obeying
 * is worth more when the device draws that joint move. */
static double better(const struct normal *g, uint32_t joint, uint32_t i, uint32_t told,
                     uint32_t other)
{
    uint8_t move[PLAYERS_MAX];
    normal_moves(g, joint, move);
    if (move[i] != told)
        return 0;
    move[i] = (uint8_t)other;
    return normal_pay(g, joint, i) - normal_pay(g, normal_joint(g, move), i);
}

double correlated_gap(const struct normal *g, const double *p)
{
    double most = -HUGE_VAL;
    for (uint32_t i = 0; i < g->n_players; i++)
        for (uint32_t told = 0; told < g->moves[i]; told++)
            for (uint32_t other = 0; other < g->moves[i]; other++) {
                double loss = 0, chance = 0;
                for (uint32_t joint = 0; joint < g->n_joint; joint++) {
                    uint8_t move[PLAYERS_MAX];
                    normal_moves(g, joint, move);
                    chance += move[i] == told ? p[joint] : 0;
                    loss += p[joint] * better(g, joint, i, told, other);
                }
                if (told != other && chance > 0)
                    most = fmax(most, -loss);
            }
    return most;
}

bool correlated_best(const struct normal *g, double *p)
{
    size_t rows = 0, n = 0;
    if (g->n_joint > CORRELATED_JOINT)
        return false;
    for (uint32_t i = 0; i < g->n_players; i++)
        rows += (size_t)g->moves[i] * g->moves[i];
    double *row = xcalloc(rows * g->n_joint, sizeof *row);
    double *goal = xcalloc(g->n_joint, sizeof *goal);
    for (uint32_t joint = 0; joint < g->n_joint; joint++)
        for (uint32_t i = 0; i < g->n_players; i++)
            goal[joint] += normal_pay(g, joint, i);
    for (uint32_t i = 0; i < g->n_players; i++)
        for (uint32_t told = 0; told < g->moves[i]; told++)
            for (uint32_t other = 0; other < g->moves[i]; other++, n++)
                for (uint32_t joint = 0; joint < g->n_joint; joint++)
                    row[n * g->n_joint + joint] = better(g, joint, i, told, other);
    bool found = lp_chances(g->n_joint, goal, row, rows, p);
    free(row);
    free(goal);
    return found;
}
