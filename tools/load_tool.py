"""Lets a test import a tool whose file has no .py ending."""
import importlib.machinery
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

sys.dont_write_bytecode = True  # no cache files beside the tools


def load_tool(name: str) -> ModuleType:
    """The module in tools/NAME."""
    loader = importlib.machinery.SourceFileLoader(name, str(Path(__file__).with_name(name)))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    sys.modules[name] = module  # dataclasses look their module up while it loads
    loader.exec_module(module)
    return module
