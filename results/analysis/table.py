"""A table: named columns and rows, kept as .csv.  What is not known is an empty cell."""

import csv
import io
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    columns: tuple
    rows: list  # of dictionaries with all the columns

    def where(self, **wanted):
        """The rows that have these values."""
        return [
            row
            for row in self.rows
            if all(row[name] == value for name, value in wanted.items())
        ]

    def only(self, **wanted):
        """A table of the rows that have these values."""
        return Table(self.columns, self.where(**wanted))

    def values(self, name):
        """The different values of a column, in the order they first stand there."""
        return list(dict.fromkeys(row[name] for row in self.rows))

    def pairs(self, *names):
        """The different values of several columns together, in that order too."""
        return list(dict.fromkeys(tuple(row[n] for n in names) for row in self.rows))

    def csv(self):
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        for row in self.rows:
            writer.writerow(_cell(row[name]) for name in self.columns)
        return text.getvalue()


def _cell(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    return f"{value:.9g}" if isinstance(value, float) else value
