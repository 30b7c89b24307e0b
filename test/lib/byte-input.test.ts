import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { BLOCK_SIZE, openPipe } from '../../src/lib/byte-input.ts'

/** A pipe with a name: its path, and the descriptor of its reading end. */
function pipe(t: TestContext): { readonly path: string; readonly reading: number; readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'naslog-pipe-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'pipe')
  assert.equal(spawnSync('mkfifo', [path]).status, 0)
  return { folder, path, reading: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK) }
}

/** Hash of all blocks, read with a rest before each next one. */
async function digestOf(blocks: AsyncIterable<Buffer>, rest: number): Promise<{ readonly digest: string; readonly largest: number }> {
  const hash = createHash('sha256')
  let largest = 0
  for await (const block of blocks) {
    if (rest > 0) await sleep(rest)
    hash.update(block)
    largest = Math.max(largest, block.length)
  }
  return { digest: hash.digest('hex'), largest }
}

for (const rest of [0, 5]) {
  test(`a pipe gives every byte in order${rest === 0 ? '' : ' to a reader that takes its time'}`, { timeout: 30_000 }, async (t) => {
    const { folder, path, reading } = pipe(t)
    const bytes = Buffer.from(Array.from({ length: 400_000 }, (_, index) => String(index)).join(' '))
    writeFileSync(join(folder, 'bytes'), bytes)
    const writer = spawn('sh', ['-c', 'cat "$0" > "$1"', join(folder, 'bytes'), path])
    t.after(() => writer.kill('SIGKILL'))
    const { digest, largest } = await digestOf(openPipe(reading), rest)
    assert.equal(digest, createHash('sha256').update(bytes).digest('hex'))
    assert.ok(largest <= BLOCK_SIZE)
  })
}

test('a pipe gives what is there at once, and ends with its writer', { timeout: 10_000 }, async (t) => {
  const { path, reading } = pipe(t)
  const writing = openSync(path, 'w')
  const blocks = openPipe(reading)[Symbol.asyncIterator]()
  writeSync(writing, 'one')
  assert.equal((await blocks.next()).value?.toString(), 'one')
  writeSync(writing, 'two\n')
  assert.equal((await blocks.next()).value?.toString(), 'two\n')
  closeSync(writing)
  assert.equal((await blocks.next()).done, true)
})

test('whoever waits at a pipe that we end ourselves hears of it', { timeout: 10_000 }, async (t) => {
  const { path, reading } = pipe(t)
  const writing = openSync(path, 'w')
  t.after(() => closeSync(writing))
  const input = openPipe(reading)
  const next = input[Symbol.asyncIterator]().next()
  setImmediate(() => input.destroy())
  await assert.rejects(next, { code: 'ERR_STREAM_PREMATURE_CLOSE' })
})

test('a pipe that we end while its next block is being read gives that block first', { timeout: 10_000 }, async (t) => {
  const { path, reading } = pipe(t)
  const writing = openSync(path, 'w')
  t.after(() => closeSync(writing))
  const input = openPipe(reading)
  const blocks = input[Symbol.asyncIterator]()
  const full = Buffer.alloc(BLOCK_SIZE, 'a')
  writeSync(writing, full)
  assert.equal((await blocks.next()).value?.length, BLOCK_SIZE)
  writeSync(writing, 'b')
  const next = blocks.next() // the read of what follows the full block is under way, or the socket listens
  input.destroy()
  const last = await next.catch((error: NodeJS.ErrnoException) => error.code)
  if (typeof last === 'object') {
    assert.equal(last.value?.toString(), 'b')
    await assert.rejects(blocks.next(), { code: 'ERR_STREAM_PREMATURE_CLOSE' })
  } else assert.equal(last, 'ERR_STREAM_PREMATURE_CLOSE')
})

test('whoever stops reading a full pipe closes it, too', { timeout: 10_000 }, async (t) => {
  const { path, reading } = pipe(t)
  const writing = openSync(path, 'w')
  t.after(() => closeSync(writing))
  writeSync(writing, Buffer.alloc(BLOCK_SIZE))
  for await (const block of openPipe(reading)) {
    assert.equal(block.length, BLOCK_SIZE)
    break
  }
  assert.throws(() => writeSync(writing, 'y'), { code: 'EPIPE' })
})

test('whoever stops reading a pipe closes it', { timeout: 10_000 }, async (t) => {
  const { path, reading } = pipe(t)
  const writing = openSync(path, 'w')
  t.after(() => closeSync(writing))
  writeSync(writing, 'x')
  for await (const block of openPipe(reading)) {
    assert.equal(block.toString(), 'x')
    break
  }
  await sleep(20)
  assert.throws(() => writeSync(writing, 'y'), { code: 'EPIPE' })
})
