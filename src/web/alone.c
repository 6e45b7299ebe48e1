#include "config.h"

#include "agent.h"
#include "child.h"
#include "env.h"
#include "lp.h"
#include "mdp_text.h"
#include "plugins.h"
#include "talk.h"
#include "xalloc.h"

#include <math.h>
#include <stdlib.h>

/* In place of child.c, talk.c, both exec.c, plugins.c, lp.c and the reader of Cassandra's
 * files: a page is alone. There are no other programs, no files to be loaded, no library of
 * linear programs. */

struct child *child_open(const struct child_plan *plan, struct err *err)
{
    return err_null(err, "%s: a page in a browser starts no programs", plan->program);
}

char *child_find(const char *program, struct err *err)
{
    return err_null(err, "%s: a page in a browser starts no programs", program);
}

/* Of no child, for there is none. */
bool child_tell(struct child *c, const char *line, struct err *err)
{
    (void)c, (void)line;
    return err_set(err, "there is no other program");
}

const char *child_hear(struct child *c, double seconds, struct err *err)
{
    (void)c, (void)seconds;
    return err_null(err, "there is no other program");
}

bool child_fault(struct child *c, struct err *err, const char *fmt, ...)
{
    (void)c, (void)fmt;
    return err_set(err, "there is no other program");
}

void child_close(struct child *c, const char *goodbye) { (void)c, (void)goodbye; }

/* Programs as agents and worlds: their specs are read, so that child_find() can say why
 * there are none. */
struct config {
    struct talk_conf talk;
};
static const struct param exec_params[] = { TALK_PARAMS(talk), { 0 } };
#define EXEC                                                                               \
    .kind = { .name = "exec", .title = "a program", .version = 1, .params = exec_params,   \
              .config_size = sizeof(struct config) }
const struct env_ops env_exec = { EXEC };
const struct agent_ops agent_exec = { EXEC };

bool cassandra_read(struct mdp *m, const char *text, size_t len, const char *file,
                    struct err *err)
{
    (void)m, (void)text, (void)len;
    return err_set(err, "%s: a page in a browser reads no file of Cassandra's", file);
}

static bool no_plugins(const char *text, struct err *err)
{
    return err_set(err, "lib:%s: a page in a browser loads no plug-ins", text);
}

const struct ursa_plugin *plugin_load(const char *file, char **path, struct err *err)
{
    *path = NULL;
    no_plugins(file, err);
    return NULL;
}

bool plugin_env(struct spec_of *to, const char *text, struct err *err)
{
    (void)to;
    return no_plugins(text, err);
}

bool plugin_agent(struct spec_of *to, const char *text, struct err *err)
{
    (void)to;
    return no_plugins(text, err);
}

/* What a linear program would tell is a hint (lp.h): without it nothing is known, and all
 * vectors are kept. */
struct lp {
    size_t n;
};

struct lp *lp_new(size_t n)
{
    struct lp *lp = xcalloc(1, sizeof *lp);
    lp->n = n;
    return lp;
}

void lp_free(struct lp *lp) { free(lp); }
void lp_clear(struct lp *lp) { (void)lp; }

void lp_add(struct lp *lp, const double *w) { (void)lp, (void)w; }

struct lp_answer lp_witness(struct lp *lp, const double *v, double *b)
{
    (void)v;
    for (size_t i = 0; i < lp->n; i++)
        b[i] = 1 / (double)lp->n;
    return (struct lp_answer){ .margin = -HUGE_VAL, .loss = HUGE_VAL };
}

const char *lp_library(void) { return "none"; }
