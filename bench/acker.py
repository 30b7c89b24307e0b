#!/usr/bin/env python3
"""The same program as acker.c in the shape most people write: a Python loop over stdin.

It stands for rsyslog's own example of a plugin with feedback (read a line, process it, print OK, flush), so the benchmark
can show naslog beside what an administrator would write in five minutes. With a file name it appends each line to that
file, flushed, before the answer.
"""
import sys


def main() -> int:
    store = open(sys.argv[1], "ab") if len(sys.argv) > 1 else None
    print("OK", flush=True)  # the start-up answer: "ready"
    for line in sys.stdin.buffer:
        if store is not None:
            store.write(line)
            store.flush()
        print("OK", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
