# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated BMC, seen by a client that is not ours: ipmitool over RMCP+.

Each test has a machine of its own, in a process of its own; `speed` makes its minutes pass in seconds.
"""

import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest

import bmc as bmc_module
from bmc import ADMIN, OPERATOR, USER, Bmc

MANUAL = (0x30, 0x30, 0x01, 0x00)
RELEASE = (0x30, 0x30, 0x01, 0x01)
PCIE_GET = (0x30, 0xCE, 0x01, 0x16, 0x05, 0, 0, 0)
PCIE_QUIET = (0x30, 0xCE, 0x00, 0x16, 0x05, 0, 0, 0, 0x05, 0, 0x01, 0, 0)
READ_CPU1 = (0x04, 0x2D, 0x0E)


def duty(percent, fan=0xFF):
    return (0x30, 0x30, 0x02, fan, percent)


def ipmitool(bmc, *arguments, user=ADMIN, level="ADMINISTRATOR", patience=("-N", "1", "-R", "3")):
    command = ["ipmitool", "-I", "lanplus", "-C", "3", "-H", "127.0.0.1", "-p", str(bmc.port), "-U", user[0], "-P", user[1],
               "-L", level, *patience, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def raw(bmc, *request, **how):
    """(completion code, bytes); (None, text) if there was no answer."""
    done = ipmitool(bmc, "raw", *(f"{byte:#04x}" for byte in request), **how)
    if done.returncode == 0:
        return 0, [int(byte, 16) for byte in done.stdout.split()]
    code = re.search(r"rsp=0x([0-9a-f]+)", done.stderr)
    return (int(code[1], 16), []) if code else (None, done.stderr)


@pytest.fixture(name="bmc")
def bmc_fixture():
    with Bmc(speed=20) as one:
        yield one


def test_sensors_are_those_of_the_machine(bmc):
    bmc.knob("speed 0")
    sensors = bmc.status()["sensors"]
    listed = {}
    for line in ipmitool(bmc, "sdr", "elist", "full").stdout.splitlines():
        name, number, state, entity, reading = (part.strip() for part in line.split("|"))
        assert state == "ok"
        listed["0x" + number[:2].lower()] = (name, entity, reading)
    assert {number: int(reading.split()[0]) for number, (_, _, reading) in listed.items()} == sensors
    assert listed["0x0e"] == ("Temp", "3.1", f"{sensors['0x0e']} degrees C")
    assert listed["0x0f"][:2] == ("Temp", "3.2")
    assert listed["0x04"][:2] == ("Inlet Temp", "7.1")
    assert listed["0x01"][:2] == ("Exhaust Temp", "7.1")
    assert listed["0x35"] == ("Fan6 RPM", "29.6", "7080 RPM")
    assert listed["0x77"] == ("Pwr Consumption", "7.1", f"{sensors['0x77']} Watts")


def test_fans_follow_and_go_back(bmc):
    assert bmc.status()["owner"] == "firmware"
    assert raw(bmc, *MANUAL) == (0, [])
    assert raw(bmc, *duty(60)) == (0, [])
    status = bmc.wait_for(lambda now: min(now["rpm"]) > 10970, 10)
    assert (status["owner"], status["duty_pct"]) == ("manual", 60)
    assert ipmitool(bmc, "sdr", "type", "fan").stdout.count("| 10920 RPM") == 6
    assert raw(bmc, *duty(20)) == (0, [])
    bmc.wait_for(lambda now: max(now["rpm"]) < 4960, 10)
    assert raw(bmc, *RELEASE) == (0, [])
    status = bmc.wait_for(lambda now: min(now["rpm"]) > 7000, 10)
    assert (status["owner"], status["mode_sets"], status["duty_sets"], status["releases_accepted"]) == ("firmware", 1, 2, 1)
    assert [(event["bytes"], event["code"]) for event in bmc.events()] == [
        ("30 01 00", 0), ("30 02 ff 3c", 0), ("30 02 ff 14", 0), ("30 01 01", 0)]


def test_a_duty_without_manual_mode_changes_nothing_yet(bmc):
    assert raw(bmc, *duty(80)) == (0, [])
    later_ms = bmc.status()["virtual_ms"] + 10000
    assert max(bmc.wait_for(lambda now: now["virtual_ms"] > later_ms, 10)["rpm"]) < 7200
    assert raw(bmc, *MANUAL) == (0, [])
    bmc.wait_for(lambda now: min(now["rpm"]) > 13500, 10)


def test_one_fan_alone(bmc):
    raw(bmc, *MANUAL)
    raw(bmc, *duty(50))
    assert raw(bmc, *duty(90, fan=2)) == (0, [])
    bmc.wait_for(lambda now: now["rpm"][2] > 15000 and 9300 < now["rpm"][0] < 9600, 10)


@pytest.mark.parametrize("request_bytes, code", [
    ((0x30, 0x30), 0xC7), ((0x30, 0x30, 0x01), 0xC7), (duty(50)[:-1], 0xC7), ((*duty(50), 0), 0xC7),
    (duty(101), 0xCC), (duty(50, fan=6), 0xCC), ((0x30, 0x30, 0x01, 0x02), 0xCC), ((0x30, 0x30, 0x03, 0x00), 0xCC),
    ((0x30, 0xCE), 0xC7), ((0x30, 0xCE, 0x02, *[0] * 10), 0xCC), ((0x30, 0x31), 0xC1), ((0x04, 0x2D, 0x55), 0xCB),
])
def test_wrong_requests(bmc, request_bytes, code):
    assert raw(bmc, *request_bytes)[0] == code
    assert bmc.status()["owner"] == "firmware"


def test_pcie_response(bmc):
    assert raw(bmc, *PCIE_GET) == (0, [0x16, 5, 0, 0, 0, 5, 0, 0, 0, 0])
    assert raw(bmc, *PCIE_QUIET) == (0, [])
    assert raw(bmc, *PCIE_GET) == (0, [0x16, 5, 0, 0, 0, 5, 0, 1, 0, 0])
    bmc.knob("fault locked")
    assert raw(bmc, *PCIE_QUIET)[0] == 0xD4
    assert raw(bmc, *PCIE_GET)[0] == 0


def test_locked_firmware(bmc):
    bmc.knob("fault locked")
    assert raw(bmc, *MANUAL)[0] == 0xD4
    assert raw(bmc, *RELEASE)[0] == 0xD4
    assert raw(bmc, 0x30, 0x30)[0] == 0xC7
    assert raw(bmc, *READ_CPU1)[0] == 0
    assert bmc.status()["releases_refused"] == 1
    bmc.knob("fault none")
    assert raw(bmc, *MANUAL)[0] == 0


@pytest.mark.parametrize("user, level", [(OPERATOR, "OPERATOR"), (USER, "USER")])
def test_only_the_administrator_commands_fans(bmc, user, level):
    assert raw(bmc, *MANUAL, user=user, level=level)[0] == 0xD4
    assert raw(bmc, *READ_CPU1, user=user, level=level)[0] == 0
    assert bmc.events() == []


def test_wrong_password(bmc):
    code, text = raw(bmc, *READ_CPU1, user=("root", "wrong"))
    assert code is None
    assert "session" in text


@pytest.mark.parametrize("fault, answers", [
    ("privilege", [(MANUAL, 0xD4), (PCIE_GET, 0xD4), ((0x30, 0x30), 0xD4), (READ_CPU1, 0)]),
    ("unsupported", [(MANUAL, 0xC1), ((0x30, 0x30), 0xC1), (READ_CPU1, 0)]),
    ("busy 2", [(MANUAL, 0xC0), (READ_CPU1, 0), (MANUAL, 0xC0), (MANUAL, 0)]),
    ("code 0x2d 0xc3 1", [(MANUAL, 0), (READ_CPU1, 0xC3), (READ_CPU1, 0)]),
    ("code 0x30 0xff", [(MANUAL, 0xFF), (RELEASE, 0xFF), (RELEASE, 0xFF), (READ_CPU1, 0)]),
    ("missing 0x0e", [(READ_CPU1, 0xCB), ((0x04, 0x2D, 0x0F), 0)]),
])
def test_completion_codes_on_demand(bmc, fault, answers):
    bmc.knob("fault " + fault)
    for request, code in answers:
        assert raw(bmc, *request)[0] == code
    bmc.knob("fault none")
    assert raw(bmc, *MANUAL)[0] == 0


def test_replies_of_the_wrong_shape(bmc):
    bmc.knob("fault truncated")
    assert len(raw(bmc, *READ_CPU1)[1]) == 1
    bmc.knob("fault padded")
    assert len(raw(bmc, *READ_CPU1)[1]) == 3 + 16
    bmc.knob("fault garbage")
    assert raw(bmc, *READ_CPU1)[0] == 0xA5
    bmc.knob("fault none")
    assert len(raw(bmc, *READ_CPU1)[1]) == 3


def test_sensors_that_say_nothing_or_the_same(bmc):
    bmc.knob("fault unavailable 0x0f")
    assert raw(bmc, 0x04, 0x2D, 0x0F)[1][1] & 0x20
    bmc.knob("fault frozen 0x30")
    before = raw(bmc, 0x04, 0x2D, 0x30)[1]
    raw(bmc, *MANUAL)
    raw(bmc, *duty(90))
    bmc.wait_for(lambda now: now["rpm"][0] > 12000, 10)
    assert raw(bmc, 0x04, 0x2D, 0x30)[1] == before
    assert raw(bmc, 0x04, 0x2D, 0x31)[1][0] > before[0]


def test_off_hears_nothing_and_lost_answers_nothing(bmc):
    bmc.knob("fault off 1000")
    assert raw(bmc, *MANUAL, patience=("-N", "1", "-R", "1"))[0] is None
    assert bmc.status()["dell_commands"] == 0
    bmc.knob("fault none")
    assert raw(bmc, *MANUAL)[0] == 0
    with _Shell(bmc) as shell:
        bmc.knob("fault lost 1000")
        shell.send(duty(90))
        bmc.wait_for(lambda now: now["duty_pct"] == 90, 10)
    bmc.knob("fault off 0.2")
    bmc.wait_for(lambda now: not now["is_off"], 10)
    bmc.knob("fault none")
    assert raw(bmc, *RELEASE)[0] == 0


def test_slow_answers(bmc):
    bmc.knob("fault slow 150")
    start_s = time.monotonic()
    assert raw(bmc, *READ_CPU1)[0] == 0
    # Eight answers make a session, a command and a farewell; four of them are the least.
    assert time.monotonic() - start_s > 4 * 0.15


class _Shell:
    """One held session."""

    def __init__(self, bmc):
        self._process = subprocess.Popen(
            ["ipmitool", "-I", "lanplus", "-C", "3", "-H", "127.0.0.1", "-p", str(bmc.port), "-U", ADMIN[0], "-P", ADMIN[1],
             "-N", "1", "-R", "1", "shell"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        before = bmc.status()["dell_commands"]
        self.send(PCIE_GET)
        bmc.wait_for(lambda now: now["dell_commands"] > before, 10)

    def send(self, request):
        self._process.stdin.write("raw " + " ".join(f"{byte:#04x}" for byte in request) + "\n")
        self._process.stdin.flush()

    def end(self):
        return self._process.communicate("exit\n", timeout=60)[0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.communicate()


def test_a_restart_forgets_the_mode_and_the_sessions(bmc):
    raw(bmc, *MANUAL)
    with _Shell(bmc) as shell:
        bmc.knob("fault restart 0.3")
        status = bmc.wait_for(lambda now: not now["is_off"], 10)
        assert (status["owner"], status["restarts"]) == ("firmware", 1)
        before = status["dell_commands"]
        shell.send(MANUAL)
        assert "Unable" in shell.end()
    assert bmc.status()["dell_commands"] == before
    assert raw(bmc, *MANUAL)[0] == 0


def test_forgetting_alone_leaves_the_session(bmc):
    with _Shell(bmc) as shell:
        shell.send(MANUAL)
        bmc.wait_for(lambda now: now["owner"] == "manual", 10)
        bmc.knob("fault forget")
        assert bmc.status()["owner"] == "firmware"
        shell.send(duty(70))
        bmc.wait_for(lambda now: now["duty_sets"] == 1, 10)
        assert bmc.status()["owner"] == "firmware"


@pytest.mark.parametrize("keeps_mode, owner", [(False, "firmware"), (True, "manual")])
def test_the_machine_outlives_its_process(keeps_mode, owner):
    with Bmc(load=0.9, speed=50, keeps_mode=keeps_mode) as bmc:
        raw(bmc, *MANUAL)
        raw(bmc, *duty(10))
        hot = bmc.wait_for(lambda now: now["cpu_true_c"][0] > 80, 20)
        bmc.kill()
        bmc.start()
        status = bmc.status()
        assert status["owner"] == owner
        assert status["virtual_ms"] > hot["virtual_ms"]
        assert status["cpu_true_c"][0] > 70
        assert status["dell_commands"] == 2
        bmc.restart()
        assert raw(bmc, *READ_CPU1)[0] == 0


def test_freeze_and_thaw(bmc):
    bmc.freeze()
    try:
        assert raw(bmc, *READ_CPU1, patience=("-N", "1", "-R", "1"))[0] is None
    finally:
        bmc.thaw()
    assert raw(bmc, *READ_CPU1)[0] == 0


def test_load_inlet_and_a_stopped_fan(bmc):
    bmc.knob("speed 200")
    bmc.knob("load 1.0")
    bmc.knob("inlet 35")
    bmc.knob("fault stuck 3")
    status = bmc.wait_for(lambda now: now["cpu_true_c"][0] > 80 and now["rpm"][2] == 0, 20)
    assert (status["load"], status["inlet_c"]) == (1.0, 35.0)
    assert status["rpm"][1] > 7000
    bmc.knob("load idle")
    bmc.knob("inlet winter")
    bmc.knob("fault none")
    status = bmc.wait_for(lambda now: now["cpu_true_c"][0] < 40 and now["rpm"][2] > 7000, 30)
    assert status["load"] == 0.05
    assert status["hottest_c"] > 80


@pytest.mark.parametrize("line", ["", "load 2", "load", "inlet mild", "speed -1", "speed x", "fault", "fault nothing",
                                  "fault stuck 7", "fault missing 0x55", "fault busy 0", "fault code 0x30", "fault off",
                                  "fault locked now", "stop", "load 0.5 0.5", "x" * 300])
def test_lines_that_mean_nothing(bmc, line):
    before = bmc.status()
    with pytest.raises(ValueError):
        bmc.knob(line or " ")
    after = bmc.status()
    assert (after["load"], after["speed"]) == (before["load"], before["speed"])


def test_the_same_seed_is_the_same_day():
    with Bmc(speed=0, seed=7) as one, Bmc(speed=0, seed=7) as other, Bmc(speed=0, seed=8) as third:
        assert one.host != other.host
        assert one.status()["sensors"] == other.status()["sensors"]
        assert one.status()["cpu_true_c"] == other.status()["cpu_true_c"] != third.status()["cpu_true_c"]


def _bmc_py(*arguments, stdin=None):
    return subprocess.Popen([sys.executable, bmc_module.__file__, *arguments], stdin=stdin, stdout=subprocess.PIPE, text=True)


def test_beside_a_command():
    script = 'test -p "$FC_BMC_KNOBS" && test -s "$FC_BMC_STATUS" && echo "$FC_BMC_PID $FC_BMC_STATUS" && exit 7'
    tool = _bmc_py("--load", "idle", "--run", "sh", "-c", script)
    pid, path = tool.communicate(timeout=30)[0].split()
    assert tool.returncode == 7
    assert not pathlib.Path(path).parent.exists()
    assert not pathlib.Path("/proc", pid).exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_behind(number):
    # The command ends with its input, also where nobody is left to end it.
    tool = _bmc_py("--run", "sh", "-c", "echo $FC_BMC_PID $FC_BMC_STATUS; exec cat", stdin=subprocess.PIPE)
    pid, path = tool.stdout.readline().split()
    simulator = pathlib.Path("/proc", pid)
    folder = pathlib.Path(path).parent
    assert simulator.exists()
    tool.send_signal(number)
    assert tool.wait(30) in (-number, 128 + number)
    tool.stdin.close()
    end_s = time.monotonic() + 10
    while simulator.exists():
        assert time.monotonic() < end_s
        time.sleep(0.01)
    assert folder.exists() == (number == signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)
