# SPDX-License-Identifier: GPL-3.0-or-later
"""The golden traces under pytest; `make bless` rewrites them."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import golden  # noqa: E402 (the folder must be on the path first)


def test_there_are_some():
    assert golden.NAMES == ["day", "groups", "troubles"]


@pytest.mark.parametrize("name", golden.NAMES)
def test_decisions(name):
    found = golden.difference(name)
    if found:
        pytest.fail(found, pytrace=False)
