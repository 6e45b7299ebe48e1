"""The layouts and functions of ursa.h, libursa(3). tests/python/abi.c prints what the header
says of the same, and a test compares."""

import ctypes as C
import ctypes.util
import os

ABI = 0
OK, BAD, IMPOSSIBLE, MEMORY, LIMIT, STOPPED, IO, NONE = range(0, -8, -1)
HAS_LAW, TEXT, HIDDEN = 1, 2, 4


class Space(C.Structure):
    _fields_ = [
        ("size", C.c_uint32), ("n_actions", C.c_uint32), ("n_obs", C.c_uint64),
        ("rew_min", C.c_int32), ("rew_max", C.c_int32), ("scale", C.c_double),
        ("state_bytes", C.c_uint64), ("n_places", C.c_uint32), ("map", C.c_uint32),
        ("rows", C.c_int32), ("cols", C.c_int32), ("flags", C.c_uint32),
    ]


class Record(C.Structure):
    _fields_ = [
        ("size", C.c_uint32), ("action", C.c_uint32), ("t", C.c_uint64),
        ("obs", C.c_uint32), ("rew", C.c_int32), ("total", C.c_double),
        ("performance", C.c_double), ("explored", C.c_double), ("hash", C.c_uint64),
    ]


class Branch(C.Structure):
    _fields_ = [("p", C.c_double), ("obs", C.c_uint32), ("rew", C.c_int32)]


CYCLE = C.CFUNCTYPE(C.c_int, C.c_void_p, C.POINTER(Record))
_P, _S, _I, _U, _U64 = C.c_void_p, C.c_char_p, C.c_int, C.c_uint32, C.c_uint64
_N, _UP, _IP = C.c_size_t, C.POINTER(C.c_uint32), C.POINTER(C.c_int32)

# name: (what it returns, what it takes); texts that ursa_free() is to free are pointers.
FUNCTIONS = {
    "abi": (_I, []), "version": (_S, []), "error": (_S, []), "code": (_I, []),
    "free": (None, [_P]),
    "list": (_P, [_S]),
    "env_open": (_P, [_S, _U64, _U]), "env_close": (None, [_P]), "env_spec": (_S, [_P]),
    "env_space": (_I, [_P, C.POINTER(Space)]), "env_reset": (_I, [_P, _U]),
    "env_step": (_I, [_P, _U, _UP, _IP]), "env_save": (_I, [_P, _P, _N]),
    "env_restore": (_I, [_P, _P, _N]),
    "env_law": (_I, [_P, _U, C.POINTER(Branch), _N]),
    "env_draw": (_I, [_P, _I, _P, _N]),
    "env_name": (_I, [_P, C.c_int32, _U, C.c_int32, _P, _N]),
    "agent_open": (_P, [_S, _P, _U64, _U]), "agent_close": (None, [_P]),
    "agent_spec": (_S, [_P]), "agent_act": (_I, [_P]),
    "agent_update": (_I, [_P, _U, _U, C.c_int32]), "agent_inspect": (_P, [_P]),
    "agent_belief": (_I, [_P, _P, _N]), "agent_cancel": (None, [_P]),
    "session_open": (_P, [_S, _S, _U64, _U, _S]),
    "session_step": (_I, [_P, C.c_int32, C.POINTER(Record)]), "session_close": (_I, [_P]),
    "vec_open": (_P, [_S, _U64, _P, _N]), "vec_close": (None, [_P]),
    "vec_space": (_I, [_P, C.POINTER(Space)]), "vec_reset": (_I, [_P, _P, _P]),
    "vec_step": (_I, [_P, _P, _P]),
    "game_open": (_P, [_S, _U64, _U]), "game_close": (None, [_P]), "game_spec": (_S, [_P]),
    "game_players": (_I, [_P]), "game_space": (_I, [_P, _U, C.POINTER(Space)]),
    "game_reset": (_I, [_P, _U]), "game_movers": (_I, [_P]),
    "game_step": (_I, [_P, _UP, _UP, _IP]),
    "predictor_open": (_P, [_S, _U]), "predictor_close": (None, [_P]),
    "predictor_p1": (C.c_double, [_P, _U]), "predictor_update": (_I, [_P, _U]),
    "predictor_append": (_I, [_P, _U]),
    "run": (_P, [_S, _P, _P]), "solve": (_P, [_S]),
}


class Impossible(ValueError):
    """A percept has probability 0 to the agent, which can only be closed."""


class TooLarge(ValueError):
    """The problem is larger than can be answered."""


def _load():
    """URSA_LIBRARY, else what the linker finds; ImportError says what was tried."""
    name = os.environ.get("URSA_LIBRARY")
    tried = [name] if name else ["libursa.so.0", ctypes.util.find_library("ursa")]
    words = []
    for path in filter(None, tried):
        try:
            return path, C.CDLL(path)
        except OSError as why:
            words.append(str(why))
    raise ImportError(
        "ursa: there is no libursa here (" + "; ".join(words or ["it is not installed"])
        + "): install ursa, or set URSA_LIBRARY to the path of libursa.so.0")


def _bind():
    path, library = _load()
    calls = {}
    for name, (returns, takes) in FUNCTIONS.items():
        try:
            call = getattr(library, "ursa_" + name)
        except AttributeError:
            raise ImportError(f"ursa: {path} has no ursa_{name}: it is another version "
                              "than this package; install the two together") from None
        call.restype, call.argtypes = returns, takes
        calls[name] = call
        if name == "abi" and call() != ABI:
            raise ImportError(f"ursa: {path} speaks interface {call()}, and this package "
                              f"{ABI}: install the two together")
    return type("Library", (), {k: staticmethod(v) for k, v in calls.items()})


lib = _bind()


def text(pointer):
    """The text of a function that gives one, freed; raises where it gave none."""
    if not pointer:
        fail(lib.code() or BAD)
    try:
        return C.string_at(pointer).decode()
    finally:
        lib.free(pointer)


def fail(code):
    """Raises what a code means, with the library's words."""
    words = (lib.error() or b"").decode(errors="replace")
    if code == MEMORY or words == "out of memory":
        raise MemoryError(words)
    raise {IMPOSSIBLE: Impossible, LIMIT: TooLarge, STOPPED: InterruptedError, IO: OSError,
           NONE: NotImplementedError}.get(code, ValueError)(words)


def check(code):
    """The code, where it is none of a failure."""
    if code < 0:
        fail(code)
    return code
