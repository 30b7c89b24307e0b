import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { loadSettings } from '../../src/config.ts'
import { createEnrichment } from '../../src/enrich/enrichment.ts'
import { compileFilter } from '../../src/rules/filter.ts'
import { mmdb } from './mmdb.ts'
import { enrichmentOf, write } from './support.ts'

const page = readFileSync('docs/enrichment.md', 'utf8')
const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] as string)

/** Files that the examples name. */
function withFiles(yaml: string): string {
  return yaml
    .replace(/\/usr\/share\/GeoIP\/\S+/g, write('docs.mmdb', mmdb([['9.9.0.0/16', { country: { iso_code: 'US' } }]], 'Test')))
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

test('the example of a CSV file is right', async () => {
  const csv = /```csv\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
  const enrichment = await enrichmentOf(`inventory: {file: ${write('docs.csv', csv)}}\n`)
  assert.equal(enrichment.zoneOf('nas-rome-7', undefined), 'Europe/Rome')
})

test('the filters of the table are right', () => {
  const filters = [...page.matchAll(/^\| `([^`]+)` \| [^|]*\|$/gm)].map((match) => match[1] as string).filter((text) => /[:<>=] /.test(text) && !text.startsWith('tag:') && !text.startsWith('set:'))
  assert.equal(filters.length, 11)
  for (const filter of filters) compileFilter(filter)
})
