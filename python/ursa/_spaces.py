"""The spaces of Gymnasium or, where it is not installed, as much of them as worlds need."""

try:
    from gymnasium.spaces import Discrete, MultiBinary, MultiDiscrete
except ImportError:
    import numpy as np

    class _Space:
        def __init__(self, shape, dtype, seed=None):
            self.shape, self.dtype = shape, np.dtype(dtype)
            self._random = np.random.default_rng(seed)

        def seed(self, seed=None):
            """Begins its samples anew."""
            self._random = np.random.default_rng(seed)
            return seed

        def __contains__(self, x):
            return self.contains(x)

    class Discrete(_Space):
        """0 .. n - 1."""

        def __init__(self, n, seed=None):
            super().__init__((), np.int64, seed)
            self.n, self.start = np.int64(n), np.int64(0)

        def sample(self):
            """One of them."""
            return np.int64(self._random.integers(self.n))

        def contains(self, x):
            """Whether x is one of them."""
            whole = isinstance(x, int) or (isinstance(x, (np.generic, np.ndarray))
                                           and np.issubdtype(x.dtype, np.integer)
                                           and x.shape == ())
            return bool(whole and 0 <= x < self.n)

        def __eq__(self, other):
            return isinstance(other, Discrete) and self.n == other.n

    class MultiBinary(_Space):
        """n bits."""

        def __init__(self, n, seed=None):
            super().__init__((n,), np.int8, seed)
            self.n = n

        def sample(self):
            """Some bits."""
            return self._random.integers(2, size=self.n, dtype=np.int8)

        def contains(self, x):
            """Whether x are n bits."""
            return (isinstance(x, np.ndarray) and x.shape == self.shape
                    and bool(((x == 0) | (x == 1)).all()))

        def __eq__(self, other):
            return isinstance(other, MultiBinary) and self.n == other.n

    class MultiDiscrete(_Space):
        """A row of numbers below nvec."""

        def __init__(self, nvec, seed=None):
            self.nvec = np.asarray(nvec, dtype=np.int64)
            super().__init__(self.nvec.shape, np.int64, seed)

        def sample(self):
            """A row of them."""
            return self._random.integers(self.nvec)

        def contains(self, x):
            """Whether x is such a row."""
            return (isinstance(x, np.ndarray) and x.shape == self.shape
                    and bool(((x >= 0) & (x < self.nvec)).all()))

        def __eq__(self, other):
            return isinstance(other, MultiDiscrete) and (self.nvec == other.nvec).all()

__all__ = ["Discrete", "MultiBinary", "MultiDiscrete"]
