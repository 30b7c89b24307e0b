import assert from 'node:assert/strict'
import { test } from 'node:test'
import { run } from '../../src/cli.ts'
import { withIo } from '../cli/fake-io.ts'
import { write } from './support.ts'

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
