import { exitCodes } from '../exit-codes.ts'
import { describeAgo, describeBytes, describeCount, describeTable } from '../health/describe.ts'
import { examineJournal } from '../health/examine.ts'
import { reportJson } from '../health/json.ts'
import { reportPart, type PartReport } from '../health/report.ts'
import type { Io } from '../io.ts'
import { exportLines } from '../journal/index.ts'
import { printableText } from '../lib/printable.ts'
import { createRecordWriter } from '../lib/record-writer.ts'

export interface JournalOptions {
  readonly journal: { readonly directory: string }
  /** Write the waiting lines themselves. */
  readonly export: boolean
  /** Export what waits for this destination only; absent: what waits for any. */
  readonly destination?: string | undefined
  /** The overview for programs instead of people. */
  readonly json: boolean
}

type JournalIo = Pick<Io, 'stdout' | 'stderr' | 'stop' | 'now'>

/**
 * Shows what waits in the journal, or writes the waiting lines as they were received. Changes nothing; naslog may run. Returns the
 * exit code; rejects with the system's errors.
 */
export async function journal(options: JournalOptions, io: JournalIo): Promise<number> {
  const { directory } = options.journal
  const parts = examineOrComplain(directory, io)
  if (parts === 'unreadable') return exitCodes.failed.code
  if (parts === undefined) {
    io.stderr.write(`naslog: there is no journal in ${printableText(directory)}\n`)
    return exitCodes.failed.code
  }
  const destinations = [...new Set(parts.flatMap((part) => part.destinations.map(({ destination }) => destination)))]
  if (options.destination !== undefined && !destinations.includes(options.destination)) {
    io.stderr.write(`naslog: the journal knows no destination ${printableText(options.destination)}; it has ${destinations.map(printableText).join(', ') || 'none'}\n`)
    return exitCodes.failed.code
  }
  if (options.export) await exportWaiting(directory, options.destination === undefined ? destinations : [options.destination], io)
  else {
    const reports = parts.map(reportPart)
    io.stdout.write(options.json ? `${reportJson({ journal: directory, parts: reports })}\n` : `${describeParts(directory, reports, io.now()).join('\n')}\n`)
  }
  return exitCodes.ok.code
}

/** As `examineJournal`, but a journal that this account may not read is told on stderr. */
export function examineOrComplain(directory: string, { stderr }: Pick<Io, 'stderr'>): ReturnType<typeof examineJournal> | 'unreadable' {
  try {
    return examineJournal(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error
    stderr.write(`naslog: ${printableText(directory)}: no permission to read the journal; run this as the user of rsyslogd, or as root\n`)
    return 'unreadable'
  }
}

async function exportWaiting(directory: string, destinations: readonly string[], { stdout, stop }: JournalIo): Promise<void> {
  const writer = createRecordWriter(stdout)
  for (const { record } of exportLines(directory, destinations)) {
    writer.add(record.line)
    if (writer.full) {
      await writer.flush()
      if (stop.aborted) break
    }
  }
  await writer.end()
}

/** The parts of a journal for people: who owns them, and what waits in them for whom since when. */
export function describeParts(directory: string, parts: readonly PartReport[], now: number): string[] {
  const title = `journal ${printableText(directory)}`
  if (parts.length === 0) return [`${title}: empty`]
  const rows = parts.flatMap(({ part, owner, pid, accepted, bytes, waiting }) => {
    const first = [part, describeOwner(owner, pid), describeCount(accepted), describeBytes(bytes)]
    const others = waiting.map((each) => [
      printableText(each.destination), describeCount(each.lines), describeBytes(each.bytes), describeAgo(each.oldestReceivedAt, now),
    ])
    const [head = [], ...tail] = others
    return [[...first, ...head], ...tail.map((row) => ['', '', '', '', ...row])]
  })
  return [title, ...describeTable([['part', 'process', 'accepted', 'on disk', 'destination', 'waiting', 'bytes', 'oldest'], ...rows])]
}

function describeOwner(owner: PartReport['owner'], pid: number | undefined): string {
  const name = pid === undefined ? '' : ` (${pid})`
  return { alive: `running${name}`, dead: 'not running', unknown: `not known${name}` }[owner]
}
