import { isUtf8 } from 'node:buffer'

/**
 * A byte string: text whose characters are the bytes of its UTF-8 form, each 0–255 (Node's `latin1`).
 *
 * Inside naslog every line, every value cut out of it and every record is a byte string. Log syntax is ASCII, so parsing
 * needs no decoding; a block that holds an é stays a one-byte string in V8; output is written as latin1 and is
 * the same UTF-8 again (docs/decisions.md, "Byte strings"). Two rules follow: text from anywhere else (configuration, a
 * `\u` escape in JSON) goes through `toBytes`, and no case mapping but `lowerAscii` and no trimming but `trimBlanks` may
 * touch a value.
 */
export type ByteString = string

/** Encodes ordinary text (UTF-16) as a byte string. */
export function toBytes(text: string): ByteString {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** Decodes a byte string for people, or for an interface that takes ordinary text. */
export function fromBytes(bytes: ByteString): string {
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

/** True if the byte string is valid UTF-8. */
export function isValidUtf8(bytes: ByteString): boolean {
  return isUtf8(Buffer.from(bytes, 'latin1'))
}

/** Replaces what is not UTF-8 by U+FFFD. */
export function repairUtf8(bytes: ByteString): ByteString {
  return toBytes(fromBytes(bytes))
}

/** Lower case of the ASCII letters only: `toLowerCase` would change the bytes of an é. */
export function lowerAscii(bytes: ByteString): ByteString {
  return /[A-Z]/.test(bytes) ? bytes.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : bytes
}

/** Without blanks and tabs at both ends: `trim` would also take the byte A0, with which an à ends. */
export function trimBlanks(bytes: ByteString): ByteString {
  let start = 0
  let end = bytes.length
  while (start < end && isBlank(bytes.charCodeAt(start))) start++
  while (end > start && isBlank(bytes.charCodeAt(end - 1))) end--
  return bytes.slice(start, end)
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}

/**
 * The same text, held by nothing else and holding nothing else. V8 keeps a slice as a view of the whole text that it was cut from, and
 * a text that was put together as a tree of its pieces: who keeps text for long keeps this, and so does who uses it often.
 */
export function copyOf(bytes: ByteString): ByteString {
  return Buffer.from(bytes, 'latin1').toString('latin1')
}

/**
 * The same text, as the one object that V8 keeps of the names of properties: two of these are compared by their addresses, and so are
 * they with texts that stand in the source. Without a prototype, an object is a table, and V8 draws no conclusions from its names.
 */
export function internOf(bytes: ByteString): ByteString {
  const named = Object.create(null) as Record<string, boolean>
  named[copyOf(bytes)] = true
  return Object.keys(named)[0] as ByteString
}
