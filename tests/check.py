#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the stages of `make check` and `make ci`, one line each, and closes with a line that counts.

A stage is a command; how many of its tests passed and failed is read from what it printed (cmocka, pytest, or a
closing line `N passed, M failed`). A stage that prints no count is one test by itself. The whole output of a stage
that failed is shown; that of the others is in BUILD/check/*.log.
"""
import argparse
import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def sh(command):
    return ["bash", "-c", "set -eu -o pipefail; " + command]


def stages_check(make, build):
    quiet = f"{make} --no-print-directory -j2"
    san = "address,undefined"
    pytest = f"{sys.executable} -m pytest -q -p no:cacheprovider"
    env = f"FANCURVE_BUILD={build}"
    run_units = "for t in $(cd tests/unit && ls */test_*.c); do echo \"== $t\"; {0}/tests/unit/${{t%.c}} 2>&1; done"
    return [
        ("build, gcc, every warning an error", sh(f"{quiet} BUILD={build} WERROR=1 all unit {build}/tests/bench/core_step")),
        ("house rules", sh(f"{env} {sys.executable} tests/house.py")),
        ("unit tests", sh(run_units.format(build))),
        ("law: contract, differential against the reference", sh(f"{env} {pytest} -n 2 tests/law")),
        ("golden traces", sh(f"{env} {sys.executable} tests/golden/golden.py")),
        ("daemon and hardware layer against ipmi_sim", sh(f"{env} {pytest} -n 6 tests/daemon")),
        ("build, sanitizers", sh(f"{quiet} BUILD={build} SAN={san} WERROR=1 all unit")),
        ("unit tests, sanitizers", sh(run_units.format(f"{build}/san"))),
        ("coverage of core: 100 % of lines, 95 % of branches", sh(f"{sys.executable} tests/coverage.py --make '{make}' --build {build}")),
        ("build, clang, every warning an error", sh(f"{quiet} BUILD={build}/clang CC=clang CFLAGS=-O1 WERROR=1 all unit")),
        ("gcc -fanalyzer", sh(f"{quiet} BUILD={build}/analyzer CFLAGS=-O1 EXTRA=-fanalyzer WERROR=1 all")),
        ("clang-format", sh(f"{make} --no-print-directory format")),
        ("clang-tidy: recursion, function size, complexity, bugs", sh(
            "find core hal host sim -name '*.c' | xargs -P 2 -n 6 sh -c 'clang-tidy --quiet \"$@\" -- -std=c11 -I. "
            "-D_GNU_SOURCE -DFC_HAVE_IPMI=1 -DFC_VERSION=\\\"0\\\" 2>&1' tidy | { grep -v 'warnings generated' || true; }")),
    ]


def stages_ci(make, build):
    pytest = f"{sys.executable} -m pytest -q -p no:cacheprovider"
    env = f"FANCURVE_BUILD={build} LAW_CASES=10000"
    return [
        ("build", sh(f"{make} --no-print-directory -j2 BUILD={build} WERROR=1 all unit {build}/tests/bench/core_step")),
        ("law: long differential", sh(f"{env} {pytest} -n 2 tests/law")),
        ("daemon with the sanitizers", sh(f"{make} --no-print-directory -j2 BUILD={build} SAN=address,undefined WERROR=1 all && "
                                          f"FANCURVE_BUILD={build}/san {pytest} -n 4 tests/daemon")),
        ("cppcheck", sh("cppcheck --quiet --error-exitcode=1 --inline-suppr --enable=warning,portability --std=c11 -I. -D_GNU_SOURCE "
                        "-DFC_HAVE_IPMI=1 --suppress=missingIncludeSystem core hal host sim")),
        ("without FreeIPMI", sh(f"{make} --no-print-directory -j2 BUILD={build}/noipmi IPMI=0 WERROR=1 {build}/noipmi/fancurve")),
        ("numbers", sh(f"{make} --no-print-directory BUILD={build} bench")),
    ]


def count(output, ok):
    """(passed, failed) of a stage."""
    passed = failed = 0
    found = False
    for line in output.splitlines():
        cmocka = re.match(r"\[  (PASSED|FAILED)  \] .*?(\d+) test\(s\)", line)
        counted = re.search(r"^(?:=+ )?(?:(\d+) failed(?:, )?)?(?:(\d+) passed)?.* in [\d.]+s", line)
        closing = re.fullmatch(r"(\d+) passed, (\d+) failed(, \d+ skipped)?", line)
        if cmocka:
            found = True
            if cmocka.group(1) == "PASSED":
                passed += int(cmocka.group(2))
            else:
                failed += int(cmocka.group(2))
        elif closing:
            found = True
            passed += int(closing.group(1))
            failed += int(closing.group(2))
        elif counted and (counted.group(1) or counted.group(2)):
            found = True
            failed += int(counted.group(1) or 0)
            passed += int(counted.group(2) or 0)
    if not found:
        return (1, 0) if ok else (0, 1)
    if not ok and failed == 0:
        failed = 1
    return passed, failed


def run_stage(number, total, name, command, logs):
    print(f"[{number:2}/{total}] {name} ...", end="", flush=True)
    began = time.monotonic()
    result = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            text=True, errors="replace")
    ok = result.returncode == 0
    passed, failed = count(result.stdout, ok)
    (logs / f"{number:02}.log").write_text(result.stdout)
    print(f" {'ok' if ok else 'FAILED'}, {passed} passed, {failed} failed, {time.monotonic() - began:.0f} s", flush=True)
    if not ok:
        print(result.stdout[-20000:], flush=True)
    else:  # what was measured is worth reading also when all is well
        for line in re.findall(r"^(?:core: .*|numbers:(?:\n .*)*)", result.stdout, re.M):
            print("        " + line.replace("\n", "\n        "), flush=True)
    return passed, failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--make", default="make")
    parser.add_argument("--build", default="build")
    parser.add_argument("--only", help="run the stages whose name holds this")
    parser.add_argument("which", choices=["check", "ci"])
    args = parser.parse_args()
    os.environ.pop("MAKEFLAGS", None)
    os.environ.pop("MAKELEVEL", None)
    logs = ROOT / args.build / "check" / args.which
    logs.mkdir(parents=True, exist_ok=True)
    stages = (stages_check if args.which == "check" else stages_ci)(args.make, args.build)
    stages = [s for s in stages if not args.only or args.only in s[0]]
    passed = failed = 0
    for number, (name, command) in enumerate(stages, 1):
        p, f = run_stage(number, len(stages), name, command, logs)
        passed += p
        failed += f
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
