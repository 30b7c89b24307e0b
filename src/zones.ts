import { formatAddress, parseAddress } from './lib/cidr.ts'
import { globMatches } from './lib/glob.ts'
import { createZone, type Zone } from './lib/zone.ts'

/** Which zone the stamps of a device are in, where they do not say so. */
export interface Zones {
  /**
   * Zone of the device by host name or sender address, else the one that the inventory names, else the default, else the
   * parser's, else the collector's own.
   */
  of(hostname: string | undefined, sender: string | undefined, parserDefault: string | undefined, inventory?: string | undefined): Zone
}

export interface ZoneSettings {
  /** IANA name or fixed offset for every device that `devices` does not name. */
  readonly default?: string | undefined
  /** Host name, address or glob (`nas-*`) to zone; the first that matches counts. */
  readonly devices?: readonly { readonly match: string; readonly zone: string }[] | undefined
  /** Tells the collector's own zone; asked when it is needed, because asking Intl takes 17 ms. */
  readonly local: () => string
}

/** Devices remembered with their zone. Host names come from the network: without a bound they could fill the memory. */
const REMEMBERED_DEVICES = 10_000

/** Throws for a zone that does not exist; the configuration has checked them before. */
export function createZones(settings: ZoneSettings): Zones {
  const byName = new Map<string, Zone>()
  const zoneOf = (name: string): Zone => {
    let zone = byName.get(name)
    if (zone === undefined) byName.set(name, (zone = createZone(name)))
    return zone
  }
  const devices = (settings.devices ?? []).map(({ match, zone }) => ({ match, zone: zoneOf(zone) }))
  const fallback = settings.default === undefined ? undefined : zoneOf(settings.default)
  let local: Zone | undefined

  const remembered = new Map<string, Zone | undefined>()
  const deviceZone = (name: string): Zone | undefined => {
    let zone = remembered.get(name)
    if (zone === undefined && !remembered.has(name)) {
      // A socket for both kinds of addresses calls 192.0.2.1 `::ffff:192.0.2.1`.
      const address = parseAddress(name)
      const plain = address === undefined ? name : formatAddress(address)
      zone = devices.find(({ match }) => globMatches(match, name) || globMatches(match, plain))?.zone
      if (remembered.size >= REMEMBERED_DEVICES) remembered.clear()
      remembered.set(name, zone)
    }
    return zone
  }

  return {
    of(hostname, sender, parserDefault, inventory) {
      const configured =
        devices.length === 0
          ? undefined
          : ((hostname === undefined ? undefined : deviceZone(hostname)) ?? (sender === undefined ? undefined : deviceZone(sender)))
      if (configured === undefined && inventory !== undefined) return zoneOf(inventory)
      return configured ?? fallback ?? (parserDefault === undefined ? (local ??= zoneOf(settings.local())) : zoneOf(parserDefault))
    },
  }
}
