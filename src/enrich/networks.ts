import { networkRow, type NetworkRow } from '../config/enrichment.ts'
import type { Field } from '../fields/declare.ts'
import { F } from '../fields/index.ts'
import { toBytes, type ByteString } from '../lib/bytes.ts'
import { createCidrTable } from '../lib/cidr-table.ts'
import { parseAddress, parseCidr, type Cidr } from '../lib/cidr.ts'
import { remember } from '../lib/remember.ts'
import type { Enricher } from './enricher.ts'
import { watchTable, type TableSettings } from './table.ts'

/** What is known of the networks that clients come from. */
export interface Networks {
  readonly enricher: Enricher
  refresh(): readonly string[]
}

/** What a row says of its network. */
type Values = readonly { readonly field: Field<string>; readonly value: ByteString }[]

/** What is known of an address. */
interface Client {
  readonly class: string
  readonly values: Values
}

const COLUMNS = {
  name: F['naslog.source.network'],
  site: F['source.geo.name'],
  zone: F['naslog.source.zone'],
  trust: F['naslog.source.trust'],
} as const satisfies Partial<Record<keyof NetworkRow, Field<string>>>

/**
 * The classes of addresses that are not public: the IANA special-purpose registries
 * (https://www.iana.org/assignments/iana-ipv4-special-registry, .../iana-ipv6-special-registry) and multicast.
 */
const CLASSES: readonly (readonly [networks: readonly string[], name: string])[] = [
  [['127.0.0.0/8', '::1'], 'loopback'],
  [['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'], 'private'],
  [['169.254.0.0/16', 'fe80::/10'], 'link_local'],
  [['100.64.0.0/10'], 'shared'],
  [['224.0.0.0/4', 'ff00::/8'], 'multicast'],
  [['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32', '3fff::/20'], 'documentation'],
  [['0.0.0.0/8', '192.0.0.0/24', '198.18.0.0/15', '240.0.0.0/4', '::', '100::/64'], 'reserved'],
]
const classes = createCidrTable(CLASSES.flatMap(([networks, name]) => networks.map((text) => [parseCidr(text) as Cidr, name] as const)))

/** Class of an address, or `undefined` if the text is none. */
export function addressClass(text: string): string | undefined {
  const address = parseAddress(text)
  return address === undefined ? undefined : (classes.lookup(address) ?? 'public')
}

const NOTHING: Values = []

/** Addresses that are remembered with what is known of them. */
const REMEMBERED = 10_000

/** Reads the table of networks. Throws a ConfigurationError. */
export function createNetworks(settings: TableSettings<NetworkRow>): Networks {
  const networks = watchTable(settings, networkRow, ['cidr'], compileNetworks)
  const enricher: Enricher = {
    name: 'networks',
    sets: [F['naslog.source.class'], ...Object.values(COLUMNS)],
    apply(event) {
      const ip = event.get(F['source.ip'])
      if (ip === undefined) return
      const client = networks.current(ip)
      if (client === undefined) return
      event.set(F['naslog.source.class'], client.class)
      for (const { field, value } of client.values) event.set(field, value)
    },
  }
  return { enricher, refresh: () => networks.refresh() }
}

function compileNetworks(rows: readonly NetworkRow[]): (ip: string) => Client | undefined {
  const table = createCidrTable(rows.flatMap((row) => row.cidr.map((text) => [parseCidr(text) as Cidr, valuesOf(row)] as const)))
  return remember(REMEMBERED, (ip) => {
    const address = parseAddress(ip)
    if (address === undefined) return undefined
    return { class: classes.lookup(address) ?? 'public', values: table.lookup(address) ?? NOTHING }
  })
}

function valuesOf(row: NetworkRow): Values {
  return Object.entries(COLUMNS).flatMap(([column, field]) => {
    const value = row[column as keyof typeof COLUMNS]
    return value === undefined ? [] : [{ field, value: toBytes(value) }]
  })
}
