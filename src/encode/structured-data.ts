import { Json, type Field, type Value } from '../fields/declare.ts'
import type { ByteString } from '../lib/bytes.ts'
import { escapeControls } from './controls.ts'
import type { Encoder } from './record.ts'

/**
 * SD-ID of our element. 32473 is the enterprise number that RFC 5612 sets aside for examples: naslog has none of its own, and what
 * counts for a receiver is that the name is always the same.
 */
const SD_ID = 'naslog@32473'

/** PARAM-NAME of a field: `source.ip` is `source_ip`. RFC 5424 allows dots, but syslog-ng takes what precedes the last one for the SD-ID. */
export function parameterName({ name }: Field): string {
  return name.replace('@', '').replaceAll('.', '_')
}

/**
 * Creates the encoder of these fields as one SD-ELEMENT (RFC 5424, section 6.3): `[naslog@32473 event_action="read" source_ip="192.0.2.7"]`,
 * or `-` where an event has none. An array is the same parameter several times, an object is its JSON.
 */
export function createStructuredDataEncoder(fields: readonly Field[]): Encoder {
  const names = fields.map(parameterName)
  return ({ values }) => {
    let element = ''
    for (let i = 0; i < fields.length; i++) {
      const value = values[(fields[i] as Field).index]
      if (value === undefined) continue
      const name = names[i] as string
      if (Array.isArray(value)) for (const each of value) element += parameter(name, each)
      else element += parameter(name, textOf(value as Exclude<Value, readonly string[]>))
    }
    return element === '' ? '-' : `[${SD_ID}${element}]`
  }
}

function textOf(value: Exclude<Value, readonly string[]>): ByteString {
  return value instanceof Json ? value.text : String(value)
}

/** What a PARAM-VALUE may not hold as it is. */
const SPECIAL = /["\\\]]/
const SPECIALS = new RegExp(SPECIAL, 'g')

function parameter(name: string, value: ByteString): ByteString {
  const printable = escapeControls(value)
  return ` ${name}="${SPECIAL.test(printable) ? printable.replace(SPECIALS, '\\$&') : printable}"`
}
