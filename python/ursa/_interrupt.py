"""^C while the library searches. Python's own handler waits until C returns, so a thread
waits for the byte that the signal leaves behind and cancels who is searching."""

import os
import signal
import threading

from ._abi import lib


class _Watch:
    def __init__(self):
        self.acting, self.ready = None, False

    def start(self):
        """Once, in the main thread, where nobody else waits for such bytes (asyncio does)."""
        self.ready = True
        reads, writes = os.pipe()
        os.set_blocking(writes, False)
        before = signal.set_wakeup_fd(writes, warn_on_full_buffer=False)
        if before != -1:
            signal.set_wakeup_fd(before)
            os.close(reads)
            os.close(writes)
            return
        threading.Thread(target=self.wait, args=(reads,), daemon=True).start()

    def wait(self, reads):
        while True:
            got = os.read(reads, 64)
            at = self.acting
            if at and signal.SIGINT in got:
                lib.agent_cancel(at)


_watch = _Watch()


def act(at):
    """ursa_agent_act() of a handle, which ^C cancels."""
    if threading.current_thread() is not threading.main_thread():
        return lib.agent_act(at)
    if not _watch.ready:
        _watch.start()
    _watch.acting = at
    try:
        return lib.agent_act(at)
    finally:
        _watch.acting = None
