/**
 * An address as four words of 32 bits. IPv4 stands as its IPv4-mapped IPv6 form (::ffff:0:0/96, RFC 4291 section 2.5.5.2), so
 * that 10.0.0.1 and ::ffff:10.0.0.1 are the same address.
 */
export type Address = readonly [number, number, number, number]

/** A network: an address and how many of its 128 bits count. An IPv4 network of /8 has 104. */
export interface Cidr {
  readonly address: Address
  readonly bits: number
}

const MAPPED = 0xffff

/** Reads an IPv4 or IPv6 address; a zone (`%eth0`) behind it is passed over. `undefined` if the text is none. */
export function parseAddress(text: string): Address | undefined {
  if (text.includes(':')) return parseIpv6(text)
  const word = parseIpv4(text, 0)
  return word < 0 ? undefined : [0, 0, MAPPED, word]
}

/** Reads `10.0.0.0/8`, `2001:db8::/32` or an address alone. `undefined` if the text is none, or has bits behind the prefix. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/')
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash))
  if (address === undefined || text.includes('%')) return undefined
  const widest = text.includes(':') ? 128 : 32
  const suffix = slash < 0 ? String(widest) : text.slice(slash + 1)
  if (!/^(?:0|[1-9]\d{0,2})$/.test(suffix) || Number(suffix) > widest) return undefined
  const bits = Number(suffix) + 128 - widest
  return compareAddresses(maskAddress(address, bits), address) === 0 ? { address, bits } : undefined
}

export function isInCidr({ address, bits }: Cidr, candidate: Address): boolean {
  return compareAddresses(maskAddress(candidate, bits), address) === 0
}

/** The address with all but its first bits cleared. */
export function maskAddress(address: Address, bits: number): Address {
  return [
    maskWord(address[0], bits),
    maskWord(address[1], bits - 32),
    maskWord(address[2], bits - 64),
    maskWord(address[3], bits - 96),
  ]
}

/** Negative, zero or positive, by the numbers that the addresses are. */
export function compareAddresses(a: Address, b: Address): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3]
}

export function isIpv4([first, second, third]: Address): boolean {
  return first === 0 && second === 0 && third === MAPPED
}

/** The address as text: IPv4 dotted, IPv6 as RFC 5952 asks (lower case, the longest run of zeros as `::`). */
export function formatAddress(address: Address): string {
  if (isIpv4(address)) {
    const word = address[3]
    return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`
  }
  const groups = address.flatMap((word) => [word >>> 16, word & 0xffff])
  let from = 0
  let length = 0
  for (let start = 0; start < groups.length; start++) {
    let end = start
    while (end < groups.length && groups[end] === 0) end++
    if (end - start > length) {
      from = start
      length = end - start
    }
  }
  const hex = groups.map((group) => group.toString(16))
  return length < 2 ? hex.join(':') : `${hex.slice(0, from).join(':')}::${hex.slice(from + length).join(':')}`
}

function maskWord(word: number, bits: number): number {
  if (bits <= 0) return 0
  return bits >= 32 ? word : (word & (0xffffffff << (32 - bits))) >>> 0
}

/** The 32 bits of the dotted address that the text is from `start` on, or -1. Leading zeros are refused: some read them as octal. */
function parseIpv4(text: string, start: number): number {
  let word = 0
  let octet = -1
  let dots = 0
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x2e) {
      if (octet < 0 || ++dots > 3) return -1
      word = word * 256 + octet
      octet = -1
    } else {
      if (code < 0x30 || code > 0x39 || octet === 0) return -1
      octet = (octet < 0 ? 0 : octet * 10) + code - 0x30
      if (octet > 255) return -1
    }
  }
  return dots === 3 && octet >= 0 ? word * 256 + octet : -1
}

/** The longest text of an IPv6 address: seven groups, and an IPv4 address in full. */
const IPV6_LENGTH = 45

function parseIpv6(text: string): Address | undefined {
  const percent = text.indexOf('%')
  const plain = percent < 0 ? text : text.slice(0, percent)
  if (plain.length > IPV6_LENGTH || (percent >= 0 && !/^[\w.:-]+$/.test(text.slice(percent + 1)))) return undefined
  const halves = plain.split('::')
  if (halves.length > 2) return undefined
  const head = parseGroups(halves[0] as string, halves.length === 1)
  const tail = halves.length === 1 ? [] : parseGroups(halves[1] as string, true)
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail]
  const word = (index: number): number => (groups[index] as number) * 65536 + (groups[index + 1] as number)
  return [word(0), word(2), word(4), word(6)]
}

function parseGroups(text: string, mayEndInIpv4: boolean): number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (const [index, part] of parts.entries()) {
    if (mayEndInIpv4 && index === parts.length - 1 && part.includes('.')) {
      const word = parseIpv4(part, 0)
      if (word < 0) return undefined
      groups.push(Math.floor(word / 65536), word % 65536)
    } else {
      if (!/^[\da-fA-F]{1,4}$/.test(part)) return undefined
      groups.push(parseInt(part, 16))
    }
  }
  return groups
}
