#include "config.h"

#include "experiment_node.h"
#include "lines.h"
#include "metrics.h"
#include "suggest.h"
#include "xalloc.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Experiment files, ursa-experiment(5): libyaml's document knows the line and column of
 * every node, aliases are resolved in it, and the types are ours to check. */

enum { FILE_MAX = 1 << 20, DEEPEST = 100, ERRORS_MAX = 20 };

/* The items of a list as comma-separated text, so that [4, 6, 8] and 4..8:2 are alike. */
static char *joined(struct reader *rd, yaml_node_t *n, const char *what)
{
    if (n->type != YAML_SEQUENCE_NODE) {
        const char *s = reader_scalar(rd, n, what);
        return s ? xstrdup(s) : NULL;
    }
    char *text = NULL;
    size_t size = 0;
    FILE *to = xopen_memstream(&text, &size);
    bool ok = true;
    yaml_node_item_t *first = n->data.sequence.items.start;
    for (yaml_node_item_t *i = first; ok && i < n->data.sequence.items.top; i++) {
        const char *s = reader_scalar(rd, reader_node(rd, *i), what);
        if ((ok = s != NULL))
            fprintf(to, "%s%s", i > first ? "," : "", s);
    }
    xclose_memstream(to);
    if (!ok)
        free(text);
    return ok ? text : NULL;
}

/* ---- keys */

static void read_name(struct reader *rd, yaml_node_t *n)
{
    const char *s = reader_scalar(rd, n, "name");
    if (!s)
        return;
    if (!*s || s[0] == '.' || strlen(s) > 100 ||
        strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") !=
            strlen(s)) {
        reader_wrong(rd, n, "name must be letters, digits, '-', '_' and '.', got '%.100s'",
                     s);
        return;
    }
    free(rd->e->name);
    rd->e->name = xstrdup(s);
}

static void read_integer(struct reader *rd, yaml_node_t *n, const char *what, long long min,
                         uint64_t *to)
{
    const char *s = reader_scalar(rd, n, what);
    char *end;
    if (!s)
        return;
    errno = 0;
    long long x = strtoll(s, &end, 10);
    if (end == s || *end)
        reader_wrong(rd, n, "%s must be an integer, got '%.100s'", what, s);
    else if (errno || x < min || x > 1000000000000000000)
        reader_wrong(rd, n, "%s=%.100s is out of range %lld..10^18", what, s, min);
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
        reader_wrong(rd, n, "%s: %s", what, why.text);
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
        reader_wrong(rd, n, "sweep must be written as 'key: [value, value]'");
        return;
    }
    struct pairs all = reader_pairs_of(rd, n);
    for (yaml_node_pair_t *p = all.at; p < all.at + all.n; p++) {
        struct err why = { 0 };
        const char *key =
            reader_scalar(rd, reader_node(rd, p->key), "a swept parameter's name");
        char *values = key ? joined(rd, reader_node(rd, p->value), key) : NULL;
        char *text = values ? xasprintf("%s=%s", key, values) : NULL;
        if (text && !experiment_add_sweep(rd->e, text, &why))
            reader_wrong(rd, reader_node(rd, p->key), "%s", why.text);
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
        reader_wrong(rd, n, "metrics: %s", why.text);
    free(text);
}

static void read_curve(struct reader *rd, yaml_node_t *n)
{
    const char *s = reader_scalar(rd, n, "curve-points");
    char *end;
    if (!s)
        return;
    unsigned long x = strtoul(s, &end, 10);
    rd->e->curve_log = !strcmp(end, ",log");
    if (end == s || (*end && !rd->e->curve_log) || x > 100000 || *s == '-')
        reader_wrong(
            rd, n,
            "curve-points must be 0..100000, with ',log' behind or not, got '%.100s'", s);
    else
        rd->e->curve_points = x;
}

static void read_reference(struct reader *rd, yaml_node_t *n)
{
    const char *s = reader_scalar(rd, n, "reference");
    if (!s)
        return;
    if (strcmp(s, "bayes") != 0 && strcmp(s, "none") != 0)
        reader_wrong(rd, n, "reference must be bayes or none, got '%.100s'", s);
    rd->e->bayes = !strcmp(s, "bayes");
}

static void read_compare(struct reader *rd, yaml_node_t *n)
{
    if (n->type != YAML_MAPPING_NODE) {
        reader_wrong(rd, n, "compare must be written as {baseline: agent, metric: name}");
        return;
    }
    struct pairs all = reader_pairs_of(rd, n);
    for (yaml_node_pair_t *p = all.at; p < all.at + all.n; p++) {
        yaml_node_t *key = reader_node(rd, p->key);
        const char *k = reader_scalar(rd, key, "a key of compare");
        const char *v = k ? reader_scalar(rd, reader_node(rd, p->value), k) : NULL;
        if (!v)
            continue;
        char **to = !strcmp(k, "baseline") ? &rd->e->baseline
                    : !strcmp(k, "metric") ? &rd->e->metric
                                           : NULL;
        if (!to) {
            reader_wrong(rd, key, "compare has no key '%.100s' (one of baseline, metric)",
                         k);
            continue;
        }
        free(*to);
        *to = xstrdup(v);
    }
    free(all.at);
}

static void read_seats(struct reader *rd, yaml_node_t *n)
{
    const char *s = reader_scalar(rd, n, "seats");
    int i = 0;
    while (s && seats_names[i] && strcmp(seats_names[i], s) != 0)
        i++;
    if (s && seats_names[i])
        rd->e->seats = i;
    else if (s)
        reader_wrong(rd, n, "seats must be all, swap or given, got '%.100s'", s);
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
    { "by", offsetof(struct report_spec, by) },
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
    yaml_node_t *key = reader_node(rd, p->key);
    const char *k = reader_scalar(rd, key, "a key of report"), *names[REPORT_KEYS];
    char *value = k ? joined(rd, reader_node(rd, p->value), k) : NULL, hint[200];
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
        reader_wrong(rd, key, "report has no key '%.100s'%s", k, hint);
    }
    free(value);
}

static void read_report(struct reader *rd, yaml_node_t *n)
{
    if (n->type != YAML_MAPPING_NODE) {
        reader_wrong(rd, n, "report must be written as {title: words, figure: kind}");
        return;
    }
    struct pairs all = reader_pairs_of(rd, n);
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
    { "reference", read_reference }, { "games", read_games },
    { "seats", read_seats },
};
enum { KEYS = sizeof keys / sizeof *keys };

static void read_key(struct reader *rd, yaml_node_pair_t *p)
{
    const yaml_node_t *key = reader_node(rd, p->key);
    const char *k = reader_scalar(rd, key, "a key"), *names[KEYS];
    if (!k)
        return;
    for (size_t i = 0; i < KEYS; i++) {
        names[i] = keys[i].name;
        if (!strcmp(keys[i].name, k)) {
            keys[i].read(rd, reader_node(rd, p->value));
            return;
        }
    }
    char hint[200];
    suggest_near(hint, sizeof hint, k, names, KEYS);
    reader_wrong(rd, key, "unknown key '%.100s'%s", k, hint);
}

static void read_document(struct reader *rd)
{
    yaml_node_t *root = yaml_document_get_root_node(rd->doc);
    if (!root || root->type != YAML_MAPPING_NODE) {
        reader_wrong_at(rd, 0, 0, "an experiment is a list of 'key: value'");
        return;
    }
    struct pairs all = reader_pairs_of(rd, root);
    unsigned before = rd->err->n;
    for (size_t i = 0; i < all.n && rd->err->n - before < ERRORS_MAX; i++)
        read_key(rd, &all.at[i]);
    free(all.at);
    if (rd->err->n - before >= ERRORS_MAX)
        err_set(rd->err, "%s: more than %d errors: the rest is not read", rd->name,
                ERRORS_MAX);
    for (int i = 0; i < 2; i++)
        if (!(i ? rd->e->envs.n + rd->e->games.n : rd->e->agents.n) && !rd->err->n)
            reader_wrong_at(rd, 0, 0,
                            i ? "no world: 'envs:' is missing"
                              : "no agent: 'agents:' is missing");
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
            return reader_wrong_at(rd, line, i - start, "brackets nested too deep");
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
    reader_wrong_at(rd, parser->problem_mark.line, parser->problem_mark.column, what);
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
        reader_wrong_at(rd, doc.start_mark.line, doc.start_mark.column,
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
