# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the real program against simulated BMCs: configuration, start, log lines as they come, end."""
import os
import re
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("FANCURVE_BUILD", "build")
PROGRAM = BUILD / "fancurve"

# A test waits for events; this bounds the wait when an event never comes. It is no measure of speed.
PATIENCE_S = 40


def fields(line):
    """The key=value pairs of a log line, quotes taken off."""
    return {k: v.strip('"') for k, v in re.findall(r'(\w+)=("[^"]*"|\S+)', line)}


def server_yaml(name, bmc, period_s=0.5, extra="", timeout_s=1.5, username="root", password_file=None, bmc_extra="",
                sources=None):
    """One server of a configuration, on a Bmc (or any host:port)."""
    host = bmc if isinstance(bmc, str) else bmc.host
    sources = sources or '      - {name: cpu1, ipmi_entity: "3.1"}\n      - {name: cpu2, ipmi_entity: "3.2", required: once_seen}\n'
    return (f"  - name: {name}\n    period_s: {period_s}\n"
            f"    bmc:\n      driver: lan\n      host: \"{host}\"\n      username: {username}\n"
            f"      password_file: {password_file or 'bmc.pw'}\n      cipher_suite: 3\n      workarounds: [opensesspriv]\n"
            f"      session_timeout_s: {timeout_s}\n{bmc_extra}"
            f"    sources:\n{sources}{extra}")


def write_config(folder, *servers, top="stop_timeout_s: 4\n", name="fancurve.yaml"):
    folder = Path(folder)
    secret = folder / "bmc.pw"
    if not secret.exists():
        secret.write_text("calvin\n")
        secret.chmod(0o600)
    path = folder / name
    path.write_text(f"state_dir: state\n{top}servers:\n{''.join(servers)}")
    return path


def environment(folder, **more):
    env = {k: v for k, v in os.environ.items() if k not in ("NOTIFY_SOCKET", "WATCHDOG_USEC", "JOURNAL_STREAM")}
    run = Path(folder) / "run"
    run.mkdir(exist_ok=True)
    return {**env, "RUNTIME_DIRECTORY": str(run), **more}


def run_program(folder, *args, env=None, timeout=PATIENCE_S):
    return subprocess.run([str(PROGRAM), *map(str, args)], cwd=folder, env=environment(folder, **(env or {})),
                          capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL)


class Daemon:
    """`fancurve run` in the foreground; its log is read as it comes, each line with the time it came at."""

    def __init__(self, folder, config, *args, env=None, wrapper=(), verbose=True, read_log=True):
        self.lines = []
        self.arrived = threading.Condition()
        command = [*wrapper, str(PROGRAM), "run", "-c", str(config), *(["-v"] if verbose else []), *args]
        self.process = subprocess.Popen(command, cwd=folder, env=environment(folder, **(env or {})), stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace")
        self.reader = threading.Thread(target=self._read, daemon=True)
        if read_log:
            self.reader.start()

    def _read(self):
        for line in self.process.stderr:
            with self.arrived:
                self.lines.append((time.monotonic(), line.rstrip("\n")))
                self.arrived.notify_all()
        with self.arrived:
            self.arrived.notify_all()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.reader.ident:
            self.reader.join(timeout=PATIENCE_S)
        self.process.stderr.close()
        if exc[0] is not None:
            print("\n".join(line for _, line in self.lines[-12:]))

    @property
    def pid(self):
        return self.process.pid

    def mark(self):
        with self.arrived:
            return len(self.lines)

    def wait_line(self, pattern, since=0, timeout=PATIENCE_S):
        """The first line from `since` on that the pattern is found in."""
        deadline = time.monotonic() + timeout
        at = since
        with self.arrived:
            while True:
                while at < len(self.lines):
                    if re.search(pattern, self.lines[at][1]):
                        return self.lines[at][1]
                    at += 1
                left = deadline - time.monotonic()
                if left <= 0 or (self.process.poll() is not None and not self.reader.is_alive()):
                    tail = "\n".join(line for _, line in self.lines[-12:])
                    raise AssertionError(f"no line with {pattern!r}; the last ones:\n{tail}")
                self.arrived.wait(min(left, 0.5))

    def wait_ticks(self, server, n, since=None, timeout=PATIENCE_S):
        """n more decisions of this server."""
        at = self.mark() if since is None else since
        for _ in range(n):
            self.wait_line(rf"server={server} event=(tick|duty|state)", since=at, timeout=timeout)
            with self.arrived:
                while not re.search(rf"server={server} event=(tick|duty|state)", self.lines[at][1]):
                    at += 1
                at += 1
        return at

    def tick_times(self, server, since=0):
        with self.arrived:
            return [t for t, line in self.lines[since:] if re.search(rf"server={server} event=(tick|duty|state)", line)]

    def signal(self, number):
        os.kill(self.process.pid, number)

    def stop(self, timeout=PATIENCE_S):
        """SIGTERM, and the exit code."""
        self.signal(signal.SIGTERM)
        code = self.process.wait(timeout=timeout)
        self.reader.join(timeout=timeout)
        return code


def assert_on_time(daemon, server, period_s, since=0):
    """No tick of this server was missed. The margin of a whole period is the machine's, not the program's."""
    times = daemon.tick_times(server, since)
    assert len(times) >= 3, f"only {len(times)} ticks of {server}"
    worst = max(b - a for a, b in zip(times, times[1:]))
    assert worst < 2 * period_s + 0.4, f"{server}: {worst:.2f} s between ticks of {period_s} s"


class NotifySocket:
    """What systemd would be told."""

    def __init__(self, folder):
        self.path = str(Path(folder) / "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)

    def wait_for(self, word, timeout=PATIENCE_S):
        deadline = time.monotonic() + timeout
        while True:
            self.socket.settimeout(max(deadline - time.monotonic(), 0.001))
            text = self.socket.recv(4096).decode()
            if word in text.split("\n"):
                return

    def drain(self):
        """Forget what was said so far."""
        self.socket.setblocking(False)
        try:
            while True:
                self.socket.recv(4096)
        except BlockingIOError:
            pass

    def close(self):
        self.socket.close()


def cpu_ticks(pid):
    """CPU time of a process in seconds."""
    parts = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")
