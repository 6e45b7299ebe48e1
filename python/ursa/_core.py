"""Worlds, agents, games, predictors and runs as objects."""

import ctypes as C
import json
import numbers
import weakref

import numpy as np

from . import _abi, _interrupt
from ._abi import check, lib, text

PERCEPT = np.dtype([("obs", np.uint32), ("reward", np.int32)])


def spec_text(name, params):
    """NAME:key=value,... of keyword arguments; True and False are yes and no."""
    def value(x):
        return ("no", "yes")[x] if isinstance(x, (bool, np.bool_)) else str(x)
    pairs = ",".join(f"{k.replace('_', '-')}={value(v)}" for k, v in params.items())
    return name + ("," if ":" in name else ":") * bool(pairs) + pairs


def _index(x, what):
    """A whole number from whatever holds one; floats and booleans are none."""
    if isinstance(x, (bool, np.bool_)) or not isinstance(x, (numbers.Integral, np.integer)):
        raise TypeError(f"{what} is {x!r}, not a whole number")
    if not 0 <= x < 2**32:
        raise ValueError(f"{what} {x} is not in 0..2^32-1")
    return int(x)


class _Handle:
    """What is opened, and closed once: by close(), by `with`, or with the last reference."""

    def _hold(self, pointer, close):
        if not pointer:
            _abi.fail(_abi.BAD)
        self._at = pointer
        self._end = weakref.finalize(self, close, pointer)

    def close(self):
        """Gives it back; a second time is nothing."""
        self._end()
        self._at = None

    def __enter__(self):
        return self

    def __exit__(self, *why):
        self.close()


class Space:
    """What is known of a world beforehand: n_actions, n_obs, rew_min and rew_max (points),
    scale (points per displayed unit), n_places, map, rows, cols, has_law, text, hidden."""

    def __init__(self, raw):
        for name, _ in raw._fields_:
            if name not in ("size", "flags"):
                setattr(self, name, getattr(raw, name))
        self.has_law = bool(raw.flags & _abi.HAS_LAW)
        self.text = bool(raw.flags & _abi.TEXT)
        self.hidden = bool(raw.flags & _abi.HIDDEN)

    def __repr__(self):
        return "Space(" + ", ".join(f"{k}={v}" for k, v in vars(self).items()) + ")"


def _space(call, *args):
    raw = _abi.Space(size=C.sizeof(_abi.Space))
    check(call(*args, C.byref(raw)))
    return Space(raw)


class Env(_Handle):
    """A world with one state and its luck: the run (root, seed) of `ursa run`.

    spec: "tiger", "gridworld:size=5", "lib:./mars.so#rover"; keyword arguments are its
    parameters. Raises ValueError with ursa's words where it is wrong."""

    def __init__(self, spec, seed=0, root=0, **params):
        self._hold(lib.env_open(spec_text(spec, params).encode(), root, _index(seed, "seed")),
                   lib.env_close)
        self.root = root
        self.spec = lib.env_spec(self._at).decode()
        self.space = _space(lib.env_space, self._at)
        self._obs, self._rew = C.c_uint32(), C.c_int32()
        self._refs = C.byref(self._obs), C.byref(self._rew)

    def reset(self, seed):
        """The run (root, seed) from its start."""
        check(lib.env_reset(self._at, _index(seed, "seed")))

    def step(self, action):
        """(observation, reward): whole numbers; the reward in points."""
        code = lib.env_step(self._at, action, *self._refs)
        if code:
            _abi.fail(code)
        return self._obs.value, self._rew.value

    def save(self):
        """State and luck as bytes, for envs of the same spec and root."""
        to = C.create_string_buffer(self.space.state_bytes)
        check(lib.env_save(self._at, to, len(to)))
        return to.raw

    def restore(self, saved):
        """Takes what save() gave; ValueError where it is another world's."""
        check(lib.env_restore(self._at, saved, len(saved)))

    def law(self, action):
        """[(p, observation, reward)] of all that may happen after the action, sum of p 1;
        NotImplementedError where the world has no law of useful size."""
        n = check(lib.env_law(self._at, action, None, 0))
        out = (_abi.Branch * n)()
        check(lib.env_law(self._at, action, out, n))
        return [(b.p, b.obs, b.rew) for b in out]

    def _text(self, call, *args):
        n = check(call(self._at, *args, None, 0))
        to = C.create_string_buffer(n)
        check(call(self._at, *args, to, n))
        return to.value.decode()

    def draw(self, truth=False):
        """The canvas, a line each row; what is hidden only with truth."""
        return self._text(lib.env_draw, int(truth))

    def action_name(self, action):
        """What people call an action."""
        return self._text(lib.env_name, _index(action, "action"), 0, 0)

    def percept_name(self, obs, reward):
        """What people call a percept."""
        return self._text(lib.env_name, -1, _index(obs, "observation"), reward)

    def __deepcopy__(self, memo):
        del memo
        return self._again((self.spec, self.root, self.save()))

    @staticmethod
    def _again(told):
        spec, root, saved = told
        env = Env(spec, root=root)
        env.restore(saved)
        return env

    def __reduce__(self):
        return Env._again, ((self.spec, self.root, self.save()),)


class Agent(_Handle):
    """An agent in a world, driven by act() and update(): with the same root and seed it does
    what it does in `ursa run`. It borrows the world and does not move it."""

    def __init__(self, spec, env, seed=0, root=0, **params):
        self.env = env
        self._hold(lib.agent_open(spec_text(spec, params).encode(), env._at, root,
                                  _index(seed, "seed")), lib.agent_close)
        self.spec = lib.agent_spec(self._at).decode()

    def act(self):
        """The action of the next cycle. ^C ends the search and raises KeyboardInterrupt."""
        return check(_interrupt.act(self._at))

    def update(self, action, obs, reward):
        """Learns what an action, its own or not, led to (points). Impossible where that has
        probability 0 to it; it can then only be closed."""
        check(lib.agent_update(self._at, action, obs, reward))

    def inspect(self):
        """What it thinks after act(): a dict of value, visits, plan, entropy, metrics, ...;
        None is not known."""
        return json.loads(text(lib.agent_inspect(self._at)))

    def belief(self):
        """Belief in [0, 1] that each cell pays, an array of rows x cols."""
        space = self.env.space
        out = np.empty((space.rows, space.cols))
        check(lib.agent_belief(self._at, out.ctypes.data, out.size))
        return out

    def cancel(self):
        """From any thread: the search under way, or else the next, ends."""
        lib.agent_cancel(self._at)


class Session(_Handle):
    """A run, a cycle at a time, with metrics, hash and, where trace is a path, a trace.
    agent None: the caller acts always."""

    def __init__(self, agent, env, seed=0, root=0, trace=None):
        self._hold(lib.session_open(agent.encode() if agent else None, env.encode(), root,
                                    _index(seed, "seed"), trace.encode() if trace else None),
                   lib.session_close)
        self._record = _abi.Record(size=C.sizeof(_abi.Record))

    def step(self, action=None):
        """One cycle with this action, None: the agent's. Its record as a dict: action, t,
        obs, rew, total, performance (points so far), explored (percent), hash."""
        check(lib.session_step(self._at, -1 if action is None else action,
                               C.byref(self._record)))
        return {k: getattr(self._record, k) for k, _ in self._record._fields_[1:]}

    def close(self):
        """Ends it; OSError where the trace could not be written."""
        if self._end.detach():
            at, self._at = self._at, None
            check(lib.session_close(at))


class Vec(_Handle):
    """n states of one world at once: state i is Env(spec, seed=seeds[i]), bit for bit.

    step() takes an array of n actions and returns observations (uint32) and rewards (int32,
    points), shape (n,). copy=False: views of one array that the next step overwrites."""

    def __init__(self, spec, seeds, root=0, copy=True, **params):
        seeds = np.ascontiguousarray(seeds, dtype=np.uint32)
        self._hold(lib.vec_open(spec_text(spec, params).encode(), root, seeds.ctypes.data,
                                seeds.size), lib.vec_close)
        self.n, self.copy = seeds.size, copy
        self.space = _space(lib.vec_space, self._at)
        self._percepts = np.zeros(self.n, PERCEPT)
        self._to = self._percepts.ctypes.data
        self._obs, self._rew = self._percepts["obs"], self._percepts["reward"]

    def reset(self, seeds, which=None):
        """Begins runs anew: all, or those where the mask `which` is true."""
        seeds = np.ascontiguousarray(np.broadcast_to(seeds, self.n), dtype=np.uint32)
        if which is not None:
            which = np.ascontiguousarray(which, dtype=bool)
            if which.shape != (self.n,):
                raise ValueError(f"a mask of shape {which.shape} for {self.n} states")
        check(lib.vec_reset(self._at, None if which is None else which.ctypes.data,
                            seeds.ctypes.data))

    def step(self, actions):
        """Observations and rewards after n actions of any whole type."""
        if not (isinstance(actions, np.ndarray) and actions.dtype == np.uint8
                and actions.flags.c_contiguous):
            actions = self._narrow(actions)
        if actions.shape != (self.n,):
            raise ValueError(f"actions of shape {actions.shape} for {self.n} states")
        code = lib.vec_step(self._at, actions.ctypes.data, self._to)
        if code:
            _abi.fail(code)
        return (self._obs.copy(), self._rew.copy()) if self.copy else (self._obs, self._rew)

    def _narrow(self, actions):
        wide = np.asarray(actions)
        if wide.dtype.kind not in "iu":
            raise TypeError(f"actions of type {wide.dtype} are not whole numbers")
        if wide.size and (wide.min() < 0 or wide.max() >= self.space.n_actions):
            raise ValueError(f"actions are 0..{self.space.n_actions - 1}")
        return np.ascontiguousarray(wide, dtype=np.uint8)


class Game(_Handle):
    """A world of several players, by joint actions. movers: who is to move, as a list."""

    def __init__(self, spec, seed=0, root=0, **params):
        self._hold(lib.game_open(spec_text(spec, params).encode(), root,
                                 _index(seed, "seed")), lib.game_close)
        self.spec = lib.game_spec(self._at).decode()
        self.n_players = check(lib.game_players(self._at))
        self.spaces = [_space(lib.game_space, self._at, i) for i in range(self.n_players)]
        self._action = (C.c_uint32 * self.n_players)()
        self._obs = (C.c_uint32 * self.n_players)()
        self._rew = (C.c_int32 * self.n_players)()

    @property
    def movers(self):
        bits = check(lib.game_movers(self._at))
        return [i for i in range(self.n_players) if bits >> i & 1]

    def reset(self, seed):
        """The match (root, seed) from its start."""
        check(lib.game_reset(self._at, _index(seed, "seed")))

    def step(self, actions):
        """Actions of all players, of which those of the movers count: observations and
        rewards (points) of all, two lists."""
        if len(actions) != self.n_players:
            raise ValueError(f"{len(actions)} actions for {self.n_players} players")
        self._action[:] = [_index(a, "action") for a in actions]
        check(lib.game_step(self._at, self._action, self._obs, self._rew))
        return list(self._obs), list(self._rew)


class Predictor(_Handle):
    """A predictor of bits, of percepts of `slots` bits: "ctw:depth=32", "mix:..."."""

    def __init__(self, spec, slots, **params):
        self._hold(lib.predictor_open(spec_text(spec, params).encode(), slots),
                   lib.predictor_close)

    def p1(self, slot=0):
        """The chance in (0, 1) that the next bit, the slot-th of its percept, is 1."""
        p = lib.predictor_p1(self._at, slot)
        if p != p:
            _abi.fail(_abi.BAD)
        return p

    def update(self, bit):
        """Learns the bit that the last p1() was about."""
        check(lib.predictor_update(self._at, bit))

    def append(self, bit):
        """Takes a bit, of an action say, without learning it."""
        check(lib.predictor_append(self._at, bit))
