#include "config.h"

#include "import.h"
#include "infile.h"
#include "results.h"

/* Results of AIXIjs from anywhere: nothing crashes, and what is imported can be read. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[INFILE_PATH], dir[] = "/tmp/fuzz-import-XXXXXX";
    char *files[] = { path }, *dirs[] = { dir };
    struct err err = { 0 }, again = { 0 };
    struct results r;
    size_t runs;
    int fd = infile(path, data, size);
    if (!mkdtemp(dir) || rmdir(dir))
        bug("the fuzzer has no directory");
    if (import_aixijs(files, 1, dir, &runs, &err)) {
        if (!results_load(&r, dirs, 1, true, &again) || r.n != runs)
            bug("%zu runs imported: %s", runs, again.text);
        results_release(&r);
    } else if (!err.n) {
        bug("an import was refused without a word");
    }
    infile_clear(dir);
    rmdir(dir);
    close(fd);
    return 0;
}
