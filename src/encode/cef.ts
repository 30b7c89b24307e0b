import { isIPv4, isIPv6 } from 'node:net'
import type { Event } from '../event.ts'
import type { Field, Value } from '../fields/declare.ts'
import { F } from '../fields/index.ts'
import type { ByteString } from '../lib/bytes.ts'
import { escapeControls } from './controls.ts'

/**
 * An event as one CEF message (ArcSight Common Event Format, CEF:0; "Implementing ArcSight Common Event Format", version 25):
 * `CEF:0|Vendor|Product|Version|Class ID|Name|Severity|key=value ...`. docs/destinations/syslog.md has the table of keys.
 * Only fields of `wanted` are used.
 */
export function encodeCef(event: Event, wanted: ReadonlySet<Field>): ByteString {
  const get = <V extends Value>(field: Field<V>): V | undefined => (wanted.has(field) ? event.get(field) : undefined)
  const action = get(F['event.action']) ?? get(F['event.kind']) ?? 'event'
  const header = [
    get(F['observer.vendor']) ?? 'naslog',
    get(F['observer.product']) ?? 'syslog',
    // The version of the device, which its lines do not tell.
    'unknown',
    `${get(F['event.dataset']) ?? 'plain'}:${action}`,
    action.replaceAll('_', ' '),
    String(severityOf(get(F['log.syslog.severity.code']), get(F['event.kind']), get(F['event.outcome']))),
  ]
  return `CEF:0|${header.map(escapeHeader).join('|')}|${extension(get)}`
}

type Get = <V extends Value>(field: Field<V>) => V | undefined

/** Keys of CEF that take the text of one field as it is. */
const TEXT_KEYS: readonly (readonly [key: string, field: Field<string>])[] = [
  ['externalId', F['event.id']],
  ['act', F['event.action']],
  ['outcome', F['event.outcome']],
  ['reason', F['event.reason']],
  ['suser', F['user.name']],
  ['suid', F['user.id']],
  ['sntdom', F['user.domain']],
  ['duser', F['user.target.name']],
  ['shost', F['source.domain']],
  ['dvchost', F['host.name']],
  ['app', F['network.protocol']],
  ['requestClientApplication', F['user_agent.original']],
  ['fileType', F['file.type']],
  ['fileId', F['file.inode']],
  ['deviceFacility', F['log.syslog.facility.name']],
  ['deviceProcessName', F['process.name']],
  ['msg', F['message']],
  ['rawEvent', F['event.original']],
]

const NUMBER_KEYS: readonly (readonly [key: string, field: Field<number>])[] = [
  ['fsize', F['file.size']],
  ['cnt', F['naslog.repeat_count']],
]

/** Custom strings: what CEF has no key for, each with its label. */
const CUSTOM_TEXTS: readonly (readonly [key: string, label: string, field: Field<string> | Field<readonly string[]>])[] = [
  ['cs1', 'Problems', F['naslog.problems']],
  ['cs2', 'Cluster', F['qumulo.cluster.name']],
  ['cs3', 'Change', F['qumulo.audit.change']],
  ['cs4', 'Application', F['qnap.nas.application']],
  ['cs5', 'ClientApplication', F['qnap.nas.client_app']],
  ['cs6', 'Parser', F['naslog.parser']],
]

function extension(get: Get): ByteString {
  let text = ''
  const add = (key: string, value: ByteString | number | undefined): void => {
    if (value !== undefined) text += `${text === '' ? '' : ' '}${key}=${typeof value === 'number' ? value : escapeExtension(value)}`
  }
  const milliseconds = Date.parse(get(F['@timestamp']) ?? '')
  if (!Number.isNaN(milliseconds)) add('rt', milliseconds)
  addAddress(add, get(F['source.ip']), 'src', ['c6a2', 'Source IPv6 Address'])
  addAddress(add, get(F['host.ip'])?.[0] ?? get(F['naslog.sender.address']), 'dvc', ['c6a1', 'Device IPv6 Address'])
  for (const [key, field] of TEXT_KEYS) add(key, get(field))
  for (const [key, field] of NUMBER_KEYS) add(key, get(field))
  add('cat', get(F['event.category'])?.join(','))
  addPaths(add, get)
  for (const [key, label, field] of CUSTOM_TEXTS) {
    const value = get(field as Field<string | readonly string[]>)
    if (value === undefined) continue
    add(key, typeof value === 'string' ? value : value.join(','))
    add(`${key}Label`, label)
  }
  return text
}

type Add = (key: string, value: ByteString | number | undefined) => void

/** The address keys of CEF:0 take IPv4 only; an IPv6 address has a custom key. */
function addAddress(add: Add, address: string | undefined, key: string, [customKey, label]: readonly [string, string]): void {
  if (address === undefined) return
  if (isIPv4(address)) add(key, address)
  else if (isIPv6(address)) {
    add(customKey, address)
    add(`${customKey}Label`, label)
  }
}

/** In CEF `filePath` is where a file is after the operation: of a rename, ECS file.path is the old one. */
function addPaths(add: Add, get: Get): void {
  const path = get(F['file.path'])
  const after = get(F['qnap.nas.file.new_path']) ?? get(F['qumulo.audit.target_path'])
  if (after === undefined) {
    add('filePath', path)
    add('fname', get(F['file.name']))
    return
  }
  add('filePath', after)
  add('fname', nameOf(after))
  add('oldFilePath', path)
  add('oldFileName', get(F['file.name']))
}

function nameOf(path: ByteString): ByteString | undefined {
  const end = path.endsWith('/') ? path.length - 1 : path.length
  return path.slice(path.lastIndexOf('/', end - 1) + 1, end) || undefined
}

/** CEF severity by syslog severity (0 emergency – 7 debug). */
const SEVERITY_OF_CODE: readonly number[] = [10, 10, 9, 8, 6, 4, 3, 1]

/** 0–10: that of the syslog header, 3 without one; a failure is at least 5, a broken line at least 6. */
function severityOf(code: number | undefined, kind: string | undefined, outcome: string | undefined): number {
  const base = SEVERITY_OF_CODE[code ?? 6] ?? 3
  const least = kind === 'pipeline_error' ? 6 : outcome === 'failure' ? 5 : 0
  return Math.max(base, least)
}

function escapeHeader(value: ByteString): ByteString {
  return escapeControls(value).replace(/[\\|]/g, '\\$&')
}

const SPECIAL = /[\\=\n\r]/

/** A pipe stands as it is in the extension; line ends are `\n` and `\r` there. */
function escapeExtension(value: ByteString): ByteString {
  if (!SPECIAL.test(value)) return escapeControls(value)
  return escapeControls(value.replace(/[\\=]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r'))
}
