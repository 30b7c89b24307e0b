import { fromBytes, toBytes, type ByteString } from '../../lib/bytes.ts'
import { escapeTerminalControls } from '../../lib/terminal-controls.ts'
import { JsonScanner } from './json-scanner.ts'
import type { JsonSlice } from './record.ts'

/** Elasticsearch refuses a document whose `flattened` field is nested deeper than 20 levels. */
export const DEEPEST = 16

/** A JSON object that is fit for the output. */
export interface JsonObject {
  /** Valid JSON without duplicate keys and without control characters. */
  readonly text: ByteString
  readonly value: object
  /** True if the text had to be mended. */
  readonly repaired: boolean
}

/**
 * Checks the text of an object and mends what can be mended: backslashes that begin no escape, raw control characters,
 * duplicate keys (the last one wins; Elasticsearch would refuse the document). `undefined` if it is no JSON object even then, or
 * nested too deeply.
 */
export function checkObject(slice: JsonSlice): JsonObject | undefined {
  let { text } = slice
  let value = parse(text)
  const repaired = value === undefined
  if (repaired) {
    text = repair(text)
    value = parse(text)
  }
  if (typeof value !== 'object' || value === null) return undefined
  const members = countMembers(value, 1)
  if (members === undefined) return undefined
  if (members !== slice.members) text = toBytes(JSON.stringify(JSON.parse(fromBytes(text))))
  return { text: escapeTerminalControls(text), value, repaired }
}

/** The object that stands in a text. */
export function sliceOf(text: ByteString): JsonSlice {
  const scanner = new JsonScanner(text)
  scanner.nested()
  return { text, members: scanner.members }
}

/** Parses JSON without decoding UTF-8. A string of the result is a byte string only if the text holds no `\u` escape. */
function parse(text: ByteString): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Doubles every backslash that begins no legal escape, and escapes control characters. */
function repair(text: ByteString): ByteString {
  return text.replace(/\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|[\\\0-\x1f]/g, (found) => {
    if (found.length > 1) return found
    return found === '\\' ? '\\\\' : '\\u' + found.charCodeAt(0).toString(16).padStart(4, '0')
  })
}

/** Number of object members at all depths; `undefined` below the deepest level that is allowed. */
function countMembers(value: unknown, level: number): number | undefined {
  if (typeof value !== 'object' || value === null) return 0
  if (level > DEEPEST) return undefined
  let members = 0
  // A value of JSON.parse has its own keys only, also one called `__proto__`.
  for (const key in value) {
    const inner = countMembers((value as Record<string, unknown>)[key], level + 1)
    if (inner === undefined) return undefined
    members += inner + 1
  }
  if (Array.isArray(value)) members -= value.length
  return members
}
