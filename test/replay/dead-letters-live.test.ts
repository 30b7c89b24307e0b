import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { startStub } from '../destinations/stub.ts'
import { linesOf } from '../support/lines.ts'
import { lineOf, makeSite, Omprog, rawOf } from '../support/omprog.ts'
import { read, replay } from './support.ts'

/** What omprog could not deliver, replayed: the ids are those under which another destination has the same events. */
test('dead letters of omprog have the ids of the journal, marks and equal lines included', { timeout: 60_000 }, async (t) => {
  const stub = await startStub(t, ({ body }) => ({ status: /"user.name":"m1\d"/.test(body) ? 422 : 200 }))
  const site = makeSite(t)
  const files = JSON.parse(readFileSync(site.config, 'utf8')) as { destinations: object[] }
  const web = { name: 'web', type: 'http', url: stub.url, gzip: false, format: 'flat', linger: '20ms' }
  writeFileSync(site.config, JSON.stringify({ ...files, format: 'flat', destinations: [...files.destinations, web] }))
  // Bare lines are told apart by their place in the journal, equal ones of one receive time by their number.
  const lines = [lineOf(1), lineOf(10), lineOf(10), lineOf(10), rawOf(11), rawOf(11), rawOf(2), `${rawOf(12)} \xff\xe9`, rawOf(3), lineOf(13)]
  const program = new Omprog(t, site)
  assert.ok(await program.ready(), program.stderr)
  for (const line of lines) assert.equal(await program.ask(line), 'OK')
  assert.equal((await program.end()).code, 0, program.stderr)

  const refused = read(linesOf(site.events).map((line) => Buffer.from(line, 'latin1').toString('utf8')).join('\n')).records.filter((record) => /^m1\d$/.test(String(record['user.name'])))
  assert.equal(refused.length, 7)
  assert.equal(new Set(refused.map((record) => record['event.id'])).size, 7)
  stub.requests.length = 0
  stub.answer = () => ({ status: 200 })
  const { code, stderr } = await replay(['--config', site.config, '--dead-letter', join(site.dir, 'dead-letters.jsonl')])
  assert.equal(code, 0, stderr)
  assert.deepEqual(read(stub.requests.map(({ body }) => Buffer.from(body, 'latin1').toString('utf8')).join('')).records, refused)
})
