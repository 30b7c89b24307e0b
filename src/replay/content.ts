import { spawn } from 'node:child_process'
import type { FileHandle } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import type { ByteInput } from '../lib/byte-input.ts'
import { printableText } from '../lib/printable.ts'

/** The content of a file ends before its end: compressed data that are damaged or cut off, a tool that is missing, a disk that fails. */
export class ContentError extends Error {}

class MissingTool extends ContentError {}

/** Uncompressed bytes. A block is only valid until the next one is asked for. */
export type Blocks = AsyncGenerator<Buffer, void, undefined>

export interface OpenContent {
  readonly blocks: Blocks
  readonly compressed: boolean
}

/** Compressed data that are read at once: what they hold stands in memory, and may be a thousand times as much. */
const COMPRESSED_BLOCK = 16 * 1024
/** Larger blocks are no faster, and their text is an object of its own for V8, which stays longer. */
const PLAIN_BLOCK = 64 * 1024

/** Compressions by the first bytes of a file, whatever its name is. Node 20 reads gzip itself; the others have their own tools. */
const COMPRESSIONS: readonly { readonly magic: Buffer; readonly tool: string | undefined }[] = [
  { magic: Buffer.from([0x1f, 0x8b]), tool: undefined },
  { magic: Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]), tool: 'xz' },
  { magic: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), tool: 'zstd' },
]
const LONGEST_MAGIC = 6

/**
 * Opens the content of a file from a position in its uncompressed bytes; the caller owns the handle. A plain file ends where it ended
 * when it was opened, but a line that goes beyond is read to its end. `onRead` hears how many bytes of the file itself were
 * read. What can be read of a damaged file is given before its ContentError is thrown.
 */
export async function openContent(file: FileHandle, from: number, onRead: (bytes: number) => void = () => {}): Promise<OpenContent> {
  const head = Buffer.alloc(LONGEST_MAGIC)
  const { bytesRead } = await file.read(head, 0, LONGEST_MAGIC, 0)
  const compression = compressionOf(head.subarray(0, bytesRead))
  if (compression === undefined) return { blocks: readPlain(file, from, (await file.stat()).size, onRead), compressed: false }
  const raw = readRaw(file, onRead)
  const blocks = compression.tool === undefined ? gunzip(raw, () => readRaw(file, () => {})) : runTool(compression.tool, raw)
  return { blocks: skip(blocks, from), compressed: true }
}

/** Opens standard input: compressed data are recognised there, too. */
export async function openStream(input: ByteInput, onRead: (bytes: number) => void): Promise<OpenContent> {
  const raw = readStream(input, onRead)
  let head: Buffer = Buffer.alloc(0)
  while (head.length < LONGEST_MAGIC) {
    const { value, done } = await raw.next()
    if (done === true) break
    head = Buffer.concat([head, value])
  }
  const whole = prepend(head, raw)
  const compression = compressionOf(head)
  if (compression === undefined) return { blocks: whole, compressed: false }
  return { blocks: compression.tool === undefined ? gunzip(whole) : runTool(compression.tool, whole), compressed: true }
}

function compressionOf(head: Buffer): (typeof COMPRESSIONS)[number] | undefined {
  return COMPRESSIONS.find(({ magic }) => head.subarray(0, magic.length).equals(magic))
}

async function* prepend(head: Buffer, rest: Blocks): Blocks {
  if (head.length > 0) yield head
  yield* rest
}

async function* readStream(input: ByteInput, onRead: (bytes: number) => void): Blocks {
  for await (const block of input) {
    onRead(block.length)
    yield block
  }
}

/** Reads up to `size`, and to the end of a line that goes beyond. */
async function* readPlain(file: FileHandle, from: number, size: number, onRead: (bytes: number) => void): Blocks {
  const block = Buffer.allocUnsafeSlow(PLAIN_BLOCK)
  let at = from
  let lineEnded = true
  while (at < size || !lineEnded) {
    const { bytesRead } = await read(file, block, at)
    if (bytesRead === 0 && at < size) throw new ContentError('the file was cut short while it was read')
    if (bytesRead === 0) return
    let bytes = block.subarray(0, bytesRead)
    if (at + bytesRead > size) {
      // Somebody is writing: what came later is read next time, but for the rest of a line that we have begun.
      const began = Math.max(0, size - at)
      const end = bytes.indexOf(0x0a, Math.max(0, began - 1)) + 1
      if (end > 0) bytes = bytes.subarray(0, end)
    }
    at += bytes.length
    lineEnded = bytes[bytes.length - 1] === 0x0a
    onRead(bytes.length)
    yield bytes
  }
}

async function* readRaw(file: FileHandle, onRead: (bytes: number) => void): Blocks {
  const block = Buffer.allocUnsafeSlow(COMPRESSED_BLOCK)
  for (let at = 0; ; ) {
    const { bytesRead } = await read(file, block, at)
    if (bytesRead === 0) return
    at += bytesRead
    onRead(bytesRead)
    yield block.subarray(0, bytesRead)
  }
}

async function read(file: FileHandle, block: Buffer, at: number): Promise<{ bytesRead: number }> {
  try {
    return await file.read(block, 0, block.length, at)
  } catch (error) {
    throw new ContentError(printableText((error as Error).message))
  }
}

/**
 * Uncompresses gzip, also several members behind each other. Each block is uncompressed before the next one is read. Where the data
 * are damaged Node's zlib keeps the last 64 KiB before the damage to itself; gzip(1) gives them, where it is installed
 * and the data can be read `again`.
 */
async function* gunzip(raw: Blocks, again?: () => Blocks): Blocks {
  let given = 0
  try {
    for await (const block of inflate(raw)) {
      given += block.length
      yield block
    }
  } catch (error) {
    if (again === undefined) throw error
    try {
      yield* skip(runTool('gzip', again()), given)
    } catch (second) {
      throw second instanceof MissingTool ? error : second
    }
  }
}

async function* inflate(raw: Blocks): Blocks {
  const stream = createGunzip({ chunkSize: 64 * 1024 })
  let ready: Buffer[] = []
  let fault: Error | undefined
  let ended = false
  let wake = (): void => {}
  stream.on('data', (block: Buffer) => void ready.push(block))
  stream.on('end', () => {
    ended = true
    wake()
  })
  stream.on('error', (error) => {
    fault = error
    wake()
  })
  const take = (): Buffer[] => {
    const taken = ready
    ready = []
    return taken
  }
  try {
    for await (const block of raw) {
      await new Promise<void>((resolve) => {
        wake = resolve
        stream.write(block, () => resolve())
      })
      yield* take()
      if (fault !== undefined) throw damaged(fault)
      // Nothing but zeros follows the last member.
      if (ended) return
    }
    await new Promise<void>((resolve) => {
      wake = resolve
      stream.end()
    })
    yield* take()
    if (fault !== undefined) throw damaged(fault)
  } finally {
    stream.destroy()
  }
}

function damaged(fault: NodeJS.ErrnoException): ContentError {
  return new ContentError(
    fault.code === 'Z_BUF_ERROR' ? 'the gzip data end in the middle' : `the gzip data are damaged (${printableText(fault.message)})`,
  )
}

/** Uncompresses with the system's tool. Code 2 of gzip is a warning: something else follows the compressed data. */
async function* runTool(tool: string, raw: Blocks): Blocks {
  const child = spawn(tool, ['-dc'], { stdio: ['pipe', 'pipe', 'pipe'] })
  let said = ''
  child.stderr.on('data', (text: Buffer) => {
    if (said.length < 1000) said += text.toString('utf8')
  })
  const ended = new Promise<{ code: number | null; fault?: NodeJS.ErrnoException }>((resolve) => {
    child.once('error', (fault) => resolve({ code: null, fault }))
    child.once('close', (code) => resolve({ code }))
  })
  // A tool that ends early closes its input; its exit code says more.
  child.stdin.on('error', () => undefined)
  const fed = feed(raw, child.stdin)
  fed.catch(() => child.kill())
  try {
    for await (const block of child.stdout.iterator({ destroyOnReturn: true }) as AsyncIterable<Buffer>) yield block
    await fed
    const { code, fault } = await ended
    if (fault?.code === 'ENOENT') throw new MissingTool(`it is compressed with ${tool}, and the program ${tool} is not installed`)
    if (fault !== undefined) throw new ContentError(`${tool} does not start: ${printableText(fault.message)}`)
    if (code !== 0 && !(code === 2 && tool === 'gzip')) throw new ContentError(printableText(said.trim().split('\n', 1)[0] || `${tool} failed`))
  } finally {
    child.kill()
    child.stdout.destroy()
    await raw.return()
  }
}

async function feed(raw: Blocks, input: NodeJS.WritableStream): Promise<void> {
  for await (const block of raw) {
    // The block is used again for the next one.
    const gone = await new Promise<boolean>((resolve) => {
      input.write(block, (error) => resolve(error !== null && error !== undefined))
    })
    if (gone) return
  }
  input.end()
}

/** Without the first so many bytes. */
async function* skip(blocks: Blocks, bytes: number): Blocks {
  let left = bytes
  for await (const block of blocks) {
    if (left >= block.length) left -= block.length
    else {
      yield left === 0 ? block : block.subarray(left)
      left = 0
    }
  }
}
