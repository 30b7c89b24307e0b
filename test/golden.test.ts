// Every .log file below test/fixtures has its records beside it as .json. `npm run golden` writes them anew: read the diff.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { fixtureLines, fixtureNames } from './support/fixtures.ts'
import { reception, recordOf, testPipeline } from './support/pipeline.ts'

for (const name of fixtureNames()) {
  test(`golden: ${name}`, () => {
    const pipeline = testPipeline()
    const records = fixtureLines(name).map((line) => recordOf(pipeline(line, reception)))
    const file = `${name}.json`
    if (process.env.UPDATE === '1') writeFileSync(file, JSON.stringify(records, undefined, 2) + '\n')
    assert.ok(existsSync(file), `${file} is missing: npm run golden`)
    assert.deepEqual(records, JSON.parse(readFileSync(file, 'utf8')))
  })
}
