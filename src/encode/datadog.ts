import type { ByVendor } from '../config/destinations/common-keys.ts'
import type { Event } from '../event.ts'
import { allFields, F } from '../fields/index.ts'
import type { Field, Value } from '../fields/declare.ts'
import { toBytes, type ByteString } from '../lib/bytes.ts'
import { readMoment } from '../lib/epoch.ts'
import { escapeJson, quoteJson } from './escape.ts'
import { createEncoder, type Encoder } from './record.ts'
import { summaryOf } from './summary.ts'
import { encodeValue } from './value.ts'
import { textByVendor } from './vendor.ts'

export interface DatadogEncoderOptions {
  readonly source: ByVendor
  readonly service: string
  readonly tags: readonly string[]
  /** The only fields that the log shall have; all by default. */
  readonly fields?: readonly Field[] | undefined
}

/**
 * Where Datadog has an attribute of its own (https://docs.datadoghq.com/standard-attributes/), the field stands there and not under its
 * ECS name. `source` and `host` are reserved for other things at the top, so whatever ECS has there goes elsewhere, too.
 */
const STANDARD: readonly (readonly [path: string, field: Field])[] = [
  ['network.client.ip', F['source.ip']],
  ['network.client.address', F['source.address']],
  ['network.client.domain', F['source.domain']],
  ['network.client.geoip.name', F['source.geo.name']],
  ['network.client.geoip.continent.name', F['source.geo.continent_name']],
  ['network.client.geoip.country.iso_code', F['source.geo.country_iso_code']],
  ['network.client.geoip.country.name', F['source.geo.country_name']],
  ['network.client.geoip.subdivision.name', F['source.geo.region_name']],
  ['network.client.geoip.city.name', F['source.geo.city_name']],
  ['network.client.geoip.as.number', F['source.as.number']],
  ['network.client.geoip.as.name', F['source.as.organization.name']],
  ['network.protocol', F['network.protocol']],
  ['network.application', F['network.application']],
  ['usr.id', F['user.id']],
  ['usr.name', F['user.name']],
  ['evt.name', F['event.action']],
  ['evt.outcome', F['event.outcome']],
  ['http.useragent', F['user_agent.original']],
  ['error.kind', F['error.code']],
  ['error.message', F['error.message']],
  ['nas.ip', F['host.ip']],
  ['nas.mac', F['host.mac']],
]

/** What other attributes say already: `message`, `timestamp`, `hostname`. */
const TOLD: readonly Field[] = [F.message, F['@timestamp'], F['host.name'], F['host.hostname']]

/** Path of the attribute that holds a field; `undefined` for what has no place, and for what a reserved attribute says. */
export function attributeOf(field: Field): string | undefined {
  const standard = STANDARD.find(([, each]) => each === field)
  if (standard !== undefined) return standard[0]
  return TOLD.includes(field) || /^(?:source|host)\./.test(field.name) ? undefined : field.name
}

/** A log of the Datadog API v2: reserved attributes, standard attributes, and the other fields as in ECS. */
export function createDatadogEncoder({ source, service, tags, fields = allFields }: DatadogEncoderOptions): Encoder {
  const chosen = new Set(fields)
  const standard = treeOf(STANDARD.filter(([, field]) => chosen.has(field)))
  const elsewhere = new Set<Field>([...STANDARD.map(([, field]) => field), ...TOLD])
  const encodeRest = createEncoder({ format: 'ecs', fields: fields.filter((field) => !elsewhere.has(field) && !/^(?:source|host)\./.test(field.name)) })
  const sourceOf = textByVendor(source)
  const ddtags = tags.length === 0 ? '' : `,"ddtags":${quoteJson(toBytes(tags.join(',')))}`
  const constant = `"service":${quoteJson(toBytes(service))}${ddtags}`

  return (event) => {
    const rest = encodeRest(event)
    const host = event.get(F['host.name']) ?? event.get(F['naslog.sender.address'])
    return (
      `{"ddsource":${sourceOf(event)},${constant},"message":"${escapeJson(summaryOf(event))}"${timestamp(event)}${status(event)}` +
      (host === undefined ? '' : `,"hostname":${quoteJson(host)}`) +
      (chosen.has(F['@timestamp']) ? member('date', event.get(F['@timestamp'])) : '') +
      members(standard, event) +
      (rest === '{}' ? '}' : ',' + rest.slice(1))
    )
  }
}

function member(name: string, value: ByteString | undefined): ByteString {
  return value === undefined ? '' : `,"${name}":${quoteJson(value)}`
}

/** In ms: what Datadog sorts by. */
function timestamp(event: Event): string {
  const moment = readMoment(event.get(F['@timestamp']))
  return moment === undefined ? '' : `,"timestamp":${moment.seconds * 1000 + Number(moment.fraction.padEnd(3, '0').slice(0, 3))}`
}

/** Datadog reads 0 to 7 as the severities of syslog. */
function status(event: Event): string {
  const severity = event.get(F['log.syslog.severity.code'])
  return severity === undefined ? '' : `,"status":"${severity}"`
}

/** Attributes by name: fields, or more attributes. */
type Tree = Map<string, Field | Tree>

function treeOf(rows: readonly (readonly [path: string, field: Field])[]): Tree {
  const root: Tree = new Map()
  for (const [path, field] of rows) {
    const names = path.split('.')
    let tree = root
    for (const name of names.slice(0, -1)) {
      const inner = tree.get(name)
      const next: Tree = inner instanceof Map ? inner : new Map()
      tree.set(name, next)
      tree = next
    }
    tree.set(names.at(-1) as string, field)
  }
  return root
}

/** `,"usr":{"name":"bob"}` and so on; nothing of what the event does not have. */
function members(tree: Tree, event: Event): ByteString {
  let text = ''
  for (const [name, node] of tree) {
    if (node instanceof Map) {
      const inner = members(node, event)
      if (inner !== '') text += `,"${name}":{${inner.slice(1)}}`
    } else {
      const value = event.get(node)
      if (value !== undefined) text += `,"${name}":${whole(value)}`
    }
  }
  return text
}

/** A value with what stands around it. */
function whole(value: Value): ByteString {
  if (typeof value === 'string') return quoteJson(value)
  return Array.isArray(value) ? `["${encodeValue(value)}"]` : encodeValue(value)
}
