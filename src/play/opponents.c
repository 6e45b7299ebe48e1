#include "config.h"

#include "opponents.h"
#include "seat.h"

#include <math.h>
#include <stdio.h>

bool opponents_init(struct opponents *s, const struct env *truth, const char *name,
                    struct err *err)
{
    s->game = truth ? seat_game(truth, &s->player) : NULL;
    if (!s->game)
        return err_set(err,
                       "family %s is of who plays against one: of a seat in a game, and "
                       "%s is none",
                       name, truth ? truth->ops->kind.name : "no world");
    if (s->game->n_players != 2)
        return err_set(err, "family %s is of one other player, and %s has %u", name,
                       s->game->ops->kind.name, s->game->n_players - 1);
    s->space = &s->game->space[!s->player];
    return true;
}

struct env *opponents_seat(const struct opponents *s, struct policy *other)
{
    struct policy *who[PLAYERS_MAX] = { 0 };
    who[!s->player] = other;
    return seat_open(s->game, s->player, who);
}

/* From the least size on, since 2^-1075 is 0. */
void opponents_weigh(const uint32_t *size, size_t n, double *log_weight)
{
    uint32_t least = UINT32_MAX;
    double total = 0;
    for (size_t k = 0; size && k < n; k++)
        least = size[k] < least ? size[k] : least;
    for (size_t k = 0; k < n; k++) {
        log_weight[k] = size ? -(double)(size[k] - least) * M_LN2 : 0;
        total += exp(log_weight[k]);
    }
    for (size_t k = 0; k < n; k++)
        log_weight[k] -= log(total);
}

const char *opponents_count(double n, char buf[32])
{
    snprintf(buf, 32, n < 1e15 ? "%.0f" : "%.3g", n);
    return buf;
}

void opponents_obey(const struct policy *p, const double *meant, uint32_t legal,
                    double *out)
{
    double left = 0;
    unsigned n = 0, n_legal = 0;
    for (unsigned a = 0; a < p->space.n_actions; a++)
        if (legal >> a & 1) {
            left += meant[a];
            n_legal++;
        } else if (meant[a] > 0) {
            n++;
        }
    for (unsigned a = 0; a < p->space.n_actions; a++)
        if (!(legal >> a & 1))
            out[a] = 0;
        else if (left > 0)
            out[a] = n ? meant[a] / left : meant[a];
        else
            out[a] = 1.0 / n_legal;
}
