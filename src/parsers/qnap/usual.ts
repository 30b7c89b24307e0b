import type { ByteString } from '../../lib/bytes.ts'
import { UNPLAIN } from '../../lib/plain-text.ts'

/** Expressions that read a line from behind `Users: ` on: one group for each value. */
export interface UsualLine {
  /**
   * Matches where every value is plain (lib/plain-text.ts), but for a backslash between the user's domain and name. The last value is what
   * `last` allows.
   */
  readonly plain: RegExp
  /** Matches also where one is not. */
  readonly any: RegExp
}

/**
 * The line in which no value has a comma but the one behind the last of `keys`: as long as that holds no key, every other comma ends a
 * value, and there is one reading only. `last` is the class of the characters of that value in a plain line, `tail` is what follows it.
 * An expression reads the line in the time of the five or six indexOf that it would take, and what it lets through is known to be plain.
 */
export function usualLine(keys: readonly string[], last: string, tail: string): UsualLine {
  const lineOf = (user: string, value: string, last: string): RegExp => new RegExp(`(${user})${keys.join(`(${value}*)`)}(${last}*)${tail}$`, 'y')
  const plain = `[^,${UNPLAIN}]`
  return { plain: lineOf(`(?:${plain}+\\\\)?${plain}+`, plain, last), any: lineOf('[^,]*', '[^,]', '[^]') }
}

/** True for text that holds one of the keys. */
export function holdsKey(text: ByteString, keys: readonly string[]): boolean {
  return text.includes(', ') && keys.some((key) => text.includes(key))
}

/** What the expression finds at `at`. */
export function readAt(expression: RegExp, text: ByteString, at: number): RegExpExecArray | null {
  expression.lastIndex = at
  return expression.exec(text)
}
