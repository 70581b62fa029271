# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole daemon against simulated BMCs over RMCP+: it cools, it hands back, and one server's trouble is not the other's."""
import os
import re
import signal
import subprocess
import time

import pytest
from bmc import Bmc, Port
from daemon import (PATIENCE_S, Daemon, NotifySocket, assert_on_time, cpu_ticks, environment, fields, run_program, server_yaml,
                    write_config)
from hal_bench import OK, Client, programs_fixture  # noqa: F401

PERIOD_S = 0.5
SPEED = 30  # the plant's; a tick of half a second is 15 s of its life


def closed_port():
    """An address at which nobody listens."""
    port = Port()
    try:
        return f"127.0.0.1:{port.number}"
    finally:
        port.release()


@pytest.fixture
def pair():
    """Two BMCs: one to fail, and one that must never notice."""
    with Bmc(speed=SPEED, load="steady", inlet="spring", seed=1) as a, Bmc(speed=SPEED, load="steady", inlet="spring", seed=2) as b:
        yield a, b


def config_of(tmp_path, pair, **kwargs):
    return write_config(tmp_path, server_yaml("sick", pair[0], PERIOD_S, **kwargs), server_yaml("well", pair[1], PERIOD_S))


def owner(bmc):
    return bmc.status()["owner"]


def running(daemon, *servers):
    for server in servers:
        daemon.wait_line(rf"server={server} .*state=run")


def test_load_step(tmp_path, pair):
    """The main job: load rises, the fans follow, the CPU settles, SIGTERM gives the fans back."""
    a, b = pair
    a.knob("load 0.2")
    with Daemon(tmp_path, config_of(tmp_path, pair)) as daemon:
        running(daemon, "sick", "well")
        daemon.wait_ticks("sick", 16)
        before = a.status()
        assert before["owner"] == "manual"
        a.knob("load 0.85")
        daemon.wait_line(r"server=sick event=duty .*reason=rise", since=daemon.mark())
        a.wait_for(lambda s: s["duty_pct"] >= before["duty_pct"] + 8 and min(s["rpm"]) > max(before["rpm"]) + 800, PATIENCE_S)
        daemon.wait_ticks("sick", 24)  # six minutes of the plant's life
        settled = [a.status()["cpu_true_c"][0]]
        for _ in range(4):
            daemon.wait_ticks("sick", 2)
            settled.append(a.status()["cpu_true_c"][0])
        assert max(settled) - min(settled) < 4, settled
        assert max(settled) < 80
        assert a.status()["hottest_c"] < 83
        assert_on_time(daemon, "well", PERIOD_S)
        assert_on_time(daemon, "sick", PERIOD_S)
        assert daemon.stop() == 0
        assert owner(a) == "firmware"
        assert owner(b) == "firmware"


def test_steady_state_costs_one_transaction_a_sensor(tmp_path, pair):
    a, _ = pair
    a.knob("load 0.3")
    with Daemon(tmp_path, config_of(tmp_path, pair)) as daemon:
        running(daemon, "sick", "well")
        daemon.wait_ticks("sick", 10)
        before, n_before = a.status(), len(daemon.tick_times("sick"))
        daemon.wait_ticks("sick", 20)
        after, n_after = a.status(), len(daemon.tick_times("sick"))
        ticks = n_after - n_before
        reads = after["sensor_reads"] - before["sensor_reads"]
        writes = after["dell_commands"] - before["dell_commands"]
        assert 2 * (ticks - 2) <= reads <= 2 * (ticks + 2), (ticks, reads)
        assert writes <= ticks
        assert after["mode_sets"] == before["mode_sets"]  # manual mode is asserted once


def test_killed_daemon_is_followed_by_release(tmp_path, pair):
    """What systemd does after SIGKILL: ExecStopPost=fancurve release."""
    a, b = pair
    config = config_of(tmp_path, pair)
    with Daemon(tmp_path, config) as daemon:
        running(daemon, "sick", "well")
        a.wait_for(lambda s: s["owner"] == "manual", PATIENCE_S)
        daemon.signal(signal.SIGKILL)
        daemon.process.wait()
    assert owner(a) == "manual"  # nobody gave them back yet: the test can see the difference
    result = run_program(tmp_path, "release", "-c", config)
    assert result.returncode == 0, result.stderr
    assert "sick: released" in result.stdout and "well: released" in result.stdout
    assert owner(a) == owner(b) == "firmware"


@pytest.mark.parametrize("ruin", ["broken", "without the server", "gone"])
def test_release_after_a_crash_knows_what_ran(tmp_path, pair, ruin):
    """The file was changed behind the daemon's back, and then it died: the fans are given back all the same."""
    a, b = pair
    config = config_of(tmp_path, pair)
    with Daemon(tmp_path, config) as daemon:
        running(daemon, "sick", "well")
        a.wait_for(lambda s: s["owner"] == "manual", PATIENCE_S)
        b.wait_for(lambda s: s["owner"] == "manual", PATIENCE_S)
        daemon.signal(signal.SIGKILL)
        daemon.process.wait()
    if ruin == "broken":
        config.write_text("servers: [")
    elif ruin == "gone":
        config.unlink()
    else:
        write_config(tmp_path, server_yaml("well", b, PERIOD_S))
    result = run_program(tmp_path, "release", "-c", config)
    assert result.returncode == 0, result.stderr
    assert "sick: released" in result.stdout and "well: released" in result.stdout
    assert owner(a) == owner(b) == "firmware"


def test_a_clean_end_leaves_no_copy(tmp_path, pair):
    with Daemon(tmp_path, config_of(tmp_path, pair)) as daemon:
        running(daemon, "sick", "well")
        assert len(list((tmp_path / "run").glob("running-*.yaml"))) == 1
        assert daemon.stop() == 0
    assert not list((tmp_path / "run").glob("running-*.yaml"))


def test_restarted_bmc_is_taken_again(tmp_path, pair):
    """A BMC that restarts forgets sessions and manual mode."""
    a, _ = pair
    with Daemon(tmp_path, config_of(tmp_path, pair)) as daemon:
        running(daemon, "sick", "well")
        at = daemon.mark()
        a.restart()
        daemon.wait_line(r"server=sick event=bmc error=", since=at)
        a.wait_for(lambda s: s["owner"] == "manual", PATIENCE_S)
        daemon.wait_line(r"server=sick event=trouble_over", since=at)
        daemon.wait_line(r"server=sick .*state=run .*cpu1_c=\d", since=daemon.mark())
        assert_on_time(daemon, "well", PERIOD_S, since=at)
        assert daemon.stop() == 0
    assert owner(a) == "firmware"


def test_frozen_bmc_is_blind_after_three_ticks(tmp_path, pair):
    a, _ = pair
    with Daemon(tmp_path, config_of(tmp_path, pair)) as daemon:
        running(daemon, "sick", "well")
        at = daemon.mark()
        a.freeze()
        began = time.monotonic()
        daemon.wait_line(r"server=sick event=state from=run state=blind .*action=release", since=at)
        assert time.monotonic() - began < 4 * PERIOD_S + 1
        a.thaw()
        daemon.wait_line(r"server=sick event=state from=blind state=run", since=at)
        assert_on_time(daemon, "well", PERIOD_S, since=at)
        assert daemon.stop() == 0
    assert owner(a) == "firmware"


def test_ceiling_gives_the_fans_back(tmp_path, pair):
    a, _ = pair
    quick = "    control: {resume_stable_s: 2}\n"
    with Daemon(tmp_path, config_of(tmp_path, pair, extra=quick)) as daemon:
        running(daemon, "sick", "well")
        at = daemon.mark()
        a.knob("inlet 60")
        a.knob("load 1.0")
        daemon.wait_line(r"server=sick event=state from=run state=ceiling reason=ceiling action=release", since=at)
        a.wait_for(lambda s: s["owner"] == "firmware", PATIENCE_S)
        a.knob("inlet 18")
        a.knob("load 0.1")
        daemon.wait_line(r"server=sick event=state from=ceiling state=run", since=at)
        assert_on_time(daemon, "well", PERIOD_S, since=at)


@pytest.mark.parametrize("fault, says", [
    ("fault locked", "administrator|lock"),
    ("fault unsupported", "iDRAC"),
    ("fault busy", "busy"),
    ("fault code 0x30 0xcc", "refused"),
])
def test_refused_fans_are_left_alone(tmp_path, pair, fault, says):
    """No privilege, locked firmware, no such command, busy: said with advice, never taken, never given up."""
    a, _ = pair
    a.knob(fault)
    with Daemon(tmp_path, config_of(tmp_path, pair)) as daemon:
        line = daemon.wait_line(r"server=sick event=write action=set .*result=refused")
        assert re.search(says, line), line
        daemon.wait_ticks("sick", 6)
        assert owner(a) == "firmware"
        assert sum("server=sick event=write" in line for _, line in daemon.lines) == 1  # repeats are counted
        at = daemon.mark()
        a.knob("fault none")
        a.wait_for(lambda s: s["owner"] == "manual", PATIENCE_S)
        daemon.wait_line(r"server=sick event=trouble_over times=\d+", since=at)
        assert_on_time(daemon, "well", PERIOD_S)


@pytest.mark.parametrize("fault", ["fault unavailable 0x0e", "fault missing 0x0e", "fault truncated", "fault garbage"])
def test_no_reading_is_never_zero_degrees(tmp_path, pair, fault):
    a, _ = pair
    with Daemon(tmp_path, config_of(tmp_path, pair)) as daemon:
        running(daemon, "sick", "well")
        at = daemon.mark()
        a.knob(fault)
        daemon.wait_line(r"server=sick event=state from=run state=blind", since=at)
        with daemon.arrived:
            assert not [line for _, line in daemon.lines if "server=sick" in line and "cpu1_c=0" in line]
            assert [line for _, line in daemon.lines[at:] if "server=sick" in line and "cpu1_c=none" in line]
        a.knob("fault none")
        daemon.wait_line(r"server=sick event=state from=blind state=run", since=at)
        assert_on_time(daemon, "well", PERIOD_S, since=at)


@pytest.mark.parametrize("change, says", [
    ({"username": "nobody"}, "unknown user"),
    ({"password": "wrong"}, "wrong password"),
    ({"host": "closed"}, "did not answer in time"),
    ({"host": "no.such.host.invalid:623"}, "can not be resolved"),
])
def test_unreachable_bmc_is_tried_again_quietly(tmp_path, pair, change, says):
    """What is wrong and what to do is said once; attempts go on with a pause; the CPU stays idle."""
    a, b = pair
    host = a.host
    if "host" in change:
        host = change["host"] if change["host"] != "closed" else closed_port()
    secret = tmp_path / "other.pw"
    secret.write_text(change.get("password", "calvin") + "\n")
    secret.chmod(0o600)
    config = write_config(tmp_path, server_yaml("sick", host, PERIOD_S, username=change.get("username", "root"), password_file="other.pw"),
                          server_yaml("well", b, PERIOD_S))
    with Daemon(tmp_path, config) as daemon:
        line = daemon.wait_line(r"server=sick event=bmc error=")
        if "no sample" in line:  # the deadline passed before the error was known
            line = daemon.wait_line(rf'server=sick event=bmc error="[^"]*{says}')
        assert says in line and 'advice=""' not in line, line
        running(daemon, "well")
        began, cpu = time.monotonic(), cpu_ticks(daemon.pid)
        daemon.wait_ticks("well", 12)
        assert cpu_ticks(daemon.pid) - cpu < 0.3 * (time.monotonic() - began)  # it never spins
        assert_on_time(daemon, "sick", PERIOD_S)  # its own ticks, too: failed readings, on time
        assert_on_time(daemon, "well", PERIOD_S)
        assert owner(a) == "firmware"
        assert daemon.stop() == 1  # the hand-back was not accepted, and it says so
        assert any("event=not_released" in line for _, line in daemon.lines)


def test_operator_has_no_privilege(tmp_path, pair):
    a, b = pair
    secret = tmp_path / "oper.pw"
    secret.write_text("operpw\n")
    secret.chmod(0o600)
    config = write_config(tmp_path, server_yaml("sick", a, PERIOD_S, username="oper", password_file="oper.pw",
                                                bmc_extra="      privilege: operator\n"), server_yaml("well", b, PERIOD_S))
    with Daemon(tmp_path, config) as daemon:
        line = daemon.wait_line(r"server=sick event=write .*result=refused")
        assert "privilege" in line and "administrator" in line
        daemon.wait_ticks("sick", 4)
        assert owner(a) == "firmware"
        assert_on_time(daemon, "well", PERIOD_S)


def test_no_ipmi_device(tmp_path, pair):
    local = ("  - name: local\n    period_s: 0.5\n    bmc: {driver: openipmi, device: /dev/no-such-ipmi}\n"
             "    sources:\n      - {name: cpu1, ipmi_entity: \"3.1\"}\n")
    config = write_config(tmp_path, local, server_yaml("well", pair[1], PERIOD_S))
    with Daemon(tmp_path, config) as daemon:
        line = daemon.wait_line(r"server=local event=bmc error=")
        assert "no such device" in line and "modprobe" in line
        running(daemon, "well")
        assert_on_time(daemon, "local", PERIOD_S, since=0) if len(daemon.tick_times("local")) > 3 else None
        assert daemon.stop() == 1


def test_all_sessions_used(tmp_path, pair, programs):
    """Many who log in and stay: the BMC is full. The daemon says so, and gets in once there is room."""
    holders = []
    try:
        while len(holders) < 100:  # ipmi_sim has some sixty
            holders.append(Client(programs[0], "lan", pair[0].host, "root", "calvin", "3", "admin", "opensesspriv", "5000", "-"))
            if holders[-1]("open") != OK:
                break
        assert 10 < len(holders) < 100
        with Daemon(tmp_path, config_of(tmp_path, pair)) as daemon:
            line = daemon.wait_line(r'server=sick event=bmc error="all sessions')
            assert 'advice=""' not in line
            daemon.wait_ticks("well", 4)
            assert_on_time(daemon, "well", PERIOD_S)
            holders.pop(0).end()
            running(daemon, "sick")
            assert daemon.stop() == 0
    finally:
        for holder in holders:
            holder.end()


def test_reload(tmp_path, pair):
    """A good configuration takes over at once, a bad one is refused and the old one stays."""
    a, b = pair
    config = config_of(tmp_path, pair)
    with Daemon(tmp_path, config) as daemon:
        running(daemon, "sick", "well")
        at = daemon.mark()
        config.write_text(config.read_text().replace("name: sick", "name: sick\n    control: {min_duty_pct: 97}"))
        daemon.signal(signal.SIGHUP)
        daemon.wait_line("event=reloaded", since=at)
        a.wait_for(lambda s: s["duty_pct"] >= 97, PATIENCE_S)
        assert a.status()["releases_accepted"] == 0  # the fans were never let go
        at = daemon.mark()
        good = config.read_text()
        config.write_text(good.replace("min_duty_pct: 97", "min_duty_pct: 970"))
        daemon.signal(signal.SIGHUP)
        line = daemon.wait_line(r'event=config error=".*fancurve.yaml:\d+', since=at)
        assert "min_duty_pct" in line
        daemon.wait_line("event=reload_refused", since=at)
        daemon.wait_ticks("sick", 3)
        assert a.status()["duty_pct"] >= 97
        at = daemon.mark()
        config.write_text(f"state_dir: state\nstop_timeout_s: 4\nservers:\n{server_yaml('well', b, PERIOD_S)}")
        daemon.signal(signal.SIGHUP)
        a.wait_for(lambda s: s["owner"] == "firmware", PATIENCE_S)  # a server that is gone is handed back
        daemon.wait_ticks("well", 3)
        assert_on_time(daemon, "well", PERIOD_S)
        assert daemon.stop() == 0


def test_once_and_dry_run(tmp_path, pair):
    a, b = pair
    config = config_of(tmp_path, pair)
    result = run_program(tmp_path, "run", "-c", config, "--once")
    assert result.returncode == 0, result.stderr
    assert a.status()["duty_sets"] == 1 and owner(a) == "firmware" and owner(b) == "firmware"
    before = a.status()["dell_commands"]
    for args, env in ((("--once", "--dry-run"), {}), ((), {"DRY_RUN": "1", "RUN_ONCE": "1"})):
        result = run_program(tmp_path, "run", "-c", config, *args, env=env)
        assert result.returncode == 0, result.stderr
        assert "action=set" in result.stderr and "dry_run=yes" in result.stderr
    assert a.status()["dell_commands"] == before  # not one write


def test_second_daemon_is_refused_and_release_asks_the_first(tmp_path, pair):
    a, b = pair
    config = config_of(tmp_path, pair)
    with Daemon(tmp_path, config) as daemon:
        running(daemon, "sick", "well")
        second = run_program(tmp_path, "run", "-c", config)
        assert second.returncode == 1
        assert f"another fancurve (process {daemon.pid}) already controls this BMC" in second.stderr
        a.wait_for(lambda s: s["owner"] == "manual", PATIENCE_S)
        result = run_program(tmp_path, "release", "-c", config)
        assert result.returncode == 0, result.stderr
        assert f"released by the running daemon (process {daemon.pid})" in result.stdout
        assert owner(a) == owner(b) == "firmware"
        daemon.wait_ticks("sick", 4)
        assert owner(a) == "firmware"  # and it stays with the firmware
        assert daemon.stop() == 0


def test_release_says_when_the_bmc_refuses(tmp_path, pair):
    a, _ = pair
    a.knob("fault locked")
    result = run_program(tmp_path, "release", "-c", config_of(tmp_path, pair))
    assert result.returncode == 1
    assert "sick: not released" in result.stderr and "well: released" in result.stdout


def test_probe_never_takes_the_fans(tmp_path, pair):
    a, _ = pair
    result = run_program(tmp_path, "probe", "-c", config_of(tmp_path, pair))
    assert result.returncode == 0, result.stderr
    assert "fan mode and duty (0x30 0x30)" in result.stdout and "completion code c7" in result.stdout
    assert "0x0e" in result.stdout and "3.1" in result.stdout
    status = a.status()
    assert status["owner"] == "firmware" and status["mode_sets"] == status["duty_sets"] == status["releases_accepted"] == 0
    a.knob("fault unsupported")
    result = run_program(tmp_path, "probe", "-c", config_of(tmp_path, pair))
    assert "no such command" in result.stdout and "iDRAC 9" in result.stdout


def test_secret_that_others_can_read(tmp_path, pair):
    config = config_of(tmp_path, pair)
    (tmp_path / "bmc.pw").chmod(0o644)
    assert run_program(tmp_path, "check", "-c", config).returncode == 0  # opens no secret
    result = run_program(tmp_path, "run", "-c", config)
    assert result.returncode == 2
    line = 1 + config.read_text().split("\n").index("      password_file: bmc.pw")
    assert f"fancurve.yaml:{line}: servers[0].bmc.password_file: " in result.stderr and "chmod 600" in result.stderr
    assert "calvin" not in result.stderr


@pytest.mark.parametrize("change, says", [
    (("period_s: 0.5", "period_s: 9"), "session_timeout_s"),  # an idle session times out on our side
    (("period_s: 0.5", "periods: 9"), "period_s"),  # an unknown key, and the one that was meant
    (("name: cpu2", "name: cpu1"), "cpu1"),
    (("cipher_suite: 3", "cipher_suite: three"), "cipher_suite"),
    (("name: sick", "name: \"si\\nck\""), "name"),
])
def test_bad_configuration_is_refused(tmp_path, pair, change, says):
    """Exit 2, file, line, key and what is legal; no BMC hears a thing."""
    config = config_of(tmp_path, pair)
    config.write_text(config.read_text().replace(*change, 1))
    for command in ("check", "run", "release", "probe", "replay"):
        result = run_program(tmp_path, command, "-c", config)
        assert result.returncode == 2, (command, result)
        assert re.search(r"fancurve\.yaml:\d+: ", result.stderr) and says in result.stderr, result.stderr
    assert pair[0].status()["sensor_reads"] == pair[0].status()["dell_commands"] == 0


def test_no_secret_reaches_the_log(tmp_path, pair):
    with Daemon(tmp_path, config_of(tmp_path, pair)) as daemon:
        running(daemon, "sick", "well")
        command_line = open(f"/proc/{daemon.pid}/cmdline").read()
        daemon.stop()
        assert "calvin" not in command_line + "\n".join(line for _, line in daemon.lines)


def test_systemd_is_told(tmp_path, pair):
    a, _ = pair
    notify = NotifySocket(tmp_path)
    with Daemon(tmp_path, config_of(tmp_path, pair), env={"NOTIFY_SOCKET": notify.path}) as daemon:
        notify.wait_for("READY=1")
        notify.wait_for("WATCHDOG=1")
        a.freeze()  # a BMC that hangs is no reason to stop feeding: the failed readings are on time
        daemon.wait_line("server=sick .*state=blind")
        notify.wait_for("WATCHDOG=1")
        a.thaw()
        daemon.signal(signal.SIGTERM)
        notify.wait_for("STOPPING=1")
        assert daemon.process.wait(timeout=PATIENCE_S) == 0
    notify.close()


def test_ready_waits_for_the_first_tick_of_every_server(tmp_path, pair):
    """A BMC that does not answer: its first tick is over, and failed, after four fifths of its period."""
    a, b = pair
    a.freeze()
    notify = NotifySocket(tmp_path)
    config = write_config(tmp_path, server_yaml("sick", a, 3.0, timeout_s=4), server_yaml("well", b, PERIOD_S))
    with Daemon(tmp_path, config, env={"NOTIFY_SOCKET": notify.path}) as daemon:
        running(daemon, "well")
        with pytest.raises(TimeoutError):
            notify.wait_for("READY=1", timeout=1)
        notify.wait_for("READY=1")
        daemon.wait_line("server=sick .*reason=read_failed")
        a.thaw()
        assert daemon.stop() == 0
    notify.close()


def test_hung_daemon_does_not_feed_the_watchdog(tmp_path, pair):
    notify = NotifySocket(tmp_path)
    with Daemon(tmp_path, config_of(tmp_path, pair), env={"NOTIFY_SOCKET": notify.path}) as daemon:
        notify.wait_for("WATCHDOG=1")
        daemon.signal(signal.SIGSTOP)
        notify.drain()
        with pytest.raises(TimeoutError):
            notify.wait_for("WATCHDOG=1", timeout=3 * PERIOD_S)
        daemon.signal(signal.SIGCONT)
        notify.wait_for("WATCHDOG=1")
        assert daemon.stop() == 0
    notify.close()


def test_log_that_nobody_reads(tmp_path, pair):
    """A full pipe on standard error costs lines, never a tick."""
    a, b = pair
    with Daemon(tmp_path, write_config(tmp_path, server_yaml("sick", a, 0.05), server_yaml("well", b, 0.05)), read_log=False) as daemon:
        before = None
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:  # each tick reads two sensors; the pipe holds some 400 lines
            reads = b.status()["sensor_reads"]
            if before is None:
                before = reads
            if reads - before > 1500:
                break
            time.sleep(0.1)
        assert reads - before > 1500
        daemon.reader.start()
        daemon.wait_line(r"event=log_lost lines=\d+")
        assert daemon.stop() == 0
    assert owner(a) == owner(b) == "firmware"


def test_valgrind_finds_nothing(tmp_path, pair):
    if "san" in os.environ.get("FANCURVE_BUILD", ""):
        pytest.skip("a program with sanitizers does not run under valgrind")
    wrapper = ("valgrind", "--quiet", "--error-exitcode=99", "--leak-check=full", "--errors-for-leak-kinds=definite,indirect,possible",
               "--track-fds=no")
    config = write_config(tmp_path, server_yaml("sick", pair[0], 1.0, timeout_s=4), server_yaml("well", pair[1], 1.0, timeout_s=4),
                          top="stop_timeout_s: 20\n")
    with Daemon(tmp_path, config, wrapper=wrapper) as daemon:
        running(daemon, "sick", "well")
        daemon.wait_ticks("sick", 3)
        daemon.signal(signal.SIGHUP)
        daemon.wait_line("event=reloaded")
        daemon.wait_ticks("well", 2)
        assert daemon.stop(timeout=60) == 0, "\n".join(line for _, line in daemon.lines)


def test_simulated_machine_needs_nothing(tmp_path):
    """The driver sim: two machines, sixty times faster than life, no BMC at all."""
    server = "  - name: {}\n    period_s: 15\n    bmc: {{driver: sim, load: square, speed: 60, seed: {}}}\n" \
             "    sources:\n      - {{name: cpu1, ipmi_entity: \"3.1\"}}\n      - {{name: cpu2, ipmi_entity: \"3.2\"}}\n"
    config = write_config(tmp_path, server.format("one", 1), server.format("two", 2))
    with Daemon(tmp_path, config) as daemon:
        running(daemon, "one", "two")
        line = daemon.wait_line(r"server=one event=duty .*reason=rise")
        assert float(fields(line)["cpu1_c"]) > 40
        assert_on_time(daemon, "two", 0.25)
        assert daemon.stop() == 0


def test_unit_file(tmp_path):
    from daemon import PROGRAM, ROOT
    unit = tmp_path / "fancurve.service"
    unit.write_text((ROOT / "debian/fancurve.service").read_text().replace("/usr/bin/fancurve", str(PROGRAM)))
    verify = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, env=environment(tmp_path))
    assert verify.stderr == ""
    unit.write_text(unit.read_text().replace("WatchdogSec", "WatchdogSek"))  # the check can fail
    verify = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, env=environment(tmp_path))
    assert "WatchdogSek" in verify.stderr
    unit.write_text(unit.read_text().replace("WatchdogSek", "WatchdogSec"))
    security = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=40", str(unit)], capture_output=True, text=True)
    assert security.returncode == 0, security.stdout[-300:]
    text = unit.read_text()
    assert "DeviceAllow=char-ipmidev rw" in text and "ExecStopPost=" in text
