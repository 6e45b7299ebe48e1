#include "config.h"

#include "bytes.h"
#include "ensemble.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct ensemble {
    struct predictor base;
    struct ensemble_conf conf;
    uint32_t n;
    struct predictor **member; /* owned */
    uint64_t t;                /* symbols learned */
    double *w;                 /* [n], sum 1; ENSEMBLE_MIX: ln of it, the largest 0 */
    double *one;               /* [n]: each member's last probability of a one */
    double p;                  /* ours */
    double *sorted;            /* scratch of the projection */
};

static struct ensemble *ensemble_of(const struct predictor *p)
{
    return (struct ensemble *)(uintptr_t)p;
}

/* Weights as numbers that sum to 1. */
static size_t members(const struct predictor *base, double *weight, size_t cap)
{
    const struct ensemble *s = ensemble_of(base);
    double sum = 0;
    for (uint32_t i = 0; i < s->n; i++)
        sum += s->conf.kind == ENSEMBLE_MIX ? exp(s->w[i]) : s->w[i];
    for (uint32_t i = 0; i < s->n && i < cap; i++)
        weight[i] = (s->conf.kind == ENSEMBLE_MIX ? exp(s->w[i]) : s->w[i]) / sum;
    return s->n;
}

static double predict(struct predictor *base, unsigned slot)
{
    struct ensemble *s = ensemble_of(base);
    double one = 0, sum = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        double w = s->conf.kind == ENSEMBLE_MIX ? exp(s->w[i]) : s->w[i];
        s->one[i] = s->member[i]->ops->predict(s->member[i], slot);
        one += w * s->one[i];
        sum += w;
    }
    return s->p = one / sum;
}

static double of_bit(double one, unsigned bit) { return bit ? one : 1 - one; }

/* ln w += ln p; shifted so that the largest stays 0 and none is lost to underflow. */
static void mix(struct ensemble *s, unsigned bit)
{
    double top = -HUGE_VAL;
    for (uint32_t i = 0; i < s->n; i++) {
        s->w[i] += log(of_bit(s->one[i], bit));
        top = s->w[i] > top ? s->w[i] : top;
    }
    for (uint32_t i = 0; i < s->n; i++)
        s->w[i] -= top;
}

static void share(struct ensemble *s, unsigned bit)
{
    double a = s->conf.rate > 0 ? s->conf.rate : 1 / (double)(s->t + 1), sum = 0;
    if (s->n == 1)
        return;
    for (uint32_t i = 0; i < s->n; i++)
        sum += s->w[i] *= of_bit(s->one[i], bit);
    for (uint32_t i = 0; i < s->n; i++) {
        double w = s->w[i] / sum;
        s->w[i] = (1 - a) * w + a * (1 - w) / (s->n - 1);
    }
}

static int descending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* The nearest point of the simplex (Duchi et al., ICML 2008): w - theta, cut at 0. */
static void project(struct ensemble *s)
{
    double sum = 0, theta = 0;
    memcpy(s->sorted, s->w, s->n * sizeof *s->w);
    qsort(s->sorted, s->n, sizeof *s->sorted, descending);
    for (uint32_t i = 0; i < s->n; i++) {
        sum += s->sorted[i];
        if (s->sorted[i] * (i + 1) > sum - 1)
            theta = (sum - 1) / (i + 1);
    }
    for (uint32_t i = 0; i < s->n; i++)
        s->w[i] = s->w[i] > theta ? s->w[i] - theta : 0;
}

static void climb(struct ensemble *s, unsigned bit)
{
    double rate = s->conf.step / sqrt((double)s->t), p = of_bit(s->p, bit);
    for (uint32_t i = 0; i < s->n; i++)
        s->w[i] += rate * of_bit(s->one[i], bit) / p;
    project(s);
}

static void update(struct predictor *base, unsigned bit)
{
    struct ensemble *s = ensemble_of(base);
    s->t++;
    if (s->conf.kind == ENSEMBLE_MIX)
        mix(s, bit);
    else if (s->conf.kind == ENSEMBLE_SWITCH)
        share(s, bit);
    else
        climb(s, bit);
    for (uint32_t i = 0; i < s->n; i++)
        s->member[i]->ops->update(s->member[i], bit);
}

static void append(struct predictor *base, unsigned bit)
{
    struct ensemble *s = ensemble_of(base);
    for (uint32_t i = 0; i < s->n; i++)
        s->member[i]->ops->append(s->member[i], bit);
}

/* A snapshot: t, the weights, then the members' own. */
static void save(const struct predictor *base, void *snap)
{
    const struct ensemble *s = ensemble_of(base);
    char *at = snap;
    memcpy(at, &s->t, sizeof s->t);
    at += sizeof s->t;
    memcpy(at, s->w, s->n * sizeof *s->w);
    at += s->n * sizeof *s->w;
    for (uint32_t i = 0; i < s->n; i++) {
        s->member[i]->ops->save(s->member[i], at);
        at += s->member[i]->snap_size;
    }
}

static void restore(struct predictor *base, const void *snap)
{
    struct ensemble *s = ensemble_of(base);
    const char *at = snap;
    memcpy(&s->t, at, sizeof s->t);
    at += sizeof s->t;
    memcpy(s->w, at, s->n * sizeof *s->w);
    at += s->n * sizeof *s->w;
    for (uint32_t i = 0; i < s->n; i++) {
        s->member[i]->ops->restore(s->member[i], at);
        at += s->member[i]->snap_size;
    }
}

static void commit(struct predictor *base)
{
    struct ensemble *s = ensemble_of(base);
    for (uint32_t i = 0; i < s->n; i++)
        s->member[i]->ops->commit(s->member[i]);
}

/* How many members, t, the weights, then the members, each with its size before it. */
static size_t frozen_size(const struct predictor *base)
{
    const struct ensemble *s = ensemble_of(base);
    size_t size = sizeof s->n + sizeof s->t + s->n * sizeof *s->w;
    for (uint32_t i = 0; i < s->n; i++)
        size += sizeof size + s->member[i]->ops->frozen_size(s->member[i]);
    return size;
}

static void freeze(const struct predictor *base, void *bytes)
{
    const struct ensemble *s = ensemble_of(base);
    bytes = bytes_put(bytes, &s->n, sizeof s->n);
    bytes = bytes_put(bytes, &s->t, sizeof s->t);
    bytes = bytes_put(bytes, s->w, s->n * sizeof *s->w);
    for (uint32_t i = 0; i < s->n; i++) {
        size_t size = s->member[i]->ops->frozen_size(s->member[i]);
        bytes = bytes_put(bytes, &size, sizeof size);
        s->member[i]->ops->freeze(s->member[i], bytes);
        bytes = (unsigned char *)bytes + size;
    }
}

static bool thaw(struct predictor *base, const void *bytes, struct err *err)
{
    struct ensemble *s = ensemble_of(base);
    uint32_t n;
    bytes = bytes_take(bytes, &n, sizeof n);
    if (n != s->n)
        return err_set(err, "what was frozen is no ensemble of %u models", s->n);
    bytes = bytes_take(bytes, &s->t, sizeof s->t);
    bytes = bytes_take(bytes, s->w, s->n * sizeof *s->w);
    for (uint32_t i = 0; i < s->n; i++) {
        size_t size;
        bytes = bytes_take(bytes, &size, sizeof size);
        if (!s->member[i]->ops->thaw(s->member[i], bytes, err))
            return false;
        bytes = (const unsigned char *)bytes + size;
    }
    return true;
}

static void free_ensemble(struct predictor *base)
{
    struct ensemble *s = ensemble_of(base);
    for (uint32_t i = 0; i < s->n; i++)
        s->member[i]->ops->free(s->member[i]);
    free(s->member);
    free(s->w);
    free(s->one);
    free(s->sorted);
    free(s);
}

static size_t bytes(const struct predictor *base)
{
    const struct ensemble *s = ensemble_of(base);
    size_t sum = 0;
    for (uint32_t i = 0; i < s->n; i++)
        sum += s->member[i]->ops->bytes(s->member[i]);
    return sum;
}

/* The members' own, weighted; members without orders do not speak. */
static size_t orders(struct predictor *base, unsigned slot, double *weight, size_t cap)
{
    struct ensemble *s = ensemble_of(base);
    double *part = xcalloc(cap + s->n, sizeof *part), *w = part + cap, sum = 0;
    size_t most = 0;
    members(base, w, s->n);
    for (size_t d = 0; d < cap; d++)
        weight[d] = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        struct predictor *m = s->member[i];
        size_t n = m->ops->orders ? m->ops->orders(m, slot, part, cap) : 0;
        for (size_t d = 0; d < n; d++)
            weight[d] += w[i] * part[d];
        sum += n ? w[i] : 0;
        most = n > most ? n : most;
    }
    for (size_t d = 0; d < most; d++)
        weight[d] /= sum;
    free(part);
    return most;
}

static const struct predictor_ops ops = {
    .name = "ensemble",
    .predict = predict,
    .update = update,
    .append = append,
    .save = save,
    .restore = restore,
    .commit = commit,
    .frozen_size = frozen_size,
    .freeze = freeze,
    .thaw = thaw,
    .free = free_ensemble,
    .bytes = bytes,
    .orders = orders,
    .members = members,
};

struct predictor *ensemble_new(const struct ensemble_conf *conf, struct predictor **member,
                               uint32_t n)
{
    struct ensemble *s = xcalloc(1, sizeof *s);
    size_t snap = sizeof s->t + n * sizeof *s->w;
    s->conf = *conf;
    s->n = n;
    s->member = xcalloc(n, sizeof *s->member);
    s->w = xcalloc(n, sizeof *s->w);
    s->one = xcalloc(n, sizeof *s->one);
    s->sorted = xcalloc(n, sizeof *s->sorted);
    s->base.ops = &ops;
    for (uint32_t i = 0; i < n; i++) {
        s->member[i] = member[i];
        s->w[i] = conf->kind == ENSEMBLE_MIX ? 0 : 1 / (double)n;
        snap += member[i]->snap_size;
        if (member[i]->context > s->base.context)
            s->base.context = member[i]->context;
    }
    s->base.snap_size = snap;
    return &s->base;
}
