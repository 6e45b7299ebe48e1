#include "config.h"

#include "cmd.h"
#include "output.h"
#include "registry.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ursa predict MODEL [FILE]: what a predictor says of a sequence of bits. */

enum { COMMIT = 64 }; /* symbols between those that are made final */

struct predict {
    struct args *args;
    const char *spec, *context;
    int64_t bits;
    struct predictor *p;
    FILE *from;
    const char *name; /* of the input */
    uint64_t line, column, seen, predicted;
    double log_prob;
};

#define AT(field) offsetof(struct predict, field)
static const struct option_row options[] = {
    { 0, "context", OPTION_TEXT, AT(context), "BITS",
      .help = "symbols that came before; unset: the first of FILE, as many as the model "
              "looks back" },
    { 0, "bits", OPTION_INT, AT(bits), "N", .def = 1, .min = 1, .max = 64,
      .help = "bits of a percept, for factored models" },
    { 0 },
};
#undef AT

/* A byte order mark at the beginning says nothing. */
static void skip_mark(struct predict *r)
{
    static const unsigned char mark[] = { 0xef, 0xbb, 0xbf };
    int c = getc(r->from);
    for (int i = 0; i < 3 && c == mark[i]; i++)
        c = getc(r->from);
    if (c != EOF)
        ungetc(c, r->from);
}

/* The next symbol, 0 or 1; -1 at the end, -2 when it is foreign (told). */
static int next_symbol(struct predict *r)
{
    for (;;) {
        int c = getc(r->from);
        if (c == EOF)
            return -1;
        r->column++;
        if (c == '0' || c == '1')
            return c - '0';
        if (c == '\n') {
            r->line++;
            r->column = 0;
        } else if (c != ' ' && c != '\t' && c != '\r') {
            struct err err = { 0 };
            err_set(&err, "%s:%llu:%llu: '%c' is neither 0 nor 1", r->name,
                    (unsigned long long)r->line, (unsigned long long)r->column,
                    c >= ' ' && c < 127 ? c : '?');
            args_err(r->args, &err);
            return -2;
        }
    }
}

static bool append_context(struct predict *r)
{
    for (const char *c = r->context; c && *c; c++) {
        if (*c != '0' && *c != '1') {
            args_fail(r->args, "--context: '%c' at %d is neither 0 nor 1", *c,
                      (int)(c - r->context + 1));
            return false;
        }
        r->p->ops->append(r->p, *c == '1');
    }
    return true;
}

static void take(struct predict *r, unsigned bit)
{
    uint64_t i = r->seen++;
    if (!r->context && i < r->p->context) {
        r->p->ops->append(r->p, bit);
        return;
    }
    double one = r->p->ops->predict(r->p, (unsigned)(i % (uint64_t)r->bits));
    double log_prob = log(bit ? one : 1 - one);
    r->p->ops->update(r->p, bit);
    if (i % COMMIT == 0)
        r->p->ops->commit(r->p);
    r->log_prob += log_prob;
    r->predicted++;
    if (!r->args->json && r->args->verbosity >= 0)
        printf("%u %.9g\n", bit, log_prob);
}

static void print_sum(struct predict *r)
{
    double next = r->p->ops->predict(r->p, (unsigned)(r->seen % (uint64_t)r->bits));
    if (!r->args->json) {
        double bits = r->log_prob < 0 ? -r->log_prob / log(2) : 0; /* no "-0" */
        printf("symbols %llu", (unsigned long long)r->predicted);
        if (!r->predicted && r->seen)
            printf(" (all %llu are context)", (unsigned long long)r->seen);
        printf("   ln P %.9g   bits %.9g   next P(1) %.9g\n", r->log_prob, bits, next);
        return;
    }
    json_t *out =
        json_pack("{s:i, s:s, s:I, s:f, s:f}", "v", 1, "model", r->spec, "symbols",
                  (json_int_t)r->predicted, "log_prob", r->log_prob, "next", next);
    print_json(out);
    json_decref(out);
}

static int predict_all(struct predict *r)
{
    struct err err = { 0 };
    int bit;
    if (!append_context(r))
        return r->args->status;
    skip_mark(r);
    while ((bit = next_symbol(r)) >= 0)
        take(r, (unsigned)bit);
    if (bit == -2)
        return EXIT_USAGE;
    if (ferror(r->from)) {
        err_system(&err, "cannot read '%s'", r->name);
        return args_err(r->args, &err);
    }
    print_sum(r);
    return EXIT_OK;
}

static int open_and_predict(struct predict *r)
{
    struct err err = { 0 };
    bool named = r->args->n_operands > 1 && strcmp(r->args->operand[1], "-") != 0;
    r->name = named ? r->args->operand[1] : "standard input";
    r->from = named ? fopen(r->name, "r") : stdin;
    if (!r->from) {
        err_system(&err, "cannot open '%s'", r->name);
        return args_err(r->args, &err);
    }
    r->p = predictor_new(r->spec, (unsigned)r->bits, &err);
    int status = r->p ? predict_all(r) : args_err(r->args, &err);
    predictor_free(r->p);
    if (named)
        fclose(r->from);
    return status;
}

static int run(struct args *a)
{
    struct predict r = { .args = a, .line = 1 };
    if (!args_parse(a, &r))
        return a->status;
    r.spec = a->operand[0];
    return open_and_predict(&r);
}

const struct cmd cmd_predict = {
    .group = "Check the theory",
    .name = "predict",
    .title = "probabilities of a sequence",
    .example = "echo 0110|ursa predict ctw:depth=1",
    .operands = "MODEL [FILE]",
    .options = options,
    .json = true,
    .run = run,
};
