#include "config.h"

#include "screen.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

/* ---- giving the terminal back, whatever happens */

/* A fatal signal's handler has no arguments of ours: what it needs stands here. */
static struct {
    struct termios modes;
    char leave[128]; /* leaves the other screen, shows the cursor, plain text */
    size_t n;
    volatile sig_atomic_t taken;
    SCREEN *screen;
} terminal;

static void on_fatal(int number)
{
    if (terminal.taken) {
        ssize_t ignored = write(STDOUT_FILENO, terminal.leave, terminal.n);
        (void)ignored;
        tcsetattr(STDOUT_FILENO, TCSANOW, &terminal.modes);
    }
    signal(number, SIG_DFL);
    raise(number);
}

static void remember_terminal(void)
{
    static const int fatal[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT };
    const char *const parts[] = { exit_attribute_mode, cursor_normal, exit_ca_mode };
    terminal.n = 0;
    for (size_t i = 0; i < 3; i++) {
        size_t n = parts[i] ? strlen(parts[i]) : 0;
        if (terminal.n + n < sizeof terminal.leave) {
            memcpy(terminal.leave + terminal.n, parts[i] ? parts[i] : "", n);
            terminal.n += n;
        }
    }
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++)
        signal(fatal[i], on_fatal);
    terminal.taken = 1;
}

/* ---- opening */

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
    conf->utf8 = !ascii && !strcmp(nl_langinfo(CODESET), "UTF-8");
    conf->colors = no_color && *no_color ? 0 : max_colors < 0 ? 0 : max_colors;
    bool console = term && !strcmp(term, "linux"); /* its fonts have no braille */
    if (console && conf->colors > 8)
        conf->colors = 8;
    if (console && conf->graph == GRAPH_BRAILLE)
        conf->graph = GRAPH_BLOCK;
    del_curterm(cur_term);
    return true;
}

bool screen_open(struct err *err)
{
    tcgetattr(STDOUT_FILENO, &terminal.modes);
    if (!(terminal.screen = newterm(NULL, stdout, stdin)))
        return err_set(err, "cannot take the terminal");
    remember_terminal();
    cbreak();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    set_escdelay(25);
    curs_set(0);
    if (has_colors()) {
        start_color();
        use_default_colors();
    }
    mousemask(BUTTON1_CLICKED | BUTTON1_PRESSED, NULL);
    mouseinterval(0);
    return true;
}

void screen_close(void)
{
    if (!terminal.taken)
        return;
    terminal.taken = 0;
    curs_set(1);
    endwin();
    delscreen(terminal.screen);
}

void screen_size(int *rows, int *cols) { getmaxyx(stdscr, *rows, *cols); }

/* ---- showing */

/* The number curses wants: on a terminal of direct colours, the colour itself. */
static int colour(int index)
{
    return index >= 0 && COLORS > 1 << 15 ? theme_rgb(index) : index;
}

/* The pair of a look: always the same number, so that none is ever searched for. */
static int pair_of(struct look l, int colors)
{
    int kinds = (colors < 256 ? colors : 256) + 1, pair = (l.fg + 1) * kinds + l.bg + 1;
    if (pair <= 0 || pair >= COLOR_PAIRS)
        return 0;
    init_extended_pair(pair, colour(l.fg), colour(l.bg));
    return pair;
}

static attr_t attributes(struct look l)
{
    return (l.attr & LOOK_BOLD ? A_BOLD : A_NORMAL) |
           (l.attr & LOOK_REVERSE ? A_REVERSE : A_NORMAL) |
           (l.attr & LOOK_DIM ? A_DIM : A_NORMAL) |
           (l.attr & LOOK_UNDERLINE ? A_UNDERLINE : A_NORMAL);
}

void screen_show(const struct sheet *s, const struct view_conf *conf, bool all)
{
    for (int r = 0; r < s->rows; r++)
        for (int c = 0; c < s->cols; c++) {
            struct mark m = s->at[r * s->cols + c];
            struct look l = theme_look(conf->palette, conf->colors, m);
            wchar_t text[2] = { m.ch ? (wchar_t)m.ch : L' ', 0 };
            int pair = has_colors() && conf->colors >= 8 ? pair_of(l, conf->colors) : 0;
            cchar_t cc;
            setcchar(&cc, text, attributes(l), 0, &pair);
            mvadd_wch(r, c, &cc);
        }
    if (all)
        clearok(stdscr, TRUE);
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

uint32_t screen_key(int ms, int *row, int *col)
{
    wint_t key;
    timeout(ms);
    int kind = get_wch(&key);
    if (kind == ERR)
        return 0;
    if (kind == KEY_CODE_YES) {
        MEVENT event;
        uint32_t ours = translate((int)key);
        if (ours == VK_MOUSE) {
            if (getmouse(&event) != OK)
                return 0;
            *row = event.y;
            *col = event.x;
        }
        return ours;
    }
    switch (key) {
    case '\r':
    case '\n': return VK_ENTER;
    case '\t': return VK_TAB;
    case 0x7f:
    case '\b': return VK_BACKSPACE;
    case 0x1b: return VK_ESCAPE;
    default: return key;
    }
}
