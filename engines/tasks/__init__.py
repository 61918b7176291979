"""The task table: what Earshot can do, in the families of the paper (AudioGPT, Table 1).

From one row, and the file of requests beside it in ``examples/``, come the language model's tools,
the offline router, validation of arguments, the help text, commands, and the conformance tests of
engines. Adding a task means adding a row; adding an engine for a task that has a row touches one
file (see CONTRIBUTING).
"""

from engines.tasks.heard import HEARD
from engines.tasks.made import MADE
from engines.tasks.task import NONE, Argument, Task, examples

TASKS: dict[str, Task] = {task.name: task for task in (*HEARD, *MADE)}

__all__ = ["NONE", "TASKS", "Argument", "Task", "examples"]
