// The lines of the other fixtures with everything configured: what that changes in each record stands in
// test/fixtures/enrich/<name>.json, null for a field that is gone. `UPDATE=1 node scripts/test.mjs enrich/everything` writes
// these files anew: read the diff.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fixtureLines } from '../support/fixtures.ts'
import { flatRecordOf, reception, testPipeline } from '../support/pipeline.ts'
import { mmdb } from './mmdb.ts'
import { enrichmentOf, pipelineOf, write } from './support.ts'

const FOLDER = join('test', 'fixtures', 'enrich')
const KEY = 'a key for the golden files alone'

const tokyo = {
  continent: { names: { en: 'Asia' } },
  country: { iso_code: 'JP', names: { en: 'Japan' } },
  subdivisions: [{ names: { en: 'Tokyo' } }],
  city: { names: { en: 'Tokyo' } },
  location: { latitude: { double: 35.6895 }, longitude: { double: 139.6917 } },
}
const city = mmdb(
  [
    ['222.222.0.0/16', tokyo],
    ['81.2.69.0/24', { country: { iso_code: 'IT', names: { en: 'Italy' } }, location: { latitude: { double: 41.9 }, longitude: { double: 12.5 } } }],
    ['2a02:0:0:0:0:0:0:0/16', { country: { iso_code: 'FR' } }],
  ],
  'Test-City',
)
const asn = mmdb([['222.222.222.0/24', { autonomous_system_number: 2516, autonomous_system_organization: 'KDDI è' }]], 'Test-ASN')

/** The configuration of the fixtures with its tables beside it. */
function configuration(): string {
  const folder = join(write('city.mmdb', city), '..')
  write('asn.mmdb', asn)
  write('privacy.key', KEY)
  for (const name of ['devices.csv', 'networks.yaml', 'shares.csv']) write(name, readFileSync(join(FOLDER, name)))
  return readFileSync(join(FOLDER, 'naslog.yaml'), 'utf8').replaceAll('<folder>', folder)
}

/** The lines of the text file in the form of a fixture; its name is not `.log`, as it has no records without enrichment. */
function ownLines(): string[] {
  return readFileSync(join(FOLDER, 'lines.txt'), 'latin1').trimEnd().split('\n').filter((line) => !line.startsWith('## '))
}

const inputs: readonly (readonly [name: string, lines: readonly string[]])[] = [
  ['lines', ownLines()],
  ...['samples/qnap', 'samples/qumulo', 'qnap/edge-cases', 'qumulo/edge-cases', 'envelopes/headers'].map(
    (name) => [name.replace('/', '-'), fixtureLines(join('test', 'fixtures', name))] as const,
  ),
]

for (const [name, lines] of inputs) {
  test(`everything on: ${name}`, async () => {
    const [enriched, plain] = [pipelineOf(await enrichmentOf(configuration()), true), testPipeline({ keepOriginal: true })]
    const changes = lines.map((line) => {
      const [before, after] = [flatRecordOf(plain(line, reception)), flatRecordOf(enriched(line, reception))]
      const fields = [...new Set([...Object.keys(after), ...Object.keys(before)])]
      const changed = fields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
      return { line: Buffer.from(line, 'latin1').toString(), ...Object.fromEntries(changed.map((field) => [field, after[field] ?? null])) }
    })
    const file = join(FOLDER, `${name}.json`)
    if (process.env.UPDATE === '1') writeFileSync(file, JSON.stringify(changes, undefined, 1) + '\n')
    assert.ok(existsSync(file), `${file} is missing`)
    assert.deepEqual(changes, JSON.parse(readFileSync(file, 'utf8')))
  })
}
