import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { loadSettings } from '../../src/config.ts'
import { createEnrichment } from '../../src/enrich/enrichment.ts'
import { compileFilter } from '../../src/rules/filter.ts'
import { flatRecordOf, reception } from '../support/pipeline.ts'
import { mmdb } from './mmdb.ts'
import { enrichmentOf, pipelineOf, qumuloLine, write } from './support.ts'

const page = readFileSync('docs/enrichment.md', 'utf8')
const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] as string)

const tables = [...page.matchAll(/```csv\n([\s\S]*?)```/g)].map((match) => match[1] as string)

/** Files that the examples name. */
function withFiles(yaml: string): string {
  return yaml
    .replace(/\/usr\/share\/GeoIP\/\S+/g, write('docs.mmdb', mmdb([['9.9.0.0/16', { country: { iso_code: 'US' } }]], 'Test')))
    .replace('/etc/naslog/identities.csv', write('identities.csv', tables[1] ?? ''))
    .replace('/etc/naslog/privacy.key', write('docs.key', 'k'.repeat(44)))
}

for (const block of blocks) {
  test(`the example of docs/enrichment.md is right: ${block.split('\n', 1)[0]}`, async () => void (await enrichmentOf(withFiles(block))))
}

test('all examples together are one configuration', async () => {
  const { enrichment } = await loadSettings({ config: write('all.yaml', withFiles(blocks.join(''))) }, {})
  assert.ok(enrichment)
  assert.equal(Object.keys(enrichment).length, 8)
  createEnrichment(enrichment)
})

test('the examples of CSV files are right', async () => {
  const enrichment = await enrichmentOf(`inventory: {file: ${write('docs.csv', tables[0] ?? '')}}\naccounts: {identities: ${write('identities.csv', tables[1] ?? '')}}\n`)
  assert.equal(enrichment.zoneOf('nas-rome-7', undefined), 'Europe/Rome')
  assert.equal(flatRecordOf(pipelineOf(enrichment)(qumuloLine({ user: 'S-1-5-21-1-2-3-1105' }), reception))['user.name'], 'bob')
})

test('the filters of the table are right', () => {
  const filters = [...page.matchAll(/^\| `([^`]+)` \| [^|]*\|$/gm)].map((match) => match[1] as string).filter((text) => /[:<>=] /.test(text) && !text.startsWith('tag:') && !text.startsWith('set:'))
  assert.equal(filters.length, 11)
  for (const filter of filters) compileFilter(filter)
})
