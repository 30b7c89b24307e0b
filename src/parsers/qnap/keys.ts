import type { ByteString } from '../../lib/bytes.ts'

/** The keys of RFC 3164 lines behind `Users: `, with the comma that ends the value before them. */
export const SOURCE_IP = ', Source IP: '
export const COMPUTER = ', Computer name: '
export const CONNECTION = ', Connection type: '
export const RESOURCES = ', Accessed resources: '
export const ACTION = ', Action: '
export const APPLICATION = ', Application: '
export const CATEGORY = ', Category: '
export const CONTENT = ', Content: '

const KEYS: readonly string[] = [SOURCE_IP, COMPUTER, CONNECTION, RESOURCES, ACTION, APPLICATION, CATEGORY, CONTENT]

/** Unknown `, Key: value` pairs that are tolerated between two known keys. */
const MAX_PAIRS = 8

/** A value that runs to the next known key. */
export interface Bounded {
  readonly value: ByteString
  /** Position behind the key that follows. */
  readonly next: number
}

/**
 * Reads a comma-free value at `from` that `key` follows, over unknown `, Key: value` pairs between them. `undefined` where the
 * grammar does not hold.
 */
export function readUpTo(body: ByteString, from: number, key: string): Bounded | undefined {
  const end = body.indexOf(', ', from)
  let at = end
  for (let pairs = 0; at >= 0 && pairs <= MAX_PAIRS; pairs++) {
    if (body.startsWith(key, at)) return { value: body.slice(from, end), next: at + key.length }
    if (!isUnknownPair(body, at)) return undefined
    at = body.indexOf(', ', at + 2)
  }
  return undefined
}

/**
 * Position of the first of `keys` at or behind the comma at `at`, over anything that is no known key (a person's `, ...,`
 * too), or -1.
 */
export function skipToKey(body: ByteString, at: number, keys: readonly string[]): number {
  let position = at
  for (let pairs = 0; position >= 0 && pairs <= MAX_PAIRS; pairs++) {
    for (const key of keys) if (body.startsWith(key, position)) return position
    if (isKnownKey(body, position)) return -1
    position = body.indexOf(', ', position + 2)
  }
  return -1
}

/** True if the key stands more than once at or behind `from`. */
export function isRepeated(body: ByteString, from: number, key: string): boolean {
  return body.indexOf(key, from) !== body.lastIndexOf(key)
}

function isKnownKey(body: ByteString, at: number): boolean {
  return KEYS.some((key) => body.startsWith(key, at))
}

/** A comma, a blank, an upper-case letter, at most 31 more letters and blanks, a colon and a blank; and no known key. */
function isUnknownPair(body: ByteString, at: number): boolean {
  const first = body.charCodeAt(at + 2)
  if (first < 0x41 || first > 0x5a) return false
  for (let position = at + 3; position < at + 35; position++) {
    const code = body.charCodeAt(position)
    if (code === 0x3a) return body.charCodeAt(position + 1) === 0x20 && !isKnownKey(body, at)
    if (code !== 0x20 && !((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a)) return false
  }
  return false
}
