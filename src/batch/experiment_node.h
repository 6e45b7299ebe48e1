#ifndef EXPERIMENT_NODE_H
#define EXPERIMENT_NODE_H

#include "experiment.h"

#include <yaml.h>

/* The nodes of an experiment file, and what is wrong with them: by line and column. */

struct reader {
    struct experiment *e;
    yaml_document_t *doc;
    const char *name; /* of the file */
    const char *text;
    size_t len;
    struct err *err;
};

/* "FILE:LINE:COL: error: TEXT", the line, and a caret; false. The place is counted from
 * 0. */
bool reader_wrong_at(struct reader *rd, size_t line, size_t col, const char *what);
bool reader_wrong(struct reader *rd, const yaml_node_t *n, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
yaml_node_t *reader_node(struct reader *rd, int index);
/* The text of a scalar, or NULL and told: `what` is expected. */
const char *reader_scalar(struct reader *rd, const yaml_node_t *n, const char *what);

/* The pairs of a mapping with those that "<<" merges into it, each key once. */
struct pairs {
    yaml_node_pair_t *at; /* owned */
    size_t n;
};
/* The caller frees .at. */
struct pairs reader_pairs_of(struct reader *rd, const yaml_node_t *map);

/* The lists `agents:` and `envs:`. */
void read_agents(struct reader *rd, yaml_node_t *n);
void read_envs(struct reader *rd, yaml_node_t *n);
void read_games(struct reader *rd, yaml_node_t *n);

#endif
