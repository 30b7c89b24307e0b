import { maskAddress, type Address, type Cidr } from './cidr.ts'

/** Values by network; of the networks that hold an address, the narrowest counts. */
export interface CidrTable<T> {
  lookup(address: Address): T | undefined
}

/** Makes a table. Of two equal networks the first counts. A look-up costs one map access for each length of prefix in the table. */
export function createCidrTable<T>(entries: Iterable<readonly [Cidr, T]>): CidrTable<T> {
  const byLength = new Map<number, Map<string, T>>()
  for (const [{ address, bits }, value] of entries) {
    let networks = byLength.get(bits)
    if (networks === undefined) byLength.set(bits, (networks = new Map()))
    const key = address.join()
    if (!networks.has(key)) networks.set(key, value)
  }
  const narrowestFirst = [...byLength].sort(([a], [b]) => b - a)
  return {
    lookup(address) {
      for (const [bits, networks] of narrowestFirst) {
        const value = networks.get(maskAddress(address, bits).join())
        if (value !== undefined) return value
      }
      return undefined
    },
  }
}
