#ifndef INFILE_H
#define INFILE_H

#include "err.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes where a reader wants a file. */

enum { INFILE_PATH = 40 };

/* A file of the bytes; the caller closes what is returned when `path` is read. */
static inline int infile(char path[INFILE_PATH], const uint8_t *data, size_t size)
{
    int fd = memfd_create("fuzz", 0);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        bug("the fuzzer has no file");
    snprintf(path, INFILE_PATH, "/proc/self/fd/%d", fd);
    return fd;
}

/* The same in a directory. */
static inline void infile_in(const char *dir, const char *name, const uint8_t *data,
                             size_t size)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        bug("the fuzzer has no directory");
    close(fd);
}

/* Every file of the directory goes. */
static inline void infile_clear(const char *dir)
{
    char path[400];
    DIR *list = opendir(dir);
    for (struct dirent *f; list && (f = readdir(list));) {
        snprintf(path, sizeof path, "%s/%s", dir, f->d_name);
        unlink(path);
    }
    if (list)
        closedir(list);
}

/* The second half of two in one input: what follows a line "---". */
static inline const uint8_t *infile_half(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i + 4 <= size; i++)
        if (!memcmp(data + i, "---\n", 4))
            return data + i;
    return data + size;
}

#endif
