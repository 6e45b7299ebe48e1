#include "config.h"

#include "terminal.h"
#include "xalloc.h"

#include <check.h>
#include <poll.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* In a directory, unless NULL. */
struct terminal start_as(const char *dir, int rows, int cols, const char *term,
                         const char *locale, const char *const *args)
{
    struct terminal t = { .rows = rows, .cols = cols };
    struct winsize size = { (unsigned short)rows, (unsigned short)cols, 0, 0 };
    t.pid = forkpty(&t.fd, NULL, NULL, &size);
    ck_assert_int_ge(t.pid, 0);
    if (!t.pid) {
        char *program = realpath(getenv("URSA") ? getenv("URSA") : "./ursa", NULL);
        char *data = realpath(getenv("URSA_DATADIR") ? getenv("URSA_DATADIR") : ".", NULL);
        if (!program || !data || (dir && chdir(dir)))
            _exit(126);
        setenv("URSA_DATADIR", data, 1);
        setenv("TERM", term, 1);
        setenv("LC_ALL", locale, 1);
        unsetenv("COLORFGBG"); /* those of the terminal that this test runs in */
        if (strncmp(term, "ursa-", 5) != 0)
            unsetenv("COLORTERM");
        if (!strcmp(term, "linux")) /* curses loads libgpm there, which loses ten bytes */
            setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
        execv(program, (char *const *)(uintptr_t)args);
        _exit(127);
    }
    t.vt = vterm_new(rows, cols);
    vterm_set_utf8(t.vt, 1);
    t.screen = vterm_obtain_screen(t.vt);
    vterm_screen_enable_altscreen(t.screen, 1);
    vterm_screen_reset(t.screen, 1);
    return t;
}

struct terminal start_in(const char *dir, int rows, int cols, const char *term,
                         const char *const *args)
{
    unsetenv("NO_COLOR");
    return start_as(dir, rows, cols, term, "C.UTF-8", args);
}

struct terminal start(int rows, int cols, const char *term, const char *const *args)
{
    return start_in(NULL, rows, cols, term, args);
}

double seconds(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec;
}

/* Reads what comes within `ms`; false: the program has gone. */
bool listen_for(struct terminal *t, int ms)
{
    char buf[65536];
    struct pollfd p = { .fd = t->fd, .events = POLLIN };
    if (poll(&p, 1, ms) <= 0)
        return true;
    ssize_t n = read(t->fd, buf, sizeof buf);
    /* Singly, as where a read ends is chance: before a terminal designates a character set,
     * which the console never does, libvterm 0.1 decodes what begins with a letter by
     * another state than what begins inside a character, and loses one that two reads
     * share. */
    for (ssize_t i = 0; i < n; i++)
        vterm_input_write(t->vt, &buf[i], 1);
    return n > 0;
}

char *row_text(struct terminal *t, int row)
{
    VTermRect r = { row, row + 1, 0, t->cols };
    char *text = xcalloc(1, (size_t)t->cols * 4 + 1);
    vterm_screen_get_text(t->screen, text, (size_t)t->cols * 4, r);
    return text;
}

bool shown(struct terminal *t, const char *what)
{
    bool found = false;
    for (int r = 0; r < t->rows && !found; r++) {
        char *text = row_text(t, r);
        found = strstr(text, what) != NULL;
        free(text);
    }
    return found;
}

/* Until the screen has this text; how long it took. */
double wait_for(struct terminal *t, const char *what)
{
    double from = seconds();
    while (!shown(t, what)) {
        if (seconds() - from > PATIENCE)
            ck_abort_msg("'%s' was not shown", what);
        listen_for(t, 20);
    }
    return seconds() - from;
}

void press(struct terminal *t, const char *keys)
{
    ck_assert_int_eq(write(t->fd, keys, strlen(keys)), (ssize_t)strlen(keys));
}

/* Reads on until its end. */
void end(struct terminal *t)
{
    int status;
    while (listen_for(t, 100))
        ;
    ck_assert_int_eq(waitpid(t->pid, &status, 0), t->pid);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    vterm_free(t->vt);
    close(t->fd);
}

const char *const watch[] = { "ursa", "watch", "aixi",     "gridworld:map=thesis",
                              "-s",   "5",     "--paused", NULL };
