import { setPriority } from 'node:os'
import { pid } from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AcceptThread } from '../accept/start.ts'
import { GO, type AcceptOrder } from '../accept/thread.ts'
import type { Environment, ServiceSettings } from '../config.ts'
import { createDestination } from '../destinations/index.ts'
import { loadPrivacy } from '../destinations/privacy.ts'
import type { Destination } from '../destinations/destination.ts'
import { loadEnrichment } from '../enrich/load.ts'
import { exitCodes } from '../exit-codes.ts'
import { createDeliveries, type Deliveries } from '../forward/deliveries.ts'
import { createMonitor } from '../health/monitor.ts'
import { newSignals, Syncer } from '../journal/index.ts'
import { writeFault } from '../lib/system-fault.ts'
import type { Zones } from '../zones.ts'

declare const NASLOG_VERSION: string

export interface OmprogOptions extends ServiceSettings {
  readonly zones: Zones
}

export interface OmprogWorld {
  /** One line to the administrator. */
  report(message: string): void
  now(): number
  /** Where secrets of destinations may stand. */
  readonly env: Environment
  /** Set when naslog shall stop accepting and leave (SIGTERM). */
  readonly stop: AbortSignal
  /** Calls back at each SIGHUP. */
  onHangup(callback: () => void): void
  /** Ends the process although the accept thread blocks. */
  leave(): void
}

/** Niceness of delivery against acceptance: rsyslog waits for each OK, a destination waits for nothing, and the journal lies between. */
const DELIVERY_NICENESS = 19

/** How often the tables of the enrichment are looked at, in ms. */
const REFRESH_EVERY = 1000

/**
 * rsyslog's program. The accept thread hears rsyslog, in a blocking loop; this thread has the signals, the timers and the delivery.
 * The first OK is said when the journal is recovered and every destination is open. Returns the exit code.
 */
export async function omprog(accept: AcceptThread, options: OmprogOptions, world: OmprogWorld): Promise<number> {
  const order = orderOf(options)
  const { signals, stop } = order
  accept.send(order)
  const enriched = await loadEnrichment(options.enrichment)
  const privacy = await loadPrivacy(options.destinations)
  const context = { sync: options.journal.sync !== 'never', env: world.env }
  const destinations = await Promise.all(options.destinations.map((each) => createDestination(each, context)))
  const refusal = await openAll(destinations)
  const opened = await accept.next()
  if (refusal !== undefined || opened?.kind !== 'open') {
    const reason = refusal ?? (opened?.kind === 'failed' ? opened.reason : 'the accept thread died')
    world.report(`${reason}; naslog does not start`)
    await accept.end()
    return exitCodes.start.code
  }
  for (const notice of opened.notices) world.report(notice)

  let ended = false
  const monitor = createMonitor({
    version: NASLOG_VERSION, pid, journal: options.journal.directory, part: opened.part, textfile: options.health.textfile,
    adopted: () => deliveries.adopted(), states: () => deliveries.states, report: world.report, now: world.now,
  })
  const deliveries = createDeliveries({
    ...options, part: opened.part, openDestinations: destinations, signals, ended: () => ended, report: world.report, now: world.now,
    observe: monitor.counters.observe, enriched, privacy,
  })
  const monitorTimer = setInterval(monitor.write, options.health.every)
  const refreshTimer = enriched && setInterval(() => enriched.refresh().forEach(world.report), REFRESH_EVERY)
  const syncer = startSyncer(opened.part, options, signals, world)
  world.onHangup(() => {
    for (const destination of destinations) destination.reopen?.()
    deliveries.knock()
  })
  // Only this thread: on Linux a priority belongs to a thread, and the accept thread has started already. Before the first OK: lines come behind it.
  setPriority(DELIVERY_NICENESS)
  accept.send(GO)
  monitor.write()

  const stopped = new Promise<undefined>((resolve) => {
    if (world.stop.aborted) resolve(undefined)
    world.stop.addEventListener('abort', () => resolve(undefined), { once: true })
  })
  let code: number = exitCodes.ok.code
  try {
    deliveries.start()
    await hear(accept, Promise.race([stopped, deliveries.failed]), world)
  } catch (error) {
    // Our own bug, or a descriptor that is no pipe. What was accepted is kept, and rsyslog starts us again.
    const { code: systemCode, message, stack } = error as NodeJS.ErrnoException
    const text = systemCode === undefined ? (stack ?? message) : message
    text.split('\n').forEach(world.report)
    code = exitCodes.failed.code
  }
  Atomics.store(stop, 0, 1)
  Atomics.notify(stop, 0)
  ended = true
  clearInterval(syncer.timer)
  clearInterval(monitorTimer)
  clearInterval(refreshTimer)
  await finish(deliveries, destinations, options.omprog.stop_after)
  syncer.sync()
  monitor.write()
  // A thread that blocks in a read cannot be ended from here, and would keep the process: process.exit() waits for it.
  // At a stop of rsyslog, though, EOF comes right behind the signal.
  const acceptEnded = await Promise.race([accept.ended.then(() => true), sleep(500, false)])
  if (!acceptEnded) world.leave()
  return code
}

/** Passes on what the accept thread tells, until it ends or naslog shall stop. Rejects with what went wrong. */
async function hear(accept: AcceptThread, stopped: Promise<undefined>, world: OmprogWorld): Promise<void> {
  for (;;) {
    const message = await Promise.race([accept.next(), stopped])
    if (message?.kind === 'report') {
      world.report(message.message)
      continue
    }
    if (message?.kind === 'ended' && message.unfinished > 0) {
      world.report(`rsyslog was cut off in the middle of a line; its ${message.unfinished} bytes were not acknowledged, rsyslog will send them again`)
    }
    return
  }
}

function orderOf({ journal, omprog }: OmprogOptions): AcceptOrder {
  return {
    journal: { directory: journal.directory, maxBytes: journal.max_size, segmentBytes: journal.segment_size, sync: journal.sync },
    conversation: { confirm: omprog.ack, transactions: omprog.transactions, dotEvery: omprog.dot_every, refuseAfter: omprog.refuse_after },
    signals: newSignals(),
    stop: new Int32Array(new SharedArrayBuffer(4)),
  }
}

/** Opens every destination; the reason of the first that cannot work on this machine. */
async function openAll(destinations: readonly Destination[]): Promise<string | undefined> {
  for (const destination of destinations) {
    try {
      await destination.open()
    } catch (error) {
      const { path, message } = error as NodeJS.ErrnoException
      return `destination ${destination.name}: ${path === undefined ? message : `${path}: ${writeFault(error)}`}`
    }
  }
  return undefined
}

/** Brings the journal to the disk at intervals, where that is the policy. */
function startSyncer(part: string, { journal }: OmprogOptions, signals: AcceptOrder['signals'], world: OmprogWorld) {
  const syncer = new Syncer(part, signals)
  let failing = false
  const sync = (): void => {
    const synced = journal.sync === 'never' ? 'ok' : syncer.sync()
    if (synced !== 'ok' && !failing) world.report(synced.failed)
    failing = synced !== 'ok'
  }
  const timer = typeof journal.sync === 'object' ? setInterval(sync, journal.sync.everyMs) : undefined
  return { sync, timer }
}

/** Delivers what fits in the time; the rest stays in the journal. */
async function finish(deliveries: Deliveries, destinations: readonly Destination[], stopAfter: number): Promise<void> {
  await deliveries.finish(stopAfter)
  await Promise.all(destinations.map((destination) => destination.close()))
}
