#include "config.h"

#include "datafile.h"
#include "xalloc.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PLACES = 3, TREE_DEPTH = 3 };

/* The source tree the program runs from: its own directory or one above (a build directory
 * within the tree), known by configure.ac. Caller frees; NULL: it is installed. */
static char *source_tree(void)
{
    char exe[4096];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (n <= 0)
        return NULL;
    exe[n] = '\0';
    for (int up = 0; up < TREE_DEPTH; up++) {
        char *slash = strrchr(exe, '/');
        if (!slash || slash == exe)
            return NULL;
        *slash = '\0';
        char *mark = xasprintf("%s/configure.ac", exe);
        bool found = access(mark, R_OK) == 0;
        free(mark);
        if (found)
            return xstrdup(exe);
    }
    return NULL;
}

/* The directories to look in, best first; entries may be NULL. */
static void places(char *at[PLACES])
{
    const char *set = getenv("URSA_DATADIR");
    at[0] = set && *set ? xstrdup(set) : NULL;
    at[1] = source_tree();
    at[2] = xstrdup(URSA_DATADIR);
}

char *data_file(const char *kind, const char *name, const char *suffix)
{
    char *at[PLACES], *found = NULL;
    places(at);
    for (int i = 0; i < PLACES; i++) {
        if (at[i] && !found) {
            found = xasprintf("%s/%s/%s%s", at[i], kind, name, suffix);
            if (access(found, R_OK) != 0) {
                free(found);
                found = NULL;
            }
        }
        free(at[i]);
    }
    return found;
}

static void add_name(struct list *l, const char *name, size_t len)
{
    char *text = xasprintf("%.*s", (int)len, name);
    for (size_t i = 0; i < l->n; i++) {
        if (!strcmp(l->at[i], text)) {
            free(text);
            return;
        }
    }
    list_append(l, text);
}

static void add_directory(struct list *l, const char *path, const char *suffix)
{
    DIR *dir = opendir(path);
    size_t tail = strlen(suffix);
    for (struct dirent *d; dir && (d = readdir(dir));) {
        size_t len = strlen(d->d_name);
        if (len > tail && d->d_name[0] != '.' && !strcmp(d->d_name + len - tail, suffix))
            add_name(l, d->d_name, len - tail);
    }
    if (dir)
        closedir(dir);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

struct list data_names(const char *kind, const char *suffix)
{
    char *at[PLACES];
    struct list l = { 0 };
    places(at);
    for (int i = 0; i < PLACES; i++) {
        if (at[i]) {
            char *path = xasprintf("%s/%s", at[i], kind);
            add_directory(&l, path, suffix);
            free(path);
        }
        free(at[i]);
    }
    if (l.n)
        qsort(l.at, l.n, sizeof *l.at, by_name);
    return l;
}
