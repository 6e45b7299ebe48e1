#ifndef PLUGINS_H
#define PLUGINS_H

#include "plugin.h"

/* Files that are plug-ins (plugin.h), and what is in them. There is no registry of them:
 * the loader of the system remembers what is loaded, and it stays so. */

/* The plug-in of a file: a path where it has a '/', else DIR/FILE.so along
 * URSA_PLUGIN_PATH. All that can be checked without calling it is. NULL with *err. *path:
 * where it was found, the caller's to free; NULL with the plug-in. */
const struct ursa_plugin *plugin_load(const char *file, char **path, struct err *err);

/* "FILE#NAME[:key=value...]" of those ways of a shelf (param.h). */
bool plugin_env(struct spec_of *to, const char *text, struct err *err);
bool plugin_agent(struct spec_of *to, const char *text, struct err *err);

#endif
