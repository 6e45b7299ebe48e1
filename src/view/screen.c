#include "config.h"

#include "screen.h"

#include "clock.h"
#include "reply.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

/* ---- giving the terminal back, whatever happens */

enum { SIGNALS = 65 };
#define DRAGS "\033[?1002"

/* A signal's handler has no arguments of ours: what it needs stands here. */
static struct {
    struct termios modes;
    char leave[256]; /* leaves the other screen, shows the cursor, plain text */
    size_t n;
    volatile sig_atomic_t taken;
    void (*before[SIGNALS])(int); /* who wanted the signal; it comes to him once */
    SCREEN *screen;
    struct sheet shown; /* what is on it, in what colours */
    struct theme theme;
    struct reply reply;
    bool asked_more, notified; /* of and by changes of its colours */
    char direct[64]; /* the description of this terminal that takes 24 bits; "": none */
} terminal;

static void give_back(void)
{
    if (!terminal.taken)
        return;
    ssize_t ignored = write(STDOUT_FILENO, terminal.leave, terminal.n);
    (void)ignored;
    tcsetattr(STDOUT_FILENO, TCSANOW, &terminal.modes);
}

/* After which nothing is to be shown any more. */
static bool is_crash(int number)
{
    return number == SIGSEGV || number == SIGBUS || number == SIGFPE || number == SIGILL ||
           number == SIGABRT;
}

static void on_signal(int number)
{
    void (*before)(int) = terminal.before[number];
    if (!before || is_crash(number))
        give_back();
    if (before) {
        terminal.before[number] = NULL;
        before(number);
        return;
    }
    signal(number, SIG_DFL);
    raise(number);
}

/* Signals that end nothing, unless somebody handles them, and that curses sees to. */
static bool harmless(int number)
{
    static const int list[] = { SIGCHLD, SIGCONT, SIGURG,  SIGWINCH, SIGTSTP,
                                SIGTTIN, SIGTTOU, SIGSTOP, SIGKILL };
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (list[i] == number)
            return true;
    return false;
}

static void catch_signals(void)
{
    for (int number = 1; number < SIGNALS; number++) {
        struct sigaction now, ours = { .sa_handler = on_signal };
        if (harmless(number) || sigaction(number, NULL, &now) || now.sa_handler == SIG_IGN)
            continue;
        bool plain = now.sa_handler != SIG_DFL && !(now.sa_flags & SA_SIGINFO);
        terminal.before[number] = plain ? now.sa_handler : NULL;
        sigemptyset(&ours.sa_mask);
        sigaction(number, &ours, NULL);
    }
}

static void add_leave(const char *part)
{
    size_t n = part && part != (const char *)-1 ? strlen(part) : 0;
    if (terminal.n + n < sizeof terminal.leave) {
        memcpy(terminal.leave + terminal.n, n ? part : "", n);
        terminal.n += n;
    }
}

/* A terminal with one screen keeps what was shown: the prompt is to come below it. */
static void remember_leave(void)
{
    bool own_screen = exit_ca_mode && exit_ca_mode != (const char *)-1;
    terminal.n = 0;
    if (terminal.notified)
        add_leave("\033[?2031l");
    add_leave(exit_attribute_mode);
    if (!own_screen && cursor_address) {
        add_leave(tiparm(cursor_address, LINES - 1, 0));
        add_leave(clr_eol);
    }
    add_leave(key_mouse && key_mouse != (const char *)-1 ? DRAGS "l" : NULL);
    add_leave(cursor_normal);
    add_leave(exit_ca_mode);
}

/* ---- opening */

static void say(const char *text)
{
    ssize_t ignored = write(STDOUT_FILENO, text, strlen(text));
    (void)ignored;
}

/* A terminal that says it takes 24 bits has a description that does, "xterm-direct" for
 * "xterm-256color" and so on; entries of its palette are nobody's to change. */
static bool find_direct(const char *term)
{
    static const char wide[] = "-256color", direct[] = "-direct";
    const char *says = getenv("COLORTERM");
    int status, n = (int)strlen(term);
    *terminal.direct = '\0';
    if (strstr(term, direct)) {
        snprintf(terminal.direct, sizeof terminal.direct, "%s", term);
        return true;
    }
    if (!says || (strcmp(says, "truecolor") && strcmp(says, "24bit")))
        return false;
    if (n > (int)sizeof wide - 1 && !strcmp(term + n - (sizeof wide - 1), wide))
        n -= (int)sizeof wide - 1;
    snprintf(terminal.direct, sizeof terminal.direct, "%.*s%s", n, term, direct);
    bool loads = setupterm(terminal.direct, STDOUT_FILENO, &status) == OK;
    loads = loads && max_colors >= SHRT_MAX; /* as much as some libraries can say */
    if (cur_term)
        del_curterm(cur_term);
    if (!loads)
        *terminal.direct = '\0';
    return loads;
}

bool screen_probe(struct view_conf *conf, bool ascii, struct err *err)
{
    int status;
    const char *term = getenv("TERM");
    setlocale(LC_CTYPE, "");
    if (setupterm(NULL, STDOUT_FILENO, &status) == ERR)
        return err_set(err,
                       status == 0 ? "the terminal '%s' is unknown or cannot show a screen"
                                   : "TERM is not set or its description is missing ('%s')",
                       term ? term : "");
    if (!cursor_address || cursor_address == (char *)-1)
        return err_set(err, "the terminal '%s' cannot place its cursor", term ? term : "");
    const char *no_color = getenv("NO_COLOR");
    conf->theme.backdrop = backdrop_of_fgbg(getenv("COLORFGBG"));
    conf->utf8 = !ascii && !strcmp(nl_langinfo(CODESET), "UTF-8");
    int *colors = &conf->theme.colors;
    *colors = no_color && *no_color ? 0 : max_colors < 0 ? 0 : max_colors;
    bool console = term && !strcmp(term, "linux"); /* its fonts have no braille */
    if (console && *colors > 8)
        *colors = 8;
    if (console && conf->graph == GRAPH_BRAILLE)
        conf->graph = GRAPH_BLOCK;
    del_curterm(cur_term);
    if (*colors >= 8 && !console && find_direct(term))
        *colors = COLORS_DIRECT;
    return true;
}

/* ^S is a key like others, not a frozen screen. */
static void flow_control_off(void)
{
    struct termios modes;
    if (tcgetattr(STDOUT_FILENO, &modes))
        return;
    modes.c_iflag &= ~(tcflag_t)(IXON | IXOFF);
    tcsetattr(STDOUT_FILENO, TCSANOW, &modes);
    def_prog_mode();
}

/* Presses, releases and the wheel. Where the mouse is dragged to curses does not ask for by
 * itself: xterm's mode 1002 is on while the button is down, and no longer. */
static void watch_mouse(void)
{
    mousemask(BUTTON1_CLICKED | BUTTON1_PRESSED | BUTTON1_RELEASED | BUTTON4_PRESSED |
                  BUTTON5_PRESSED | REPORT_MOUSE_POSITION,
              NULL);
    mouseinterval(0);
}

bool screen_open(struct err *err)
{
    tcgetattr(STDOUT_FILENO, &terminal.modes);
    errno = 0;
    char *description = *terminal.direct ? terminal.direct : NULL;
    if (!(terminal.screen = newterm(description, stdout, stdin)))
        return errno == ENOMEM ? err_system(err, "cannot take the terminal")
                               : err_set(err, "cannot take the terminal");
    remember_leave();
    catch_signals();
    terminal.taken = 1;
    cbreak();
    noecho();
    nonl();
    flow_control_off();
    keypad(stdscr, TRUE);
    set_escdelay(25);
    curs_set(0);
    if (has_colors()) {
        start_color();
        use_default_colors();
    }
    watch_mouse();
    return true;
}

void screen_size(int *rows, int *cols) { getmaxyx(stdscr, *rows, *cols); }

/* ---- showing */

/* The pair of a look; curses remembers which it has. */
static int pair_of(struct look l)
{
    int pair = l.fg < 0 && l.bg < 0 ? 0 : alloc_pair(l.fg, l.bg);
    return pair < 0 ? 0 : pair;
}

static attr_t attributes(struct look l)
{
    return (l.attr & LOOK_BOLD ? A_BOLD : A_NORMAL) |
           (l.attr & LOOK_REVERSE ? A_REVERSE : A_NORMAL) |
           (l.attr & LOOK_DIM ? A_DIM : A_NORMAL) |
           (l.attr & LOOK_UNDERLINE ? A_UNDERLINE : A_NORMAL);
}

static void show_mark(int row, int col, struct mark m, struct theme theme)
{
    struct look l = theme_look(theme, m);
    wchar_t text[2] = { m.ch ? (wchar_t)m.ch : L' ', 0 };
    int pair = has_colors() && theme.colors >= 8 ? pair_of(l) : 0;
    cchar_t cc;
    setcchar(&cc, text, attributes(l), 0, &pair);
    mvadd_wch(row, col, &cc);
}

/* What the screen shows is kept, as most marks are the same from frame to frame. */
static bool shows_other(const struct sheet *s, struct theme theme)
{
    struct sheet *was = &terminal.shown;
    if (was->rows == s->rows && was->cols == s->cols &&
        !memcmp(&theme, &terminal.theme, sizeof theme))
        return false;
    sheet_resize(was, s->rows, s->cols);
    terminal.theme = theme;
    return true;
}

void screen_show(const struct sheet *s, const struct view_conf *conf, bool all)
{
    bool other = shows_other(s, conf->theme) || all;
    for (int i = 0; i < s->rows * s->cols; i++)
        if (other || memcmp(&s->at[i], &terminal.shown.at[i], sizeof s->at[i]) != 0)
            show_mark(i / s->cols, i % s->cols, s->at[i], conf->theme);
    memcpy(terminal.shown.at, s->at, (size_t)s->rows * (size_t)s->cols * sizeof *s->at);
    if (all) {
        clearok(stdscr, TRUE);
        remember_leave(); /* the size may be another */
    }
    refresh();
}

/* ---- keys */

static uint32_t translate(int key)
{
    static const struct {
        int curses;
        uint32_t ours;
    } table[] = {
        { KEY_UP, VK_UP },
        { KEY_DOWN, VK_DOWN },
        { KEY_LEFT, VK_LEFT },
        { KEY_RIGHT, VK_RIGHT },
        { KEY_HOME, VK_HOME },
        { KEY_END, VK_END },
        { KEY_BACKSPACE, VK_BACKSPACE },
        { KEY_DC, VK_DELETE },
        { KEY_ENTER, VK_ENTER },
        { KEY_RESIZE, VK_RESIZE },
        { KEY_MOUSE, VK_MOUSE },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].curses == key)
            return table[i].ours;
    return key >= KEY_F(1) && key <= KEY_F(12) ? VK_F1 + (uint32_t)(key - KEY_F(1)) : 0;
}

static uint32_t mouse_key(mmask_t state)
{
    if (state & BUTTON4_PRESSED)
        return VK_WHEEL_UP;
    if (state & BUTTON5_PRESSED)
        return VK_WHEEL_DOWN;
    if (state & BUTTON1_RELEASED) {
        say(DRAGS "l\033[?1000h");
        return 0;
    }
    if (state & REPORT_MOUSE_POSITION)
        return VK_DRAG;
    if (state & BUTTON1_PRESSED)
        say(DRAGS "h");
    return VK_MOUSE;
}

/* Whether nobody is there any more: reading then fails at once, for ever. */
static bool gone(void)
{
    struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
    return poll(&in, 1, 0) > 0 && (in.revents & (POLLHUP | POLLERR | POLLNVAL));
}

static int64_t milliseconds(void) { return (int64_t)(1000 * clock_now()); }

/* Reads once, for at most `ms`; what is read comes out of reply_key(). The key that says
 * where it was is returned at once. */
static uint32_t read_key(int ms, int *row, int *col)
{
    struct reply *r = &terminal.reply;
    wint_t key;
    int held = reply_patience(r, milliseconds());
    timeout(held >= 0 && held < ms ? held : ms);
    int kind = get_wch(&key);
    if (kind == ERR) {
        reply_wait(r, milliseconds());
        return held < 0 && gone() ? VK_GONE : 0;
    }
    if (kind != KEY_CODE_YES) {
        reply_take(r, key, milliseconds());
        return 0;
    }
    uint32_t ours = translate((int)key);
    MEVENT event;
    if (ours != VK_MOUSE)
        reply_push(r, ours);
    else if (getmouse(&event) == OK) {
        *row = event.y;
        *col = event.x;
        return mouse_key(event.bstate);
    }
    return 0;
}

uint32_t screen_key(int ms, int *row, int *col)
{
    int64_t until = milliseconds() + ms;
    for (;;) {
        uint32_t key = reply_key(&terminal.reply);
        if (key)
            return key;
        int64_t left = until - milliseconds();
        enum reply_state before = terminal.reply.state;
        if ((key = read_key(left > 0 ? (int)left : 0, row, col)))
            return key;
        bool idle = !terminal.reply.n_keys && terminal.reply.state == before;
        if (idle && milliseconds() >= until)
            return 0;
    }
}

/* ---- what is behind the text */

/* The colour of the background, and what kind of terminal it is: every one that answers at
 * all answers that, and so it is known when no more will come. */
static void ask(void)
{
    say("\033]11;?\033\\\033[c");
    reply_asked(&terminal.reply, milliseconds());
}

/* Terminals without colours are not asked, nor those that show the question. */
static bool may_ask(struct theme theme)
{
    const char *term = getenv("TERM"), *program = getenv("TERM_PROGRAM");
    return theme.colors >= 8 && term && strcmp(term, "linux") && strcmp(term, "dumb") &&
           !(program && !strcmp(program, "Apple_Terminal"));
}

void screen_greet(struct theme *theme)
{
    enum { PATIENCE = 50 };
    bool matters = theme->palette == PALETTE_AUTO || theme->palette == PALETTE_GREY ||
                   theme->palette == PALETTE_CONTRAST;
    int row, col;
    if (!may_ask(*theme))
        return;
    ask();
    for (int64_t until = milliseconds() + PATIENCE, left;
         matters && !terminal.reply.answered && (left = until - milliseconds()) > 0;)
        if (terminal.reply.n_keys > REPLY_KEYS / 2 || read_key((int)left, &row, &col))
            break;
    screen_backdrop(theme);
}

bool screen_backdrop(struct theme *theme)
{
    struct reply *r = &terminal.reply;
    enum backdrop is = r->backdrop;
    r->backdrop = BACKDROP_UNKNOWN;
    if (r->answered && !terminal.asked_more && is != BACKDROP_UNKNOWN) {
        terminal.asked_more = true;
        say("\033[?2031$p"); /* whether it tells when the colours change */
    }
    if (r->notifies && !terminal.notified) {
        terminal.notified = true;
        say("\033[?2031h");
        remember_leave();
    }
    if (r->changed)
        ask();
    r->changed = false;
    if (is == BACKDROP_UNKNOWN || is == theme->backdrop)
        return false;
    theme->backdrop = is;
    return true;
}

/* ---- closing */

/* What it has still to answer would be typed at the prompt. */
static void await_answers(void)
{
    enum { PATIENCE = 100 };
    struct reply *r = &terminal.reply;
    int row, col;
    for (int64_t until = milliseconds() + PATIENCE, left;
         r->open && milliseconds() < r->expects && (left = until - milliseconds()) > 0;) {
        r->n_keys = 0;
        if (read_key((int)left, &row, &col) == VK_GONE)
            return;
    }
}

void screen_close(void)
{
    if (!terminal.taken)
        return;
    await_answers();
    terminal.taken = 0;
    if (terminal.notified)
        say("\033[?2031l");
    curs_set(1);
    if (!exit_ca_mode) {
        move(LINES - 1, 0);
        clrtoeol();
        refresh();
    }
    endwin();
    delscreen(terminal.screen);
    sheet_release(&terminal.shown);
}
