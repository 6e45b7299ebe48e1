#ifndef PLUGIN_H
#define PLUGIN_H

#include "agent.h"
#include "discount.h"
#include "env.h"
#include "family.h"
#include "ice.h"
#include "param.h"
#include "xalloc.h"

/* Worlds and agents from shared libraries: ursa-plugin(7). A plug-in is compiled against
 * these headers, installed as ursa/0/, and exports one object:
 *     const struct ursa_plugin ursa_plugin = {
 *         URSA_MAGIC, "mars", "1", "GPL-3+", worlds, NULL
 *     };
 * What it was compiled with is compared before anything else of it is read. */
enum { URSA_PLUGIN_ABI = 1 }; /* rises with any change in meaning; sizes catch the rest */

struct ursa_magic {
    uint32_t size, abi; /* of this, URSA_PLUGIN_ABI */
    uint32_t env_ops, agent_ops, env, agent, percept, space, transition, insight, outlook,
        rng; /* sizes of structs */
};
#define URSA_SIZE(of) ((uint32_t)sizeof(struct of))
#define URSA_MAGIC                                                                         \
    {                                                                                      \
        URSA_SIZE(ursa_magic), URSA_PLUGIN_ABI, URSA_SIZE(env_ops), URSA_SIZE(agent_ops),  \
            URSA_SIZE(env), URSA_SIZE(agent), URSA_SIZE(percept), URSA_SIZE(space),        \
            URSA_SIZE(transition), URSA_SIZE(insight), URSA_SIZE(outlook), URSA_SIZE(rng)  \
    }

struct ursa_plugin {
    struct ursa_magic magic;
    const char *name, *version, *licence;
    const struct env_ops *const *envs;     /* closed by NULL; NULL: none */
    const struct agent_ops *const *agents; /* the same */
};

/* The one symbol of a plug-in. */
#ifdef __cplusplus
extern "C" {
#endif
extern const struct ursa_plugin ursa_plugin;
#ifdef __cplusplus
}
#endif

#endif
