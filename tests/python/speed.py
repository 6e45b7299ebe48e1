"""Steps a second from Python, beside what C does: not a test."""

import time

import numpy as np

import ursa


def rate(n, call):
    """Steps a second of calls that make n each; the best of five."""
    best = 0
    for _ in range(5):
        began, calls = time.perf_counter(), 0
        while time.perf_counter() - began < .3:
            for _ in range(200):
                call()
            calls += 200
        best = max(best, n * calls / (time.perf_counter() - began))
    return best


N = 1024
VEC = ursa.Vec("gridworld", range(N), copy=False)
ENV = ursa.Env("gridworld")
ACTIONS = np.random.default_rng(1).integers(5, size=N).astype(np.uint8)
print(f"vec     {rate(N, lambda: VEC.step(ACTIONS)) / 1e6:8.1f} M steps/s")
STEP = ENV.step
print(f"single  {rate(1, lambda: STEP(1)) / 1e6:8.2f} M steps/s")
