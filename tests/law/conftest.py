# SPDX-License-Identifier: GPL-3.0-or-later
"""The seed of the law's random cases, and what every test of the law starts from."""

import os
import pathlib
import random
import sys

import pytest
import yaml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from program import HERE, Replay  # noqa: E402 (the folder must be on the path first)


def pytest_configure():
    # Parallel workers inherit the environment, and so draw the same cases.
    os.environ.setdefault("SEED", str(random.SystemRandom().randrange(10**9)))


def pytest_report_header():
    return "law: SEED=%s replays the random cases" % os.environ["SEED"]


@pytest.fixture
def replay(tmp_path):
    return Replay(tmp_path)


@pytest.fixture
def contract():
    """The configuration that the law's examples are told against."""
    return yaml.safe_load((HERE / "contract.yaml").read_text(encoding="utf-8"))
