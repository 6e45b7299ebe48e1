"""ursa-gym: a world of Gymnasium's as a world of ursa,
    ursa run q-learning exec:ursa-gym:id=FrozenLake-v1"""

import json
import zlib

import numpy as np

from ._program import world_main


def _size(space):
    """How many things a space holds; ValueError where that is not a number."""
    kind = type(space).__name__
    if kind == "Discrete":
        return int(space.n)
    if kind == "MultiDiscrete":
        return int(np.prod(np.asarray(space.nvec, dtype=object)))
    if kind == "MultiBinary":
        return 2 ** int(np.prod(space.shape))
    if kind == "Tuple":
        return int(np.prod([_size(s) for s in space.spaces], dtype=object))
    raise ValueError(f"a space of kind {kind} has no number of things: hash=BITS numbers "
                     "observations by their bytes")


def _number(space, x):
    """The place of a thing in its space, by mixed radix."""
    kind = type(space).__name__
    if kind == "Discrete":
        return int(x) - int(getattr(space, "start", 0))
    if kind == "Tuple":
        at = 0
        for part, value in zip(space.spaces, x):
            at = at * _size(part) + _number(part, value)
        return at
    radix = np.asarray(getattr(space, "nvec", np.full(np.shape(x), 2))).ravel()
    at = 0
    for n, value in zip(radix, np.asarray(x).ravel()):
        at = at * int(n) + int(value)
    return at


def _thing(space, at):
    """The thing at a place: the other way round."""
    kind = type(space).__name__
    if kind == "Discrete":
        return at + int(getattr(space, "start", 0))
    if kind == "Tuple":
        out = []
        for part in reversed(space.spaces):
            at, k = divmod(at, _size(part))
            out.append(_thing(part, k))
        return tuple(reversed(out))
    nvec = getattr(space, "nvec", None)
    radix = np.asarray(nvec if nvec is not None else np.full(space.shape, 2))
    out = np.zeros(radix.size, np.int64)
    for k in reversed(range(radix.size)):
        at, out[k] = divmod(at, int(radix.ravel()[k]))
    return out.reshape(radix.shape)


class GymWorld:
    """One life: where an episode ends another begins at once, whose first observation comes
    with the last reward. Rewards times scale are whole to 1e-9, or round=yes."""

    deterministic = True

    def __init__(self, id=None, scale=1, hash=0, round="no", low=-1000, high=1000, **kwargs):
        if not id:
            raise ValueError("which world? id=FrozenLake-v1")
        import gymnasium
        self._env = gymnasium.make(id, **kwargs)
        self.name, self.scale, self._round = id, scale, round == "yes"
        self._hash = int(hash)
        self.actions = _size(self._env.action_space)
        self.observations = (2 ** self._hash if self._hash
                             else _size(self._env.observation_space))
        self.reward = (int(low * scale), int(high * scale))

    def _see(self, x):
        if not self._hash:
            return _number(self._env.observation_space, x)
        data = json.dumps(x, sort_keys=True, default=lambda v: np.asarray(v).tolist())
        return zlib.crc32(data.encode()) % 2 ** self._hash

    def reset(self, seed):
        self._env.reset(seed=seed % 2**31)

    def step(self, action):
        seen, reward, ended, cut, _ = self._env.step(_thing(self._env.action_space, action))
        points = reward * self.scale
        if abs(points - np.rint(points)) > 1e-9 and not self._round:
            raise ValueError(f"reward {reward} times scale={self.scale} is not whole: give "
                             "another scale, or round=yes")
        if ended or cut:
            seen, _ = self._env.reset()
        return self._see(seen), int(np.rint(points))


def main():
    """The program ursa-gym."""
    world_main(GymWorld)


if __name__ == "__main__":
    main()
