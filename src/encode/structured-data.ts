import type { Event } from '../event.ts'
import { Json, type Field, type Value } from '../fields/declare.ts'
import type { ByteString } from '../lib/bytes.ts'
import { escapeControls } from './controls.ts'

/**
 * SD-ID of our element. 32473 is the enterprise number that RFC 5612 sets aside for examples: naslog has none of its own, and what
 * counts for a receiver is that the name is always the same.
 */
export const SD_ID = 'naslog@32473'

/**
 * The fields of an event as one SD-ELEMENT (RFC 5424, section 6.3): `[naslog@32473 event.action="read" source.ip="192.0.2.7"]`,
 * or `-` where it has none. PARAM-NAMEs are the names of the fields. An array is the same parameter several times,
 * an object is its JSON.
 */
export function encodeStructuredData({ values }: Event, fields: readonly Field[]): ByteString {
  let element = ''
  for (const { name, index } of fields) {
    const value = values[index]
    if (value === undefined) continue
    if (Array.isArray(value)) for (const each of value) element += parameter(name, each)
    else element += parameter(name, textOf(value as Exclude<Value, readonly string[]>))
  }
  return element === '' ? '-' : `[${SD_ID}${element}]`
}

function textOf(value: Exclude<Value, readonly string[]>): ByteString {
  return value instanceof Json ? value.text : String(value)
}

function parameter(name: string, value: ByteString): ByteString {
  return ` ${name}="${escapeControls(value).replace(/["\\\]]/g, '\\$&')}"`
}
