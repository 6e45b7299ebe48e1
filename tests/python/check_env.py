"""What the checkers of Gymnasium and PettingZoo ask of an environment, in our own words; the
real ones run where they are installed."""

import copy
import pickle
import unittest

import numpy as np

import ursa.gym
import ursa.pettingzoo
from ursa.gym import World, Worlds, identifier

SPECS = [("gridworld", {}), ("tiger", {}), ("gridworld", {"obs": "bits", "size": 5}),
         ("tiger", {"metrics": True, "render_mode": "ansi"}), ("pacman", {})]


def walk(env, seed, n=60):
    """What a seeded walk meets."""
    told = [env.reset(seed=seed)[0]]
    for k in range(n):
        told.extend(env.step(np.int64(k * 7 % int(env.action_space.n)))[:2])
    return [np.asarray(x).tolist() for x in told]


def check_world(case, env):
    """One environment, whatever made it."""
    obs, info = env.reset(seed=3)
    case.assertTrue(env.observation_space.contains(obs), obs)
    case.assertIsInstance(info, dict)
    case.assertEqual(walk(env, 11), walk(env, 11))  # seeded: the same
    if env.luck:  # where luck decides, seeds do
        case.assertNotEqual(walk(env, 11), walk(env, 12))
    env.reset(seed=5)
    first = [env.reset()[0] is not None and walk_on(env) for _ in range(2)]
    env.reset(seed=5)
    second = [env.reset()[0] is not None and walk_on(env) for _ in range(2)]
    case.assertEqual(first, second)  # unseeded: goes on from the seed
    if env.luck:
        case.assertNotEqual(first[0], first[1])
    env.reset(seed=1)
    for _ in range(50):
        obs, reward, terminated, truncated, info = env.step(env.action_space.sample())
        case.assertTrue(env.observation_space.contains(obs))
        case.assertIsInstance(float(reward), float)
        case.assertTrue(np.isfinite(reward))
        case.assertIs(terminated, False)
        case.assertIsInstance(truncated, bool)
        case.assertIsInstance(info["points"], int)
    for wrong in (int(env.action_space.n), -1, 0.5, "0", None):
        with case.assertRaises((ValueError, AssertionError, TypeError)):
            env.step(wrong)


def walk_on(env):
    """Twenty steps from where it stands."""
    n = int(env.action_space.n)
    return [np.asarray(x).tolist() for k in range(20) for x in env.step(np.int64(k % n))[:2]]


class Ours(unittest.TestCase):
    def test_worlds(self):
        for spec, kwargs in SPECS:
            with self.subTest(spec, **kwargs), World(spec, **kwargs) as env:
                env.luck = spec == "tiger"
                check_world(self, env)

    def test_rendering(self):
        env = World("gridworld", render_mode="ansi")
        env.reset(seed=1)
        self.assertEqual(len(env.render().splitlines()), 10)
        self.assertIn("ansi", env.metadata["render_modes"])
        self.assertIsNone(World("gridworld").render())
        with self.assertRaises(ValueError):
            World("gridworld", render_mode="human")

    def test_copies_live_the_same(self):
        env = World("gridworld")
        env.reset(seed=4)
        env.step(1)
        for other in (copy.deepcopy(env), pickle.loads(pickle.dumps(env))):
            self.assertEqual(walk_on(copy.deepcopy(env)), walk_on(other))

    def test_metrics_and_hash_are_of_the_run(self):
        env = World("gridworld", metrics=True)
        env.reset(seed=6)
        life = ursa.Session(None, "gridworld", 6)
        for a in (0, 1, 2, 3):
            info = env.step(a)[4]
            rec = life.step(a)
        self.assertEqual(info["hash"], f"{rec['hash']:016x}")
        self.assertEqual(info["explored"], rec["explored"])

    def test_names(self):
        self.assertEqual(identifier("cheese-maze", 1), "ursa/CheeseMaze-v1")
        self.assertEqual(identifier("ipd", 2), "ursa/Ipd-v2")

    def test_vectors_are_worlds_side_by_side(self):
        n = 5
        vec = Worlds("gridworld", num_envs=n, max_episode_steps=30)
        vec.reset(seed=20)
        one = [World("gridworld") for _ in range(n)]
        for k, env in enumerate(one):
            env.reset(seed=20 + k)
        for t in range(30):
            actions = np.arange(t, t + n) % 5
            obs, rewards, ended, cut, _ = vec.step(actions)
            for k, env in enumerate(one):
                self.assertEqual((obs[k], rewards[k]), env.step(actions[k])[:2])
            self.assertFalse(ended.any())
            self.assertEqual(bool(cut.all()), t == 29)

    def test_vectors_begin_anew(self):
        for mode, first in (("next-step", [False, False, True, False, False, False, True]),
                            ("same-step", [False, False, True, False, False, True, False])):
            vec = Worlds("tiger", num_envs=2, max_episode_steps=3, autoreset=mode)
            vec.reset(seed=1)
            got, nothing = [], vec.world.n_obs
            for t in range(7):
                obs, _, _, cut, info = vec.step(np.zeros(2, int))
                got.append(bool(cut[0]))
                if mode == "same-step" and cut[0]:
                    self.assertEqual(obs[0], nothing)
                    self.assertLess(info["final_obs"][0], nothing)
                if mode == "next-step" and t == 3:
                    self.assertEqual(obs[0], nothing)
            self.assertEqual(got, first, mode)
        vec = Worlds("tiger", num_envs=2, max_episode_steps=3, autoreset="disabled")
        vec.reset(seed=1)
        for _ in range(4):
            cut = vec.step(np.zeros(2, int))[3]
        self.assertTrue(cut.all())
        vec.reset(options={"reset_mask": np.array([True, False])})
        self.assertEqual(vec.step(np.zeros(2, int))[3].tolist(), [False, True])

    def test_games(self):
        for spec, n in (("matching-pennies", 2), ("tictactoe", 2)):
            env = ursa.pettingzoo.parallel_env(spec, max_cycles=10)
            self.assertEqual(env.max_num_agents, n)
            obs, infos = env.reset(seed=3)
            self.assertEqual(set(obs), set(env.possible_agents))
            self.assertTrue(any(i["moves"] for i in infos.values()))
            for t in range(10):
                self.assertEqual(env.agents, env.possible_agents)
                told = env.step({a: env.action_space(a).sample() for a in env.agents})
                for part in told:
                    self.assertEqual(set(part), set(env.possible_agents))
                for a in env.possible_agents:
                    self.assertTrue(env.observation_space(a).contains(told[0][a]))
                self.assertEqual(all(told[3].values()), t == 9)
            self.assertEqual(env.agents, [])
            self.assertIs(env.observation_space("player_0"), env.observation_space("player_0"))
            env.close()


def module(name):
    """One that may not be there."""
    try:
        return __import__(name)
    except ImportError:
        return None


class Theirs(unittest.TestCase):
    def test_gymnasium(self):
        if not module("gymnasium"):
            self.skipTest("gymnasium is not installed")
        import gymnasium
        from gymnasium.utils.env_checker import check_env
        if "ursa/Tiger-v1" not in gymnasium.registry:
            ursa.gym.register()
        for name in ("ursa/Gridworld-v1", "ursa/Tiger-v1"):
            check_env(gymnasium.make(name).unwrapped, skip_render_check=False)

    def test_pettingzoo(self):
        if not module("pettingzoo"):
            self.skipTest("pettingzoo is not installed")
        from pettingzoo.test import parallel_api_test
        parallel_api_test(ursa.pettingzoo.parallel_env("matching-pennies"), num_cycles=500)


if __name__ == "__main__":
    unittest.main()
