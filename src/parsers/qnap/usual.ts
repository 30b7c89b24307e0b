import type { Event } from '../../event.ts'
import type { ByteString } from '../../lib/bytes.ts'
import { matchAt } from '../../lib/match-at.ts'
import { UNPLAIN } from '../../lib/plain-text.ts'

/** A line as it mostly is, from behind `Users: ` on. */
export interface UsualLine {
  /** Stand between the values, and in none of them. */
  readonly keys: readonly string[]
  /** The group of the open value: the only one that may have commas. */
  readonly open: number
  /**
   * Matches where every value is plain (lib/plain-text.ts), but for a backslash between the user's domain and name. One group for each
   * value. The open one is what was allowed.
   */
  readonly plain: RegExp
  /** Matches also where one is not. */
  readonly any: RegExp
}

/**
 * Declares a line whose open value stands behind the key `opening`: as long as that value holds no key, every other comma ends a value, and
 * there is one reading only. `allowed` is the class of its characters in a plain line, `tail` is what follows it, with the keys behind
 * `opening`. An expression reads the line in the time of the five or six indexOf that it would take, and what it lets through is known to
 * be plain.
 */
export function usualLine(keys: readonly string[], opening: string, allowed: string, tail: string): UsualLine {
  const open = keys.indexOf(opening) + 1
  const before = keys.slice(0, open)
  const lineOf = (user: string, value: string, last: string): RegExp => new RegExp(`(${user})${before.join(`(${value}*)`)}(${last}*)${tail}$`, 'y')
  const plain = `[^,${UNPLAIN}]`
  return { keys, open: open + 1, plain: lineOf(`(?:${plain}+\\\\)?${plain}+`, plain, allowed), any: lineOf('[^,]*', '[^,]', '[^]') }
}

/** The values of the line from `start` on, the first in group 1, and in the event whether they are plain (the open one as far as it must be). `undefined` if it is not the usual one. */
export function readUsual({ keys, open, plain, any }: UsualLine, body: ByteString, start: number, event: Event): RegExpExecArray | undefined {
  const plainValues = matchAt(plain, body, start)
  const values = plainValues ?? matchAt(any, body, start)
  if (values === null || holdsKey(values[open] as ByteString, keys)) return undefined
  event.isPlain = plainValues !== null
  return values
}

function holdsKey(text: ByteString, keys: readonly string[]): boolean {
  return text.includes(', ') && keys.some((key) => text.includes(key))
}
