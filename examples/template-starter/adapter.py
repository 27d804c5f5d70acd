"""How the runtime drives this agent."""

from molecule_runtime.adapters import AdapterConfig, BaseAdapter


class Adapter(BaseAdapter):
    """TODO: what your agent is, in a sentence."""

    @staticmethod
    def name() -> str:
        """The runtime's name, as in `config.yaml`."""
        return "langgraph"  # TODO

    @staticmethod
    def display_name() -> str:
        """What people call it."""
        return "Starter"  # TODO

    @staticmethod
    def description() -> str:
        """What it is for."""
        return "Answers with what it was asked"  # TODO

    @staticmethod
    def get_config_schema() -> dict:
        """What may be set in `runtime_config`, as JSON Schema."""
        return {
            "type": "object",
            "properties": {"timeout": {"type": "integer", "default": 300}},
        }

    async def setup(self, config: AdapterConfig) -> None:
        """Runs once, before anything is executed. TODO: connect, authenticate, load."""
        self.config = config

    async def create_executor(self, config: AdapterConfig):
        """Makes what answers a task. TODO: return your agent's executor."""
        raise NotImplementedError("this template is a starter: see the TODO in create_executor")
