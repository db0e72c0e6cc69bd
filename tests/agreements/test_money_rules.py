"""The document of the rules of money names code and tests that exist."""

from importlib import import_module

from tests.servers import ROOT


def test_the_rules_of_money_have_code_and_tests():
    text = (ROOT / "docs" / "money-rules.md").read_text()
    lines = [line.strip("| \n").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    rules = [line for line in lines if line[0] != "Rule"]
    assert len(rules) >= 28
    tests = "".join(path.read_text() for path in (ROOT / "tests" / "agreements").rglob("test_*.py"))
    for _rule, _law, code, test in rules:
        module, _, name = code.strip("`").rpartition(".")
        assert callable(getattr(import_module(module), name)), code
        assert f"def {test.strip('`')}(" in tests, test
