import config


class BaseAdapter:
    settings = config.load()

    def say(self, words: str) -> str:
        raise NotImplementedError
