"""Whole runs, problems and batches."""

import ctypes as C
import json
import os
import shutil
import subprocess

import numpy as np

from . import _abi
from ._abi import lib, text
from ._core import Env, Session


class Result(dict):
    """The keys of `ursa run --json`, as attributes too; curve: arrays by name."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


def _array(column):
    return np.array([np.nan if x is None else x for x in column])


def _result(o):
    if "curve" in o:
        o["curve"] = Result({k: _array(v) for k, v in o["curve"].items()})
    return Result(o)


def _watched(told, tell):
    """An error of the caller's own function ends the run and is raised after it."""
    def cycle(context, record):
        del context
        try:
            return int(bool(tell(record.contents)))
        except BaseException as why:  # KeyboardInterrupt among them
            told.append(why)
            return 1
    return _abi.CYCLE(cycle)


def _live(agent, env, seed, root, steps, trace):
    """A run of an agent of the caller's: any object with act() and update()."""
    total = 0
    with Session(None, env, seed, root, trace) as s:
        record = {"t": 0, "hash": 0}
        for _ in range(steps):
            record = s.step(agent.act())
            total = record["total"]
            agent.update(record["action"], record["obs"], record["rew"])
    with Env(env, root=root) as e:
        spec, scale = e.spec, e.space.scale
    return Result(agent=type(agent).__name__, env=spec, root_seed=root, seed=seed,
                  steps=record["t"], reward_per_step=total / scale / max(steps, 1),
                  performance=record.get("performance"), explored=record.get("explored"),
                  hash=f"{record['hash']:016x}")


def run(agent, env, seed=0, steps=200, root=0, curve=0, trace=None, cycle=None):
    """Lives one run.

    agent: a spec, or any object with act() -> int and update(action, obs, reward in points).
    curve: points of the learning curve (0: none), of specs alone. cycle: told of every
    cycle's record (t, action, obs, rew, total, performance, explored, hash); what it returns
    that is true stops the run. A Result."""
    if not isinstance(agent, str):
        return _live(agent, env, seed, root, steps, trace)
    job = {"agent": agent, "env": env, "root": root, "seed": seed, "steps": steps}
    if curve:
        job["curve_points"] = curve
    if trace:
        job["trace"] = os.fspath(trace)
    told = []
    call = _watched(told, cycle or (lambda record: False))
    out = lib.run(json.dumps(job).encode(), C.cast(call, C.c_void_p), None)
    if told:
        lib.free(out)
        raise told[0]
    return _result(json.loads(text(out)))


def solve(env, **problem):
    """What every action is worth at best, as `ursa solve --json` says it: horizon (0: no
    end), model, utility, discount ("gamma=0.9"), history ("a/o/r ..."), gap, limit,
    seconds, root."""
    return Result(json.loads(text(lib.solve(json.dumps({"env": env, **problem}).encode()))))


def list(sort):  # pylint: disable=redefined-builtin
    """The things of a sort ("agents", "envs", "games", "metrics", ...) as dicts."""
    return json.loads(text(lib.list(sort.encode())))


def program():
    """The path of ursa(1): URSA, else the one on PATH; OSError where there is none."""
    path = os.environ.get("URSA") or shutil.which("ursa")
    if not path:
        raise FileNotFoundError("the program ursa is not on PATH (nor in URSA)")
    return path


def batch(experiment, output=None, jobs=0, options=()):
    """Runs an experiment file by the program, which forks as a host of threads must not,
    and reads what came out: a pandas DataFrame, a row each run. ValueError with its words
    where it refuses."""
    path = os.fspath(experiment)
    output = os.fspath(output) if output else os.path.splitext(os.path.basename(path))[0]
    done = subprocess.run([program(), "batch", path, "-o", output, "-j", str(jobs), "-q",
                           *options], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          text=True, check=False)
    if done.returncode not in (0, 1):
        raise ValueError(done.stderr.strip() or f"ursa batch: exit status {done.returncode}")
    return read(output)


def read(output):
    """A directory of results as a pandas DataFrame: agent, env, map, seed, status, hash and
    a column each metric."""
    import pandas  # optional
    rows = []
    names = sorted(n for n in os.listdir(output)
                   if n.startswith("runs-") and n.endswith(".jsonl"))
    for name in names:
        with open(os.path.join(output, name), encoding="utf-8") as lines:
            for line in filter(str.strip, lines):
                row = json.loads(line)
                row.update(row.pop("final", {}))
                rows.append(row)
    if not names:
        raise FileNotFoundError(f"{output}: no results of ursa batch are here")
    frame = pandas.DataFrame(rows)
    return frame.drop_duplicates("id", keep="last").sort_values("id", ignore_index=True)
