import type { Event } from '../../event.ts'
import { F } from '../../fields/index.ts'
import type { ByteString } from '../../lib/bytes.ts'
import { splitAccount } from '../account.ts'
import { readAddress } from '../address.ts'

/** Bytes that QNAP keeps of a user and of a computer name (`USER_LENGTH` and the like in `naslog.h`). */
export const NAME_LIMIT = 64

/** True for what QNAP writes where there is no value. `-` stands in lines that people have edited. */
export function isPlaceholder(text: ByteString): boolean {
  return text === '---' || text === '' || text === '-' || text === '(null)'
}

/** The value, or `undefined` for a placeholder. */
export function valueOf(text: ByteString | undefined): ByteString | undefined {
  return text === undefined || isPlaceholder(text) ? undefined : text
}

/**
 * Sets user.name, user.domain, source.address, source.ip and source.domain from what stands behind `Users`, `Source IP`, `Computer name`.
 * An address that is known to be IPv4 is given as that.
 */
export function setClient(
  event: Event,
  user: ByteString | undefined,
  address: ByteString | undefined,
  computer: ByteString | undefined,
  ipv4?: ByteString | undefined,
): void {
  if (user !== undefined) setUser(event, user)
  if (ipv4 !== undefined) setIp(event, ipv4, ipv4)
  else if (address !== undefined) setAddress(event, address)
  if (computer !== undefined && !isPlaceholder(computer) && computer !== 'Unknown') event.set(F['source.domain'], computer)
}

export function setUser(event: Event, user: ByteString): void {
  if (isPlaceholder(user) || user === 'Unknown') return
  const { name, domain } = splitAccount(user)
  event.set(F['user.name'], name)
  event.set(F['user.domain'], domain)
  if (user.length === NAME_LIMIT) markTruncated(event)
}

export function setAddress(event: Event, address: ByteString): void {
  if (isPlaceholder(address) || address === 'Unknown') return
  setIp(event, address, readAddress(address))
}

/** `address` as it is written, and the IP address that it is, if it is one. The address of no host stands for none. */
function setIp(event: Event, address: ByteString, ip: ByteString | undefined): void {
  if (address === '0.0.0.0' || address === '::') return
  event.set(F['source.address'], address)
  event.set(F['source.ip'], ip)
  if (ip === undefined) event.flag('invalid_address')
}

export function markTruncated(event: Event): void {
  event.set(F['naslog.truncated'], true)
  event.flag('truncated')
}
