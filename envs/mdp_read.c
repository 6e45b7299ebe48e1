#include "config.h"

#include "datafile.h"
#include "lines.h"
#include "mdp_text.h"
#include "xalloc.h"

#include <stdlib.h>
#include <string.h>

enum { FILE_MOST = 1 << 28 };

/* All of a text, closed by a NUL; it ends with the first NUL in it, which is for the reader
 * to tell. NULL with *err. */
static char *slurp(FILE *f, const char *file, size_t *len, struct err *err)
{
    static const char mark[] = "\xef\xbb\xbf";
    size_t cap = 1 << 12, got;
    char *text = xcalloc(cap, 1);
    *len = 0;
    while ((got = fread(text + *len, 1, cap - *len - 1, f)) > 0) {
        bool nul = memchr(text + *len, 0, got);
        *len += got;
        if (nul || *len > FILE_MOST)
            break;
        if (cap - *len < 2)
            text = xrealloc(text, cap *= 2, 1);
    }
    text[*len] = '\0';
    bool bad = ferror(f);
    if (bad)
        err_system(err, "cannot read %s", file);
    else if (*len > FILE_MOST)
        bad = !err_set(err, "%s: error: a file of more than %d bytes", file, FILE_MOST);
    if (bad) {
        free(text);
        return NULL;
    }
    if (!strncmp(text, mark, sizeof mark - 1)) {
        *len -= sizeof mark - 1;
        memmove(text, text + sizeof mark - 1, *len + 1);
    }
    return text;
}

/* The first word that is no comment. */
static const char *first_word(const char *text)
{
    for (;; text += strcspn(text, "\n")) {
        text += strspn(text, " \t\r\n");
        if (*text != '#')
            return text;
    }
}

/* Whether a file begins as Cassandra's do. */
static bool is_cassandra(const char *text)
{
    static const char *const keys[] = { "discount", "values", "states",
                                        "actions",  "start",  "observations",
                                        "T",        "O",      "R" };
    const char *word = first_word(text);
    size_t len = strcspn(word, " \t\r\n:");
    bool colon = word[len + strspn(word + len, " \t")] == ':';
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (colon && strlen(keys[i]) == len && !strncmp(word, keys[i], len))
            return true;
    return !strncmp(word, "start include", 13) || !strncmp(word, "start exclude", 13);
}

bool mdp_read(struct mdp *m, FILE *f, const char *file, struct err *err)
{
    size_t len;
    char *text = slurp(f, file, &len, err);
    FILE *own = NULL;
    bool ok = false;
    *m = (struct mdp){ .scale = 1 };
    if (text && is_cassandra(text))
        ok = cassandra_read(m, text, len, file, err);
    else if (text) {
        own = fmemopen(text, len, "r");
        ok = own ? mdp_read_own(m, own, file, err) : err_system(err, "cannot read it");
    }
    if (own)
        fclose(own);
    free(text);
    return ok;
}

bool mdp_parse(struct mdp *m, const char *text, const char *name, struct err *err)
{
    FILE *f = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
    bool ok = f ? mdp_read_own(m, f, name, err) : err_system(err, "cannot read it");
    if (f)
        fclose(f);
    return ok;
}

bool mdp_load(struct mdp *m, const char *name, struct err *err)
{
    char *shipped = strchr(name, '/') ? NULL : data_file("maps", name, ".mdp");
    const char *path = shipped ? shipped : name;
    FILE *f = lines_open(path, path, err);
    bool ok = f && mdp_read(m, f, path, err);
    if (f)
        fclose(f);
    free(shipped);
    return ok;
}
