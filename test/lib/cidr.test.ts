import assert from 'node:assert/strict'
import { BlockList, isIP } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatAddress, isInCidr, parseAddress, parseCidr } from '../../src/lib/cidr.ts'
import { createCidrTable } from '../../src/lib/cidr-table.ts'

const addresses: readonly (readonly [text: string, canonical: string])[] = [
  ['10.0.0.1', '10.0.0.1'],
  ['255.255.255.255', '255.255.255.255'],
  ['0.0.0.0', '0.0.0.0'],
  ['::', '::'],
  ['::1', '::1'],
  ['2001:DB8::1', '2001:db8::1'],
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ['::ffff:192.0.2.9', '192.0.2.9'],
  ['::ffff:c000:209', '192.0.2.9'],
  ['64:ff9b::192.0.2.9', '64:ff9b::c000:209'],
  ['fe80::1%eth0', 'fe80::1'],
]
for (const [text, canonical] of addresses) {
  test(`address ${text}`, () => {
    const address = parseAddress(text)
    assert.equal(address && formatAddress(address), canonical)
  })
}

for (const text of ['', '1', '1.2.3', '1.2.3.4.5', '256.1.1.1', '01.2.3.4', '1.2.3.', '.1.2.3', '1..2.3', ' 1.2.3.4', '1.2.3.4 ', ':', ':::', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7:8::', 'g::', '12345::', '1.2.3.4::', '::1.2.3.4:5', '::1.2.3', '1:', ':1', '::1%', '1:2:3:4:5:6:7:1.2.3.4', `${'0:'.repeat(200)}1`]) {
  test(`no address: ${text.slice(0, 30)}`, () => assert.equal(parseAddress(text), undefined))
}

test('what is an address is what Node says it is', () => {
  const piece = fc.constantFrom('0', '1', '255', '256', 'ab', 'ffff', '.', ':', '::', '%', 'e0', '-')
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.array(piece, { maxLength: 15 }).map((pieces) => pieces.join(''))), (text) => {
      assert.equal(parseAddress(text) !== undefined, isIP(text) !== 0, text)
    }),
    { numRuns: 1000 },
  )
})

test('a text of an address is read back as the same', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      const address = parseAddress(text)
      assert.ok(address)
      const written = formatAddress(address)
      assert.notEqual(isIP(written), 0)
      assert.deepEqual(parseAddress(written), address)
    }),
    { numRuns: 500 },
  )
})

for (const text of ['10.0.0.0/33', '10.0.0.1/8', '::/129', '10.0.0.0/', '10.0.0.0/08', '10.0.0.0/-1', '/8', '10/8', 'fe80::%a/10', '10.0.0.0/8/8', '::ffff:10.0.0.0/8']) {
  test(`no network: ${text}`, () => assert.equal(parseCidr(text), undefined))
}

test('IPv4-mapped addresses and networks are those of IPv4', () => {
  const ten = parseCidr('10.0.0.0/8')
  const mapped = parseCidr('::ffff:10.0.0.0/104')
  assert.deepEqual(mapped, ten)
  assert.ok(ten && isInCidr(ten, parseAddress('::ffff:10.9.8.7')!))
})

test('what a network holds is what Node says', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.nat(32), fc.ipV4(), (base, bits, candidate) => {
      const list = new BlockList()
      list.addSubnet(base, bits, 'ipv4')
      const word = base.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
      const network = bits === 0 ? 0 : Math.floor(word / 2 ** (32 - bits)) * 2 ** (32 - bits)
      const text = [24, 16, 8, 0].map((shift) => Math.floor(network / 2 ** shift) % 256).join('.')
      const cidr = parseCidr(`${text}/${bits}`)
      assert.ok(cidr)
      assert.ok(isInCidr(cidr, parseAddress(base)!))
      assert.equal(isInCidr(cidr, parseAddress(candidate)!), list.check(candidate, 'ipv4'))
    }),
    { numRuns: 500 },
  )
})

test('the narrowest network counts, of equal ones the first', () => {
  const table = createCidrTable(
    [['0.0.0.0/0', 'all'], ['10.0.0.0/8', 'ten'], ['10.1.0.0/16', 'office'], ['10.1.0.0/16', 'other'], ['10.1.2.3', 'one'], ['2001:db8::/32', 'six']].map(
      ([cidr, name]) => [parseCidr(cidr as string)!, name] as const,
    ),
  )
  const names = ['10.1.2.3', '10.1.2.4', '10.2.0.0', '11.0.0.0', '2001:db8:1::', '2001:db9::', '::ffff:10.1.2.3'].map((text) => table.lookup(parseAddress(text)!))
  assert.deepEqual(names, ['one', 'office', 'ten', 'all', 'six', undefined, 'one'])
})
