"""Judges rewrites by CPython's own parser and compiler.

usage: oracle.py PACKAGE MODULE[,MODULE...] BEFORE AFTER

Every file of the folder AFTER is compared with the one of the same name in BEFORE. Prints a line for each:
`same`, `invalid` (Python does not compile the original), or what is wrong.
"""

import ast
import sys
import warnings
from pathlib import Path


def moved(package, modules, node):
    """The aliases that `import` is to have."""
    for alias in node.names:
        top, _, rest = alias.name.partition(".")
        if top not in modules:
            yield alias
        elif alias.asname or not rest:
            yield ast.alias(f"{package}.{alias.name}", alias.asname or top)
        else:
            yield ast.alias(f"{package}.{alias.name}", top)
            yield ast.alias(f"{package}.{top}", top)


def difference(package, modules, old, new):
    """The first place where `new` is not `old` with its imports moved."""
    stack = [(old, new)]
    while stack:
        old, new = stack.pop()
        line = getattr(new, "lineno", "?")
        if type(old) is not type(new):
            return f"line {line}: {type(old).__name__} became {type(new).__name__}"
        if isinstance(old, list):
            if len(old) != len(new):
                return f"{len(old)} nodes became {len(new)}"
            stack.extend(zip(old, new))
            continue
        if not isinstance(old, ast.AST):
            if old != new:
                return f"{old!r} became {new!r}"
            continue
        if isinstance(old, (ast.stmt, ast.expr)) and old.lineno != new.lineno:
            return f"line {old.lineno} became {new.lineno}"
        if isinstance(old, ast.Import):
            old = ast.Import(list(moved(package, modules, old)))
        elif isinstance(old, ast.ImportFrom) and not old.level and old.module.split(".")[0] in modules:
            old = ast.ImportFrom(f"{package}.{old.module}", old.names, 0)
        elif isinstance(old, ast.Constant) and isinstance(old.value, str) and old.value != new.value:
            if old.value.split(".")[0] in modules and new.value == f"{package}.{old.value}":
                continue
        stack.extend((getattr(old, name, None), getattr(new, name, None)) for name in old._fields)
    return None


def judge(package, modules, before, after):
    try:
        old = ast.parse(before.read_bytes())
        # what the grammar allows and the compiler refuses, such as `return` outside a function
        compile(before.read_bytes(), str(before), "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "invalid"
    try:
        new = ast.parse(after.read_bytes())
    except Exception as error:
        return f"broken: {error}"
    return difference(package, modules, old, new) or "same"


def main():
    package, modules, before, after = sys.argv[1:]
    modules, before, after = set(modules.split(",")), Path(before), Path(after)
    warnings.simplefilter("ignore")
    for path in sorted(after.rglob("*.py")):
        name = path.relative_to(after)
        print(name, judge(package, modules, before / name, path), sep="\t")


main()
