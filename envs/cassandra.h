#ifndef CASSANDRA_H
#define CASSANDRA_H

#include "lines.h"
#include "mdp_names.h"
#include "mdp_text.h"

#include <stdbool.h>

/* The reader of Cassandra's format of decision processes, ursa-mdp(5), after
 * A. R. Cassandra's description of the files of pomdp-solve: words and numbers in a row,
 * in which the ends of lines mean nothing. */

enum { FAULTS_MAX = 50 }; /* mistakes after which reading stops */

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_NUMBER, TOKEN_COLON, TOKEN_STAR };
struct token {
    enum token_kind kind;
    const char *at;
    size_t len;
    double number;
};

/* A number of a distribution, and where it was said. */
struct cell {
    double p;
    uint32_t col, at;
};
/* The distribution of one action and state: what was said of it in the order of the file;
 * later cells override. */
struct line {
    struct cell *cell; /* owned */
    uint32_t n, cap;
    bool said, reset; /* reset: begins as the start */
};
/* T or O: a line for each action and state. */
struct says {
    struct line *line; /* [n_actions * n_states], actions outermost; owned */
    uint32_t n_cols;
    uint64_t n_cells; /* at most MDP_TRANSITIONS */
};

/* What "R: action : state : next : observation" says; NO_MATTER is '*'. */
struct rule {
    uint64_t key;
    double value;
    uint32_t rank; /* the later the greater; 0: a free slot */
    uint32_t at;
};
struct rules {
    struct rule *slot; /* open addressing, owned */
    uint32_t n_slots, n;
    unsigned shapes; /* bit i: some rule has the set i of indices that matter */
};
enum { NO_MATTER = -1 };
struct when {
    int64_t action, state, next, obs;
};

struct cassandra {
    const char *text, *pos;
    struct token now, then; /* the token that is next, and the one after it */
    struct lines in;        /* manners of telling, and whether all is well so far */
    unsigned faults;
    bool stopped; /* what the rest builds on was wrong, or there are too many mistakes */
    struct names state, action, obs;
    const char *said[8]; /* by enum key: where; NULL: not yet */
    struct says t, o;
    struct rules r;
    size_t n_lines; /* of each table */
    bool cost;
    double discount;
    const char *told[FAULTS_MAX]; /* where sums were wrong */
    size_t n_told;
    /* Sums that were 1 up to the digits typed, or nearly: how many, and the first. */
    struct {
        size_t n;
        const char *at;
        double sum;
    } typed, rough;
};

/* ---- tokens (cassandra_token.c) */

void token_start(struct cassandra *c, const char *pos);
void token_next(struct cassandra *c);
bool token_is(const struct token *t, const char *word);
/* "FILE:LINE:COL: error: ..." with the line and a caret at `at`, a place in the text. */
void cassandra_fault(struct cassandra *c, const char *at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void cassandra_place(const struct cassandra *c, const char *at, unsigned *line,
                     unsigned *col);

/* ---- tables and rules (cassandra_table.c) */

/* Puts n cells in place of what was said of (action, state), or behind it. False when that
 * makes too many. */
bool says_put(struct cassandra *c, struct says *t, size_t line, const struct cell *cell,
              uint32_t n, bool replace);
/* Orders what was said by columns, the last word counting, without zeros; begun as `start`
 * of n where it was reset. Returns its sum; *over is where something that is overridden was
 * said, or NULL. */
double line_settle(struct cassandra *c, struct line *l, const double *start, uint32_t n,
                   const char **over);
void says_release(struct says *t, size_t n_lines);

void rules_put(struct rules *r, struct when w, double value, uint32_t at);
/* The last word about a transition; NULL: none, the reward is 0. */
const struct rule *rules_find(const struct rules *r, struct when w);

/* ---- putting it together (cassandra_build.c) */

/* All is read: builds *m, or tells what is wrong. m->start is there. */
void cassandra_build(struct cassandra *c, struct mdp *m);
/* Whether numbers sum to 1, nearly enough to be scaled. */
bool cassandra_sums(struct cassandra *c, double sum, const char *at);

#endif
