"""Work beside other work: done at the end, and what goes wrong in it goes wrong for who waits."""

import os
import time
import unittest

from laboratory import LaboratoryTest

from driver.beside import Beside


class BesideTest(LaboratoryTest):
    @property
    def left(self):
        return self.folder / "left"

    def test_it_is_done_by_another_process_at_the_end(self):
        with Beside(lambda: self.left.write_text(str(os.getpid()))):
            pass
        self.assertNotEqual(self.left.read_text(), str(os.getpid()))

    def test_what_fails_there_fails_here(self):
        def work():
            raise PermissionError("not here")

        with self.assertRaisesRegex(PermissionError, "not here"):
            with Beside(work):
                pass

    def test_who_fails_waits_for_nothing(self):
        def work():
            time.sleep(60)
            self.left.touch()

        with self.assertRaises(KeyError):
            with Beside(work) as found:
                raise KeyError
        self.assertFalse(found.process.is_alive())
        self.assertFalse(self.left.exists())


if __name__ == "__main__":
    unittest.main()
