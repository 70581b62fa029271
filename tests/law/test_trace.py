# SPDX-License-Identifier: GPL-3.0-or-later
"""The reader of traces: what is refused, by file and line, and what has to work."""

import pytest

HEADER = "t_ms,cpu1_c,cpu2_c,mode\n"
GOOD = HEADER + "0,60,57,auto\n15000,61,57,auto\n"

# name, trace, line of the fault, a word that the message must hold
MALFORMED = [
    ("empty file", "", None, "t_ms"),
    ("no t_ms column", "cpu1_c,cpu2_c\n60,57\n", 1, "t_ms"),
    ("unknown column", "t_ms,cpu1_c,gpu9_c\n0,60,57\n", 1, "gpu9_c"),
    ("column of another case", "t_ms,CPU1_c\n0,60\n", 1, "CPU1_c"),
    ("source without its unit", "t_ms,cpu1\n0,60\n", 1, "cpu1"),
    ("unnamed column", "t_ms,cpu1_c,\n0,60,\n", 1, "column"),
    ("column twice", "t_ms,cpu1_c,cpu1_c\n0,60,60\n", 1, "cpu1_c"),
    ("t_ms twice", "t_ms,t_ms\n0,0\n", 1, "t_ms"),
    ("t_ms empty", GOOD + ",60,57,auto\n", 4, "t_ms"),
    ("t_ms decimal", GOOD + "30000.5,60,57,auto\n", 4, "30000.5"),
    ("t_ms with an exponent", GOOD + "3e4,60,57,auto\n", 4, "3e4"),
    ("t_ms no number", GOOD + "soon,60,57,auto\n", 4, "soon"),
    ("t_ms nan", GOOD + "nan,60,57,auto\n", 4, "nan"),
    ("t_ms too large", GOOD + "9223372036854775808,60,57,auto\n", 4, "9223372036854775808"),
    ("cell missing", GOOD + "30000,60,57\n", 4, "cells"),
    ("cell too many", GOOD + "30000,60,57,auto,\n", 4, "cells"),
    ("temperature no number", GOOD + "30000,warm,57,auto\n", 4, "warm"),
    ("temperature with its unit", GOOD + "30000,60C,57,auto\n", 4, "60C"),
    ("temperature hexadecimal", GOOD + "30000,0x3c,57,auto\n", 4, "0x3c"),
    ("temperature with two points", GOOD + "30000,6.0.1,57,auto\n", 4, "6.0.1"),
    ("temperature with 4 decimals", GOOD + "30000,60.0001,57,auto\n", 4, "60.0001"),
    ("temperature with a comma", GOOD + '30000,"60,5",57,auto\n', 4, "60,5"),
    ("open quote", GOOD + '30000,"60,57,auto\n', None, "trace.csv"),
    ("text after a quote", GOOD + '30000,"60"x,57,auto\n', 4, "trace.csv"),
    ("no header", "0,60,57,auto\n", 1, "column"),
    ("later line", GOOD * 1 + "30000,60,57,auto\n" * 500 + "x,60,57,auto\n", 504, "x"),
]
FLAGS = ["read_ok", "ha_ok", "lock", "write_ok", "stop", "door_open"]
NUMBERS = ["manual_pct", "door_age_s", "setpoint_pct", "setpoint_age_s"]
MALFORMED += [(f + " " + bad, "t_ms,%s\n0,\n15000,%s\n" % (f, bad), 3, f)
              for f in FLAGS for bad in ("2", "yes", "-1", "01", "1.0", "true")]
MALFORMED += [(n + " " + bad, "t_ms,%s\n0,\n15000,%s\n" % (n, bad), 3, n)
              for n in NUMBERS for bad in ("many", "1_0", "--1", "4 0", "0x10", "5%")]
MALFORMED += [("presence", "t_ms,presence\n0,\n15000,somebody\n", 3, "presence")]


@pytest.mark.parametrize("text,line,word", [m[1:] for m in MALFORMED],
                         ids=[m[0] for m in MALFORMED])
def test_malformed(text, line, word, replay, contract):
    replay.write_config(contract)
    replay.trace.write_bytes(text.encode())
    code, said = replay.start()
    assert code == 2, said
    assert "%s:%s" % (replay.trace, "" if line is None else "%d:" % line) in said
    assert word in said
    assert sorted(p.name for p in replay.folder.iterdir()) == ["fancurve.yaml", "trace.csv"]


def test_old_decisions_survive_a_malformed_trace(replay, contract):
    replay.write_config(contract)
    replay.trace.write_text(GOOD + "x,60,57,auto\n", encoding="utf-8")
    replay.decisions.write_text("old", encoding="utf-8")
    assert replay.start()[0] == 2
    assert replay.decisions.read_text(encoding="utf-8") == "old"


def decide(replay, contract, data):
    replay.write_config(contract)
    replay.trace.write_bytes(data if isinstance(data, bytes) else data.encode())
    return [row[1:] for row in replay.rows()]


RUN = [["set", "51", "run", "first"], ["hold", "", "run", "min_step"]]
SAME = [
    ("as written", GOOD),
    ("CRLF", GOOD.replace("\n", "\r\n")),
    ("byte order mark", "\ufeff" + GOOD),
    ("byte order mark and CRLF", "\ufeff" + GOOD.replace("\n", "\r\n")),
    ("no last line end", GOOD.rstrip("\n")),
    ("quoted cells", '"t_ms","cpu1_c","cpu2_c","mode"\n"0","60","57","auto"\n15000,"61",57,auto\n'),
    ("other order", "mode,cpu2_c,t_ms,cpu1_c\nauto,57,0,60\nauto,57,15000,61\n"),
    ("no request columns", "t_ms,cpu1_c,cpu2_c\n0,60,57\n15000,61,57\n"),
    ("clock below zero", "t_ms,cpu1_c,cpu2_c\n-20000,60,57\n-5000,61,57\n"),
    ("clock across zero", "t_ms,cpu1_c,cpu2_c\n-1,60,57\n14999,61,57\n"),
    ("clock from end to end", "t_ms,cpu1_c,cpu2_c\n-9223372036854775808,60,57\n"
                              "9223372036854775807,61,57\n"),
    ("clock back", "t_ms,cpu1_c,cpu2_c\n5,60,57\n-5,61,57\n"),
    ("3 decimals", "t_ms,cpu1_c,cpu2_c\n0,60.000,57.001\n15000,60.999,57\n"),
    ("exponent", "t_ms,cpu1_c,cpu2_c\n0,6e1,57\n15000,6.1E1,57\n"),
]


@pytest.mark.parametrize("text", [s[1] for s in SAME], ids=[s[0] for s in SAME])
def test_same_decisions(text, replay, contract):
    assert decide(replay, contract, text) == RUN


def test_time_stamps_are_kept(replay, contract):
    replay.write_config(contract)
    replay.trace.write_text("t_ms,cpu1_c\n-5,60\n-9223372036854775808,60\n7,60\n", encoding="utf-8")
    assert [row[0] for row in replay.rows()] == ["-5", "-9223372036854775808", "7"]


def test_header_alone(replay, contract):
    replay.write_config(contract)
    replay.trace.write_text(HEADER, encoding="utf-8")
    assert replay.rows() == []


def test_missing_source_column_is_no_reading(replay, contract):
    assert decide(replay, contract, "t_ms,cpu2_c\n0,60\n") == [
        ["release", "", "start", "read_failed"]]


@pytest.mark.parametrize("cell", ["", "nan", "inf", "-inf", "NaN", "INF", "unknown", "unavailable"])
def test_not_a_number_is_not_given(cell, replay, contract):
    """The manual number stays as last known; a reading is gone."""
    text = "t_ms,cpu1_c,mode,manual_pct\n0,60,manual,44\n15000,60,manual,%s\n30000,%s,manual,44\n"
    assert decide(replay, contract, text % (cell, cell)) == [
        ["set", "44", "run", "manual"],
        ["hold", "", "run", "manual"],
        ["hold", "", "run", "read_failed"],
    ]


@pytest.mark.parametrize("cell,duty", [
    ("20.5", "21"), ("20.499", "20"), ("19.5", "20"), ("1e300", "100"), ("-1e300", "10"),
    ("100.5", "100"), ("9.4", "10"), ("+33", "33")])
def test_manual_is_rounded_half_up_and_clamped(cell, duty, replay, contract):
    text = "t_ms,cpu1_c,mode,manual_pct\n0,60,manual,%s\n" % cell
    assert decide(replay, contract, text) == [["set", duty, "run", "manual"]]


@pytest.mark.parametrize("age,reason", [
    ("1800", "external"), ("1800.0001", "orphaned"), ("-3", "external"), ("", "orphaned"),
    ("inf", "orphaned"), ("-inf", "orphaned"), ("1799.9999", "external"), ("1e30", "orphaned"),
    ("-1e30", "external")])
def test_setpoint_age(age, reason, replay, contract):
    text = "t_ms,cpu1_c,mode,setpoint_pct,setpoint_age_s\n0,60,external,40,%s\n" % age
    assert decide(replay, contract, text)[0][-1] == reason


@pytest.mark.parametrize("age,duty", [
    ("900", "51"), ("899.9999", "20"), ("-0.001", "20"), ("", "51"), ("900.0001", "51"),
    ("-1e30", "20"), ("1e30", "51")])
def test_door_age(age, duty, replay, contract):
    text = "t_ms,cpu1_c,door_open,door_age_s\n0,60,0,%s\n" % age
    assert decide(replay, contract, text)[0][1] == duty


def test_requests_are_not_looked_at_while_home_assistant_is_away(replay, contract):
    text = "t_ms,cpu1_c,ha_ok,mode,manual_pct,lock\n0,60,0,manual,44,1\n15000,60,1,manual,44,0\n"
    assert decide(replay, contract, text) == [["set", "51", "run", "first"],
                                              ["set", "44", "run", "manual"]]


def test_secret_files_need_not_exist(replay, contract):
    contract["servers"][0]["bmc"]["password_file"] = "/nonexistent/bmc.pw"
    assert decide(replay, contract, GOOD) == RUN
