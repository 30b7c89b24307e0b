import { Readable } from 'node:stream'
import type { EnrichmentSettings } from '../config/enrichment.ts'
import { createEncoder, type RecordFormat } from '../encode/record.ts'
import type { Envelope } from '../envelope/envelope.ts'
import { loadEnrichment } from '../enrich/load.ts'
import { readEnvelope } from '../envelope/index.ts'
import { FACILITIES, SEVERITIES } from '../envelope/priority.ts'
import type { Event } from '../event.ts'
import { Json, type Field, type Value } from '../fields/declare.ts'
import { allFields, F } from '../fields/index.ts'
import type { Io } from '../io.ts'
import { fromBytes, type ByteString } from '../lib/bytes.ts'
import { readLines } from '../lib/lines.ts'
import { printable, printableText } from '../lib/printable.ts'
import { createPipeline, type Reception } from '../pipeline.ts'
import { problems, type Problem } from '../problem.ts'
import type { Zones } from '../zones.ts'
import { createOrigins } from './origin.ts'

export interface ExplainOptions {
  readonly format: RecordFormat
  /** Projection of the record; the fields are explained all the same. */
  readonly fields?: readonly Field[] | undefined
  readonly keepOriginal: boolean
  readonly zones: Zones
  readonly enrichment?: EnrichmentSettings | undefined
  /** The line, as ordinary text; absent: the lines of standard input. */
  readonly line: string | undefined
}

type ExplainIo = Pick<Io, 'stdin' | 'stdout' | 'env' | 'isTTY' | 'now' | 'stdinChanged'>

/** Shows for people how lines are read: header, parser, fields and their origins, problems, record. */
export async function explain(options: ExplainOptions, io: ExplainIo): Promise<void> {
  const enrichment = await loadEnrichment(options.enrichment)
  const pipeline = createPipeline({ zones: options.zones, keepOriginal: options.keepOriginal, wanted: () => true, enrichment })
  const encode = createEncoder({ format: options.format, fields: options.fields })
  const paint = createPaint(io)
  const input = options.line === undefined ? io.stdin : Readable.from([Buffer.from(`${options.line}\n`)])
  const fileTime = options.line === undefined ? io.stdinChanged : undefined

  let count = 0
  for await (const { lines, repaired } of readLines(input)) {
    for (const [index, line] of lines.entries()) {
      const at = io.now()
      const reception: Reception = { at, reference: fileTime ?? at, repaired: repaired?.has(index) === true }
      const event = pipeline(line, reception)
      const envelope = readEnvelope(line)
      const page = [
        ...describeHeader(envelope, paint),
        ...describeFields(envelope, event, paint),
        ...describeProblems(event, paint),
        ...(options.enrichment?.rules === undefined ? [] : describeRules(event, paint)),
        ...describeRecord(encode(event), paint),
      ]
      const separator = count++ === 0 ? '' : '\n'
      if (!io.stdout.write(`${separator}${page.join('\n')}\n`)) await drained(io)
    }
  }
}

function describeHeader(envelope: Envelope, paint: Paint): string[] {
  const { form, stamp, priority, structuredData } = envelope
  const stampNotes = { zoned: '', local: ' (names no zone)', bsd: ' (names no zone)' }
  const rows: (readonly [name: string, value: ByteString | undefined, note?: string | undefined])[] = [
    ['priority', priority === undefined ? undefined : String(priority), prioritySays(priority)],
    ['version', envelope.version],
    ['time', stamp?.text, stamp && stampNotes[stamp.kind]],
    ['host', envelope.hostname],
    ['program', envelope.appname],
    ['process', envelope.procid],
    ['message id', envelope.msgid],
    ['data', structuredData?.map(({ id, params }) => `${id} (${params.size})`).join(', ')],
    ['received', envelope.received],
    ['sender', envelope.sender],
    ['message', envelope.body],
  ]
  return [
    paint.title('line'),
    `  ${printable(envelope.line)}`,
    paint.title('header'),
    `  ${'form'.padEnd(10)}  ${form}`,
    ...rows
      .filter(([, value]) => value !== undefined && value !== '')
      .map(([name, value, note = '']) => `  ${name.padEnd(10)}  ${printable(value ?? '')}${paint.note(note)}`),
  ]
}

function prioritySays(priority: number | undefined): string {
  return priority === undefined ? '' : ` (${FACILITIES[Math.floor(priority / 8)]}, ${SEVERITIES[priority % 8]})`
}

function describeFields(envelope: Envelope, event: Event, paint: Paint): string[] {
  const originOf = createOrigins(envelope, event)
  const rows = allFields.flatMap((field) => {
    const value = event.get(field)
    return value === undefined ? [] : [{ name: field.name, origin: originOf(field, value), text: show(value) }]
  })
  const nameWidth = Math.max(0, ...rows.map(({ name }) => name.length))
  const originWidth = Math.max(0, ...rows.map(({ origin }) => origin.length))
  return [
    `${paint.title('parser')}  ${event.get(F['naslog.parser']) ?? ''}`,
    paint.title('fields'),
    ...rows.map(({ name, origin, text }) => `  ${name.padEnd(nameWidth)}  ${paint.note(origin.padEnd(originWidth))}  ${text}`),
  ]
}

function show(value: Value): string {
  if (value instanceof Json) return printable(value.text)
  return printable(Array.isArray(value) ? value.join(', ') : String(value))
}

function describeProblems(event: Event, paint: Paint): string[] {
  const codes = event.get(F['naslog.problems']) ?? []
  if (codes.length === 0) return [`${paint.title('problems')}  none`]
  return [paint.title('problems'), ...codes.map((code) => `  ${paint.warning(code)}  ${problems[code as Problem] ?? ''}`)]
}

/** The rules of the configuration that the line met, in their order. */
function describeRules(event: Event, paint: Paint): string[] {
  const met = event.get(F['naslog.rules']) ?? []
  if (met.length === 0) return [`${paint.title('rules')}  none`]
  const dropper = event.get(F['naslog.dropped_by'])
  return [paint.title('rules'), ...met.map((name) => `  ${printable(name)}${name === dropper ? paint.warning('  drops the line') : ''}`)]
}

/** The record spread over lines, its values and their order as they are. */
function describeRecord(record: ByteString, paint: Paint): string[] {
  const spread = JSON.stringify(JSON.parse(fromBytes(record)), undefined, 2)
  return [paint.title('record'), ...spread.split('\n').map((line) => `  ${printableText(line)}`)]
}

interface Paint {
  title(text: string): string
  note(text: string): string
  warning(text: string): string
}

/** Colours on a terminal, unless NO_COLOR (https://no-color.org) is set. */
function createPaint({ isTTY, env }: Pick<Io, 'isTTY' | 'env'>): Paint {
  const wanted = isTTY && !env['NO_COLOR']
  const style = (code: number) => (text: string) => (wanted && text !== '' ? `\x1b[${code}m${text}\x1b[0m` : text)
  return { title: style(1), note: style(2), warning: style(31) }
}

function drained({ stdout }: Pick<Io, 'stdout'>): Promise<void> {
  return new Promise((resolve, reject) => stdout.once('drain', resolve).once('error', reject))
}
