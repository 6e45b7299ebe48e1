"""Worlds as Gymnasium environments.

    import gymnasium
    env = gymnasium.make("ursa/Gridworld-v1", map="thesis")
    env = gymnasium.make("ursa/World-v0", spec="lib:./mars.so#rover")
    envs = gymnasium.make_vec("ursa/Gridworld-v1", num_envs=1024)

Worlds do not end: `terminated` is always False, and an episode is cut after
max_episode_steps (200). There is no percept before the first action, and Gymnasium wants
one: observation n_obs says "nothing yet". Without Gymnasium the classes work as they are."""

import numpy as np

from ._core import Env, Session, Vec, spec_text
from ._jobs import list as ursa_list
from ._spaces import Discrete, MultiBinary, MultiDiscrete

try:
    from gymnasium import Env as _Base
    from gymnasium.vector import VectorEnv as _VectorBase
    try:
        from gymnasium.vector import AutoresetMode
    except ImportError:
        AutoresetMode = None
except ImportError:
    AutoresetMode = None

    class _Base:
        """What Gymnasium's class does for its heirs."""
        metadata, render_mode, spec = {"render_modes": []}, None, None
        _np_random = None

        @property
        def np_random(self):
            if self._np_random is None:
                self._np_random = np.random.default_rng()
            return self._np_random

        def reset(self, *, seed=None, options=None):
            del options
            if seed is not None:
                self._np_random = np.random.default_rng(seed)

        @property
        def unwrapped(self):
            return self

        def close(self):
            """Nothing to do."""

        def __enter__(self):
            return self

        def __exit__(self, *why):
            self.close()

    class _VectorBase(_Base):
        closed = False

MAX_EPISODE_STEPS = 200


class World(_Base):
    """One world, one state.

    obs: "index", a whole number in [0, n_obs], or "bits", the same in binary, highest first.
    Rewards are points / scale. info: points; with metrics=True also performance (points so
    far), explored (percent) and hash. Seed k is run k mod 2^32 of the root seed; without
    one the run is drawn from np_random. deepcopy and pickle keep the state (not with
    metrics). Raises ValueError where the spec is wrong."""

    metadata = {"render_modes": ["ansi"], "render_fps": 4}

    def __init__(self, spec, obs="index", metrics=False, root=0, render_mode=None, **params):
        if obs not in ("index", "bits"):
            raise ValueError(f"obs={obs!r} is neither 'index' nor 'bits'")
        if render_mode not in (None, "ansi"):
            raise ValueError(f"render_mode={render_mode!r} is neither None nor 'ansi'")
        self.render_mode = render_mode
        self._spec, self._root, self._metrics = spec_text(spec, params), root, metrics
        self._env = Env(self._spec, root=root)
        self._life = None
        self.world = self._env.space
        self._width = int(self.world.n_obs).bit_length() if obs == "bits" else 0
        self.action_space = Discrete(self.world.n_actions)
        self.observation_space = (MultiBinary(self._width) if self._width
                                  else Discrete(self.world.n_obs + 1))

    def _see(self, obs):
        if not self._width:
            return np.int64(obs)
        return np.array([obs >> k & 1 for k in reversed(range(self._width))], np.int8)

    def reset(self, *, seed=None, options=None):
        """Another run from its start: "nothing yet", and an empty info."""
        super().reset(seed=seed, options=options)
        run = int(self.np_random.integers(2**32)) if seed is None else seed % 2**32
        if self._metrics:
            if self._life:
                self._life.close()
            self._life = Session(None, self._spec, run, self._root)
        self._env.reset(run)
        return self._see(self.world.n_obs), {}

    def step(self, action):
        """Observation, reward, False, False, info."""
        if not self.action_space.contains(action):
            raise ValueError(f"action {action!r} is not one of 0..{self.world.n_actions - 1}")
        obs, points = self._env.step(int(action))
        info = {"points": points}
        if self._life:
            told = self._life.step(int(action))
            info.update({k: told[k] for k in ("performance", "explored")},
                        hash=f"{told['hash']:016x}")
        return self._see(obs), points / self.world.scale, False, False, info

    def render(self):
        """The canvas as text, in render_mode "ansi"."""
        return self._env.draw() if self.render_mode == "ansi" else None

    def close(self):
        """Gives the world back."""
        for at in (self._env, self._life):
            if at:
                at.close()
        self._life = None

    def __getstate__(self):
        if self._life:
            raise TypeError("a world with metrics=True cannot be copied")
        return self.__dict__


class Worlds(_VectorBase):
    """num_envs states of one world, stepped in C.

    autoreset: "next-step" (an episode that was cut begins anew with the next step, whose
    action counts for nothing), "same-step" (at once; the last observation is in
    info["final_obs"]) or "disabled" (by reset(options={"reset_mask": ...})). copy=False:
    what step() returns is overwritten by the next."""

    def __init__(self, spec, num_envs=1, max_episode_steps=MAX_EPISODE_STEPS, root=0,
                 autoreset="next-step", copy=True, render_mode=None, **params):
        if autoreset not in ("next-step", "same-step", "disabled"):
            raise ValueError(f"autoreset={autoreset!r}: next-step, same-step or disabled")
        self.num_envs, self.render_mode, self._auto = num_envs, render_mode, autoreset
        self._vec = Vec(spec, np.zeros(num_envs, np.uint32), root=root, copy=copy, **params)
        self.world = self._vec.space
        self._limit, self._age = max_episode_steps, np.zeros(num_envs, np.int64)
        self._over = np.zeros(num_envs, bool)
        n_obs, n_actions = self.world.n_obs + 1, self.world.n_actions
        self.single_observation_space = Discrete(n_obs)
        self.single_action_space = Discrete(n_actions)
        self.observation_space = MultiDiscrete([n_obs] * num_envs)
        self.action_space = MultiDiscrete([n_actions] * num_envs)
        mode = {"next-step": "NEXT_STEP", "same-step": "SAME_STEP", "disabled": "DISABLED"}
        self.metadata = {"render_modes": [], "autoreset_mode":
                         getattr(AutoresetMode, mode[autoreset], autoreset)}

    def _runs(self, seed):
        if seed is None:
            return self.np_random.integers(2**32, size=self.num_envs, dtype=np.uint32)
        if np.ndim(seed) == 0:
            seed = int(seed) + np.arange(self.num_envs)
        return np.array([s % 2**32 for s in seed], np.uint32)

    def reset(self, *, seed=None, options=None):
        """All anew, or those of options["reset_mask"]; seed: one (counted on) or a list."""
        if isinstance(seed, int):
            super().reset(seed=seed)
        which = (options or {}).get("reset_mask")
        self._vec.reset(self._runs(seed), which)
        begun = slice(None) if which is None else np.asarray(which, bool)
        self._age[begun], self._over[begun] = 0, False
        return np.full(self.num_envs, self.world.n_obs, np.int64), {}

    def step(self, actions):
        """Arrays of num_envs: observations, rewards, False, truncations; and info."""
        late = self._over.copy() if self._auto == "next-step" else np.zeros(self.num_envs, bool)
        obs, points = self._vec.step(actions)
        obs, rewards = obs.astype(np.int64), points / self.world.scale
        self._age += 1
        if late.any():
            self._begin(late, obs)
            rewards[late] = 0
        self._over = self._age >= self._limit
        cut, info = self._over.copy(), {"points": points}
        if self._auto == "same-step" and cut.any():
            info["final_obs"], info["_final_obs"] = obs.copy(), cut.copy()
            self._begin(cut, obs)
            self._over[:] = False
        return obs, rewards, np.zeros(self.num_envs, bool), cut, info

    def _begin(self, which, obs):
        self._vec.reset(self._runs(None), which)
        self._age[which] = 0
        obs[which] = self.world.n_obs

    def close(self, **kwargs):
        """Gives the states back."""
        del kwargs
        self._vec.close()


def identifier(name, version):
    """ "cheese-maze", 1: "ursa/CheeseMaze-v1"."""
    return "ursa/" + "".join(w[:1].upper() + w[1:] for w in name.split("-")) + f"-v{version}"


def register():
    """Tells Gymnasium of every world; it calls this itself (entry point gymnasium.envs)."""
    from gymnasium.envs.registration import register as tell
    rows = [(identifier(w["name"], w["version"]), {"spec": w["name"]})
            for w in ursa_list("envs")]
    for name, kwargs in [*rows, ("ursa/World-v0", {})]:
        tell(id=name, entry_point="ursa.gym:World", vector_entry_point="ursa.gym:Worlds",
             max_episode_steps=MAX_EPISODE_STEPS, kwargs=kwargs)
