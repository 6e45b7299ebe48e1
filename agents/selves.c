#include "config.h"

#include "selves.h"

#include "ice.h"
#include "num.h"
#include "scene.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAIRS_MAX = 1 << 24, TABLE_MAX = 1 << 25 };
static const double KT = 0.5; /* counts at first */

struct selves {
    struct selves_conf conf;
    const struct hidden *worlds; /* of the last selves_look() */
    size_t n, m;                 /* policies, at least 1; worlds */
    uint32_t n_actions;
    size_t n_eyes; /* one pair for all policies, or one each */
    struct eyes *eyes;
    struct scene *scene; /* [n_eyes][m] */
    uint8_t *act;        /* [n][most labels] what a policy does; NULL: KT */
    uint32_t most_labels;
    double *memory;     /* ln omega [n], or counts [labels][n_actions] */
    double *w;          /* [n] omega */
    size_t *place;      /* [n][m] of a policy's values in a world */
    double *value;      /* V of all policies in all worlds */
    size_t *place_best; /* [m] */
    double *best;       /* V* of all worlds, as the first eyes see them */
    double *law;        /* [most labels][n_actions] scratch */
    double *scratch;    /* [most states] */
    bool settled;       /* values are those of the counts now */
    uint32_t *label;    /* [n_eyes] what each sees now */
};

static const struct eyes *eyes_of(const struct selves *s, size_t policy)
{
    return &s->eyes[s->n_eyes > 1 ? policy : 0];
}

static const struct scene *scene_of(const struct selves *s, size_t policy, size_t world)
{
    return &s->scene[(s->n_eyes > 1 ? policy : 0) * s->m + world];
}

static uint32_t label_now(const struct selves *s, size_t policy)
{
    return s->label[s->n_eyes > 1 ? policy : 0];
}

/* ---- laws of policies */

static double chance(const struct selves *s, size_t policy, uint32_t label, unsigned a)
{
    if (!s->act) {
        const double *count = s->memory + (size_t)label * s->n_actions;
        return count[a] / num_sum(count, s->n_actions);
    }
    bool own = s->act[policy * s->most_labels + label] == a;
    if (s->n_actions == 1)
        return 1;
    return own ? 1 - s->conf.soft : s->conf.soft / (s->n_actions - 1);
}

static void write_law(struct selves *s, size_t policy)
{
    for (uint32_t x = 0; x < eyes_of(s, policy)->n_labels; x++)
        for (unsigned a = 0; a < s->n_actions; a++)
            s->law[(size_t)x * s->n_actions + a] = chance(s, policy, x, a);
}

/* With a horizon values are of what is left after the first reward. */
static void evaluate(struct selves *s, const struct scene *w, const double *law, double *v)
{
    uint32_t h = s->conf.horizon;
    if (h == 1)
        memset(v, 0, w->n * sizeof *v);
    else
        scene_evaluate(w, law, s->conf.gamma, h ? h - 1 : 0, v, s->scratch);
}

static void evaluate_policy(struct selves *s, size_t policy)
{
    write_law(s, policy);
    for (size_t k = 0; k < s->m; k++)
        evaluate(s, scene_of(s, policy, k), s->law, s->value + s->place[policy * s->m + k]);
}

/* ---- opening */

static double policies_of(const struct selves_conf *conf, const struct selves *s)
{
    if (conf->kind == SELVES_STATIONARY)
        return pow(s->n_actions, s->eyes[0].n_labels);
    return conf->kind == SELVES_OPTIMAL ? (double)s->m : 1;
}

static void open_eyes(struct selves *s, const struct hidden *worlds)
{
    s->n_eyes = s->conf.kind == SELVES_OPTIMAL ? s->m : 1;
    s->eyes = xcalloc(s->n_eyes, sizeof *s->eyes);
    s->label = xcalloc(s->n_eyes, sizeof *s->label);
    for (size_t i = 0; i < s->n_eyes; i++) {
        if (s->conf.kind == SELVES_OPTIMAL)
            eyes_on_walk(&s->eyes[i], worlds->fsm[i]);
        else
            eyes_on_percepts(&s->eyes[i], worlds);
        s->label[i] = s->eyes[i].start;
        if (s->eyes[i].n_labels > s->most_labels)
            s->most_labels = s->eyes[i].n_labels;
    }
}

/* How many there are is said before any is made. */
static bool fits(const struct selves *s, const struct hidden *worlds, struct err *err)
{
    double policies = policies_of(&s->conf, s), pairs = 0, states = 0;
    for (size_t k = 0; s->conf.kind == SELVES_OPTIMAL && k < s->m; k++)
        if (worlds->b[k])
            return err_set(err, "policies=optimal needs hypotheses whose states are seen");
    if (policies > SELVES_MAX && s->conf.kind == SELVES_STATIONARY)
        return err_set(err,
                       "%u actions after each of %u observations are %.6g policies, more "
                       "than %d; policies=kt does not list them",
                       s->n_actions, s->eyes[0].n_labels, policies, SELVES_MAX);
    for (size_t k = 0; k < s->m; k++)
        states += worlds->fsm[k]->n_states;
    for (size_t i = 0; i < s->n_eyes; i++)
        pairs += states * s->eyes[i].n_labels;
    if (pairs <= PAIRS_MAX && policies * states <= TABLE_MAX)
        return true;
    return err_set(
        err,
        "%.6g policies in %zu hypotheses of %.0f states together are too many to "
        "be evaluated",
        policies, s->m, states);
}

static void open_scenes(struct selves *s, const struct hidden *worlds)
{
    size_t most = 0, all = 0;
    s->scene = xcalloc(s->n_eyes * s->m, sizeof *s->scene);
    for (size_t i = 0; i < s->n_eyes * s->m; i++) {
        scene_init(&s->scene[i], worlds, i % s->m, &s->eyes[i / s->m]);
        most = s->scene[i].n > most ? s->scene[i].n : most;
    }
    s->place = xcalloc(s->n * s->m, sizeof *s->place);
    for (size_t i = 0; i < s->n * s->m; i++) {
        s->place[i] = all;
        all += scene_of(s, i / s->m, i % s->m)->n;
    }
    s->value = xcalloc(all, sizeof *s->value);
    s->place_best = xcalloc(s->m, sizeof *s->place_best);
    all = 0;
    for (size_t k = 0; k < s->m; k++) {
        s->place_best[k] = all;
        all += s->scene[k].n;
    }
    s->best = xcalloc(all, sizeof *s->best);
    s->scratch = xcalloc(most, sizeof *s->scratch);
    s->law = xcalloc((size_t)s->most_labels * s->n_actions, sizeof *s->law);
}

static unsigned first_best(const struct selves *s, const struct scene *w, uint32_t z,
                           const double *v)
{
    unsigned best = 0;
    double top = -HUGE_VAL;
    for (unsigned a = 0; a < s->n_actions; a++) {
        double q = scene_q(w, z, a, s->conf.gamma, v);
        best = q > top ? a : best;
        top = fmax(top, q);
    }
    return best;
}

/* What policy p does by label: the digits of p, the last label's changing first; or what
 * is best. In its own world a walk stands where the world does. */
static void write_policy(struct selves *s, size_t p)
{
    uint8_t *act = s->act + p * s->most_labels;
    if (s->conf.kind == SELVES_STATIONARY) {
        size_t digits = p;
        for (uint32_t x = s->eyes[0].n_labels; x--; digits /= s->n_actions)
            act[x] = (uint8_t)(digits % s->n_actions);
        return;
    }
    const struct scene *own = scene_of(s, p, p);
    double *v = s->value + s->place[p * s->m + p];
    evaluate(s, own, NULL, v);
    for (uint32_t z = 0; z < own->n; z++)
        act[own->label[z]] = (uint8_t)first_best(s, own, z, v);
}

/* omega of the memory. */
static void settle(struct selves *s)
{
    double top = -HUGE_VAL, sum = 0;
    s->settled = s->act;
    for (size_t p = 0; s->act && p < s->n; p++)
        top = fmax(top, s->memory[p]);
    for (size_t p = 0; p < s->n; p++)
        sum += s->w[p] = s->act ? exp(s->memory[p] - top) : 1;
    for (size_t p = 0; p < s->n; p++)
        s->w[p] /= sum;
}

static void fill(struct selves *s)
{
    size_t memory =
        s->conf.kind == SELVES_KT ? (size_t)s->most_labels * s->n_actions : s->n;
    s->memory = xcalloc(memory, sizeof *s->memory);
    s->w = xcalloc(s->n, sizeof *s->w);
    for (size_t k = 0; k < s->m; k++)
        evaluate(s, &s->scene[k], NULL, s->best + s->place_best[k]);
    if (s->conf.kind == SELVES_KT)
        for (size_t i = 0; i < memory; i++)
            s->memory[i] = KT;
    else
        s->act = xcalloc(s->n * s->most_labels, 1);
    for (size_t p = 0; s->act && p < s->n; p++) {
        write_policy(s, p);
        evaluate_policy(s, p);
    }
    settle(s);
}

struct selves *selves_new(const struct selves_conf *conf, const struct hidden *worlds,
                          struct err *err)
{
    struct selves *s = xcalloc(1, sizeof *s);
    s->conf = *conf;
    s->m = worlds->n;
    s->n_actions = worlds->fsm[0]->n_actions;
    s->worlds = worlds;
    open_eyes(s, worlds);
    if (!fits(s, worlds, err)) {
        selves_free(s);
        return NULL;
    }
    s->n = (size_t)policies_of(conf, s);
    open_scenes(s, worlds);
    fill(s);
    return s;
}

void selves_free(struct selves *s)
{
    if (!s)
        return;
    for (size_t i = 0; s->scene && i < s->n_eyes * s->m; i++)
        scene_release(&s->scene[i]);
    for (size_t i = 0; i < s->n_eyes; i++)
        eyes_release(&s->eyes[i]);
    free(s->scene);
    free(s->eyes);
    free(s->label);
    free(s->act);
    free(s->memory);
    free(s->w);
    free(s->place);
    free(s->value);
    free(s->place_best);
    free(s->best);
    free(s->law);
    free(s->scratch);
    free(s);
}

/* ---- what it believes of itself */

void selves_look(struct selves *s, const struct hidden *worlds) { s->worlds = worlds; }

size_t selves_count(const struct selves *s) { return s->act ? s->n : 0; }

const double *selves_weights(const struct selves *s) { return s->act ? s->w : NULL; }

double selves_entropy(const struct selves *s)
{
    double sum = 0;
    for (size_t p = 0; p < s->n; p++)
        sum -= s->w[p] > 0 ? s->w[p] * log(s->w[p]) : 0;
    return s->act ? sum : (double)NAN;
}

void selves_law(const struct selves *s, double *p)
{
    for (unsigned a = 0; a < s->n_actions; a++)
        p[a] = 0;
    for (size_t k = 0; k < s->n; k++)
        for (unsigned a = 0; s->w[k] > 0 && a < s->n_actions; a++)
            p[a] += s->w[k] * chance(s, k, label_now(s, k), a);
}

void selves_law_at(const struct selves *s, uint32_t label, double *p)
{
    for (unsigned a = 0; a < s->n_actions; a++)
        p[a] = 0;
    for (size_t k = 0; k < s->n; k++)
        for (unsigned a = 0; s->w[k] > 0 && a < s->n_actions; a++)
            p[a] += s->w[k] * chance(s, k, label, a);
}

uint32_t selves_label(const struct selves *s, const struct percept *e)
{
    const struct eyes *eyes = &s->eyes[0];
    if (eyes->walks)
        return UINT32_MAX;
    return e ? eyes_follow(eyes, UINT32_MAX, 0, *e) : eyes->start;
}

static void learn(struct selves *s, unsigned action)
{
    double most = 0;
    if (!s->act) {
        s->memory[(size_t)label_now(s, 0) * s->n_actions + action]++;
        s->settled = false;
        return;
    }
    for (size_t p = 0; p < s->n; p++)
        most = fmax(most, s->w[p] * chance(s, p, label_now(s, p), action));
    for (size_t p = 0; most > 0 && p < s->n; p++)
        s->memory[p] += log(chance(s, p, label_now(s, p), action));
    settle(s);
}

void selves_update(struct selves *s, const struct cycle *c, bool own)
{
    if (own)
        learn(s, c->action);
    for (size_t i = 0; i < s->n_eyes; i++)
        s->label[i] = eyes_follow(&s->eyes[i], s->label[i], c->action, c->e);
}

void selves_ice(struct selves *s, struct ice *ice)
{
    size_t memory = s->act ? s->n : (size_t)s->most_labels * s->n_actions;
    ice_piece(ice, s->memory, memory * sizeof *s->memory);
    ice_piece(ice, s->label, s->n_eyes * sizeof *s->label);
    if (ice->way == ICE_THAW)
        settle(s);
}

/* ---- what it is worth */

/* The mean policy of the counts has other values after each count. */
static void keep_up(struct selves *s)
{
    if (!s->settled)
        evaluate_policy(s, 0);
    s->settled = true;
}

/* Q of an action in hypothesis k, whose state may be hidden, followed by v. */
static double q_in(const struct selves *s, const struct scene *w, size_t k, uint32_t label,
                   unsigned a, const double *v)
{
    const struct hidden *m = s->worlds;
    const uint32_t *z = w->index + label;
    double sum = 0;
    if (!m->b[k])
        return scene_q(w, z[(size_t)m->at[k] * w->n_labels], a, s->conf.gamma, v);
    for (uint32_t y = 0; y < m->fsm[k]->n_states; y++)
        if (m->b[k][y] > 0)
            sum += m->b[k][y] * scene_q(w, z[(size_t)y * w->n_labels], a, s->conf.gamma, v);
    return sum;
}

/* sum_nu w(nu) Q^pi_nu(h, a). */
static double q_of(const struct selves *s, size_t policy, unsigned a)
{
    const struct hidden *m = s->worlds;
    uint32_t label = label_now(s, policy);
    double sum = 0;
    for (size_t k = 0; k < s->m; k++)
        if (m->w[k] > 0)
            sum += m->w[k] * q_in(s, scene_of(s, policy, k), k, label, a,
                                  s->value + s->place[policy * s->m + k]);
    return sum / m->total;
}

/* The same if it were known to do a now. */
static double q_told(struct selves *s, unsigned a)
{
    double sum = 0, total = 0;
    if (!s->act) {
        double *count = s->memory + (size_t)label_now(s, 0) * s->n_actions + a;
        ++*count;
        evaluate_policy(s, 0);
        sum = q_of(s, 0, a);
        --*count;
        s->settled = false;
        return sum;
    }
    for (size_t p = 0; p < s->n; p++) {
        double w = s->w[p] * chance(s, p, label_now(s, p), a);
        sum += w > 0 ? w * q_of(s, p, a) : 0;
        total += w;
    }
    return total > 0 ? sum / total : -HUGE_VAL;
}

void selves_values(struct selves *s, bool itself, double *q, double *v)
{
    keep_up(s);
    *v = 0;
    for (unsigned a = 0; a < s->n_actions; a++)
        q[a] = 0;
    for (size_t p = 0; p < s->n; p++)
        for (unsigned a = 0; s->w[p] > 0 && a < s->n_actions; a++) {
            double x = q_of(s, p, a);
            q[a] += s->w[p] * x;
            *v += s->w[p] * chance(s, p, label_now(s, p), a) * x;
        }
    for (unsigned a = 0; itself && a < s->n_actions; a++)
        q[a] = q_told(s, a);
}

double selves_value(struct selves *s, size_t policy)
{
    double sum = 0;
    keep_up(s);
    for (unsigned a = 0; a < s->n_actions; a++)
        sum += chance(s, policy, label_now(s, policy), a) * q_of(s, policy, a);
    return sum;
}

void selves_optimum(struct selves *s, double *q)
{
    const struct hidden *m = s->worlds;
    uint32_t label = label_now(s, 0);
    for (unsigned a = 0; a < s->n_actions; a++) {
        q[a] = 0;
        for (size_t k = 0; k < s->m; k++)
            if (m->w[k] > 0)
                q[a] += m->w[k] / m->total *
                        q_in(s, &s->scene[k], k, label, a, s->best + s->place_best[k]);
    }
}

int selves_greedy(struct selves *s, size_t k, uint32_t label)
{
    const struct scene *w = &s->scene[k];
    double q[ACTIONS_MAX] = { 0 };
    uint32_t z = 0;
    int best = 0;
    while (z < w->n && w->label[z] != label)
        z++;
    if (z == w->n)
        return -1;
    keep_up(s);
    for (unsigned a = 0; a < s->n_actions; a++) {
        for (size_t p = 0; p < s->n; p++)
            if (s->w[p] > 0)
                q[a] += s->w[p] *
                        scene_q(w, z, a, s->conf.gamma, s->value + s->place[p * s->m + k]);
        best = q[a] > q[best] ? (int)a : best;
    }
    return best;
}

void selves_text(const struct selves *s, size_t policy, char *buf, size_t n)
{
    const uint8_t *act = s->act + policy * s->most_labels;
    size_t used = 0;
    if (s->conf.kind == SELVES_OPTIMAL) {
        snprintf(buf, n, "best in %zu", policy);
        return;
    }
    for (uint32_t x = 0; x < s->eyes[0].n_labels && used < n; x++)
        used += (size_t)snprintf(buf + used, n - used,
                                 s->n_actions > 10 && x ? " %u" : "%u", act[x]);
}
