import { createHmac } from 'node:crypto'
import { lowerAscii, type ByteString } from '../lib/bytes.ts'
import { formatAddress, isIpv4, maskAddress, parseAddress, type Address } from '../lib/cidr.ts'
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
  /** 32 hexadecimal digits for an event.id: the id itself is a hash of the line, which could be guessed. */
  ofId(id: string): string
}

/** Values that are remembered with their pseudonym. */
const REMEMBERED = 10_000

export function createPseudonyms(key: Buffer): Pseudonyms {
  const digest = (purpose: string, text: ByteString): string =>
    createHmac('sha256', key).update(`${purpose}\0${text}`, 'latin1').digest('hex')
  const ofText = remember(REMEMBERED, (text) => `anon${digest('text', text).slice(0, 16)}`)
  /** Whether the bit behind a prefix is turned over. */
  const turns = remember(REMEMBERED * 8, (prefix) => parseInt(digest('bit', prefix).slice(0, 2), 16) >= 0x80)
  const ofCanonical = remember(REMEMBERED, (text) => {
    const address = parseAddress(text) as Address
    const words = [...address]
    for (let bit = isIpv4(address) ? 96 : 0; bit < 128; bit++) {
      if (!turns(`${bit} ${maskAddress(address, bit).join()}`)) continue
      const index = Math.floor(bit / 32)
      words[index] = ((words[index] as number) ^ (0x80000000 >>> bit % 32)) >>> 0
    }
    return formatAddress(words as unknown as Address)
  })
  return {
    ofText: (text) => ofText(lowerAscii(text)),
    ofAddress: (address) => ofCanonical(formatAddress(address)),
    ofId: (id) => digest('id', id).slice(0, 32),
  }
}
