#include "config.h"

#include "lines.h"
#include "policy_graph.h"
#include "whole.h"
#include "xalloc.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    LINE_MAX_BYTES = 1 << 20,
    FILE_MAX_BYTES = 1 << 28,
    NODES_MAX = 1 << 24,
    PERCEPTS_MAX = 1 << 20,
    CELLS_MAX = 1 << 28 /* nodes times percepts */
};

void policy_graph_release(struct policy_graph *g)
{
    free(g->percept);
    free(g->action);
    free(g->next);
    *g = (struct policy_graph){ 0 };
}

/* ---- writing */

static void write_text(const struct policy_graph *g, FILE *to)
{
    fprintf(to, "ursa-policy 1\npercepts:\n");
    for (uint32_t k = 0; k < g->n_percepts; k++)
        fprintf(to, "  %" PRIu32 " %" PRId32 "\n", g->percept[k].obs, g->percept[k].rew);
    fprintf(to, "start: %" PRIu32 "\nnodes:\n", g->start);
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        fprintf(to, "  %u", g->action[i]);
        for (uint32_t k = 0; k < g->n_percepts; k++) {
            uint32_t next = g->next[(size_t)i * g->n_percepts + k];
            if (next != NO_NODE)
                fprintf(to, " %" PRIu32 ">%" PRIu32, k, next);
        }
        fputc('\n', to);
    }
}

bool policy_graph_write(const struct policy_graph *g, const char *path, struct err *err)
{
    struct whole w = { 0 };
    if (!whole_open(&w, path, err))
        return false;
    write_text(g, w.to);
    return whole_close(&w, err);
}

/* ---- reading */

struct reader {
    struct lines in;
    struct policy_graph *g;
    uint32_t n_actions, node_cap, percept_cap;
    size_t next_cap;
    enum { HEAD, PERCEPTS, NODES } section;
};

static char *skip(char *at)
{
    while (isspace((unsigned char)*at))
        at++;
    return at;
}

/* The whole number at *at, within [min, max]; moves *at behind it. */
static bool number(struct reader *r, char **at, int64_t min, int64_t max, int64_t *out)
{
    char *from = skip(*at);
    *out = strtoll(from, at, 10);
    if (*at == from)
        lines_fault(&r->in, from, "a number was expected");
    else if (*out < min || *out > max)
        lines_fault(&r->in, from, "%" PRId64 " is outside of %" PRId64 "..%" PRId64, *out,
                    min, max);
    return r->in.ok;
}

static void read_percept(struct reader *r, char *at)
{
    struct policy_graph *g = r->g;
    int64_t obs, rew;
    if (!number(r, &at, 0, UINT32_MAX, &obs) || !number(r, &at, INT32_MIN, INT32_MAX, &rew))
        return;
    if (g->n_percepts == PERCEPTS_MAX) {
        lines_fault(&r->in, r->in.text, "more than %d percepts", PERCEPTS_MAX);
        return;
    }
    if (g->n_percepts == r->percept_cap) {
        r->percept_cap = r->percept_cap ? 2 * r->percept_cap : 16;
        g->percept = xrealloc(g->percept, r->percept_cap, sizeof *g->percept);
    }
    g->percept[g->n_percepts++] = (struct percept){ (uint32_t)obs, (int32_t)rew };
}

/* One more node without a way on; NULL when there is no room. */
static uint32_t *add_node(struct reader *r, int64_t action)
{
    struct policy_graph *g = r->g;
    size_t cells = ((size_t)g->n_nodes + 1) * g->n_percepts;
    if (g->n_nodes == NODES_MAX || cells > CELLS_MAX) {
        lines_fault(&r->in, r->in.text, "the plan is too large: %" PRIu32 " nodes",
                    g->n_nodes + 1);
        return NULL;
    }
    if (g->n_nodes == r->node_cap) {
        r->node_cap = r->node_cap ? 2 * r->node_cap : 16;
        g->action = xrealloc(g->action, r->node_cap, 1);
    }
    if (cells > r->next_cap) {
        r->next_cap = 2 * cells;
        g->next = xrealloc(g->next, r->next_cap, sizeof *g->next);
    }
    g->action[g->n_nodes] = (uint8_t)action;
    uint32_t *next = g->next + (size_t)g->n_nodes++ * g->n_percepts;
    for (uint32_t k = 0; k < g->n_percepts; k++)
        next[k] = NO_NODE;
    return next;
}

static void read_node(struct reader *r, char *at)
{
    int64_t action, k, next;
    if (!number(r, &at, 0, (int64_t)r->n_actions - 1, &action))
        return;
    uint32_t *row = add_node(r, action);
    for (at = skip(at); row && *at; at = skip(at)) {
        if (!number(r, &at, 0, (int64_t)r->g->n_percepts - 1, &k))
            return;
        if (*at++ != '>') {
            lines_fault(&r->in, at - 1, "expected PERCEPT>NODE");
            return;
        }
        if (!number(r, &at, 0, NODES_MAX - 1, &next))
            return;
        row[k] = (uint32_t)next;
    }
}

static void read_line(struct reader *r)
{
    char *hash = strchr(r->in.text, '#'), *at = r->in.text;
    int64_t start;
    if (hash)
        *hash = '\0';
    if (r->in.line == 1) {
        if (strncmp(at, "ursa-policy 1", 13) != 0 || *skip(at + 13))
            lines_fault(&r->in, at, "expected 'ursa-policy 1' in the first line");
        return;
    }
    at = skip(at);
    if (!strncmp(at, "percepts:", 9) && !*skip(at + 9)) {
        r->section = PERCEPTS;
    } else if (!strncmp(at, "nodes:", 6) && !*skip(at + 6)) {
        r->section = NODES;
    } else if (!strncmp(at, "start:", 6)) {
        at += 6;
        if (number(r, &at, 0, NODES_MAX - 1, &start))
            r->g->start = (uint32_t)start;
    } else if (*at && r->section == PERCEPTS) {
        read_percept(r, at);
    } else if (*at && r->section == NODES) {
        read_node(r, at);
    } else if (*at) {
        lines_fault(&r->in, at, "expected percepts:, start: or nodes:");
    }
}

/* Whether all nodes that are named are there. */
static bool is_whole(const struct policy_graph *g, const char *path, struct err *err)
{
    if (!g->n_nodes)
        return err_set(err, "'%s' has no nodes", path);
    if (g->start >= g->n_nodes)
        return err_set(err, "'%s' starts in node %" PRIu32 " of %" PRIu32, path, g->start,
                       g->n_nodes);
    for (size_t i = 0; i < (size_t)g->n_nodes * g->n_percepts; i++)
        if (g->next[i] != NO_NODE && g->next[i] >= g->n_nodes)
            return err_set(err, "'%s': there is no node %" PRIu32 " of %" PRIu32, path,
                           g->next[i], g->n_nodes);
    return true;
}

bool policy_graph_read(struct policy_graph *g, const char *path, uint32_t n_actions,
                       struct err *err)
{
    struct reader r = { .g = g, .n_actions = n_actions };
    *g = (struct policy_graph){ 0 };
    FILE *from = lines_open(path, NULL, err);
    if (!from)
        return false;
    lines_init(&r.in, from, path, err);
    r.in.most_line = LINE_MAX_BYTES;
    r.in.most = FILE_MAX_BYTES;
    while (r.in.ok && lines_next(&r.in))
        read_line(&r);
    bool ok = r.in.ok;
    lines_release(&r.in);
    fclose(from);
    ok = ok && is_whole(g, path, err);
    if (!ok)
        policy_graph_release(g);
    return ok;
}
