"""What can go wrong in a benchmark, told in one sentence each."""


class BenchmarkError(Exception):
    """The base of all errors of this package; its text is one sentence for the user."""


class UsageError(BenchmarkError):
    """The command line or an input file is wrong; nothing was run."""


class StepError(BenchmarkError):
    """A step that a measurement needs (a download, an install, a build) failed."""
