#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the house that a machine can check: who may include whom, and that core is freestanding.

Each rule has a negative control: a line that breaks it is fed to the same check, which must see it.
"""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / os.environ.get("FANCURVE_BUILD", "build")

FREESTANDING = {"stdint.h", "stdbool.h", "stddef.h", "limits.h"}
MAY_INCLUDE = {
    "core": {"core"},
    "hal": {"hal", "core"},
    "sim": {"sim", "hal", "core"},
    "host": {"host", "hal", "core"},
}
# Only the one who builds the machines, and the subcommands, know the simulator.
KNOWS_SIM = re.compile(r"host/(app[^/]*|cmd_[^/]*)\.[ch]$")


def include_fault(path, include, is_system):
    """Why `path` (relative to the root) may not include this, or None."""
    room = path.split("/")[0]
    if is_system:
        if room == "core" and include not in FREESTANDING:
            return f"core may not include <{include}>"
        return None
    target = include.split("/")[0]
    allowed = set(MAY_INCLUDE[room])
    if KNOWS_SIM.search(path):
        allowed.add("sim")
    if "/" not in include or target not in allowed:
        return f'{room} may not include "{include}"'
    if room == "host" and "agents" in path and include.startswith("host/bridges/"):
        return "an agent may not know a bridge"
    if room == "host" and "bridges" in path and include.startswith("host/agents/") and include != "host/agents/agent.h":
        return "a bridge may not know an agent"
    return None


def includes_of(text):
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if match:
            yield number, match.group(2), match.group(1) == "<"


def check_includes():
    faults = []
    for room in MAY_INCLUDE:
        for path in sorted((ROOT / room).rglob("*.[ch]")):
            name = str(path.relative_to(ROOT))
            for number, include, is_system in includes_of(path.read_text()):
                fault = include_fault(name, include, is_system)
                if fault:
                    faults.append(f"{name}:{number}: {fault}")
    return faults


def control_includes():
    broken = [("core/fan.c", "stdio.h", True), ("core/fan.c", "hal/hal.h", False), ("hal/ipmi.c", "sim/board.h", False),
              ("sim/plant.c", "host/log.h", False), ("host/worker.c", "sim/board.h", False),
              ("host/bridges/mqtt.c", "host/agents/fan.h", False)]
    return [f"not seen: {b}" for b in broken if include_fault(*b) is None]


def linked_core(objects, folder):
    whole = Path(folder) / "core.o"
    subprocess.run(["ld", "-r", "-o", str(whole), *map(str, objects)], check=True)
    return whole


def undefined(whole):
    out = subprocess.run(["nm", "-u", str(whole)], check=True, capture_output=True, text=True).stdout
    return sorted(name for name in out.split() if name != "U" and not re.fullmatch(r"mem(cpy|set|move|cmp)", name))


def mutable(whole):
    out = subprocess.run(["nm", str(whole)], check=True, capture_output=True, text=True).stdout
    return sorted(line.split()[-1] for line in out.splitlines() if re.search(r" [BbDdCGgSs] ", line))


def core_objects():
    objects = sorted((BUILD / "core").glob("*.o"))
    sources = sorted((ROOT / "core").glob("*.c"))
    missing = [s.name for s in sources if (BUILD / "core" / (s.stem + ".o")) not in objects]
    return objects, [f"core/{name} is not built: run make first" for name in missing]


def check_freestanding():
    objects, faults = core_objects()
    if faults:
        return faults
    with tempfile.TemporaryDirectory() as folder:
        whole = linked_core(objects, folder)
        return [f"core needs '{name}' from a library" for name in undefined(whole)] + \
               [f"core has the mutable global '{name}'" for name in mutable(whole)]


def control_freestanding():
    source = "int printf(const char *, ...); static int n; int f(void) { n++; return printf(\"%d\", n); } int *g(void) { return &n; }\n"
    with tempfile.TemporaryDirectory() as folder:
        bad = Path(folder) / "bad.c"
        bad.write_text(source)
        subprocess.run(["gcc", "-fno-builtin", "-c", str(bad), "-o", str(bad.with_suffix(".o"))], check=True)
        whole = linked_core([bad.with_suffix(".o")], folder)
        faults = []
        if undefined(whole) != ["printf"]:
            faults.append("a library call was not seen")
        if mutable(whole) != ["n"]:
            faults.append("a mutable global was not seen")
        return faults


def check_no_floats():
    """gcc refuses floats with -mgeneral-regs-only where it can; the words are looked for everywhere."""
    faults = []
    for path in sorted((ROOT / "core").glob("*.[ch]")):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
        for word in ("float", "double", "goto", "malloc", "setjmp", "static inline"):
            if re.search(rf"\b{word}\b", text):
                faults.append(f"core/{path.name}: '{word}'")
    return faults


def check_licences():
    faults = []
    for room in MAY_INCLUDE:
        for path in sorted((ROOT / room).rglob("*.[ch]")):
            want = "MIT OR GPL-3.0-or-later" if room == "core" else "GPL-3.0-or-later"
            if not re.match(rf"/\* SPDX-License-Identifier: {re.escape(want)}( \*/)?\n", path.read_text()):
                faults.append(f"{path.relative_to(ROOT)}: no line 'SPDX-License-Identifier: {want}'")
    return faults


RULES = [
    ("includes point one way", check_includes),
    ("... and a wrong one is seen", control_includes),
    ("core calls nothing but mem*, and has no mutable global", check_freestanding),
    ("... and a call or a global is seen", control_freestanding),
    ("core has no float, heap or jump", check_no_floats),
    ("every file names its licence", check_licences),
]


def main():
    n_failed = 0
    for name, rule in RULES:
        faults = rule()
        n_failed += bool(faults)
        print(("FAILED  " if faults else "ok      ") + name)
        for fault in faults:
            print("        " + fault)
    print(f"{len(RULES) - n_failed} passed, {n_failed} failed")
    return 1 if n_failed else 0


if __name__ == "__main__":
    sys.exit(main())
