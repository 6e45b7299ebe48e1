"""The other end of exec:PROGRAM: an agent or a world in Python, ursa-protocol(7)."""

import inspect
import json
import math
import os
import sys


def _params(cls, given):
    """What the class takes, from texts: numbers are read as such. ValueError in words."""
    known = inspect.signature(cls).parameters
    free = any(p.kind is p.VAR_KEYWORD for p in known.values())
    out = {}
    for key, text in given.items():
        name = key.replace("-", "_")
        if name not in known and not free:
            raise ValueError(f"no parameter '{key}'; there are: {', '.join(known) or 'none'}")
        try:
            out[name] = json.loads(text, parse_constant=lambda word: word)
        except ValueError:
            out[name] = text
    return out


def _plain(x):
    """Arrays and their numbers as JSON has them; what is no number is null."""
    if hasattr(x, "tolist"):
        x = x.tolist()
    if isinstance(x, dict):
        return {k: _plain(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return [_plain(v) for v in x]
    return None if isinstance(x, float) and not math.isfinite(x) else x


class _Host:
    """Lines in, lines out. What the program prints goes to standard error, where it cannot
    be mistaken for an answer."""

    def __init__(self):
        self.lines = sys.stdin
        self.to = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)

    def say(self, **message):
        self.to.write(json.dumps(_plain(message), allow_nan=False,
                                 separators=(",", ":")) + "\n")
        self.to.flush()

    def messages(self):
        for line in self.lines:
            message = json.loads(line)
            if message["type"] == "bye":
                return
            yield message


def _open(cls, hello):
    made = cls(**_params(cls, hello["params"]))
    name = getattr(made, "name", cls.__name__)
    told = {"type": "ready", "name": name, "version": str(getattr(made, "version", 1)),
            "deterministic": bool(getattr(made, "deterministic", False)),
            "belief": bool(getattr(made, "belief", False))}
    return made, told


def agent_main(cls):
    """Is an agent for ursa: the program whose last line is `ursa.agent_main(MyAgent)`.

    cls takes the parameters of exec:PROGRAM:key=value as keywords. Of its object, optional
    but for act: start(world), a dict of env, actions, observations, reward, scale and
    action_names; seed(n), from which all its chance is to come; act() -> int;
    update(action, obs, reward); info(), a dict of what ursa-protocol(7) has; and the
    attributes name, version, deterministic, and belief (True: info has one)."""
    host, agent = _Host(), None
    try:
        for m in host.messages():
            if m["type"] == "hello":
                agent, ready = _open(cls, m)
                if hasattr(agent, "start"):
                    agent.start({k: m[k] for k in ("env", "actions", "observations", "reward",
                                                   "scale", "action_names")})
                host.say(**ready)
            elif m["type"] == "begin":
                getattr(agent, "seed", lambda n: None)(m["seed"])
            elif m["type"] == "percept":
                agent.update(m["action"], m["obs"], m["reward"])
            if m["type"] == "act" or "act" in m:
                action = int(agent.act())
                info = agent.info() if hasattr(agent, "info") else {}
                host.say(type="action", t=m.get("act", m.get("t")), action=action, info=info)
    except ValueError as why:
        host.say(type="error", message=str(why))
        sys.exit(1)


def world_main(cls):
    """Is a world for ursa: the program whose last line is `ursa.world_main(MyWorld)`.

    cls takes the parameters as keywords. Of its object: the attributes actions,
    observations, reward = (least, greatest) in points and, optional, scale, places,
    action_names, name, version, deterministic; reset(seed); and step(action) -> (obs,
    reward), or with a third entry, a dict of performance and place."""
    host, world = _Host(), None
    try:
        for m in host.messages():
            if m["type"] == "hello":
                world, ready = _open(cls, m)
                for key in ("scale", "places", "action_names"):
                    if hasattr(world, key):
                        ready[key] = getattr(world, key)
                host.say(actions=world.actions, observations=world.observations,
                         reward=[int(x) for x in world.reward], **ready)
            elif m["type"] == "begin":
                world.reset(m["seed"])
            elif m["type"] == "step":
                obs, reward, *more = world.step(m["action"])
                host.say(type="percept", t=m["t"], obs=int(obs), reward=int(reward),
                         **(more[0] if more else {}))
    except ValueError as why:
        host.say(type="error", message=str(why))
        sys.exit(1)
