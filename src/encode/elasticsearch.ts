import type { ByVendor } from '../config/destinations/common-keys.ts'
import { F } from '../fields/index.ts'
import { quoteJson } from './escape.ts'
import type { Encoder } from './record.ts'
import { textByVendor } from './vendor.ts'

/**
 * A document as `_bulk` wants it: the action in one line, the record in the next. The record's id is event.id; data streams take `create`
 * only.
 */
export function createBulkEncoder(stream: ByVendor, encode: Encoder): Encoder {
  const streamOf = textByVendor(stream)
  return (event) => {
    const id = event.get(F['event.id'])
    const idPart = id === undefined ? '' : `,"_id":${quoteJson(id)}`
    return `{"create":{"_index":${streamOf(event)}${idPart}}}\n${encode(event)}`
  }
}
