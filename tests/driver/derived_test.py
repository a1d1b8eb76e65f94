"""What a run's folder may hold besides the run: read, or a line that says why not."""

import json
import subprocess
import unittest

from pictures import run_of

from analysis.folder import Run
from driver import place

NAMES = {
    "comparisons": ("compare.json", "refbench.comparisons/1"),
    "overhead": ("overhead.json", "refbench.overhead/1"),
    "explain": ("explain.json", "refbench.explain/1"),
    "check": ("check.json", "refbench.check/1"),
}


class Derived(unittest.TestCase):
    def setUp(self):
        self.path = run_of(self, blocks=1).path
        for file, _ in NAMES.values():
            (self.path / file).unlink(missing_ok=True)

    def write(self, file, found):
        (self.path / file).write_text(json.dumps(found), encoding="utf-8")
        return Run(self.path)

    def test_what_is_there_is_read(self):
        for name, (file, schema) in NAMES.items():
            for told in (schema, f"{schema}.4"):
                run = self.write(file, {"schema": told, "more": [1]})
                self.assertEqual(getattr(run, name)["more"], [1])
                self.assertIsNone(run.lacks(name))

    def test_what_is_missing_has_a_command(self):
        run = Run(self.path)
        for name, (file, _) in NAMES.items():
            self.assertIsNone(getattr(run, name))
            self.assertRegex(run.lacks(name), f"no {file}: bench/refbench \\w+ RUN")

    def test_another_schema_is_as_good_as_missing(self):
        for name, (file, schema) in NAMES.items():
            for told in (schema.replace("/1", "/2"), "refbench.other/1", 1, None):
                run = self.write(file, {"schema": told})
                self.assertIsNone(getattr(run, name))
                self.assertIn(f"{file} is not of schema {schema}", run.lacks(name))

    def test_other_bytes_are_as_good_as_missing(self):
        for bytes_ in (b"{", b"[1]", b"\xff\xfe", b"[" * 100_000):
            (self.path / "explain.json").write_bytes(bytes_)
            run = Run(self.path)
            self.assertIsNone(run.explain)
            self.assertRegex(run.lacks("explain"), r"^explain\.json .* anew$")

    def test_memory_is_a_series_for_each_process(self):
        folder = self.path / "memory"
        folder.mkdir()
        sample = {"t_ms": 1.5, "rss_bytes": 9, "collections": [1, 0, 0]}
        text = json.dumps(sample) + "\nno JSON\n"
        (folder / "words-mix=a-2-biased.jsonl").write_text(text)
        (folder / "odd.jsonl").write_text(text)
        (series,) = Run(self.path).memory["series"]
        self.assertEqual(series.pop("samples"), [sample])
        self.assertEqual(
            series,
            {
                "workload": "words",
                "settings": "mix=a",
                "threads": 2,
                "runtime": "biased",
            },
        )

    def test_a_summary_of_another_schema_is_refused_in_a_line(self):
        self.write("summary.json", {"schema": "refbench.summary/2", "rows": []})
        ended = subprocess.run(
            [place.PYTHON, "-B", "-m", "analysis", "figures", str(self.path)],
            cwd=place.ANALYSIS.parent,
            capture_output=True,
            text=True,
            timeout=60,
        )
        self.assertEqual(ended.returncode, 2)
        self.assertEqual(ended.stderr.count("\n"), 1, ended.stderr)
        self.assertIn("not of schema refbench.summary/1", ended.stderr)
        self.assertNotIn("hostthatis", ended.stderr)


if __name__ == "__main__":
    unittest.main()
