import { Json, type Value } from '../fields/declare.ts'
import type { ByteString } from '../lib/bytes.ts'
import { escapeJson } from './escape.ts'

/** A value as JSON, without the quotes and brackets that stand around it (place.ts). */
export function encodeValue(value: Value): ByteString {
  if (typeof value === 'string') return escapeJson(value)
  if (typeof value !== 'object') return String(value)
  return value instanceof Json ? value.text : encodeList(value)
}

function encodeList(list: readonly string[]): ByteString {
  let elements = escapeJson(list[0] as string)
  for (let i = 1; i < list.length; i++) elements += '","' + escapeJson(list[i] as string)
  return elements
}
