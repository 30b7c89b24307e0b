import type { ByVendor } from '../config/destinations/common-keys.ts'
import type { Event } from '../event.ts'
import { F } from '../fields/index.ts'
import { quoteJson } from './escape.ts'
import { toBytes, type ByteString } from '../lib/bytes.ts'

/** Vendors by event.module; everything else is `other`. */
const VENDORS: ReadonlyMap<string, 'qnap' | 'qumulo'> = new Map([['qnap_nas', 'qnap'], ['qumulo', 'qumulo']])

/** Gives a JSON string of the configuration for each event, by its vendor. The parser says who that is, and the line cannot name another. */
export function textByVendor(setting: ByVendor): (event: Event) => ByteString {
  const texts = typeof setting === 'string' ? { other: setting } : setting
  const other = quoteJson(toBytes(texts.other))
  const quoted = { qnap: quote(texts.qnap) ?? other, qumulo: quote(texts.qumulo) ?? other }
  return (event) => {
    const vendor = VENDORS.get(event.get(F['event.module']) ?? '')
    return vendor === undefined ? other : quoted[vendor]
  }
}

function quote(text: string | undefined): ByteString | undefined {
  return text === undefined ? undefined : quoteJson(toBytes(text))
}
