"""Goes onto the path of the project's tests for ``--evidence``; the migrator imports none of it.

Python imports ``sitecustomize`` from the path when it starts, so every process that the test
command starts records, whatever runs the tests. What lies here runs in the project's environment,
which need not have the migrator: it uses the standard library only, and the syntax of Python 3.8.
"""
