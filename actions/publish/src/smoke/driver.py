"""Run by the interpreter of a fresh environment: one question, and its answer as JSON in a file.

Standard output belongs to what is imported. Every question gets a process of its own, because what is imported may
change the interpreter, hang, or end it.
"""

import importlib
import importlib.metadata
import json
import re
import sys
import traceback
from inspect import iscoroutinefunction


def inspect(project, folders):
    """What is installed: the project itself, and who among the others wants it. Nothing of it runs."""
    sys.path += folders
    own = importlib.metadata.distribution(project)
    origin = json.loads(own.read_text("direct_url.json") or "{}").get("url")
    dependents = sorted(
        f"{other.metadata['Name']} {other.version}"
        for other in importlib.metadata.distributions()
        if normalised(other.metadata["Name"]) != normalised(project) and requires(other, project)
    )
    points = [
        {"group": point.group, "name": point.name, "value": point.value, "of_extra": bool(point.extras)}
        for point in own.entry_points
    ]
    return {
        "python": ".".join(map(str, sys.version_info[:3])),
        "version": own.version,
        "origin": origin,
        "entry_points": points,
        "dependents": dependents,
    }


def normalised(name):
    return re.sub(r"[-_.]+", "-", name or "").lower()


def requires(distribution, project):
    for requirement in distribution.requires or []:
        name = re.match(r"[A-Za-z0-9._-]+", requirement.strip())
        marker = requirement.partition(";")[2]
        if name and normalised(name[0]) == normalised(project) and "extra" not in marker:
            return True
    return False


def load_module(module):
    importlib.import_module(module)


def load_attribute(module, attributes):
    found = importlib.import_module(module)
    for name in attributes:
        found = getattr(found, name)


def load_entry_point(project, group, name):
    points = importlib.metadata.distribution(project).entry_points
    loaded = [point.load() for point in points if (point.group, point.name) == (group, name)]
    if group in ("console_scripts", "gui_scripts"):
        if not callable(loaded[0]):
            raise TypeError(f"{loaded[0]!r} cannot be called, which the command would do")
        if iscoroutinefunction(loaded[0]):
            raise TypeError(f"{loaded[0]!r} is `async`: the command would call it, and never run what it returns")


QUESTIONS = {
    "inspect": inspect,
    "import": load_module,
    "attribute": load_attribute,
    "entry-point": load_entry_point,
}


def told(error):
    """The error as Python prints it, without this file and without the import system's own frames."""
    whole = traceback.TracebackException.from_exception(error)
    seen, waiting = set(), [whole]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        frames = (frame for frame in one.stack if frame.filename not in (__file__, importlib.__file__))
        frames = [frame for frame in frames if not frame.filename.startswith("<frozen importlib")]
        one.stack = traceback.StackSummary.from_list(frames)
        waiting += [one.__cause__, one.__context__]
    return "".join(whole.format()), "".join(whole.format_exception_only()).strip()


def main():
    answer, request = sys.argv[1], json.loads(sys.argv[2])
    # what is imported sees the arguments and the path of a plain interpreter
    sys.argv, sys.path[:1] = [""], []
    try:
        answered = {"answer": QUESTIONS[request.pop("question")](**request)}
    except BaseException as error:
        text, reason = told(error)
        answered = {"error": reason, "traceback": text}
    with open(answer, "w", encoding="utf-8") as file:
        json.dump(answered, file)


main()
