# SPDX-License-Identifier: GPL-3.0-or-later
"""The program under test: `fancurve replay` of the build folder, in a folder of its own."""

import csv
import os
import pathlib
import subprocess

import yaml

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ.get("FANCURVE_BUILD", HERE.parent.parent / "build")).resolve()


class Replay:
    """`fancurve replay` in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.config = folder / "fancurve.yaml"
        self.trace = folder / "trace.csv"
        self.decisions = folder / "decisions.csv"

    def write_config(self, document):
        self.config.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")

    def write_trace(self, rows, columns):
        with open(self.trace, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def start(self, timeout_s=60):
        """Exit code and what was said."""
        done = subprocess.run(
            [BUILD / "fancurve", "replay", "-c", self.config, "--in", self.trace,
             "--out", self.decisions],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout_s, check=False)
        return done.returncode, done.stderr.decode(errors="replace")

    def rows(self):
        """Decisions as lists of text, the header left out after a look at it."""
        code, said = self.start()
        assert code == 0, said
        with open(self.decisions, newline="", encoding="utf-8") as file:
            header, *rows = csv.reader(file)
        assert header == ["t_ms", "action", "duty_pct", "state", "reason"]
        return rows

