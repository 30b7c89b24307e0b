// Files that somebody may still be writing to: a write can be seen in part; what is behind the last line feed is no line yet.
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** A file as byte strings: its whole lines, and what stands behind the last line feed. */
export interface Growing {
  readonly lines: string[]
  readonly rest: string
}

/** Reads a file; one that is not there is empty. */
export function readGrowing(file: string): Growing {
  const lines = contentOf(file).split('\n')
  const rest = lines.pop()!
  return { lines, rest }
}

/** The whole lines of a file. */
export function linesOf(file: string): string[] {
  return readGrowing(file).lines
}

/** The whole lines of a file, once there are so many of them or the time (ms) is up. */
export async function waitForLines(file: string, count: number, timeout = 10_000): Promise<string[]> {
  for (const deadline = Date.now() + timeout; ; await sleep(30)) {
    const lines = linesOf(file)
    if (lines.length >= count || Date.now() > deadline) return lines
  }
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}
