# SPDX-License-Identifier: GPL-3.0-or-later
"""The ipmi driver's sessions (hal/ipmi_link.c): who may open one, what becomes of it when the BMC is
silent, and that each is closed. As in test_hal.py, the BMC is ipmi_sim.
"""

import os
import time

import pytest

from hal_bench import CLOSED, HOST, NO_DEVICE, OK, PASSWORD, PRIVILEGE, SESSIONS, TIMEOUT, USER
from hal_bench import Client, Relay, bmc_fixture, connect_fixture, programs_fixture  # noqa: F401


def test_wrong_credentials(bmc, connect):
    bmc.start()
    for user, password, error in (("root", "wrong", PASSWORD), ("nobody", "calvin", USER)):
        client = connect(user=user, password=password)
        assert client("open") == error
        assert bmc.host in client.text and "calvin" not in client.text
        client.end()


def test_an_operator_reads_but_may_not_command(bmc, connect):
    bmc.start()
    client = connect("te3.1", user="oper", password="operpw", privilege="operator")
    assert client("open") == OK
    assert client("read 0") == OK
    assert client("set 30") == PRIVILEGE
    assert client("release") == PRIVILEGE
    assert "completion code d4" in client.text
    assert bmc.commands() == ["04 2d 0e"]  # ipmi_sim itself refuses the others
    assert client("read 0") == OK
    client.end()


def test_a_closed_port_costs_one_time_out(bmc, connect):
    client = connect(timeout_ms=1000)
    assert client("open") == TIMEOUT
    assert 500 <= client.ms < 2500
    client.end()


def test_a_host_that_is_none(connect):
    client = connect(host="fan curve:623")
    assert client("open") == HOST
    client.end()


def test_no_device(programs):
    if os.path.exists("/dev/ipmi0"):
        pytest.skip("this machine has a BMC")
    client = Client(programs[0], "openipmi", "-", "-")
    assert client("open") == NO_DEVICE
    assert client("set 30") == CLOSED
    client.end()


def test_a_killed_bmc_and_its_successor(bmc, connect):
    bmc.start()
    client = connect("te3.1")
    assert client("open") == OK
    bmc.kill()
    assert client("read 0") == TIMEOUT
    assert client.ms < 2500
    assert client("read 0") in (TIMEOUT, CLOSED)
    assert client.ms < 500  # known to be lost
    client("close")
    assert client.ms < 1500
    bmc.start()
    bmc.commands()
    assert client("open") == OK
    assert client("read 0") == OK
    assert client("set 30") == OK
    assert "30 30 01 00" in bmc.commands()
    client.end()


def test_a_successor_that_does_not_know_the_session(bmc, connect):
    bmc.start()
    client = connect("te3.1")
    assert client("open") == OK
    bmc.kill()
    bmc.start()
    assert client("read 0") == TIMEOUT
    client("close")
    assert client("open") == OK
    assert client("read 0") == OK
    client.end()


def test_a_frozen_bmc(bmc, connect):
    bmc.start()
    client = connect("te3.1")
    assert client("open") == OK
    bmc.freeze()
    assert client("set 30") == TIMEOUT
    assert client.ms < 3000  # the hand-back that cannot work costs no second time-out
    bmc.thaw()
    client("close")
    assert client("open") == OK
    assert client("read 0") == OK
    client.end()


def test_an_idle_session_is_known_to_be_closed(bmc, connect):
    bmc.start()
    relay = Relay(bmc)
    try:
        client = connect("te3.1", timeout_ms=500, host=relay.host)
        assert client("open") == OK
        assert client("set 30") == OK
        time.sleep(0.6)  # idleness is what is tested
        relay.took()
        bmc.commands()
        assert client("read 0") == CLOSED
        assert client.ms < 200
        assert "idle" in client.text
        assert bmc.commands() == []
        assert relay.wait_for(1, 1)  # the end of the session, whose answer is not awaited
        assert client("read 0") == CLOSED
        assert client("open") == OK
        assert client("set 31") == OK
        assert bmc.commands() == ["30 30 01 00", "30 30 02 ff 1f"]  # nothing is taken for granted
        time.sleep(0.6)
        assert client("set 32") == CLOSED
        assert client("release") == CLOSED
        assert bmc.commands() == []
        assert client("open") == OK
        assert client("release") == OK
        client.end()
    finally:
        relay.end()


def test_one_transaction_a_reading_and_a_duty(bmc, connect):
    bmc.start()
    relay = Relay(bmc)
    try:
        client = connect("te3.1", "fn48", host=relay.host, timeout_ms=5000)
        assert client("open") == OK
        assert client("set 30") == OK
        relay.took()
        for command in ("read 0", "read 1", "set 31", "read 0", "release"):
            assert client(command) == OK
            assert relay.took() == (1, 1), command
        client("close")
        assert relay.took() == (1, 1)
        client.end()
        assert relay.took() == (0, 0)
    finally:
        relay.end()


def test_sessions_are_closed(bmc, connect):
    bmc.start()
    client = connect("te3.1", timeout_ms=2000)
    for _ in range(100):
        assert client("open") == OK
        assert client("close") == OK
    assert client("open") == OK
    assert client("read 0") == OK
    client.end()


def test_a_session_of_an_ended_program_is_closed(bmc, connect):
    bmc.start()
    for _ in range(20):
        client = connect(timeout_ms=2000)
        assert client("open") == OK
        client.end()


def test_all_sessions_used(bmc, connect):
    bmc.start()
    open_ones = []
    error = OK
    for _ in range(80):  # ipmi_sim has some sixty
        client = connect(timeout_ms=2000)
        error = client("open")
        if error != OK:
            break
        open_ones.append(client)
    assert error == SESSIONS
    assert open_ones
    open_ones.pop().end()
    assert client("open") == OK
    client.end()
    for one in open_ones:
        one.end()
