# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole daemon through an IPMI device of the machine itself (driver openipmi).

The device is ipmi_device_shim.c, preloaded: what the kernel does between /dev/ipmi0 and the BMC, as far as a program can see
it. Behind it stands ipmi_sim's system interface; a second server, over the network, must never notice any of it.
"""
import errno
import fcntl
import os
import re
import subprocess
import time

import pytest
from bmc import Bmc
from daemon import BUILD, PATIENCE_S, ROOT, Daemon, assert_on_time, fields, run_program, server_yaml, write_config

DEVICE = "/dev/ipmi-test"  # there is none: only the shim knows it
PERIOD_S = 0.5
SPEED = 30  # the plant's; a tick of half a second is 15 s of its life
LOCAL = f"""  - name: local
    period_s: {PERIOD_S}
    bmc: {{driver: openipmi, device: {DEVICE}}}
    sources:
      - {{name: cpu1, ipmi_entity: "3.1"}}
      - {{name: cpu2, ipmi_entity: "3.2", required: once_seen}}
"""


@pytest.fixture(scope="module")
def shim():
    """The shared object; built by the first test process that needs it."""
    source = ROOT / "tests/daemon/ipmi_device_shim.c"
    out = BUILD / "tests/daemon/ipmi_device_shim.so"
    out.parent.mkdir(parents=True, exist_ok=True)
    with open(out.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not out.exists() or out.stat().st_mtime < source.stat().st_mtime:
            part = out.with_suffix(".part")
            subprocess.run([os.environ.get("CC", "cc"), "-std=c11", "-D_GNU_SOURCE", "-O1", "-g", "-Wall", "-Wextra", "-Werror", "-fPIC",
                            "-shared", source, "-o", part, "-pthread", "-ldl"], check=True)
            part.rename(out)
    return out


class Machine:
    """A server with a BMC of its own and a device to it, and another one's BMC on the network."""

    def __init__(self, folder, shim, own, other):
        self.folder, self.shim, self.own, self.other = folder, shim, own, other
        self.config = write_config(folder, LOCAL, server_yaml("well", other, PERIOD_S))

    def environment(self, **more):
        # A sanitizer wants to be the first library; here the shim is.
        asan = ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0"]))
        return {"LD_PRELOAD": str(self.shim), "FC_SHIM_DEVICE": DEVICE, "FC_SHIM_SERIAL": self.own.serial, "ASAN_OPTIONS": asan, **more}

    def daemon(self, **more):
        return Daemon(self.folder, self.config, env=self.environment(**more))

    def run(self, command, *args, **more):
        return run_program(self.folder, command, "-c", self.config, *args, env=self.environment(**more))

    def owner(self):
        return self.own.status()["owner"]


@pytest.fixture
def machine(tmp_path, shim):
    with Bmc(speed=SPEED, load="0.2", inlet="20", seed=1) as own, Bmc(speed=SPEED, load="steady", seed=2) as other:
        yield Machine(tmp_path, shim, own, other)


def running(daemon, *servers):
    for server in servers:
        daemon.wait_line(rf"server={server} .*state=run .*cpu1_c=\d")


def assert_taken_again(machine, daemon, at):
    """The link's trouble is over, and the fans are ours."""
    daemon.wait_line(r"server=local event=trouble_over", since=at)
    machine.own.wait_for(lambda s: s["owner"] == "manual", PATIENCE_S)
    daemon.wait_line(r"server=local .*state=run .*cpu1_c=\d", since=daemon.mark())


def assert_ends_well(machine, daemon, since=0):
    daemon.wait_ticks("well", 3, since=since)
    assert_on_time(daemon, "well", PERIOD_S, since=since)
    assert daemon.stop() == 0
    assert machine.owner() == "firmware"
    assert machine.other.status()["owner"] == "firmware"


def test_load_step_and_stop(machine):
    """Both CPUs are read, the fans taken; load rises, the fans follow; SIGTERM hands back. One transaction a sensor and tick."""
    with machine.daemon() as daemon:
        running(daemon, "local", "well")
        seen = fields(daemon.wait_line(r"server=local event=tick"))
        assert float(seen["cpu1_c"]) > 20 and float(seen["cpu2_c"]) > 20
        daemon.wait_ticks("local", 8)
        before, n_before = machine.own.status(), len(daemon.tick_times("local"))
        assert before["owner"] == "manual"
        machine.own.knob("load 0.85")
        daemon.wait_line(r"server=local event=duty .*reason=rise", since=daemon.mark())
        machine.own.wait_for(lambda s: s["duty_pct"] >= before["duty_pct"] + 8 and min(s["rpm"]) > max(before["rpm"]) + 800, PATIENCE_S)
        after, ticks = machine.own.status(), len(daemon.tick_times("local")) - n_before
        assert after["hottest_c"] < 83
        assert 2 * (ticks - 2) <= after["sensor_reads"] - before["sensor_reads"] <= 2 * (ticks + 2)
        assert after["mode_sets"] == before["mode_sets"]  # manual mode is asserted once
        assert_on_time(daemon, "local", PERIOD_S)
        assert_ends_well(machine, daemon)


# What a program reads from the device while nobody is there: QEMU's, Linux's with a KCS interface, and that of Linux 6.18.
@pytest.mark.parametrize("code", ["d2", "ff", "82"])
def test_bmc_that_is_gone_is_taken_again(machine, code):
    with machine.daemon(FC_SHIM_CODE=code) as daemon:
        running(daemon, "local", "well")
        at = daemon.mark()
        machine.own.kill()
        line = daemon.wait_line(r"server=local event=bmc error=", since=at)
        assert "did not answer in time" in line and f"code {code}" in line, line
        daemon.wait_line(r"server=local event=state from=run state=blind .*action=release", since=at)
        machine.own.start()
        assert_taken_again(machine, daemon, at)
        assert_ends_well(machine, daemon, since=at)


@pytest.mark.parametrize("code", ["d2", "ff"])
def test_short_absence_is_noticed(machine, code):
    """A BMC that is back before we are blind has forgotten manual mode all the same."""
    with machine.daemon(FC_SHIM_CODE=code) as daemon:
        running(daemon, "local", "well")
        at = daemon.mark()
        machine.own.kill()
        daemon.wait_line(r"server=local event=bmc error=", since=at)
        machine.own.start()
        assert machine.owner() == "firmware"
        assert_taken_again(machine, daemon, at)
        assert_ends_well(machine, daemon, since=at)


@pytest.mark.parametrize("code", ["c3", "ff"])
def test_frozen_bmc(machine, code):
    with machine.daemon(FC_SHIM_CODE=code, FC_SHIM_TIMEOUT_MS="700") as daemon:
        running(daemon, "local", "well")
        at = daemon.mark()
        machine.own.freeze()
        daemon.wait_line(r"server=local event=state from=run state=blind .*action=release", since=at)
        began = len(daemon.tick_times("local"))
        daemon.wait_ticks("local", 4)  # a call that hangs delays no tick
        times = daemon.tick_times("local")[began:]
        assert times[-1] - times[0] < (len(times) + 1) * PERIOD_S
        machine.own.thaw()
        assert_taken_again(machine, daemon, at)
        assert_ends_well(machine, daemon, since=at)


@pytest.mark.parametrize("fault", ["fault code 0x2d 0xc3", "fault code 0x30 0xd2 1"])
def test_codes_of_a_lost_link(machine, fault):
    """Both mean that the BMC was not there: the link is opened anew, and the fans are taken as not ours."""
    with machine.daemon() as daemon:
        running(daemon, "local", "well")
        machine.own.wait_for(lambda s: s["owner"] == "manual", PATIENCE_S)
        at, before = daemon.mark(), machine.own.status()
        machine.own.knob(fault)
        if "0x30" in fault:  # the next write meets it
            machine.own.knob("load 0.9")
            line = daemon.wait_line(r"server=local event=write action=set result=unanswered", since=at)
            assert "completion code d2" in line and "did not answer in time" in line, line
        else:
            line = daemon.wait_line(r"server=local event=bmc error=", since=at)
            assert "completion code c3" in line and "did not answer in time" in line, line
            daemon.wait_line(r"server=local event=state from=run state=blind", since=at)
            machine.own.knob("fault none")
        machine.own.wait_for(lambda s: s["mode_sets"] > before["mode_sets"], PATIENCE_S)
        assert_taken_again(machine, daemon, at)
        assert_ends_well(machine, daemon, since=at)


def test_a_sensor_that_says_ff_is_no_lost_link(machine):
    """ff is also what a BMC itself may say. It answers other commands, so only this command has failed."""
    with machine.daemon() as daemon:
        running(daemon, "local", "well")
        at = daemon.mark()
        machine.own.knob("fault code 0x2d 0xff")
        line = daemon.wait_line(r"server=local event=sensor sensor=cpu1 error=", since=at)
        assert "no reading" in line and "completion code ff" in line, line
        daemon.wait_line(r"server=local event=state from=run state=blind .*action=release", since=at)
        machine.own.wait_for(lambda s: s["owner"] == "firmware", PATIENCE_S)  # the link serves
        machine.own.knob("fault none")
        machine.own.wait_for(lambda s: s["owner"] == "manual", PATIENCE_S)
        assert not [text for _, text in daemon.lines[at:] if "server=local event=bmc" in text]
        assert_ends_well(machine, daemon, since=at)


def test_probe_and_release(machine):
    result = machine.run("probe")
    assert result.returncode == 0, result.stderr
    assert "local: BMC firmware 2.86, manufacturer 674 (Dell)" in result.stdout
    assert "fan mode and duty (0x30 0x30)" in result.stdout and "0x0e" in result.stdout
    assert machine.own.status()["mode_sets"] == machine.own.status()["duty_sets"] == 0
    subprocess.run(["ipmitool", "-I", "lanplus", "-C", "3", "-H", "127.0.0.1", "-p", str(machine.own.port), "-U", "root", "-P", "calvin",
                    "raw", "0x30", "0x30", "0x01", "0x00"], check=True, capture_output=True, timeout=PATIENCE_S)
    machine.own.wait_for(lambda s: s["owner"] == "manual", PATIENCE_S)
    result = machine.run("release")
    assert result.returncode == 0 and "local: released" in result.stdout, result.stderr
    assert machine.owner() == "firmware"
    machine.own.kill()
    result = machine.run("release")
    assert result.returncode == 1 and "local: not released" in result.stderr, result.stderr
    assert "well: released" in result.stdout


@pytest.mark.parametrize("number, what, advice", [
    (errno.EACCES, "permission", "run as root"),
    (errno.EPERM, "permission", "run as root"),
    (errno.ENOENT, "no such device", "modprobe"),
    (errno.ENXIO, "no such device", "modprobe"),   # a node that nobody serves
    (errno.ENODEV, "no such device", "modprobe"),
    (errno.EIO, "Input/output error", "kernel's log"),
])
def test_device_that_can_not_be_opened(machine, number, what, advice):
    with machine.daemon(FC_SHIM_ERRNO=str(number)) as daemon:
        line = daemon.wait_line(r"server=local event=bmc error=")
        assert what in line and re.search(rf'advice="[^"]*{advice}', line) and DEVICE in line, line
        running(daemon, "well")
        daemon.wait_ticks("well", 3)
        assert_on_time(daemon, "well", PERIOD_S)
        began = time.monotonic()
        assert daemon.stop() == 1  # nobody took the hand-back, and it says so
        assert time.monotonic() - began < PATIENCE_S
        assert any("server=local event=not_released" in text for _, text in daemon.lines)
    assert machine.own.status()["dell_commands"] == 0


def test_file_that_is_no_device(machine):
    machine.config.write_text(machine.config.read_text().replace(DEVICE, "/dev/null"))
    result = run_program(machine.folder, "release", "-c", machine.config)  # without the shim: it takes such calls for its own
    assert result.returncode == 1, result
    assert re.search(r"local: not released: no such device.*/dev/null: open: Inappropriate ioctl.*modprobe", result.stderr), result.stderr
