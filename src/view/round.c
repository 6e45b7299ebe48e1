#include "config.h"

#include "round.h"
#include "seat.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

bool round_mix(const struct round *r, int64_t t, struct profile *x)
{
    struct frame f = film_at(r->seat[0].film, t);
    double n = 0;
    *x = (struct profile){ 0 };
    for (uint32_t k = 0; f.joint && k < f.n_joint; k++) {
        uint8_t moves[PLAYERS_MAX];
        normal_moves(r->table, k, moves);
        n += f.joint[k];
        for (uint32_t i = 0; i < r->n; i++)
            x->p[i][moves[i]] += f.joint[k];
    }
    for (uint32_t i = 0; i < r->n && n > 0; i++)
        for (uint32_t a = 0; a < r->table->moves[i]; a++)
            x->p[i][a] /= n;
    return n > 0;
}

bool round_at(const struct scene *s, struct round *r)
{
    uint32_t player;
    const struct game *g = seat_game(s->env, &player);
    *r = (struct round){ .seat = s->seats,
                         .n = (uint32_t)s->n_seats,
                         .table = g ? normal_of(g) : NULL };
    if (!r->table || !r->seat || r->n != r->table->n_players)
        return false;
    for (uint32_t i = 0; i < r->n; i++)
        r->f[i] = film_at(r->seat[i].film, s->t);
    if (!r->f[0].joint)
        return false;
    for (uint32_t k = 0; k < r->f[0].n_joint; k++)
        r->rounds += r->f[0].joint[k];
    if (!round_mix(r, s->t, &r->so_far))
        profile_uniform(r->table, &r->so_far);
    return true;
}

double round_expects(const struct round *r, uint32_t j, uint32_t i, uint32_t a)
{
    const struct outlook *o = r->f[j].outlook;
    double p = 0, sum = 0;
    if (r->n != 2 || i == j || !o || !o->n_actions)
        return NAN;
    for (int k = 0; k < OUTLOOK_LIKELY; k++) {
        const struct prospect *next = &o->action[0];
        sum += (double)next->p[k];
        p += next->p[k] > 0 && next->e[k].obs == a ? (double)next->p[k] : 0;
    }
    return sum > 0 ? p : (double)NAN;
}

bool round_guesses(const struct round *r, uint32_t j)
{
    return isfinite(round_expects(r, j, !j, 0));
}

double round_law(const struct round *r, uint32_t i, uint32_t a)
{
    return r->f[i].mix ? (double)r->f[i].mix[a] : (double)NAN;
}

const struct equilibria *round_nash(const struct round *r)
{
    return film_equilibria(r->seat[0].film);
}

bool round_is_nash(const struct round *r, uint32_t joint)
{
    const struct equilibria *nash = round_nash(r);
    uint8_t moves[PLAYERS_MAX];
    normal_moves(r->table, joint, moves);
    for (size_t k = 0; k < nash->n_pure; k++) {
        bool same = true;
        for (uint32_t i = 0; i < r->n; i++)
            same = same && nash->at[k].p[i][moves[i]] > 0.5;
        if (same)
            return true;
    }
    return false;
}

int64_t round_played(const struct round *r)
{
    uint8_t moves[PLAYERS_MAX] = { 0 };
    for (uint32_t i = 0; i < r->n; i++) {
        if (!r->f[i].moved)
            return -1;
        moves[i] = (uint8_t)r->f[i].action;
    }
    return normal_joint(r->table, moves);
}

const char *round_move(const struct round *r, uint32_t i, uint32_t a, char buf[24])
{
    env_action_text(r->seat[i].env, a, buf, 24);
    return buf;
}
