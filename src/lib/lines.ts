import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import split2 from 'split2'
import { BLOCK_SIZE, type ByteInput } from './byte-input.ts'
import { isValidUtf8, repairUtf8, type ByteString } from './bytes.ts'

/** Some lines of an input, in order: valid UTF-8, without their newline. A CR before it is still there. */
export interface LineBatch {
  readonly lines: readonly ByteString[]
  /** Indexes of the lines in which bytes that were not UTF-8 have been replaced by U+FFFD; `undefined` for none. */
  readonly repaired: ReadonlySet<number> | undefined
}

export interface ReadLinesOptions {
  /** True for lines that come one by one and are awaited one by one. By default what the input says: is it a terminal? */
  readonly interactive?: boolean | undefined
}

const NEWLINE = 0x0a

/**
 * Reads an input line by line: a stream of bytes, or the descriptor of a file, read from where it stands (and left open).
 * Only the byte 0x0A ends a line. A last line without it counts, unless it is empty. Lines may have any length up to
 * V8's longest string (512 MB). An error of the input is thrown.
 */
export function readLines(input: ByteInput | number, options: ReadLinesOptions = {}): AsyncIterable<LineBatch> {
  if (typeof input === 'number') {
    return readBlocks(createReadStream('', { fd: input, autoClose: false, highWaterMark: BLOCK_SIZE }))
  }
  const interactive = options.interactive ?? input.isTTY === true
  return interactive ? readOneByOne(input) : readBlocks(input)
}

/** One batch for each block that holds the end of a line: one write per line would cost more than all parsing. */
async function* readBlocks(input: ByteInput): AsyncGenerator<LineBatch> {
  const splitter = createBlockSplitter()
  for await (const block of input) {
    const batch = splitter.push(block)
    if (batch.lines.length > 0) yield batch
  }
  const last = splitter.flush()
  if (last !== undefined) yield last
}

/** One batch for each line. */
async function* readOneByOne(input: ByteInput): AsyncGenerator<LineBatch> {
  // Fed with text, split2 leaves the characters, which are bytes, as they are.
  const lines = split2('\n', { decodeStrings: false })
  // The iteration below ends with the same error.
  pipeline(input, joinFragments, lines, () => {})
  try {
    for await (const line of lines) yield repairLine(line as ByteString)
  } finally {
    // Whoever stops early would else leave joinFragments waiting for the next block.
    input.destroy()
  }
}

/** Passes blocks on as text, but keeps those that end no line: split2 would search the whole of a long line again with each. */
async function* joinFragments(blocks: AsyncIterable<Buffer>): AsyncGenerator<ByteString> {
  let fragments: ByteString[] = []
  for await (const block of blocks) {
    fragments.push(block.toString('latin1'))
    if (!block.includes(NEWLINE)) continue
    yield fragments.join('')
    fragments = []
  }
  if (fragments.length > 0) yield fragments.join('')
}

function repairLine(line: ByteString): LineBatch {
  return isValidUtf8(line) ? { lines: [line], repaired: undefined } : { lines: [repairUtf8(line)], repaired: FIRST }
}

const FIRST: ReadonlySet<number> = new Set([0])
const NO_LINES: LineBatch = { lines: [], repaired: undefined }

/** Splits blocks of bytes into lines, across the borders of the blocks. */
export interface BlockSplitter {
  /** Number of bytes pushed that belong to no line yet: whoever resumes begins to read this far before the last byte pushed. */
  readonly pending: number
  /** The lines that end in this block. The block may be used again afterwards. */
  push(block: Buffer): LineBatch
  /** The last line, if the input did not end with a newline. */
  flush(): LineBatch | undefined
}

/** Makes a splitter for one input. Linear in the length of the input, however long its lines are. */
export function createBlockSplitter(): BlockSplitter {
  let fragments: ByteString[] = []
  let pending = 0

  const keep = (block: Buffer, from: number): void => {
    if (from === block.length) return
    fragments.push(block.toString('latin1', from))
    pending += block.length - from
  }
  const takeFragments = (): ByteString => {
    const text = fragments.length === 1 ? (fragments[0] as ByteString) : fragments.join('')
    fragments = []
    pending = 0
    return text
  }

  return {
    get pending() {
      return pending
    },
    push(block) {
      const end = block.lastIndexOf(NEWLINE)
      if (end < 0) {
        keep(block, 0)
        return NO_LINES
      }
      const lines = block.toString('latin1', 0, end).split('\n')
      const continued = fragments.length > 0
      if (continued) lines[0] = takeFragments() + (lines[0] as ByteString)
      keep(block, end + 1)
      // A line that began in another block is not whole here, so it is checked by itself.
      const wholeFrom = continued ? block.indexOf(NEWLINE) + 1 : 0
      const valid = wholeFrom > end || isUtf8(block.subarray(wholeFrom, end))
      if (valid && (!continued || isValidUtf8(lines[0] as ByteString))) return { lines, repaired: undefined }
      return repairLines(lines)
    },
    flush() {
      return pending === 0 ? undefined : repairLine(takeFragments())
    },
  }
}

/** Repairs the lines that need it, in place. */
function repairLines(lines: ByteString[]): LineBatch {
  const repaired = new Set<number>()
  lines.forEach((line, index) => {
    if (isValidUtf8(line)) return
    lines[index] = repairUtf8(line)
    repaired.add(index)
  })
  return { lines, repaired }
}
