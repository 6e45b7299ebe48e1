#ifndef CTW_H
#define CTW_H

#include "predictor.h"

/* Context tree weighting: the Bayes mixture of all prediction suffix trees of depth <= D
 * with KT estimators at their leaves, prior 2^-(nodes - nodes at depth D).
 *     Willems, Shtarkov & Tjalkens, IEEE Trans. Inf. Theory 41 (1995);
 *     Veness, Ng, Hutter, Uther & Silver, JAIR 40 (2011), section 5 (action-conditional,
 *     and factored: a tree for each bit of the percept, the i-th of depth D + i - 1).
 * Three things make it fast, and none changes what is computed:
 *  - A node keeps the odds of stopping at it against going deeper,
 *        beta = P_kt / (P_w(left) P_w(right)) = mantissa x 2^exponent,
 *    instead of two logarithms: prediction is a chain of weighted means from leaf to root.
 *  - A run of k contexts that were always seen together has one count, so its block
 *    probability at the top is (1 - 2^-k) P_kt + 2^-k P_w0 P_w1: one node stands for the
 *    run, with prior odds 2^k - 1, and points into the history instead of spelling it out.
 *    A new context splits one run: two nodes, whatever the depth.
 *  - Nodes are copied to a journal before they change; restore() copies them back.
 * Until the history is as long as a tree is deep the tree predicts 1/2 and learns nothing:
 * the first bits are context (so the paper, and its authors' program). */
struct ctw_conf {
    uint32_t depth;     /* D, in [1, CTW_DEPTH_MAX] */
    uint32_t trees;     /* 1: action-conditional CTW; else factored, bits of a percept */
    uint32_t max_nodes; /* in [2 trees + 2, 2^31]. When all are in use new contexts are no
                         * longer told apart: they share the deepest node they have reached,
                         * which goes on learning. */
};
enum { CTW_DEPTH_MAX = 4096, CTW_NODES_DEFAULT = 1 << 27 };

struct predictor *ctw_new(const struct ctw_conf *conf);

/* Nodes in use, for the screen and the tests. */
uint32_t ctw_nodes(const struct predictor *p);

#endif
