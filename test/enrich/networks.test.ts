import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressClass } from '../../src/enrich/networks.ts'
import { connLine, recordsOf, write } from './support.ts'

for (const [ip, name] of [
  ['127.0.0.1', 'loopback'], ['::1', 'loopback'], ['::ffff:127.0.0.1', 'loopback'],
  ['10.255.0.1', 'private'], ['172.16.0.1', 'private'], ['172.31.255.255', 'private'], ['172.32.0.0', 'public'], ['192.168.1.1', 'private'], ['fd00::1', 'private'], ['::ffff:10.0.0.1', 'private'],
  ['169.254.1.1', 'link_local'], ['fe80::1', 'link_local'], ['100.64.0.1', 'shared'], ['224.0.0.1', 'multicast'], ['ff02::1', 'multicast'],
  ['203.0.113.9', 'documentation'], ['2001:db8::1', 'documentation'], ['0.0.0.0', 'reserved'], ['::', 'reserved'], ['255.255.255.255', 'reserved'],
  ['8.8.8.8', 'public'], ['2600::1', 'public'], ['x', undefined],
] as const) {
  test(`class of ${ip} is ${name}`, () => assert.equal(addressClass(ip), name))
}

test('the narrowest network of file and entries counts; a class needs no table', async () => {
  const file = write('networks.csv', 'cidr,name,site,zone,trust\n10.0.0.0/8;192.168.0.0/16,corporate,,internal,trusted\n10.1.0.0/16,"office, Rome",Rome,,\n')
  const [office, corporate, mine, outside] = await recordsOf(`networks: {file: ${file}, entries: [{cidr: "2600::/16", name: mine}]}\n`, [
    connLine(),
    connLine({ ip: '192.168.4.4' }),
    connLine({ ip: '2600::1' }),
    connLine({ ip: '8.8.8.8' }),
  ])
  const shown = (record: Record<string, unknown> | undefined) =>
    ['naslog.source.class', 'naslog.source.network', 'source.geo.name', 'naslog.source.zone', 'naslog.source.trust'].map((name) => record?.[name])
  assert.deepEqual(shown(office), ['private', 'office, Rome', 'Rome', undefined, undefined])
  assert.deepEqual(shown(corporate), ['private', 'corporate', undefined, 'internal', 'trusted'])
  assert.deepEqual(shown(mine), ['public', 'mine', undefined, undefined, undefined])
  assert.deepEqual(shown(outside), ['public', undefined, undefined, undefined, undefined])
  const [alone] = await recordsOf('networks: {}\n', [connLine()])
  assert.equal(alone?.['naslog.source.class'], 'private')
})
