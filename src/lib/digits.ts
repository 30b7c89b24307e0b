import type { ByteString } from './bytes.ts'

/** True if one or more decimal digits stand from `from` to `to`, and nothing else. */
export function isDigits(text: ByteString, from = 0, to = text.length): boolean {
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at)
    if (code < 0x30 || code > 0x39) return false
  }
  return from < to
}
