#include "config.h"

#include "automata.h"
#include "budgeted.h"
#include "crowd.h"
#include "factored.h"
#include "hidden.h"
#include "hunt.h"
#include "learning.h"
#include "normal.h"
#include "observer.h"
#include "payoffs.h"
#include "roster.h"
#include "terrain.h"

const struct view_kind view_automata = { "automata" };
const struct view_kind view_budgeted = { "budgeted" };
const struct view_kind view_crowd = { "crowd" };
const struct view_kind view_factored = { "factored" };
const struct view_kind view_hidden = { "hidden" };
const struct view_kind view_hunt = { "hunt" };
const struct view_kind view_learning = { "learning" };
const struct view_kind view_normal = { "normal" };
const struct view_kind view_observer = { "observer" };
const struct view_kind view_payoffs = { "payoffs" };
const struct view_kind view_roster = { "roster" };
const struct view_kind view_terrain = { "terrain" };
