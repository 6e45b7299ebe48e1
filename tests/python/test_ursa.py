"""The package as its users have it."""

import copy
import ctypes
import json
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import numpy as np

import ursa
from ursa import _abi

WORLDS = ["gridworld", "tiger", "chain", "bandit", "ipd", "cheese-maze", "kuhn-poker",
          "pacman", "heaven-hell"]


def told(agent, env, seed, steps):
    """What the program says of a run."""
    out = subprocess.run([ursa.program(), "run", agent, env, "-s", str(seed), "-t", str(steps),
                          "--json"], check=True, capture_output=True, text=True)
    return json.loads(out.stdout)


class Scripted:
    """The same actions whatever comes."""

    def __init__(self, n):
        self.n, self.t = n, 0

    def act(self):
        self.t += 1
        return self.t * 7 % self.n

    def update(self, action, obs, reward):
        pass


class Layouts(unittest.TestCase):
    def test_structs_are_those_of_the_header(self):
        here = os.path.dirname(os.path.abspath(__file__))
        with tempfile.TemporaryDirectory() as d:
            subprocess.run([os.environ.get("CC", "cc").split()[-1],
                            "-I" + os.path.join(here, "../../src/api"), "-o", d + "/abi",
                            os.path.join(here, "abi.c")], check=True)
            lines = subprocess.run([d + "/abi"], check=True, capture_output=True,
                                   text=True).stdout.splitlines()
        kinds = {"space": _abi.Space, "record": _abi.Record, "branch": _abi.Branch}
        self.assertEqual(len(lines), sum(len(k._fields_) for k in kinds.values()) + 3)
        for line in lines:
            kind, member, at, size = line.split()
            if member == "-":
                self.assertEqual(ctypes.sizeof(kinds[kind]), int(at))
            else:
                field = getattr(kinds[kind], member)
                self.assertEqual((field.offset, field.size), (int(at), int(size)), line)


class OneLife(unittest.TestCase):
    def test_env_vec_run_and_program_have_one_hash(self):
        for spec in WORLDS:
            with self.subTest(spec):
                want = told("q-learning", spec, 5, 60)
                got = ursa.run("q-learning", spec, seed=5, steps=60)
                self.assertEqual(got.hash, want["hash"])
                env, vec = ursa.Env(spec, seed=5), ursa.Vec(spec, [9, 5])
                agent, life = ursa.Agent("q-learning", env, seed=5), ursa.Session(None, spec, 5)
                for _ in range(60):
                    a = agent.act()
                    obs, rew = env.step(a)
                    many = vec.step([0, a])
                    self.assertEqual((obs, rew), (many[0][1], many[1][1]))
                    agent.update(a, obs, rew)
                    last = life.step(a)
                self.assertEqual(f"{last['hash']:016x}", want["hash"])

    def test_an_agent_of_ones_own_has_the_hash_of_its_actions(self):
        mine = ursa.run(Scripted(3), "tiger", seed=2, steps=50)
        life = ursa.Session(None, "tiger", 2)
        other = Scripted(3)
        for _ in range(50):
            last = life.step(other.act())
        self.assertEqual(mine.hash, f"{last['hash']:016x}")
        self.assertEqual(mine.performance, last["performance"])

    def test_curves_are_arrays(self):
        r = ursa.run("random", "tiger", steps=100, curve=4)
        self.assertEqual([*r.curve.t], [25, 50, 75, 100])
        self.assertEqual(r.curve["reward_per_step"].shape, (4,))

    def test_a_function_is_told_of_every_cycle_and_may_stop_it(self):
        seen = []
        r = ursa.run("random", "tiger", cycle=lambda c: seen.append(c.t) or c.t == 7)
        self.assertEqual((seen, r.steps), ([1, 2, 3, 4, 5, 6, 7], 7))
        with self.assertRaises(ZeroDivisionError):
            ursa.run("random", "tiger", cycle=lambda c: 1 / 0)


class Worlds(unittest.TestCase):
    def test_state_is_saved_copied_and_pickled(self):
        env = ursa.Env("gridworld:size=5", seed=3)
        for a in (0, 1, 2):
            env.step(a)
        saved = env.save()
        life = [env.step(k % 5) for k in range(40)]
        env.restore(saved)
        others = [copy.deepcopy(env), pickle.loads(pickle.dumps(env)), env]
        for other in others:
            self.assertEqual([other.step(k % 5) for k in range(40)], life)
        with self.assertRaises(ValueError):
            ursa.Env("tiger").restore(saved)

    def test_the_law_sums_to_one(self):
        law = ursa.Env("tiger").law(0)
        self.assertAlmostEqual(sum(p for p, _, _ in law), 1)
        self.assertAlmostEqual(max(p for p, _, _ in law), .85)
        with self.assertRaises(NotImplementedError):
            ursa.Env("pacman").law(0)

    def test_words_are_the_librarys(self):
        for call, words in (
                (lambda: ursa.Env("tigre"), "did you mean 'tiger'"),
                (lambda: ursa.Env("gridworld", size=1), "size=1"),
                (lambda: ursa.Env("exec:cat"), "starts no programs"),
                (lambda: ursa.Env("tiger", seed=-1), "seed"),
                (lambda: ursa.Env("tiger").step(3), "0..2"),
                (lambda: ursa.list("envz"), "envz"),
                (lambda: ursa.solve("tiger", horizon=0), "no end"),
                (lambda: ursa.solve("tiger", horizont=3), "horizont"),
                (lambda: ursa.Predictor("ctv", 3), "ctw"),
                (lambda: ursa.Vec("tiger", [1, 2]).step([0, 3]), "0..2"),
                (lambda: ursa.Game("matching-pennies").step([0]), "2 players")):
            with self.assertRaises(ValueError) as why:
                call()
            self.assertIn(words, str(why.exception))
        with self.assertRaises(TypeError):
            ursa.Vec("tiger", [1, 2]).step([0., 1.])
        with self.assertRaises(MemoryError):
            _abi.lib.vec_open(b"tiger", 0, np.zeros(1, np.uint32).ctypes.data, 10**12)
            _abi.fail(_abi.MEMORY)

    def test_an_impossible_percept(self):
        env = ursa.Env("gridworld", seed=1)
        agent = ursa.Agent("aixi", env, samples=20)
        agent.act()
        with self.assertRaises(ursa.Impossible) as why:
            agent.update(0, 0, 99)
        self.assertIn("impossible to aixi-v", str(why.exception))
        with self.assertRaises(ValueError):
            agent.act()

    def test_it_thinks_aloud(self):
        env = ursa.Env("gridworld", seed=1)
        agent = ursa.Agent("aixi", env, samples=20)
        agent.act()
        self.assertEqual(len(agent.inspect()["value"]), 5)
        self.assertEqual(agent.belief().shape, (10, 10))
        self.assertEqual(len(env.draw().splitlines()), 10)
        self.assertEqual(ursa.Env("tiger").action_name(0), "listen")

    def test_control_c_ends_a_search(self):
        env = ursa.Env("gridworld", seed=1)
        agent = ursa.Agent("aixi", env, samples=10_000_000, horizon=20)
        main = threading.get_ident()
        threading.Timer(.3, lambda: signal.pthread_kill(main, signal.SIGINT)).start()
        began = time.monotonic()
        with self.assertRaises((KeyboardInterrupt, InterruptedError)):
            agent.act()
            time.sleep(1)
        self.assertLess(time.monotonic() - began, 20)

    def test_ten_thousand_are_opened_and_closed(self):
        def size():
            with open("/proc/self/statm", encoding="ascii") as f:
                return int(f.read().split()[1]) * 4096
        for k in range(12000):
            if k == 2000:
                before = size()
            with ursa.Env("tiger", seed=k) as env:
                env.step(0)
        self.assertLess(size() - before, 4 << 20)


PROGRAM = """#!{python}
import random
import ursa

class Means:
    deterministic = True

    def __init__(self, epsilon=.1):
        self.epsilon = epsilon

    def start(self, world):
        self.sums, self.count = [0] * world["actions"], [1e-9] * world["actions"]

    def seed(self, n):
        self.random = random.Random(n)

    def act(self):
        print("thinking")  # to people, not to the host
        if self.random.random() < self.epsilon:
            return self.random.randrange(len(self.sums))
        return max(range(len(self.sums)), key=lambda a: self.sums[a] / self.count[a])

    def update(self, action, obs, reward):
        self.sums[action] += reward
        self.count[action] += 1

    def info(self):
        return {{"value": [s / c for s, c in zip(self.sums, self.count)]}}

class Door:
    actions, observations, reward, deterministic = 2, 2, (0, 1), True
    action_names = ["left", "right"]

    def reset(self, seed):
        self.random = random.Random(seed)
        self.door = self.random.randrange(2)

    def step(self, action):
        paid = int(action == self.door)
        if self.random.random() < .1:
            self.door = 1 - self.door
        return self.door, paid

ursa.{main}
"""


class Programs(unittest.TestCase):
    """Agents and worlds in Python, as programs of exec:."""

    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)

    def program(self, main):
        path = os.path.join(self.dir.name, main.split("_")[0])
        with open(path, "w", encoding="utf-8") as f:
            f.write(PROGRAM.format(python=sys.executable, main=main))
        os.chmod(path, 0o755)
        return "exec:" + path

    def test_an_agent_lives_what_it_lives_in_the_host(self):
        agent = self.program("agent_main(Means)")
        once, again = (told(agent, "tiger", 3, 40) for _ in range(2))
        self.assertEqual(once["hash"], again["hash"])
        self.assertTrue(once["deterministic"])
        greedy = told(agent + ":epsilon=0", "tiger", 3, 40)
        code = PROGRAM.format(python="", main="version").split("\n", 1)[1]
        names = {}
        exec(code, names)  # pylint: disable=exec-used
        mine = names["Means"](epsilon=0)
        mine.start({"actions": 3})
        mine.seed(1)
        self.assertEqual(ursa.run(mine, "tiger", seed=3, steps=40).hash, greedy["hash"])

    def test_a_world_is_a_world(self):
        world = self.program("world_main(Door)")
        self.assertEqual(told("q-learning", world, 2, 50)["hash"],
                         told("q-learning", world, 2, 50)["hash"])

    def test_a_wrong_parameter_is_told(self):
        agent = self.program("agent_main(Means)")
        done = subprocess.run([ursa.program(), "run", agent + ":epsilom=1", "tiger"],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("no parameter 'epsilom'; there are: epsilon", done.stderr)

    def test_spaces_are_numbered(self):
        from ursa import _gym_world as g
        from ursa._spaces import Discrete, MultiBinary, MultiDiscrete

        class Tuple:  # as Gymnasium's
            spaces = [Discrete(3), MultiDiscrete([2, 4]), MultiBinary(2)]

        for space in (*Tuple.spaces, Tuple()):
            n = g._size(space)
            things = [g._thing(space, k) for k in range(n)]
            self.assertEqual([g._number(space, x) for x in things], [*range(n)])
        with self.assertRaises(ValueError):
            g._size(object())


class Others(unittest.TestCase):
    def test_predictors(self):
        p = ursa.Predictor("ctw", 1, depth=4)
        for bit in [1] * 50:
            p.p1()
            p.update(bit)
        self.assertGreater(p.p1(), .95)

    def test_games(self):
        g = ursa.Game("tictactoe", seed=1)
        self.assertEqual(len(g.movers), 1)
        obs, rew = g.step([4, 4])
        self.assertEqual((len(obs), len(rew)), (2, 2))

    def test_solve_and_list(self):
        s = ursa.solve("tiger", horizon=3, discount="gamma=0.95")
        with self.assertRaises(ursa.TooLarge):
            ursa.solve("gridworld:map=thesis", model="goal", utility="kl", horizon=9,
                       limit=10)
        self.assertEqual(s.optimal, [0])
        self.assertIn("aixi", [a["name"] for a in ursa.list("agents")])

    def test_batches_are_tables(self):
        try:
            import pandas  # pylint: disable=unused-import
        except ImportError:
            self.skipTest("pandas is not installed")
        with tempfile.TemporaryDirectory() as d:
            path = os.path.join(d, "small.yaml")
            with open(path, "w", encoding="utf-8") as f:
                f.write("agents: [random, q-learning]\nenvs: [tiger]\nseeds: 1-3\n"
                        "maps: 1\nsteps: 20\n")
            df = ursa.batch(path, os.path.join(d, "out"))
            self.assertEqual(len(df), 6)
            self.assertEqual(set(df.agent.str.split("-v").str[0]), {"random", "q-learning"})
            row = df[df.agent.str.startswith("random") & (df.seed == 2)].iloc[0]
            self.assertEqual(row.hash, ursa.run("random", "tiger", seed=2, steps=20).hash)
            with self.assertRaises(ValueError):
                with open(path, "a", encoding="utf-8") as f:
                    f.write("stepz: 3\n")
                ursa.batch(path, os.path.join(d, "other"))

    def test_a_library_that_is_missing_or_another(self):
        def words(**env):
            done = subprocess.run([sys.executable, "-c", "import ursa"], text=True,
                                  capture_output=True, env={**os.environ, **env}, check=False)
            self.assertEqual(done.returncode, 1)
            return done.stderr.splitlines()[-1]

        self.assertIn("there is no libursa here", words(URSA_LIBRARY="/nowhere/libursa.so.0"))
        with tempfile.TemporaryDirectory() as d:
            other = os.path.join(d, "libursa.so.0")
            compiler = os.environ.get("CC", "cc").split()[-1]
            for source, want in (("int ursa_abi(void) { return 7; }", "speaks interface 7"),
                                 ("int other(void) { return 0; }", "has no ursa_abi")):
                subprocess.run([compiler, "-shared", "-fPIC", "-x", "c", "-", "-o", other],
                               input=source, text=True, check=True)
                self.assertIn(want, words(URSA_LIBRARY=other))
                env = {"LD_LIBRARY_PATH": d, "URSA_LIBRARY": ""}
                self.assertIn(want, words(**env))


if __name__ == "__main__":
    unittest.main()
