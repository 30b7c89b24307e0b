import { Reader, type AsnResponse, type CityResponse, type Response } from 'mmdb-lib'
import type { EnrichmentSettings } from '../config/enrichment.ts'
import { ConfigurationError } from '../config/error.ts'
import { Json, type Field, type Value } from '../fields/declare.ts'
import { F } from '../fields/index.ts'
import { toBytes } from '../lib/bytes.ts'
import { formatAddress, isIpv4, parseAddress } from '../lib/cidr.ts'
import { printableText } from '../lib/printable.ts'
import { remember } from '../lib/remember.ts'
import type { Enricher } from './enricher.ts'
import { readBytes, watchFile, type WatchedFile } from './watched-file.ts'

/** Where public addresses are, by mmdb files (https://maxmind.github.io/MaxMind-DB/). */
export interface Geoip {
  readonly enricher: Enricher
  refresh(): readonly string[]
}

type Values = readonly (readonly [field: Field, value: Value])[]
type Lookup = (ip: string) => Values

/** Addresses that are remembered with what is known of them. */
const REMEMBERED = 10_000

const CITY_FIELDS = [
  F['source.geo.continent_name'],
  F['source.geo.country_iso_code'],
  F['source.geo.country_name'],
  F['source.geo.region_name'],
  F['source.geo.city_name'],
  F['source.geo.location'],
]
const ASN_FIELDS = [F['source.as.number'], F['source.as.organization.name']]

/** Reads the files into memory. Throws a ConfigurationError. */
export function createGeoip({ city, asn }: NonNullable<EnrichmentSettings['geoip']>): Geoip {
  const files: WatchedFile<Lookup>[] = []
  if (city !== undefined) files.push(watchFile(city, (name) => readDatabase<CityResponse>(name, cityValues)))
  if (asn !== undefined) files.push(watchFile(asn, (name) => readDatabase<AsnResponse>(name, asnValues)))
  const enricher: Enricher = {
    name: 'geoip',
    sets: [...(city === undefined ? [] : CITY_FIELDS), ...(asn === undefined ? [] : ASN_FIELDS)],
    apply(event) {
      const ip = event.get(F['source.ip'])
      if (ip === undefined) return
      for (const file of files) for (const [field, value] of file.current(ip)) event.set(field, value)
    },
  }
  return { enricher, refresh: () => files.flatMap((file) => file.refresh()) }
}

function readDatabase<T extends Response>(name: string, valuesOf: (found: T) => Values): Lookup {
  const bytes = readBytes(name)
  let reader: Reader<T>
  try {
    reader = new Reader<T>(bytes)
    // A file that was cut has no place for what its tree points at.
    if (reader.metadata.searchTreeSize >= bytes.length) throw new Error('it is cut')
    reader.get('8.8.8.8')
  } catch {
    throw new ConfigurationError([{ where: printableText(name), text: 'is not an mmdb file, or a broken one' }])
  }
  return remember(REMEMBERED, (ip) => {
    const address = parseAddress(ip)
    if (address === undefined || (!isIpv4(address) && reader.metadata.ipVersion === 4)) return []
    try {
      const found = reader.get(formatAddress(address))
      return found === null ? [] : valuesOf(found)
    } catch {
      return [] // a broken place in the file costs the place of an address, not the line
    }
  })
}

function cityValues({ continent, country, subdivisions, city, location }: CityResponse): Values {
  const values: (readonly [Field, Value])[] = []
  addText(values, F['source.geo.continent_name'], continent?.names?.en)
  addText(values, F['source.geo.country_iso_code'], country?.iso_code)
  addText(values, F['source.geo.country_name'], country?.names?.en)
  addText(values, F['source.geo.region_name'], subdivisions?.[0]?.names?.en)
  addText(values, F['source.geo.city_name'], city?.names?.en)
  const { latitude, longitude } = location ?? {}
  // Elasticsearch refuses a whole record for a place that is not on the globe.
  if (isWithin(latitude, 90) && isWithin(longitude, 180)) values.push([F['source.geo.location'], new Json(`{"lat":${latitude},"lon":${longitude}}`)])
  return values
}

function isWithin(degrees: unknown, limit: number): boolean {
  return typeof degrees === 'number' && Math.abs(degrees) <= limit
}

function asnValues({ autonomous_system_number: number, autonomous_system_organization: organization }: AsnResponse): Values {
  const values: (readonly [Field, Value])[] = []
  if (Number.isSafeInteger(number)) values.push([F['source.as.number'], number])
  addText(values, F['source.as.organization.name'], organization)
  return values
}

function addText(values: (readonly [Field, Value])[], field: Field, text: unknown): void {
  if (typeof text === 'string' && text !== '') values.push([field, toBytes(text)])
}
