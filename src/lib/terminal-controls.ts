import type { ByteString } from './bytes.ts'

/** DEL and the C1 controls (two bytes in UTF-8, the first is C2), which JSON allows but a terminal obeys. */
const TERMINAL_CONTROLS = /\x7f|\xc2([\x80-\x9f])/g

/** JSON text with its terminal controls as `\u00..`. In valid JSON they stand in strings only. */
export function escapeTerminalControls(json: ByteString): ByteString {
  return json.replace(TERMINAL_CONTROLS, (_, c1?: string) => '\\u00' + (c1 ?? '\x7f').charCodeAt(0).toString(16))
}
