import { readEnvelope } from '../envelope/index.ts'
import { OCCURRENCE_WINDOW } from '../identity.ts'
import type { ByteString } from '../lib/bytes.ts'

/**
 * event.id counts equal lines that follow each other within OCCURRENCE_WINDOW lines, and the count goes on as long as they do: a line
 * that comes again and again is counted from its first time. Where reading resumes, the lines before must be counted
 * from a place that no such run crosses.
 */

/** Lines to read before the place where reading resumes: among them such a place is found, as a rule. */
export const WARM_UP_LINES = 3 * OCCURRENCE_WINDOW

/** True for a line that rsyslog's receive time tells from an equal one: it is not counted. */
export function isMarked(line: ByteString): boolean {
  return line.charCodeAt(0) === 0x7b && readEnvelope(line).received !== undefined
}

/**
 * Index of the line from which the preceding lines must be counted, the window before the end included; `undefined` if
 * the lines do not go back far enough to tell.
 */
export function warmUpStart(lines: readonly ByteString[]): number | undefined {
  const texts: { line: ByteString; index: number }[] = []
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] as ByteString
    if (!isMarked(line)) texts.push({ line: readEnvelope(line).line, index })
  }
  if (texts.length < 2 * OCCURRENCE_WINDOW) return undefined

  // A run crosses every place behind one of its lines up to the next.
  const crossings = new Int32Array(texts.length + 1)
  const lastSeen = new Map<ByteString, number>()
  for (let at = 0; at < texts.length; at++) {
    const { line } = texts[at] as { line: ByteString }
    const before = lastSeen.get(line)
    if (before !== undefined && at - before <= OCCURRENCE_WINDOW) {
      crossings[before + 1] = (crossings[before + 1] as number) + 1
      crossings[at + 1] = (crossings[at + 1] as number) - 1
    }
    lastSeen.set(line, at)
  }
  let crossing = 0
  let start: number | undefined
  for (let at = 0; at <= texts.length - OCCURRENCE_WINDOW; at++) {
    crossing += crossings[at] as number
    if (crossing === 0 && at >= OCCURRENCE_WINDOW) start = texts[at]?.index
  }
  return start
}
