#include "config.h"

#include "topics.h"

#include <stddef.h>

const struct topic topic_table[] = {
    { "ursa", "ursa", "1" },
    { "glossary", "ursa-glossary", "7" },
    { "words", "ursa-glossary", "7" },
    { "agents", "ursa-agents", "7" },
    { "envs", "ursa-envs", "7" },
    { "worlds", "ursa-envs", "7" },
    { "environments", "ursa-envs", "7" },
    { "games", "ursa-games", "7" },
    { "game", "ursa-game", "5" },
    { "policies", "ursa-policies", "7" },
    { "safety", "ursa-safety", "7" },
    { "matches", "ursa-match", "1" },
    { "models", "ursa-models", "7" },
    { "demos", "ursa-demo", "5" },
    { "programs", "ursa-programs", "7" },
    { "maps", "ursa-map", "5" },
    { "mdp", "ursa-mdp", "5" },
    { "library", "libursa", "3" },
    { "plugin", "ursa-plugin", "7" },
    { "policy", "ursa-policy", "5" },
    { "rewards", "ursa-reward", "5" },
    { "protocol", "ursa-protocol", "7" },
    { "python", "ursa-python", "7" },
    { "web", "ursa-web", "7" },
    { "experiment", "ursa-experiment", "5" },
    { "experiments", "ursa-experiment", "5" },
    { "results", "ursa-results", "5" },
    { "metrics", "ursa-results", "5" },
    { "keys", "ursa-watch", "1" },
    { NULL, NULL, NULL },
};
