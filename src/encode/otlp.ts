import type { Event } from '../event.ts'
import { Json, type Field, type Value } from '../fields/declare.ts'
import { allFields, F } from '../fields/index.ts'
import { toBytes, type ByteString } from '../lib/bytes.ts'
import { readMoment } from '../lib/epoch.ts'
import { escapeJson, quoteJson } from './escape.ts'
import type { Encoder } from './record.ts'
import { summaryOf } from './summary.ts'

export interface OtlpEncoderOptions {
  /** The only fields that the log record shall have; all by default. */
  readonly fields?: readonly Field[] | undefined
}

/** Severity numbers for those of syslog, 0 to 7 (OpenTelemetry, "Logs Data Model", appendix B). */
const SEVERITIES = [21, 19, 18, 17, 13, 10, 9, 5] as const

/**
 * A log record of OTLP in its JSON form (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding, opentelemetry-proto 1.x):
 * lowerCamelCase, 64-bit integers as text, enumerations as numbers. Each field is an attribute under its ECS name; the body is one line
 * for people.
 */
export function createOtlpEncoder({ fields = allFields }: OtlpEncoderOptions): Encoder {
  // The body, and the times, say these.
  const told = new Set<Field>([F.message, F['@timestamp'], F['log.syslog.severity.code'], F['log.syslog.severity.name']])
  const attributes = fields.filter((field) => !told.has(field)).map(createAttribute)
  return (event) => {
    let list = ''
    for (const attribute of attributes) {
      const value = event.values[attribute.slot]
      if (value === undefined) continue
      // Most attributes of a device say the same in one line after the other.
      if (value !== attribute.last) {
        attribute.last = value
        attribute.text = attribute.head + encodeAny(value) + '}'
      }
      list += list === '' ? attribute.text : ',' + attribute.text
    }
    return `{${times(event)}${severity(event)}"body":{"stringValue":"${escapeJson(summaryOf(event))}"},"attributes":[${list}]}`
  }
}

/** An attribute, and what it was last. */
interface Attribute {
  readonly slot: number
  readonly head: string
  last: Value | undefined
  text: ByteString
}

function createAttribute({ name, index }: Field): Attribute {
  return { slot: index, head: `{"key":"${name}","value":`, last: undefined, text: '' }
}

/** Attributes of a resource, of the configuration, as a JSON array. */
export function encodeAttributes(texts: Readonly<Record<string, string>>): ByteString {
  return `[${Object.entries(texts).map(([key, value]) => `{"key":${quoteJson(toBytes(key))},"value":{"stringValue":${quoteJson(toBytes(value))}}}`).join(',')}]`
}

function times(event: Event): string {
  const observed = nanoseconds(event.get(F['event.created']))
  const time = nanoseconds(event.get(F['@timestamp']))
  return (time === undefined ? '' : `"timeUnixNano":"${time}",`) + (observed === undefined ? '' : `"observedTimeUnixNano":"${observed}",`)
}

function nanoseconds(text: string | undefined): string | undefined {
  const moment = readMoment(text)
  return moment && moment.seconds + moment.fraction.padEnd(9, '0')
}

function severity(event: Event): string {
  const code = event.get(F['log.syslog.severity.code'])
  const number = code === undefined ? undefined : SEVERITIES[code]
  if (number === undefined) return ''
  return `"severityNumber":${number},"severityText":${quoteJson(event.get(F['log.syslog.severity.name']) ?? '')},`
}

function encodeAny(value: Value): ByteString {
  if (typeof value === 'string') return '{"stringValue":"' + escapeJson(value) + '"}'
  if (typeof value === 'boolean') return `{"boolValue":${value}}`
  if (typeof value === 'number') return Number.isInteger(value) ? `{"intValue":"${value}"}` : `{"doubleValue":${value}}`
  if (value instanceof Json) return '{"stringValue":' + quoteJson(value.text) + '}'
  let list = ''
  for (const element of value) list += (list === '' ? '' : ',') + '{"stringValue":"' + escapeJson(element) + '"}'
  return '{"arrayValue":{"values":[' + list + ']}}'
}
