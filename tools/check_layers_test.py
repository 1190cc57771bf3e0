"""Tests of tools/check_layers: each builds a small repository and looks at the findings."""
import tempfile
import unittest
from pathlib import Path

from load_tool import load_tool

check_layers = load_tool("check_layers")

LAW = """
@fmt: fmt/ | everywhere
@gtest: gtest/ gmock/ | *_test.cc *_fixture.h
@duckdb: duckdb.h
foundation/base:
foundation/panel: base
data/sql: base | duckdb
data/lake: sql
science/models: base panel
operations/pipeline: base lake models
"""
HEADER = "#pragma once\n"


class CheckLayersTest(unittest.TestCase):
    def findings(self, files: dict[str, str], law: str = LAW) -> list[str]:
        """What check_layers says of a repository with these files under src/, unused names of MODULES apart."""
        return [f for f in self.all_findings(files, law) if "no file of it includes" not in f]

    def all_findings(self, files: dict[str, str], law: str = LAW) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "MODULES").write_text(law)
            for module in check_layers.Law(law).modules.values():
                (root / "src" / module.folder).mkdir(parents=True, exist_ok=True)
            for name, text in files.items():
                path = root / "src" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return check_layers.check_repository(root)

    def assert_one(self, findings: list[str], *parts: str) -> None:
        self.assertEqual(len(findings), 1, findings)
        for part in parts:
            self.assertIn(part, findings[0])

    def test_accepts_declared_includes(self):
        self.assertEqual(self.findings({
            "foundation/base/result.h": HEADER + "#include <vector>\n#include <fmt/format.h>\n",
            "data/sql/database.h": HEADER + '#include "foundation/base/result.h"\n',
            "data/sql/database.cc": '#include "data/sql/database.h"\n#include <duckdb.h>\n#include <sys/stat.h>\n',
            "data/sql/database_test.cc": "#include <gtest/gtest.h>\n",
        }), [])

    def test_refuses_undeclared_module(self):
        self.assert_one(self.findings({
            "foundation/base/result.h": HEADER,
            "data/lake/lake.cc": '\n#include "foundation/base/result.h"\n',
        }), "src/data/lake/lake.cc:2:", "does not declare base", "line 8 of MODULES")

    def test_refuses_science_that_includes_data(self):
        self.assert_one(self.findings({
            "data/sql/database.h": HEADER,
            "science/models/trees.cc": '#include "data/sql/database.h"\n',
        }), "src/science/models/trees.cc:1:", "science must not include data/sql")

    def test_refuses_upward_dependency_in_modules(self):
        findings = self.findings({}, LAW.replace("foundation/panel: base", "foundation/panel: base sql"))
        self.assertTrue(any("foundation/panel depends on data/sql" in f for f in findings), findings)

    def test_refuses_cycle(self):
        findings = self.findings({}, LAW.replace("foundation/base:", "foundation/base: panel"))
        self.assertTrue(any("cycle base -> panel -> base" in f for f in findings), findings)

    def test_refuses_third_party_header_outside_owner(self):
        self.assert_one(self.findings({"data/lake/lake.cc": "#include <duckdb.h>\n"}),
                        "<duckdb.h> of duckdb is allowed only in data/sql")

    def test_refuses_gtest_outside_tests(self):
        self.assert_one(self.findings({"data/lake/lake.cc": "#include <gtest/gtest.h>\n"}), "only in *_test.cc")

    def test_fixtures_are_for_tests(self):
        files = {
            "foundation/base/clock_fixture.h": HEADER + "#include <gtest/gtest.h>\n",
            "foundation/base/clock_test.cc": '#include "foundation/base/clock_fixture.h"\n',
        }
        self.assertEqual(self.findings(files), [])
        files["foundation/base/clock.cc"] = '#include "foundation/base/clock_fixture.h"\n'
        self.assert_one(self.findings(files), "src/foundation/base/clock.cc:1:", "is for tests")

    def test_refuses_unknown_library(self):
        self.assert_one(self.findings({"data/lake/lake.cc": "#include <boost/asio.hpp>\n"}),
                        "belongs to no library of MODULES")

    def test_refuses_include_without_full_path(self):
        self.assert_one(self.findings({"foundation/base/a.h": HEADER, "foundation/base/a.cc": '#include "a.h"\n'}),
                        '"a.h" is not a file of src/')

    def test_refuses_file_outside_modules(self):
        self.assert_one(self.findings({"data/other/a.cc": ""}), "belongs to no module of MODULES")

    def test_refuses_listed_module_without_folder(self):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "src").mkdir()
            (root / "MODULES").write_text("foundation/base:\n")
            self.assert_one(check_layers.check_repository(root), "MODULES:1:", "src/foundation/base does not exist")

    def test_refuses_header_rules(self):
        self.assert_one(self.findings({"foundation/base/a.h": "int f();\n"}), "without #pragma once")
        self.assert_one(self.findings({"foundation/base/a.h": HEADER + "\n" * 500}), "header of 501 lines")
        self.assert_one(self.findings({"foundation/base/a.h": HEADER + "using namespace std;\n"}), "a.h:2:")
        self.assert_one(self.findings({"foundation/base/a.h": HEADER + "#define MAX 3\n"}), "macro MAX")

    def test_refuses_names_that_say_nothing(self):
        self.assert_one(self.findings({"foundation/base/string_utils.cc": ""}), "string_utils.cc", "says nothing")
        self.assert_one(self.findings({"foundation/base/a.cc": "class DateHelper {};\n"}), "'DateHelper' says nothing")

    def test_ignores_comments(self):
        self.assertEqual(self.findings({
            "foundation/base/a.h": HEADER + "// using namespace std;\n/*\n#include <duckdb.h>\n*/\n",
        }), [])

    def test_refuses_declared_but_unused(self):
        files = {"foundation/base/a.h": HEADER, "data/sql/database.cc": "#include <duckdb.h>\n"}
        self.assert_one(self.all_findings(files), "MODULES:7:", "data/sql declares base")
        files["data/sql/database.cc"] = '#include "foundation/base/a.h"\n'
        self.assert_one(self.all_findings(files), "MODULES:7:", "data/sql declares duckdb")

    def test_reports_unreadable_line(self):
        findings = self.findings({}, LAW + "nonsense\n")
        self.assert_one(findings, "cannot read 'nonsense'", "floor/module: modules | third-party")


if __name__ == "__main__":
    unittest.main()
