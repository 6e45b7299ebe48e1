#include "config.h"

#include "keys.h"

#include <stddef.h>
#include <string.h>

const struct key_row key_table[] = {
    { DO_PAUSE, { ' ', 'p' }, 0, "space, p", "pause, go on" },
    { DO_FORWARD, { 'n', VK_RIGHT, VK_WHEEL_DOWN }, 0, "n, right", "one cycle forward" },
    { DO_BACK, { 'b', VK_LEFT, VK_WHEEL_UP }, 0, "b, left", "one cycle back" },
    { DO_FORWARD_10, { ']' }, 0, "]", "ten cycles forward" },
    { DO_BACK_10, { '[' }, 0, "[", "ten cycles back" },
    { DO_NEXT_EVENT, { '}' }, 0, "}", "to the next event" },
    { DO_PREVIOUS_EVENT, { '{' }, 0, "{", "to the event before" },
    { DO_FIRST, { VK_HOME }, 0, "Home", "to the first cycle" },
    { DO_LAST, { VK_END }, 0, "End", "to the last cycle, and follow the run" },
    { DO_GO, { 'g' }, 0, "g", "go to a cycle" },
    { DO_HELP, { '?', 'h' }, 1, "F1, ?, h", "keys and legend" },
    { DO_PARAMS, { 'o' }, 2, "F2, o", "parameters of agent and world" },
    { DO_AGENT, { 'A' }, 3, "F3, A", "choose another agent" },
    { DO_ENV, { 'E' }, 4, "F4, E", "choose another world" },
    { DO_LAYER,
      { 'v' },
      5,
      "F5, v",
      "next layer: "
#define LAYER(name) #name ", "
#include "layers.def"
#undef LAYER
      "world" },
    { DO_TRUTH, { 't' }, 6, "F6, t", "show what is hidden from the agent" },
    { DO_SLOWER, { '-' }, 7, "F7, -", "half as fast" },
    { DO_FASTER, { '+', '=' }, 8, "F8, +", "twice as fast" },
    { DO_RECORD, { 'R' }, 9, "F9, R", "record the run, or stop recording" },
    { DO_QUIT, { 'q' }, 10, "F10, q", "quit" },
    { DO_DEMO, { 'D' }, 0, "D", "choose a demonstration" },
    { DO_NEW_SEED, { 's' }, 0, "s", "start again with the next seed" },
    { DO_RESTART, { 'r' }, 0, "r", "start again with the same seed" },
    { DO_PLAY, { 'a' }, 0, "a", "take over by hand, or give back" },
    { DO_PALETTE, { 'c' }, 0, "c", "next palette" },
    { DO_NUMBERS, { '#' }, 0, "#", "chances in the cells, or not" },
    { DO_FOURTH, { 'V' }, 0, "V", "value or visits in large cells, or nothing" },
    { DO_FOCUS, { VK_TAB }, 0, "Tab", "next agent, then next panel that moves" },
    { DO_OVERLAY, { 'O' }, 0, "O", "all agents on one map, or one each" },
    { DO_DOWN, { VK_DOWN }, 0, "down", "a line down in that panel" },
    { DO_UP, { VK_UP }, 0, "up", "a line up in it" },
    { DO_TREE, { VK_ENTER }, 0, "Enter", "the search tree of the cycle shown" },
    { DO_MARK, { 'm' }, 0, "m", "mark the cycle shown, or take the mark away" },
    { DO_INJECT, { 'H' }, 0, "H", "more hypotheses, for an agent that takes them in" },
    { DO_ARCS, { '<', '>' }, 0, "< >", "the action whose arcs a graph shows" },
    { DO_TRACES, { '1', '2', '3', '4' }, 0, "1-4", "show or hide a trace" },
    { DO_PLOTS, { 'P' }, 0, "P", "all curves on the whole screen" },
    { DO_CARD, { 'e' }, 0, "e", "the card at the end of the run" },
    { DO_NEXT_STEP, { '.' }, 0, ".", "next step of the demonstration" },
    { DO_PREVIOUS_STEP, { ',' }, 0, ",", "the step before it" },
    { DO_TEXT, { 'i' }, 0, "i", "its text away, and back" },
    { DO_COMMAND, { ':' }, 0, ":", "command line" },
    { DO_REDRAW, { 0x0c }, 0, "Ctrl-L", "draw everything again" },
    { .intent = DO_NOTHING },
};

const struct key_entry key_line[] = {
    { "\u2190\u2192\u2191\u2193",
      "<>^v",
      { VK_LEFT, VK_RIGHT, VK_UP, VK_DOWN },
      "act",
      WHEN_MOVES,
      true },
    { ".", ".", { '.' }, "stay", WHEN_MOVES, true },
    { "0 1", "0 1", { '0', '1' }, "\u2026 act", WHEN_DIGITS, true },
    { "a", "a", { 'a' }, "give back", WHEN_HANDS, true },
    { "\u2190\u2192\u2191\u2193",
      "<>^v",
      { VK_LEFT, VK_RIGHT, VK_UP, VK_DOWN },
      "answer",
      WHEN_ASKED_MOVE,
      true },
    { "0 1", "0 1", { '0', '1' }, "\u2026 answer", WHEN_ASKED_DIGIT, true },
    { "1", "1", { '1' }, "the first", WHEN_ASKED_WHICH, true },
    { "2", "2", { '2' }, "the second", WHEN_ASKED_WHICH, true },
    { "=", "=", { '=' }, "alike", WHEN_ASKED_WHICH, true },
    { "Tab", "Tab", { VK_TAB }, "choose", WHEN_ASKED, true },
    { "Enter", "Enter", { VK_ENTER }, "say it", WHEN_ASKED, true },
    { "Esc", "Esc", { VK_ESCAPE }, "not now", WHEN_ASKED, true },
    { "space", "space", { ' ' }, "run", WHEN_PAUSED, true },
    { "space", "space", { ' ' }, "pause", WHEN_RUNNING, true },
    { "s", "s", { 's' }, "next seed", WHEN_DONE | WHEN_CARD, false },
    { "r", "r", { 'r' }, "again", WHEN_DONE | WHEN_CARD, false },
    { "\u2191\u2193", "up down", { VK_UP, VK_DOWN }, "move", WHEN_TREE, true },
    { "\u2190\u2192",
      "b n",
      { VK_LEFT, VK_RIGHT },
      "step",
      WHEN_WATCHED | WHEN_TREE,
      true },
    { "Enter", "Enter", { VK_ENTER }, "close", WHEN_TREE, true },
    { "\u2191\u2193", "up down", { VK_UP, VK_DOWN }, "field", WHEN_FORM, true },
    { "\u2190\u2192", "< >", { VK_LEFT, VK_RIGHT }, "change", WHEN_FORM, true },
    { "d D", "d D", { 'd', 'D' }, "default", WHEN_FORM, true },
    { "/", "/", { '/' }, "filter", WHEN_FORM, true },
    { "f", "f", { 'f' }, "fork here", WHEN_FORM, true },
    { "Enter", "Enter", { VK_ENTER }, "restart", WHEN_FORM, true },
    { "\u2191\u2193", "up down", { VK_UP, VK_DOWN }, "choose", WHEN_MENU, true },
    { "\u2190\u2192", "< >", { VK_LEFT, VK_RIGHT }, "read on", WHEN_MENU, true },
    { "Enter", "Enter", { VK_ENTER }, "take it, type to filter", WHEN_MENU, true },
    { "Tab", "Tab", { VK_TAB }, "complete", WHEN_PROMPT, true },
    { "\u2191", "up", { VK_UP }, "line before", WHEN_PROMPT, true },
    { "Enter", "Enter", { VK_ENTER }, "do it", WHEN_PROMPT, true },
    { "Tab", "Tab", { VK_TAB }, "next page", WHEN_HELP, true },
    { "P", "P", { 'P' }, "plots", WHEN_CARD, false },
    { "w", "w", { 'w' }, "write", WHEN_CARD, false },
    { "D", "D", { 'D' }, "next demo", WHEN_CARD, false },
    { "Esc", "Esc", { VK_ESCAPE }, "close", WHEN_OVERLAY, true },
    { "Esc", "Esc", { VK_ESCAPE }, "to the runs", WHEN_LISTED, true },
    { "{ }", "{ }", { '{', '}' }, "event", WHEN_WATCHED, false },
    { "Tab", "Tab", { VK_TAB }, "agent", WHEN_WATCHED | WHEN_MANY, false },
    { "v", "v", { 'v' }, "layer", WHEN_WATCHED | WHEN_MAP, false },
    { "t", "t", { 't' }, "truth", WHEN_WATCHED | WHEN_HANDS | WHEN_ASKED, false },
    { "P", "P", { 'P' }, "plots", WHEN_WATCHED, false },
    { "O", "O", { 'O' }, "one map", WHEN_WATCHED | WHEN_MANY | WHEN_MAP, false },
    { "o", "o", { 'o' }, "form", WHEN_WATCHED, false },
    { ":", ":", { ':' }, "command", WHEN_WATCHED, false },
    { "?", "?", { '?' }, "help", WHEN_WATCHED | WHEN_HANDS | WHEN_ASKED, true },
    { "q", "q", { 'q' }, "quit", WHEN_WATCHED | WHEN_HANDS | WHEN_ASKED, true },
    { "+ -", "+ -", { '+', '-' }, "speed", WHEN_LIVE, false },
    { "A", "A", { 'A' }, "agent", WHEN_WATCHED, false },
    { "E", "E", { 'E' }, "world", WHEN_WATCHED, false },
    { "D", "D", { 'D' }, "demos", WHEN_WATCHED, false },
    { "s", "s", { 's' }, "next seed", WHEN_LIVE, false },
    { "R", "R", { 'R' }, "record", WHEN_WATCHED, false },
    { "m", "m", { 'm' }, "mark", WHEN_WATCHED, false },
    { "Enter", "Enter", { VK_ENTER }, "tree", WHEN_WATCHED, false },
    { "a", "a", { 'a' }, "by hand", WHEN_LIVE, false },
    { "c", "c", { 'c' }, "colours", WHEN_WATCHED, false },
    { "#", "#", { '#' }, "numbers", WHEN_WATCHED | WHEN_MAP, false },
    { .shown = NULL },
};

bool key_moves(const char *const *actions, unsigned n)
{
    for (unsigned a = 0; actions && a < n; a++)
        if (!strcmp(actions[a], "left") || !strcmp(actions[a], "up"))
            return true;
    return false;
}

const char *key_move(uint32_t key)
{
    static const struct {
        uint32_t key;
        const char *name;
    } moves[] = { { VK_LEFT, "left" },
                  { VK_RIGHT, "right" },
                  { VK_UP, "up" },
                  { VK_DOWN, "down" },
                  { '.', "stay" } };
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        if (moves[i].key == key)
            return moves[i].name;
    return NULL;
}

bool key_is_action(const char *const *actions, uint32_t key, unsigned a)
{
    const char *move = key_move(key);
    return (key == '0' + a && a < 10) || (move && actions && !strcmp(actions[a], move));
}

enum intent key_intent(uint32_t key)
{
    for (const struct key_row *k = key_table; k->intent; k++) {
        if (k->f && key == VK_F1 + (uint32_t)k->f - 1)
            return k->intent;
        for (int i = 0; i < KEYS_A_ROW; i++)
            if (k->key[i] && k->key[i] == key)
                return k->intent;
    }
    return DO_NOTHING;
}
