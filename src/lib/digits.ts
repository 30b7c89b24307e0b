import type { ByteString } from './bytes.ts'

/** True if a decimal digit stands at `at`; false beyond the end of the text. */
export function isDigit(text: ByteString, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= 0x30 && code <= 0x39
}

/** True if one or more decimal digits stand from `from` to `to`, and nothing else. */
export function isDigits(text: ByteString, from = 0, to = text.length): boolean {
  for (let at = from; at < to; at++) if (!isDigit(text, at)) return false
  return from < to
}
