import { fromBytes, isValidUtf8, type ByteString } from './bytes.ts'

/**
 * What may not reach a terminal as it stands: control characters (C0, DEL, C1), the bidirectional controls that make text
 * look like another (U+061C, U+200E/F, U+202A–E, U+2066–9), line and paragraph separators, and halves of surrogate pairs.
 */
const UNPRINTABLE = /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\p{Surrogate}/gu

/**
 * Text as it may be shown to people, on one line: what a terminal would obey is written as `\x1b` or `\u202e`.
 * Everything else stays, also letters of all scripts and emoji.
 */
export function printableText(text: string): string {
  return text.replace(UNPRINTABLE, escapeCharacter)
}

/** The same for a byte string. Bytes that are not UTF-8 are written as `\xff`. */
export function printable(bytes: ByteString): string {
  if (isValidUtf8(bytes)) return printableText(fromBytes(bytes))
  let shown = ''
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at)
    const sequence = bytes.slice(at, at + length)
    if (isValidUtf8(sequence)) {
      shown += printableText(fromBytes(sequence))
      at += length
    } else {
      shown += escapeByte(bytes.charCodeAt(at))
      at += 1
    }
  }
  return shown
}

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0)
  return code < 0x80 ? escapeByte(code) : `\\u${code.toString(16).padStart(4, '0')}`
}

function escapeByte(code: number): string {
  return `\\x${code.toString(16).padStart(2, '0')}`
}

/** Length that the first byte of a UTF-8 sequence announces. */
function sequenceLength(bytes: ByteString, at: number): number {
  const first = bytes.charCodeAt(at)
  if (first < 0xc0) return 1
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
}
