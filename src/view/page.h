#ifndef PAGE_H
#define PAGE_H

#include "err.h"

/* The page for browsers with a recording in it, as a file that needs nothing else: what the
 * window can do with a recording can be done there. It is `trace`, a file that was read
 * whole by trace_read(), within the page that "make web" made, which is looked for as all
 * data files are (datafile.h). `title` is the page's. False with *err: there is no page, it
 * is not one of ours, or the file cannot be written; "-" is standard output. */
bool page_write(const char *path, const char *trace, const char *title, struct err *err);

#endif
