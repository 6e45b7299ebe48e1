#include "config.h"

#include "whole.h"
#include "xalloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool failed(const char *path, struct err *err)
{
    return err_system(err, "cannot write '%s'", path);
}

/* A link is followed: what it names is renamed over, not the link. */
static char *target(const char *path)
{
    char *real = xrealpath(path);
    return real ? real : xstrdup(path);
}

static void release(struct whole *w)
{
    free(w->path);
    free(w->temp);
    *w = (struct whole){ 0 };
}

static bool open_for(struct whole *w, const char *path, bool in_place, struct err *err)
{
    struct stat st;
    if (!strcmp(path, "-")) {
        *w = (struct whole){ .to = stdout, .path = xstrdup("standard output") };
        return true;
    }
    bool there = !stat(path, &st);
    *w = (struct whole){ .path = target(path), .fresh = !there, .quick = in_place };
    if (there ? S_ISREG(st.st_mode) : !in_place)
        w->temp = xasprintf("%s.%ld~", w->path, (long)getpid());
    if (there && S_ISREG(st.st_mode) && access(w->path, W_OK)) {
        failed(path, err);
        release(w);
        return false;
    }
    w->to = fopen(w->temp ? w->temp : w->path, "w");
    if (w->to && there && w->temp)
        fchmod(fileno(w->to), st.st_mode & 07777);
    if (w->to)
        return true;
    failed(path, err);
    release(w);
    return false;
}

bool whole_open(struct whole *w, const char *path, struct err *err)
{
    return open_for(w, path, false, err);
}

bool whole_begin(struct whole *w, const char *path, struct err *err)
{
    return open_for(w, path, true, err);
}

bool whole_close(struct whole *w, struct err *err)
{
    errno = 0;
    bool ok = !fflush(w->to) && !ferror(w->to);
    ok = ok && (!w->temp || w->quick || !fsync(fileno(w->to)) || errno == EINVAL);
    int why = errno;
    ok = (w->to == stdout || !fclose(w->to)) && ok;
    ok = ok && (!w->temp || !rename(w->temp, w->path));
    if (!ok) {
        errno = errno ? errno : why;
        failed(w->path, err);
        if (w->temp || w->fresh)
            unlink(w->temp ? w->temp : w->path);
    }
    release(w);
    return ok;
}

void whole_discard(struct whole *w)
{
    if (!w->to)
        return;
    if (w->to != stdout)
        fclose(w->to);
    if (w->temp)
        unlink(w->temp);
    release(w);
}

bool whole_write(const char *path, const char *text, struct err *err)
{
    struct whole w;
    if (!whole_open(&w, path, err))
        return false;
    fputs(text, w.to);
    return whole_close(&w, err);
}

bool whole_directory(const char *dir, struct err *err)
{
    char *path = xstrdup(dir);
    bool ok = true;
    for (char *c = path + 1; ok; c++) {
        if (*c && *c != '/')
            continue;
        char was = *c;
        *c = '\0';
        ok = !mkdir(path, 0777) || errno == EEXIST ||
             err_system(err, "cannot make the directory '%s'", path);
        *c = was;
        if (!was)
            break;
    }
    free(path);
    return ok;
}
