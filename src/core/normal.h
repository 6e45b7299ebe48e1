#ifndef NORMAL_H
#define NORMAL_H

#include "game.h"

/* The table of a game in which all move at once and every round is paid alike: the stage
 * of what is played again and again, its normal form. Lent by games (game_ops.view, the
 * same to every player). */
struct normal {
    uint32_t n_players;          /* in [1, PLAYERS_MAX] */
    uint32_t moves[PLAYERS_MAX]; /* [n_players] each in [1, ACTIONS_MAX] */
    uint32_t n_joint;            /* their product, at most NORMAL_JOINT */
    /* [n_joint][n_players] points. Joint moves are numbered with the move of the last
     * player changing first: of two players (a, b) is a * moves[1] + b. */
    const int32_t *pay;
    double scale; /* points per unit of reward, as of space */
};
enum { NORMAL_JOINT = 1 << 16 };
extern const struct view_kind view_normal;

/* NULL when the game is none of these. */
static inline const struct normal *normal_of(const struct game *g)
{
    return g->ops->view ? (const struct normal *)g->ops->view(g, 0, &view_normal) : NULL;
}

/* The number of a joint move, [n_players], and back. */
static inline uint32_t normal_joint(const struct normal *g, const uint8_t *move)
{
    uint32_t joint = 0;
    for (uint32_t i = 0; i < g->n_players; i++)
        joint = joint * g->moves[i] + move[i];
    return joint;
}
static inline void normal_moves(const struct normal *g, uint32_t joint, uint8_t *move)
{
    for (uint32_t i = g->n_players; i--; joint /= g->moves[i])
        move[i] = (uint8_t)(joint % g->moves[i]);
}

/* What player i is paid for a joint move, in units of reward. */
static inline double normal_pay(const struct normal *g, uint32_t joint, uint32_t i)
{
    return g->pay[(size_t)joint * g->n_players + i] / g->scale;
}

#endif
