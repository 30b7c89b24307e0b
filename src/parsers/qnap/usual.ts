import type { ByteString } from '../../lib/bytes.ts'
import { UNPLAIN } from '../../lib/plain-text.ts'

/** Expressions that read a line from behind `Users: ` on: one group for each value. */
export interface UsualLine {
  /** Matches where every value before the last is plain (lib/plain-text.ts), but for a backslash between the user's domain and name. */
  readonly plain: RegExp
  /** Matches also where one is not. */
  readonly any: RegExp
}

/**
 * The line in which no value before the last has a comma: every comma ends a value, so there is one reading only. `keys` stand between the
 * values; `last` is the last value as a group, and what may follow it. One expression reads the line in the time of the five or six indexOf that it would take, and
 * what it lets through is known to be plain.
 */
export function usualLine(keys: readonly string[], last: string): UsualLine {
  const plain = `[^,${UNPLAIN}]`
  const between = (value: string): string => keys.slice(0, -1).map((key) => `${key}(${value}*)`).join('')
  const lastKey = keys.at(-1) as string
  return {
    plain: new RegExp(`((?:${plain}+\\\\)?${plain}+)${between(plain)}${lastKey}${last}$`, 'y'),
    any: new RegExp(`([^,]*)${between('[^,]')}${lastKey}${last}$`, 'y'),
  }
}

/** What the expression finds at `at`. */
export function readAt(expression: RegExp, text: ByteString, at: number): RegExpExecArray | null {
  expression.lastIndex = at
  return expression.exec(text)
}
