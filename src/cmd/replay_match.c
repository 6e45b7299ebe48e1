#include "config.h"

#include "mask.h"
#include "match_trace.h"
#include "output.h"
#include "replay_match.h"
#include "spec.h"
#include "stop.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct rematch {
    struct args *args;
    const char *path;
    struct match_record was;
    struct spec_of game, agent[PLAYERS_MAX];
};

/* ---- as text */

static void print_row(const struct rematch *r, uint64_t t)
{
    const struct match_move *move = &r->was.at[t];
    const struct percept *e = &r->was.e[t * r->was.n_seats];
    printf("%8" PRIu64, t + 1);
    for (uint32_t i = 0; i < r->was.n_seats; i++) {
        if (move->moved >> i & 1)
            printf("   %6u", move->action[i]);
        else
            printf("   %6s", "-");
        if (move->done >> i & 1)
            printf(" %10" PRIu32 " %6" PRId32, e[i].obs, e[i].rew);
        else
            printf(" %10s %6s", "-", "-");
    }
    putchar('\n');
}

static int print_match(const struct rematch *r)
{
    const struct match_record *was = &r->was;
    mask_print(stdout, "%s   root seed %" PRIu64 "   seed %" PRIu32 "   ursa %s\n",
               was->game, was->root, was->seed, was->version);
    for (uint32_t i = 0; i < was->n_seats; i++)
        mask_print(stdout, "seat %" PRIu32 ": %s\n", i, was->agent[i]);
    printf("%8s", "move");
    for (uint32_t i = 0; i < was->n_seats; i++)
        printf("   %6s %10s %6s", "action", "observed", "reward");
    putchar('\n');
    for (uint64_t t = 0; t < was->n && !ferror(stdout); t++)
        print_row(r, t);
    if (!was->ended)
        args_note(r->args, "%s: warning: the trace has no end: the match was cut off",
                  r->path);
    return EXIT_OK;
}

/* ---- lived again */

struct comparison {
    struct match_sink sink;
    const struct match_record *was;
    atomic_int *stop;    /* set at the first difference */
    uint64_t differs_at; /* move; 0: nowhere so far */
};

static bool begin_comparison(struct match_sink *sk, const struct match_job *job,
                             struct err *err)
{
    (void)sk;
    (void)job;
    (void)err;
    return true;
}

static void compare_move(struct match_sink *sk, const struct match_move *now,
                         const struct match *m)
{
    struct comparison *c = (struct comparison *)sk;
    if (c->differs_at || now->t > c->was->n)
        return;
    const struct match_move *was = &c->was->at[now->t - 1];
    const struct percept *e = &c->was->e[(now->t - 1) * c->was->n_seats];
    bool same = was->moved == now->moved && was->done == now->done;
    for (uint32_t i = 0; i < c->was->n_seats; i++)
        same &=
            was->action[i] == now->action[i] &&
            (!(now->done >> i & 1) || percept_key(e[i]) == percept_key(m->seat[i].last.e));
    if (same)
        return;
    c->differs_at = now->t;
    atomic_store(c->stop, 1);
}

static bool end_comparison(struct match_sink *sk, struct err *err)
{
    (void)sk;
    (void)err;
    return true;
}

/* By this program's versions, whichever were recorded. */
static bool open_specs(struct rematch *r, struct err *err)
{
    char *text = spec_unversioned(r->was.game);
    bool ok = kind_parse(&r->game, &game_shelf, text, err);
    free(text);
    for (uint32_t i = 0; i < r->was.n_seats; i++) {
        text = spec_unversioned(r->was.agent[i]);
        ok = kind_parse(&r->agent[i], &agent_shelf, text, err) && ok;
        free(text);
    }
    return ok;
}

static int confirmed(const struct rematch *r, uint64_t hash)
{
    const struct match_record *was = &r->was;
    char digits[17];
    snprintf(digits, sizeof digits, "%016" PRIx64, hash);
    if (was->ended && was->hash != hash) {
        mask_print(stderr,
                   "%s: every move agrees, but the recorded hash %016" PRIx64
                   " is not %s\n",
                   r->path, was->hash, digits);
        return EXIT_DIFFERS;
    }
    if (!was->ended)
        args_note(r->args, "%s: warning: the trace has no end: the match was cut off",
                  r->path);
    if (r->args->json) {
        json_t *o = json_pack("{s:i, s:s, s:I, s:s}", "v", 1, "file", r->path, "steps",
                              (json_int_t)was->n, "hash", digits);
        print_json(o);
        json_decref(o);
    } else {
        mask_print(stdout, "%s: %" PRIu64 " moves reproduced bit for bit (hash %s)\n",
                   r->path, was->n, digits);
    }
    return EXIT_OK;
}

static int verify_match(struct rematch *r)
{
    static const struct match_sink_ops ops = { begin_comparison, compare_move,
                                               end_comparison };
    const struct match_record *was = &r->was;
    struct err err = { 0 };
    if (!open_specs(r, &err))
        return args_err(r->args, &err);
    struct comparison c = { { &ops }, was, stop_on_signals(), 0 };
    struct match_job job = {
        &r->game, r->agent, was->n_seats, was->root, was->seed, was->n, NULL
    };
    struct match_result res;
    bool ok = match_run(&job, NULL, &c.sink, c.stop, &res, &err);
    int status;
    if (c.differs_at) {
        mask_print(stderr, "%s: differs at move %" PRIu64 "\n", r->path, c.differs_at);
        fprintf(stderr, "  recorded by ursa %s, %s; this is ursa %s, %s\n", was->version,
                was->game, PACKAGE_VERSION, r->game.canonical);
        status = EXIT_DIFFERS;
    } else if (!ok) {
        status = args_err(r->args, &err);
        status = res.begun ? EXIT_RUN_FAILED : status;
    } else if (res.steps < job.steps) {
        args_fail(r->args, "interrupted after %" PRIu64 " of %" PRIu64 " moves", res.steps,
                  job.steps);
        status = EXIT_INTERRUPTED;
    } else {
        status = confirmed(r, res.hash);
    }
    match_result_release(&res);
    return status;
}

int replay_match(struct args *a, const char *path, bool verify)
{
    struct rematch r = { .args = a, .path = path };
    struct err err = { 0 };
    if (!match_trace_read(&r.was, path, &err))
        return args_err(a, &err);
    int status = verify ? verify_match(&r) : print_match(&r);
    for (uint32_t i = 0; i < PLAYERS_MAX; i++)
        kind_release(&r.agent[i]);
    kind_release(&r.game);
    match_record_release(&r.was);
    return status;
}
