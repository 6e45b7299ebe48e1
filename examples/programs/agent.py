#!/usr/bin/env python3
"""An agent for ursa in 20 lines: the best of the means so far, or, one time in ten, any."""
import json
import random
import sys

def say(**message):
    print(json.dumps(message), flush=True)

for line in sys.stdin:
    m = json.loads(line)
    if m["type"] == "hello":
        total, count = [0] * m["actions"], [1e-9] * m["actions"]
        say(type="ready", name="means", version="1", deterministic=True)
    elif m["type"] == "begin":
        random.seed(m["seed"])
    elif m["type"] == "percept":
        total[m["action"]] += m["reward"]
        count[m["action"]] += 1
    if m["type"] == "act" or "act" in m:
        means = [s / n for s, n in zip(total, count)]
        best = random.randrange(len(means)) if random.random() < .1 else means.index(max(means))
        say(type="action", t=m.get("act", m.get("t")), action=best, info={"value": means})
