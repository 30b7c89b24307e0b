import assert from 'node:assert/strict'
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { test } from 'node:test'
import fc from 'fast-check'
import { createBlockSplitter, readLines, type LineBatch } from '../../src/lib/lines.ts'

/** A line as text, and whether it was repaired. */
type Line = [text: string, repaired: boolean]

/** The lines of a whole input by Buffer and TextDecoder alone. */
function oracle(input: Buffer): Line[] {
  const lines: Buffer[] = []
  let at = 0
  for (let end = input.indexOf(10); end >= 0; end = input.indexOf(10, at)) {
    lines.push(input.subarray(at, end))
    at = end + 1
  }
  if (at < input.length) lines.push(input.subarray(at))
  return lines.map((line) => {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(line)
    return [text, !Buffer.from(text, 'utf8').equals(line)]
  })
}

function linesOf(batches: readonly LineBatch[]): Line[] {
  return batches.flatMap(({ lines, repaired }) =>
    lines.map((line, index): Line => [Buffer.from(line, 'latin1').toString('utf8'), repaired?.has(index) ?? false]),
  )
}

/** Splits with one block buffer that is used again and again, as a blocking reader would. */
function splitBlocks(blocks: readonly Buffer[]): Line[] {
  const splitter = createBlockSplitter()
  const scratch = Buffer.alloc(Math.max(1, ...blocks.map((block) => block.length)))
  const batches: LineBatch[] = []
  for (const block of blocks) {
    block.copy(scratch)
    batches.push(splitter.push(scratch.subarray(0, block.length)))
    scratch.fill(0x0a)
  }
  const last = splitter.flush()
  if (last !== undefined) batches.push(last)
  assert.equal(splitter.flush(), undefined)
  return linesOf(batches)
}

async function readAll(input: Readable | number, interactive?: boolean): Promise<LineBatch[]> {
  const batches: LineBatch[] = []
  for await (const batch of readLines(input, { interactive })) batches.push(batch)
  return batches
}

function cut(input: Buffer, cuts: readonly number[]): Buffer[] {
  const edges = [0, ...cuts.map((cut) => cut % (input.length + 1)).sort((a, b) => a - b), input.length]
  return edges.slice(1).map((edge, i) => input.subarray(edges[i], edge))
}

/** Bytes with many newlines, CRs, whole characters and broken ones. */
const bytes = fc
  .array(
    fc.oneof(
      fc.constantFrom('0a', '0a', '0d0a', '0d', '61', '62', '00', 'c3a9', 'e2809d', 'f09f9880', 'efbfbd', 'efbbbf', 'c3', 'e280', 'f09f', '80', 'ff', 'eda080', 'c0af'),
      fc.constantFrom('616263', '0a'),
    ),
    { maxLength: 40 },
  )
  .map((parts) => Buffer.from(parts.join(''), 'hex'))
const cuts = fc.array(fc.nat(200), { maxLength: 8 })

const examples: [string, Line[]][] = [
  ['', []],
  ['\n', [['', false]]],
  ['a', [['a', false]]],
  ['a\n', [['a', false]]],
  ['a\nb', [['a', false], ['b', false]]],
  ['a\r\nb\r', [['a\r', false], ['b\r', false]]],
  ['a\rb\n', [['a\rb', false]]],
  ['\n\na\n\n', [['', false], ['', false], ['a', false], ['', false]]],
  ['\xc3\xa9\n\xff\n\xef\xbf\xbd\n\xc3', [['é', false], ['\ufffd', true], ['\ufffd', false], ['\ufffd', true]]],
]

for (const [input, expected] of examples) {
  test(`lines of ${JSON.stringify(input)}`, async () => {
    const buffer = Buffer.from(input, 'latin1')
    assert.deepEqual(oracle(buffer), expected)
    assert.deepEqual(splitBlocks([buffer]), expected)
    assert.deepEqual(splitBlocks([...buffer].map((byte) => Buffer.of(byte))), expected)
    assert.deepEqual(linesOf(await readAll(Readable.from([buffer], { objectMode: false }), false)), expected)
    assert.deepEqual(linesOf(await readAll(Readable.from([buffer], { objectMode: false }), true)), expected)
  })
}

test('any bytes in any blocks give the same lines', () => {
  fc.assert(
    fc.property(bytes, cuts, (input, cuts) => {
      assert.deepEqual(splitBlocks(cut(input, cuts)), oracle(input))
    }),
    { numRuns: 1000 },
  )
})

test('one by one and in blocks the lines are the same', async () => {
  await fc.assert(
    fc.asyncProperty(bytes, cuts, async (input, cuts) => {
      // Empty chunks never come out of a byte stream.
      const blocks = cut(input, cuts).filter((block) => block.length > 0)
      const oneByOne = await readAll(Readable.from(blocks), true)
      assert.ok(oneByOne.every(({ lines }) => lines.length === 1))
      assert.deepEqual(linesOf(oneByOne), oracle(input))
      assert.deepEqual(linesOf(await readAll(Readable.from(blocks), false)), oracle(input))
    }),
    { numRuns: 300 },
  )
})

test('what is pending says where to resume', () => {
  const splitter = createBlockSplitter()
  assert.equal(splitter.pending, 0)
  splitter.push(Buffer.from('ab\ncd'))
  assert.equal(splitter.pending, 2)
  splitter.push(Buffer.from('efg'))
  assert.equal(splitter.pending, 5)
  splitter.push(Buffer.from('\n\xff\n', 'latin1'))
  assert.equal(splitter.pending, 0)
})

test('a batch is what a block completes', () => {
  const splitter = createBlockSplitter()
  assert.deepEqual(splitter.push(Buffer.from('ab\ncd\nef')), { lines: ['ab', 'cd'], repaired: undefined })
  assert.deepEqual(splitter.push(Buffer.from('gh')), { lines: [], repaired: undefined })
  assert.deepEqual(splitter.push(Buffer.from('ij\xff\nkl\n', 'latin1')), { lines: ['efghij\xef\xbf\xbd', 'kl'], repaired: new Set([0]) })
})

test('a line comes out when it is complete, not when the input ends', async () => {
  for (const interactive of [true, false]) {
    const input = new PassThrough()
    const lines = readLines(input, { interactive })[Symbol.asyncIterator]()
    input.write('one\ntw')
    assert.deepEqual((await lines.next()).value, { lines: ['one'], repaired: undefined })
    input.write('o\n')
    assert.deepEqual((await lines.next()).value, { lines: ['two'], repaired: undefined })
    input.end('three')
    assert.deepEqual((await lines.next()).value, { lines: ['three'], repaired: undefined })
    assert.equal((await lines.next()).done, true)
  }
})

test('a terminal is read line by line', async () => {
  const terminal = Object.assign(Readable.from([Buffer.from('a\nb\n')]), { isTTY: true })
  assert.equal((await readAll(terminal)).length, 2)
  assert.equal((await readAll(Readable.from([Buffer.from('a\nb\n')]))).length, 1)
})

test('very long lines', async () => {
  const blocks = Array.from({ length: 500 }, () => Buffer.alloc(65_536, 'x'))
  const input = [Buffer.from('a\nb'), ...blocks, Buffer.from('\nc')]
  const expected = [1, 1 + 500 * 65_536, 1]
  for (const interactive of [true, false]) {
    const batches = await readAll(Readable.from(input), interactive)
    assert.deepEqual(batches.flatMap(({ lines }) => lines.map((line) => line.length)), expected)
  }
})

test('an error of the input is thrown', async () => {
  for (const interactive of [true, false]) {
    const input = Readable.from(
      (async function* () {
        yield Buffer.from('a\n')
        throw new Error('the disk is on fire')
      })(),
    )
    await assert.rejects(readAll(input, interactive), /the disk is on fire/)
  }
})

test('who stops early lets go of the input', async () => {
  for (const interactive of [true, false]) {
    const input = new PassThrough()
    input.write('a\nb\n')
    for await (const batch of readLines(input, { interactive })) {
      assert.equal(batch.lines[0], 'a')
      break
    }
    await new Promise(setImmediate)
    assert.equal(input.destroyed, true)
  }
})

test('a file by its descriptor, from where it stands', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'naslog-lines-'))
  try {
    const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i} é`)
    const path = join(directory, 'file.log')
    writeFileSync(path, 'head\n' + lines.join('\n'))
    const fd = openSync(path, 'r')
    assert.equal(readSync(fd, Buffer.alloc(5)), 5)
    const batches = await readAll(fd)
    assert.deepEqual(linesOf(batches).map(([text]) => text), lines)
    assert.ok(batches.length > 3 && batches.length < 10)
    closeSync(fd)
  } finally {
    rmSync(directory, { recursive: true })
  }
})
