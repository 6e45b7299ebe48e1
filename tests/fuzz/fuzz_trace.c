#include "config.h"

#include "infile.h"
#include "match_trace.h"
#include "trace.h"

/* Traces from anywhere, of one agent and of matches: nothing crashes, and what is not read
 * has been told. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[INFILE_PATH];
    struct err err = { 0 }, of_match = { 0 };
    struct trace tr;
    struct match_record match;
    int fd = infile(path, data, size);
    bool ok = trace_read(&tr, path, &err);
    if (ok != (err.n == 0))
        bug("a trace and its errors do not fit");
    if (ok)
        trace_release(&tr);
    is_match_trace(path);
    ok = match_trace_read(&match, path, &of_match);
    if (ok != (of_match.n == 0))
        bug("a match and its errors do not fit");
    if (ok)
        match_record_release(&match);
    close(fd);
    return 0;
}
