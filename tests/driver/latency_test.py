"""Latencies: what trials tell of requests, in rows and in text."""

import unittest

from laboratory import LATENCY, LaboratoryTest

from driver import latency

NAMES = {"count", "p50", "p90", "p99", "p999", "max"}


def counters(p99, most, count=10):
    told = {f"latency_{name}_us": 1.0 for name in ("p50", "p90", "p999")}
    return {
        **told,
        "latency_count": count,
        "latency_p99_us": p99,
        "latency_max_us": most,
    }


class Figures(unittest.TestCase):
    def test_medians_and_the_longest_of_all(self):
        told = [counters(5.0, 9.0), counters(7.0, 90.0), counters(30.0, 40.0)]
        found = latency.figures(told)["latency_us"]
        self.assertEqual(set(found), NAMES)
        self.assertEqual((found["p99"], found["max"], found["count"]), (7.0, 90.0, 10))

    def test_who_answers_no_requests_has_none(self):
        for told in ([], [{}], [{"peak_rss_bytes": 1}], [counters(0.0, 0.0, 0)]):
            found = latency.figures(told)
            self.assertEqual(found, {"latency_us": None, "metered_us": None})

    def test_a_process_that_told_nothing_is_left_out(self):
        found = latency.figures([{}, counters(5.0, 9.0)])
        self.assertEqual(found["latency_us"]["p99"], 5.0)
        self.assertIsNone(found["metered_us"])


class Shown(LaboratoryTest):
    def setUp(self):
        super().setUp()
        for name in ("gil", "biased"):
            self.program(name, workloads=("words", "kv_store", "clock"))

    def test_rows(self):
        self.measure("words|kv_store", "--threads", "1")
        for row in self.shown()["rows"]:
            if row["workload"] == "words":
                self.assertIsNone(row["latency_us"])
                self.assertIsNone(row["metered_us"])
                continue
            for name, prefix in (("latency_us", "latency"), ("metered_us", "metered")):
                wanted = {
                    each: LATENCY[f"{prefix}_{each}{'' if each == 'count' else '_us'}"]
                    for each in NAMES
                }
                self.assertEqual(row[name], wanted)

    def test_table(self):
        text = self.measure("kv_store|words", "--threads", "1,2").stdout
        self.assertRegex(
            text,
            r"latencies of requests: microseconds\n"
            r"workload +threads +runtime +op/s +simple p50 +p99 +p99.9 +max"
            r" +metered p50 +p99 +p99.9 +max +garbage +memory\n"
            r"kv_store +1 +gil +5.00 M +2.00 +9.00 +70.0 +900 +2.50 +300 +800 +1200"
            r" +50.0 +1.00 MiB\n"
            r" +biased +5.00 M +2.00 [^\n]*\n +2 +gil +10.0 M ",
        )
        pauses, latencies = text.index("pauses with"), text.index("latencies of")
        self.assertLess(pauses, latencies)
        self.assertNotIn("words", text[latencies : text.index("noise floor: gil")])
        wide = [line for line in text.splitlines() if len(line) > 120]
        self.assertEqual(wide, [])

    def test_no_table_without_requests(self):
        text = self.measure("words", "--threads", "1").stdout
        self.assertNotIn("latencies", text)


if __name__ == "__main__":
    unittest.main()
