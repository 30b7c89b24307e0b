import { OCCURRENCE_WINDOW } from '../identity.ts'
import type { ByteString } from '../lib/bytes.ts'
import type { Pipeline, Reception } from '../pipeline.ts'
import type { Position } from './position.ts'

/**
 * event.id counts equal lines that follow each other within OCCURRENCE_WINDOW lines, and the count goes on as long as they do: a line
 * that comes again and again is counted from its first time. Where reading resumes, the lines before must be counted
 * from a place that no such run crosses.
 */

/** Lines to read before the place where reading resumes: among them such a place is found, as a rule. */
export const WARM_UP_LINES = 3 * OCCURRENCE_WINDOW

/**
 * Index of the line from which the preceding lines must be counted, the window before the end included; `undefined` if
 * the lines do not go back far enough to tell.
 */
export function warmUpStart(lines: readonly ByteString[]): number | undefined {
  if (lines.length < 2 * OCCURRENCE_WINDOW) return undefined

  // A run crosses every place behind one of its lines up to the next.
  const crossings = new Int32Array(lines.length + 1)
  const lastSeen = new Map<ByteString, number>()
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as ByteString
    const before = lastSeen.get(line)
    if (before !== undefined && at - before <= OCCURRENCE_WINDOW) {
      crossings[before + 1] = (crossings[before + 1] as number) + 1
      crossings[at + 1] = (crossings[at + 1] as number) - 1
    }
    lastSeen.set(line, at)
  }
  let crossing = 0
  let start: number | undefined
  for (let at = 0; at <= lines.length - OCCURRENCE_WINDOW; at++) {
    crossing += crossings[at] as number
    if (crossing === 0 && at >= OCCURRENCE_WINDOW) start = at
  }
  return start
}

/** The lines that were read did not go back far enough: it takes the file from its beginning. */
export class TooShort extends Error {}

export interface WarmUp {
  /** Takes a line that was replayed before. */
  add(line: ByteString): void
  /** All have been taken; throws TooShort if they did not begin early enough. */
  finish(): void
}

/** Brings event.id to where it was at the position; nobody looks at it if not `identified`. */
export function createWarmUp(pipeline: Pipeline, identified: boolean, { from, line }: Position): WarmUp {
  const reception: Reception = { at: 0, reference: 0, repaired: false }
  const observe = (line: ByteString): void => void pipeline(line, reception)
  if (!identified || line === 0) return { add: () => {}, finish: () => {} }
  if (from === 0) return { add: observe, finish: () => {} }
  let lines: ByteString[] = []
  return {
    add: (line) => void lines.push(line),
    finish() {
      if (lines.length === 0) return
      const start = warmUpStart(lines)
      if (start === undefined) throw new TooShort()
      for (let index = start; index < lines.length; index++) observe(lines[index] as ByteString)
      lines = []
    },
  }
}
