import { Json, type Field, type Value } from '../fields/declare.ts'
import { allFields, F } from '../fields/index.ts'
import type { ByteString } from '../lib/bytes.ts'
import { columnOf, CUT_COLUMNS, TIME_GENERATED, type ColumnType } from './azure-columns.ts'
import { quoteJson } from './escape.ts'
import type { Encoder } from './record.ts'

/** Most bytes of one value: Azure cuts at 64 kB without a word, and does not say which kB. */
const LONGEST_VALUE = 64_000

/**
 * A row for Azure Monitor: one flat JSON object by the names of columns. A value that is too long is cut, and its column is named in
 * `CutColumns`.
 */
export function createAzureEncoder({ fields = allFields }: { readonly fields?: readonly Field[] | undefined }): Encoder {
  const columns = fields.map((field) => ({ field, ...columnOf(field) }))
  return (event) => {
    const time = event.get(F['@timestamp'])
    let row = time === undefined ? '' : `"${TIME_GENERATED.name}":"${ticks(time)}"`
    let cut = ''
    for (const { field, name, type } of columns) {
      const value = event.values[field.index]
      if (value === undefined) continue
      const whole = encodeColumn(value, type)
      if (whole !== undefined) row += `${row === '' ? '' : ','}"${name}":${whole}`
      else {
        row += `${row === '' ? '' : ','}"${name}":${quoteJson(cutAt(textOf(value), LONGEST_VALUE))}`
        cut += `${cut === '' ? '' : ','}"${name}"`
      }
    }
    if (cut !== '') row += `,"${CUT_COLUMNS.name}":[${cut}]`
    return `{${row}}`
  }
}

/** A value as JSON; `undefined` if it is too long. */
function encodeColumn(value: Value, type: ColumnType): ByteString | undefined {
  if (typeof value === 'string') {
    if (type === 'datetime') return `"${ticks(value)}"`
    return value.length > LONGEST_VALUE ? undefined : quoteJson(value)
  }
  const text = textOf(value)
  return text.length > LONGEST_VALUE ? undefined : text
}

/** A text as it is, anything else as JSON; what is cut of that is no JSON any more, and stands in the column as text. */
function textOf(value: Value): ByteString {
  if (typeof value !== 'object') return String(value)
  return value instanceof Json ? value.text : `[${value.map(quoteJson).join()}]`
}

/** At most so many bytes of UTF-8, whole characters only. */
function cutAt(value: ByteString, most: number): ByteString {
  let end = most
  while (end > 0 && value.charCodeAt(end) >= 0x80 && value.charCodeAt(end) < 0xc0) end--
  return value.slice(0, end)
}

/** A time of Azure has ticks of 100 ns: seven digits of a second. */
function ticks(time: string): string {
  return time.replace(/(\.\d{7})\d+/, '$1')
}
