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

/** Prefixes of addresses that are remembered. */
const REMEMBERED = 10_000

export function createPseudonyms(key: Buffer): Pseudonyms {
  const hmac = createHmacSha256(key)
  /** The 256 bits behind a prefix of whole bytes say for each of the 255 prefixes within the next byte whether the bit behind it turns. */
  const turns = remember(REMEMBERED, (prefix) => hmac(`address\0${prefix}`, 'binary'))
  const ofAddress = (address: Address): ByteString => {
    const bytes = address.flatMap((word) => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255])
    let prefix = ''
    const shown = bytes.map((byte, index) => {
      const turned = index < 12 && isIpv4(address) ? byte : turnBits(byte, turns(prefix))
      prefix += `${byte}.`
      return turned
    })
    return formatAddress([0, 4, 8, 12].map((at) => shown.slice(at, at + 4).reduce((word, byte) => word * 256 + byte, 0)) as unknown as Address)
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
