import { open, readdir, stat, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ByteInput } from '../lib/byte-input.ts'
import { printableText } from '../lib/printable.ts'
import { readFault } from '../lib/system-fault.ts'
import type { Batch, FileTask, Production } from './batch.ts'
import { ContentError, openContent, openStream, type OpenContent } from './content.ts'
import { LetterReader } from './letter-reader.ts'
import { LineReader } from './line-reader.ts'
import { TooShort } from './warm-up.ts'

/** The records of a file, batch by batch. What is wrong with the file is told in the last batch. */
export async function* produce(task: FileTask, production: Production, stdin?: ByteInput): AsyncGenerator<Batch, void, undefined> {
  let read = 0
  let file: FileHandle | undefined
  const reader = production.recipientOf === undefined ? new LineReader(task, production) : new LetterReader(task, production)
  const takeRead = (): number => {
    const bytes = read
    read = 0
    return bytes
  }
  let fault: string | undefined
  try {
    let content: OpenContent
    const onRead = (bytes: number): void => void (read += bytes)
    if (task.path === undefined) content = await openStream(stdin as ByteInput, onRead)
    else {
      file = await openFile(task.path, task)
      content = await openContent(file, task.start.from, onRead)
    }
    for await (const batch of reader.readAll(content)) yield { ...batch, read: takeRead() }
  } catch (error) {
    if (error instanceof TooShort) {
      yield* produce({ ...task, start: { ...task.start, from: 0, lines: task.start.line } }, production, stdin)
      return
    }
    if (!(error instanceof ContentError)) throw error
    fault = error.message
  } finally {
    await file?.close()
  }
  yield { ...reader.cut(), read: takeRead(), end: true, fault }
}

/** Opens the file that was meant, though logrotate may have renamed it meanwhile. */
async function openFile(path: string, { device, inode }: FileTask): Promise<FileHandle> {
  const folder = dirname(path)
  const neighbours = await readdir(folder).catch(() => [])
  for (const candidate of [path, ...neighbours.map((name) => join(folder, name))]) {
    const found = await stat(candidate).catch(() => undefined)
    if (found?.ino !== inode || found.dev !== device) continue
    try {
      return await open(candidate, 'r')
    } catch (error) {
      throw new ContentError(readFault(error))
    }
  }
  throw new ContentError('is gone or was replaced since naslog looked for files; run it again')
}

/** What a file is called for people. */
export function nameOf(path: string | undefined): string {
  return path === undefined ? 'standard input' : printableText(path)
}
