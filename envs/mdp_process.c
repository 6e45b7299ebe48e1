#include "config.h"

#include "mdp_human.h"
#include "mdp_text.h"

#include <stdlib.h>

static uint64_t sights_of(const struct edge *e) { return e->n_sights ? e->n_sights : 1; }

static uint64_t count_pair(const struct mdp *m, size_t pair)
{
    uint64_t n = 0;
    for (uint32_t i = m->first[pair]; i < m->first[pair + 1]; i++)
        n += sights_of(&m->edge[i]);
    return n;
}

uint64_t mdp_most(const struct mdp *m)
{
    uint64_t most = 0;
    for (size_t i = 0; i < (size_t)m->n_states * m->n_actions; i++) {
        uint64_t n = count_pair(m, i);
        most = n > most ? n : most;
    }
    return most;
}

uint64_t mdp_count(const struct mdp *m)
{
    uint64_t all = 0;
    for (size_t i = 0; i < (size_t)m->n_states * m->n_actions; i++)
        all += count_pair(m, i);
    return all;
}

/* Whether what is seen on the way decides what is paid. */
static bool pays_by_sight(const struct mdp *m, const struct edge *e)
{
    for (uint32_t k = 1; k < e->n_sights; k++)
        if (m->sight[e->sight + k].rew != m->sight[e->sight].rew)
            return true;
    return false;
}

void mdp_show_states(struct mdp *m)
{
    size_t n = m->first[(size_t)m->n_states * m->n_actions];
    for (size_t i = 0; i < n; i++) {
        struct edge *e = &m->edge[i];
        if (!pays_by_sight(m, e)) {
            e->rew += e->n_sights ? m->sight[e->sight].rew : 0;
            e->n_sights = 0;
            continue;
        }
        for (uint32_t k = 0; k < e->n_sights; k++)
            m->sight[e->sight + k].obs = e->next;
    }
}

static void free_names(char **names, uint32_t n)
{
    for (uint32_t i = 0; names && i < n; i++)
        free(names[i]);
    free(names);
}

void mdp_release(struct mdp *m)
{
    free_names(m->state, m->n_states);
    free_names(m->action, m->n_actions);
    free_names(m->obs, m->n_obs);
    free(m->start);
    free(m->first);
    free(m->edge);
    free(m->sight);
    observer_release(&m->human);
    *m = (struct mdp){ 0 };
}

const char *mdp_needs(double n_states, uint32_t n_actions, char *buf, size_t n)
{
    static const double MB = 1e6;
    double pairs = n_states * (n_actions ? n_actions : 1);
    double bytes = pairs * (sizeof(struct edge) + sizeof(struct sight) + sizeof(uint32_t)) +
                   n_states * (sizeof(double) + sizeof(char *));
    snprintf(buf, n, "with one transition of each state%s that is %.0f MB",
             n_actions > 1 ? " and action" : "", bytes / MB);
    return buf;
}
