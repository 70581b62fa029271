# SPDX-License-Identifier: GPL-3.0-or-later
"""The program's decisions against the law: told examples, and random ones.

SEED=n replays a run, SEED=n:k its case k alone; LAW_CASES=n sets how many cases there are.
"""

import collections
import csv
import os
import random

import pytest
import yaml

import generate
import reference
from program import HERE

SHARDS = 4
CASES = int(os.environ.get("LAW_CASES", "1000"))
TICKS = 250
HISTORY = 12  # rows shown before a difference


def read_csv(name):
    with open(HERE / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def examples():
    groups = collections.OrderedDict()
    for row in read_csv("examples.csv"):
        groups.setdefault(row["example"], []).append(row)
    return groups


EXAMPLES = examples()


@pytest.fixture
def lenient(contract):
    """What the examples change in the contract's configuration."""
    server = contract["servers"][0]
    for source in server["sources"]:
        source["required"] = "once_seen"
    server["control"]["min_duty_pct"] = 0
    return contract


def test_contract_trace(replay):
    replay.config.write_bytes((HERE / "contract.yaml").read_bytes())
    replay.trace.write_bytes((HERE / "contract_trace.csv").read_bytes())
    code, said = replay.start()
    assert code == 0, said
    assert replay.decisions.read_bytes() == (HERE / "contract_decisions.csv").read_bytes()


def test_reference_on_the_contract_trace(contract):
    decisions = reference.run(contract, read_csv("contract_trace.csv"))
    want = [list(row.values()) for row in read_csv("contract_decisions.csv")]
    assert list(decisions) == want


@pytest.mark.parametrize("name", EXAMPLES)
def test_example(name, replay, lenient):
    rows = EXAMPLES[name]
    columns = [c for c in rows[0] if c != "example" and not c.startswith("want_")]
    replay.write_config(lenient)
    replay.write_trace(rows, columns)
    want = [[r["t_ms"], r["want_action"], r["want_duty_pct"], r["want_state"]] for r in rows]
    assert [row[:4] for row in replay.rows()] == want
    assert [row[:4] for row in reference.run(lenient, rows)] == want


# -- random runs --------------------------------------------------------------------------------


def case_seeds(shard):
    seed = os.environ["SEED"]
    if ":" in seed:
        return [seed] if shard == 0 else []
    return ["%s:%d" % (seed, k) for k in range(shard, CASES, SHARDS)]


def explain(seed, document, rows, got, want):
    """The first difference, with what led to it."""
    at = next((i for i, (g, w) in enumerate(zip(got, want)) if g != w), min(len(got), len(want)))
    lines = ["SEED=%s: tick %d of %d differs" % (seed, at, len(rows)),
             yaml.safe_dump(document["servers"][0], sort_keys=False, default_flow_style=None)]
    for i in range(max(0, at - HISTORY), min(at + 1, len(rows))):
        cells = " ".join("%s=%s" % (c, v) for c, v in sorted(rows[i].items()) if v != "")
        lines += ["%4d %s" % (i, cells),
                  "     program %s" % (got[i] if i < len(got) else "nothing"),
                  "     law     %s" % want[i]]
    return "\n".join(lines)


def run_case(seed, replay, contract):
    rng = random.Random(seed)
    document = generate.configuration(rng, contract)
    rows, columns = generate.trace(rng, reference.Config(document), TICKS)
    replay.write_config(document)
    replay.write_trace(rows, columns)
    got = replay.rows()
    want = list(reference.run(document, rows))
    if got != want:
        pytest.fail(explain(seed, document, rows, got, want), pytrace=False)
    return want


@pytest.mark.parametrize("shard", range(SHARDS))
def test_differential(shard, replay, contract):
    for seed in case_seeds(shard):
        run_case(seed, replay, contract)


def test_random_cases_reach_everything(contract):
    """The random cases are worth something: every state, reason and action occurs."""
    seen = collections.Counter()
    for k in range(60):
        rng = random.Random("reach:%d" % k)
        document = generate.configuration(rng, contract)
        rows, _ = generate.trace(rng, reference.Config(document), TICKS)
        for _, action, _, state, reason in reference.run(document, rows):
            seen.update((action, "state " + state, "reason " + reason))
    states = "start run ceiling blind grace orphaned resting stopped".split()
    reasons = ("first steady rise ease hysteresis min_step manual external stale read_failed blind "
               "ceiling recovering firmware locked orphaned stop").split()
    missing = [w for w in ["set", "release", "hold"] + ["state " + s for s in states] +
               ["reason " + r for r in reasons] if seen[w] < 20]
    assert not missing, (missing, seen)
