#include "config.h"

#include "kind.h"
#include "mask.h"
#include "plugins.h"
#include "suggest.h"

#include <ctype.h>
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { KINDS_MAX = 256, ROWS_MAX = 256 };

/* ---- where the file is */

/* DIR/FILE.so along the path; NULL: nowhere. */
static char *search(const char *dirs, const char *file)
{
    for (const char *dir = dirs; dir; dir = strchr(dir, ':')) {
        dir += *dir == ':';
        size_t len = strcspn(dir, ":");
        char *path = xasprintf("%.*s/%s.so", (int)len, dir, file);
        struct stat st;
        if (len && !stat(path, &st))
            return path;
        free(path);
    }
    return NULL;
}

static char *find(const char *file, struct err *err)
{
    const char *dirs = getenv("URSA_PLUGIN_PATH");
    struct stat st;
    if (!*file)
        return err_null(err, "which file? lib:FILE#NAME");
    if (strchr(file, '/'))
        return xstrdup(file);
    char *path = search(dirs, file);
    if (path)
        return path;
    if (!stat(file, &st))
        return err_null(err, "no plug-in '%s'; did you mean 'lib:./%s'?", file, file);
    if (!dirs || !*dirs)
        return err_null(err,
                        "no plug-in '%s': URSA_PLUGIN_PATH is not set; a file is written "
                        "with its folder, as lib:./mars.so#NAME",
                        file);
    return err_null(err,
                    "no plug-in '%s': there is no %s.so in the folders of "
                    "URSA_PLUGIN_PATH, %s",
                    file, file, dirs);
}

/* ---- loading it */

/* Where we are a library that was loaded for its loader alone (Python), plug-ins would not
 * find what they may call: make it known to all. */
static void show_ourselves(void)
{
    Dl_info self;
    if (dladdr((void *)(uintptr_t)plugin_load, &self) && strstr(self.dli_fname, ".so"))
        dlopen(self.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_GLOBAL);
}

/* What the loader says, with the path first and once. */
static void *refused(const char *path, struct err *err)
{
    const char *why = dlerror();
    if (why && !strncmp(why, path, strlen(path)))
        return err_null(err, "%s", why);
    return err_null(err, "%s: %s", path, why ? why : "it cannot be loaded");
}

/* Its symbol, if it is as large as it has to be. */
static const void *symbol(void *library, const char *path, struct err *err)
{
    const void *at = dlsym(library, "ursa_plugin");
    const ElfW(Sym) *what = NULL;
    Dl_info info;
    if (!at || !dladdr1(at, &info, (void **)(uintptr_t)&what, RTLD_DL_SYMENT) || !what)
        return err_null(err, "%s is not a plug-in of ursa: it has no object ursa_plugin",
                        path);
    if (what->st_size < sizeof(struct ursa_plugin))
        return err_null(err, "%s is not a plug-in of ursa: its ursa_plugin has %zu bytes",
                        path, (size_t)what->st_size);
    return at;
}

static const void *load(const char *path, struct err *err)
{
    struct stat st;
    if (!stat(path, &st) && !S_ISREG(st.st_mode))
        return err_null(err, "%s is not a file", path);
    show_ourselves();
    dlerror();
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!library)
        return refused(path, err);
    const void *at = symbol(library, path, err);
    dlclose(library); /* it stays */
    return at;
}

/* ---- was it built for this program? */

static bool is_for_us(const struct ursa_magic *m, const char *path, struct err *err)
{
    static const struct ursa_magic ours = URSA_MAGIC;
    static const char *const names[] = {
        "ursa_magic", "",      "env_ops",    "agent_ops", "env",     "agent",
        "percept",    "space", "transition", "insight",   "outlook", "rng",
    };
    const uint32_t *a = &m->size, *b = &ours.size;
    if (m->size == ours.size && m->abi != ours.abi)
        return err_set(err,
                       "%s was built for plug-in interface %u, this is %u: compile it "
                       "again",
                       path, m->abi, ours.abi);
    for (size_t i = 0; i < sizeof ours / sizeof *b; i++)
        if (a[i] != b[i])
            return err_set(err,
                           "%s was built for another ursa (struct %s has %u bytes there, "
                           "%u here): compile it again",
                           path, names[i], a[i], b[i]);
    return true;
}

/* ---- is what it says in order? */

struct entry {
    const char *path, *word; /* "world" */
    const struct kind *kind;
};

static bool lacks(const struct entry *e, const char *what, struct err *err)
{
    const char *name = e->kind->name ? e->kind->name : "";
    return err_set(err, "%s: %s '%s': %s", e->path, e->word, name, what);
}

static bool is_name(const char *name)
{
    size_t n = 0;
    for (; name[n]; n++)
        if (n > 63 || (!isalnum((unsigned char)name[n]) && !strchr("-_.", name[n])))
            return false;
    const char *dash = strrchr(name, '-');
    return n && !(dash && dash[1] == 'v' && isdigit((unsigned char)dash[2]));
}

static size_t bytes_of(enum param_type type)
{
    switch (type) {
    case PARAM_INT: return sizeof(int64_t);
    case PARAM_REAL:
    case PARAM_TIME: return sizeof(double);
    case PARAM_CHOICE: return sizeof(int);
    case PARAM_STRING:
    case PARAM_ANY: return sizeof(char *);
    case PARAM_KIND:
    case PARAM_SPEC:
    case PARAM_SPECS:
    case PARAM_EACH:
    default: return 0; /* of shelves, which plug-ins do not have */
    }
}

static bool has_choice(const struct param *p)
{
    int n = 0;
    while (p->choices && p->choices[n] && n < ROWS_MAX)
        n++;
    return p->def >= 0 && p->def < n;
}

static bool row_is_sound(const struct entry *e, const struct param *p, struct err *err)
{
    const size_t size = e->kind->config_size, bytes = bytes_of(p->type);
    const char *what =
        !bytes                ? "is of a type that plug-ins have not"
        : !p->help            ? "has no help"
        : !(p->min <= p->max) ? "has its min above its max"
        : p->offset > size || size - p->offset < bytes ? "lies outside config_size"
        : p->type == PARAM_CHOICE && !has_choice(p)    ? "has no such choice as its default"
                                                       : NULL;
    return !what || err_set(err, "%s: %s '%s': parameter '%s' %s", e->path, e->word,
                            e->kind->name, p->name, what);
}

static bool kind_is_sound(const struct entry *e, struct err *err)
{
    const struct kind *k = e->kind;
    if (!k->name || !is_name(k->name))
        return lacks(e, "kind.name must be letters, digits, '-', '_' and '.'", err);
    if (!k->title)
        return lacks(e, "kind.title is NULL", err);
    if (k->version < 1)
        return lacks(e, "kind.version must be 1 or more", err);
    if (!k->params)
        return lacks(e, "kind.params is NULL: no_params has no rows", err);
    size_t n = 0;
    for (const struct param *p = k->params; p->name; p++)
        if (n++ == ROWS_MAX)
            return lacks(e, "kind.params is not closed by a NULL name", err);
        else if (!row_is_sound(e, p, err))
            return false;
    return true;
}

static bool env_is_sound(const struct entry *e, struct err *err)
{
    const struct env_ops *ops = (const struct env_ops *)e->kind;
    if (!ops->open)
        return lacks(e, "open is NULL", err);
    if (!ops->step && !ops->transitions)
        return lacks(e, "step is NULL, and transitions too", err);
    return (!ops->metrics || ops->report) || lacks(e, "report is NULL", err);
}

static bool agent_is_sound(const struct entry *e, struct err *err)
{
    const struct agent_ops *ops = (const struct agent_ops *)e->kind;
    const char *what = !ops->open     ? "open is NULL"
                       : !ops->close  ? "close is NULL"
                       : !ops->act    ? "act is NULL"
                       : !ops->update ? "update is NULL"
                                      : NULL;
    return !what || lacks(e, what, err);
}

/* The heads of the tables of one sort. */
struct kinds {
    const struct kind *at[KINDS_MAX + 1];
    size_t n;
};

static struct kinds envs_of(const struct ursa_plugin *p)
{
    struct kinds k = { .n = 0 };
    for (; p->envs && p->envs[k.n] && k.n < KINDS_MAX; k.n++)
        k.at[k.n] = &p->envs[k.n]->kind;
    return k;
}

static struct kinds agents_of(const struct ursa_plugin *p)
{
    struct kinds k = { .n = 0 };
    for (; p->agents && p->agents[k.n] && k.n < KINDS_MAX; k.n++)
        k.at[k.n] = &p->agents[k.n]->kind;
    return k;
}

typedef bool sound_fn(const struct entry *e, struct err *err);

static bool all_are_sound(const struct kinds *k, const char *path, const char *word,
                          sound_fn *sound, struct err *err)
{
    for (size_t i = 0; i < k->n; i++) {
        struct entry e = { path, word, k->at[i] };
        if (!kind_is_sound(&e, err) || !sound(&e, err))
            return false;
        for (size_t j = 0; j < i; j++)
            if (!strcmp(k->at[j]->name, k->at[i]->name))
                return lacks(&e, "its name is there twice", err);
    }
    return k->n < KINDS_MAX ||
           err_set(err, "%s: its table of %ss is not closed by NULL", path, word);
}

static bool is_sound(const struct ursa_plugin *p, const char *path, struct err *err)
{
    struct kinds envs, agents;
    if (!is_for_us(&p->magic, path, err))
        return false;
    if (!p->name || !p->version || !p->licence)
        return err_set(err, "%s: its %s is NULL", path,
                       !p->name      ? "name"
                       : !p->version ? "version"
                                     : "licence");
    envs = envs_of(p);
    agents = agents_of(p);
    if (!envs.n && !agents.n)
        return err_set(err, "%s has neither worlds nor agents", path);
    return all_are_sound(&envs, path, "world", env_is_sound, err) &&
           all_are_sound(&agents, path, "agent", agent_is_sound, err);
}

const struct ursa_plugin *plugin_load(const char *file, char **path, struct err *err)
{
    *path = find(file, err);
    const struct ursa_plugin *p = *path ? load(*path, err) : NULL;
    if (p && is_sound(p, *path, err))
        return p;
    free(*path);
    *path = NULL;
    return NULL;
}

/* ---- specs */

/* " lib:./mars.so#rover or #crasher" */
static void put_names(const struct kinds *k, char *buf, size_t n)
{
    *buf = '\0';
    for (size_t i = 0; i < k->n; i++) {
        size_t used = strlen(buf);
        const char *before = !i ? "" : i + 1 < k->n ? ", #" : " or #";
        snprintf(buf + used, n - used, "%s%s", before, k->at[i]->name);
    }
}

static bool unknown(const struct kinds *k, const struct kinds *others,
                    const struct shelf *from, const char *path, const char *name,
                    struct err *err)
{
    char hint[200], list[500];
    const char *names[KINDS_MAX];
    for (size_t i = 0; i < others->n; i++)
        if (!strcmp(others->at[i]->name, name))
            return err_set(err, "'%s' of %s is no %s", name, path, from->word);
    if (!k->n)
        return err_set(err, "%s has no %s", path, from->plural);
    for (size_t i = 0; i < k->n; i++)
        names[i] = k->at[i]->name;
    suggest_near(hint, sizeof hint, name, names, k->n);
    put_names(k, list, sizeof list);
    return err_set(err, "%s has no %s '%s'%s  (it has #%s)", path, from->word, name, hint,
                   list);
}

/* The name in "NAME-v1:key=value". */
static char *name_in(const char *spec)
{
    char *name = xasprintf("%.*s", (int)strcspn(spec, ":"), spec);
    char *dash = strrchr(name, '-');
    if (dash && dash[1] == 'v' && isdigit((unsigned char)dash[2]))
        *dash = '\0';
    return name;
}

static bool parse_in(struct spec_of *to, const struct kinds *k, const struct kinds *others,
                     struct shelf *from, const char *path, const char *spec,
                     struct err *err)
{
    from->at = k->at;
    char *name = name_in(spec);
    bool ok = kind_find(from, name) || unknown(k, others, from, path, name, err);
    free(name);
    return ok && kind_parse(to, from, spec, err);
}

static bool is_text(const char *text)
{
    const char *c = text;
    while (*c && utf8_len(c))
        c += utf8_len(c);
    return !*c;
}

static bool parse(struct spec_of *to, bool envs, const char *text, struct err *err)
{
    struct shelf from = { .word = envs ? "world" : "agent",
                          .plural = envs ? "worlds" : "agents" };
    const char *at = text + strlen("lib:"), *hash = strchr(at, '#');
    char *file = xasprintf("%.*s", (int)strcspn(at, "#"), at), *path = NULL, list[500];
    const struct ursa_plugin *p = plugin_load(file, &path, err);
    bool ok = p && (is_text(text) || err_set(err, "'%s' is not UTF-8", text));
    if (ok) {
        struct kinds e = envs_of(p), a = agents_of(p), *k = envs ? &e : &a;
        put_names(k, list, sizeof list);
        if (!k->n)
            ok = err_set(err, "%s has no %s", path, from.plural);
        else if (!hash || !hash[1])
            ok = err_set(err, "which? lib:%s#%s", file, list);
        else
            ok = parse_in(to, k, envs ? &a : &e, &from, path, hash + 1, err);
    }
    if (ok) {
        to->origin = xasprintf("lib:%s#", file);
        to->file = xstrdup(path);
        kind_renew(to);
    }
    free(file);
    free(path);
    return ok;
}

bool plugin_env(struct spec_of *to, const char *text, struct err *err)
{
    return parse(to, true, text, err);
}

bool plugin_agent(struct spec_of *to, const char *text, struct err *err)
{
    return parse(to, false, text, err);
}
