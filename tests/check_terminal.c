#include "config.h"

#include "harness.h"
#include "terminal.h"
#include "xalloc.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/* How the window answers keys, and how it leaves a terminal: by every way out there is. */

/* All that is sent from now on, until the program has gone. */
static char *rest_of(struct terminal *t)
{
    size_t n = 0, cap = 1 << 16;
    char *all = xcalloc(cap, 1);
    for (ssize_t got; (got = read(t->fd, all + n, cap - n - 1)) > 0;) {
        n += (size_t)got;
        if (cap - n < 4096)
            all = xrealloc(all, cap *= 2, 1);
    }
    all[n] = '\0';
    return all;
}

/* Keys are answered while a search of a million samples runs. How fast is reported; what is
 * asserted is only that it did not wait for the search. */
START_TEST(keys_are_answered_in_the_middle_of_a_search)
{
    static const char *const args[] = { "ursa", "watch",
                                        "aixi:planner=mcts,samples=10000000",
                                        "gridworld:map=thesis", NULL };
    struct terminal t = start(24, 80, "xterm-256color", args);
    wait_for(&t, "before the first action");
    press(&t, "t");
    double took = wait_for(&t, "truth ON");
    printf("# a key in the middle of a search is answered after %.0f ms\n", 1000 * took);
    ck_assert(shown(&t, "before the first action"));
    press(&t, "q");
    end(&t);
}
END_TEST

/* Keys as a terminal sends them, and a text that is on the screen thereafter. */
static const struct {
    const char *keys, *shows;
} presses[] = {
    { "g5\r", "t=5 " },
    { "b", "t=4 " },
    { "\033OD", "t=3 " },
    { "n", "t=4 " },
    { "\033OC", "t=5 " },
    { "]", "t=15 " },
    { "[", "t=5 " },
    { "\033OH", "before the first" },
    { "\033OF", "t=15 " },
    { "m", "marked: } and {" },
    { "b", "t=14 " },
    { "}", "t=15 " },
    { "n", "t=16 " },
    { "{", "t=15 " },
    { "m", "no longer marked" },
    { "\t", "focus: the events" },
    { "\033OB\033OB", "plan" },
    { "\033OA\033OA", "share of" },
    { "\t", "focus: no panel" },
    { "\033OB", "Tab chooses" },
    { "\033OA", "Tab chooses" },
    { "\r", "Search tree" },
    { "\r", "share of" },
    { "?", "Time ---" },
    { "x", "share of" },
    { "h", "Time ---" },
    { "x", "share of" },
    { "\033OP", "Time ---" },
    { "x", "share of" },
    { "o", "Parameters" },
    { "\033", "share of" },
    { "\033OQ", "Parameters" },
    { "\033", "share of" },
    { "A", "Agents" },
    { "\033", "share of" },
    { "\033OR", "Agents" },
    { "\033", "share of" },
    { "E", "Worlds" },
    { "\033", "share of" },
    { "\033OS", "Worlds" },
    { "\033", "share of" },
    { "D", "Demonstrations" },
    { "\033", "share of" },
    { "v", "layer: visits" },
    { "\033[15~", "layer: value" },
    { "t", "truth ON" },
    { "\033[17~", "Value ---" },
    { "-", "4 cycles a second" },
    { "\033[18~", "2 cycles a second" },
    { "+", "4 cycles a second" },
    { "\033[19~", "8 cycles a second" },
    { "=", "16 cycles a second" },
    { "c", "palette: dark" },
    { "1", "t=15 " },
    { "2", "t=15 " },
    { "3", "t=15 " },
    { "4", "t=15 " },
    { "a", "you act" },
    { "a", "the agent acts" },
    { "p", "|| paused" },
    { "s", "seed 6" },
    { "r", "before the first" },
    { ":nosuch\r", "no command 'nosuch'" },
    { "\014", "before the first" },
    { "R", "recording to" },
    { "R", "recorded aixi" },
    { "\033[20~", "recording to" },
    { "\033[20~", "recorded aixi" },
    { " ", "t=1 " },
    { "p", "|| paused" },
};

/* Every key of the table, as a terminal sends it, is taken: the screen answers each with
 * something of its own, and what opens closes. */
START_TEST(every_key_is_answered)
{
    static const char *const args[] = {
        "ursa", "watch", "aixi:samples=50", "gridworld:map=thesis",
        "-s",   "5",     "--paused",        "--ascii",
        NULL
    };
    char dir[] = "/tmp/ursa-keys-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(dir));
    struct terminal t = start_in(dir, 24, 80, "xterm-256color", args);
    wait_for(&t, "before the first action");
    for (size_t i = 0; i < sizeof presses / sizeof *presses; i++) {
        press(&t, presses[i].keys);
        wait_for(&t, presses[i].shows);
    }
    press(&t, "\033[21~"); /* F10 */
    end(&t);
    char *command = xasprintf("rm -r %s", dir);
    ck_assert_int_eq(system(command), 0);
    free(command);
}
END_TEST

/* Every signal that can be caught, and none: "q". The first three are wishes to stop. */
static const int signals[] = { 0,       SIGTERM, SIGINT,  SIGHUP,    SIGSEGV, SIGBUS,
                               SIGFPE,  SIGILL,  SIGABRT, SIGQUIT,   SIGUSR1, SIGUSR2,
                               SIGALRM, SIGXCPU, SIGVTALRM, SIGPROF, SIGSYS,
                               SIGTRAP, SIGPOLL, 34 /* the first of real time */ };

/* The other screen, the cursor and the modes are as they were, whatever ended it. */
START_TEST(the_terminal_is_given_back)
{
    struct terminal t = start(24, 80, "xterm-256color", watch);
    int status, number = signals[_i];
    struct termios modes;
    wait_for(&t, "before the first action");
    if (number)
        kill(t.pid, number);
    else
        press(&t, "q");
    char *all = rest_of(&t);
    ck_assert_ptr_nonnull(strstr(all, "\033[?1049l"));        /* leaves the other screen */
    ck_assert_ptr_nonnull(strstr(all, "\033[?12l\033[?25h")); /* shows the cursor */
    free(all);
    ck_assert_int_eq(waitpid(t.pid, &status, 0), t.pid);
    if (number == SIGTERM || number == SIGINT || number == SIGHUP || !number)
        ck_assert_int_eq(WEXITSTATUS(status), number ? 75 : 0);
    else
        ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == number,
                      "signal %d ended it with %d", number, status);
    if (!tcgetattr(t.fd, &modes))
        ck_assert((modes.c_lflag & (ICANON | ECHO)) == (ICANON | ECHO));
    vterm_free(t.vt);
    close(t.fd);
}
END_TEST

/* On terminals with one screen the prompt comes on a line of its own: the last, cleared. */
START_TEST(the_last_line_is_cleared_where_there_is_one_screen)
{
    static const char *const terms[] = { "linux", "vt100" };
    struct terminal t = start(24, 80, terms[_i], watch);
    wait_for(&t, "before the first action");
    press(&t, "q");
    while (listen_for(&t, 100))
        ;
    char *last = row_text(&t, 23);
    ck_assert_msg(last[strspn(last, " ")] == '\0', "'%s' is left", last);
    free(last);
    int status;
    ck_assert_int_eq(waitpid(t.pid, &status, 0), t.pid);
    vterm_free(t.vt);
    close(t.fd);
}
END_TEST

/* ^S is no end of everything, and a text that is pasted is taken in pieces. */
START_TEST(nothing_freezes_the_window)
{
    struct terminal t = start(24, 80, "xterm-256color", watch);
    struct termios modes;
    char paste[4096];
    wait_for(&t, "before the first action");
    ck_assert_int_eq(tcgetattr(t.fd, &modes), 0);
    ck_assert_int_eq((int)(modes.c_iflag & (IXON | IXOFF)), 0);
    press(&t, "\023t");
    wait_for(&t, "truth ON");
    memset(paste, 't', sizeof paste - 1);
    paste[sizeof paste - 1] = '\0';
    for (int i = 0; i < 25; i++) { /* 100 kB */
        press(&t, paste);
        listen_for(&t, 1);
    }
    press(&t, "\033[21~"); /* F10 */
    end(&t);
}
END_TEST

/* nohup, and the terminal goes away: reading fails for ever, so it ends. */
START_TEST(a_terminal_that_is_gone_ends_it)
{
    signal(SIGHUP, SIG_IGN);
    struct terminal t = start(24, 80, "xterm-256color", watch);
    int status = 0;
    wait_for(&t, "before the first action");
    close(t.fd);
    double from = seconds();
    while (waitpid(t.pid, &status, WNOHANG) == 0) {
        ck_assert_msg(seconds() - from < PATIENCE, "it goes on without a terminal");
        usleep(10000);
    }
    ck_assert(WIFEXITED(status));
    vterm_free(t.vt);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("terminal");
    TCase *tc = tcase_create("terminal");
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, keys_are_answered_in_the_middle_of_a_search);
    tcase_add_test(tc, every_key_is_answered);
    tcase_add_loop_test(tc, the_terminal_is_given_back, 0,
                        sizeof signals / sizeof *signals);
    tcase_add_loop_test(tc, the_last_line_is_cleared_where_there_is_one_screen, 0, 2);
    tcase_add_test(tc, nothing_freezes_the_window);
    tcase_add_test(tc, a_terminal_that_is_gone_ends_it);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
