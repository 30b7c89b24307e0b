import type { ByteString } from '../lib/bytes.ts'
import { escapeTerminalControls } from '../lib/terminal-controls.ts'

/**
 * What may not stand raw in a JSON string of ours: what JSON forbids, and DEL and the C1 controls (two bytes in UTF-8, the first is C2),
 * which JSON allows but a terminal obeys. That some other characters begin with C2, too, costs less than a look at the next byte.
 */
const PERHAPS_UNSAFE = /[\x00-\x1f"\\\x7f\xc2]/

/** The content of a JSON string, without the quotes around it. */
export function escapeJson(value: ByteString): ByteString {
  return PERHAPS_UNSAFE.test(value) ? escapeUnsafe(value) : value
}

function escapeUnsafe(value: ByteString): ByteString {
  // JSON.stringify leaves the bytes from 0x80 on alone: in a byte string none of them is a surrogate.
  return escapeTerminalControls(JSON.stringify(value).slice(1, -1))
}

/** A JSON string. */
export function quoteJson(value: ByteString): ByteString {
  return '"' + escapeJson(value) + '"'
}
