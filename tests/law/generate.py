# SPDX-License-Identifier: GPL-3.0-or-later
"""Random configurations and traces that crowd around the law's edges."""

from fractions import Fraction

LETTERS = "abcdefgh"
PROFILE_NAMES = ["cool", "quiet", "Auto", "MANUAL", "night", "x-1", "Firmware", "p8"]


def thousandths(value):
    """A decimal text of a number of thousandths."""
    sign = "-" if value < 0 else ""
    whole, rest = divmod(abs(value), 1000)
    return sign + (str(whole) if rest == 0 else "%d.%03d" % (whole, rest))


def number(text):
    """As YAML is to carry it."""
    return float(text) if "." in text else int(text)


def curve(rng, names):
    count = rng.choice((1, 2, 2, 3, 5))
    step = rng.choice((1000, 1000, 500, 1))
    temps = sorted(rng.sample(range(20000, 110000, step), count))
    duties = sorted(rng.randint(0, 100) for _ in temps)
    return {
        "sources": sorted(rng.sample(names, rng.randint(1, len(names)))),
        "points": [{"temp_c": number(thousandths(t)), "duty_pct": d}
                   for t, d in zip(temps, duties)],
    }


def control(rng):
    ceiling = rng.choice((83000, 83000, 60000, 125000, 83500))
    return {
        "hysteresis_c": rng.choice((3, 3, 3, 0, 0.5, 20)),
        "min_step_pct": rng.choice((3, 3, 3, 0, 1, 5, 100)),
        "output_deadband_pct": rng.choice((0, 0, 0, 1, 4, 10, 100)),
        "bias_pct": rng.choice((0, 0, 0, 5, -5, 20, -30, 100, -100)),
        "min_duty_pct": rng.choice((10, 10, 0, 20, 33, 100)),
        "ceiling_c": number(thousandths(ceiling)),
        "ceiling_action": rng.choice(("firmware", "firmware", "full")),
        "resume_below_c": number(thousandths(ceiling - rng.choice((8000, 8000, 1, 30000)))),
        "resume_stable_s": rng.choice((120, 120, 30, 60, 0, 31)),
        "max_read_failures": rng.choice((3, 3, 3, 1, 2, 5)),
        "manual_revert_min": rng.choice((60, 1, 1, 0)),
        "setpoint_stale_s": rng.choice((1800, 1800, 30, 0)),
        "setpoint_grace_s": rng.choice((300, 60, 30, 0)),
    }


def configuration(rng, contract):
    """A whole configuration file as a dict."""
    names = list(LETTERS[:rng.choice((1, 2, 2, 2, 3, 4, 8))])
    server = {
        "name": "s1",
        "bmc": dict(contract["servers"][0]["bmc"]),
        "sources": [{"name": n, "ipmi_entity": "3.%d" % (i + 1),
                     "required": rng.choice(("always", "once_seen", "once_seen", "never"))}
                    for i, n in enumerate(names)],
    }
    if rng.random() < 0.8:
        profiles = rng.sample(PROFILE_NAMES, rng.choice((1, 2, 2, 3, 8)))
        server["profiles"] = [
            {"name": p, "curves": [curve(rng, names) for _ in range(rng.choice((1, 1, 2, 3)))]}
            for p in profiles]
        server["occupancy"] = {"occupied_profile": rng.choice(profiles),
                               "empty_profile": rng.choice(profiles)}
    if rng.random() < 0.9:
        server["control"] = control(rng)
        server.setdefault("occupancy", {})["hold_s"] = rng.choice((900, 900, 60, 0))
    return {"servers": [server]}


class Habits:
    """What one trace tends to do: edges to sit on, and moods that last a few ticks."""

    def __init__(self, rng, cfg):
        self.rng = rng
        self.cfg = cfg
        self.temps = self.edge_temps()
        self.steps_ms = self.edge_steps()
        self.duties = self.edge_duties()
        self.words = ["auto", "auto", "manual", "external", "external", "firmware", "Manual",
                      "boost", "unknown", "unavailable", ""] + list(cfg.profiles)
        self.calm = rng.choice((0.02, 0.1, 0.3))  # how often a mood turns
        # Of many sources each is hot or dead more seldom, or control would hardly ever be reached.
        self.kinds = "ew" * 4 * len(cfg.required) + rng.choice(("", "cc", "cch", "i", "i", "cchi"))
        self.moods = {}

    def edge_temps(self):
        """Milli-degrees: every threshold, one off it, and one hysteresis below it."""
        edges = [self.cfg.resume_below_c]
        for curves in self.cfg.profiles.values():
            edges += [temp for _, points in curves for temp, _ in points]
        edges += [edge - self.cfg.hysteresis_c for edge in edges]
        exact = [int(edge * 1000) for edge in edges]
        near = [mc + off for mc in exact for off in (-1, 0, 1)]
        return [mc for mc in near if mc < self.cfg.ceiling_c * 1000] + [0, 1]

    def edge_steps(self):
        cfg = self.cfg
        spans = [cfg.resume_stable_s * 1000, cfg.setpoint_grace_s * 1000,
                 cfg.manual_revert_min * 60000]
        near = [int(span) + off for span in spans for off in (-15000, -1, 0, 1)]
        return [step for step in near if step >= 0] + [0, 1, 29999, 30000, 30001, 3600000]

    def edge_duties(self):
        low = int(self.cfg.min_duty_pct)
        ends = [d for curves in self.cfg.profiles.values() for _, ps in curves for _, d in ps]
        near = [d + off for d in [low, 50] + [int(e) for e in ends] for off in (-3, -2, 0, 2, 3)]
        return [str(d) for d in near] + ["20.5", "19.499", "-0.5", "250", "-7", "1e2", "1e300",
                                         "nan", "inf", "-inf", "NaN", "", "unknown"]

    def mood(self, name, draw):
        """A value that stays for a while."""
        if name not in self.moods or self.rng.random() < self.calm:
            self.moods[name] = draw()
        return self.moods[name]

    def step_ms(self):
        roll = self.rng.random()
        if roll < 0.7:
            return 15000 if self.mood("pace", lambda: self.rng.random() < 0.7) else 30000
        if roll < 0.9:
            return self.rng.choice(self.steps_ms)
        return self.rng.choice((-1, -15000, -3600000, self.rng.randint(0, 60000)))

    def temp(self, name):
        rng = self.rng
        kind = self.mood("kind " + name, lambda: rng.choice(self.kinds))
        if kind == "i":
            return rng.choice(("", "255", "-1", "-0.001", "125.001", "125", "nan", "inf",
                               "unavailable"))
        if kind == "e":
            return thousandths(rng.choice(self.temps))
        if kind == "h":
            return thousandths(rng.choice((-1, 0, 1)) + int(self.cfg.ceiling_c * 1000))
        if kind == "c":
            return thousandths(int(self.cfg.resume_below_c * 1000) - rng.choice((0, 1, 1, 9000)))
        last = self.moods.get("walk " + name, rng.randint(30000, 90000))
        highest = int(self.cfg.ceiling_c * 1000) - rng.choice((1, 1, 1, 1, 0))
        self.moods["walk " + name] = min(max(last + rng.randint(-2500, 2500), 15000), highest)
        return thousandths(self.moods["walk " + name])

    def age(self, limit_s):
        limit = int(limit_s * 1000)
        return self.rng.choice((thousandths(limit), thousandths(limit - 1), thousandths(limit + 1),
                                "0", "-5", "-0.001", "100000", "", "nan", "inf", "-inf",
                                thousandths(self.rng.randint(0, 2 * limit + 1))))

    def rare(self, chance):
        return self.rng.random() < chance


def trace(rng, cfg, length):
    """Rows as dicts of text, and the columns that the file is to have, in its order."""
    habits = Habits(rng, cfg)
    if habits.rare(0.3):
        habits.moods["bus"] = "0"
    rows = []
    now_ms = rng.choice((0, 0, -5000, 2**32 - 3000, 2**53, -(2**62)))
    for _ in range(length):
        rows.append(tick(habits, cfg, now_ms))
        now_ms += habits.step_ms()
    columns = [c for c in rows[0]
               if c == "t_ms" or c.endswith("_c") or c == "mode" or rng.random() < 0.85]
    rng.shuffle(columns)
    return [{c: row[c] for c in columns} for row in rows], columns


def tick(habits, cfg, now_ms):
    rng = habits.rng
    row = {"t_ms": str(now_ms)}
    row.update({name + "_c": habits.temp(name) for name in cfg.required})
    row["read_ok"] = habits.mood("bus", lambda: "0" if habits.rare(0.1) else "1")
    row["ha_ok"] = habits.mood("ha", lambda: rng.choice(("1", "1", "1", "1", "", "0")))
    row["mode"] = habits.mood("mode", lambda: rng.choice(habits.words))
    row["manual_pct"] = habits.mood("manual", lambda: rng.choice(habits.duties))
    row["door_open"] = habits.mood("door", lambda: rng.choice(("0", "0", "1", "")))
    row["door_age_s"] = habits.age(cfg.hold_s)
    row["lock"] = habits.mood("lock", lambda: rng.choice(("0", "0", "0", "1", "")))
    row["presence"] = habits.mood(
        "presence", lambda: rng.choice(("auto", "auto", "occupied", "empty", "", "unknown")))
    row["setpoint_pct"] = habits.mood("setpoint", lambda: rng.choice(habits.duties))
    row["setpoint_age_s"] = habits.mood(
        "age", lambda: habits.age(cfg.setpoint_stale_s))
    row["write_ok"] = habits.mood("write", lambda: rng.choice(("1", "1", "1", "1", "", "0")))
    row["stop"] = "1" if habits.rare(0.001) else rng.choice(("0", ""))
    return row
