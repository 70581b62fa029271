# SPDX-License-Identifier: GPL-3.0-or-later
"""The control law a second time, written from its text alone.

This model shares nothing with core/: no code, no integers in milli-units, no accumulated clocks.
Numbers are exact fractions, a clock is a mark on a running total, and each rule of the law is a
method that says which one. Where the two disagree, the text decides who is wrong.

    python3 reference.py CONFIG.yaml TRACE.csv      prints the decisions
"""

import csv
import math
import sys
from fractions import Fraction

import yaml

MODES = ("auto", "manual", "external", "firmware")
DEFAULT_CURVES = {"cool": ((50, 30), (83, 100)), "quiet": ((68, 20), (83, 100))}
CONTROL = {
    "hysteresis_c": 3,
    "min_step_pct": 3,
    "output_deadband_pct": 0,
    "bias_pct": 0,
    "min_duty_pct": 10,
    "ceiling_c": 83,
    "ceiling_action": "firmware",
    "resume_below_c": 75,
    "resume_stable_s": 120,
    "max_read_failures": 3,
    "manual_revert_min": 60,
    "setpoint_stale_s": 1800,
    "setpoint_grace_s": 300,
}


def exact(value):
    """A number of a configuration as the decimal that was written."""
    return value if isinstance(value, Fraction) else Fraction(str(value))


def half_up(value):
    """Whole number, a half goes up."""
    return math.floor(value + Fraction(1, 2))


class Config:
    """One server's part of a configuration file, with the defaults filled in."""

    def __init__(self, document):
        server = document["servers"][0]
        names = [source["name"] for source in server["sources"]]
        self.required = {s["name"]: s.get("required", "always") for s in server["sources"]}
        self.profiles = {}
        for profile in server.get("profiles") or ():
            self.profiles[profile["name"]] = [
                (tuple(curve["sources"]),
                 [(exact(p["temp_c"]), exact(p["duty_pct"])) for p in curve["points"]])
                for curve in profile["curves"]
            ]
        if not self.profiles:
            for name, points in DEFAULT_CURVES.items():
                self.profiles[name] = [(tuple(names), [(exact(t), exact(d)) for t, d in points])]
        control = dict(CONTROL, **(server.get("control") or {}))
        action = control.pop("ceiling_action")
        control.pop("law", None)
        self.full_at_ceiling = action == "full"
        for key, value in control.items():
            setattr(self, key, exact(value))
        occupancy = server.get("occupancy") or {}
        self.hold_s = exact(occupancy.get("hold_s", 900))
        self.occupied_profile = occupancy.get("occupied_profile", "quiet")
        self.empty_profile = occupancy.get("empty_profile", "cool")


class Tick:
    """One row of a trace. None stands for: not given."""

    def __init__(self, t_ms, temps, **given):
        self.t_ms = t_ms
        self.temps = temps
        self.read_ok = given.get("read_ok", True)
        self.ha_ok = given.get("ha_ok", True)
        self.write_ok = given.get("write_ok", True)
        self.stop = given.get("stop", False)
        asked = given if self.ha_ok else {}
        self.mode = asked.get("mode")
        self.presence = asked.get("presence")
        self.manual_pct = asked.get("manual_pct")
        self.lock = asked.get("lock")
        self.door_open = asked.get("door_open")
        self.door_age_s = asked.get("door_age_s")
        self.setpoint_pct = asked.get("setpoint_pct")
        self.setpoint_age_s = asked.get("setpoint_age_s")


class Decision:
    """What the law wants on a tick, before anybody tried to write it.

    duty is a number (we drive), "firmware" (it drives) or None (touch nothing)."""

    def __init__(self, duty, state, reason):
        self.duty = duty
        self.state = state
        self.reason = reason


class Law:
    """The law of one server, tick by tick."""

    def __init__(self, config):
        self.cfg = config
        self.previous_ms = None
        self.uptime_ms = 0  # every elapsed time
        self.awake_ms = 0  # the same, no tick counting for more than 30 s
        self.is_stopped = False
        # requests
        self.mode = "auto"
        self.mode_since_ms = 0
        self.manual_pct = None
        self.is_locked = False
        self.presence = "auto"
        self.is_occupied = False
        self.stale_since_ms = None
        # reading
        self.ever_valid = set()
        self.failures = 0
        self.ever_good = False
        self.is_at_ceiling = False
        self.cool_since_ms = None
        # writing
        self.state = "start"
        self.owner = "unknown"
        self.applied = None

    # -- what comes in ------------------------------------------------------------------------

    def clock(self, t_ms):
        """Rule 1."""
        elapsed = 0 if self.previous_ms is None else max(0, t_ms - self.previous_ms)
        self.previous_ms = t_ms
        self.uptime_ms += elapsed
        self.awake_ms += min(elapsed, 30000)

    def take_requests(self, tick):
        """Rules 3, 7 (clocks) and 8."""
        if tick.mode is not None and tick.mode != self.mode:
            self.mode = tick.mode
            self.mode_since_ms = self.uptime_ms
        if tick.manual_pct is not None:
            self.manual_pct = tick.manual_pct
        if tick.lock is not None:
            self.is_locked = tick.lock
        if tick.presence is not None:
            self.presence = tick.presence
        if tick.ha_ok:
            self.is_occupied = self.occupancy(tick)
        if self.mode != "external" or self.is_fresh(tick):
            self.stale_since_ms = None
        elif self.stale_since_ms is None:
            self.stale_since_ms = self.uptime_ms

    def occupancy(self, tick):
        """Rule 8."""
        if self.presence in ("occupied", "empty"):
            return self.presence == "occupied"
        if tick.door_open:
            return True
        if tick.door_age_s is not None:
            return tick.door_age_s < self.cfg.hold_s
        return False if tick.door_open is False else self.is_occupied

    def is_fresh(self, tick):
        """Rules 3 and 7: an external setpoint that may be followed."""
        if tick.setpoint_pct is None or tick.setpoint_age_s is None:
            return False
        return max(0, tick.setpoint_age_s) <= self.cfg.setpoint_stale_s

    def read(self, tick):
        """Rule 4. The valid temperatures, and whether the reading is good."""
        valid = {name: temp for name, temp in tick.temps.items()
                 if tick.read_ok and temp is not None and 0 <= temp <= 125}
        self.ever_valid |= set(valid)
        missing = set(self.cfg.required) - set(valid)
        is_good = not any(self.cfg.required[name] == "always"
                          or (self.cfg.required[name] == "once_seen" and name in self.ever_valid)
                          for name in missing)
        for curves in self.cfg.profiles.values():
            used = {name for sources, _ in curves for name in sources}
            is_good = is_good and bool(used & set(valid))
        self.failures = 0 if is_good else self.failures + 1
        self.ever_good = self.ever_good or is_good
        return valid, is_good

    def watch_ceiling(self, valid, is_good):
        """Rules 5 and 6."""
        if any(temp >= self.cfg.ceiling_c for temp in valid.values()):
            self.is_at_ceiling = True
        is_cool = is_good and all(temp < self.cfg.resume_below_c for temp in valid.values())
        if not (self.is_at_ceiling and is_cool):
            self.cool_since_ms = None
            return
        if self.cool_since_ms is None:
            self.cool_since_ms = self.awake_ms
        if self.awake_ms - self.cool_since_ms >= self.cfg.resume_stable_s * 1000:
            self.is_at_ceiling = False
            self.cool_since_ms = None

    # -- duties -------------------------------------------------------------------------------

    def clamp(self, duty):
        return min(max(half_up(duty), self.cfg.min_duty_pct), 100)

    @staticmethod
    def on_curve(points, temp):
        left = [p for p in points if p[0] <= temp]
        right = [p for p in points if p[0] > temp]
        if not left or not right:
            return right[0][1] if right else left[-1][1]
        (t0, d0), (t1, d1) = left[-1], right[0]
        return d0 + (d1 - d0) * (temp - t0) / (t1 - t0)

    def demand(self, profile, valid, hotter=0):
        """Rule 9."""
        return max(self.clamp(self.on_curve(points, valid[name] + hotter) + self.cfg.bias_pct)
                   for sources, points in self.cfg.profiles[profile]
                   for name in sources if name in valid)

    def ends(self, profile):
        curves = [points for _, points in self.cfg.profiles[profile]]
        return (self.clamp(max(points[0][1] for points in curves) + self.cfg.bias_pct),
                self.clamp(max(points[-1][1] for points in curves) + self.cfg.bias_pct))

    def by_profile(self, profile, valid):
        """Rule 10."""
        wanted = self.demand(profile, valid)
        present = self.applied
        floor, top = self.ends(profile)
        if present is None:
            return Decision(wanted, "run", "first")
        if wanted == present:
            return Decision(present, "run", "steady")
        if wanted < present and not self.may_ease(profile, valid, wanted, floor):
            return Decision(present, "run", "hysteresis")
        if abs(wanted - present) < self.cfg.min_step_pct and wanted not in (floor, top):
            return Decision(present, "run", "min_step")
        return Decision(wanted, "run", "rise" if wanted > present else "ease")

    def may_ease(self, profile, valid, wanted, floor):
        if self.cfg.output_deadband_pct > 0:
            return self.applied - wanted >= self.cfg.output_deadband_pct or wanted == floor
        return self.demand(profile, valid, hotter=self.cfg.hysteresis_c) < self.applied

    def by_setpoint(self, tick):
        """Rules 7 and 10, `external`."""
        if self.is_fresh(tick):
            wanted = self.clamp(tick.setpoint_pct)
            is_small = self.applied is not None and wanted != self.applied \
                and abs(wanted - self.applied) < self.cfg.min_step_pct
            if is_small and wanted not in (self.cfg.min_duty_pct, 100):
                return Decision(self.applied, "run", "min_step")
            return Decision(wanted, "run", "external")
        waited_ms = self.uptime_ms - self.stale_since_ms
        if self.applied is None or waited_ms >= self.cfg.setpoint_grace_s * 1000:
            return Decision("firmware", "orphaned", "orphaned")
        return Decision(self.applied, "grace", "stale")

    def has_manual(self):
        limit_ms = self.cfg.manual_revert_min * 60000
        if self.manual_pct is None:
            return False
        return limit_ms == 0 or self.uptime_ms - self.mode_since_ms < limit_ms

    # -- who decides --------------------------------------------------------------------------

    def decide(self, tick):
        """The order within a tick."""
        self.clock(tick.t_ms)
        self.is_stopped = self.is_stopped or tick.stop
        self.take_requests(tick)
        valid, is_good = self.read(tick)
        self.watch_ceiling(valid, is_good)
        is_blind = self.failures >= self.cfg.max_read_failures
        if self.is_stopped:
            return Decision("firmware", "stopped", "stop")
        if self.is_at_ceiling and not (is_blind and self.cfg.full_at_ceiling):
            return self.at_ceiling()
        if is_blind:
            return Decision("firmware", "blind", "blind")
        if not is_good:
            has_given_back = self.state in ("start", "orphaned", "resting", "blind")
            return Decision("firmware" if has_given_back else None, self.state, "read_failed")
        return self.control(tick, valid)

    def at_ceiling(self):
        reason = "ceiling" if self.cool_since_ms is None else "recovering"
        return Decision(100 if self.cfg.full_at_ceiling else "firmware", "ceiling", reason)

    def control(self, tick, valid):
        if self.mode == "firmware":
            return Decision("firmware", "resting", "firmware")
        if self.is_locked and self.applied is not None:
            return Decision(self.applied, "run", "locked")
        if self.mode == "external":
            return self.by_setpoint(tick)
        if self.mode == "manual" and self.has_manual():
            return Decision(self.clamp(self.manual_pct), "run", "manual")
        profile = self.mode
        if profile not in self.cfg.profiles:
            profile = self.cfg.occupied_profile if self.is_occupied else self.cfg.empty_profile
        return self.by_profile(profile, valid)

    def tick(self, tick):
        """Rule 11. One row of decisions: action, duty or None, state, reason."""
        decision = self.decide(tick)
        self.state = decision.state
        action, duty = "hold", None
        if decision.duty == "firmware":
            if self.owner != "firmware":
                action = "release"
                if tick.write_ok:
                    self.owner, self.applied = "firmware", None
        elif decision.duty is not None:
            if decision.duty != self.applied or self.owner != "us":
                action, duty = "set", int(decision.duty)
                if tick.write_ok:
                    self.owner, self.applied = "us", duty
                elif self.owner == "firmware":
                    self.owner = "unknown"
        return action, duty, decision.state, decision.reason


# -- files --------------------------------------------------------------------------------------


def finite(cell):
    """A number's cell; what is no number is not given."""
    text = (cell or "").strip()
    if text.lower().lstrip("+-") in ("", "nan", "inf", "infinity", "unknown", "unavailable"):
        return None
    return Fraction(text)


def word(cell):
    return None if (cell or "") in ("", "unknown", "unavailable") else cell


def flag(cell, default=None):
    return default if (cell or "") == "" else cell == "1"


def row_to_tick(row, sources):
    """A row of a trace (a dict of text) as a tick."""
    return Tick(
        int(row["t_ms"]),
        {name: finite(row.get(name + "_c")) for name in sources},
        read_ok=flag(row.get("read_ok"), True),
        ha_ok=flag(row.get("ha_ok"), True),
        write_ok=flag(row.get("write_ok"), True),
        stop=flag(row.get("stop"), False),
        mode=word(row.get("mode")),
        presence=word(row.get("presence")),
        lock=flag(row.get("lock")),
        manual_pct=finite(row.get("manual_pct")),
        door_open=flag(row.get("door_open")),
        door_age_s=finite(row.get("door_age_s")),
        setpoint_pct=finite(row.get("setpoint_pct")),
        setpoint_age_s=finite(row.get("setpoint_age_s")),
    )


def run(document, rows):
    """Decisions of a configuration (the dict of its YAML) on a trace (dicts of text), as the rows
    that `fancurve replay` writes: lists of text."""
    config = Config(document)
    law = Law(config)
    for row in rows:
        action, duty, state, reason = law.tick(row_to_tick(row, config.required))
        yield [str(int(row["t_ms"])), action, "" if duty is None else str(duty), state, reason]


def main(argv):
    with open(argv[1], encoding="utf-8") as config, open(argv[2], encoding="utf-8-sig") as trace:
        print("t_ms,action,duty_pct,state,reason")
        for decision in run(yaml.safe_load(config), csv.DictReader(trace)):
            print(",".join(decision))


if __name__ == "__main__":
    main(sys.argv)
