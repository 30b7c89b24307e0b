import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { cutTornRecord } from '../../src/replay/outputs.ts'
import { replay, temporaryDirectory, write } from './support.ts'

const cases: readonly (readonly [title: string, before: string, after: string])[] = [
  ['half a record', '{"a":1}\n{"b":', '{"a":1}\n'],
  ['its first byte', '{"a":1}\n{', '{"a":1}\n'],
  ['half of a long one', `{"a":1}\n{"b":"${'x'.repeat(200_000)}`, '{"a":1}\n'],
  ['nothing but half a record', '{"b":', ''],
  ['whole records', '{"a":1}\n', '{"a":1}\n'],
  ['nothing', '', ''],
  ['what is not ours', '{"a":1}\nprecious', '{"a":1}\nprecious'],
]

for (const [title, before, after] of cases) {
  test(`the end of an output that is gone on with: ${title}`, { skip: !existsSync('/dev/fd/1') }, (context) => {
    const path = join(temporaryDirectory(context), 'out')
    writeFileSync(path, before)
    const descriptor = openSync(path, 'a')
    cutTornRecord(descriptor)
    closeSync(descriptor)
    assert.equal(readFileSync(path, 'utf8'), after)
  })
}

test('a checkpoint that cannot be written is told before anything is replayed', async (context) => {
  const folder = temporaryDirectory(context)
  const { code, stdout, stderr } = await replay(['--checkpoint', join(folder, 'nowhere', 'c'), write(join(folder, 'a.log'), 'x\n')])
  assert.equal(code, 1)
  assert.equal(stdout, '')
  assert.match(stderr, /nowhere\/c: ENOENT/)
})

test('the checkpoint is not replayed, though it lies in the directory', async (context) => {
  const folder = temporaryDirectory(context)
  write(join(folder, 'z.log'), 'x\n')
  const argv = ['--checkpoint', join(folder, 'a'), folder]
  assert.deepEqual((await replay(argv)).messages, ['x'])
  assert.deepEqual((await replay(argv)).messages, [])
})

test('the built program leaves its output out', { skip: !existsSync('dist/naslog') }, (context) => {
  const folder = temporaryDirectory(context)
  write(join(folder, 'z.log'), 'x\n')
  spawnSync('bash', ['-c', `dist/naslog replay --quiet ${folder} > ${folder}/a.json`])
  assert.equal(readFileSync(join(folder, 'a.json'), 'utf8').trimEnd().split('\n').length, 1)
})
