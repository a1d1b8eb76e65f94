#!/usr/bin/python3
"""refbench check, on programs that behave as told."""

import json
import os
import shutil
import unittest
from pathlib import Path
from unittest import mock

from laboratory import LaboratoryTest

from driver import case_program, case_trial, place  # found there only now
from driver.refusal import Refusal

_PROGRAM = """#!/bin/sh
case "$1" in
--cases) exec cat '{listed}' ;;
{cases}
esac
echo there is no such case >&2
exit 3
"""
_DOES = {
    "pass": "exit 0",
    "fail": "echo noise >&2; echo 'expected: two = 2, seen: 3 (a.c:7)' >&2; exit 4",
    "skip": "echo skipped: it has no lock >&2; exit 77",
    "crash": "echo a.c:9: x: assertion failed >&2; kill -ABRT $$",
    "silent": "kill -SEGV $$",
    "hang": "echo thread 7 is waited for >&2; exec sleep 600",
    "odd": "echo SUMMARY: a data race >&2; echo other words >&2; exit 66",
    "child": "sleep 600 & exit 0",
    "seeded": 'test "$2" = --fault=odd_fault',
}
_BUILDS = """#!/bin/sh
# Makes what is asked for, as cmake would.
mkdir -p '{folder}/bin'
echo "$*" >>'{folder}/asked'
case "$*" in
--preset*) cp '{made}/../rules' '{folder}/build.ninja' ;;
*-debug) cp '{made}'/* '{folder}/bin' ;;
esac
test ! -e '{folder}/broken'
"""


class CheckTest(LaboratoryTest):
    def case_program(self, runtime, *cases, sanitized=False, name=None, seconds=10):
        """A program whose cases are named after what they do."""
        path = self.programs / (name or f"refbench-{runtime}-debug")
        listed = path.with_name(path.name + ".json")
        facts = {"schema": "refbench.cases/1", "runtime": runtime}
        facts["sanitized"] = sanitized
        facts["cases"] = [
            {"name": each, "group": "odd", "seconds": seconds, "says": f"{each} is it"}
            for each in cases
        ]
        listed.write_text(json.dumps(facts))
        does = [f"--case={each}) {_DOES[each]}; exit $? ;;" for each in cases]
        path.write_text(_PROGRAM.format(listed=listed, cases="\n".join(does)))
        path.chmod(0o755)
        return path

    def told(self, *words):
        found = self.refbench("check", "--json", *words)
        told = json.loads(found.stdout)
        self.assertEqual(told["schema"], "refbench.check/1")
        return found.returncode, {
            (each["runtime"], each["case"]): each for each in told["cases"]
        }


class Outcomes(CheckTest):
    def one(self, word, code, **more):
        found, told = self.told(self.case_program("a", word, **more))
        self.assertEqual(found, code, told)
        return told["a", word]

    def test_pass(self):
        self.assertEqual(self.one("pass", 0)["status"], "pass")

    def test_failure_says_what_was_expected_and_seen(self):
        found = self.one("fail", 4)
        self.assertEqual(found["status"], "fail")
        self.assertEqual(found["expected"], "two = 2")
        self.assertEqual(found["seen"], "3 (a.c:7)")
        self.assertEqual(found["message"], "expected: two = 2, seen: 3 (a.c:7)")

    def test_skip_is_no_failure(self):
        found = self.one("skip", 0)
        self.assertEqual(
            (found["status"], found["message"]), ("skip", "it has no lock")
        )

    def test_crash_is_named(self):
        found = self.one("crash", 4)
        self.assertEqual(found["expected"], "crash is it")
        self.assertEqual(found["seen"], "killed by SIGABRT: a.c:9: x: assertion failed")

    def test_crash_without_a_word(self):
        self.assertEqual(self.one("silent", 4)["seen"], "killed by SIGSEGV")

    def test_hang_is_ended(self):
        found = self.one("hang", 4, seconds=0.2)
        self.assertIn("had not ended after 0.2 s", found["seen"])
        self.assertIn("thread 7 is waited for", found["seen"])

    def test_sanitizers_get_more_time(self):
        found = self.one("hang", 4, seconds=0.1, sanitized=True)
        self.assertIn("had not ended after 1 s", found["seen"])

    def test_a_sanitizers_summary_is_what_counts(self):
        self.assertEqual(
            self.one("odd", 4)["seen"], "ended with 66: SUMMARY: a data race"
        )

    def test_what_a_case_leaves_running_is_ended(self):
        """Its group of processes is not empty, which is how it is noticed."""
        found = self.one("child", 4, seconds=0.2)
        self.assertIn("had not ended", found["seen"])

    def test_program_that_is_gone(self):
        path = self.case_program("a", "pass")
        program = case_program.find([str(path)], None, print)[0]
        path.unlink()
        trials = case_trial.Trials(None, lambda outcome: None)
        outcome = trials.go([(program, program.cases[0])])[0]
        self.assertEqual(outcome.status, "fail")
        self.assertIn("No such file", outcome.seen)


class Choosing(CheckTest):
    def test_cases_by_expression(self):
        path = self.case_program("a", "pass", "fail", "skip")
        code, told = self.told(path, "--case", "^(pass|skip)$")
        self.assertEqual((code, list(told)), (0, [("a", "pass"), ("a", "skip")]))

    def test_nothing_matches(self):
        path = self.case_program("a", "pass")
        self.assert_one_line(self.refbench("check", path, "--case", "x"), 3, "'x'")
        bad = self.refbench("check", path, "--case", "(")
        self.assert_one_line(bad, 2, "no regular expression")

    def test_several_programs_in_the_order_given(self):
        paths = [self.case_program(name, "pass") for name in "ba"]
        self.assertEqual(list(self.told(*paths)[1]), [("b", "pass"), ("a", "pass")])

    def test_program_beside_the_one_that_measures(self):
        self.case_program("a", "pass")
        measures = self.programs / "refbench-a"
        measures.write_text("#!/bin/sh\nexit 2\n")
        self.assertEqual(self.told(measures)[0], 0)

    def test_two_of_one_name(self):
        paths = [self.case_program("a", "pass", name=name) for name in ("one", "two")]
        self.assert_one_line(self.refbench("check", *paths), 2, "both of a")

    def test_no_program(self):
        found = self.refbench("check", self.programs / "none")
        self.assert_one_line(found, 2, "none is missing")

    def test_program_without_cases(self):
        path = self.program("gil")
        self.assert_one_line(self.refbench("check", path), 2, "has no cases")

    def test_fault_is_passed_on(self):
        path = self.case_program("a", "seeded")
        self.assertEqual(self.told(path)[0], 4)
        code, told = self.told(path, "--fault", "odd_fault")
        self.assertEqual(code, 0)
        self.assertIn("--fault=odd_fault", told["a", "seeded"]["command"])

    def test_fault_that_there_is_not(self):
        path = self.programs / "refbench-a-debug"
        path.write_text("#!/bin/sh\necho there is no such fault >&2\nexit 2\n")
        path.chmod(0o755)
        found = self.refbench("check", path, "--fault", "x")
        self.assert_one_line(found, 2, "no such fault")


class Text(CheckTest):
    def test_table_and_failures(self):
        paths = [
            self.case_program("one", "pass", "skip", "fail"),
            self.case_program("other", "pass", "fail", "crash"),
        ]
        found = self.refbench("check", *paths)
        self.assertEqual(found.returncode, 4)
        lines = found.stdout.splitlines()
        self.assertEqual(lines[0].split(), ["group", "case", "one", "other"])
        rows = {line.split()[-3]: line.split()[-2:] for line in lines[1:5]}
        self.assertEqual(rows["pass"], ["ok", "ok"])
        self.assertEqual(rows["skip"], ["skip", "-"])
        self.assertEqual(rows["fail"], ["FAIL", "FAIL"])
        self.assertEqual(rows["crash"], ["-", "CRASH"])
        self.assertIn("  skipped on one: skip: it has no lock", lines)
        self.assertIn("fail on other: fail is it", lines)
        self.assertIn("  expected  two = 2", lines)
        self.assertIn("  seen      3 (a.c:7)", lines)
        self.assertIn(f"  alone     gdb --args {paths[0]} --case=fail", lines)
        self.assertEqual(lines[-1], "2 passed, 3 failed, 1 skipped")


class Building(CheckTest):
    """Names stand for programs of the project, which are built."""

    def setUp(self):
        super().setUp()
        self.build = self.folder / "release"
        (self.build / "bin").mkdir(parents=True)
        targets = ["mine", "gil"]
        rules = [f"build bin/refbench-{each}-debug: LINK\n" for each in targets]
        for file in (self.build / "build.ninja", self.programs / "rules"):
            file.write_text("".join(rules))
        made = self.programs / "made"
        made.mkdir()
        for each in targets:
            path = self.case_program(each, "pass")
            path.rename(made / path.name)
        tools = self.folder / "tools"
        tools.mkdir()
        cmake = tools / "cmake"
        cmake.write_text(_BUILDS.format(folder=self.build, made=made))
        cmake.chmod(0o755)
        path = f"{tools}:{os.environ['PATH']}"
        for patch in (
            mock.patch.object(place, "PROGRAMS", self.build / "bin"),
            mock.patch.dict(os.environ, PATH=path),
        ):
            patch.start()
            self.addCleanup(patch.stop)

    def asked(self):
        return (self.build / "asked").read_text()

    def test_all_of_the_project(self):
        code, told = self.told()
        self.assertEqual((code, list(told)), (0, [("gil", "pass"), ("mine", "pass")]))
        self.assertIn("refbench-gil-debug refbench-mine-debug", self.asked())

    def test_one_by_name(self):
        found = self.refbench("check", "mine")
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertEqual(found.stderr.count("\n"), 1, "one line says what is built")
        self.assertIn("refbench-mine-debug", found.stderr)
        self.assertNotIn("refbench-gil-debug", self.asked())

    def test_name_that_there_is_not(self):
        found = self.refbench("check", "gil", "none")
        self.assert_one_line(found, 2, "no runtime none", "gil, mine")

    def test_build_that_fails(self):
        (self.build / "broken").touch()
        found = self.refbench("check", "gil")
        self.assertEqual(found.returncode, 2, found.stderr)
        self.assertIn("check.log says why", found.stderr)

    def test_configured_first(self):
        (self.build / "build.ninja").unlink()
        found = self.refbench("check", "gil")
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertTrue(self.asked().startswith("--preset release"), self.asked())
        first = found.stderr.splitlines()[0]
        self.assertRegex(first, "^configuring .*release for the first time .*check.log")

    def other_build(self):
        """Of another folder, as that of a sanitizer is; the program it makes."""
        path = self.folder / "asan" / "bin" / "refbench-gil-debug"
        path.parent.mkdir(parents=True)
        rules = "# rules\nbuild bin/refbench-gil-debug: LINK\n"
        (self.folder / "asan" / "build.ninja").write_text(rules)
        patch = mock.patch.object(place, "ROOT", self.folder)
        patch.start()
        self.addCleanup(patch.stop)
        return path

    def test_renewed_where_it_is_a_target(self):
        path = self.other_build()
        with mock.patch.object(case_program.fcntl, "flock") as lock:
            case_program.renew(path)
        lock.assert_called_once()
        wanted = f"--build {self.folder}/asan --target refbench-gil-debug"
        self.assertIn(wanted, self.asked())
        case_program.renew(path.with_name("refbench-none-debug"))
        self.assertNotIn("refbench-none-debug", self.asked())

    def test_each_folder_has_its_log(self):
        path = self.other_build()
        (self.build / "broken").touch()
        with self.assertRaisesRegex(Refusal, "asan/check.log says why"):
            case_program.renew(path)

    def test_nothing_is_renewed_elsewhere(self):
        path = self.other_build()
        with mock.patch.object(place, "ROOT", self.folder / "project"):
            case_program.renew(path)
        self.assertFalse((self.build / "asked").exists())
        case_program.renew(Path("/refbench-gil-debug"))

    def test_configured_where_nothing_is(self):
        """Not even the folder of the build."""
        shutil.rmtree(self.build)
        self.assertEqual(self.told("gil")[0], 0)


if __name__ == "__main__":
    unittest.main()
