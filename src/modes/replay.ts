import { fstatSync, statSync } from 'node:fs'
import type { Writable } from 'node:stream'
import { loadServiceSettings, type GivenOptions } from '../config.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Io } from '../io.ts'
import { settleHeap } from '../lib/heap.ts'
import { createZone } from '../lib/zone.ts'
import { openCheckpoint, type Checkpoint } from '../replay/checkpoint.ts'
import { findInputs, InputError, keyOf } from '../replay/inputs.ts'
import { produceInThreads } from '../replay/jobs.ts'
import { readReplayOptions, type ReplayOptions } from '../replay/options.ts'
import { cutTornRecord } from '../replay/outputs.ts'
import { createPace, recordsPerBatch } from '../replay/pace.ts'
import { planFiles } from '../replay/plan.ts'
import { BEGINNING } from '../replay/position.ts'
import type { Batch, FileTask } from '../replay/batch.ts'
import { nameOf, produce } from '../replay/producer.ts'
import { createProduction, type ProductionSpec } from '../replay/production.ts'
import { createProgress, type Progress } from '../replay/progress.ts'
import { expansionOf } from '../replay/series.ts'
import { createSink, type Sink } from '../replay/sink.ts'
import { isComplete, summaryJson, summaryText, type Outcome } from '../replay/summary.ts'
import { emptyTally, merge, problemCount } from '../replay/tally.ts'
import { UsageError } from '../cli/usage-error.ts'

/** With a speed, records go together whose times are so near that nobody sees the difference, in ms. */
const TOGETHER = 50

/** Replays files. Returns the exit code; what is wrong with the command line or the settings is thrown. */
export async function replay(operands: readonly string[], given: GivenOptions, io: Io): Promise<number> {
  settleHeap()
  const settings = await loadServiceSettings(given, io.env)
  const options = readReplayOptions(given, io.now(), createZone(settings.timezone.default ?? io.localZone))
  const stdin = operands.includes('-')
  if (stdin && options.checkpoint !== undefined) throw new UsageError('--checkpoint needs files: standard input cannot be read again')
  if (stdin && options.loop) throw new UsageError('--loop needs files: standard input cannot be read again')
  const sink = await createSink(options, settings, io)
  try {
    return await run(operands.filter((operand) => operand !== '-'), stdin, options, sink, given, io)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    io.stderr.write(`naslog: ${error.message}\n`)
    return exitCodes.failed.code
  } finally {
    await sink.close()
  }
}

async function run(operands: readonly string[], stdin: boolean, options: ReplayOptions, sink: Sink, given: GivenOptions, io: Io): Promise<number> {
  const files = findInputs(operands, ownFiles(options, io))
  const checkpoint = options.checkpoint === undefined ? undefined : openCheckpoint(options.checkpoint, optionsOf(given))
  const stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number } = io.stderr
  const progress = createProgress({
    stream: stderr,
    total: stdin ? 0 : files.reduce((sum, { path, size }) => sum + size * expansionOf(path), 0),
    // A terminal that shows the records has no place for a bar.
    shown: !options.quiet && !(io.isTTY && sink.shape === 'bytes'),
    bar: stderr.isTTY === true,
    now: io.now,
  })
  try {
    await sink.open(progress)
    progress.phase('looking at dates')
    const tasks = await planFiles(files, {
      checkpoint, lastYear: options.year, now: io.now(), onSurvey: (bytes) => progress.advance(bytes, 0, 0, ''), stop: io.stop,
    })
    progress.phase(undefined)
    if (stdin) tasks.push(stdinTask(tasks.length, options, io))
    if (!options.dryRun) checkpoint?.begin()
    if (checkpoint !== undefined && sink.shape === 'bytes') cutTornRecord(descriptorOf(io.stdout) ?? -1)
    for (const { start } of tasks) progress.advance(start.from, 0, 0, '')

    const started = io.now()
    const outcome = await carry(tasks, checkpoint, options, sink, given, io, progress)
    progress.end()
    const done: Outcome = { ...outcome, files: tasks.length, ms: io.now() - started, output: sink.description, destinations: sink.results() }
    if (options.summary !== undefined) io.stderr.write(options.summary === 'json' ? summaryJson(done) : summaryText(done, stderr.isTTY === true ? (stderr.columns ?? 80) : Infinity))
    else for (const { file, reason } of done.faults) io.stderr.write(`naslog: ${file}: ${reason}\n`)
    return isComplete(done) ? exitCodes.ok.code : exitCodes.incomplete.code
  } finally {
    progress.end()
    checkpoint?.close()
  }
}

/** Carries everything from the files to the sink. */
async function carry(
  tasks: readonly FileTask[], checkpoint: Checkpoint | undefined, options: ReplayOptions, sink: Sink, given: GivenOptions, io: Io, progress: Progress,
): Promise<Pick<Outcome, 'tally' | 'finished' | 'faults' | 'stopped'>> {
  const spec = specOf(options, sink, given, io)
  const pace = createPace(options, io.now)
  const tally = emptyTally()
  const faults: { file: string; reason: string }[] = []
  let finished = 0

  async function* batches(): AsyncGenerator<Batch, void, undefined> {
    do {
      for await (const batch of produceAll(tasks, spec, options.jobs, io)) {
        await pace.wait(batch.tally.records, batch.instant, io.stop)
        if (io.stop.aborted) return
        yield batch
      }
    } while (options.loop && !io.stop.aborted)
  }
  const settle = (batch: Batch): void => {
    const { name, path } = tasks[batch.file] as FileTask
    merge(tally, batch.tally)
    progress.advance(batch.read * expansionOf(path), batch.tally.lines, problemCount(batch.tally), name)
    if (batch.fault !== undefined) faults.push({ file: name, reason: batch.fault })
    if (batch.end && batch.fault === undefined) finished++
    if (!options.dryRun) checkpoint?.commit(batch.file, batch.position)
  }
  await sink.output(batches(), settle, io.stop)
  return { tally, finished, faults, stopped: io.stop.aborted && finished + faults.length < tasks.length }
}

async function* produceAll(tasks: readonly FileTask[], spec: ProductionSpec, jobs: number, io: Io): AsyncGenerator<Batch, void, undefined> {
  const parallel = tasks.filter(({ path }) => path !== undefined)
  const inThreads = jobs > 1 && parallel.length > 1
  if (inThreads) yield* produceInThreads(parallel, jobs, spec, io.service.executable)
  const here = inThreads ? tasks.filter(({ path }) => path === undefined) : tasks
  if (here.length === 0) return
  const production = await createProduction(spec, io.now)
  for (const task of here) yield* produce(task, production, task.path === undefined ? io.stdin : undefined)
}

function specOf(options: ReplayOptions, sink: Sink, given: GivenOptions, io: Io): ProductionSpec {
  const { rate, speed } = options
  return {
    given,
    env: Object.fromEntries(Object.entries(io.env).filter(([name]) => name.startsWith('NASLOG_'))),
    localZone: io.localZone,
    selection: { since: options.since, until: options.until, host: options.host, where: options.where },
    shape: sink.shape,
    limits: { ...sink.limits, records: rate === Infinity ? sink.limits.records : Math.min(sink.limits.records, recordsPerBatch(rate)) },
    longest: speed === Infinity ? Infinity : TOGETHER * speed,
    destination: sink.name,
    deadLetters: options.deadLetter,
  }
}

/** What the records depend on besides the lines, as far as the command line says it. */
function optionsOf(given: GivenOptions): string {
  const names = ['to', 'config', 'timezone', 'format', 'fields', 'keep-original', 'since', 'until', 'host', 'where', 'year', 'dead-letter'] as const
  return names.flatMap((name) => (given[name] === undefined ? [] : [`--${name} ${String(given[name])}`])).join(' ') || 'none'
}

function stdinTask(index: number, { year }: ReplayOptions, io: Io): FileTask {
  const path = undefined
  return { index, path, name: nameOf(path), device: 0, inode: 0, reference: io.stdinChanged, firstYear: year, start: BEGINNING }
}

/** The checkpoint and the records may lie in the directory that is replayed. */
function ownFiles({ checkpoint }: ReplayOptions, io: Io): Set<string> {
  const descriptor = descriptorOf(io.stdout)
  const own = [
    checkpoint === undefined ? undefined : statSync(checkpoint, { throwIfNoEntry: false }),
    descriptor === undefined ? undefined : fstatSync(descriptor),
  ]
  return new Set(own.flatMap((stat) => (stat === undefined ? [] : [keyOf(stat)])))
}

function descriptorOf(stream: Writable): number | undefined {
  return 'fd' in stream && typeof stream.fd === 'number' ? stream.fd : undefined
}
