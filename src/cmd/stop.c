#include "config.h"

#include "stop.h"

#include "kind.h"
#include "mask.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A signal handler has no argument of ours: the mutable objects of the program. */
static atomic_int stop, stop_number, stop_status;
static char blamed[2000]; /* files, ready to be told; "": none */
static bool crashes_told; /* on_crash() stands where it should */

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

/* ---- crashes in what is not ours */

static void put(const char *text)
{
    ssize_t ignored = write(STDERR_FILENO, text, strlen(text));
    (void)ignored;
}

static void on_crash(int number)
{
    if (*blamed) {
        put("ursa: killed by SIG");
        put(sigabbrev_np(number));
        put(" with ");
        put(blamed);
        put(" loaded; ursa check tries it promise by promise\n");
    }
    signal(number, SIG_DFL);
    raise(number);
}

/* Once: who takes the signals later, as the screen does, passes them on. */
static void tell_crashes(void)
{
    static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
    for (size_t i = 0; !crashes_told && i < sizeof crashes / sizeof *crashes; i++) {
        struct sigaction before; /* of a sanitizer: it has more to say */
        if (!sigaction(crashes[i], NULL, &before) && before.sa_handler == SIG_DFL)
            handle(crashes[i], on_crash, (int)SA_NODEFER);
    }
    crashes_told = true;
}

atomic_int *stop_on_signals(void)
{
    tell_crashes();
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

void stop_blames(const struct spec_of *spec)
{
    size_t used = strlen(blamed);
    char file[500];
    if (!spec->file)
        return;
    mask_text(file, sizeof file, spec->file);
    if (!strstr(blamed, file) && used + sizeof file + 2 < sizeof blamed)
        snprintf(blamed + used, sizeof blamed - used, "%s%s", used ? ", " : "", file);
    tell_crashes();
}
