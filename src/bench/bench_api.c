#include "config.h"

#include "bench.h"
#include "rng.h"
#include "ursa.h"
#include "xalloc.h"

#include <stdlib.h>

/* libursa as a host meets it: many states of one world a call, and a run a cycle a call. */

enum { STATES = 1024, DRAWN = 64 };

struct host {
    ursa_vec *vec;
    ursa_session *session;
    uint8_t action[DRAWN][STATES];
    uint64_t percept[STATES];
};

static void close_host(void *context)
{
    struct host *h = context;
    ursa_vec_close(h->vec);
    ursa_session_close(h->session);
    free(h);
}

static void *open_vec(struct err *err)
{
    uint32_t seed[STATES];
    struct rng rng = { { 1, 2, 3, 4 } };
    struct host *h = xcalloc(1, sizeof *h);
    for (uint32_t i = 0; i < STATES; i++)
        seed[i] = i;
    for (size_t k = 0; k < DRAWN; k++)
        for (size_t i = 0; i < STATES; i++)
            h->action[k][i] = (uint8_t)rng_below(&rng, 5);
    h->vec = ursa_vec_open("gridworld", 0, seed, STATES);
    if (h->vec)
        return h;
    close_host(h);
    return err_null(err, "%s", ursa_error());
}

static double step_vec(void *context, uint64_t n)
{
    struct host *h = context;
    for (uint64_t i = 0; i < n; i++)
        ursa_vec_step(h->vec, h->action[i % DRAWN], h->percept);
    return (double)n * STATES;
}

static void *open_session(struct err *err)
{
    struct host *h = xcalloc(1, sizeof *h);
    h->session = ursa_session_open("random", "coin-flip", 0, 1, NULL);
    if (h->session)
        return h;
    close_host(h);
    return err_null(err, "%s", ursa_error());
}

static double step_session(void *context, uint64_t n)
{
    struct host *h = context;
    struct ursa_record rec = { .size = sizeof rec };
    for (uint64_t i = 0; i < n; i++)
        ursa_session_step(h->session, -1, &rec);
    return (double)n;
}

const struct bench_row bench_api[] = {
    { "api.vec", "steps/s", "1024 gridworlds a call of libursa", BENCH_RATE, open_vec,
      step_vec, close_host },
    { "api.session", "cycles/s", "random in coin-flip, a cycle a call of libursa",
      BENCH_RATE, open_session, step_session, close_host },
    { 0 },
};
