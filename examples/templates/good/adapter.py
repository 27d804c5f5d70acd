"""A researcher on LangGraph."""

from molecule_runtime.adapters import AdapterConfig, BaseAdapter


class ResearchAdapter(BaseAdapter):
    """Answers with what a graph of tools has found."""

    async def setup(self, config: AdapterConfig) -> None:
        self.config = config

    async def create_executor(self, config: AdapterConfig):
        from langgraph.prebuilt import create_react_agent

        return create_react_agent(config.model, tools=[])


Adapter = ResearchAdapter
