import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { appendFileSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { ContentError, openContent } from '../../src/replay/content.ts'
import { has, temporaryDirectory, write } from './support.ts'

/** What can be read of a file, and what was said of it. */
async function read(path: string, from = 0): Promise<{ text: string; fault: string | undefined }> {
  const file = await open(path)
  const blocks: Buffer[] = []
  try {
    const content = await openContent(file, from)
    for await (const block of content.blocks) blocks.push(Buffer.from(block))
    return { text: Buffer.concat(blocks).toString('latin1'), fault: undefined }
  } catch (error) {
    assert.ok(error instanceof ContentError, String(error))
    return { text: Buffer.concat(blocks).toString('latin1'), fault: error.message }
  } finally {
    await file.close()
  }
}

const TEXT = Array.from({ length: 30_000 }, (_, number) => `line ${number} of the file\n`).join('')

for (const ending of ['', '.gz', '.xz', '.zst']) {
  const tool = { '.xz': 'xz', '.zst': 'zstd' }[ending]
  test(`content of a file${ending}, whole and from a position`, { skip: tool !== undefined && !has(tool) }, async (context) => {
    const path = write(join(temporaryDirectory(context), `a.log${ending}`), TEXT)
    assert.deepEqual(await read(path), { text: TEXT, fault: undefined })
    for (const from of [1, 65_536, 200_001, TEXT.length]) assert.deepEqual(await read(path, from), { text: TEXT.slice(from), fault: undefined })
  })
}

test('compression is known by the content, not by the name', async (context) => {
  const folder = temporaryDirectory(context)
  writeFileSync(join(folder, 'plain.gz'), 'a\n')
  writeFileSync(join(folder, 'compressed.log'), gzipSync('b\n'))
  writeFileSync(join(folder, 'empty.gz'), '')
  assert.equal((await read(join(folder, 'plain.gz'))).text, 'a\n')
  assert.equal((await read(join(folder, 'compressed.log'))).text, 'b\n')
  assert.deepEqual(await read(join(folder, 'empty.gz')), { text: '', fault: undefined })
})

test('gzip members behind each other, also where one ends with a block that is read', async (context) => {
  const path = join(temporaryDirectory(context), 'a.gz')
  for (const size of [16_383, 16_384, 16_385, 32_768]) {
    const noise = randomBytes(size)
    let member = gzipSync(noise, { level: 0 })
    member = gzipSync(noise.subarray(0, size - (member.length - size)), { level: 0 })
    assert.equal(member.length, size)
    writeFileSync(path, Buffer.concat([member, gzipSync('tail\n'), gzipSync('end\n')]))
    assert.match((await read(path)).text, /tail\nend\n$/)
  }
})

test('what a damaged gzip file still holds is read, and said', { skip: !has('gzip') }, async (context) => {
  const path = join(temporaryDirectory(context), 'a.gz')
  const whole = gzipSync(TEXT)
  writeFileSync(path, whole.subarray(0, whole.length - 5000))
  const torn = await read(path)
  assert.match(torn.fault ?? '', /end of file/)
  assert.ok(torn.text.length > TEXT.length / 2 && TEXT.startsWith(torn.text))
  const flipped = Buffer.from(whole)
  flipped[flipped.length - 6] = (flipped[flipped.length - 6] as number) ^ 1
  writeFileSync(path, flipped)
  const { text, fault } = await read(path)
  assert.equal(text, TEXT)
  assert.match(fault ?? '', /crc/)
  for (const behind of [Buffer.alloc(1000), Buffer.from('something else'), Buffer.alloc(70_000, 'x')]) {
    writeFileSync(path, Buffer.concat([whole, behind]))
    assert.deepEqual(await read(path), { text: TEXT, fault: undefined })
  }
})

test('without the tool a file says what it needs; without gzip(1), what its data lack', async (context) => {
  const folder = temporaryDirectory(context)
  const xz = join(folder, 'a.xz')
  writeFileSync(xz, Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0, 0]))
  const gz = join(folder, 'a.gz')
  writeFileSync(gz, gzipSync(TEXT).subarray(0, 1000))
  const path = process.env['PATH']
  process.env['PATH'] = folder
  try {
    assert.equal((await read(xz)).fault, 'it is compressed with xz, and the program xz is not installed')
    assert.equal((await read(gz)).fault, 'the gzip data end in the middle')
  } finally {
    process.env['PATH'] = path
  }
  if (has('xz')) assert.match((await read(xz)).fault ?? '', /^xz: /)
})

test('a file that grows while it is read ends where it ended, with its last line whole', async (context) => {
  const path = write(join(temporaryDirectory(context), 'a.log'), 'a\nb')
  const file = await open(path)
  const { blocks } = await openContent(file, 0)
  appendFileSync(path, 'ig\nc\n')
  let text = ''
  for await (const block of blocks) text += block.toString()
  assert.equal(text, 'a\nbig\n')
  await file.close()
})
