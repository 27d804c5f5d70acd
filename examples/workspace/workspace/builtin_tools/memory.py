class Memory:
    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    def keep(self, key: str, value: str) -> None:
        self._kept[key] = value

    def recall(self, key: str) -> str:
        return self._kept[key]
