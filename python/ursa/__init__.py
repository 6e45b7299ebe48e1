"""ursa, the simulator of general reinforcement learning, from Python: ursa-python(7).

    import ursa
    r = ursa.run("aixi", "gridworld", seed=7, steps=200, curve=200)
    env = ursa.Env("tiger", seed=3)
    obs, reward = env.step(0)

The module stands on libursa(3). ursa.gym and ursa.pettingzoo are for those who have
Gymnasium and PettingZoo."""

from ._abi import Impossible, TooLarge, lib as _lib
from ._core import Agent, Env, Game, Predictor, Session, Space, Vec
from ._jobs import Result, batch, list, program, read, run, solve
from ._program import agent_main, world_main

version = __version__ = _lib.version().decode()

__all__ = ["Agent", "Env", "Game", "Impossible", "Predictor", "Result", "Session", "Space",
           "TooLarge", "Vec", "agent_main", "batch", "list", "program", "read", "run",
           "solve", "version", "world_main"]
