# SPDX-License-Identifier: GPL-3.0-or-later
"""What test_hal.py works with: a BMC (OpenIPMI's ipmi_sim) that can be made to misbehave, the program
hal_client, and a relay that counts datagrams.
"""

import fcntl
import os
import pathlib
import select
import socket
import subprocess
import threading

import pytest
from bmc import Simulator
from daemon import BUILD, ROOT

# enum fc_err
OK, NO_READING, TIMEOUT, CLOSED, NO_DEVICE, HOST = 0, -3, -4, -5, -6, -8
PASSWORD, USER, PRIVILEGE, SESSIONS, UNSUPPORTED, BUSY = -9, -10, -11, -13, -14, -15
REFUSED, REPLY, NO_SENSOR, AMBIGUOUS = -16, -17, -18, -19
TEMP, FAN, POWER = 1, 4, 3


def sdr(number, entity, kind, unit, m, b, name):
    """A full record of a threshold sensor: IPMI 2.0, table 43-1; the simulator fills in the id."""
    body = bytearray(48)
    body[2], body[3], body[4] = 0x51, 0x01, 43 + len(name)
    body[5], body[7] = 0x20, number
    body[8], body[9] = entity
    body[10], body[11] = 0x7F, 0x68
    body[12], body[13], body[21] = kind, 0x01, unit
    body[24], body[25] = m & 0xFF, (m >> 2) & 0xC0
    body[26], body[27] = b & 0xFF, (b >> 2) & 0xC0
    body[47] = 0xC0 | len(name)
    return bytes(body) + name.encode("latin-1")


R730 = [
    sdr(0x04, (7, 1), TEMP, 1, 1, -128, "Inlet Temp"),
    sdr(0x01, (7, 1), TEMP, 1, 1, -128, "Exhaust Temp"),
    sdr(0x0E, (3, 1), TEMP, 1, 1, -128, "Temp"),
    sdr(0x0F, (3, 2), TEMP, 1, 1, -128, "Temp"),
    sdr(0x30, (7, 1), FAN, 18, 120, 0, "Fan1"),
    sdr(0x77, (7, 1), POWER, 6, 14, 0, "Pwr Consumption"),
]


# A build with sanitizers stands in a folder `san` of another build.
BUILD_ARGUMENTS = [f"BUILD={BUILD.parent}", "SAN=address,undefined"] if BUILD.name == "san" else [f"BUILD={BUILD}"]


@pytest.fixture(name="programs", scope="session")
def programs_fixture(tmp_path_factory):
    """hal_client by make, the module by the compiler; one test process at a time."""
    client = BUILD / "tests/daemon/hal_client"
    module = tmp_path_factory.mktemp("module") / "faulty_module.so"
    BUILD.mkdir(parents=True, exist_ok=True)
    with open(BUILD / "hal_client.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(["make", "-s", *BUILD_ARGUMENTS, str(client)], cwd=ROOT, check=True)
    source = ROOT / "tests/daemon/faulty_module.c"
    compiler = os.environ.get("CC", "cc")
    subprocess.run([compiler, "-fPIC", "-shared", source, "-o", module], check=True)
    return client, module


class Bmc(Simulator):
    """One ipmi_sim that answers as its test says; start() begins it."""

    def __init__(self, module):
        super().__init__()
        self.module = module
        self.firmware = "0x02 0x86"
        self.sdrs = R730

    def start(self):
        self.write_lan_conf(self.module, self.folder)
        lines = ["mc_setbmc 0x20", f"mc_add 0x20 0x20 no-device-sdrs 0x01 {self.firmware} 0xdf 0x0002a2 0x0100"]
        lines += ["main_sdr_add 0x20 " + " ".join(f"0x{byte:02x}" for byte in record) for record in self.sdrs]
        (self.folder / "r730.emu").write_text("\n".join(lines + ["mc_enable 0x20"]) + "\n")
        super().start()

    def is_up(self):
        """A bind of another process is no event that could be awaited."""
        return f"0100007F:{self.port:04X}" in pathlib.Path("/proc/net/udp").read_text()

    def answer(self, *lines):
        (self.folder / "answers.new").write_text("".join(line + "\n" for line in lines))
        (self.folder / "answers.new").rename(self.folder / "answers")

    def commands(self):
        log = self.folder / "commands"
        lines = log.read_text().split("\n")[:-1] if log.exists() else []
        log.unlink(missing_ok=True)
        return lines


class Client:
    """hal_client, and what its last call took and said."""

    def __init__(self, program, *args):
        self.process = subprocess.Popen([program, *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        self.ms = self.value = self.text = None
        self.lines = []

    def __call__(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        self.lines = []
        while True:
            line = self.process.stdout.readline()
            assert line, self.process.stderr.read()
            head, bar, self.text = line.rstrip("\n").partition(" | ")
            if bar or line.endswith(" | \n"):
                break
            self.lines.append(line.rstrip("\n"))
        numbers = [int(word) for word in head.split()]
        self.ms = numbers[1]
        self.value = numbers[2] if len(numbers) > 2 else None
        return numbers[0]

    def end(self):
        """destroy(); nothing was printed beside the protocol, and no sanitizer complained."""
        out, err = self.process.communicate(timeout=30)
        assert (out, err) == ("", "")
        assert self.process.returncode == 0


@pytest.fixture(name="bmc")
def bmc_fixture(programs):
    with Bmc(programs[1]) as one:
        yield one


@pytest.fixture(name="connect")
def connect_fixture(programs, bmc):
    """Clients for the test's BMC; the test ends them, or they are killed."""
    clients = []

    def make(*sensors, user="root", password="calvin", privilege="admin", timeout_ms=1000, cache="-",
             host=None, workarounds="opensesspriv"):
        client = Client(programs[0], "lan", host or bmc.host, user, password, "3", privilege, workarounds,
                        str(timeout_ms), str(cache), *sensors)
        clients.append(client)
        return client

    yield make
    for client in clients:
        if client.process.poll() is None:
            client.process.kill()
            client.process.wait()
        for pipe in (client.process.stdin, client.process.stdout, client.process.stderr):
            pipe.close()


class Relay:
    """Stands between a client and a BMC and counts datagrams both ways."""

    def __init__(self, bmc):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self.socket.getsockname()[1]}"
        self.far = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.far.connect(("127.0.0.1", bmc.port))
        self.stop_read, self.stop_write = os.pipe()
        self.n_out = self.n_in = 0
        self.counted = threading.Condition()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        near = None
        while True:
            ready, _, _ = select.select([self.socket, self.far, self.stop_read], [], [])
            if self.stop_read in ready:
                return
            if self.socket in ready:
                data, near = self.socket.recvfrom(2048)
                self.count(1, 0)
                self.far.send(data)
            if self.far in ready:
                try:
                    data = self.far.recv(2048)
                except ConnectionRefusedError:  # of an earlier datagram, to a BMC that was away
                    continue
                self.count(0, 1)
                self.socket.sendto(data, near)

    def count(self, n_out, n_in):
        with self.counted:
            self.n_out += n_out
            self.n_in += n_in
            self.counted.notify()

    def wait_for(self, n_out, n_in):
        with self.counted:
            return self.counted.wait_for(lambda: (self.n_out, self.n_in) == (n_out, n_in), 5)

    def took(self):
        counted = (self.n_out, self.n_in)
        self.n_out = self.n_in = 0
        return counted

    def end(self):
        os.write(self.stop_write, b"x")
        self.thread.join()
        for one in (self.socket, self.far):
            one.close()
        os.close(self.stop_read)
        os.close(self.stop_write)
