import * as z from 'zod'
import { options } from '../cli/declarations.ts'
import { expected } from './expected.ts'
import { parseDuration, parseSize } from './quantity.ts'

/** The sections that `naslog omprog` needs: what it answers, where it keeps lines, and where it takes them. */

const aPath = expected('an absolute path')
export const absolutePath = z.string(aPath).regex(/^\/[^\0\n]*$/, aPath).meta({ title: 'absolute path' })

/** A duration in the file, milliseconds in the settings. */
export function duration(fallback: string, least: string, most: string, description: string) {
  const error = expected(`a duration from ${least} to ${most} such as ${fallback}`)
  const fits = (ms: number | undefined): boolean => ms !== undefined && ms >= (parseDuration(least) ?? 0) && ms <= (parseDuration(most) ?? 0)
  return z
    .string(error)
    .refine((text) => fits(parseDuration(text)), error)
    .transform((text) => parseDuration(text) ?? 0)
    .prefault(fallback)
    .meta({ title: 'duration', description })
}

/** A size in the file, bytes in the settings. */
export function size(fallback: string, least: string, description: string, most = '1000TB') {
  const error = expected(most === '1000TB' ? `a size of at least ${least} such as ${fallback}` : `a size from ${least} to ${most} such as ${fallback}`)
  return z
    .string(error)
    .refine((text) => inSizes(parseSize(text), least, most), error)
    .transform((text) => parseSize(text) ?? 0)
    .prefault(fallback)
    .meta({ title: 'size', description })
}

function inSizes(bytes: number | undefined, least: string, most: string): boolean {
  return bytes !== undefined && bytes >= (parseSize(least) ?? 0) && bytes <= (parseSize(most) ?? Infinity)
}

const anInterval = expected('`always`, `never`, or a duration from 10ms to 1h such as 1s')
const syncPolicy = z
  .string(anInterval)
  .refine((text) => text === 'always' || text === 'never' || inRange(parseDuration(text)), anInterval)
  .transform((text) => (text === 'always' || text === 'never' ? text : { everyMs: parseDuration(text) ?? 1000 }))
  .prefault('1s')
  .meta({
    title: '`always`, `never` or duration',
    description: 'when accepted lines are brought to the disk itself: what a power cut may cost (docs/operations.md has the price)',
  })

function inRange(ms: number | undefined): boolean {
  return ms !== undefined && ms >= 10 && ms <= 3_600_000
}

export const journal = z
  .strictObject(
    {
      directory: absolutePath.default('/var/spool/naslog').meta({ title: 'absolute path', description: 'where accepted lines wait for their destinations' }),
      max_size: size('2GiB', '1MiB', 'most that may wait; when it is reached naslog accepts nothing, and the queue of rsyslog fills'),
      segment_size: size('16MiB', '64KiB', 'size of one journal file; delivered lines are deleted by whole files'),
      sync: syncPolicy,
    },
    expected('a mapping with the keys `directory`, `max_size`, `segment_size` and `sync`'),
  )
  .prefault({})
  .meta({ description: 'the journal of `naslog omprog`' })

const aMark = expected('a text without line breaks')
const mark = z.string(aMark).regex(/^[^\n]+$/, aMark)

export const omprog = z
  .strictObject(
    {
      ack: z.boolean(expected('true or false')).default(true).meta({ description: options.ack.description }),
      dot_every: duration('5s', '100ms', '60s', 'how often a dot tells rsyslog that a slow answer is coming; well below confirmTimeout'),
      refuse_after: duration('1h', '0s', '5h', 'how long a line waits for room in the journal before it is refused: rsyslog sends it again, but loses it when it is stopped meanwhile'),
      stop_after: duration('3s', '0s', '10m', 'how long naslog goes on delivering when rsyslog stops; the rest stays in the journal. Below closeTimeout'),
      transactions: z
        .strictObject(
          {
            begin: mark.default('BEGIN TRANSACTION').meta({ title: 'text', description: 'beginTransactionMark of the action' }),
            commit: mark.default('COMMIT TRANSACTION').meta({ title: 'text', description: 'commitTransactionMark of the action' }),
          },
          expected('a mapping with the keys `begin` and `commit`'),
        )
        .optional()
        .meta({ description: 'only for an action with useTransactions="on", which is not advised: rsyslog itself loses messages with it' }),
    },
    expected('a mapping'),
  )
  .prefault({})
  .meta({ description: 'the conversation with rsyslog' })

export const deadLetters = absolutePath
  .default('/var/spool/naslog/dead-letters.jsonl')
  .meta({ title: 'absolute path', description: 'file for what a destination will never take: the line, and why' })

export const health = z
  .strictObject(
    {
      textfile: absolutePath.optional().meta({ title: 'absolute path', description: 'Prometheus textfile, for the collector of node_exporter; each process puts its number before the ending' }),
      every: duration('15s', '1s', '1h', 'how often it is written'),
    },
    expected('a mapping with the keys `textfile` and `every`'),
  )
  .prefault({})
  .meta({ description: 'counters for monitoring' })

export type JournalSettings = z.output<typeof journal>
export type OmprogSettings = z.output<typeof omprog>
export type HealthSettings = z.output<typeof health>
