#include "config.h"

#include "page.h"

#include "datafile.h"
#include "escape.h"
#include "lines.h"
#include "whole.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE_MOST = 1 << 24, TRACE_MOST = 1 << 28 };

/* Where title and recording go: each is a line of src/web/page.html. */
static const char title_line[] = "<title>ursa</title>";
static const char trace_line[] = "<script id=\"trace\" type=\"application/json\"></script>";

/* JSON in which nothing can be taken for markup. */
static void put_json(FILE *to, const char *text)
{
    for (; *text; text++)
        if (*text == '<')
            fputs("\\u003c", to);
        else
            putc(*text, to);
}

static void put(FILE *to, const char *page, const char *trace, const char *title)
{
    const char *head = strstr(page, title_line), *place = strstr(page, trace_line);
    fwrite(page, 1, (size_t)(head - page), to);
    fputs("<title>", to);
    escape_put(MARKUP_HTML, title, to);
    fputs("</title>", to);
    head += strlen(title_line);
    fwrite(head, 1, (size_t)(place - head), to);
    fwrite(trace_line, 1, strlen(trace_line) - strlen("</script>"), to);
    putc('\n', to);
    put_json(to, trace);
    fputs("</script>", to);
    fputs(place + strlen(trace_line), to);
}

static bool is_page(const char *page)
{
    const char *head = strstr(page, title_line);
    return head && strstr(head, trace_line);
}

bool page_write(const char *path, const char *trace, const char *title, struct err *err)
{
    char *at = data_file("web", "ursa", ".html");
    if (!at)
        return err_set(err, "this ursa was built without its page (make web)");
    struct whole file = { 0 };
    size_t n;
    char *page = lines_slurp(at, PAGE_MOST, &n, err);
    char *text = page ? lines_slurp(trace, TRACE_MOST, &n, err) : NULL;
    bool ok = text && (is_page(page) || err_set(err, "%s is no page of ursa's", at)) &&
              whole_open(&file, path, err);
    if (ok) {
        put(file.to, page, text, title);
        ok = whole_close(&file, err);
    }
    free(page);
    free(text);
    free(at);
    return ok;
}
