import type { ByteString } from '../lib/bytes.ts'
import { startsAt } from '../lib/starts-at.ts'
import type { Draft } from './envelope.ts'
import type { Stamp } from './stamp.ts'

const SPACE = 0x20
const COLON = 0x3a

/** What an RFC 3164 header begins with: the PRI, if there is one, the stamp and a blank. */
export interface Prefix {
  readonly text: ByteString
  readonly priority: number | undefined
  readonly stamp: Stamp
}

/** The last one: devices write many lines in a second. Nobody can see it, because what is read of a prefix is always the same. */
let last: Prefix | undefined

/** The prefix that stands at `at`, if it is that of the line before. */
export function prefixAt(text: ByteString, at: number): Prefix | undefined {
  return last !== undefined && startsAt(text, last.text, at) && !mayBelongToStamp(text, at + last.text.length) ? last : undefined
}

/** Remembers the prefix of a header that was read from `at` on, and its stamp from `stampAt` on. */
export function keepPrefix(text: ByteString, at: number, stampAt: number, { form, stamp }: Draft, priority: number | undefined): void {
  if (form !== 'rfc3164' || stamp?.kind !== 'bsd' || stamp.year !== undefined || stamp.zone !== undefined) return
  const end = stampAt + stamp.text.length
  if (text.charCodeAt(end) === SPACE) last = { text: text.slice(at, end + 1), priority, stamp }
}

/** What is no name of a device may be more of a stamp: a year, an offset, `Z`, an abbreviation of three or four letters. */
function mayBelongToStamp(text: ByteString, at: number): boolean {
  const letter = at + 5 < text.length ? text.charCodeAt(at) | 0x20 : 0
  return letter < 0x61 || letter > 0x7a || endsWord(text, at + 1) || endsWord(text, at + 3) || endsWord(text, at + 4)
}

function endsWord(text: ByteString, at: number): boolean {
  const code = text.charCodeAt(at)
  return code === SPACE || code === COLON
}
