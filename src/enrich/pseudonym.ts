import { lowerAscii, type ByteString } from '../lib/bytes.ts'
import { formatAddress, isIpv4, type Address } from '../lib/cidr.ts'
import { createHmacSha256 } from '../lib/hmac.ts'
import { remember } from '../lib/remember.ts'

/** Names that are the same for the same value and key, and tell nothing of the value without the key. */
export interface Pseudonyms {
  /**
   * `anon` and 16 hexadecimal digits (64 bits of an HMAC-SHA256): one word, which no other name can be a part of. Names that
   * differ in ASCII case only share one.
   */
  ofText(text: ByteString): ByteString
  /**
   * An address for an address. Two addresses that share their first n bits have pseudonyms that share exactly n bits, so that a
   * network stays a network (the scheme of Crypto-PAn, J. Xu et al. 2002, with HMAC-SHA256). An IPv4 address stays one.
   */
  ofAddress(address: Address): ByteString
  /** 32 hexadecimal digits for an event.id: one that was made without a key is a hash of the line, which could be guessed. */
  ofId(id: string): string
  /** A key of 32 bytes to make event.id with (identity.ts); it tells nothing of the key of the pseudonyms. */
  readonly identityKey: Buffer
}

/** What every IPv4 address begins with, as mapped into IPv6. */
const IPV4_PREFIX = '0.0.0.0.0.0.0.0.0.0.255.255.'

/** Prefixes of addresses that are remembered. */
const REMEMBERED = 10_000

export function createPseudonyms(key: Buffer): Pseudonyms {
  const hmac = createHmacSha256(key)
  /** The 256 bits behind a prefix of whole bytes say for each of the 255 prefixes within the next byte whether the bit behind it turns. */
  const turns = remember(REMEMBERED, (prefix) => hmac(`address\0${prefix}`, 'binary'))
  const ofAddress = (address: Address): ByteString => {
    const first = isIpv4(address) ? 12 : 0
    let prefix = first === 0 ? '' : IPV4_PREFIX
    const shown: [number, number, number, number] = [...address]
    // By hand: a busy site has a new address in every other line.
    for (let at = first; at < 16; at++) {
      const shift = 24 - 8 * (at & 3)
      const byte = ((address[at >>> 2] as number) >>> shift) & 255
      shown[at >>> 2] = ((shown[at >>> 2] as number) ^ ((byte ^ turnBits(byte, turns(prefix))) << shift)) >>> 0
      prefix += `${byte}.`
    }
    return formatAddress(shown)
  }
  return {
    ofText: (text) => `anon${hmac(`text\0${lowerAscii(text)}`, 'hex').slice(0, 16)}`,
    ofAddress,
    ofId: (id) => hmac(`id\0${id}`, 'hex').slice(0, 32),
    identityKey: Buffer.from(hmac('identity', 'hex'), 'hex'),
  }
}

/** Turns the bits of a byte, each by the one of 256 bits that belongs to the bits before it. */
function turnBits(byte: number, bits: ByteString): number {
  let turned = 0
  for (let length = 0; length < 8; length++) {
    const node = (1 << length) + (byte >>> (8 - length))
    const turn = (bits.charCodeAt(node >>> 3) >>> (node & 7)) & 1
    turned = turned * 2 + (((byte >>> (7 - length)) & 1) ^ turn)
  }
  return turned
}
