import { isIpv4, maskAddress, type Address, type Cidr } from './cidr.ts'

/** Values by network; of the networks that hold an address, the narrowest counts. */
export interface CidrTable<T> {
  lookup(address: Address): T | undefined
}

/** Bits of the prefix that all IPv4 addresses share. */
const IPV4_PREFIX = 96

/**
 * Makes a table. Of two equal networks the first counts. A look-up costs one map access for each length of prefix in the table;
 * IPv4 networks have their own maps, by number.
 */
export function createCidrTable<T>(entries: Iterable<readonly [Cidr, T]>): CidrTable<T> {
  const ipv4 = new Map<number, Map<number, T>>()
  const others = new Map<number, Map<string, T>>()
  for (const [{ address, bits }, value] of entries) {
    if (bits >= IPV4_PREFIX && isIpv4(address)) addFirst(ipv4, bits, address[3], value)
    else addFirst(others, bits, address.join(), value)
  }
  const ipv4Lengths = narrowestFirst(ipv4).map(([bits, networks]) => ({ mask: maskAddress([0, 0, 0, 0xffffffff], bits)[3], networks }))
  const otherLengths = narrowestFirst(others)
  return {
    lookup(address) {
      if (isIpv4(address)) {
        for (const { mask, networks } of ipv4Lengths) {
          const value = networks.get((address[3] & mask) >>> 0)
          if (value !== undefined) return value
        }
      }
      for (const [bits, networks] of otherLengths) {
        const value = networks.get(maskAddress(address, bits).join())
        if (value !== undefined) return value
      }
      return undefined
    },
  }
}

function addFirst<K, T>(byLength: Map<number, Map<K, T>>, bits: number, key: K, value: T): void {
  let networks = byLength.get(bits)
  if (networks === undefined) byLength.set(bits, (networks = new Map()))
  if (!networks.has(key)) networks.set(key, value)
}

function narrowestFirst<V>(byLength: ReadonlyMap<number, V>): [bits: number, networks: V][] {
  return [...byLength].sort(([a], [b]) => b - a)
}
