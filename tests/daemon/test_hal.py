# SPDX-License-Identifier: GPL-3.0-or-later
"""What the ipmi driver (hal/ipmi*.c, hal/dell.c) reads, commands and keeps, against a BMC that is not
ours: OpenIPMI's ipmi_sim over RMCP+.

The driver is in hal_client, a program that does one hal call a line. The simulator is made to
misbehave by faulty_module.c, by signals, and by what is written in its configuration.
"""

import pytest

from hal_bench import AMBIGUOUS, BUSY, CLOSED, NO_READING, NO_SENSOR, OK, PRIVILEGE, R730, REFUSED, TEMP, TIMEOUT, UNSUPPORTED
from hal_bench import Relay, bmc_fixture, connect_fixture, programs_fixture, sdr  # noqa: F401


def test_reads_by_entity_and_by_number(bmc, connect):
    bmc.start()
    bmc.answer("04 2d 0e : 00 ab c0 c0", "04 2d 0f : 00 bf c0 c0", "04 2d 04 : 00 97 c0", "04 2d 30 : 00 28 c0 c0",
               "04 2d 77 : 00 09 c0 c0 00")
    client = connect("te3.1", "te3.2", "tn4", "fe7.1", "pn119")
    assert client("open") == OK
    for channel, value in enumerate([43000, 63000, 23000, 4800, 126000]):
        assert client(f"read {channel}") == OK
        assert client.value == value
    assert client("open") == OK  # on an open handle too
    client.end()


def test_a_sensor_that_is_ambiguous_or_missing(bmc, connect):
    bmc.start()
    client = connect("te3.1", "te7.1")
    assert client("open") == OK
    assert client("read 0") == OK  # the others can be read all the same
    assert client("read 1") == AMBIGUOUS
    assert client.text == "temperature sensor of entity 7.1: 04h Inlet Temp (7.1), 01h Exhaust Temp (7.1)"
    client.end()
    client = connect("tn16")
    assert client("open") == OK
    assert client("read 0") == NO_SENSOR
    assert "10h: none; there are 04h Inlet Temp (7.1)" in client.text
    client.end()


@pytest.mark.parametrize("reply", [
    "00 ab e0 c0",  # unavailable
    "00 ab 80 c0",  # scanning disabled
    "00 ab",        # no flags
    "00",           # no reading
    "cb",           # not present
    "cd", "d5", "c1", "cc", "80", "ff",
])
def test_no_reading_is_never_a_number(bmc, connect, reply):
    bmc.start()
    client = connect("te3.1")
    assert client("open") == OK
    bmc.answer(f"04 2d 0e : {reply}")
    assert client("read 0") == NO_READING
    assert client.value is None
    assert client.text.startswith("sensor 0Eh Temp: ")
    bmc.answer()
    assert client("read 0") == OK  # the link is not the worse for it
    assert client.value == 43000
    client.end()


@pytest.mark.parametrize("reply, error", [("c0", BUSY), ("c3", TIMEOUT), ("d2", TIMEOUT), ("d4", PRIVILEGE)])
def test_completion_codes_of_a_reading(bmc, connect, reply, error):
    bmc.start()
    client = connect("te3.1")
    assert client("open") == OK
    bmc.answer(f"04 2d : {reply}")
    assert client("read 0") == error
    client.end()


def test_a_reply_without_a_completion_code(bmc, connect):
    bmc.start()
    client = connect("te3.1")
    assert client("open") == OK
    bmc.answer("04 2d :", "30 30 :")
    for command in ("read 0", "set 30", "release"):
        assert client(command) not in (OK, None)
        assert client.value is None
        assert client("close") == OK
        assert client("open") == OK
    bmc.answer()
    assert client("read 0") == OK
    client.end()


def test_scanning_may_be_ignored(bmc, connect):
    bmc.start()
    bmc.answer("04 2d : 00 ab 80 c0")
    client = connect("te3.1", workarounds="opensesspriv,ignorescanningdisabled")
    assert client("open") == OK
    assert client("read 0") == OK
    client.end()


def test_fan_commands(bmc, connect):
    bmc.start()
    client = connect()
    assert client("open") == OK
    assert client("set 30") == OK
    assert bmc.commands() == ["30 30 01 00", "30 30 02 ff 1e"]
    assert client("set 100") == OK
    assert bmc.commands() == ["30 30 02 ff 64"]
    assert client("release") == OK
    assert bmc.commands() == ["30 30 01 01"]
    assert client("set 40") == OK
    assert len(bmc.commands()) == 2
    client("close")
    assert client("open") == OK
    assert client("set 50") == OK
    assert bmc.commands() == ["30 30 01 00", "30 30 02 ff 32"]
    client.end()
    assert bmc.commands() == []  # closing does not release


def test_a_refused_duty_hands_back(bmc, connect):
    bmc.start()
    bmc.answer("30 30 02 : cc")
    client = connect()
    assert client("open") == OK
    assert client("set 30") == REFUSED
    assert bmc.commands() == ["30 30 01 00", "30 30 02 ff 1e", "30 30 01 01"]
    client.end()


def test_firmware_without_fan_commands(bmc, connect):
    bmc.start()
    bmc.answer("30 : c1")
    client = connect()
    assert client("open") == OK
    assert client("set 30") == UNSUPPORTED
    assert client("release") == UNSUPPORTED
    assert client.text == "firmware fan mode: completion code c1, invalid command"
    client.end()


def test_the_records_file_spares_the_walk(bmc, connect, tmp_path):
    bmc.start()
    cache = tmp_path / "cache"
    relay = Relay(bmc)

    def cost():
        client = connect("te3.1", host=relay.host, cache=cache, timeout_ms=5000)
        relay.took()
        assert client("open") == OK
        n_out, _ = relay.took()
        assert client("read 0") == OK
        client.end()
        return n_out

    try:
        first = cost()
        assert oct(cache.stat().st_mode & 0o777) == "0o600"
        again = cost()
        assert first > again + len(R730)
        assert cost() == again
        whole = cache.read_bytes()
        for bad in (whole[:-1], whole[:40], b"", b"x" * len(whole), whole[:100] + b"\xff" + whole[101:]):
            cache.write_bytes(bad)
            assert cost() == first, "a damaged file was believed"
            assert cache.read_bytes() == whole
        assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("cache")) == ["cache"]
        for change in ({"firmware": "0x02 0x87"}, {"guid": "b123456789abcdefa123456789abcdef"}, {"sdrs": R730[:5]}):
            bmc.end()
            for name, value in change.items():
                setattr(bmc, name, value)
            bmc.start()
            assert cost() > again + 5, f"the file of another BMC was believed: {change}"
            assert cost() == again
    finally:
        relay.end()


def test_records_are_read_once_a_handle(bmc, connect):
    bmc.start()
    relay = Relay(bmc)
    try:
        client = connect("te3.1", host=relay.host, timeout_ms=5000)
        assert client("open") == OK
        first, _ = relay.took()
        client("close")
        relay.took()
        assert client("open") == OK
        assert relay.took()[0] < first - len(R730)
        assert client("read 0") == OK
        client.end()
    finally:
        relay.end()


def test_a_records_file_that_can_not_be_written(bmc, connect, tmp_path):
    bmc.start()
    for path in (tmp_path / "no/such/folder/cache", tmp_path, "/proc/cache"):
        client = connect("te3.1", cache=path)
        assert client("open") == OK
        assert client("read 0") == OK
        client.end()


def test_hostile_names(bmc, connect):
    bmc.sdrs = R730 + [sdr(0x60, (8, 1), TEMP, 1, 1, 0, "\x1b[31m\n\x00x")]
    bmc.start()
    client = connect("te8.2")
    assert client("open") == OK
    assert client("read 0") == NO_SENSOR
    assert all(" " <= letter <= "~" for letter in client.text)
    client.end()


def test_probe_never_takes_the_fans(bmc, connect):
    bmc.start()
    bmc.answer("04 2d 0f : cb", "30 ce : 00 16 05 00 00 00 05 00 01 00 00")
    client = connect("te9.9")  # what is configured does not matter
    assert client("probe") == OK
    assert client.lines == [
        "firmware 2.86 manufacturer 674 product 256",
        "sensor 04 Inlet Temp 7.1 0 0 43000",
        "sensor 01 Exhaust Temp 7.1 0 0 43000",
        "sensor 0e Temp 3.1 0 0 43000",
        "sensor 0f Temp 3.2 0 -3 0",
        "sensor 30 Fan1 7.1 1 0 20520",
        "sensor 77 Pwr Consumption 7.1 2 0 2394000",
        "fan 0 c7",
        "pcie 0 00 1 0",
    ]
    fan_commands = [line for line in bmc.commands() if line.startswith("30")]
    assert fan_commands == ["30 30", "30 ce 01 16 05 00 00 00"]
    client.end()


@pytest.mark.parametrize("code, answer", [("c1", 1), ("d5", 1), ("d4", 2), ("cc", 0), ("c0", 3)])
def test_probe_by_completion_code(bmc, connect, code, answer):
    bmc.start()
    bmc.answer(f"30 : {code}")
    client = connect()
    assert client("probe") == OK
    assert client.lines[-2:] == [f"fan {answer} {code}", f"pcie {answer} {code} 0 0"]
    assert client("read 0") != OK
    client.end()
