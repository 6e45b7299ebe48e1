#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <vterm.h>

/* The program in a terminal that this test emulates: what is really sent there, cell by
 * cell, with colours. */
struct terminal {
    int fd, rows, cols;
    pid_t pid;
    VTerm *vt;
    VTermScreen *screen;
};
/* Seconds: what is waited for takes far less unless the machine is busy. */
enum { PATIENCE = 30 };

/* An agent in the thesis map, paused. */
extern const char *const watch[];

/* Starts the program, in a directory unless NULL. */
struct terminal start_as(const char *dir, int rows, int cols, const char *term,
                         const char *locale, const char *const *args);
struct terminal start_in(const char *dir, int rows, int cols, const char *term,
                         const char *const *args);
struct terminal start(int rows, int cols, const char *term, const char *const *args);
double seconds(void);
/* Reads what comes within `ms`; false: the program has gone. */
bool listen_for(struct terminal *t, int ms);
/* The text of a row; the caller frees it. */
char *row_text(struct terminal *t, int row);
bool shown(struct terminal *t, const char *what);
/* Until the screen has this text; how long it took. */
double wait_for(struct terminal *t, const char *what);
void press(struct terminal *t, const char *keys);
/* Reads on until its end, which is a good one. */
void end(struct terminal *t);

#endif
