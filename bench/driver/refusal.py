"""Exit codes, and the errors that end a command with one line."""

OK = 0
REGRESSION = 1
REFUSED = 2  # before the first trial
NOTHING_MATCHED = 3
TRIALS_FAILED = 4
UNFIT = 5  # the machine, if asked to be strict about it
INTERRUPTED = 128  # plus the number of the signal


class Refusal(Exception):
    """A command cannot be carried out: one line that names the thing and the remedy."""

    code = REFUSED


class NothingMatched(Refusal):
    """What was asked for leaves nothing to do."""

    code = NOTHING_MATCHED


class Unfit(Refusal):
    """The machine, where that was asked."""

    code = UNFIT


class Broken(Refusal):
    """A run could not go on; what it measured until then is kept."""

    code = TRIALS_FAILED


class Interrupted(BaseException):
    """A signal asks the run to end.  Not an Exception: no handler on the way may swallow it."""

    def __init__(self, signal_number):
        super().__init__(signal_number)
        self.code = INTERRUPTED + signal_number
