import { isIPv6 } from 'node:net'
import type { ByteString } from '../lib/bytes.ts'

const NUMBER = String.raw`(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`
/** Four decimal numbers up to 255 without leading zeros, to be put into an expression. */
export const IPV4 = String.raw`${NUMBER}(?:\.${NUMBER}){3}`
const ONLY_IPV4 = new RegExp(`^${IPV4}$`)

/** Longest text of an IPv6 address, with a dotted end. */
const LONGEST_IPV6 = 45

/** The IP address without its zone (`fe80::1%eth0`), or `undefined` if the text is none. */
export function readAddress(text: ByteString): ByteString | undefined {
  if (ONLY_IPV4.test(text)) return text
  if (!text.includes(':')) return undefined
  const zone = text.indexOf('%')
  const address = zone < 0 ? text : text.slice(0, zone)
  return address.length <= LONGEST_IPV6 && isIPv6(address) ? address : undefined
}
