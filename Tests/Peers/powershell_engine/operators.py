"""PowerShell's operators."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .conversion import (
    convert,
    is_collection,
    is_type,
    null_of,
    number,
    parse_number,
    same_text,
    text,
    truth,
    type_named,
)
from .values import (
    Array,
    Char,
    EnumValue,
    Hashtable,
    Int32,
    Int64,
    NetList,
    NotKnown,
    Number,
    Thrown,
    TypeRef,
    UInt32,
    UInt64,
    net_type,
    throw,
)


def equal(left: Any, right: Any, folds_case: bool) -> bool:
    """`-eq` of two single values: the right one becomes what the left one is."""
    left, right = null_of(left), null_of(right)
    if left is None or right is None:
        return left is None and right is None
    if isinstance(left, str):
        return same_text(left, text(right), folds_case)
    if isinstance(left, bool):
        return left == truth(right)
    if isinstance(left, EnumValue):
        try:
            return left.number == convert(right, left.net).number
        except Thrown:
            return False
    if isinstance(left, (Number, float)):
        if isinstance(right, (Hashtable, TypeRef)) or is_collection(right):
            return False
        try:
            return number(right) == left
        except Thrown:
            return False
    if isinstance(left, Char):
        return same_text(left.unit, text(right), folds_case)
    if isinstance(left, TypeRef):
        return isinstance(right, TypeRef) and left.name == right.name
    return left is right


def _order(left: Any, right: Any, folds_case: bool) -> int:
    left, right = null_of(left), null_of(right)
    if left is None or right is None:
        if left is right:
            return 0
        other = right if left is None else left
        if not isinstance(other, (Number, float)):
            raise NotKnown("the order of $null and something that is no number")
        # $null is below every number that is not negative.
        sign = -1 if other >= 0 else 1
        return sign if left is None else -sign
    if isinstance(left, str):
        # '10' is less than '9': by letters.
        pair = [left, text(right)]
        if any(not t.isascii() for t in pair):
            raise NotKnown("the order of texts that are not ASCII")
        pair = [t.lower() for t in pair] if folds_case else pair
        return (pair[0] > pair[1]) - (pair[0] < pair[1])
    a, b = number(left), number(right)
    return (a > b) - (a < b)


def _wildcard(pattern: str) -> re.Pattern[str]:
    if "`" in pattern:
        raise NotKnown("a backtick in a pattern")
    out, at = "", 0
    while at < len(pattern):
        c = pattern[at]
        if c == "[":
            end = pattern.find("]", at + 1)
            if end < 0:
                raise throw("System.Management.Automation.WildcardPatternException", "the pattern is not valid")
            out += "[" + re.escape(pattern[at + 1 : end]).replace(r"\-", "-") + "]"
            at = end
        else:
            out += {"*": ".*", "?": "."}.get(c, re.escape(c))
        at += 1
    return re.compile(out, re.DOTALL | re.IGNORECASE)


def like(value: Any, pattern: str) -> bool:
    return _wildcard(pattern).fullmatch(text(value)) is not None


def _matches(value: Any, pattern: Any, folds_case: bool) -> bool:
    written = text(pattern)
    # Where Python's and .NET's patterns differ nothing is said.
    if re.search(r"\\[^\\.\[\]{}()*+?^$|\-/wdsWDSbBxu]|\(\?", written):
        raise NotKnown(f"the pattern {written}")
    return re.search(written, text(value), re.IGNORECASE if folds_case else 0) is not None


_SINGLE: dict[str, Callable[[Any, Any, bool], bool]] = {
    "eq": equal,
    "ne": lambda a, b, i: not equal(a, b, i),
    "lt": lambda a, b, i: _order(a, b, i) < 0,
    "le": lambda a, b, i: _order(a, b, i) <= 0,
    "gt": lambda a, b, i: _order(a, b, i) > 0,
    "ge": lambda a, b, i: _order(a, b, i) >= 0,
    "like": lambda a, b, i: like(a, text(b)),
    "notlike": lambda a, b, i: not like(a, text(b)),
    "match": _matches,
    "notmatch": lambda a, b, i: not _matches(a, b, i),
}


def compare(operator: str, left: Any, right: Any) -> Any:
    """Every operator that the grammar calls a comparison."""
    word = operator.lower().lstrip("-")
    folds_case = True
    if word not in _SINGLE and word not in _OTHER and word[1:] in (_SINGLE | _OTHER) and word[0] in "ci":
        folds_case, word = word[0] == "i", word[1:]
    left = null_of(left)
    if word in _SINGLE:
        test = _SINGLE[word]
        if is_collection(left):
            # On a list it is a filter.
            return Array([item for item in left.items if test(item, right, folds_case)])
        return test(left, right, folds_case)
    if word in _OTHER:
        return _OTHER[word](left, right, folds_case)
    raise NotKnown(f"the operator {operator}")


def _contains(many: Any, one: Any, folds_case: bool) -> bool:
    items = many.items if is_collection(many) else [many]
    return any(equal(item, one, folds_case) for item in items)


def _is(left: Any, right: Any, folds_case: bool) -> bool:
    target = right if isinstance(right, TypeRef) else type_named(text(right))
    return is_type(left, target.name)


def _as(left: Any, right: Any, folds_case: bool) -> Any:
    try:
        return convert(left, right.name)
    except Thrown:
        return None


def _join(left: Any, right: Any, folds_case: bool) -> str:
    items = left.items if is_collection(left) else [left]
    return text(right).join(text(item) for item in items)


def _replace(left: Any, right: Any, folds_case: bool) -> Any:
    pattern, new = (right.items + [""])[:2] if is_collection(right) else (right, "")
    if re.search(r"[\\^$.|?*+()\[\]{}]", text(pattern).replace("\\\\", "")) or "$" in text(new):
        raise NotKnown("-replace with a pattern")
    flags = re.IGNORECASE if folds_case else 0
    plain = text(new).replace("\\", "\\\\")
    change: Callable[[Any], str] = lambda one: re.sub(text(pattern), plain, text(one), flags=flags)  # noqa: E731
    return Array([change(item) for item in left.items]) if is_collection(left) else change(left)


def _split(left: Any, right: Any, folds_case: bool) -> Array:
    pattern = text(right)
    if re.search(r"[^\w\s,;:=/\\-]", pattern):
        raise NotKnown("-split with a pattern")
    return Array(list(re.split(pattern, text(left), flags=re.IGNORECASE if folds_case else 0)), "System.String")


def _bits(operation: Callable[[int, int], int]) -> Callable[[Any, Any, bool], Number]:
    def apply(left: Any, right: Any, folds_case: bool) -> Number:
        a, b = number(left), number(right)
        if isinstance(a, float) or isinstance(b, float):
            raise NotKnown("bits of a real number")
        kinds = {type(a), type(b)}
        kind = next((k for k in (UInt64, Int64, UInt32) if k in kinds), Int32)
        if kind is UInt32 and Int32 in kinds:
            kind = Int64
        return kind(operation(int(a), int(b)))

    return apply


_OTHER: dict[str, Callable[[Any, Any, bool], Any]] = {
    "contains": _contains,
    "notcontains": lambda a, b, i: not _contains(a, b, i),
    "is": _is,
    "isnot": lambda a, b, i: not _is(a, b, i),
    "as": _as,
    "join": _join,
    "replace": _replace,
    "split": _split,
    "band": _bits(lambda a, b: a & b),
    "bor": _bits(lambda a, b: a | b),
    "bxor": _bits(lambda a, b: a ^ b),
}


def add(left: Any, right: Any) -> Any:
    left, right = null_of(left), null_of(right)
    if left is None:
        return right
    if isinstance(left, str):
        return left + text(right)
    if isinstance(left, Char):
        return left.unit + text(right)
    if isinstance(left, (Array, NetList)):
        more = right.items if is_collection(right) else [right]
        return Array([*left.items, *more])
    if isinstance(left, Hashtable):
        if not isinstance(right, Hashtable):
            raise throw("System.Management.Automation.RuntimeException", "A hash table can only be added to another.")
        merged = Hashtable()
        for key, value in [*left.entries(), *right.entries()]:
            if merged.has(key):
                raise throw("System.ArgumentException", "Item has already been added.")
            merged.set(key, value)
        return merged
    return arithmetic("+", left, right)


_WHOLE: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "%": lambda a, b: abs(a) % abs(b) * (1 if a >= 0 else -1),
}


def arithmetic(operator: str, left: Any, right: Any) -> Any:
    if operator == "*" and isinstance(left, str):
        return left * int(number(right))
    if is_collection(left) or isinstance(left, Hashtable):
        raise throw(
            "System.Management.Automation.RuntimeException",
            f"Method invocation failed because [{net_type(left)}] does not contain a method named 'op'.",
        )
    a, b = number(left), number(parse_number(right) if isinstance(right, str) else right)
    if operator == "/":
        if b == 0:
            raise throw("System.DivideByZeroException", "Attempted to divide by zero.")
        return _whole(int(a) // int(b), a, b) if a % b == 0 else float(a) / float(b)
    if operator not in _WHOLE:
        raise NotKnown(f"the operator {operator}")
    if isinstance(a, float) or isinstance(b, float):
        raise NotKnown("arithmetic of real numbers")
    return _whole(_WHOLE[operator](int(a), int(b)), a, b)


def _whole(result: int, a: Number | float, b: Number | float) -> Any:
    kinds = {type(a), type(b)}
    kind = next((k for k in (UInt64, Int64, UInt32) if k in kinds), Int32)
    if kind is UInt32 and Int32 in kinds:
        kind = Int64
    # What does not fit becomes a real number, silently.
    return kind(result) if kind.low <= result <= kind.high else float(result)


def format_text(template: str, arguments: list[Any]) -> str:
    def one(found: re.Match[str]) -> str:
        if found[0] in ("{{", "}}"):
            return found[0][0]
        if found[1] is None:
            raise throw("System.FormatException", "Input string was not in a correct format.", "FormatError")
        index, how = int(found[1]), found[2] or ""
        if index >= len(arguments):
            raise throw("System.FormatException", "Index (zero based) must be less than the size of the list.", "FormatError")
        return _formatted(arguments[index], how)

    return re.sub(r"\{\{|\}\}|\{(\d+)(?::([^{}]*))?\}|[{}]", one, template)


def _formatted(value: Any, how: str) -> str:
    if not how:
        return text(value)
    if (hexadecimal := re.fullmatch(r"([xX])(\d*)", how)) and isinstance(value, Number):
        bits = {"System.Byte": 8, "System.Int64": 64, "System.UInt64": 64}.get(value.net, 32)
        return format(int(value) & ((1 << bits) - 1), f"0{hexadecimal[2] or 1}{hexadecimal[1]}")
    if re.fullmatch(r"[dD]\d*", how) and isinstance(value, Number):
        return str(int(value)).rjust(int(how[1:] or 0), "0")
    raise NotKnown(f"the format {how}")
