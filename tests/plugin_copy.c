/* A world of ours as a plug-in: the copy must live as the original does. */
#include WORLD

#include "plugin.h"

static const struct env_ops *const worlds[] = { &OPS, NULL };
const struct ursa_plugin ursa_plugin = { URSA_MAGIC, "copy", "1", "GPL-3+", worlds, NULL };
