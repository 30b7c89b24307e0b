import type { ByteString } from '../lib/bytes.ts'

/** One element of RFC 5424 structured data, its values unescaped. A repeated name keeps its last value. */
export interface StructuredElement {
  readonly id: ByteString
  readonly params: ReadonlyMap<ByteString, ByteString>
}
