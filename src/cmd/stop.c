#include "config.h"

#include "stop.h"

#include <signal.h>

/* A signal handler has no argument of ours: the one mutable object of the program. */
static atomic_int stop;

static void on_signal(int number)
{
    (void)number;
    atomic_store_explicit(&stop, 1, memory_order_relaxed);
}

atomic_int *stop_on_signals(void)
{
    struct sigaction sa = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };
    sigemptyset(&sa.sa_mask);
    sigaction(SIGINT, &sa, NULL);
    sigaction(SIGTERM, &sa, NULL);
    /* A terminal that goes away, unless nohup said not to mind. */
    struct sigaction before;
    if (!sigaction(SIGHUP, NULL, &before) && before.sa_handler != SIG_IGN)
        sigaction(SIGHUP, &sa, NULL);
    return &stop;
}
