"""refbench env: a machine that the test makes up is told as it is, and what it lacks with a reason."""

import errno
import json
import os
import shutil
import unittest
from unittest import mock

from laboratory import TOPOLOGY, LaboratoryTest

from driver import advice, cgroup, counters, handoff, kernel, machine, noise, topology

STEAL_TICKS = machine.steal_ticks  # the laboratory puts another one there
CPU = "sys/devices/system/cpu"
CALM = {
    "proc/cpuinfo": "processor : 0\nmodel name : Fast One\nflags : fpu sse2\n",
    "proc/meminfo": "MemTotal: 16777216 kB\nMemAvailable: 8388608 kB\n"
    "SwapTotal: 1048576 kB\nSwapFree: 1048576 kB\n",
    "proc/stat": "cpu  1 2 3 4 5 6 7 0 0 0\n",
    "proc/pressure/cpu": "some avg10=1.00 avg60=0.00 avg300=0.00 total=5\n",
    "proc/self/cgroup": "0::/lab/run\n",
    "proc/sys/kernel/randomize_va_space": "0\n",
    "sys/kernel/mm/transparent_hugepage/enabled": "always [madvise] never\n",
    "sys/devices/system/clocksource/clocksource0/current_clocksource": "tsc\n",
    "sys/fs/cgroup/lab/run/cpu.max": "max 100000\n",
    "sys/fs/cgroup/lab/cpu.max": "max 100000\n",
    "sys/fs/cgroup/lab/memory.max": "max\n",
    f"{CPU}/smt/active": "0\n",
    f"{CPU}/cpu0/topology/thread_siblings_list": "0,4\n",
    f"{CPU}/cpu0/cpufreq/scaling_governor": "performance\n",
    f"{CPU}/cpu0/cpufreq/scaling_cur_freq": "3000000\n",
    f"{CPU}/cpufreq/boost": "0\n",
}


# What spoils measurements, and a part of the remedy.
SPOILT = {
    "proc/cpuinfo": "model name : Guest\nflags : fpu hypervisor\n",
    "proc/meminfo": "MemTotal: 4194304 kB\nMemAvailable: 524288 kB\n"
    "SwapTotal: 1048576 kB\nSwapFree: 1000000 kB\n",
    "proc/stat": "cpu  90 0 0 0 0 0 0 10 0 0\n",
    "proc/pressure/cpu": "some avg10=12.00 avg60=0 avg300=0 total=5\n",
    "proc/sys/kernel/randomize_va_space": "2\n",
    "sys/kernel/mm/transparent_hugepage/enabled": "[always] never\n",
    "sys/devices/system/clocksource/clocksource0/current_clocksource": "hpet\n",
    "sys/fs/cgroup/lab/cpu.max": "150000 100000\n",
    f"{CPU}/smt/active": "1\n",
    f"{CPU}/cpu0/cpufreq/scaling_governor": "powersave\n",
    f"{CPU}/cpufreq/boost": "1\n",
}
REMEDIES = {
    "load 9.00 on 8 cores": "end it",
    "waited for a processor 12%": "end other work",
    "1.5 processors": "cpu.max",
    "512 MiB of memory": "end other programs",
    "governor powersave": "cpupower",
    "turbo is on": "boost",
    "several hardware threads": "no more threads than cores",
    "virtual machine": "within one run",
    "took 10.0% of the processors' time": "contaminated",
    "47 MiB are swapped out": "swapoff",
    "addresses are random": "blocks",
    "huge pages": "madvise",
    "clock source hpet": "clocksource=tsc",
    "no hardware counters: not allowed": "perf_event_paranoid=1",
    "2 usable processors are siblings": "taskset",
    "2 memory nodes": "numactl",
}


class MadeUpMachine(LaboratoryTest):
    def setUp(self):
        super().setUp()
        self.root = self.folder / "root"
        self.tell(CALM)
        for patch in (
            mock.patch.object(kernel, "ROOT", self.root),
            mock.patch.object(os, "getloadavg", lambda: (0.1, 0.2, 0.3)),
            mock.patch.object(machine, "cores", lambda: 8),
            mock.patch.object(counters, "available", lambda: True),
        ):
            patch.start()
            self.addCleanup(patch.stop)

    def tell(self, files):
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def env(self, *words):
        return self.refbench("env", "--programs", self.programs, *words)

    def document(self, *words):
        found = self.env("--json", *words)
        self.assertEqual(found.returncode, 0, found.stderr)
        return json.loads(found.stdout)

    def advice(self):
        return [(each["level"], each["text"]) for each in self.document()["advice"]]


class Facts(MadeUpMachine):
    def test_what_the_kernel_tells(self):
        self.program("gil")
        found = self.document()
        self.assertEqual(found["schema"], "refbench.env/1")
        facts, state = found["facts"], found["state"]
        wanted = {
            "cpu": "Fast One",
            "virtual": False,
            "smt": False,
            "threads_per_core": 2,
            "transparent_huge_pages": "madvise",
            "clock_source": "tsc",
            "aslr": "0",
            "cpu_quota": None,
            "memory_limit": None,
            "counters": True,
        }
        self.assertLessEqual(wanted.items(), facts.items())
        for name in ("cpu_quota", "memory_limit"):
            self.assertNotIn(name, facts["unknown"], "no limit is known")
        self.assertEqual((state["governor"], state["turbo"]), ("performance", False))
        self.assertEqual(state["pressure"], 0.01)
        self.assertEqual(state["memory"]["available"], 8 << 30)

    def test_what_it_does_not_tell_is_null_with_a_reason(self):
        self.program("gil")
        (self.root / f"{CPU}/cpu0/cpufreq/scaling_governor").unlink()
        (self.root / "sys/fs/cgroup/lab/run/cpu.max").write_text("nonsense here\n")
        state = self.document()["state"]
        self.assertIsNone(state["governor"])
        self.assertIn("scaling_governor", state["unknown"]["governor"])
        text = self.env().stdout
        self.assertRegex(text, r"governor +- +\(.*scaling_governor: No such file")

    def test_memory_that_is_not_told_has_a_reason(self):
        self.program("gil")
        (self.root / "proc/meminfo").unlink()
        (self.root / "sys/fs/cgroup/lab/memory.max").unlink()
        memory = self.document()["state"]["memory"]
        for name in ("total", "available"):
            self.assertIsNone(memory[name])
            self.assertIn("/proc/meminfo: No such file", memory["unknown"][name])
        self.assertIn("memory.max: No such file", memory["unknown"]["limit"])
        text = self.env().stdout
        self.assertRegex(text, r"memory, free of all +- +\(/proc/meminfo: No such file")

    def test_stolen_time_that_is_not_told_has_a_reason(self):
        with mock.patch.object(machine, "steal_ticks", STEAL_TICKS):
            self.tell({"proc/stat": "cpu  1 2 3 4 5 6 7 8 0 0\n"})
            state = machine.state()
            self.assertEqual(state["steal_ticks"], 8)
            self.assertNotIn("steal_ticks", state["unknown"])
            self.tell({"proc/stat": "cpu  1 2 3 4\n"})
            self.assertIn("stolen", machine.state()["unknown"]["steal_ticks"])
            watch = noise.Watch()
            (self.root / "proc/stat").unlink()
            self.assertIn("/proc/stat", machine.state()["unknown"]["steal_ticks"])
            self.assertIsNone(watch.read()["steal"], "a trial goes on without")

    def test_threads_of_a_core(self):
        for listed, threads in (("0", 1), ("0,4", 2), ("0-3", 4), ("0-1,4-5", 4)):
            self.tell({f"{CPU}/cpu0/topology/thread_siblings_list": listed})
            self.assertEqual(machine.facts()["threads_per_core"], threads, listed)

    def test_turbo_of_both_drivers(self):
        self.tell({f"{CPU}/cpufreq/boost": "1\n"})
        self.assertIs(machine.state()["turbo"], True)
        (self.root / f"{CPU}/intel_pstate").mkdir()
        self.tell({f"{CPU}/intel_pstate/no_turbo": "1\n"})
        self.assertIs(machine.state()["turbo"], False)

    def test_a_run_keeps_the_same(self):
        self.program("gil")
        self.assertEqual(self.measure("words", "--threads", "1").returncode, 0)
        kept = json.loads((self.run_folder() / "env.json").read_text())
        shown = self.document()
        self.assertEqual(kept["facts"], shown["facts"])
        self.assertEqual(kept["topology"], shown["topology"])
        self.assertEqual(set(kept["after"]), set(shown["state"]))


class Limits(MadeUpMachine):
    def test_the_tightest_of_all_groups_counts(self):
        self.tell(
            {
                "sys/fs/cgroup/lab/cpu.max": "150000 100000\n",
                "sys/fs/cgroup/lab/run/cpu.max": "400000 100000\n",
                "sys/fs/cgroup/lab/memory.max": f"{3 << 30}\n",
                "sys/fs/cgroup/lab/memory.current": f"{1 << 30}\n",
                "sys/fs/cgroup/lab/run/memory.current": f"{1 << 20}\n",
            }
        )
        self.assertEqual(cgroup.cpu_quota(), 1.5)
        self.assertEqual(cgroup.memory_limit(), 3 << 30)
        self.assertEqual(machine.memory()["available"], 2 << 30)

    def test_the_first_version(self):
        self.tell(
            {
                "proc/self/cgroup": "4:memory:/a\n2:cpu,cpuacct:/a\n0::/\n",
                "sys/fs/cgroup/cpu/a/cpu.cfs_quota_us": "50000\n",
                "sys/fs/cgroup/cpu/a/cpu.cfs_period_us": "100000\n",
                "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
                "sys/fs/cgroup/memory/a/memory.limit_in_bytes": f"{(1 << 63) - 4096}\n",
            }
        )
        self.assertEqual(cgroup.cpu_quota(), 0.5)
        self.assertIsNone(cgroup.memory_limit())

    def test_a_container_sees_its_group_at_the_top(self):
        self.tell(
            {
                "proc/self/cgroup": "4:memory:/docker/abc\n0::/\n",
                "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{3 << 30}\n",
                "sys/fs/cgroup/memory/memory.usage_in_bytes": f"{1 << 30}\n",
            }
        )
        memory = machine.memory()
        self.assertEqual((memory["limit"], memory["used"]), (3 << 30, 1 << 30))
        self.assertEqual((memory["available"], memory["unknown"]), (2 << 30, {}))

    def test_a_limit_counts_even_if_its_use_is_not_told(self):
        self.tell({"sys/fs/cgroup/lab/memory.max": f"{3 << 30}\n"})
        memory = machine.memory()
        self.assertEqual(memory["available"], 3 << 30)
        self.assertIn("memory.current", memory["unknown"]["used"])

    def test_the_topmost_group_has_no_limit_if_it_is_there(self):
        self.tell(
            {
                "proc/self/cgroup": "0::/\n",
                "sys/fs/cgroup/cgroup.controllers": "cpu memory\n",
            }
        )
        facts = machine.facts()
        for name in ("cpu_quota", "memory_limit"):
            self.assertIsNone(facts[name])
            self.assertNotIn(name, facts["unknown"])

    def test_no_groups_mounted_is_not_known(self):
        self.program("gil")
        self.tell({"proc/self/cgroup": "0::/\n"})
        for gone in (False, True):
            if gone:
                shutil.rmtree(self.root / "sys/fs/cgroup")
            unknown = self.document()["facts"]["unknown"]
            self.assertIn("cpu.max: No such file", unknown["cpu_quota"])
            self.assertIn("memory.max: No such file", unknown["memory_limit"])
            self.assertRegex(self.env().stdout, r"limit of memory +- +\(")

    def test_a_group_that_tells_nothing_is_not_known(self):
        for name in ("lab/run/cpu.max", "lab/cpu.max"):
            (self.root / "sys/fs/cgroup" / name).unlink()
        with self.assertRaises(kernel.Unknown):
            cgroup.cpu_quota()

    def test_processors_are_listed_in_runs(self):
        for allowed, text in (({0, 1, 2, 5}, "0-2,5"), ({3}, "3"), ({1, 3}, "1,3")):
            with mock.patch.object(os, "sched_getaffinity", lambda _, a=allowed: a):
                self.assertEqual(cgroup.processors(), text)


class Advice(MadeUpMachine):
    def setUp(self):
        super().setUp()
        self.program("gil")

    def assert_unfit(self, *parts):
        unfit = [text for level, text in self.advice() if level == "unfit"]
        self.assertEqual(len(unfit), 1, unfit)
        for part in parts:
            self.assertIn(part, unfit[0])
        self.assertEqual(self.env("--strict").returncode, 5)
        self.assertEqual(self.env().returncode, 0, "only a strict one fails")

    def test_a_calm_machine_is_fit(self):
        self.assertEqual(self.advice(), [])
        found = self.env("--strict")
        self.assertEqual(found.returncode, 0)
        self.assertIn("nothing here disturbs measurements", found.stdout)

    def test_load(self):
        with mock.patch.object(os, "getloadavg", lambda: (2.5, 0, 0)):
            self.assert_unfit("load 2.50 on 8 cores")

    def test_pressure(self):
        self.tell({"proc/pressure/cpu": "some avg10=12.00 avg60=0 avg300=0 total=5\n"})
        self.assert_unfit("12%")

    def test_governor(self):
        self.tell({f"{CPU}/cpu0/cpufreq/scaling_governor": "powersave\n"})
        self.assert_unfit("powersave", "cpupower frequency-set -g performance")

    def test_quota(self):
        self.tell({"sys/fs/cgroup/lab/cpu.max": "150000 100000\n"})
        self.assert_unfit("1.5 processors", "cpu.max")

    def test_memory(self):
        self.tell({"proc/meminfo": "MemTotal: 4194304 kB\nMemAvailable: 524288 kB\n"})
        self.assert_unfit("512 MiB")

    def test_one_core(self):
        with mock.patch.object(machine, "cores", lambda: 1):
            self.assert_unfit("one core")

    def test_every_remark_says_what_why_and_what_to_do(self):
        """On a machine that has everything."""

        def refused():
            raise kernel.Unknown("not allowed: kernel.perf_event_paranoid is 4")

        self.tell(SPOILT)
        processors = [
            {"number": n, "core": 0, "thread": n, "cache": 0, "node": n, "package": 0}
            for n in range(2)
        ]
        nodes = [{"number": n, "bytes": 8 << 30} for n in range(2)]
        both = {**TOPOLOGY, "processors": processors, "nodes": nodes}
        self.program("gil", topology=both)
        with mock.patch.object(counters, "available", refused), mock.patch.object(
            os, "getloadavg", lambda: (9.0, 0, 0)
        ):
            said = self.document()["advice"]
            text = self.env().stdout
        found = {}
        for each in said:
            parts = [each[name] for name in ("what", "why", "remedy")]
            self.assertTrue(all(parts), each)
            self.assertEqual(each["text"], "{}: {}; {}".format(*parts))
            self.assertIn(f"{each['level']}: {each['text']}\n", text)
            found[each["what"]] = each["remedy"]
        for what, remedy in REMEDIES.items():
            (which,) = [name for name in found if what in name]
            self.assertIn(remedy, found[which])
        self.assertEqual(len(found), len(REMEDIES), found)

    def test_what_a_guest_is_not_told_is_said(self):
        for name in ("cpu0/cpufreq/scaling_governor", "cpufreq/boost"):
            (self.root / CPU / name).unlink()
        said = self.advice()
        self.assertEqual([level for level, _ in said], ["note", "note"])
        self.assertIn("the governor is not told", said[0][1])
        self.assertIn("whether turbo is on is not told", said[1][1])

    def test_stolen_time_below_the_limit_is_nothing(self):
        self.tell({"proc/stat": "cpu  1000 0 0 0 0 0 0 5 0 0\n"})
        self.assertEqual(self.advice(), [])

    def test_notes_leave_it_fit(self):
        def none():
            raise kernel.Unknown("the processor gives none")

        self.tell(
            {
                "proc/cpuinfo": "model name : Guest\nflags : fpu hypervisor\n",
                "proc/sys/kernel/randomize_va_space": "2\n",
                "sys/kernel/mm/transparent_hugepage/enabled": "[always] never\n",
                "sys/devices/system/clocksource/clocksource0/current_clocksource": "hpet\n",
                f"{CPU}/smt/active": "1\n",
                f"{CPU}/cpufreq/boost": "1\n",
            }
        )
        with mock.patch.object(counters, "available", none):
            said = self.advice()
            self.assertEqual(self.env("--strict").returncode, 0)
        self.assertEqual({level for level, _ in said}, {advice.NOTE})
        whole = " ".join(text for _, text in said)
        for part in ("virtual", "random", "huge", "hpet", "hardware thread", "turbo"):
            self.assertIn(part, whole)
        self.assertIn("counters: the processor gives none", whole)


class Topology(MadeUpMachine):
    def test_a_program_tells_it(self):
        self.program("gil")
        text = self.env().stdout
        self.assertIn("1 package, 1 node, 2 caches, 4 cores\n", text)
        self.assertIn("package 0\n  node 0  16.0 GiB\n    L3 32.0 MiB\n", text)
        self.assertIn("      [0 1] [2 3]\n    L3 32.0 MiB\n      [4 5] [6 7]\n", text)
        self.assertIn("--pin near   0 2 4 6 1 3 5 7\n", text)
        self.assertIn("--pin spread 0 4 2 6 1 5 3 7\n", text)

    def test_without_programs(self):
        found = self.document()
        self.assertIsNone(found["topology"])
        self.assertIn("no program", found["topology_unknown"])
        self.assertIn("topology: not known (no program", self.env().stdout)

    def test_an_old_program_does_not_tell(self):
        self.program("gil", topology=None)
        self.assertIn("no program here tells", self.document()["topology_unknown"])

    def test_many_cores_fill_several_lines(self):
        about = {"node": 0, "package": 0, "cache": 0, "thread": 0}
        made = {
            "processors": [{"number": n, "core": n, **about} for n in range(10)],
            "caches": [{"level": 0, "bytes": 0}],
            "nodes": [{"number": 2, "bytes": 0}],
        }
        self.assertEqual(
            topology.drawing(made),
            [
                "package 0",
                "  node 2  memory not told",
                "    cores",
                "      [0] [1] [2] [3] [4] [5] [6] [7]",
                "      [8] [9]",
            ],
        )


class Handoff(MadeUpMachine):
    def test_a_program_measures_it(self):
        self.program("gil")
        self.assertIsNone(self.document()["handoff"], "only if asked")
        ways = self.document("--handoff")["handoff"]
        self.assertEqual([way["pin"] for way in ways], ["near", "spread"])
        self.assertEqual(ways[0]["processors"], [0, 2])
        self.assertEqual((ways[0]["median_ns"], ways[0]["highest_ns"]), (31, 104))
        text = self.env("--handoff").stdout
        self.assertRegex(text, r"near +0-2 +31.0 +30.0 +104")

    def test_what_is_said_of_the_way(self):
        for medians, words in (
            ([9, 10, 12.9], "siblings"),
            ([13, 16, 38, 59], "near"),
            ([60, 104, 122], "far"),
            ([31, 32, 104, 33, 34], "near and far by turns"),
            ([10, 40, 70], "siblings and near and far by turns"),
        ):
            self.assertEqual(handoff.verdict(medians), words)

    def test_by_turns(self):
        """A way that changes from turn to turn, and one that does not."""
        self.program("gil")
        times = {"near": [31, 104, 30, 110, 32], "spread": [40] * 5}
        order = []

        def turn(_, pin):
            order.append(pin)
            ns = times[pin][order.count(pin) - 1]
            about = {"lowest_ns": ns - 1, "highest_ns": ns + 1, "median_ns": ns}
            return {"pin": pin, "processors": [0, 2], **about, "reason": None}

        with mock.patch.object(handoff, "_turn", turn):
            (near, spread) = self.document("--handoff")["handoff"]
            self.assertEqual(order, ["near", "spread"] * handoff.TURNS)
            order.clear()
            text = self.env("--handoff").stdout
        self.assertEqual(near["turns_ns"], times["near"])
        self.assertEqual((near["lowest_ns"], near["highest_ns"]), (29, 111))
        self.assertEqual(near["verdict"], "near and far by turns")
        self.assertEqual((spread["verdict"], spread["median_ns"]), ("near", 40))
        self.assertRegex(text, r"near .* 30\.0/32\.0/110 +near and far by turns\n")
        self.assertRegex(text, r"spread .* 40\.0/40\.0/40\.0 +near\n")
        self.assertIn("take many blocks", text)

    def test_a_turn_without_an_answer_speaks_for_all(self):
        self.program("gil")
        turns = iter(range(100))
        known = {"median_ns": 30, "lowest_ns": 29, "highest_ns": 31, "reason": None}

        def turn(_, pin):
            bad = {"reason": "it fell over"} if next(turns) == 3 else {}
            return {"pin": pin, "processors": [0, 2], **known, **bad}

        with mock.patch.object(handoff, "_turn", turn):
            (near, spread) = self.document("--handoff")["handoff"]
        self.assertEqual((near["verdict"], spread["verdict"]), ("near", None))
        self.assertEqual(spread["reason"], "it fell over")

    def test_programs_that_cannot(self):
        self.program("gil", pins=[])
        (near, _) = self.document("--handoff")["handoff"]
        self.assertIsNone(near["median_ns"])
        self.assertIn("no program", near["reason"])


class Counters(unittest.TestCase):
    def test_it_is_tried(self):
        try:
            self.assertIs(counters.available(), True)
        except kernel.Unknown as reason:
            self.assertTrue(str(reason))

    def test_reasons(self):
        for problem, words in (("ENOENT", "virtual machine"), ("ENOSYS", "built")):
            number = getattr(errno, problem)
            with mock.patch.object(counters, "_open_cycles", lambda _, n=number: n):
                with self.assertRaisesRegex(kernel.Unknown, words):
                    counters.available()
        with mock.patch.object(counters, "_CALL", {}):
            with self.assertRaisesRegex(kernel.Unknown, "not known"):
                counters.available()


if __name__ == "__main__":
    unittest.main()
