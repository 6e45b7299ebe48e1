#ifndef SELVES_H
#define SELVES_H

#include "err.h"
#include "hidden.h"
#include "percept.h"

/* What an agent may believe of itself: policies that it may turn out to follow, a posterior
 * over them that its own actions teach, and what each is worth in each hypothesis. Catt,
 * Grau-Moya, Hutter et al., "Self-Predictive Universal AI" (NeurIPS 2023).
 *
 * A policy sees labels: the last observation, or the state of an automaton that walks
 * along. Before the first percept the label is that of the observation that leads back to
 * where everything began, where in all worlds it is one, else a label of its own.
 *
 * SELVES_STATIONARY: all maps from labels to actions, made soft: another action than its
 *     own has chance `soft`, in equal parts.
 * SELVES_OPTIMAL: for each hypothesis its optimal policy, the first of equal actions,
 *     walking the automaton of the hypothesis; made soft, too.
 * SELVES_KT: by label a KT estimator of the action, which is a Dirichlet mixture over all
 *     stationary policies. It has no list; its worth is that of the mean policy, which does
 *     not see that it will learn more about itself. */
enum selves_kind { SELVES_STATIONARY, SELVES_OPTIMAL, SELVES_KT };
enum { SELVES_MAX = 4096 };

struct selves_conf {
    enum selves_kind kind;
    double soft;
    double gamma;     /* geometric discount, below 1 where there is no horizon */
    uint32_t horizon; /* rewards looked ahead; 0: without end */
};

struct selves;
struct ice;

/* Of these worlds, which stand where they begin and of which nothing is kept but their
 * automata, borrowed. Policies see no more of a hidden state than percepts tell. NULL with
 * *err: there are too many policies, told with their count, or too many states; or a state
 * is hidden, and policies would walk along. */
struct selves *selves_new(const struct selves_conf *conf, const struct hidden *worlds,
                          struct err *err);
void selves_free(struct selves *s); /* accepts NULL */
/* Where the worlds stand; before anything below is asked, and whenever that changes. */
void selves_look(struct selves *s, const struct hidden *worlds);
/* A cycle that they have seen, whoever acted; `own`: it was its own action, and omega
 * moves. An action that no policy takes is not learned from. */
void selves_update(struct selves *s, const struct cycle *c, bool own);
void selves_ice(struct selves *s, struct ice *ice);

size_t selves_count(const struct selves *s); /* 0: it has no list */
/* omega(pi | h) of policies 0 .. n-1, sum 1. Borrowed; NULL: no list. */
const double *selves_weights(const struct selves *s);
/* Nats; NAN: no list. */
double selves_entropy(const struct selves *s);
/* zeta(a | h), [n_actions]. */
void selves_law(const struct selves *s, double *p);
/* The same at a selves_label(). */
void selves_law_at(const struct selves *s, uint32_t label, double *p);
/* The label after a percept and, where that is NULL, before the first; UINT32_MAX: none of
 * the worlds says it, or policies see something else than observations. */
uint32_t selves_label(const struct selves *s, const struct percept *e);

/* Q^zeta_xi(h, a) = sum_pi sum_nu omega(pi) w(nu) Q^pi_nu(h, a), [n_actions], sums of
 * discounted rewards in points; `itself`: omega is first told of a. And their mean by each
 * policy's own law, V^zeta_xi, which does not depend on `itself`. */
void selves_values(struct selves *s, bool itself, double *q, double *v);
/* V^pi_xi of one policy of the list. */
double selves_value(struct selves *s, size_t policy);
/* sum_nu w(nu) Q*_nu(h, a): what could be had by who knew which world it is, and its hidden
 * state. */
void selves_optimum(struct selves *s, double *q);
/* The first of the actions of greatest Q^zeta in hypothesis k, of the first of its states
 * with that label; -1: there is none. */
int selves_greedy(struct selves *s, size_t k, uint32_t label);
/* Actions of the policy label by label, or the hypothesis it is optimal in. */
void selves_text(const struct selves *s, size_t policy, char *buf, size_t n);

#endif
