#include "config.h"

#include "datafile.h"
#include "section.h"
#include "xalloc.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Just as much of mdoc as the entries of our pages are written in. */

enum { TEXT_MAX = 1 << 15 };

struct text {
    char *at;
    size_t n;
    bool glued; /* the next word follows without a blank */
};

static void put(struct text *t, const char *s, size_t n)
{
    if (t->n + n + 1 < TEXT_MAX) {
        memcpy(t->at + t->n, s, n);
        t->n += n;
    }
    t->at[t->n] = '\0';
}

/* Letters that the pages name; others are left out. */
static const char *letter(const char *name)
{
    static const struct {
        char name[3];
        const char *is;
    } letters[] = { { "*a", "\u03b1" }, { "*b", "\u03b2" }, { "*g", "\u03b3" },
                    { "*G", "\u0393" }, { "*d", "\u03b4" }, { "*e", "\u03b5" },
                    { "*h", "\u03b8" }, { "*l", "\u03bb" }, { "*m", "\u03bc" },
                    { "*n", "\u03bd" }, { "*c", "\u03be" }, { "*r", "\u03c1" },
                    { "*t", "\u03c4" }, { "*p", "\u03c0" }, { "*f", "\u03c6" },
                    { "mu", "\u00d7" }, { "->", "\u2192" }, { "<=", "\u2264" },
                    { ">=", "\u2265" }, { "if", "\u221e" }, { "em", "\u2014" },
                    { "en", "\u2013" }, { "pl", "+" },      { "mi", "\u2212" } };
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (!strncmp(letters[i].name, name, 2))
            return letters[i].is;
    return "";
}

/* A word with its escapes. */
static void put_word(struct text *t, const char *word, size_t n)
{
    bool closes = n == 1 && strchr(".,;:)?!", *word);
    if (t->n && !t->glued && !closes && t->at[t->n - 1] != '\n')
        put(t, " ", 1);
    t->glued = n == 1 && *word == '(';
    for (size_t i = 0; i < n; i++) {
        if (word[i] != '\\') {
            put(t, word + i, 1);
            continue;
        }
        const char *is = "";
        if (i + 3 < n && word[i + 1] == '(') {
            is = letter(word + i + 2);
            i += 3;
        } else if (i + 1 < n) {
            is = word[i + 1] == '-' ? "-" : word[i + 1] == 'e' ? "\\" : "";
            i++;
        }
        put(t, is, strlen(is));
    }
}

static bool is_macro(const char *word, size_t n)
{
    static const char macros[] = " Cm Ar Em Sx Xr Va Ql Pa Ev Fl Ic Nm Li No Sy Fa Vt Tn "
                                 "Sq Dq Qq ";
    char name[8];
    snprintf(name, sizeof name, " %.4s ", word);
    return n == 2 && strstr(macros, (name[3] = ' ', name[4] = '\0', name));
}

/* The words of a line after a macro: "Ns" glues, "Pq" sets the rest in brackets, "Xr" names
 * a page and its section. */
static void put_words_of(struct text *t, const char *line)
{
    bool bracket = false, page = false;
    while (*line) {
        size_t n = strcspn(line, " \n");
        if (n == 2 && !strncmp(line, "Ns", 2))
            t->glued = true;
        else if (n == 2 && (!strncmp(line, "Pq", 2) || !strncmp(line, "Po", 2))) {
            put_word(t, "(", 1);
            bracket = line[1] == 'q';
        } else if (n == 2 && !strncmp(line, "Pc", 2))
            put_word(t, ")", 1);
        else if (is_macro(line, n))
            page = !strncmp(line, "Xr", 2);
        else if (n && page && n == 1 && *line >= '1' && *line <= '9') {
            put(t, "(", 1);
            put(t, line, 1);
            put(t, ")", 1);
            page = false;
        } else if (n)
            put_word(t, line, n);
        line += n + strspn(line + n, " \n");
    }
    if (bracket)
        put_word(t, ")", 1);
}

static void paragraph(struct text *t)
{
    if (t->n)
        put(t, "\n\n", 2);
}

/* One line of the entry, `depth` lists deep; false: the entry is over. */
static bool take_line(struct text *t, const char *line, int *depth)
{
    if (!strncmp(line, ".Sh", 3) || !strncmp(line, ".Ss", 3) ||
        (!*depth && (!strncmp(line, ".It", 3) || !strncmp(line, ".El", 3))))
        return false;
    if (!strncmp(line, ".Bl", 3))
        ++*depth;
    else if (!strncmp(line, ".El", 3)) {
        --*depth;
        paragraph(t);
    } else if (!strncmp(line, ".It", 3)) {
        paragraph(t);
        put_words_of(t, line + 3 + strspn(line + 3, " "));
        put(t, ":", 1);
    } else if (!strncmp(line, ".Pp", 3))
        paragraph(t);
    else if (!strncmp(line, ".Dl", 3) || !strncmp(line, ".D1", 3)) {
        paragraph(t);
        put_words_of(t, line + 4);
        paragraph(t);
    } else if (!strncmp(line, ".Bd", 3) || !strncmp(line, ".Ed", 3) ||
               !strncmp(line, ".\\\"", 3) || !strncmp(line, ".Sm", 3))
        return true;
    else
        put_words_of(t, *line == '.' ? line + 1 : line);
    return true;
}

char *section_text(const char *page, const char *suffix, const char *name)
{
    char *path = data_file("man", page, suffix), *line = NULL;
    FILE *from = path ? fopen(path, "r") : NULL;
    struct text t = { .at = xcalloc(1, TEXT_MAX) };
    char head[100];
    size_t cap = 0;
    int depth = 0;
    bool inside = false, more = true;
    snprintf(head, sizeof head, ".It Cm %s\n", name);
    while (from && more && xgetline(&line, &cap, from) > 0)
        if (inside)
            more = take_line(&t, line, &depth);
        else
            inside = !strcmp(line, head);
    if (from)
        fclose(from);
    free(line);
    free(path);
    if (t.n)
        return t.at;
    free(t.at);
    return NULL;
}
