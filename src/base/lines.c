#include "config.h"

#include "lines.h"
#include "xalloc.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LINE_MOST = 1 << 20, FILE_MOST = 1 << 28, SHOWN = 200 };
static const char mark[] = "\xef\xbb\xbf"; /* U+FEFF, as some editors begin a file */

void lines_init(struct lines *l, FILE *from, const char *file, struct err *err)
{
    *l = (struct lines){ .file = file,
                         .from = from,
                         .err = err,
                         .most_line = LINE_MOST,
                         .most = FILE_MOST,
                         .ok = true };
}

void lines_release(struct lines *l)
{
    free(l->text);
    l->text = NULL;
}

__attribute__((format(printf, 2, 3))) static bool broken(struct lines *l, const char *fmt,
                                                         ...)
{
    char what[128];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    return l->ok =
               err_set(l->err, "%s:%u:%zu: error: %s", l->file, l->line, l->len + 1, what);
}

static bool push(struct lines *l, int c)
{
    if (++l->bytes > l->most)
        return broken(l, "a file of more than %zu bytes", l->most);
    if (l->len >= l->most_line)
        return broken(l, "a line of more than %zu bytes", l->most_line);
    if (!c)
        return broken(l, "a NUL byte in a text file");
    if (l->len + 1 >= l->cap) {
        l->cap = l->cap ? 2 * l->cap : 256;
        l->text = xrealloc(l->text, l->cap, 1);
    }
    l->text[l->len++] = (char)c;
    return true;
}

/* Takes the end of the line and the file's mark off. */
static void trim(struct lines *l)
{
    if (l->len && l->text[l->len - 1] == '\r')
        l->len--;
    l->text[l->len] = '\0';
    if (l->line == 1 && !strncmp(l->text, mark, sizeof mark - 1)) {
        l->len -= sizeof mark - 1;
        memmove(l->text, l->text + sizeof mark - 1, l->len + 1);
    }
}

bool lines_next(struct lines *l)
{
    int c;
    l->len = 0;
    l->line++;
    if (!l->text)
        l->text = xcalloc(l->cap = 256, 1);
    while ((c = getc_unlocked(l->from)) != EOF && c != '\n')
        if (!push(l, c))
            return false;
    l->ended = c == '\n';
    if (ferror(l->from))
        return l->ok = err_system(l->err, "cannot read %s", l->file);
    if (!l->ended && !l->len)
        return false;
    trim(l);
    return true;
}

static void fault(struct lines *l, unsigned line, const char *text, size_t col,
                  const char *what)
{
    l->ok = err_set(l->err, "%s:%u:%zu: error: %s\n%5u | %.*s\n      | %*s", l->file, line,
                    col, what, line, SHOWN, text, (int)(col < SHOWN ? col : SHOWN), "^");
}

void lines_fault(struct lines *l, const char *at, const char *fmt, ...)
{
    char what[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    fault(l, l->line, l->text, (size_t)(at - l->text) + 1, what);
}

void lines_fault_in(struct lines *l, unsigned line, const char *text, size_t col,
                    const char *fmt, ...)
{
    char what[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    fault(l, line, text, col, what);
}

bool lines_word(struct lines *l, const char **at, const char **word, char *buf, size_t most)
{
    *word = *at + strspn(*at, " \t");
    size_t len = strcspn(*word, " \t");
    *at = *word + len;
    if (len >= most)
        lines_fault(l, *word, "a word of %zu characters: %zu at most", len, most - 1);
    snprintf(buf, most, "%.*s", (int)(len < most ? len : most - 1), *word);
    return len > 0;
}

bool lines_number(const char *text, double min, double max, double *x)
{
    char *end;
    *x = strtod(text, &end);
    return end != text && !*end && *x >= min && *x <= max;
}

FILE *lines_open(const char *path, const char *what, struct err *err)
{
    struct stat st;
    bool folder = !stat(path, &st) && S_ISDIR(st.st_mode);
    FILE *f = folder ? NULL : fopen(path, "r");
    const char *quote = what ? "" : "'";
    if (folder)
        errno = EISDIR;
    if (!f)
        err_system(err, "cannot read %s%s%s", quote, what ? what : path, quote);
    return f;
}

char *lines_slurp(const char *path, size_t most, size_t *len, struct err *err)
{
    char *quoted = xasprintf("'%s'", path);
    FILE *from = lines_open(path, quoted, err);
    free(quoted);
    if (!from)
        return NULL;
    size_t cap = 4096, n = 0, got;
    char *text = xcalloc(cap, 1);
    while (n <= most && (got = fread(text + n, 1, cap - n - 1, from)) > 0) {
        n += got;
        if (cap - n < 2)
            text = xrealloc(text, cap *= 2, 1);
    }
    bool failed = ferror(from);
    if (failed)
        err_system(err, "cannot read '%s'", path);
    else if (n > most)
        err_set(err, "%s: error: a file of more than %zu bytes", path, most);
    fclose(from);
    if (failed || n > most) {
        free(text);
        return NULL;
    }
    text[n] = '\0';
    size_t skip = strncmp(text, mark, sizeof mark - 1) ? 0 : sizeof mark - 1;
    memmove(text, text + skip, n - skip + 1);
    *len = n - skip;
    return text;
}
