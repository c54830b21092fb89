"""Asks z3 the questions of `benches/sets.rs` as string theory, and prints both times and their ratio.

Run by hand; no test needs it:

    python3 -m venv /tmp/smt && /tmp/smt/bin/pip install z3-solver
    cargo bench --bench sets -- --list-questions > /tmp/questions.ndjson
    /tmp/smt/bin/python benches/smt/compare.py /tmp/questions.ndjson [TIMEOUT_SECONDS]

The encoding is the one that policy analysers built on SMT use: the resource is a string variable, each pattern a
regular expression over it. "All granted" is decided by one query: is there a string of the requirement that no Allow
matches, or that a Deny matches? For a mixed answer a second query finds a granted string. Wildcards take any character,
as in the requirement; the patterns are such that colons make no difference to the answer.
"""

import json
import sys
import time

import z3


def regex(pattern):
    """The regular expression of a wildcard pattern."""
    any_char = z3.AllChar(z3.ReSort(z3.StringSort()))
    parts, literal = [], ""
    for char in pattern:
        if char not in "*?":
            literal += char
            continue
        if literal:
            parts.append(z3.Re(literal))
            literal = ""
        parts.append(z3.Star(any_char) if char == "*" else any_char)
    if literal:
        parts.append(z3.Re(literal))
    return z3.Concat(*parts) if len(parts) > 1 else parts[0]


def ask(required, statements, timeout):
    """The decision word, or None if the solver gave up, and the seconds it took, building of terms included."""
    start = time.perf_counter()
    resource = z3.String("resource")

    def matches(effect):
        terms = [z3.InRe(resource, regex(text)) for kind, text in statements if kind == effect]
        return z3.Or(*terms) if terms else z3.BoolVal(False)

    granted = z3.And(matches("Allow"), z3.Not(matches("Deny")))
    answers = []
    for claim in (z3.Not(granted), granted):
        solver = z3.Solver()
        solver.set("timeout", int(timeout * 1000))
        solver.add(z3.InRe(resource, regex(required)), claim)
        answers.append(solver.check())
        if answers == [z3.unsat]:
            return "Allowed", time.perf_counter() - start
    seconds = time.perf_counter() - start
    if z3.unknown in answers:
        return None, seconds
    return ("Depends" if answers[1] == z3.sat else "ImplicitlyDenied"), seconds


def main():
    timeout = float(sys.argv[2]) if len(sys.argv) > 2 else 120.0
    print(f"z3 {z3.get_version_string()}, time limit {timeout:g} s a query")
    with open(sys.argv[1], encoding="utf-8") as questions:
        for line in questions:
            question = json.loads(line)
            ours = question["ns"] / 1e9
            decision, theirs = ask(question["required"], question["statements"], timeout)
            if decision is None:
                verdict = "gave up: the ratio is at least that"
            elif decision == question["decision"]:
                verdict = "agrees"
            else:
                verdict = f"DIFFERS: {decision}"
            print(
                f"{question['name']:<14} rolecall {ours * 1e3:9.3f} ms   z3 {theirs * 1e3:12.1f} ms   "
                f"{theirs / ours:10.0f} times   {verdict}",
                flush=True,
            )


if __name__ == "__main__":
    main()
