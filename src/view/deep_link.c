#include "config.h"

#include "deep_link.h"
#include "suggest.h"
#include "xalloc.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading */

static int hex(char c)
{
    const char *digits = "0123456789abcdef", *at;
    at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* In place; false: an escape is none, or hides the end of the text. */
static bool unescape(char *text)
{
    char *to = text;
    for (const char *s = text; *s; s++) {
        int high, low;
        if (*s != '%') {
            *to++ = *s;
            continue;
        }
        if ((high = hex(s[1])) < 0 || (low = hex(s[2])) < 0 || !(high | low))
            return false;
        *to++ = (char)(high << 4 | low);
        s += 2;
    }
    *to = '\0';
    return true;
}

static bool take_text(char **to, const char *key, const char *value, struct err *err)
{
    if (*to)
        return err_set(err, "the link has '%s' twice", key);
    if (!*value)
        return err_set(err, "the link has a '%s' that says nothing", key);
    *to = xstrdup(value);
    return true;
}

static bool take_number(uint64_t *to, const char *key, const char *value, uint64_t min,
                        uint64_t max, struct err *err)
{
    char *end;
    uint64_t n = isdigit((unsigned char)*value) ? strtoull(value, &end, 10) : 0;
    if (!isdigit((unsigned char)*value) || *end || strlen(value) > 19 || n < min || n > max)
        return err_set(err,
                       "the link's '%s' must be a whole number in %" PRIu64 "..%" PRIu64
                       ", got '%s'",
                       key, min, max, value);
    *to = n;
    return true;
}

static bool take_choice(int *to, const char *key, const char *value,
                        const char *const *names, struct err *err)
{
    char hint[100];
    for (int i = 0; names[i]; i++)
        if (!strcmp(names[i], value)) {
            *to = i;
            return true;
        }
    suggest_list(hint, sizeof hint, value, names);
    return err_set(err, "the link's %s '%s' is not known%s", key, value, hint);
}

static bool take_speed(struct link *l, const char *value, struct err *err)
{
    char *end;
    l->speed = strcmp(value, "max") ? strtod(value, &end) : 0;
    if (!strcmp(value, "max") || (end != value && !*end && l->speed > 0 && l->speed <= 1e6))
        return true;
    return err_set(
        err, "the link's 'speed' must be a number in 1..1000000 or max, got '%s'", value);
}

static bool take_seed(struct link *l, const char *key, const char *value, struct err *err)
{
    uint64_t n = 0;
    l->has_seed = take_number(&n, key, value, 0, UINT32_MAX, err);
    l->seed = (uint32_t)n;
    return l->has_seed;
}

static bool take_cycle(struct link *l, const char *key, const char *value, struct err *err)
{
    uint64_t n = 0;
    l->has_t = take_number(&n, key, value, 0, 1000000000000u, err);
    l->t = (int64_t)n;
    return l->has_t;
}

static const char *const layer_names[] = {
#define LAYER(name) #name,
#include "layers.def"
#undef LAYER
    "world", NULL
};
static const char *const truth_names[] = { "0", "1", NULL };
static const char *const keys[] = { "demo", "agent", "env",     "seed",  "root",  "steps",
                                    "t",    "speed", "palette", "layer", "truth", NULL };

static bool take(struct link *l, const char *key, const char *value, struct err *err)
{
    char hint[100];
    if (!strcmp(key, "demo"))
        return take_text(&l->demo, key, value, err);
    if (!strcmp(key, "env"))
        return take_text(&l->env, key, value, err);
    if (!strcmp(key, "agent")) {
        list_append(&l->agent, xstrdup(value));
        return true;
    }
    if (!strcmp(key, "seed"))
        return take_seed(l, key, value, err);
    if (!strcmp(key, "root"))
        return take_number(&l->root, key, value, 0, INT64_MAX, err);
    if (!strcmp(key, "steps"))
        return l->has_steps = take_number(&l->steps, key, value, 1, 1000000000000u, err);
    if (!strcmp(key, "t"))
        return take_cycle(l, key, value, err);
    if (!strcmp(key, "speed"))
        return take_speed(l, value, err);
    if (!strcmp(key, "palette"))
        return take_choice(&l->palette, key, value, palette_names, err);
    if (!strcmp(key, "layer"))
        return take_choice(&l->layer, key, value, layer_names, err);
    if (!strcmp(key, "truth"))
        return take_choice(&l->truth, key, value, truth_names, err);
    suggest_list(hint, sizeof hint, key, keys);
    return err_set(err, "the link has a '%s', which there is not%s", key, hint);
}

bool link_read(struct link *l, const char *text, struct err *err)
{
    char *copy = xstrdup(text), *save = NULL;
    bool ok = true;
    *l = (struct link){ .speed = NAN, .palette = -1, .layer = -1, .truth = -1 };
    for (char *w = strtok_r(copy, "&", &save); ok && w; w = strtok_r(NULL, "&", &save)) {
        char *value = strchr(w, '=');
        if (!value) {
            ok = err_set(err, "the link has '%s' without a value", w);
            continue;
        }
        *value++ = '\0';
        ok = unescape(value)
                 ? take(l, w, value, err)
                 : err_set(err, "the link's '%s' has an escape that is none", w);
    }
    free(copy);
    return ok;
}

void link_release(struct link *l)
{
    free(l->demo);
    free(l->env);
    list_release(&l->agent);
    *l = (struct link){ 0 };
}

/* ---- opening */

static bool open_named(struct link *l, const struct view_conf *conf, struct view *v,
                       struct err *err)
{
    struct demo demo;
    if (l->agent.n || l->env)
        return err_set(err, "the link has a demonstration, which has its agent and world");
    if (!demo_load(&demo, l->demo, err))
        return false;
    if (l->has_seed)
        demo.seed = l->seed;
    if (l->has_steps)
        demo.steps = l->steps;
    if (view_open_demo(v, conf, &demo, err))
        return true;
    demo_release(&demo);
    return false;
}

static bool open_specs(struct link *l, const struct view_conf *conf, struct view *v,
                       struct err *err)
{
    struct show show = { .root = l->root,
                         .seed = l->has_seed ? l->seed : 1,
                         .steps = l->has_steps ? l->steps : 200 };
    if (!l->agent.n || !l->env)
        return err_set(err, "a link says demo=NAME, or agent=AGENT&env=ENV");
    bool ok = true;
    for (size_t i = 0; ok && i < l->agent.n; i++)
        ok = show_add(&show, l->agent.at[i], err);
    if (ok && show_place(&show, l->env, err) && view_init(v, conf, &show, err)) {
        view_pause(v, false);
        return true;
    }
    show_release(&show);
    return false;
}

bool link_open(struct link *l, const struct view_conf *conf, struct view *v,
               struct err *err)
{
    struct view_conf own = *conf;
    if (l->palette >= 0)
        own.theme.palette = (enum palette)(l->palette % PALETTES);
    if (!(l->demo ? open_named(l, &own, v, err) : open_specs(l, &own, v, err)))
        return false;
    if (!isnan(l->speed))
        view_set_speed(v, l->speed);
    if (l->layer >= 0)
        v->layer = l->layer;
    if (l->truth >= 0)
        v->truth = l->truth;
    if (l->has_t)
        view_go(v, l->t);
    return true;
}

/* ---- writing */

/* What may stand in a fragment stays as it is, so that people can read it. */
static void put_escaped(FILE *to, const char *text)
{
    for (; *text; text++)
        if (isalnum((unsigned char)*text) || strchr("-._~!$'()*+,;:@/?=", *text))
            putc(*text, to);
        else
            fprintf(to, "%%%02X", (unsigned)(unsigned char)*text);
}

static void put_pair(FILE *to, const char *key, const char *value)
{
    fprintf(to, "%s%s=", ftell(to) ? "&" : "", key);
    put_escaped(to, value);
}

static void put_number(FILE *to, const char *key, uint64_t n)
{
    fprintf(to, "&%s=%" PRIu64, key, n);
}

/* The name of a file of the program's own. */
static void put_demo(FILE *to, const struct view *v)
{
    const char *name = strrchr(v->demo.file, '/');
    char *bare = xstrdup(name ? name + 1 : v->demo.file);
    bare[strcspn(bare, ".")] = '\0';
    put_pair(to, "demo", bare);
    free(bare);
}

char *link_of(const struct view *v)
{
    char *text = NULL;
    size_t n;
    FILE *to = xopen_memstream(&text, &n);
    const struct show *s = &v->show;
    if (v->demo.title)
        put_demo(to, v);
    for (int i = 0; i < s->n && !v->demo.title; i++)
        put_pair(to, "agent", s->agent[i].canonical);
    if (!v->demo.title)
        put_pair(to, "env", s->env.canonical);
    put_number(to, "seed", s->seed);
    if (s->root && !v->demo.title)
        put_number(to, "root", s->root);
    put_number(to, "steps", s->steps);
    if (v->paused)
        put_number(to, "t", (uint64_t)(v->t > 0 ? v->t : 0));
    if (v->speed == VIEW_FASTEST)
        put_pair(to, "speed", "max");
    else
        put_number(to, "speed", (uint64_t)view_cycles_a_second(v));
    if (v->conf.theme.palette != PALETTE_AUTO)
        put_pair(to, "palette", palette_names[v->conf.theme.palette]);
    put_pair(to, "layer", layer_table[v->layer].name);
    if (v->truth)
        put_number(to, "truth", 1);
    xclose_memstream(to);
    return text;
}
