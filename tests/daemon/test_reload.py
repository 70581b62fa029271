# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that come and go in a running daemon: none waits for the BMC of another."""
import os
import pty
import signal
import socket
import subprocess
import time

import pytest
from bmc import Bmc
from daemon import PATIENCE_S, PROGRAM, Daemon, NotifySocket, assert_on_time, environment, run_program, server_yaml, write_config

PERIOD_S = 0.5
FAST_S = 0.1


@pytest.fixture
def pair():
    """Two BMCs: one to fail, and one that must never notice."""
    with Bmc(speed=30, seed=1) as a, Bmc(speed=30, seed=2) as b:
        yield a, b


def owner(bmc):
    return bmc.status()["owner"]


def reload_with(daemon, tmp_path, *servers, top="stop_timeout_s: 1\n"):
    """SIGHUP with a new file; the mark before it."""
    at = daemon.mark()
    write_config(tmp_path, *servers, top=top)
    daemon.signal(signal.SIGHUP)
    daemon.wait_line("event=reloaded", since=at)
    return at


def test_a_hung_bmc_that_is_left_holds_up_nobody(tmp_path, pair):
    """Its worker is stuck in a call when its time is over; the other server's ticks go on."""
    a, b = pair
    sick, well = server_yaml("sick", a, PERIOD_S, timeout_s=4), server_yaml("well", b, FAST_S)
    with Daemon(tmp_path, write_config(tmp_path, sick, well)) as daemon:
        a.wait_for(lambda s: s["owner"] == "manual", PATIENCE_S)
        daemon.wait_ticks("well", 3)
        a.freeze()
        at = reload_with(daemon, tmp_path, well)
        daemon.wait_line("server=sick event=not_released", since=at)
        daemon.wait_ticks("well", 30)  # 3 s: to wait for the worker would cost 2 of them
        assert_on_time(daemon, "well", FAST_S, since=at)
        a.thaw()
        assert daemon.stop() == 1


def test_renamed_server_takes_its_bmc_over(tmp_path, pair):
    """The lock and the session of the old name go first; nothing is refused on the way."""
    a, b = pair
    well = server_yaml("well", b, PERIOD_S)
    with Daemon(tmp_path, write_config(tmp_path, server_yaml("old", a, PERIOD_S), well)) as daemon:
        a.wait_for(lambda s: s["owner"] == "manual", PATIENCE_S)
        at = reload_with(daemon, tmp_path, server_yaml("new", a, PERIOD_S), well)
        daemon.wait_line("server=new .*state=run", since=at)
        a.wait_for(lambda s: s["owner"] == "manual", PATIENCE_S)
        assert not [line for _, line in daemon.lines if "start_failed" in line or "reload_incomplete" in line]
        assert daemon.stop() == 0
    assert owner(a) == owner(b) == "firmware"


def test_renamed_server_of_a_hung_bmc(tmp_path, pair):
    """The name waits for the old one's call to end, however long after its time that is."""
    a, b = pair
    well = server_yaml("well", b, PERIOD_S)
    with Daemon(tmp_path, write_config(tmp_path, server_yaml("old", a, PERIOD_S, timeout_s=4), well)) as daemon:
        a.wait_for(lambda s: s["owner"] == "manual", PATIENCE_S)
        a.freeze()
        at = reload_with(daemon, tmp_path, server_yaml("new", a, PERIOD_S, timeout_s=4), well)
        daemon.wait_line("server=old event=not_released", since=at)
        a.thaw()
        daemon.wait_line("server=new .*state=run", since=at)
        assert not [line for _, line in daemon.lines if "start_failed" in line]
        assert_on_time(daemon, "well", PERIOD_S, since=at)


def test_stop_while_one_leaves_and_a_reload_while_all_stop(tmp_path, pair):
    """A hung BMC bounds the end by stop_timeout_s and the time to close; SIGHUP changes nothing any more."""
    a, b = pair
    well = server_yaml("well", b, PERIOD_S)
    with Daemon(tmp_path, write_config(tmp_path, server_yaml("sick", a, PERIOD_S, timeout_s=20), well)) as daemon:
        a.wait_for(lambda s: s["owner"] == "manual", PATIENCE_S)
        daemon.wait_line("server=well .*state=run")
        a.freeze()
        at = reload_with(daemon, tmp_path, well)
        daemon.wait_line("server=sick event=not_released", since=at)  # and now its worker has a call to end first
        at, began = daemon.mark(), time.monotonic()
        daemon.signal(signal.SIGTERM)
        daemon.wait_line("event=stop", since=at)
        daemon.signal(signal.SIGHUP)
        assert daemon.process.wait(timeout=PATIENCE_S) == 1
        assert time.monotonic() - began < 10  # the call alone would take 20
        daemon.reader.join(timeout=PATIENCE_S)
        assert any("server=well event=released" in line for _, line in daemon.lines[at:])
        assert not any("event=reload" in line for _, line in daemon.lines[at:])
    assert owner(b) == "firmware"


def test_servers_swap_their_bmcs(tmp_path, pair):
    a, b = pair
    with Daemon(tmp_path, write_config(tmp_path, server_yaml("one", a, PERIOD_S), server_yaml("two", b, PERIOD_S))) as daemon:
        for bmc in pair:
            bmc.wait_for(lambda s: s["owner"] == "manual", PATIENCE_S)
        at = reload_with(daemon, tmp_path, server_yaml("one", b, PERIOD_S), server_yaml("two", a, PERIOD_S))
        daemon.wait_line("server=one event=state from=start", since=at)
        daemon.wait_line("server=two event=state from=start", since=at)
        assert not [line for _, line in daemon.lines if "start_failed" in line]
        assert daemon.stop() == 0


def test_reload_that_leaves_no_server(tmp_path, pair):
    """The only server becomes one that another daemon has: an end that systemd sees as a failure."""
    a, b = pair
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    run = {"RUNTIME_DIRECTORY": str(tmp_path / "run")}
    (tmp_path / "run").mkdir()
    with Daemon(elsewhere, write_config(elsewhere, server_yaml("other", b, PERIOD_S)), env=run) as other, \
            Daemon(tmp_path, write_config(tmp_path, server_yaml("one", a, PERIOD_S)), env=run) as daemon:
        other.wait_line("state=run")
        a.wait_for(lambda s: s["owner"] == "manual", PATIENCE_S)
        reload_with(daemon, tmp_path, server_yaml("one", b, PERIOD_S))
        daemon.wait_line("event=no_server")
        assert daemon.process.wait(timeout=PATIENCE_S) == 1
        assert owner(a) == "firmware" and owner(b) == "manual"
        assert other.stop() == 0


def test_leaving_server_does_not_starve_the_watchdog(tmp_path, pair):
    """One that hands back has no ticks any more: the ticks of the others feed it."""
    a, b = pair
    well = server_yaml("well", b, FAST_S)
    notify = NotifySocket(tmp_path)
    config = write_config(tmp_path, server_yaml("sick", a, FAST_S, timeout_s=1.5), well)
    with Daemon(tmp_path, config, env={"NOTIFY_SOCKET": notify.path}) as daemon:
        a.wait_for(lambda s: s["owner"] == "manual", PATIENCE_S)
        a.knob("fault locked")  # every hand-back is refused
        at = reload_with(daemon, tmp_path, well, top="stop_timeout_s: 30\n")
        notify.wait_for("RELOADING=1")
        notify.wait_for("READY=1")
        daemon.wait_ticks("well", 12, since=at)  # three periods and more
        notify.drain()
        notify.wait_for("WATCHDOG=1", timeout=10)
        assert not [line for _, line in daemon.lines if "not_released" in line]  # it is still at it
        a.knob("fault none")
        daemon.wait_line("server=sick event=released", since=at)
        assert daemon.stop() == 0
    notify.close()


def test_release_comes_through_idle_callers(tmp_path, pair):
    a, b = pair
    config = write_config(tmp_path, server_yaml("one", a, PERIOD_S))
    with Daemon(tmp_path, config) as daemon:
        a.wait_for(lambda s: s["owner"] == "manual", PATIENCE_S)
        idle = [socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(8)]
        try:
            for one in idle:
                one.connect(str(next((tmp_path / "run").glob("*.sock"))))
            for _ in range(5):  # and again when there is nothing left to do
                result = run_program(tmp_path, "release", "-c", config)
                assert result.returncode == 0, result.stderr
        finally:
            for one in idle:
                one.close()
        assert owner(a) == "firmware"
        assert daemon.stop() == 0


def test_release_of_one_does_not_wait_for_the_other(tmp_path, pair):
    """Systemd gives `release` a time for all servers: the first one's silence must not use it up."""
    a, b = pair
    with Daemon(tmp_path, write_config(tmp_path, server_yaml("well", b, PERIOD_S))) as daemon:
        b.wait_for(lambda s: s["owner"] == "manual", PATIENCE_S)
        daemon.signal(signal.SIGKILL)
        daemon.process.wait()
    a.freeze()
    config = write_config(tmp_path, server_yaml("sick", a, PERIOD_S), server_yaml("well", b, PERIOD_S), top="stop_timeout_s: 30\n")
    process = subprocess.Popen([str(PROGRAM), "release", "-c", str(config)], cwd=tmp_path, env=environment(tmp_path),
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        b.wait_for(lambda s: s["owner"] == "firmware", 15)
        assert process.poll() is None  # it is still trying the other one
        a.thaw()
        out, _ = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0, out
        assert b"sick: released" in out and b"well: released" in out
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def test_terminal_that_nobody_reads(tmp_path, pair):
    """A dead ssh connection: the terminal takes no more, and the fans are cooled all the same."""
    _, b = pair
    ours, theirs = pty.openpty()
    config = write_config(tmp_path, server_yaml("well", b, 0.02))
    process = subprocess.Popen([str(PROGRAM), "run", "-v", "-c", str(config)], cwd=tmp_path, env=environment(tmp_path),
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    try:
        before = b.status()["sensor_reads"]
        b.wait_for(lambda s: s["sensor_reads"] > before + 600, PATIENCE_S)  # 300 lines; the terminal holds some 30
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE_S) == 0
        assert owner(b) == "firmware"
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        os.close(ours)
