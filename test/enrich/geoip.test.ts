import assert from 'node:assert/strict'
import { renameSync } from 'node:fs'
import { test } from 'node:test'
import { ConfigurationError } from '../../src/config/error.ts'
import { toBytes } from '../../src/lib/bytes.ts'
import { flatRecordOf, reception, recordOf } from '../support/pipeline.ts'
import { mmdb } from './mmdb.ts'
import { connLine, enrichmentOf, pipelineOf, recordsOf, withoutFolder, write } from './support.ts'

const place = (city: string) => ({
  continent: { names: { en: 'Europe' } },
  country: { iso_code: 'IT', names: { en: 'Italy', de: 'Italien' } },
  subdivisions: [{ names: { en: 'Lazio' } }],
  city: { names: { en: city } },
  location: { latitude: { double: 41.9 }, longitude: { double: -12.5 } },
})
const cities = (city: string, ipVersion: 4 | 6 = 6): Buffer =>
  mmdb([['81.2.69.0/24', place(city)], ['9.9.0.0/16', { country: { iso_code: 'US' } }], ...(ipVersion === 6 ? [['2a02:0:0:0:0:0:0:0/16', place('Six')] as const] : [])], 'Test-City', ipVersion)
const systems = mmdb([['81.2.0.0/16', { autonomous_system_number: 20712, autonomous_system_organization: 'Andrews è' }]], 'Test-ASN')

test('city and system of public addresses, IPv4 and IPv6; nothing of others', async () => {
  const yaml = `geoip: {city: ${write('city.mmdb', cities('Rome'))}, asn: ${write('asn.mmdb', systems)}}\n`
  const records = await recordsOf(yaml, ['81.2.69.7', '::ffff:81.2.69.7', '9.9.9.9', '2a02::1', '10.0.0.1', '81.2.70.1', 'x'].map((ip) => connLine({ ip })))
  const shown = records.map((record) => Object.fromEntries(Object.entries(record).filter(([key]) => /^source\.(geo|as)\./.test(key))))
  const rome = {
    'source.geo.continent_name': 'Europe',
    'source.geo.country_iso_code': 'IT',
    'source.geo.country_name': 'Italy',
    'source.geo.region_name': 'Lazio',
    'source.geo.city_name': 'Rome',
    'source.geo.location': { lat: 41.9, lon: -12.5 },
  }
  const system = { 'source.as.number': 20712, 'source.as.organization.name': 'Andrews è' }
  assert.deepEqual(shown, [{ ...rome, ...system }, { ...rome, ...system }, { 'source.geo.country_iso_code': 'US' }, { ...rome, 'source.geo.city_name': 'Six' }, {}, system, {}])
})

test('an IPv4 database knows nothing of IPv6', async () => {
  const records = await recordsOf(`geoip: {city: ${write('v4.mmdb', cities('Rome', 4))}}\n`, ['81.2.69.7', '5102:4507::1'].map((ip) => connLine({ ip })))
  assert.deepEqual(records.map((record) => record['source.geo.city_name']), ['Rome', undefined])
})

test('nested records hold the place as an object', async () => {
  const pipeline = pipelineOf(await enrichmentOf(`geoip: {city: ${write('nested.mmdb', cities('Rome'))}}\n`))
  const record = recordOf(pipeline(toBytes(connLine({ ip: '81.2.69.7' })), reception))
  assert.deepEqual((record['source'] as { geo: { location: unknown } }).geo.location, { lat: 41.9, lon: -12.5 })
})

test('a database that is replaced is read again', async () => {
  const file = write('replaced.mmdb', cities('Rome'))
  const enrichment = await enrichmentOf(`geoip: {city: ${file}}\n`)
  const pipeline = pipelineOf(enrichment)
  const city = (): unknown => flatRecordOf(pipeline(toBytes(connLine({ ip: '81.2.69.7' })), reception))['source.geo.city_name']
  assert.equal(city(), 'Rome')
  renameSync(write('new.mmdb', cities('Ostia')), file)
  assert.deepEqual(enrichment.refresh().map(withoutFolder), ['replaced.mmdb: has changed, read again'])
  assert.equal(city(), 'Ostia')
  write('replaced.mmdb', 'broken')
  assert.deepEqual(enrichment.refresh().map(withoutFolder), ['replaced.mmdb: is not an mmdb file, or a broken one; what was read before stays in use'])
  assert.equal(city(), 'Ostia')
})

const whole = cities('Rome')
for (const [name, content] of [['empty', ''], ['text', 'x'.repeat(5000)], ['only the end', whole.subarray(whole.length - 300)], ['only the start', whole.subarray(0, 300)]] as const) {
  test(`a database that is none is refused: ${name}`, async () => {
    await assert.rejects(enrichmentOf(`geoip: {city: ${write('bad.mmdb', Buffer.from(content))}}\n`), (error: unknown) => {
      assert.ok(error instanceof ConfigurationError, String(error))
      assert.deepEqual(error.complaints.map(({ where, text }) => withoutFolder(`${where}: ${text}`)), ['bad.mmdb: is not an mmdb file, or a broken one'])
      return true
    })
  })
}
