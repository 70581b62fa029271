#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated PowerEdge R730 for tests: OpenIPMI's ipmi_sim with this project's module in it.

From Python:

    with Bmc(load="steady", inlet=20, speed=60) as bmc:
        bmc.host                        # "127.0.0.1:PORT" for IPMI over LAN, RMCP+ with cipher suite 3
        bmc.knob("fault locked")        # see sim/bmc.h for the words; returns when it is in effect
        bmc.status()["owner"]           # "firmware" or "manual"; see sim/bmc_print.c
        bmc.events()                    # every Dell command that arrived, with its completion code
        bmc.wait_for(lambda s: s["rpm"][0] > 9000, 10)

From a shell, for people and for tests in other languages:

    bmc.py --keep [OPTION...]           run one in the foreground, until Ctrl-C; prints where it is
    bmc.py [OPTION...] --run CMD...     run CMD beside one; ends with CMD's exit code

CMD finds FC_BMC_HOST, FC_BMC_SERIAL (host:port of the system interface in OpenIPMI's VM protocol), FC_BMC_KNOBS (a FIFO:
write one line), FC_BMC_STATUS (a file with one line of JSON), FC_BMC_EVENTS (one line of JSON each) and FC_BMC_PID in
its environment.

Users: root/calvin (administrator), oper/operpw (operator), guest/guestpw (user). The build with the module is the folder
in FANCURVE_BUILD, or build/, from the top of the source tree.
"""

import argparse
import fcntl
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
ADMIN = ("root", "calvin")
OPERATOR = ("oper", "operpw")
USER = ("guest", "guestpw")
PORTS = range(20000, 30000)  # below what the kernel gives to clients
START_S = 10
STOP_S = 5
POLL_S = 0.01

# The sensor data records, as sim/r730.c has them: number, entity, instance, sensor type, unit, m, b, name.
RECORDS = [
    (0x0E, 3, 1, 1, "degrees_C", 1, -128, "Temp"),
    (0x0F, 3, 2, 1, "degrees_C", 1, -128, "Temp"),
    (0x04, 7, 1, 1, "degrees_C", 1, -128, "Inlet Temp"),
    (0x01, 7, 1, 1, "degrees_C", 1, -128, "Exhaust Temp"),
    *((0x30 + i, 29, i + 1, 4, "RPM", 120, 0, f"Fan{i + 1} RPM") for i in range(6)),
    (0x77, 7, 1, 3, "Watts", 14, 0, "Pwr Consumption"),
]

RECORD = """sdr type 1
  sensor_owner_id 0x20
  channel_number 0
  sensor_owner_lun 0
  sensor_number {0:#04x}
  entity_id {1}
  entity_instance {2}
  init_scanning true
  default_sensor_scan_on true
  sensor_type {3}
  event_reading_type_code 1
  analog_data_format unsigned
  base_unit {4}
  linearization linear
  m {5}
  b {6}
  id_string "{7}"
endsdr
"""

LAN = """name "r730"
set_working_mc 0x20
  startlan 1
    addr 127.0.0.1 {lan}
    priv_limit admin
    allowed_auths_callback none md2 md5 straight
    allowed_auths_user none md2 md5 straight
    allowed_auths_operator none md2 md5 straight
    allowed_auths_admin none md2 md5 straight
    guid {guid}
  endlan
  user 2 true "root" "calvin" admin 10 none md2 md5 straight
  user 3 true "oper" "operpw" operator 10 none md2 md5 straight
  user 4 true "guest" "guestpw" user 10 none md2 md5 straight
  serial 15 127.0.0.1 {serial} codec VM
loadlib "{module}" "{options}"
"""


def _emulator_file():
    lines = ["mc_setbmc 0x20",
             "mc_add 0x20 0x20 no-device-sdrs 0x01 2 0x86 0xdf 0x0002a2 0x0100 persist_sdr",
             "sel_enable 0x20 1000 0x0a"]
    lines += [f"sensor_add 0x20 0 {number:#04x} {kind} 1" for number, _, _, kind, *_ in RECORDS]
    return "\n".join(lines + ["mc_enable 0x20"]) + "\n"


class Port:
    """A port that is free for UDP and TCP, reserved among all tests of this user by a locked file."""

    def __init__(self):
        folder = pathlib.Path(tempfile.gettempdir()) / f"fancurve-ports-{os.getuid()}"
        folder.mkdir(mode=0o700, exist_ok=True)
        for number in random.SystemRandom().sample(PORTS, 1000):
            self._file = os.open(folder / str(number), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                    with socket.socket(socket.AF_INET, kind) as one:
                        one.bind(("127.0.0.1", number))
            except OSError:
                os.close(self._file)
                continue
            self.number = number
            return
        raise RuntimeError("no free port")

    def release(self):
        """Give it back. The file stays: to remove it would let two hold a lock on one number."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


class Simulator:
    """One ipmi_sim in a process, in a folder and at ports of its own. Whoever derives from it writes lan.conf and r730.emu,
    and says in is_up() when it answers."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fancurve-bmc-"))
        self.guid = "a123456789abcdefa123456789abcdef"
        self._process = None
        self._ports = []
        try:
            self._ports.append(Port())
            self._ports.append(Port())
        except BaseException:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def port(self):
        return self._ports[0].number

    @property
    def host(self):
        """Where IPMI over LAN is served."""
        return f"127.0.0.1:{self.port}"

    @property
    def serial(self):
        """Where the system interface is served, in the protocol that QEMU's ipmi-bmc-extern speaks; one client at a time."""
        return f"127.0.0.1:{self._ports[1].number}"

    @property
    def pid(self):
        return self._process.pid

    def write_lan_conf(self, module, options):
        (self.folder / "lan.conf").write_text(LAN.format(lan=self._ports[0].number, serial=self._ports[1].number, guid=self.guid,
                                                         module=module, options=options))

    def is_up(self):
        raise NotImplementedError

    def start(self):
        """Start the process (again); returns when it answers."""
        (self.folder / "store").mkdir(exist_ok=True)
        with open(self.folder / "output", "ab") as output:
            self._process = subprocess.Popen(
                ["ipmi_sim", "-n", "-c", "lan.conf", "-f", "r730.emu", "-s", "store"],
                cwd=self.folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)
        # Its console is never connected to: ipmi_sim dies of SIGPIPE when such a client leaves early.
        self._await(self.is_up, START_S, "ipmi_sim did not start")

    def _await(self, is_done, timeout_s, what):
        end_s = time.monotonic() + timeout_s
        while not is_done():
            if self._process.poll() is not None:
                raise RuntimeError(f"{what}: it ended with {self._process.returncode}\n{self.output()}")
            if time.monotonic() > end_s:
                raise TimeoutError(f"{what}: {self.last_words()}")
            time.sleep(POLL_S)

    def output(self):
        """What ipmi_sim printed."""
        return (self.folder / "output").read_text(errors="replace")

    def last_words(self):
        """What a test that waited in vain shows."""
        return self.output()

    def freeze(self):
        """It answers nothing, but is there: what a hung BMC looks like."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self._process.send_signal(signal.SIGCONT)

    def restart(self):
        """End the process and start it again."""
        self.end()
        self.start()

    def kill(self):
        """End the process at once; start() begins it again."""
        self.end(signal.SIGKILL)

    def end(self, number=signal.SIGTERM):
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(number)
            self._process.send_signal(signal.SIGCONT)
            try:
                self._process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def stop(self):
        """End the process, give the ports back, remove the folder. Safe to call twice."""
        self.end()
        for port in self._ports:
            port.release()
        shutil.rmtree(self.folder, ignore_errors=True)


class Bmc(Simulator):
    """One simulated R730; started by its making. After restart() its machine goes on where it was; sessions and, unless
    keeps_mode, the manual mode are gone.

    load, inlet, speed and seed as in sim/ipmi_module.c.
    """

    def __init__(self, load="steady", inlet="spring", speed=1, seed=1, keeps_mode=False):
        super().__init__()
        self.knobs_path = self.folder / "knobs"
        self.status_path = self.folder / "status"
        self.events_path = self.folder / "events"
        self._options = {"seed": seed, "load": load, "inlet": inlet, "speed": speed, "knobs": self.knobs_path,
                         "status": self.status_path, "log": self.events_path, "state": self.folder / "machine",
                         "parent": os.getpid()}
        if keeps_mode:
            self._options["keep"] = 1
        try:
            self._write_files()
            self.start()
        except BaseException:
            self.stop()
            raise

    def environment(self):
        return {"FC_BMC_HOST": self.host, "FC_BMC_SERIAL": self.serial, "FC_BMC_KNOBS": str(self.knobs_path),
                "FC_BMC_STATUS": str(self.status_path), "FC_BMC_EVENTS": str(self.events_path), "FC_BMC_PID": str(self.pid)}

    def _write_files(self):
        build = TOP / os.environ.get("FANCURVE_BUILD", "build")
        module = build / "ipmi_sim_r730.so"
        if not module.exists():
            raise FileNotFoundError(f"{module}: run `make` first, or name the build in FANCURVE_BUILD")
        options = " ".join(f"{key}={value}" for key, value in self._options.items())
        self.write_lan_conf(module, options)
        (self.folder / "r730.emu").write_text(_emulator_file())
        (self.folder / "records").write_text("".join(RECORD.format(*record) for record in RECORDS))
        store = self.folder / "store" / "ipmi_sim" / "r730"
        store.mkdir(parents=True)
        subprocess.run(["sdrcomp", "-o", store / "sdr.20.main", self.folder / "records"], check=True, timeout=START_S)

    def start(self):
        self.status_path.unlink(missing_ok=True)
        super().start()

    def is_up(self):
        """The module writes its status once the network channel is up."""
        return self.status_path.exists()

    def last_words(self):
        return json.dumps(self.status()) if self.status_path.exists() else self.output()

    def status(self):
        """The machine now, at most 0.1 s old."""
        return json.loads(self.status_path.read_text())

    def events(self):
        """All Dell commands since the start: {"virtual_ms", "real_ms" (CLOCK_MONOTONIC), "bytes", "code"}."""
        if not self.events_path.exists():
            return []
        whole = self.events_path.read_text().rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def knob(self, line):
        """Give one line to the module, and wait until it is in effect. ValueError: not understood."""
        before = self.status()["commands"]
        knobs = os.open(self.knobs_path, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            os.write(knobs, line.encode() + b"\n")
        finally:
            os.close(knobs)
        self.wait_for(lambda status: status["commands"] > before, START_S)
        why = self.status()["why"]
        if why:
            raise ValueError(why)

    def wait_for(self, predicate, timeout_s):
        """Wait until predicate(status) holds; returns that status. TimeoutError shows the last one."""
        last = {}

        def is_done():
            last.clear()
            last.update(self.status())
            return predicate(last)

        self._await(is_done, timeout_s, "waited in vain")
        return last


def _run(bmc, command):
    environment = dict(os.environ, **bmc.environment())
    return subprocess.run(command, env=environment, check=False).returncode


def _keep(bmc):
    print(json.dumps(bmc.environment(), indent=1), flush=True)
    while True:
        signal.pause()


def _leave(number, _frame):
    sys.exit(128 + number)


def main():
    parser = argparse.ArgumentParser(description="Run a simulated PowerEdge R730.")
    parser.add_argument("--load", default="steady", help="idle, steady, bursty, square, heavy, or 0 to 1")
    parser.add_argument("--inlet", default="spring", help="winter, spring, summer, or degrees C")
    parser.add_argument("--speed", default="1", help="virtual seconds a second, 0 to 1000")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--keeps-mode", action="store_true", help="manual mode outlives a restart of the BMC")
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--keep", action="store_true", help="run until Ctrl-C")
    how.add_argument("--run", nargs=argparse.REMAINDER, metavar="CMD", help="run CMD beside it")
    args = parser.parse_args()
    # An exception, so that the process and the folder are removed however this ends.
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    with Bmc(args.load, args.inlet, args.speed, args.seed, args.keeps_mode) as bmc:
        return _keep(bmc) if args.keep else _run(bmc, args.run)


if __name__ == "__main__":
    sys.exit(main())
