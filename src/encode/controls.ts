import type { ByteString } from '../lib/bytes.ts'

/** Control characters of ASCII, DEL, and the C1 controls, which are two bytes in UTF-8. */
const CONTROL = /[\x00-\x1f\x7f]|\xc2[\x80-\x9f]/
const CONTROLS = new RegExp(CONTROL, 'g')

/**
 * Writes control characters as rsyslog does: `#` and three octal digits for each byte. A line feed in a user's name must not
 * begin a new line in somebody's file, nor an escape sequence reach a terminal.
 */
export function escapeControls(value: ByteString): ByteString {
  // Nearly every value has none, and a look is cheaper than a replacement.
  return CONTROL.test(value) ? value.replace(CONTROLS, octal) : value
}

function octal(control: ByteString): ByteString {
  let escaped = ''
  for (let i = 0; i < control.length; i++) escaped += '#' + control.charCodeAt(i).toString(8).padStart(3, '0')
  return escaped
}
