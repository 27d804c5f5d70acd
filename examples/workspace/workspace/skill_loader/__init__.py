from importlib.resources import files


def load_skill(name: str) -> str:
    return files(__name__).joinpath(f"{name}.md").read_text().strip()
