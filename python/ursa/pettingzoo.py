"""Games as PettingZoo's parallel environments.

    from ursa.pettingzoo import parallel_env
    env = parallel_env("matching-pennies")

Works as it is where PettingZoo is not installed."""

import numpy as np

from ._core import Game
from ._spaces import Discrete

try:
    from pettingzoo import ParallelEnv as _Base
except ImportError:
    class _Base:
        """What PettingZoo's class does for its heirs."""

        @property
        def num_agents(self):
            return len(self.agents)

        @property
        def max_num_agents(self):
            return len(self.possible_agents)

        @property
        def unwrapped(self):
            return self


class ParallelGame(_Base):
    """A game, all of whose players are asked in every step; of those who are not to move
    the action counts for nothing (info: moves). Games do not end: all are truncated after
    max_cycles. Observation n_obs says "nothing yet"; rewards are points / scale."""

    render_mode = None

    def __init__(self, spec, max_cycles=200, root=0, **params):
        self._game, self._limit = Game(spec, root=root, **params), max_cycles
        self.metadata = {"name": self._game.spec, "render_modes": [],
                         "is_parallelizable": True}
        self.possible_agents = [f"player_{i}" for i in range(self._game.n_players)]
        self.agents = []
        self._random, self._age = np.random.default_rng(), 0
        self.observation_spaces = {a: Discrete(s.n_obs + 1) for a, s in self._each()}
        self.action_spaces = {a: Discrete(s.n_actions) for a, s in self._each()}

    def _each(self):
        return zip(self.possible_agents, self._game.spaces)

    def observation_space(self, agent):
        """Of a player: 0 .. n_obs, the last one for "nothing yet"."""
        return self.observation_spaces[agent]

    def action_space(self, agent):
        """Of a player: 0 .. n_actions - 1."""
        return self.action_spaces[agent]

    def _infos(self):
        movers = self._game.movers
        return {a: {"moves": i in movers} for i, a in enumerate(self.possible_agents)}

    def reset(self, seed=None, options=None):
        """Match seed mod 2^32 from its start."""
        del options
        if seed is not None:
            self._random = np.random.default_rng(seed)
        self._game.reset(int(self._random.integers(2**32)) if seed is None else seed % 2**32)
        self.agents, self._age = self.possible_agents[:], 0
        return {a: np.int64(s.n_obs) for a, s in self._each()}, self._infos()

    def step(self, actions):
        """Dicts of every player: observations, rewards, False, truncations, infos."""
        if not self.agents:
            return {}, {}, {}, {}, {}
        for a in self.agents:
            if not self.action_spaces[a].contains(actions.get(a)):
                raise ValueError(f"action {actions.get(a)!r} of {a} is none of its own")
        obs, points = self._game.step([int(actions[a]) for a in self.possible_agents])
        self._age += 1
        names, over = self.possible_agents, self._age >= self._limit
        told = ({a: np.int64(o) for a, o in zip(names, obs)},
                {a: p / s.scale for (a, s), p in zip(self._each(), points)},
                dict.fromkeys(names, False), dict.fromkeys(names, over), self._infos())
        if over:
            self.agents = []
        return told

    def render(self):
        """Nothing is drawn."""

    def close(self):
        """Gives the game back."""
        self._game.close()


def parallel_env(spec, **kwargs):
    """The ParallelGame of a spec."""
    return ParallelGame(spec, **kwargs)
