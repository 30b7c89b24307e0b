import type { ByteString } from '../lib/bytes.ts'
import { isPlain } from '../lib/plain-text.ts'
import { escapeTerminalControls } from '../lib/terminal-controls.ts'

/** The content of a JSON string, without the quotes around it. */
export function escapeJson(value: ByteString): ByteString {
  return isPlain(value) ? value : escapeUnsafe(value)
}

function escapeUnsafe(value: ByteString): ByteString {
  // JSON.stringify leaves the bytes from 0x80 on alone: in a byte string none of them is a surrogate.
  return escapeTerminalControls(JSON.stringify(value).slice(1, -1))
}

/** A JSON string. */
export function quoteJson(value: ByteString): ByteString {
  return '"' + escapeJson(value) + '"'
}
