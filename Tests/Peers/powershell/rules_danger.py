"""Rules about forms that are valid and go wrong on some host: interpolation, culture, FIPS, certificate stores."""

from __future__ import annotations

import re

from tree_sitter import Node

from . import tables
from .calls import argument_count, new_object
from .context import Context
from .inference import Inference
from .source import core, walk

_NUMBERS = frozenset(
    f"System.{n}"
    for n in ("Byte", "SByte", "Int16", "Int32", "Int64", "UInt16", "UInt32", "UInt64", "Single", "Double", "Decimal")
)
_DATES = frozenset({"System.DateTime", "System.DateTimeOffset"})
_FRACTIONS = frozenset({"System.Single", "System.Double", "System.Decimal"})
_CULTURE = frozenset({"System.Globalization.CultureInfo"})
_SCOPES = frozenset({"script", "global", "local", "private", "env", "using", "function", "variable"})
_CODE = {"addscript", "invokescript", "newscriptblock", "expandstring"}
_FIPS = re.compile(
    r"MD5CryptoServiceProvider|MD5Cng|MD5|SHA(1|256|384|512)Managed|RIPEMD160(Managed)?|RijndaelManaged|HMACMD5|"
    r"HMACRIPEMD160|AesManaged",
    re.IGNORECASE,
)
_HASHES = re.compile(r"MD5|SHA(1|256|384|512)|HashAlgorithm|HMAC|RIPEMD160|KeyedHashAlgorithm", re.IGNORECASE)
_FORMAT_ITEM = re.compile(r"\{(\d+)(?:,-?\d+)?(?::([^{}]*))?\}")
_PLAIN_FORMAT = re.compile(r"[xXdD]\d*|0+")


def check(context: Context, inference: Inference) -> None:
    Danger(context, inference).check()


class Danger:
    def __init__(self, context: Context, inference: Inference) -> None:
        self._context = context
        self._inference = inference
        self._invariant_from = self._where_culture_is_set()

    def check(self) -> None:
        handlers = {
            "expandable_string_literal": self._check_string,
            "expandable_here_string_literal": self._check_string,
            "comparison_expression": self._check_comparison,
            "comparison_argument_expression": self._check_comparison,
            "format_expression": self._check_format,
            "format_argument_expression": self._check_format,
            "invokation_expression": self._check_call,
            "hexadecimal_integer_literal": self._check_hex,
            "type_literal": self._check_type,
            "command": self._check_command,
        }
        for node in self._context.nodes:
            if handler := handlers.get(node.type):
                handler(node)

    # Strings

    def _check_string(self, node: Node) -> None:
        context = self._context
        text = context.of(node)
        for child in node.children:
            if child.type == "sub_expression":
                context.report("interpolation", child, f"an expression in a string: {context.of(child)[:50]}")
            elif child.type == "variable":
                self._check_string_variable(node, child)
        for found in re.finditer(r"(?<!`)\$[A-Za-z_]\w*:(?![\w:])", text):
            at = context.source.offset(node.start_byte) + found.start()
            context.report_at("parse-error", at, f"{found[0]!r} in a string is an invalid variable: write ${{name}}:")

    def _check_string_variable(self, string: Node, variable: Node) -> None:
        context = self._context
        name = context.of(variable).lstrip("$").strip("{}")
        scope, colon, _ = name.partition(":")
        if colon and scope.lower() not in _SCOPES:
            context.report("interpolation", variable, f"${name} reads drive '{scope}:': write ${{{scope}}}:")
        after = context.source.data[variable.end_byte : string.end_byte].decode("utf-8", "replace")
        if re.match(r"\.[A-Za-z_]|\[", after) and "{" not in context.of(variable):
            context.report("interpolated-member", variable, f"only ${name} is expanded, not what follows")

    # Operators and literals

    def _check_comparison(self, node: Node) -> None:
        operator = self._context.of(node.children[1]).strip().lower()
        if operator in ("-eq", "-ne") and self._context.of(core(node.children[2])).lower() == "$null":
            self._context.report("null-on-the-right", node, "$null belongs on the left of -eq and -ne")

    def _check_hex(self, node: Node) -> None:
        digits = self._context.of(node).lower().removeprefix("0x")
        if len(digits) in (8, 16) and digits[0] in "89abcdef":
            self._context.report("negative-hex", node, f"0x{digits} is a negative number")

    def _check_type(self, node: Node) -> None:
        name = tables.parse_type(self._context.of(node)[1:-1]).name.rpartition(".")[2]
        if _FIPS.fullmatch(name):
            self._context.report("fips-hash", node, f"{name} is refused in FIPS mode")

    def _check_command(self, node: Node) -> None:
        if made := new_object(self._context.source, node):
            name = (made.type_name or "").rpartition(".")[2]
            if _FIPS.fullmatch(name):
                self._context.report("fips-hash", node, f"{name} is refused in FIPS mode")
        elif self._context.of(node.children[0]).strip().lower() == "get-date":
            if re.search(r"-u?f\w*", self._context.of(node), re.IGNORECASE):
                self._culture(node, "Get-Date -Format writes in the culture's calendar")

    # Calls

    def _check_call(self, node: Node) -> None:
        if len(node.children) < 4 or node.children[3].type != "argument_list":
            return
        owner, operator, name = node.children[0], node.children[1].type, self._context.of(node.children[2]).lower()
        count = argument_count(node.children[3])
        if operator == "::":
            self._check_static_call(node, core(owner), name, count)
            return
        if name in _CODE:
            self._context.report("code-from-text", node, f".{name}() makes code of text")
        if name == "open" and self._inference.of(owner) == frozenset({_STORE}):
            self._check_store(node)
        if name == "split" and count >= 1:
            self._check_split(node)
        self._check_instance_culture(node, owner, name, count)

    def _check_static_call(self, node: Node, owner: Node, name: str, count: int) -> None:
        if owner.type != "type_literal":
            return
        written = self._context.of(owner)[1:-1]
        found = tables.resolve(written)
        full = found[0] if found else written
        short = full.rpartition(".")[2]
        if name == "create" and _HASHES.fullmatch(short):
            self._context.report("fips-hash", node, f"[{short}]::Create() may give a class that FIPS mode refuses")
        if name == "create" and short == "ScriptBlock":
            self._context.report("code-from-text", node, "[scriptblock]::Create() makes code of text")
        if name == "format" and full == "System.String" and not self._is_culture(self._argument(node, 0)):
            self._culture(node, "[string]::Format without a culture")
        if name in ("parse", "tryparse", "parseexact") and full in _NUMBERS | _DATES | {"System.TimeSpan"}:
            if not any(self._is_culture(self._argument(node, at)) for at in range(count)):
                self._culture(node, f"[{written}]::{name} without a culture")
        if full == "System.Convert" and count == 1 and name in ("todatetime", "todouble", "tosingle", "todecimal"):
            self._culture(node, f"[Convert]::{name} without a culture")

    def _check_instance_culture(self, node: Node, owner: Node, name: str, count: int) -> None:
        types = self._inference.of(owner) or frozenset()
        if name in ("tolower", "toupper") and count == 0:
            written = self._context.of(node.children[2])
            self._culture(node, f".{written}() in the culture: write .{written}Invariant()")
        elif name == "tostring" and types & (_NUMBERS | _DATES):
            if not any(self._is_culture(self._argument(node, at)) for at in range(count)):
                self._culture(node, f"ToString of {', '.join(sorted(types))} without a culture")
        elif name in ("toshortdatestring", "tolongdatestring", "toshorttimestring", "tolongtimestring"):
            self._culture(node, f".{name}() writes in the culture")
        elif name in ("startswith", "endswith") and count == 1 and types <= {"System.String"}:
            self._context.report("culture-compare", node, f".{name}(text) compares in the culture")
        elif name in ("indexof", "lastindexof") and count == 1 and types == frozenset({"System.String"}):
            if self._inference.of(self._argument(node, 0) or node) == types:
                self._context.report("culture-compare", node, f".{name}(text) compares in the culture")

    def _check_split(self, node: Node) -> None:
        first = self._argument(node, 0)
        value = core(first) if first is not None else None
        if value is None or value.type not in ("verbatim_string_characters", "expandable_string_literal"):
            return
        if len(self._context.of(value)) != 3:
            self._context.report("split-overload", node, ".Split(text) splits at each character in 2.0 to 5.1")

    def _check_store(self, node: Node) -> None:
        argument = self._argument(node, 0)
        text = self._with_variables(argument) if argument is not None else ""
        if text.strip() == "4" or ("readonly" in text and "openexistingonly" in text and "readwrite" not in text):
            return
        self._context.report("store-open-flags", node, "open the store with 'ReadOnly,OpenExistingOnly'")

    def _with_variables(self, node: Node) -> str:
        """The lower-case text of an expression, with what the file assigns to its variables."""
        text = self._context.of(node).lower()
        names = {self._context.of(n).lower() for n in walk(node) if n.type == "variable"}
        for other in self._context.nodes:
            if other.type == "assignment_expression" and self._context.of(core(other.children[0])).lower() in names:
                text += " " + self._context.of(other.children[-1]).lower()
        return text

    # Formatting

    def _check_format(self, node: Node) -> None:
        if len(node.children) != 3:
            return
        template = core(node.children[0])
        if template.type not in ("verbatim_string_characters", "expandable_string_literal"):
            return
        values = core(node.children[2])
        listed = [c for c in values.children if c.is_named] if values.type == "array_literal_expression" else [values]
        for number, form in _FORMAT_ITEM.findall(self._context.of(template)):
            if form and _PLAIN_FORMAT.fullmatch(form):
                continue
            types = self._inference.of(listed[int(number)]) if int(number) < len(listed) else None
            if form or (types and types & (_FRACTIONS | _DATES)):
                item = f"{{{number}:{form}}}" if form else f"{{{number}}}"
                self._culture(node, f"-f writes {item} in the culture")

    def _argument(self, call: Node, at: int) -> Node | None:
        inside = next((c for c in call.children[3].children if c.type == "argument_expression_list"), None)
        given = [c for c in inside.children if c.type == "argument_expression"] if inside else []
        return given[at] if at < len(given) else None

    def _is_culture(self, node: Node | None) -> bool:
        if node is None:
            return False
        if self._inference.of(node) == _CULTURE:
            return True
        return "invariant" in self._context.of(node).lower()

    def _culture(self, node: Node, message: str) -> None:
        is_set = self._invariant_from is not None and node.start_byte > self._invariant_from
        self._context.report("culture-of-thread" if is_set else "culture", node, message)

    def _where_culture_is_set(self) -> int | None:
        for node in self._context.nodes:
            if node.type != "assignment_expression":
                continue
            target = self._context.of(core(node.children[0])).lower()
            if target.endswith("currentthread.currentculture") and "invariant" in self._with_variables(
                node.children[-1]
            ):
                return node.end_byte
        return None


_STORE = "System.Security.Cryptography.X509Certificates.X509Store"
