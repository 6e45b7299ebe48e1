#include "config.h"

#include "harness.h"
#include "registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the pages say of a parameter is what its table says, and what is printed of it can
 * be typed. Behind a parameter's name a page has, in parentheses, its range and default,
 * and the default of those that have another:
 *     .It Cm horizon Ns = Ns Ar CYCLES Pq 1..100000; 7; aimu unset, mc-aixi 4
 * of words the default alone. The entry stands within that of its owner, or in a section
 * that several share. */

enum { ENTRIES = 400, NAME = 64 };

struct entry {
    char owner[NAME]; /* "": shared */
    char word[NAME], note[200];
};
struct page {
    const char *file;
    const struct shelf *of[3]; /* whose things it describes, closed by NULL */
    struct entry at[ENTRIES];
    size_t n;
};

static struct page pages[] = {
    { .file = "ursa-agents.7", .of = { &agent_shelf } },
    { .file = "ursa-envs.7", .of = { &env_shelf } },
    { .file = "ursa-games.7", .of = { &game_shelf } },
    { .file = "ursa-models.7", .of = { &predictor_shelf } },
};
enum { PAGES = sizeof pages / sizeof *pages };

static bool describes(const struct page *p, const char *word)
{
    for (size_t i = 0; p->of[i]; i++)
        if (kind_find(p->of[i], word))
            return true;
    return false;
}

/* Where a reader of the page is: in which list of lists, in whose entry. */
struct place {
    char owner[NAME];
    int depth, owner_depth;
};

static void read_entry(struct page *p, struct place *at, const char *line)
{
    struct entry e = { .note = "" };
    const char *note = strstr(line, " Pq ");
    if (sscanf(line, ".It Cm %63s", e.word) != 1)
        return;
    if ((!*at->owner || at->depth <= at->owner_depth) && describes(p, e.word)) {
        memcpy(at->owner, e.word, sizeof e.word);
        at->owner_depth = at->depth;
        return;
    }
    memcpy(e.owner, at->owner, sizeof e.owner);
    if (note)
        snprintf(e.note, sizeof e.note, "%.*s", (int)strcspn(note + 4, "\n"), note + 4);
    ck_assert(p->n < ENTRIES);
    p->at[p->n++] = e;
}

static void read_page(struct page *p)
{
    const char *src = getenv("srcdir");
    char path[4096], line[1000];
    struct place at = { .depth = 0 };
    snprintf(path, sizeof path, "%s/man/%s", src ? src : ".", p->file);
    FILE *from = fopen(path, "r");
    ck_assert_ptr_nonnull(from);
    for (p->n = 0; fgets(line, sizeof line, from);) {
        at.depth += !strncmp(line, ".Bl", 3);
        read_entry(p, &at, line);
        if (!strncmp(line, ".Sh", 3) ||
            (!strncmp(line, ".El", 3) && at.depth-- == at.owner_depth))
            at.owner[0] = '\0';
    }
    fclose(from);
}

static bool is_number(const struct param *p)
{
    return p->type == PARAM_INT || p->type == PARAM_REAL || p->type == PARAM_TIME;
}

/* The default as a page has it: a number plainly. */
static void usual(const struct param *p, char *buf, size_t n)
{
    param_format_default(p, buf, n);
    if (is_number(p) && p->type != PARAM_TIME && strcmp(buf, "unset") != 0)
        snprintf(buf, n, "%.12g", p->def);
    if (!*buf)
        snprintf(buf, n, "unset");
}

/* "1..100000; 7" */
static void expected(const struct param *p, char *buf, size_t n)
{
    char def[100];
    usual(p, def, sizeof def);
    if (is_number(p))
        snprintf(buf, n, "%.12g..%.12g; %s", p->min, p->max, def);
    else
        snprintf(buf, n, "%s", def);
}

/* Whether `note` says so of what is called `owner`. */
static bool says(const char *note, const struct param *p, const char *owner)
{
    char want[200], def[100], own[200];
    usual(p, def, sizeof def);
    expected(p, want, sizeof want);
    snprintf(own, sizeof own, " %s ", owner);
    const char *at = strstr(note, own);
    if (!at)
        return !strncmp(note, want, strlen(want)) && strchr(";", note[strlen(want)]);
    at += strlen(own);
    want[strlen(want) - strlen(def)] = '\0';
    return !strncmp(note, want, strlen(want)) && !strncmp(at, def, strlen(def)) &&
           strchr(",", at[strlen(def)]);
}

/* Whether an entry of the owner, else a shared one, else one of another owner says so. */
static bool told(const struct page *page, const struct param *p, const char *owner)
{
    enum { NOWHERE, ELSEWHERE, SHARED, OWN } best = NOWHERE;
    bool yes = false;
    for (size_t i = 0; i < page->n; i++) {
        const struct entry *e = &page->at[i];
        unsigned where = !strcmp(e->owner, owner) ? OWN : *e->owner ? ELSEWHERE : SHARED;
        if (strcmp(e->word, p->name) != 0 || where < best)
            continue;
        yes = says(e->note, p, owner) || (yes && where == best);
        best = where;
    }
    return yes;
}

static unsigned untold(const struct page *page, const struct kind *k)
{
    unsigned n = 0;
    for (struct param_walk w = { .table = k->params }; param_next(&w);) {
        char want[200];
        expected(w.p, want, sizeof want);
        if (w.p->tail || told(page, w.p, k->name))
            continue;
        printf("# %s: %s of %s lacks (%s)\n", page->file, w.p->name, k->name, want);
        n++;
    }
    return n;
}

START_TEST(a_page_has_the_range_and_the_default_of_every_parameter)
{
    unsigned wrong = 0;
    struct page *p = &pages[_i];
    read_page(p);
    for (size_t s = 0; p->of[s]; s++)
        for (const struct kind *const *k = p->of[s]->at; *k; k++)
            wrong += untold(p, *k);
    fflush(stdout);
    ck_assert_uint_eq(wrong, 0);
}
END_TEST

/* Types `text`, prints what was understood and types that: the same is understood. False:
 * what was typed is not a value. */
static bool typed(const struct param *p, const char *text)
{
    union value {
        int64_t i;
        double d;
        int c;
        const struct kind *k;
    } one = { 0 }, two = { 0 };
    struct err err = { 0 };
    struct param at_zero = *p;
    char now[100], then[100];
    at_zero.offset = 0;
    if (!param_set(&at_zero, &one, text, &err))
        return false;
    param_format(&at_zero, &one, now, sizeof now);
    ck_assert_msg(param_set(&at_zero, &two, now, &err), "%s=%s is printed and refused",
                  p->name, now);
    ck_assert_str_eq(now, param_format(&at_zero, &two, then, sizeof then));
    ck_assert_int_eq(memcmp(&one, &two, sizeof one), 0);
    return true;
}

static void type_numbers(const struct param *p)
{
    const double mid = p->min + (p->max - p->min) / 2,
                 at[] = { p->min, p->max, 100, 1e5, 1.0 / 3, mid };
    char text[100];
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        snprintf(text, sizeof text, "%.12g", at[i]); /* as "ursa show" prints ranges */
        bool is_value = typed(p, text);
        ck_assert_msg(is_value || i >= 2, "%s=%s is shown and refused", p->name, text);
    }
}

static void type_all(const struct kind *k)
{
    for (struct param_walk w = { .table = k->params }; param_next(&w);) {
        char def[100];
        if (is_number(w.p))
            type_numbers(w.p);
        else if (w.p->type != PARAM_CHOICE && w.p->type != PARAM_KIND)
            continue; /* texts stay as they were typed */
        for (size_t i = 0; !is_number(w.p) && param_choice(w.p, i); i++)
            ck_assert(typed(w.p, param_choice(w.p, i)));
        ck_assert(typed(w.p, param_format_default(w.p, def, sizeof def)));
    }
}

START_TEST(what_is_printed_of_a_parameter_can_be_typed)
{
    for (size_t s = 0; pages[_i].of[s]; s++)
        for (const struct kind *const *k = pages[_i].of[s]->at; *k; k++)
            type_all(*k);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("manual");
    TCase *tc = tcase_create("parameters");
    tcase_add_loop_test(tc, a_page_has_the_range_and_the_default_of_every_parameter, 0,
                        PAGES);
    tcase_add_loop_test(tc, what_is_printed_of_a_parameter_can_be_typed, 0, PAGES);
    suite_add_tcase(s, tc);
    return harness_run(s);
}
