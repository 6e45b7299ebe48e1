#include "config.h"

#include "escape.h"

#include "mask.h"
#include "xalloc.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 20 }; /* what stands for one byte */

/* What stands for the byte at s[i]; NULL: itself. */
typedef const char *stand_fn(const char *s, size_t i);

static const char *in_html(const char *s, size_t i)
{
    switch (s[i]) {
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '&': return "&amp;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

/* Whether s[i] is the first thing of its line, or ends the number that is, and may make it
 * an item of a list, a heading or a rule. */
static bool begins_block(const char *s, size_t i)
{
    bool number = s[i] == '.' || s[i] == ')';
    if (!strchr(" \n", s[i + 1]) && s[i + 1] != s[i])
        return false;
    if (number && (!i || !isdigit((unsigned char)s[i - 1])))
        return false;
    while (number && i && isdigit((unsigned char)s[i - 1]))
        i--;
    while (i && s[i - 1] == ' ')
        i--;
    return !i || s[i - 1] == '\n';
}

static bool inside_word(const char *s, size_t i)
{
    return i && isalnum((unsigned char)s[i - 1]) && isalnum((unsigned char)s[i + 1]);
}

/* CommonMark: a backslash before punctuation makes it text. */
static const char *in_markdown(const char *s, size_t i)
{
    static const char always[] = "\\`*<>|&~$", first[] = "#-+=.)";
    static const char *const escaped[] = { "\\\\", "\\`", "\\*", "\\<", "\\>",
                                           "\\|",  "\\&", "\\~", "\\$" };
    static const char *const begun[] = { "\\#", "\\-", "\\+", "\\=", "\\.", "\\)" };
    const char *at = strchr(always, s[i]);
    if (at)
        return escaped[at - always];
    if (s[i] == ']') /* of a link, or of what one refers to */
        return s[i + 1] && strchr("([:", s[i + 1]) ? "\\]" : NULL;
    if (s[i] == '_')
        return inside_word(s, i) ? NULL : "\\_";
    at = strchr(first, s[i]);
    return at && begins_block(s, i) ? begun[at - first] : NULL;
}

static const char *in_latex(const char *s, size_t i)
{
    switch (s[i]) {
    case '\\': return "\\textbackslash{}";
    case '~': return "\\textasciitilde{}";
    case '^': return "\\textasciicircum{}";
    case '<': return "\\textless{}";
    case '>': return "\\textgreater{}";
    case '|': return "\\textbar{}";
    case '{': return "\\{";
    case '}': return "\\}";
    case '$': return "\\$";
    case '&': return "\\&";
    case '%': return "\\%";
    case '#': return "\\#";
    case '_': return "\\_";
    case '\n': return " ";
    default: return NULL;
    }
}

static const char *in_csv(const char *s, size_t i) { return s[i] == '"' ? "\"\"" : NULL; }

static const char *in_shell(const char *s, size_t i)
{
    return s[i] == '\'' ? "'\\''" : NULL;
}

static const char *in_gnuplot(const char *s, size_t i)
{
    return s[i] == '\'' ? "''" : s[i] == '\n' ? " " : NULL;
}

static const struct {
    stand_fn *stand;
    const char *quote; /* around all of it */
    bool masked;
} markups[] = {
    [MARKUP_HTML] = { in_html, "", true },
    [MARKUP_MARKDOWN] = { in_markdown, "", true },
    [MARKUP_LATEX] = { in_latex, "", true },
    [MARKUP_CSV] = { in_csv, "\"", true },
    [MARKUP_SHELL] = { in_shell, "'", false },
    [MARKUP_GNUPLOT] = { in_gnuplot, "'", false },
};

/* A word of the shell with bytes that a terminal would obey: printf makes them. */
static char *shell_printf(const char *text)
{
    char *out = xcalloc(5 * strlen(text) + 32, 1);
    size_t n = (size_t)sprintf(out, "\"$(printf '%%b' '");
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (isalnum(c) || (c < 0x80 && strchr("-_./:=,+@ ", c)))
            out[n++] = *text;
        else
            n += (size_t)sprintf(out + n, "\\0%03o", (unsigned)c);
    }
    strcpy(out + n, "')\"");
    return out;
}

/* Whether the text is a word or a field as it stands. */
static bool is_plain(enum markup m, const char *text)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,+%@";
    if (m == MARKUP_CSV)
        return !strpbrk(text, ",\"\n");
    return m == MARKUP_SHELL && *text && strspn(text, plain) == strlen(text);
}

static char *escape(enum markup m, const char *text)
{
    bool plain = is_plain(m, text);
    char *out = xcalloc(LONGEST * strlen(text) + 3, 1);
    char *to = stpcpy(out, plain ? "" : markups[m].quote);
    for (size_t i = 0; text[i]; i++) {
        const char *stand = plain ? NULL : markups[m].stand(text, i);
        if (stand)
            to = stpcpy(to, stand);
        else
            *to++ = text[i];
    }
    strcpy(to, plain ? "" : markups[m].quote);
    return out;
}

char *escape_new(enum markup m, const char *text)
{
    char *shown = mask_new(text ? text : "");
    bool harmless = !text || !strcmp(shown, text);
    char *out = m == MARKUP_SHELL && !harmless
                    ? shell_printf(text)
                    : escape(m, markups[m].masked ? shown : text);
    free(shown);
    return out;
}

void escape_put(enum markup m, const char *text, FILE *to)
{
    char *out = escape_new(m, text);
    fputs(out, to);
    free(out);
}
