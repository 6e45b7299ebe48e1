#include "config.h"

#include "experiment.h"
#include "lines.h"
#include "metrics.h"
#include "suggest.h"
#include "xalloc.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

/* Experiment files, ursa-experiment(5): libyaml's document knows the line and column of
 * every node, aliases are resolved in it, and the types are ours to check. */

struct reader {
    struct experiment *e;
    yaml_document_t *doc;
    const char *name; /* of the file */
    const char *text;
    size_t len;
    struct err *err;
};

enum { FILE_MAX = 1 << 20, DEEPEST = 100, ERRORS_MAX = 20 };

/* ---- messages */

static bool wrong_at(struct reader *rd, size_t line, size_t col, const char *what)
{
    const char *at = rd->text, *end = rd->text + rd->len;
    for (size_t i = 0; i < line && at < end; i++) {
        const char *next = memchr(at, '\n', (size_t)(end - at));
        at = next ? next + 1 : end;
    }
    const char *stop = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
    int width = (int)((stop ? stop : end) - at);
    return err_set(rd->err, "%s:%zu:%zu: error: %s\n%5zu | %.*s\n      | %*s^", rd->name,
                   line + 1, col + 1, what, line + 1, width < 300 ? width : 300, at,
                   (int)(col < 300 ? col : 300), "");
}

__attribute__((format(printf, 3, 4))) static bool
wrong(struct reader *rd, const yaml_node_t *n, const char *fmt, ...)
{
    char what[1024];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    for (char *c = what; *c; c++) /* one line: the file's own line follows */
        if (*c == '\n')
            *c = '\0';
        else if (iscntrl((unsigned char)*c))
            *c = '?';
    return wrong_at(rd, n->start_mark.line, n->start_mark.column, what);
}

/* ---- nodes */

static yaml_node_t *node(struct reader *rd, int index)
{
    return yaml_document_get_node(rd->doc, index);
}

/* The text of a scalar, or NULL and told. */
static const char *scalar(struct reader *rd, const yaml_node_t *n, const char *what)
{
    const char *s = (const char *)n->data.scalar.value;
    if (n->type != YAML_SCALAR_NODE) {
        wrong(rd, n, "%s must be a plain value", what);
        return NULL;
    }
    if (strlen(s) != n->data.scalar.length) {
        wrong(rd, n, "%s contains a NUL character", what);
        return NULL;
    }
    return s;
}

/* The items of a list as comma-separated text, so that [4, 6, 8] and 4..8:2 are alike. */
static char *joined(struct reader *rd, yaml_node_t *n, const char *what)
{
    if (n->type != YAML_SEQUENCE_NODE) {
        const char *s = scalar(rd, n, what);
        return s ? xstrdup(s) : NULL;
    }
    char *text = NULL;
    size_t size = 0;
    FILE *to = xopen_memstream(&text, &size);
    bool ok = true;
    yaml_node_item_t *first = n->data.sequence.items.start;
    for (yaml_node_item_t *i = first; ok && i < n->data.sequence.items.top; i++) {
        const char *s = scalar(rd, node(rd, *i), what);
        if ((ok = s != NULL))
            fprintf(to, "%s%s", i > first ? "," : "", s);
    }
    xclose_memstream(to);
    if (!ok)
        free(text);
    return ok ? text : NULL;
}

/* ---- mappings */

/* The pairs of a mapping with those that "<<" merges into it, each key once. */
struct pairs {
    yaml_node_pair_t *at; /* owned */
    size_t n;
};
enum { MERGES = 16 }; /* within each other */

static const char *key_of(struct reader *rd, const yaml_node_pair_t *p)
{
    const yaml_node_t *k = node(rd, p->key);
    return k->type == YAML_SCALAR_NODE ? (const char *)k->data.scalar.value : NULL;
}

static void add_pair(struct pairs *to, yaml_node_pair_t p)
{
    if ((to->n & (to->n - 1)) == 0) /* grow at powers of two */
        to->at = xrealloc(to->at, to->n ? 2 * to->n : 1, sizeof *to->at);
    to->at[to->n++] = p;
}

static void gather(struct reader *rd, const yaml_node_t *map, struct pairs *to, int depth);

/* "<<: *base" or "<<: [*one, *other]". */
static void merge(struct reader *rd, const yaml_node_t *from, struct pairs *to, int depth)
{
    if (from->type == YAML_SEQUENCE_NODE) {
        for (yaml_node_item_t *i = from->data.sequence.items.start;
             i < from->data.sequence.items.top; i++)
            merge(rd, node(rd, *i), to, depth + 1);
    } else if (from->type != YAML_MAPPING_NODE || depth > MERGES) {
        wrong(rd, from, "'<<' merges mappings, %d deep at most", MERGES);
    } else {
        gather(rd, from, to, depth + 1);
    }
}

static void gather(struct reader *rd, const yaml_node_t *map, struct pairs *to, int depth)
{
    for (yaml_node_pair_t *p = map->data.mapping.pairs.start;
         p < map->data.mapping.pairs.top; p++) {
        const char *k = key_of(rd, p);
        if (!k || strcmp(k, "<<") != 0)
            add_pair(to, *p);
    }
    for (yaml_node_pair_t *p = map->data.mapping.pairs.start;
         p < map->data.mapping.pairs.top; p++) {
        const char *k = key_of(rd, p);
        if (k && !strcmp(k, "<<"))
            merge(rd, node(rd, p->value), to, depth);
    }
}

/* A key and its place among the pairs. */
struct key {
    const char *text;
    size_t at;
};

static int by_key(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    int d = strcmp(x->text, y->text);
    return d ? d : (x->at > y->at) - (x->at < y->at);
}

/* A mapping's own pairs stand first, so a merged one gives way; two of its own are
 * wrong. */
static void settle(struct reader *rd, size_t own, struct pairs *all)
{
    struct key *key = xcalloc(all->n + 1, sizeof *key);
    bool *drop = xcalloc(all->n + 1, sizeof *drop);
    size_t n = 0, kept = 0;
    for (size_t i = 0; i < all->n; i++) {
        const char *text = key_of(rd, &all->at[i]);
        if (text)
            key[n++] = (struct key){ text, i };
    }
    qsort(key, n, sizeof *key, by_key);
    for (size_t i = 1; i < n; i++) {
        if (strcmp(key[i - 1].text, key[i].text) != 0)
            continue;
        const yaml_node_t *k = node(rd, all->at[key[i].at].key);
        drop[key[i].at] = true;
        if (key[i].at < own)
            wrong(rd, k, "duplicate key '%s' (first at line %zu)", key[i].text,
                  node(rd, all->at[key[i - 1].at].key)->start_mark.line + 1);
    }
    for (size_t i = 0; i < all->n; i++)
        if (!drop[i])
            all->at[kept++] = all->at[i];
    all->n = kept;
    free(key);
    free(drop);
}

/* The caller frees .at. */
static struct pairs pairs_of(struct reader *rd, const yaml_node_t *map)
{
    struct pairs all = { 0 };
    size_t own = 0;
    for (yaml_node_pair_t *p = map->data.mapping.pairs.start;
         p < map->data.mapping.pairs.top; p++) {
        const char *k = key_of(rd, p);
        own += !k || strcmp(k, "<<") != 0;
    }
    gather(rd, map, &all, 0);
    settle(rd, own, &all);
    return all;
}

/* ---- agents and worlds */

/* One kind of thing with parameters; exactly one of the two is used. */
struct thing {
    struct spec_of agent;
    struct spec_of env;
    bool is_agent;
};

static const struct param *params_of(const struct thing *t)
{
    return t->is_agent ? t->agent.kind->params : t->env.kind->params;
}

static bool set_param(struct reader *rd, struct thing *t, yaml_node_pair_t *p)
{
    const yaml_node_t *key = node(rd, p->key), *val = node(rd, p->value);
    const char *k = scalar(rd, key, "a parameter's name");
    const char *v = k ? scalar(rd, val, k) : NULL;
    struct err why = { 0 };
    if (!v)
        return false;
    if (!param_find(params_of(t), k)) {
        const char *names[256];
        char hint[200];
        size_t n = param_names(params_of(t), names, 256);
        suggest_near(hint, sizeof hint, k, names, n);
        return wrong(rd, key, "%s has no parameter '%s'%s",
                     t->is_agent ? t->agent.kind->name : t->env.kind->name, k, hint);
    }
    bool ok = t->is_agent ? kind_set(&t->agent, k, v, &why) : kind_set(&t->env, k, v, &why);
    if (ok)
        return true;
    const char *colon = strstr(why.text, ": "); /* the name is in the line shown below */
    return wrong(rd, val, "%s", colon ? colon + 2 : why.text);
}

static bool open_thing(struct reader *rd, struct thing *t, const yaml_node_t *n)
{
    struct err why = { 0 };
    const char *spec = scalar(rd, n, t->is_agent ? "an agent" : "a world");
    if (!spec)
        return false;
    bool ok = t->is_agent ? kind_parse(&t->agent, &agent_shelf, spec, &why)
                          : kind_parse(&t->env, &env_shelf, spec, &why);
    return ok || wrong(rd, n, "%s", why.text);
}

/* "name", "name:key=value" or {name: {key: value}}. */
static void read_thing(struct reader *rd, yaml_node_t *n, bool is_agent)
{
    struct thing t = { .is_agent = is_agent };
    bool ok;
    if (n->type == YAML_MAPPING_NODE) {
        yaml_node_pair_t *p = n->data.mapping.pairs.start;
        if (p + 1 != n->data.mapping.pairs.top) {
            wrong(rd, n,
                  "one name with its parameters expected, as in 'aixi: {horizon: 6}'");
            return;
        }
        yaml_node_t *values = node(rd, p->value);
        ok = open_thing(rd, &t, node(rd, p->key));
        if (ok && values->type == YAML_MAPPING_NODE) {
            struct pairs all = pairs_of(rd, values);
            for (size_t i = 0; i < all.n; i++)
                ok = set_param(rd, &t, &all.at[i]) && ok;
            free(all.at);
        } else if (ok &&
                   (values->type != YAML_SCALAR_NODE || values->data.scalar.length > 0)) {
            ok = wrong(rd, values, "parameters must be written as {key: value}");
        }
    } else {
        ok = open_thing(rd, &t, n);
    }
    struct err why = { 0 };
    if (ok && is_agent && !experiment_add_agent(rd->e, t.agent.canonical, &why))
        wrong(rd, n, "%s", why.text);
    if (ok && !is_agent && !experiment_add_env(rd->e, t.env.canonical, &why))
        wrong(rd, n, "%s", why.text);
    kind_release(&t.agent);
    kind_release(&t.env);
}

static void read_things(struct reader *rd, yaml_node_t *n, bool is_agent)
{
    if (n->type != YAML_SEQUENCE_NODE) {
        wrong(rd, n, "a list expected, each item on a line '- name'");
        return;
    }
    for (yaml_node_item_t *i = n->data.sequence.items.start; i < n->data.sequence.items.top;
         i++)
        read_thing(rd, node(rd, *i), is_agent);
}

static void read_agents(struct reader *rd, yaml_node_t *n) { read_things(rd, n, true); }

static void read_envs(struct reader *rd, yaml_node_t *n) { read_things(rd, n, false); }

/* ---- the other keys */

static void read_name(struct reader *rd, yaml_node_t *n)
{
    const char *s = scalar(rd, n, "name");
    if (!s)
        return;
    if (!*s || s[0] == '.' || strlen(s) > 100 ||
        strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") !=
            strlen(s)) {
        wrong(rd, n, "name must be letters, digits, '-', '_' and '.', got '%.100s'", s);
        return;
    }
    free(rd->e->name);
    rd->e->name = xstrdup(s);
}

static void read_integer(struct reader *rd, yaml_node_t *n, const char *what, long long min,
                         uint64_t *to)
{
    const char *s = scalar(rd, n, what);
    char *end;
    if (!s)
        return;
    errno = 0;
    long long x = strtoll(s, &end, 10);
    if (end == s || *end)
        wrong(rd, n, "%s must be an integer, got '%.100s'", what, s);
    else if (errno || x < min || x > 1000000000000000000)
        wrong(rd, n, "%s=%.100s is out of range %lld..10^18", what, s, min);
    else
        *to = (uint64_t)x;
}

static void read_steps(struct reader *rd, yaml_node_t *n)
{
    read_integer(rd, n, "steps", 1, &rd->e->steps);
}

static void read_root(struct reader *rd, yaml_node_t *n)
{
    read_integer(rd, n, "root-seed", 0, &rd->e->root);
}

static void read_indices(struct reader *rd, yaml_node_t *n, const char *what,
                         bool (*set)(struct experiment *, const char *, struct err *))
{
    struct err why = { 0 };
    char *text = joined(rd, n, what);
    if (text && !set(rd->e, text, &why))
        wrong(rd, n, "%s: %s", what, why.text);
    free(text);
}

static void read_maps(struct reader *rd, yaml_node_t *n)
{
    read_indices(rd, n, "maps", experiment_set_maps);
}

static void read_seeds(struct reader *rd, yaml_node_t *n)
{
    read_indices(rd, n, "seeds", experiment_set_seeds);
}

static void read_sweep(struct reader *rd, yaml_node_t *n)
{
    if (n->type != YAML_MAPPING_NODE) {
        wrong(rd, n, "sweep must be written as 'key: [value, value]'");
        return;
    }
    struct pairs all = pairs_of(rd, n);
    for (yaml_node_pair_t *p = all.at; p < all.at + all.n; p++) {
        struct err why = { 0 };
        const char *key = scalar(rd, node(rd, p->key), "a swept parameter's name");
        char *values = key ? joined(rd, node(rd, p->value), key) : NULL;
        char *text = values ? xasprintf("%s=%s", key, values) : NULL;
        if (text && !experiment_add_sweep(rd->e, text, &why))
            wrong(rd, node(rd, p->key), "%s", why.text);
        free(text);
        free(values);
    }
    free(all.at);
}

static void read_metrics(struct reader *rd, yaml_node_t *n)
{
    struct err why = { 0 };
    char *text = joined(rd, n, "metrics");
    list_release(&rd->e->metrics);
    if (text && !list_parse(&rd->e->metrics, text, &why))
        wrong(rd, n, "metrics: %s", why.text);
    free(text);
}

static void read_curve(struct reader *rd, yaml_node_t *n)
{
    const char *s = scalar(rd, n, "curve-points");
    char *end;
    if (!s)
        return;
    unsigned long x = strtoul(s, &end, 10);
    rd->e->curve_log = !strcmp(end, ",log");
    if (end == s || (*end && !rd->e->curve_log) || x > 100000 || *s == '-')
        wrong(rd, n,
              "curve-points must be 0..100000, with ',log' behind or not, got '%.100s'", s);
    else
        rd->e->curve_points = x;
}

static void read_reference(struct reader *rd, yaml_node_t *n)
{
    const char *s = scalar(rd, n, "reference");
    if (!s)
        return;
    if (strcmp(s, "bayes") != 0 && strcmp(s, "none") != 0)
        wrong(rd, n, "reference must be bayes or none, got '%.100s'", s);
    rd->e->bayes = !strcmp(s, "bayes");
}

static void read_compare(struct reader *rd, yaml_node_t *n)
{
    if (n->type != YAML_MAPPING_NODE) {
        wrong(rd, n, "compare must be written as {baseline: agent, metric: name}");
        return;
    }
    struct pairs all = pairs_of(rd, n);
    for (yaml_node_pair_t *p = all.at; p < all.at + all.n; p++) {
        yaml_node_t *key = node(rd, p->key);
        const char *k = scalar(rd, key, "a key of compare");
        const char *v = k ? scalar(rd, node(rd, p->value), k) : NULL;
        if (!v)
            continue;
        char **to = !strcmp(k, "baseline") ? &rd->e->baseline
                    : !strcmp(k, "metric") ? &rd->e->metric
                                           : NULL;
        if (!to) {
            wrong(rd, key, "compare has no key '%.100s' (one of baseline, metric)", k);
            continue;
        }
        free(*to);
        *to = xstrdup(v);
    }
    free(all.at);
}

static const struct {
    const char *name;
    size_t at; /* of a char * in struct report_spec */
} report_keys[] = {
    { "title", offsetof(struct report_spec, title) },
    { "text", offsetof(struct report_spec, text) },
    { "expect", offsetof(struct report_spec, expect) },
    { "source", offsetof(struct report_spec, source) },
    { "figure", offsetof(struct report_spec, figure) },
    { "metric", offsetof(struct report_spec, metric) },
    { "x", offsetof(struct report_spec, x) },
    { "log", offsetof(struct report_spec, log) },
    { "summary", offsetof(struct report_spec, summary) },
    { "quick-skip", offsetof(struct report_spec, quick.skip) },
    { "full-skip", offsetof(struct report_spec, full.skip) },
    { "quick-seeds", offsetof(struct report_spec, quick.seeds) },
    { "quick-maps", offsetof(struct report_spec, quick.maps) },
    { "quick-steps", offsetof(struct report_spec, quick.steps) },
    { "quick-sweep", offsetof(struct report_spec, quick.sweep) },
    { "quick-note", offsetof(struct report_spec, quick.note) },
    { "full-seeds", offsetof(struct report_spec, full.seeds) },
    { "full-maps", offsetof(struct report_spec, full.maps) },
    { "full-steps", offsetof(struct report_spec, full.steps) },
    { "full-sweep", offsetof(struct report_spec, full.sweep) },
    { "full-note", offsetof(struct report_spec, full.note) },
};
enum { REPORT_KEYS = sizeof report_keys / sizeof *report_keys };

static void read_report_key(struct reader *rd, yaml_node_pair_t *p)
{
    yaml_node_t *key = node(rd, p->key);
    const char *k = scalar(rd, key, "a key of report"), *names[REPORT_KEYS];
    char *value = k ? joined(rd, node(rd, p->value), k) : NULL, hint[200];
    for (size_t i = 0; value && i < REPORT_KEYS; i++) {
        names[i] = report_keys[i].name;
        if (strcmp(report_keys[i].name, k) != 0)
            continue;
        char **to = (char **)(void *)((char *)&rd->e->report + report_keys[i].at);
        free(*to);
        *to = value;
        return;
    }
    if (value) {
        suggest_near(hint, sizeof hint, k, names, REPORT_KEYS);
        wrong(rd, key, "report has no key '%.100s'%s", k, hint);
    }
    free(value);
}

static void read_report(struct reader *rd, yaml_node_t *n)
{
    if (n->type != YAML_MAPPING_NODE) {
        wrong(rd, n, "report must be written as {title: words, figure: kind}");
        return;
    }
    struct pairs all = pairs_of(rd, n);
    for (size_t i = 0; i < all.n; i++)
        read_report_key(rd, &all.at[i]);
    free(all.at);
}

static const struct {
    const char *name;
    void (*read)(struct reader *rd, yaml_node_t *n);
} keys[] = {
    { "name", read_name },           { "steps", read_steps },
    { "maps", read_maps },           { "seeds", read_seeds },
    { "root-seed", read_root },      { "envs", read_envs },
    { "agents", read_agents },       { "sweep", read_sweep },
    { "metrics", read_metrics },     { "curve-points", read_curve },
    { "compare", read_compare },     { "report", read_report },
    { "reference", read_reference },
};
enum { KEYS = sizeof keys / sizeof *keys };

static void read_key(struct reader *rd, yaml_node_pair_t *p)
{
    const yaml_node_t *key = node(rd, p->key);
    const char *k = scalar(rd, key, "a key"), *names[KEYS];
    if (!k)
        return;
    for (size_t i = 0; i < KEYS; i++) {
        names[i] = keys[i].name;
        if (!strcmp(keys[i].name, k)) {
            keys[i].read(rd, node(rd, p->value));
            return;
        }
    }
    char hint[200];
    suggest_near(hint, sizeof hint, k, names, KEYS);
    wrong(rd, key, "unknown key '%.100s'%s", k, hint);
}

static void read_document(struct reader *rd)
{
    yaml_node_t *root = yaml_document_get_root_node(rd->doc);
    if (!root || root->type != YAML_MAPPING_NODE) {
        wrong_at(rd, 0, 0, "an experiment is a list of 'key: value'");
        return;
    }
    struct pairs all = pairs_of(rd, root);
    unsigned before = rd->err->n;
    for (size_t i = 0; i < all.n && rd->err->n - before < ERRORS_MAX; i++)
        read_key(rd, &all.at[i]);
    free(all.at);
    if (rd->err->n - before >= ERRORS_MAX)
        err_set(rd->err, "%s: more than %d errors: the rest is not read", rd->name,
                ERRORS_MAX);
    for (int i = 0; i < 2; i++)
        if (!(i ? rd->e->envs.n : rd->e->agents.n) && !rd->err->n)
            wrong_at(rd, 0, 0,
                     i ? "no world: 'envs:' is missing" : "no agent: 'agents:' is missing");
}

/* Brackets within brackets cost the parser time by the square of their depth. */
static bool shallow(struct reader *rd)
{
    size_t depth = 0, line = 0, start = 0;
    for (size_t i = 0; i < rd->len; i++) {
        char c = rd->text[i];
        if (c == '\n') {
            line++;
            start = i + 1;
        }
        depth += c == '[' || c == '{';
        depth -= depth && (c == ']' || c == '}');
        if (depth > DEEPEST)
            return wrong_at(rd, line, i - start, "brackets nested too deep");
    }
    return true;
}

static void not_yaml(struct reader *rd, const yaml_parser_t *parser)
{
    char what[300];
    errno = ENOMEM;
    if (!parser->problem) { /* of memory libyaml says nothing */
        err_system(rd->err, "cannot read '%s'", rd->name);
        return;
    }
    snprintf(what, sizeof what, "%s%s%s", parser->problem, parser->context ? ", " : "",
             parser->context ? parser->context : "");
    wrong_at(rd, parser->problem_mark.line, parser->problem_mark.column, what);
}

/* An experiment is one document: a second one would be dropped in silence. */
static void refuse_second(struct reader *rd, yaml_parser_t *parser)
{
    yaml_document_t doc;
    if (!yaml_parser_load(parser, &doc)) {
        not_yaml(rd, parser);
        return;
    }
    if (yaml_document_get_root_node(&doc))
        wrong_at(rd, doc.start_mark.line, doc.start_mark.column,
                 "a second document: an experiment is one");
    yaml_document_delete(&doc);
}

static void parse_text(struct reader *rd, yaml_parser_t *parser)
{
    yaml_document_t doc;
    yaml_parser_set_input_string(parser, (const unsigned char *)rd->text, rd->len);
    if (!yaml_parser_load(parser, &doc)) {
        not_yaml(rd, parser);
        return;
    }
    rd->doc = &doc;
    read_document(rd);
    yaml_document_delete(&doc);
    refuse_second(rd, parser);
}

bool experiment_parse(struct experiment *e, const char *text, size_t len, const char *name,
                      struct err *err)
{
    struct err own = { 0 };
    yaml_parser_t parser;
    struct reader rd = { e, NULL, name, text, len, err ? err : &own };
    unsigned before = rd.err->n;
    errno = ENOMEM;
    if (!yaml_parser_initialize(&parser))
        return err_system(err, "cannot read '%s'", name);
    if (shallow(&rd))
        parse_text(&rd, &parser);
    yaml_parser_delete(&parser);
    if (rd.err->n == before)
        e->text = xasprintf("%.*s", (int)len, text);
    return rd.err->n == before;
}

/* "mazes/ksa-noise.yaml" names the experiment ksa-noise unless it says otherwise. */
static char *name_of(const char *path)
{
    const char *base = strrchr(path, '/');
    base = base ? base + 1 : path;
    size_t len = strlen(base);
    if (len > 5 && !strcmp(base + len - 5, ".yaml"))
        len -= 5;
    else if (len > 4 && !strcmp(base + len - 4, ".yml"))
        len -= 4;
    return xasprintf("%.*s", (int)len, base);
}

bool experiment_read(struct experiment *e, const char *path, struct err *err)
{
    size_t len;
    char *text = lines_slurp(path, FILE_MAX, &len, err);
    bool ok = text && experiment_parse(e, text, len, path, err);
    if (ok && !e->name)
        e->name = name_of(path);
    free(text);
    return ok;
}
