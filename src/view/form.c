#include "config.h"

#include "form.h"
#include "keys.h"
#include "sheet.h"
#include "xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- opening */

static struct spec_of *spec_of_field(struct form *f, const struct form_field *field)
{
    return field->of < f->draft.n ? &f->draft.agent[field->of] : &f->draft.env;
}

static void read_value(struct form *f, const struct form_field *field, char *buf, size_t n)
{
    struct spec_of *spec = spec_of_field(f, field);
    struct param_walk w = { .table = spec->kind->params, .config = spec->config };
    if (param_seek(&w, field->p->name))
        param_format(w.p, w.at, buf, n);
}

/* The rows of one spec; the rows of a shelf stand under the heading of what names them. */
static void add_fields(struct form *f, int of, const char *title)
{
    const struct spec_of *spec = of < f->draft.n ? &f->draft.agent[of] : &f->draft.env;
    const char *group = NULL;
    for (struct param_walk w = { .table = spec->kind->params }; param_next(&w);) {
        f->field = xrealloc(f->field, (size_t)f->n + 1, sizeof *f->field);
        struct form_field *to = &f->field[f->n++];
        *to = (struct form_field){ .p = w.p, .of = of };
        group = w.p->group ? w.p->group : group;
        if (group && (f->draft.n > 1 || of))
            snprintf(to->group, sizeof to->group, "%.30s: %.12s", title, group);
        else
            snprintf(to->group, sizeof to->group, "%.47s", group ? group : title);
        read_value(f, to, to->text, sizeof to->text);
        memcpy(to->was, to->text, sizeof to->was);
    }
}

bool form_open(struct form *f, const struct show *s, struct err *err)
{
    char title[40];
    *f = (struct form){ 0 };
    if (!show_copy(&f->draft, s, err))
        return false;
    for (int i = 0; i < f->draft.n; i++) {
        const char *name = f->draft.agent[i].kind->name;
        if (f->draft.n > 1)
            snprintf(title, sizeof title, "%c %.30s", 'A' + i, name);
        else
            snprintf(title, sizeof title, "%.30s", name);
        add_fields(f, i, title);
    }
    snprintf(title, sizeof title, "world: %.30s", f->draft.env.kind->name);
    add_fields(f, f->draft.n, title);
    return true;
}

void form_close(struct form *f)
{
    show_release(&f->draft);
    free(f->field);
    *f = (struct form){ 0 };
}

/* ---- what is seen */

bool form_shows(const struct form *f, int i)
{
    const struct form_field *field = &f->field[i];
    return !*f->filter || strcasestr(field->p->name, f->filter) ||
           strcasestr(field->p->help, f->filter) || strcasestr(field->group, f->filter);
}

static void choose(struct form *f, int from, int by)
{
    for (int i = from; i >= 0 && i < f->n; i += by)
        if (form_shows(f, i)) {
            f->chosen = i;
            f->typing = false;
            return;
        }
}

void form_seek(struct form *f, const char *name)
{
    for (int i = f->n - 1; i >= 0; i--)
        if (!strcmp(f->field[i].p->name, name))
            f->chosen = i;
}

int form_changed(const struct form *f)
{
    int n = 0;
    for (int i = 0; i < f->n; i++)
        n += strcmp(f->field[i].text, f->field[i].was) != 0;
    return n;
}

int form_errors(const struct form *f)
{
    int n = 0;
    for (int i = 0; i < f->n; i++)
        n += *f->field[i].error != '\0';
    return n;
}

bool form_changes_world(const struct form *f)
{
    for (int i = 0; i < f->n; i++)
        if (f->field[i].of == f->draft.n && strcmp(f->field[i].text, f->field[i].was) != 0)
            return true;
    return false;
}

void form_default(const struct form_field *f, char *buf, size_t n)
{
    param_format_default(f->p, buf, n);
}

bool form_chooses(const struct form_field *f)
{
    return f->p->type == PARAM_CHOICE || f->p->type == PARAM_KIND;
}

static bool is_number(const struct param *p)
{
    return p->type == PARAM_INT || p->type == PARAM_REAL || p->type == PARAM_TIME;
}

/* All its words, or the first and how many more. */
static void list_choices(const struct param *p, const char *dots, char *buf, size_t n)
{
    size_t used = 0, count = 0;
    const char *word;
    for (; (word = param_choice(p, count)); count++)
        used += strlen(word) + (count > 0);
    if (used < n) {
        used = 0;
        for (size_t i = 0; i < count; i++)
            used += (size_t)snprintf(buf + used, n - used, "%s%s", i ? " " : "",
                                     param_choice(p, i));
        return;
    }
    snprintf(buf, n, "%s %s %zu more", param_choice(p, 0), dots, count - 1);
}

/* A number of a range: whole ones in groups of three digits. */
static void format_number(double x, char *buf, size_t n)
{
    char digits[40];
    snprintf(digits, sizeof digits, "%.0f", x);
    size_t len = strlen(digits), used = 0;
    if (fabs(x) < 1e4 || fabs(x) >= 1e12 || floor(x) < x) {
        snprintf(buf, n, "%.12g", x);
        return;
    }
    for (size_t i = 0; i < len && used + 2 < n; i++) {
        if (i && digits[i - 1] != '-' && (len - i) % 3 == 0)
            buf[used++] = ' ';
        buf[used++] = digits[i];
    }
    buf[used] = '\0';
}

void form_range(const struct form_field *f, const char *dots, char *buf, size_t n)
{
    const struct param *p = f->p;
    const char *unit = p->unit ? p->unit : p->type == PARAM_TIME ? "s" : "";
    char least[40], most[40];
    format_number(p->min, least, sizeof least);
    format_number(p->max, most, sizeof most);
    if (form_chooses(f))
        list_choices(p, dots, buf, n);
    else if (!is_number(p))
        snprintf(buf, n, "%s", unit);
    else if (p->max >= 1e12)
        snprintf(buf, n, "from %s%s%s", least, *unit ? " " : "", unit);
    else
        snprintf(buf, n, "%s %s %s%s%s", least, dots, most, *unit ? " " : "", unit);
}

/* ---- what is typed */

/* A number out of its range is told as what it may be at most or at least. */
static void say_error(struct form_field *field, const char *why)
{
    char *end, usual[FORM_TEXT];
    double x = strtod(field->text, &end);
    const struct param *p = field->p;
    form_default(field, usual, sizeof usual);
    bool number = is_number(p) && end != field->text && !*end;
    if (number && x > p->max)
        snprintf(field->error, sizeof field->error, "at most %.12g; %s is the default",
                 p->max, usual);
    else if (number && x < p->min)
        snprintf(field->error, sizeof field->error, "at least %.12g; %s is the default",
                 p->min, usual);
    else
        snprintf(field->error, sizeof field->error, "%.*s", (int)sizeof field->error - 1,
                 why);
}

/* What is said of a kind begins with its name, which stands over the field. */
static const char *without_name(const char *why, const struct kind *k)
{
    size_t n = strlen(k->name);
    return !strncmp(why, k->name, n) && !strncmp(why + n, ": ", 2) ? why + n + 2 : why;
}

/* Tries what stands in the field; a draft is always right. */
static void try_value(struct form *f, struct form_field *field)
{
    struct spec_of *spec = spec_of_field(f, field);
    struct err err = { 0 };
    *field->error = '\0';
    if (!kind_set(spec, field->p->name, field->text, &err))
        say_error(field, without_name(err.text, spec->kind));
}

static void put_value(struct form *f, struct form_field *field, const char *text)
{
    if (text != field->text)
        snprintf(field->text, sizeof field->text, "%s", text);
    try_value(f, field);
}

static void put_default(struct form *f, struct form_field *field)
{
    char usual[FORM_TEXT];
    form_default(field, usual, sizeof usual);
    if (field->p->type == PARAM_STRING || field->p->type == PARAM_SPEC ||
        field->p->type == PARAM_SPECS)
        *usual = '\0';
    put_value(f, field, usual);
    f->typing = false;
}

static void next_choice(struct form *f, struct form_field *field, int by)
{
    int n = 0, now = 0;
    for (const char *word; (word = param_choice(field->p, (size_t)n)); n++)
        if (!strcmp(word, field->text))
            now = n;
    put_value(f, field, param_choice(field->p, (size_t)((now + by + n) % n)));
}

/* A hundredth of a number's power of ten, or one of a whole number. */
static void step_number(struct form *f, struct form_field *field, int by)
{
    const struct param *p = field->p;
    char *end, text[64];
    double x = strtod(field->text, &end), size = fabs(x) > 0 ? fabs(x) : fabs(p->def);
    if (end == field->text)
        x = p->def < p->min ? p->min - by : p->def;
    double step = p->type == PARAM_INT ? 1
                  : size > 0           ? pow(10, floor(log10(size)) - 1)
                                       : 0.01;
    x = fmin(p->max, fmax(p->min, x + by * step));
    snprintf(text, sizeof text, "%.12g%s", x, p->type == PARAM_TIME ? "s" : "");
    put_value(f, field, text);
}

static void step_value(struct form *f, int by)
{
    struct form_field *field = &f->field[f->chosen];
    if (form_chooses(field))
        next_choice(f, field, by);
    else if (is_number(field->p))
        step_number(f, field, by);
    f->typing = false;
}

static bool append(char *text, size_t size, uint32_t key)
{
    size_t n = strlen(text);
    if (key < ' ' || key >= 0x7f || n + 1 >= size)
        return false;
    text[n] = (char)key;
    text[n + 1] = '\0';
    return true;
}

static void erase_last(char *text)
{
    size_t n = strlen(text);
    if (n)
        text[n - 1] = '\0';
}

static bool type_value(struct form *f, uint32_t key)
{
    struct form_field *field = &f->field[f->chosen];
    bool typed = key >= ' ' && key < 0x7f;
    if (form_chooses(field) || (!typed && key != VK_BACKSPACE))
        return false;
    if (!f->typing && typed)
        *field->text = '\0';
    if (typed)
        append(field->text, sizeof field->text, key);
    else
        erase_last(field->text);
    f->typing = true;
    put_value(f, field, field->text);
    return true;
}

static bool filter_key(struct form *f, uint32_t key)
{
    if (key == VK_ENTER || key == VK_DOWN || key == VK_UP || key == VK_TAB)
        f->filtering = false;
    else if (key == VK_BACKSPACE)
        erase_last(f->filter);
    else if (!append(f->filter, sizeof f->filter, key))
        return false;
    if (!form_shows(f, f->chosen))
        choose(f, 0, 1);
    return true;
}

/* Letters that are orders, as long as no value is being typed and none is text. */
static bool order_key(struct form *f, uint32_t key)
{
    switch (key) {
    case 'd': put_default(f, &f->field[f->chosen]); return true;
    case 'D':
        for (int i = 0; i < f->n; i++)
            put_default(f, &f->field[i]);
        return true;
    case '/': f->filtering = true; return true;
    default: return false;
    }
}

bool form_key(struct form *f, uint32_t key)
{
    if (!f->n)
        return false;
    if (f->filtering)
        return filter_key(f, key);
    const struct form_field *field = &f->field[f->chosen];
    bool text = !form_chooses(field) && !is_number(field->p);
    switch (key) {
    case VK_UP: choose(f, f->chosen - 1, -1); return true;
    case VK_TAB:
    case VK_DOWN: choose(f, f->chosen + 1, 1); return true;
    case VK_HOME: choose(f, 0, 1); return true;
    case VK_END: choose(f, f->n - 1, -1); return true;
    case VK_LEFT: step_value(f, -1); return true;
    case VK_RIGHT: step_value(f, 1); return true;
    case VK_DELETE: put_default(f, &f->field[f->chosen]); return true;
    default: break;
    }
    if (!f->typing && !text && order_key(f, key))
        return true;
    if (!f->typing && !text && key == 'f')
        return false;
    return type_value(f, key);
}
