"""Checks of .ci/run on what its steps leave behind. Standard library only.

readme SECTION          prints the one command of the one sh block under "## SECTION" of README.md
reports ALLOWED [ROOT]  counts the tests of all surefire reports; fails on none, and on a skip that is not allowed
run-line LOG            the last line of the run is its JSON object, and nothing was lost or accepted twice
figures LOG             a drill printed figures, and none says that something was lost or accepted twice
"""
import fnmatch
import json
import pathlib
import re
import sys
import xml.etree.ElementTree as xml


def readme(section):
    text = pathlib.Path("README.md").read_text(encoding="utf-8")
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    bodies = [body for title, body in zip(parts[1::2], parts[2::2]) if title.strip() == section]
    if len(bodies) != 1:
        sys.exit(f"README.md has {len(bodies)} sections '## {section}', but must have one")
    blocks = re.findall(r"^```sh\n(.*?)^```$", bodies[0], flags=re.MULTILINE | re.DOTALL)
    if len(blocks) != 1:
        sys.exit(f"README.md has {len(blocks)} sh blocks under '## {section}', but must have one")
    commands = [line for line in blocks[0].replace("\\\n", " ").splitlines() if line.strip()]
    if len(commands) != 1:
        sys.exit(f"README.md has {len(commands)} commands under '## {section}', but must have one")
    print(commands[0])


def allowed_skips(path):
    """Lines 'class#method  capability'; * stands for anything."""
    lines = pathlib.Path(path).read_text(encoding="utf-8").splitlines()
    pairs = [line.split(None, 1) for line in lines if line.strip() and not line.startswith("#")]
    for pair in pairs:
        if len(pair) != 2 or "#" not in pair[0]:
            sys.exit(f"{path}: not 'class#method  capability': {' '.join(pair)}")
    return pairs


def reports(allowed_path, root="."):
    allowed = allowed_skips(allowed_path)
    run, absent, refused = 0, {}, []
    for report in sorted(pathlib.Path(root).glob("**/target/*-reports/TEST-*.xml")):
        for case in xml.parse(report).getroot().iter("testcase"):
            skipped = case.find("skipped")
            if skipped is None:
                run += 1
                continue
            name = f"{case.get('classname')}#{case.get('name')}"
            capability = next((why for pattern, why in allowed if fnmatch.fnmatchcase(name, pattern)), None)
            if capability is None:
                refused.append(f"skipped, and not in {allowed_path}: {name}: {skipped.get('message') or ''}")
            else:
                absent.setdefault(capability, []).append(name)
    for capability, names in absent.items():
        print(f"absent: {capability}: skipped {', '.join(names)}")
    print(f"tests: {run} run, {sum(map(len, absent.values()))} skipped as allowed, {len(refused)} skipped otherwise")
    if run == 0:
        refused.append("no test ran")
    if refused:
        sys.exit("\n".join(refused))


def run_line(log):
    lines = [line for line in pathlib.Path(log).read_text(encoding="utf-8").splitlines() if line.strip()]
    last = lines[-1] if lines else ""
    try:
        told = json.loads(last)
        assert isinstance(told, dict)
    except (ValueError, AssertionError):
        sys.exit(f"the last line of the run is no JSON object: {last[:200]}")
    wrong = [f"{key} must be 0, but was {told.get(key)}" for key in ("jobsLost", "acceptedTwice") if told.get(key) != 0]
    wrong += [f"{key} must be at least 1, but was {told.get(key)}" for key in ("jobsSucceeded", "failovers")
              if not told.get(key)]
    utilisation = told.get("maxUtilisation") or {"of any provider": None}
    wrong += [f"maxUtilisation {name} must be at most 0.70, but was {value}" for name, value in utilisation.items()
              if value is None or value > 0.70]
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"run: {last}")


def figures(log):
    found = []
    for line in pathlib.Path(log).read_text(encoding="utf-8").splitlines():
        if line.startswith("{"):
            try:
                found.append(json.loads(line))
            except ValueError:
                sys.exit(f"no JSON: {line[:200]}")
    found = [entry for entry in found if "figure" in entry]
    if not found:
        sys.exit("the drill printed no figure")
    wrong = [f"{entry['figure']} must be 0, but was {entry['value']}" for entry in found
             if entry["figure"].endswith((".lost", ".accepted-twice")) and entry["value"] != 0]
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"figures: {len(found)}")


if __name__ == "__main__":
    checks = {"readme": readme, "reports": reports, "run-line": run_line, "figures": figures}
    if len(sys.argv) < 3 or sys.argv[1] not in checks:
        sys.exit(__doc__)
    checks[sys.argv[1]](*sys.argv[2:])
