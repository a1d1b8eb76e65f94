"""refbench check --deep, on programs that answer as told."""

import json
import unittest
from pathlib import Path
from unittest import mock

from laboratory import LaboratoryTest

from driver import case_program, deep_cases, deep_fuzz, deep_stage, deep_stress

STAGES = ["cases", "scenarios", "fuzz", "injection", "stress", "asan", "tsan"]
# Three allocations; one of the case `weak` is not borne.
_DEBUG = """#!/bin/sh
fail=
for flag; do
    case $flag in
    --cases) exec cat '{listed}' ;;
    --case=*) case=${{flag#*=}} ;;
    --fail-allocation=*) fail=${{flag#*=}} ;;
    --seed=*) seed=${{flag#*=}} ;;
    --fuzz=*) fuzz=1 ;;
    --fault=*) fault=${{flag#*=}} ;;
    --seconds=* | --json) ;;
    *) exit 2 ;;
    esac
    case ' {refuses} ' in *" ${{flag%%=*}} "*) echo unknown flag >&2; exit 2 ;; esac
done
{environment}
if [ -n "$fuzz" ]; then
    [ -z "$fault" ] || {{ echo "$fault" >&2; exit 4; }}
    {fuzz}
fi
if [ "${{fail:-0}}" -gt 3 ]; then
    case $case in
    stuck) exec sleep 600 ;;
    dead) echo a.c:2: it counts badly >&2; kill -ABRT $$ ;;
    esac
    echo "there is no allocation $fail: $case makes 3" >&2
    exit 3
fi
[ -z "$fault" ] || {{ echo "expected: no $fault, seen: one" >&2; exit 4; }}
case $case$fail in
weak2) echo a.c:1: leaked >&2; kill -ABRT $$ ;;
odd2) echo the flag is odd >&2; exit 2 ;;
small2) printf 'expected: one = 1, seen: 0\\nout of memory: it gave up\\n' >&2; exit 2 ;;
fewer[23]) echo "there is no allocation $fail: $case makes 1" >&2; exit 3 ;;
silent*) echo skipped: it promises nothing >&2; exit 77 ;;
*1) echo skipped: out of memory >&2; exit 77 ;;
esac
"""
_FUZZ = """printf '{"schema": "refbench.fuzz/1", "verdict": "%s", "steps": 200, """
_FUZZ += """"message": "two are one", "again": "refbench-a-debug --fuzz=200 --seed=%s"}\\n' """
_EXPLORE = """#!/bin/sh
case $1 in --scenarios) exec cat '{listed}' ;; esac
case "$*" in *--fault=*) echo a fault >&2; exit 4 ;; esac
name=${{1#*=}}
verdict=pass
case $name in
bad) verdict=fail ;;
crash) kill -SEGV $$ ;;
alone) echo skipped: one thread >&2; exit 77 ;;
silent) exit 0 ;;
esac
echo a line of no interest
printf '{{"schema": "refbench.scenario/1", "verdict": "%s", "schedules": 10, "steps": 70, ' $verdict
printf '"error": "it died twice", "repeat": "%s --replay=a1b2"}}\\n' "$0"
[ $verdict = pass ] || exit 4
"""
_STRESS = """#!/bin/sh
case $REFBENCH_FAULT in
'') ;;
odd) echo a fault >&2; exit 1 ;;
*) echo "$REFBENCH_FAULT: there is no such fault" >&2; exit 1 ;;
esac
echo '[       OK ] it'
"""
_GOOD = _FUZZ + "pass $seed; exit 0"
_BAD = _FUZZ + "fail $seed; exit 4"


class DeepTest(LaboratoryTest):
    def setUp(self):
        super().setUp()
        self.build = self.folder / "debug"
        patch = mock.patch.object(deep_stress, "_SEEDS", 3)
        patch.start()
        self.addCleanup(patch.stop)

    def write(self, path, text):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
        return path

    def debug(
        self,
        *cases,
        build="debug",
        refuses="",
        fuzz=_GOOD,
        environment=":",
        **more,
    ):
        """The program; more is said of each case."""
        path = self.folder / build / "bin" / "refbench-a-debug"
        listed = self.write(path.with_suffix(".json"), "")
        one = {"group": "odd", "seconds": 10, "says": "it is"}
        facts = {"schema": "refbench.cases/1", "runtime": "a"}
        facts["cases"] = [{"name": each, **one} for each in cases or ["plain"]]
        facts["cases"] = [{**each, **more} for each in facts["cases"]]
        listed.write_text(json.dumps(facts))
        words = {"listed": listed, "refuses": refuses, "fuzz": fuzz}
        return self.write(path, _DEBUG.format(environment=environment, **words))

    def explore(self, *names):
        path = self.build / "bin" / "refbench-a-explore"
        listed = self.write(path.with_suffix(".json"), "")
        scenarios = [{"name": each} for each in names]
        listed.write_text(json.dumps({"scenarios": scenarios}))
        return self.write(path, _EXPLORE.format(listed=listed))

    def stress(self, text=_STRESS):
        return self.write(self.build / "tests" / "test-stress.a.stress", text)

    def deep(self, path, *words):
        """(exit code, stage -> what is told of it, the verdict)"""
        found = self.refbench(
            "check", "--deep", path, "--seconds", "5m", "--json", *words
        )
        told = json.loads(found.stdout)
        self.assertEqual(told["schema"], "refbench.deep/1")
        (runtime,) = told["runtimes"]
        stages = {each["stage"]: each for each in runtime["stages"]}
        self.assertEqual(list(stages), STAGES)
        return found.returncode, stages, runtime

    def failure(self, stage, count=1):
        self.assertEqual(stage["status"], "fail", stage)
        self.assertEqual(len(stage["failures"]), count, stage)
        return stage["failures"][0]


class Stages(DeepTest):
    def test_what_a_program_does_not_carry_is_not_run(self):
        path = self.debug(refuses="--fuzz --fail-allocation")
        code, stages, told = self.deep(path)
        self.assertEqual((code, told["verdict"]), (0, "pass"))
        self.assertEqual(stages["cases"]["work"]["cases"], 1)
        for name in STAGES[1:]:
            self.assertEqual(stages[name]["status"], "not run")
            self.assertTrue(stages[name]["reason"], name)
            self.assertEqual(stages[name]["work"], {})
        self.assertIn("has no --fuzz", stages["fuzz"]["reason"])
        self.assertIn("not looked at by scenarios, fuzz", told["says"])

    def test_all_of_it(self):
        path = self.debug()
        self.explore("one", "two", "alone")
        for name in ("asan", "tsan"):
            self.debug(build=name)
        self.stress()
        code, stages, told = self.deep(path)
        self.assertEqual(code, 0, told)
        self.assertEqual({each["status"] for each in stages.values()}, {"pass"})
        work = {name: each["work"] for name, each in stages.items()}
        self.assertEqual(
            work["scenarios"],
            {"scenarios": 2, "schedules": 20, "steps": 140, "skipped": 1},
        )
        self.assertEqual(work["fuzz"]["steps"], 400)
        done = {"allocations": 3, "of_allocations": 3, "cases": 1, "of_cases": 1}
        self.assertEqual(work["injection"], {**done, "out_of_memory": 1})
        self.assertEqual(work["stress"]["seeds"], 3)
        self.assertGreaterEqual(work["stress"]["operations"], 3 * deep_stress._FIRST)
        self.assertEqual(work["asan"]["cases"], 1)
        self.assertNotIn("not looked at", told["says"])

    def test_scenario_that_fails(self):
        path = self.debug()
        explore = self.explore("one", "bad")
        code, stages, told = self.deep(path)
        self.assertEqual((code, told["verdict"]), (4, "fail"))
        found = self.failure(stages["scenarios"])
        self.assertEqual((found["what"], found["message"]), ("bad", "it died twice"))
        self.assertEqual(found["command"], f"{explore} --replay=a1b2")

    def test_scenarios_without_a_verdict(self):
        path = self.debug()
        self.explore("crash", "silent")
        code, stages, _ = self.deep(path)
        self.assertEqual(code, 4)
        crash = self.failure(stages["scenarios"], 2)
        self.assertEqual(crash["message"], "killed by SIGSEGV")
        self.assertIn("--scenario=crash", crash["command"])
        silent = stages["scenarios"]["failures"][1]
        self.assertIn("no verdict", silent["message"])

    def test_fuzz_that_fails(self):
        path = self.debug(fuzz=_BAD)
        code, stages, _ = self.deep(path)
        found = self.failure(stages["fuzz"], 2)
        self.assertEqual((code, found["message"]), (4, "two are one"))
        self.assertEqual(found["command"], f"{path} --fuzz=200 --seed=1")

    def test_allocation_that_is_not_borne(self):
        path = self.debug("plain", "weak")
        code, stages, _ = self.deep(path)
        found = self.failure(stages["injection"])
        self.assertEqual(code, 4)
        self.assertIn("SIGABRT: a.c:1: leaked", found["message"])
        self.assertEqual(found["command"], f"{path} --case=weak --fail-allocation=2")
        self.assertEqual(stages["injection"]["work"]["allocations"], 6)

    def test_sanitizer_that_finds_something(self):
        path = self.debug()
        self.debug(
            build="tsan",
            environment='[ -z "$TSAN_OPTIONS" ] || { echo SUMMARY: a race >&2; exit 66; }',
        )
        code, stages, _ = self.deep(path)
        found = self.failure(stages["tsan"])
        self.assertEqual(code, 4)
        self.assertIn("SUMMARY: a race", found["message"])
        self.assertIn("TSAN_OPTIONS=", found["command"], "it cannot be repeated")

    def test_stress_that_fails(self):
        path = self.debug()
        said = "echo ERROR: lost a letter >&2; echo 1 FAILED >&2"
        self.stress(f"#!/bin/sh\n{said}; exit 1\n")
        code, stages, _ = self.deep(path)
        self.assertEqual(code, 4)
        found = self.failure(stages["stress"])
        self.assertIn("lost a letter", found["message"])
        self.assertIn("REFBENCH_STRESS_SEED=1", found["command"])

    def test_stress_that_is_skipped(self):
        path = self.debug()
        self.stress("#!/bin/sh\necho '[  SKIPPED ] it'\n")
        stages = self.deep(path)[1]
        self.assertEqual(stages["stress"]["status"], "not run")
        self.assertIn("skipped", stages["stress"]["reason"])

    def test_fault_reaches_every_stage(self):
        path = self.debug()
        self.explore("one")
        for name in ("asan", "tsan"):
            self.debug(build=name)
        self.stress()
        code, stages, _ = self.deep(path, "--fault", "odd")
        self.assertEqual(code, 4)
        for name in STAGES:
            self.assertEqual(stages[name]["status"], "fail", stages[name])
            command = stages[name]["failures"][0]["command"]
            flag = "REFBENCH_FAULT=odd" if name == "stress" else "--fault=odd"
            self.assertIn(flag, command, name)

    def test_fault_that_a_stress_test_does_not_know(self):
        path = self.debug()
        self.stress("#!/bin/sh\necho '[       OK ] it'\n")
        stages = self.deep(path, "--fault", "odd")[1]
        self.assertEqual(stages["stress"]["status"], "not run")
        self.assertIn("without faults", stages["stress"]["reason"])

    def test_stress_ends_with_its_time(self):
        clock = deep_stage.Clock(10)
        self.assertEqual(deep_stress._next(1_000_000, 100, clock), 0)
        able = deep_stress._next(1_000_000, 10, clock)
        self.assertTrue(900_000 < able <= 1_000_000, able)
        self.assertEqual(deep_stress._next(10**9, 1, clock), deep_stress._MOST)

    def test_counting_that_hangs_or_dies(self):
        path = self.debug("dead", "stuck", "plain", seconds=0.5)
        code, stages, _ = self.deep(path)
        dead = self.failure(stages["injection"], 2)
        stuck = stages["injection"]["failures"][1]
        self.assertEqual((code, dead["what"], stuck["what"]), (4, "dead", "stuck"))
        self.assertIn("it counts badly", dead["message"])
        self.assertIn("had not ended", stuck["message"])
        self.assertEqual(stages["injection"]["work"]["allocations"], 3)

    def test_a_refusal_has_a_reason(self):
        path = self.debug("odd", "small")
        found = self.failure(self.deep(path)[1]["injection"])
        self.assertIn("the flag is odd", found["message"])

    def test_allocations_that_are_not_made_this_time(self):
        path = self.debug("fewer")
        stages = self.deep(path)[1]
        self.assertEqual(stages["injection"]["status"], "pass")
        self.assertEqual(stages["injection"]["work"]["allocations"], 1)

    def test_what_is_skipped_is_not_done(self):
        path = self.debug("silent", refuses="--fuzz --fail-allocation")
        self.debug("silent", build="asan")
        code, stages, told = self.deep(path)
        self.assertEqual((code, told["verdict"]), (3, "not run"))
        for name in ("cases", "asan"):
            self.assertEqual(stages[name]["status"], "not run")
            self.assertIn("skipped", stages[name]["reason"])

    def test_sanitizer_that_cannot_start(self):
        path = self.debug()
        fails = "echo FATAL: unexpected memory mapping >&2; exit 66"
        self.debug(build="tsan")
        program = self.folder / "tsan" / "bin" / "refbench-a-debug"
        text = program.read_text().replace("#!/bin/sh\n", f"#!/bin/sh\n{fails}\n")
        program.write_text(text)
        code, stages, _ = self.deep(path)
        self.assertEqual((code, stages["tsan"]["status"]), (0, "not run"))
        self.assertIn("unexpected memory mapping", stages["tsan"]["reason"])

    def test_sanitizer_that_can_start_now_and_then(self):
        path = self.debug()
        fails = "echo FATAL: unexpected memory mapping >&2; exit 66"
        self.debug(build="tsan", environment=fails)
        code, stages, _ = self.deep(path)
        self.assertEqual((code, stages["tsan"]["status"]), (0, "not run"))

    def test_where_addresses_cannot_be_chosen(self):
        path = self.debug()
        self.debug(build="tsan")
        for fixed in (["false"], ["/nowhere/setarch"]):
            with mock.patch.object(deep_cases, "_FIXED", fixed):
                stages = self.deep(path)[1]
            self.assertEqual(stages["tsan"]["status"], "pass", stages["tsan"])

    def test_program_that_lies_in_no_build(self):
        program = case_program.CaseProgram("a", Path("/a-debug"), ())
        subject = deep_stage.Subject(program, ())
        for stage in (deep_cases.Sanitized("asan"), deep_stress):
            self.assertIn("there is no /", stage.missing(subject, None))

    def test_troubles_of_our_own(self):
        path = self.debug()
        with (
            mock.patch.object(deep_fuzz, "run", side_effect=OSError("no disk")),
            mock.patch.object(deep_stress, "missing", side_effect=OSError("no file")),
        ):
            code, stages, told = self.deep(path)
        self.assertEqual((code, told["verdict"]), (0, "pass"))
        for name, reason in (("fuzz", "no disk"), ("stress", "no file")):
            self.assertEqual(stages[name]["status"], "not run")
            self.assertEqual(stages[name]["reason"], reason)

    def test_program_that_is_gone(self):
        path = self.debug()
        listed = case_program.at

        def at(*words):
            found = listed(*words)
            path.unlink(missing_ok=True)
            return found

        with mock.patch.object(case_program, "at", at):
            code, stages, told = self.deep(path)
        self.assertEqual((code, told["verdict"]), (3, "not run"))
        self.assertIn("No such file", stages["injection"]["reason"])

    def test_no_time_is_no_verdict(self):
        path = self.debug()
        with mock.patch.object(deep_stage.Clock, "over", True):
            code, stages, told = self.deep(path)
        self.assertEqual((code, stages["injection"]["status"]), (0, "not run"))
        self.assertIn("no time", stages["injection"]["reason"])
        self.assertRegex(told["says"], "not looked at by .*injection")

    def test_chosen_cases(self):
        path = self.debug("plain", "weak")
        code, stages, _ = self.deep(path, "--case", "plain")
        self.assertEqual(code, 0)
        self.assertEqual(stages["injection"]["work"]["cases"], 1)


class Text(DeepTest):
    def test_table_failures_verdict(self):
        path = self.debug("plain", "weak")
        found = self.refbench("check", "--deep", path, "--seconds", "5m")
        self.assertEqual(found.returncode, 4, found.stderr)
        lines = found.stdout.splitlines()
        self.assertRegex(lines[1], r"^cases +ok +\d+  2 cases$")
        self.assertRegex(
            lines[4], r"^injection +FAIL +\d+  6 allocations, 2 cases, 2 out"
        )
        self.assertRegex(lines[5], r"^stress +not run +0  -$")
        self.assertIn("injection found: weak, an allocation failing", lines)
        self.assertIn(f"  again  {path} --case=weak --fail-allocation=2", lines)
        self.assertRegex(
            lines[-1], "^a: WRONG, say injection after .*; not looked at by"
        )
        self.assertRegex(found.stderr, r"\[1/1\] a: fuzz  \w+ left")

    def test_time(self):
        path = self.debug()
        bad = self.refbench("check", path, "--seconds", "3")
        self.assert_one_line(bad, 2, "--deep")
        bad = self.refbench("check", "--deep", path, "--seconds", "soon")
        self.assert_one_line(bad, 2, "--seconds", "soon")


if __name__ == "__main__":
    unittest.main()
