// The usual lines read an IPv4 address by the expression for the whole line, the others by `readAddress`.
import assert from 'node:assert/strict'
import { isIP } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { readAddress } from '../../src/parsers/address.ts'
import { conn, eventLine, parse as parseQnap } from './qnap-support.ts'
import { parse as parseQumulo } from './qumulo-parse.ts'

const part = fc.oneof(fc.constantFrom('0', '1', '10', '255', '256', '01', '', ':', '::', 'a', 'ffff', '.', '1.2'), fc.nat({ max: 999 }).map(String))
const addresses = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.array(part, { minLength: 3, maxLength: 5 }).map((parts) => parts.join('.')),
  fc.array(part, { maxLength: 9 }).map((parts) => parts.join(':')),
)
const readers: readonly (readonly [name: string, read: (address: string) => unknown])[] = [
  ['readAddress', (address) => readAddress(address)],
  ['an access line of QNAP', (address) => parseQnap(conn({ ip: address }))?.['source.ip']],
  ['an event line of QNAP', (address) => parseQnap(eventLine('text', 'Users', `Users: bob, Source IP: ${address}, Computer name: pc`))?.['source.ip']],
  ['a CSV line of Qumulo', (address) => parseQumulo(`${address},"u",smb2,fs_open,ok,3,"/a",""`)?.['source.ip']],
]
for (const [name, read] of readers) {
  test(`what is an address is what Node takes for one: ${name}`, () => {
    // QNAP writes these where it knows none.
    const none = name.includes('QNAP') ? ['0.0.0.0', '::'] : []
    fc.assert(
      fc.property(addresses, (address) => {
        assert.equal(read(address), isIP(address) === 0 || none.includes(address) ? undefined : address)
      }),
      { numRuns: 1000 },
    )
  })
}
