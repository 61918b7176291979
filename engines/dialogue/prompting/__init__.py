"""What asking a language model takes: prompts and tools, the protocol, and reading its answers."""
