# What validate-template runs inside of a template's image, or in a venv of it: it imports every module of the app, and
# finds the adapter as the runtime does when the container starts. The report is the last line, of JSON, on standard output.
import faulthandler
import importlib
import inspect
import json
import os
import pkgutil
import sys
import threading
import traceback

CONTRACT = json.loads(@CONTRACT@)
SECONDS = 120

# Modules may print while they are imported: that goes to standard error, and the report alone where it is read.
OUTPUT = os.dup(1)
os.dup2(2, 1)
REPORT = {"format": 1, "python": "%d.%d.%d" % sys.version_info[:3], "modules": [], "adapter": None, "pending": None}
LOCK = threading.Lock()


def finish():
    with LOCK:
        data = (json.dumps(REPORT) + "\n").encode()
        while data:
            data = data[os.write(OUTPUT, data):]
        # Threads that a module has started are not waited for.
        os._exit(0)


def described(error):
    # The frames of this program and of the import system say nothing about the template.
    frames = traceback.extract_tb(error.__traceback__)
    frames = [frame for frame in frames if frame.filename != "<stdin>" and "importlib" not in frame.filename]
    lines = traceback.format_list(frames) + traceback.format_exception_only(type(error), error)
    return {
        "type": type(error).__name__,
        "message": str(error),
        "missing": error.name if isinstance(error, ModuleNotFoundError) else None,
        "traceback": "".join(lines)[-8000:],
    }


def begun(name):
    # Code that ends the process by itself leaves this as the last line.
    with LOCK:
        REPORT["pending"] = name
        os.write(OUTPUT, (json.dumps({"importing": name}) + "\n").encode())


def tried(name):
    begun(name)
    error = None
    try:
        importlib.import_module(name)
    except BaseException as raised:  # a module may even exit
        error = described(raised)
    REPORT["pending"] = None
    module = sys.modules.get(name)
    REPORT["modules"].append({"name": name, "path": path_of(name, module), "error": error})
    return module if error is None else None


def path_of(name, module):
    path = getattr(module, "__file__", None)
    if path is None:
        path = name.replace(".", os.sep)
        path = os.path.join(path, "__init__.py") if os.path.isdir(path) else path + ".py"
    path = os.path.relpath(os.path.abspath(path))
    return None if path.startswith("..") else path.replace(os.sep, "/")


def is_test(name):
    last = name.rpartition(".")[2]
    return last in ("conftest", "setup", "tests", "test", "__main__") or last.startswith("test_") or last.endswith("_test")


def app(folder, prefix=""):
    for module in pkgutil.iter_modules([folder]):
        name = prefix + module.name
        if is_test(name):
            continue
        yield name
        if module.ispkg:
            yield from app(os.path.join(folder, module.name), name + ".")


def base_class():
    for name in CONTRACT["base_modules"]:
        try:
            return getattr(importlib.import_module(name), CONTRACT["base_class"])
        except (ImportError, AttributeError):
            continue
    return None


def adapter():
    name = os.environ.get(CONTRACT["variable"])
    if not name:
        return {"module": None}
    found = {"module": name, "error": None, "has_attribute": False, "is_adapter": False, "abstract_methods": [], "lacking": [], "classes": []}
    try:
        module = importlib.import_module(name)
    except BaseException as raised:
        found["error"] = described(raised)
        return found
    base = base_class()
    if base is not None:
        classes = {value for value in vars(module).values() if is_concrete(value, base) and value.__module__ == module.__name__}
        found["classes"] = sorted(value.__name__ for value in classes)
    chosen = getattr(module, CONTRACT["attribute"], None)
    found["has_attribute"] = hasattr(module, CONTRACT["attribute"])
    found["is_adapter"] = inspect.isclass(chosen) and base is not None and issubclass(chosen, base)
    if found["is_adapter"]:
        found["abstract_methods"] = sorted(getattr(chosen, "__abstractmethods__", ()))
        found["lacking"] = [method for method in CONTRACT["methods"] if getattr(chosen, method, None) is getattr(base, method, None)]
    return found


def is_concrete(value, base):
    return inspect.isclass(value) and issubclass(value, base) and value is not base and not inspect.isabstract(value)


def main():
    for name in [CONTRACT["package"], *app(os.getcwd())]:
        tried(name)
    begun(os.environ.get(CONTRACT["variable"]) or CONTRACT["variable"])
    REPORT["adapter"] = adapter()
    REPORT["pending"] = None


watchdog = threading.Timer(SECONDS, finish)
watchdog.daemon = True
watchdog.start()
# Where code in C does not let threads run; the last line tells of whom.
faulthandler.dump_traceback_later(SECONDS + 5, exit=True)
try:
    main()
finally:
    finish()
