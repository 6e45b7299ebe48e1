#include "config.h"

#include "datafile.h"
#include "lines.h"
#include "mdp_text.h"

#include <stdlib.h>
#include <string.h>

bool mdp_read(struct mdp *m, FILE *f, const char *file, struct err *err)
{
    return mdp_read_own(m, f, file, err);
}

bool mdp_load(struct mdp *m, const char *name, struct err *err)
{
    char *shipped = strchr(name, '/') ? NULL : data_file("maps", name, ".mdp");
    const char *path = shipped ? shipped : name;
    FILE *f = lines_open(path, path, err);
    bool ok = f && mdp_read(m, f, path, err);
    if (f)
        fclose(f);
    free(shipped);
    return ok;
}
