#!/usr/bin/env python3
"""Runs the code cells of a notebook in order, in one namespace, with given values in place of its own.

    run_notebook.py colab_worker.ipynb POOL_URL=http://localhost:8080 JOIN_TOKEN=... WORKER_NAME=box-1

NAME=VALUE replaces the line "NAME = ..." of a cell. VALUE is text, or a number where the notebook has a number.
"""

import json
import re
import sys


def code_cells(path):
    with open(path, encoding="utf-8") as source:
        cells = json.load(source)["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def with_values(cells, values):
    """The cells with other values in them."""
    left = dict(values)
    filled = []
    for cell in cells:
        for name, value in values.items():
            match = re.search(r"^%s = (.*)$" % re.escape(name), cell, re.MULTILINE)
            if match:
                text = str(float(value)) if re.match(r"[\d.]+\b", match.group(1)) else repr(str(value))
                cell = cell[:match.start(1)] + text + cell[match.end(1):]
                left.pop(name, None)
        filled.append(cell)
    if left:
        raise SystemExit("The notebook has no value named %s" % ", ".join(sorted(left)))
    return filled


def run(path, values, namespace=None):
    names = {"__name__": "__main__"} if namespace is None else namespace
    for number, cell in enumerate(with_values(code_cells(path), values), 1):
        exec(compile(cell, "<cell %d>" % number, "exec", dont_inherit=True), names)
    return names


def main():
    if len(sys.argv) < 2 or any("=" not in argument for argument in sys.argv[2:]):
        sys.exit("usage: run_notebook.py NOTEBOOK [NAME=VALUE ...]")
    run(sys.argv[1], dict(argument.split("=", 1) for argument in sys.argv[2:]))


if __name__ == "__main__":
    main()
