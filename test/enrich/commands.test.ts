import assert from 'node:assert/strict'
import { test } from 'node:test'
import { run } from '../../src/cli.ts'
import { withIo } from '../cli/fake-io.ts'
import { connLine, qumuloLine, write } from './support.ts'

test('check and filter refuse a broken table with exit code 78', async () => {
  const table = write('broken.yaml', '- {match: a, sit: b}\n')
  const config = write('refers.yaml', `inventory: {file: ${table}}\n`)
  const checked = await withIo(run, { argv: ['check', config] })
  assert.equal(checked.code, 78)
  assert.match(checked.stdout, /^wrong: \S*broken\.yaml:1:14: unknown key/m)
  const filtered = await withIo(run, { argv: ['--config', config], stdin: 'x\n' })
  assert.equal(filtered.code, 78)
  assert.equal(filtered.stdout, '')
  assert.match(filtered.stderr, /^naslog: \S*broken\.yaml:1:14: unknown key/)
})

test('a stage has the fields that it is made of, also where nobody writes them', async () => {
  const config = write('fields.yaml', 'paths: {}\naccounts: {}\n')
  const record = async (field: string, line: string): Promise<unknown> =>
    JSON.parse((await withIo(run, { argv: ['--config', config, '--format', 'flat', '--fields', field], stdin: line })).stdout)
  assert.deepEqual(await record('naslog.file.kind', connLine({ path: 'a/~$b.docx' })), { 'naslog.file.kind': 'lock' })
  assert.deepEqual(await record('related.user', qumuloLine({ user: 'S-1-5-18' })), { 'related.user': ['SYSTEM', 'S-1-5-18'] })
})
