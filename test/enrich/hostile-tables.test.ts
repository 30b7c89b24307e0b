// Tables and databases as Excel, Notepad, a broken disk or somebody with bad intentions leave them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ConfigurationError } from '../../src/config/error.ts'
import { createZones } from '../../src/zones.ts'
import { flatRecordOf, reception } from '../support/pipeline.ts'
import { mmdb } from './mmdb.ts'
import { connLine, enrichmentOf, pipelineOf, recordsOf, withoutFolder, write } from './support.ts'

const BOM = '\ufeff'

const accepted: readonly (readonly [what: string, file: string, content: string, site: string | undefined])[] = [
  ['a byte order mark and CR LF', 'a.csv', `${BOM}match,site\r\nnas1,x\r\n`, 'x'],
  ['quotes, a comma and doubled quotes', 'a.csv', 'match,site\n"nas1" , "a ""b"", c"\n', 'a "b", c'],
  ['a value that spreadsheets take for a formula', 'a.csv', 'match,site\nnas1,=1+1\n', '=1+1'],
  ['a column without a name or cells', 'a.csv', 'match,,site\nnas1,,x\n', 'x'],
  ['two rows for one device: the first counts', 'a.csv', 'match,site\nnas1,x\nnas1,y\n', 'x'],
  ['a pattern before a name: the first counts', 'a.csv', 'match,site\n*,x\nnas1,y\n', 'x'],
  ['nothing but column names', 'a.csv', 'match,site\n', undefined],
  ['an empty file', 'a.csv', '', undefined],
  ['an empty YAML file', 'a.yaml', '# nothing yet\n', undefined],
  ['a byte order mark in YAML', 'a.yaml', `${BOM}- {match: nas1, site: x}\n`, 'x'],
  ['CR LF in YAML', 'a.yaml', '- {match: nas1, site: x}\r\n', 'x'],
  ['JSON', 'a.json', '[{"match":"nas1","site":"__proto__"}]', '__proto__'],
]
for (const [what, file, content, site] of accepted) {
  test(`a table with ${what} is read`, async () => {
    const [record] = await recordsOf(`inventory: {file: ${write(file, content)}}\n`, [connLine()])
    assert.equal(record?.['labels.site'], site)
  })
}

const refused: readonly (readonly [what: string, file: string, content: string | Buffer, first: string])[] = [
  ['a column __proto__', 'a.csv', 'match,__proto__\nnas1,x\n', "a.csv:1: unknown column '__proto__'"],
  ['a column constructor', 'a.csv', 'match,constructor\nnas1,x\n', "a.csv:1: unknown column 'constructor'"],
  ['a column twice', 'a.csv', 'match,site,site\nnas1,x,y\n', "a.csv:1: expected each column once, found 'site' twice"],
  ['semicolons for commas', 'a.csv', 'match;site\nnas1;x\n', "a.csv:1: unknown column 'match;site'"],
  ['a newline in a cell', 'a.csv', 'match,site\n"nas1","a\nb"\n', 'a.csv:2: [0].site: expected a text without control characters, found "a\\nb"'],
  ['a NUL', 'a.csv', 'match,site\nnas1,a\0b\n', 'a.csv:2: [0].site: expected a text without control characters, found "a\\u0000b"'],
  ['text behind a closing quote', 'a.csv', 'match,site\n"nas1"x,a\n', "a.csv:2: expected a comma or the end of the line behind a closing quote, found 'x'"],
  ['UTF-16', 'a.csv', Buffer.from(`${BOM}match,site\nnas1,x\n`, 'utf16le'), 'a.csv: is not UTF-8 text'],
  ['an escape sequence for the terminal', 'a.csv', 'match,\x1b[2J\nnas1,x\n', "a.csv:1: unknown column '\\x1b[2J'"],
  ['a key twice', 'a.yaml', '- {match: nas1, site: x, site: y}\n', 'a.yaml:1:26: Map keys must be unique'],
  ['a key __proto__', 'a.yaml', '- {match: nas1, __proto__: {site: x}}\n', "a.yaml:1:17: unknown key '[0].__proto__'"],
  ['a tag that asks for code', 'a.yaml', '- {match: nas1, site: !!js/function x}\n', 'a.yaml:1:23: Unresolved tag: tag:yaml.org,2002:js/function'],
  ['aliases of aliases', 'a.yaml', `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join()}]\n`).join('')}`, 'a.yaml: ReferenceError: Excessive alias count indicates a resource exhaustion attack'],
  ['20,000 brackets', 'a.yaml', '['.repeat(20_000), 'Maximum call stack size exceeded'],
]
for (const [what, file, content, first] of refused) {
  test(`a table with ${what} is refused, at the start and later`, async () => {
    const told = (texts: readonly string[]): void => assert.ok(withoutFolder(texts[0] ?? '').includes(first), texts[0])
    await assert.rejects(enrichmentOf(`inventory: {file: ${write(file, content)}}\n`), (error: unknown) => {
      assert.ok(error instanceof ConfigurationError, String(error))
      told(error.complaints.map(({ where, text }) => `${where}: ${text}`))
      return true
    })
    const enrichment = await enrichmentOf(`inventory: {file: ${write(file, file.endsWith('.csv') ? 'match,site\nnas1,old\n' : '- {match: nas1, site: old}\n')}}\n`)
    write(file, content)
    told(enrichment.refresh())
    assert.equal(flatRecordOf(pipelineOf(enrichment)(connLine(), reception))['labels.site'], 'old')
  })
}

test('names that objects have are no devices, networks, folders or accounts', async () => {
  const yaml = 'inventory: {entries: [{match: x}]}\npaths: {entries: [{path: x}]}\naccounts: {administrators: [x]}\nnetworks: {}\n'
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    const [record] = await recordsOf(yaml, [connLine({ host: name, user: name, path: `${name}/${name}` })])
    assert.deepEqual(record?.['tags'], ['year_inferred', 'unknown_device'])
    assert.equal(record?.['user.roles'], undefined)
    assert.equal(record?.['naslog.file.share'], name)
    assert.equal(record?.['naslog.file.sensitivity'], undefined)
  }
})

const place = { country: { iso_code: 'IT', names: { en: 'Italy' } }, city: { names: { en: 'Rome' } }, subdivisions: [{ names: { en: 'Lazio' } }] }
const whole = mmdb([['0.0.0.0/2', place], ['64.0.0.0/2', place], ['128.0.0.0/1', { ...place, continent: { names: { en: 'Europe' } } }]], 'Test')
const addresses = ['1.1.1.1', '81.2.69.7', '200.1.1.1', '2a02::1']

test('a database with any bytes changed is refused, or costs no more than the places of addresses', async () => {
  const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(changes, async (edits) => {
      const content = Buffer.from(whole)
      for (const [at, byte] of edits) content[at] = byte
      const enrichment = await enrichmentOf(`geoip: {city: ${write('fuzz.mmdb', content)}}\n`).catch((error: unknown) => {
        assert.ok(error instanceof ConfigurationError, String(error))
      })
      if (enrichment === undefined) return
      const pipeline = pipelineOf(enrichment)
      for (const ip of addresses) {
        const record = flatRecordOf(pipeline(connLine({ ip }), reception))
        assert.equal(record['source.ip'], ip)
        for (const [field, value] of Object.entries(record)) if (field.startsWith('source.geo.')) assert.ok(typeof value === 'string' && value !== '', field)
      }
    }),
    { numRuns: 300 },
  )
})

/** A database of one network, whose only value begins behind 16 zeros. */
const single = mmdb([['81.2.69.0/24', place]], 'Test')
const valueAt = single.lastIndexOf(Buffer.alloc(16)) + 16
for (const [what, bytes] of [
  ['a pointer to itself', [0x20, 0x00]],
  ['a map whose key and value point to it', [0xe1, 0x20, 0x00, 0x20, 0x00]],
  ['a map of 16 million members', [0xff, 0xff, 0xff, 0xff]],
  ['an array of 16 million members', [0x1f, 0x04, 0xff, 0xff, 0xff]],
  ['a text of 16 million bytes', [0x5f, 0xff, 0xff, 0xff]],
  ['a type that does not exist', [0x01, 0xff]],
] as const) {
  test(`a database with ${what} costs the places of addresses at most`, async () => {
    const content = Buffer.from(single)
    Buffer.from(bytes).copy(content, valueAt)
    const countryOf = async (database: Buffer): Promise<unknown> => {
      const [record] = await recordsOf(`geoip: {city: ${write('crafted.mmdb', database)}}\n`, [connLine({ ip: '81.2.69.7' })])
      assert.equal(record?.['source.ip'], '81.2.69.7')
      return record?.['source.geo.country_iso_code']
    }
    assert.equal(await countryOf(single), 'IT')
    assert.equal(await countryOf(content), undefined)
  })
}

test('a database whose values have other types than they should have sets nothing', async () => {
  const odd = { city: 'x', country: [1], subdivisions: { a: 'b' }, continent: { names: 'zz' }, location: 'q' }
  const [record] = await recordsOf(`geoip: {city: ${write('odd.mmdb', mmdb([['81.2.69.0/24', odd]], 'Test'))}}\n`, [connLine({ ip: '81.2.69.7' })])
  assert.deepEqual(Object.keys(record ?? {}).filter((field) => field.startsWith('source.geo')), [])
})

test('a place that is not on the globe is none: Elasticsearch would refuse the record', async () => {
  const at = (latitude: number, longitude: number) => mmdb([['81.2.69.0/24', { country: { iso_code: 'IT' }, location: { latitude: { double: latitude }, longitude: { double: longitude } } }]], 'Test')
  for (const [latitude, longitude, expected] of [[90, -180, { lat: 90, lon: -180 }], [90.1, 0, undefined], [0, 181, undefined], [NaN, 0, undefined], [Infinity, 0, undefined]] as const) {
    const [record] = await recordsOf(`geoip: {city: ${write('globe.mmdb', at(latitude, longitude))}}\n`, [connLine({ ip: '81.2.69.7' })])
    assert.deepEqual(record?.['source.geo.location'], expected)
    assert.equal(record?.['source.geo.country_iso_code'], 'IT')
  }
})

test('the sender of a device is known in either form of its address', async () => {
  const relayed = (sender: string): string => `{"rcv":"2026-01-27T14:12:23.999+00:00","ip":"${sender}","raw":"${connLine({ host: 'x' })}"}`
  for (const sender of ['192.0.2.17', '::ffff:192.0.2.17', '::FFFF:c000:211']) {
    const [record] = await recordsOf('inventory: {entries: [{match: 192.0.2.*, site: s}]}\n', [relayed(sender)])
    assert.equal(record?.['labels.site'], 's', sender)
  }
})

test('the sender of a device has its zone in either form of its address', () => {
  const zones = createZones({ devices: [{ match: '192.0.2.*', zone: 'Asia/Tokyo' }], local: () => 'Europe/Rome' })
  for (const sender of ['192.0.2.17', '::ffff:192.0.2.17', '::FFFF:c000:211']) assert.equal(zones.of(undefined, sender, undefined).name, 'Asia/Tokyo', sender)
  assert.equal(zones.of(undefined, '::ffff:192.0.3.17', undefined).name, 'Europe/Rome')
})
