import { Json, type Value } from '../fields/declare.ts'
import type { ByteString } from '../lib/bytes.ts'
import { escapeJson } from './escape.ts'

/** A value as JSON, without the quotes and brackets that stand around it (place.ts). */
export function encodeValue(value: Value): ByteString {
  return encode(value, escapeJson)
}

/** The same for a value whose text is plain. */
export function encodePlainValue(value: Value): ByteString {
  return typeof value === 'string' ? value : encode(value, asItStands)
}

function encode(value: Value, escape: (text: ByteString) => ByteString): ByteString {
  if (typeof value === 'string') return escape(value)
  if (typeof value !== 'object') return String(value)
  if (value instanceof Json) return value.text
  let elements = escape(value[0] as string)
  for (let i = 1; i < value.length; i++) elements += '","' + escape(value[i] as string)
  return elements
}

function asItStands(text: ByteString): ByteString {
  return text
}
