#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Line and branch coverage of core by its unit tests alone: printed, and a failure below the gates."""
import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINES, BRANCHES = 100.0, 95.0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--make", default="make")
    parser.add_argument("--build", default="build")
    args = parser.parse_args()
    build = ROOT / args.build / "coverage"
    shutil.rmtree(build, ignore_errors=True)
    tests = [build / p.relative_to(ROOT).with_suffix("") for p in sorted((ROOT / "tests/unit/core").glob("test_*.c"))]
    subprocess.run([*args.make.split(), "--no-print-directory", "-j2", f"BUILD={build}", "CFLAGS=-O0 -g --coverage",
                    *map(str, tests)], cwd=ROOT, check=True)
    for test in tests:
        subprocess.run([str(test)], cwd=ROOT, check=True, capture_output=True)
    report = build / "core.json"
    subprocess.run(["gcovr", "-r", str(ROOT), "--object-directory", str(build), "-f", "core/", "--txt", "-",
                    "--json-summary", str(report), str(build)], cwd=ROOT, check=True)
    summary = json.loads(report.read_text())
    lines, branches = summary["line_percent"], summary["branch_percent"]
    print(f"core: {lines} % of lines (at least {LINES}), {branches} % of branches (at least {BRANCHES})")
    return 0 if lines >= LINES and branches >= BRANCHES else 1


if __name__ == "__main__":
    sys.exit(main())
