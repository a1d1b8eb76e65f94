"""What is left out of texts that a report tells: hosts, users, folders."""

import unittest

from drawings import WORKLOADS

from analysis.private import Names


class Private(unittest.TestCase):
    def test_names_of_workloads_stay(self):
        names = Names("20260102T030405Z-box-label")
        for name in WORKLOADS:
            self.assertEqual(names.clean(name), name)

    def test_folders_of_users_are_left_out(self):
        names = Names("20260102T030405Z-box-label", ["/home/ada/run"])
        for text in ("~/x/y", "~bob/x/y", "/home/ada/x/y", "/srv/x/y"):
            self.assertEqual(
                names.clean(f"see {text}"), "see \N{HORIZONTAL ELLIPSIS}/y"
            )
        for text in ("/usr/bin/cc", "~2/3 of it", "1/2", "a ~ b/c"):
            self.assertEqual(names.clean(text), text)

    def test_the_host_and_its_users_are_left_out(self):
        names = Names("20260102T030405Z-box-label", ["/home/ada/run"], ["box"])
        self.assertEqual(names.clean("ada on box"), "host on host")
        self.assertEqual(names.clean("boxes"), "boxes")

    def test_all_is_told_if_asked_for(self):
        names = Names("20260102T030405Z-box-label", shown=True)
        self.assertEqual(names.clean("~bob/x/y on box"), "~bob/x/y on box")


if __name__ == "__main__":
    unittest.main()
