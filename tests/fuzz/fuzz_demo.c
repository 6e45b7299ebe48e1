#include "config.h"

#include "demo.h"
#include "infile.h"

/* Demonstrations from anywhere: nothing crashes, and one that is read has all it needs. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[INFILE_PATH];
    struct err err = { 0 };
    struct demo d;
    int fd = infile(path, data, size);
    if (demo_read(&d, path, &err)) {
        if (err.n || !d.title || !d.agent || !d.env || !d.text)
            bug("half a demonstration was read");
        demo_release(&d);
    } else if (!err.n) {
        bug("a demonstration was refused without a word");
    }
    close(fd);
    return 0;
}
