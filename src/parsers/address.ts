import { isIPv6 } from 'node:net'
import type { ByteString } from '../lib/bytes.ts'

/** Longest text of an IPv6 address, with a dotted end. */
const LONGEST_IPV6 = 45

/** The IP address without its zone (`fe80::1%eth0`), or `undefined` if the text is none. */
export function readAddress(text: ByteString): ByteString | undefined {
  if (isIPv4(text)) return text
  if (!text.includes(':')) return undefined
  const zone = text.indexOf('%')
  const address = zone < 0 ? text : text.slice(0, zone)
  return address.length <= LONGEST_IPV6 && isIPv6(address) ? address : undefined
}

/** True for four decimal numbers up to 255 without leading zeros. By hand: it runs for every line, and `isIP` is a regex. */
function isIPv4(text: ByteString): boolean {
  if (text.length < 7 || text.length > 15) return false
  let dots = 0
  let digits = 0
  let value = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x2e) {
      if (digits === 0) return false
      dots++
      digits = 0
      value = 0
    } else {
      if (code < 0x30 || code > 0x39 || (digits > 0 && value === 0)) return false
      value = value * 10 + code - 0x30
      if (value > 255) return false
      digits++
    }
  }
  return dots === 3 && digits > 0
}
