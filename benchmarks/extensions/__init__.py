"""Extensions under their own unedited suites, with Quart below Flask's names."""
