#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Golden traces: each folder's trace.csv through its fancurve.yaml gives its decisions.csv.

    golden.py           replay all of them and diff
    golden.py --bless   take today's decisions as the right ones (say why in the commit)

The program is $FANCURVE_BUILD/fancurve, build/fancurve when that is not set.
"""

import difflib
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ.get("FANCURVE_BUILD", HERE.parent.parent / "build")).resolve()
NAMES = sorted(path.parent.name for path in HERE.glob("*/trace.csv"))
SHOWN = 20  # lines of a difference


def replay(name):
    """Today's decisions on a trace."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "decisions.csv"
        done = subprocess.run(
            [BUILD / "fancurve", "replay", "-c", HERE / name / "fancurve.yaml",
             "--in", HERE / name / "trace.csv", "--out", out],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
        if done.returncode != 0:
            raise RuntimeError("%s: replay exits %d: %s" % (
                name, done.returncode, done.stderr.decode(errors="replace")))
        return out.read_text(encoding="utf-8")


def difference(name):
    """The start of the diff from the recorded decisions to today's; empty when they agree."""
    want = (HERE / name / "decisions.csv").read_text(encoding="utf-8")
    lines = list(difflib.unified_diff(want.splitlines(), replay(name).splitlines(),
                                      name + "/decisions.csv", "today", lineterm="", n=2))
    rows = sum(line.startswith("+") for line in lines[2:])
    return "\n".join(lines[:SHOWN] + ["%d rows differ" % rows] if lines else [])


def main(arguments):
    if arguments == ["--bless"]:
        for name in NAMES:
            (HERE / name / "decisions.csv").write_text(replay(name), encoding="utf-8")
        print("golden: %d traces blessed" % len(NAMES))
        return 0
    if arguments:
        print(__doc__, file=sys.stderr)
        return 2
    found = [text for text in map(difference, NAMES) if text]
    print("\n".join(found) if found else "golden: %d traces agree" % len(NAMES))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
