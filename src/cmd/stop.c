#include "config.h"

#include "stop.h"

#include <signal.h>
#include <string.h>

/* A signal handler has no argument of ours: the mutable objects of the program. */
static atomic_int stop, stop_number, stop_status;

static void on_signal(int number)
{
    atomic_store_explicit(&stop_number, number, memory_order_relaxed);
    atomic_fetch_add_explicit(&stop, 1, memory_order_relaxed);
}

static void on_question(int number)
{
    (void)number;
    atomic_store_explicit(&stop_status, 1, memory_order_relaxed);
}

static void handle(int number, void (*handler)(int), int flags)
{
    struct sigaction sa = { .sa_handler = handler, .sa_flags = flags };
    sigemptyset(&sa.sa_mask);
    sigaction(number, &sa, NULL);
}

atomic_int *stop_on_signals(void)
{
    handle(SIGINT, on_signal, (int)SA_RESETHAND);
    handle(SIGTERM, on_signal, (int)SA_RESETHAND);
    /* A terminal that goes away, unless nohup said not to mind. */
    struct sigaction before;
    if (!sigaction(SIGHUP, NULL, &before) && before.sa_handler != SIG_IGN)
        handle(SIGHUP, on_signal, (int)SA_RESETHAND);
    return &stop;
}

struct stops count_signals(void)
{
    handle(SIGINT, on_signal, 0);
    handle(SIGTERM, on_signal, 0);
    handle(SIGUSR2, on_signal, 0);
    handle(SIGUSR1, on_question, 0);
    return (struct stops){ &stop, &stop_number, &stop_status };
}
