import type { Event } from '../../event.ts'
import type { ByteString } from '../../lib/bytes.ts'
import { matchAt } from '../../lib/match-at.ts'
import { UNPLAIN } from '../../lib/plain-text.ts'
import { IPV4 } from '../address.ts'
import { SOURCE_IP } from './keys.ts'
import { setClient } from './values.ts'

/** A line as it mostly is, from behind `Users: ` on. */
export interface UsualLine {
  /** Stand between the values, and in none of them. */
  readonly keys: readonly string[]
  /** The group of the open value: the only one in which a key could stand. */
  readonly open: number
  /**
   * Matches where every value is plain (lib/plain-text.ts) and without comma, but for a backslash between the user's domain and name. One
   * group for each value; two for the address: an IPv4 address, or anything else.
   */
  readonly plain: RegExp
  /** True where the open value is whatever stands there, also in a plain line. */
  readonly openIsAny: boolean
  /** Matches also where a value is not plain, or the open one has commas. */
  readonly any: RegExp
}

/**
 * Declares a line whose open value stands behind the key `opening`: as long as that value holds no key, every other comma ends a value, and
 * there is one reading only. `tail` is what follows it, with the keys behind `opening`; `openIsAny` is said of free text. An expression
 * reads the line in the time of the five or six indexOf that it would take, and what it lets through is known to be plain.
 */
export function usualLine(keys: readonly string[], opening: string, tail: string, openIsAny = false): UsualLine {
  const before = keys.slice(0, keys.indexOf(opening))
  const lineOf = (user: string, value: string, last: string): RegExp => {
    const middle = before.map((key) => key + (key === SOURCE_IP ? `(?:(${IPV4})|(${value}*))` : `(${value}*)`))
    return new RegExp(`(${user})${middle.join('')}${opening}(${last}*)${tail}$`, 'y')
  }
  const plain = `[^,${UNPLAIN}]`
  return {
    keys,
    // Behind the user and one group for each key before it, but two for the address.
    open: before.length + 3,
    plain: lineOf(`${plain}+(?:\\\\${plain}+)?`, plain, openIsAny ? '[^]' : plain),
    openIsAny,
    any: lineOf('[^,]*', '[^,]', '[^]'),
  }
}

/** The group of the first value behind the client's, which are in the four groups before it. */
export const BEHIND_CLIENT = 5

/**
 * Sets the client of the line from `start` on, and in the event whether its values are plain (but for an open one that is any). The values
 * behind the client stand in the groups from `BEHIND_CLIENT` on. `undefined` if the line is not the usual one.
 */
export function readUsual(line: UsualLine, body: ByteString, start: number, event: Event): RegExpExecArray | undefined {
  const plainValues = matchAt(line.plain, body, start)
  const values = plainValues ?? matchAt(line.any, body, start)
  if (values === null) return undefined
  // What has no comma holds no key.
  const mayHoldKey = plainValues === null || line.openIsAny
  if (mayHoldKey && holdsKey(values[line.open] as ByteString, line.keys)) return undefined
  event.isPlain = plainValues !== null
  const [, user, ipv4, address, computer] = values
  setClient(event, user, address, computer, ipv4)
  return values
}

function holdsKey(text: ByteString, keys: readonly string[]): boolean {
  return text.includes(', ') && keys.some((key) => text.includes(key))
}
