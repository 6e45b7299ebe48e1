#!/usr/bin/env python3
"""A world for ursa in 20 lines: a door opens to who knocks where it was last heard."""
import json
import random
import sys

def say(**message):
    print(json.dumps(message), flush=True)

for line in sys.stdin:
    m = json.loads(line)
    if m["type"] == "hello":
        say(type="ready", name="door", version="1", actions=2, observations=2,
            reward=[0, 1], action_names=["knock left", "knock right"], deterministic=True)
    elif m["type"] == "begin":
        random.seed(m["seed"])
        door = random.randrange(2)
    elif m["type"] == "step":
        paid = int(m["action"] == door)
        door = door if random.random() < .9 else 1 - door
        say(type="percept", t=m["t"], obs=door, reward=paid)
