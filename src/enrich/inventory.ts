import { deviceRow, type DeviceRow } from '../config/enrichment.ts'
import type { Field } from '../fields/declare.ts'
import { F } from '../fields/index.ts'
import { toBytes, type ByteString } from '../lib/bytes.ts'
import { formatAddress, parseAddress } from '../lib/cidr.ts'
import { globMatches } from '../lib/glob.ts'
import { remember } from '../lib/remember.ts'
import type { Enricher } from './enricher.ts'
import { watchTable, type TableSettings } from './table.ts'

/** What is known of the devices that send. */
export interface Inventory {
  readonly enricher: Enricher
  zoneOf(hostname: ByteString | undefined, sender: ByteString | undefined): string | undefined
  refresh(): readonly string[]
}

interface Device {
  readonly zone: string | undefined
  readonly values: readonly { readonly field: Field<string>; readonly value: ByteString }[]
  readonly tags: readonly ByteString[]
}

/** Finds a device by the name in its header, or else by the address that delivered the line. */
type Devices = (hostname: ByteString | undefined, sender: ByteString | undefined) => Device | undefined

/** Where each column goes. */
const COLUMNS = {
  name: [F['observer.name']],
  vendor: [F['observer.vendor']],
  model: [F['device.model.name']],
  site: [F['observer.geo.name'], F['labels.site']],
  environment: [F['labels.environment']],
  owner: [F['labels.owner']],
} as const satisfies Partial<Record<keyof DeviceRow, readonly Field[]>>

/** Names of senders that are remembered with their device. */
const REMEMBERED = 10_000

/** Reads the inventory. Throws a ConfigurationError. */
export function createInventory(settings: TableSettings<DeviceRow>): Inventory {
  const devices = watchTable(settings, deviceRow, ['match', 'tags'], compileDevices)
  const enricher: Enricher = {
    name: 'inventory',
    sets: [F.tags, ...Object.values(COLUMNS).flat()],
    apply(event) {
      const device = devices.current(event.get(F['log.syslog.hostname']), event.get(F['naslog.sender.address']))
      if (device === undefined) return event.add(F.tags, 'unknown_device')
      for (const { field, value } of device.values) event.set(field, value)
      for (const tag of device.tags) event.add(F.tags, tag)
    },
  }
  return { enricher, zoneOf: (hostname, sender) => devices.current(hostname, sender)?.zone, refresh: () => devices.refresh() }
}

function compileDevices(rows: readonly DeviceRow[]): Devices {
  const entries = rows.map((row) => ({
    globs: (row.match ?? []).map(toBytes),
    cluster: row.cluster === undefined ? undefined : toBytes(row.cluster),
    device: deviceOf(row),
  }))
  const ofSender = remember(REMEMBERED, (sender) => {
    // A socket for both kinds of addresses calls 192.0.2.1 `::ffff:192.0.2.1`.
    const address = parseAddress(sender)
    const name = address === undefined ? sender : formatAddress(address)
    return entries.find(({ globs }) => globs.some((glob) => globMatches(glob, name)))?.device
  })
  const ofHost = remember(REMEMBERED, (name) => {
    const clusterName = clusterOf(name)
    const fits = ({ globs, cluster }: (typeof entries)[number]): boolean =>
      globs.some((glob) => globMatches(glob, name)) || (cluster !== undefined && cluster === clusterName)
    return entries.find(fits)?.device
  })
  return (hostname, sender) =>
    (hostname === undefined ? undefined : ofHost(hostname)) ?? (sender === undefined ? undefined : ofSender(sender))
}

function deviceOf(row: DeviceRow): Device {
  const values = Object.entries(COLUMNS).flatMap(([column, fields]) => {
    const value = row[column as keyof typeof COLUMNS]
    return value === undefined ? [] : fields.map((field) => ({ field, value: toBytes(value) }))
  })
  return { zone: row.zone, values, tags: (row.tags ?? []).map(toBytes) }
}

/** `groot` of `groot-1` and `groot-12.example.com`: the nodes of a Qumulo cluster are called so. */
function clusterOf(hostname: ByteString): ByteString | undefined {
  return /^([^.]+)-\d+(?:\.|$)/.exec(hostname)?.[1]
}
