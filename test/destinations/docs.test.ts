import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadServiceSettings } from '../../src/config.ts'

const pages = readdirSync('docs/destinations').filter((name) => name.endsWith('.md') && name !== 'README.md')

for (const page of pages) {
  test(`the examples of docs/destinations/${page} are right`, async (t) => {
    const dir = mkdtempSync(join(tmpdir(), 'naslog-docs-'))
    t.after(() => rmSync(dir, { recursive: true }))
    const text = readFileSync(join('docs/destinations', page), 'utf8')
    const examples = [...text.matchAll(/```yaml\n(destinations:[\s\S]*?)```/g)].map(([, example]) => example!)
    assert.ok(examples.length > 0, 'no example')
    for (const example of examples) {
      const config = join(dir, 'naslog.yaml')
      writeFileSync(config, example)
      const { destinations } = await loadServiceSettings({ config }, {})
      assert.ok(destinations.length > 0)
    }
  })
}
