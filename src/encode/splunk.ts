import type { ByVendor } from '../config/destinations/common-keys.ts'
import type { Event } from '../event.ts'
import { F } from '../fields/index.ts'
import { readMoment } from '../lib/epoch.ts'
import { quoteJson } from './escape.ts'
import type { Encoder } from './record.ts'
import { textByVendor } from './vendor.ts'

export interface SplunkEncoderOptions {
  readonly sourcetype: ByVendor
  /** That of the token by default. */
  readonly index?: ByVendor | undefined
}

/**
 * An event object of the HTTP Event Collector
 * (https://help.splunk.com/en/splunk-enterprise/get-data-in/collect-http-event-data/format-events-for-http-event-collector): the record is its
 * `event`, and event.id stands among the indexed fields as well, so that repeats are found quickly.
 */
export function createSplunkEncoder({ sourcetype, index }: SplunkEncoderOptions, encode: Encoder): Encoder {
  const sourcetypeOf = textByVendor(sourcetype)
  const indexOf = index === undefined ? undefined : textByVendor(index)
  return (event) => {
    const id = event.get(F['event.id'])
    const indexPart = indexOf === undefined ? '' : `,"index":${indexOf(event)}`
    const idPart = id === undefined ? '' : `,"fields":{"event_id":${quoteJson(id)}}`
    return `{${time(event)}${host(event)}"source":"naslog","sourcetype":${sourcetypeOf(event)}${indexPart},"event":${encode(event)}${idPart}}`
  }
}

function time(event: Event): string {
  const moment = readMoment(event.get(F['@timestamp']))
  if (moment === undefined) return ''
  return `"time":${moment.seconds}${moment.fraction === '' ? '' : `.${moment.fraction}`},`
}

function host(event: Event): string {
  const name = event.get(F['host.name']) ?? event.get(F['naslog.sender.address'])
  return name === undefined ? '' : `"host":${quoteJson(name)},`
}
