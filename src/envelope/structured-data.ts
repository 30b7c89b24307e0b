import type { ByteString } from '../lib/bytes.ts'

/** One element of RFC 5424 structured data, its values unescaped. */
export interface StructuredElement {
  readonly id: ByteString
  readonly params: ReadonlyMap<ByteString, ByteString>
  /**
   * Names that stand more than once (`params` has the first value). The RFC allows it, but a writer that does not escape
   * quotes lets a user name forge a parameter this way, so that a parser should trust none of these values.
   */
  readonly repeated: ReadonlySet<ByteString>
}

export interface StructuredData {
  readonly elements: readonly StructuredElement[]
  /** Position behind the last element that could be read. */
  readonly end: number
  /** False where the text ended, or broke the grammar, inside an element. What was read before stays. */
  readonly complete: boolean
}

/**
 * Reads the structured data at `at`: `[id name="value" ...][...]`, RFC 5424 section 6.3. An SD-ID may hold anything but
 * blanks, quotes, `=` and `]`: QNAP writes `QuLog@Access`, which is not an enterprise number. In a value `\"`, `\\` and
 * `\]` are escapes, and a `]` without backslash is taken as it stands.
 */
export function readStructuredData(text: ByteString, at: number): StructuredData {
  const elements: StructuredElement[] = []
  let position = at
  while (text.charCodeAt(position) === 0x5b) {
    const params = new Map<ByteString, ByteString>()
    const repeated = new Set<ByteString>()
    const idEnd = nameEnd(text, position + 1)
    const id = text.slice(position + 1, idEnd)
    const end = readParams(text, idEnd, params, repeated)
    if (id !== '') elements.push({ id, params, repeated })
    if (id === '' || end < 0) return { elements, end: text.length, complete: false }
    position = end
  }
  return { elements, end: position, complete: true }
}

/** Reads ` name="value"` pairs up to the closing bracket; position behind it, or -1. */
function readParams(
  text: ByteString,
  at: number,
  params: Map<ByteString, ByteString>,
  repeated: Set<ByteString>,
): number {
  let position = at
  for (;;) {
    while (text.charCodeAt(position) === 0x20) position++
    if (text.charCodeAt(position) === 0x5d) return position + 1
    const equals = nameEnd(text, position)
    if (equals === position || text.charCodeAt(equals) !== 0x3d || text.charCodeAt(equals + 1) !== 0x22) return -1
    const valueEnd = closingQuote(text, equals + 2)
    const value = text.slice(equals + 2, valueEnd < 0 ? undefined : valueEnd)
    const name = text.slice(position, equals)
    if (params.has(name)) repeated.add(name)
    else params.set(name, value.includes('\\') ? value.replace(/\\(["\\\]])/g, '$1') : value)
    if (valueEnd < 0) return -1
    position = valueEnd + 1
  }
}

function nameEnd(text: ByteString, at: number): number {
  let end = at
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end)
    if (code <= 0x20 || code === 0x22 || code === 0x3d || code === 0x5d) break
  }
  return end
}

function closingQuote(text: ByteString, at: number): number {
  for (let position = at; position < text.length; position++) {
    const code = text.charCodeAt(position)
    if (code === 0x22) return position
    if (code === 0x5c) position++
  }
  return -1
}
