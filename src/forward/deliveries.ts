import { setMaxListeners } from 'node:events'
import type { ServiceSettings } from '../config.ts'
import type { DestinationSettings } from '../config/destinations/index.ts'
import type { Destination, Parcel } from '../destinations/destination.ts'
import { createRecordEncoder } from '../destinations/encoder.ts'
import type { Enricher } from '../enrich/enricher.ts'
import type { Enrichment } from '../enrich/enrichment.ts'
import type { Event } from '../event.ts'
import { F } from '../fields/index.ts'
import { adoptParts, openDelivery, type Delivery as Outlet, type JournalRecord, type Signals } from '../journal/index.ts'
import { isValidUtf8, repairUtf8 } from '../lib/bytes.ts'
import { createPipeline, type Reception } from '../pipeline.ts'
import { compileFilter } from '../rules/filter.ts'
import type { Zones } from '../zones.ts'
import { createDeadLetters } from './dead-letter.ts'
import { forward } from './forwarder.ts'
import { createGate, type ForwarderState } from './gate.ts'
import { journalSource } from './journal-source.ts'

export interface DeliveriesOptions extends ServiceSettings {
  readonly zones: Zones
  /** What the configuration adds to the pipeline, its tables read. */
  readonly enriched: Enrichment | undefined
  /** The stage of each destination with a privacy of its own. */
  readonly privacy: ReadonlyMap<string, Enricher>
  /** Path of this process's own part of the journal. */
  readonly part: string
  /** In the order of the settings, open. */
  readonly openDestinations: readonly Destination[]
  readonly signals: Signals
  /** True once nothing will be appended to the own part any more. */
  readonly ended: () => boolean
  readonly report: (message: string) => void
  readonly now: () => number
  /** Told of every event once, with the bytes of its line and when it was received. */
  readonly observe: (event: Event, bytes: number, receivedAt: number) => void
}

/** Everything that is being delivered by this process. */
export interface Deliveries {
  readonly states: ReadonlyMap<string, ForwarderState>
  /** Paths of the parts of dead processes that are being drained. */
  adopted(): readonly string[]
  /** Never settles, unless by rejecting with an error of ours. */
  readonly failed: Promise<never>
  /** Begins; making the pipelines and encoders takes 20 ms, for which the first OK does not wait. */
  start(): void
  /** Tries destinations at once that failed, or that wait for a person: something may have been mended. */
  knock(): void
  /** Goes on until all is delivered, or for so many ms; settles when nothing is on its way any more. */
  finish(ms: number): Promise<void>
}

/** How often to look for parts whose process has died, in ms. */
const ADOPT_EVERY = 10_000

/** Prepares the delivery of the own part, and of the parts that dead processes left, to every destination. */
export function createDeliveries(options: DeliveriesOptions): Deliveries {
  const { report, journal } = options
  const names = options.destinations.map(({ name }) => name)
  const states = new Map(names.map((name) => [name, createState()]))
  const deadLetters = createDeadLetters(options.deadLetters, options.now)
  const gates = options.openDestinations.map(({ name, inFlight = 1 }) => createGate({ name, slots: inFlight, state: states.get(name) as ForwarderState, report }))
  const abort = new AbortController()
  // Every request listens, and every pause.
  setMaxListeners(0, abort.signal)
  const running = new Set<Promise<void>>()

  const deliver = (outlet: Outlet, signals: Signals | undefined): Promise<void>[] =>
    options.destinations.map((settings, index) => {
      const destination = options.openDestinations[index] as Destination
      const source = journalSource({
        outlet,
        destination: settings.name,
        toParcel: createParcels(settings, options, outlet.part, index === 0 ? options.observe : undefined),
        signals,
        linger: settings.linger,
        ended: options.ended,
        report,
      })
      const state = states.get(settings.name) as ForwarderState
      return forward(source, { destination, deadLetters, state, report, gate: gates[index] }, abort.signal)
    })
  let fail: (error: unknown) => void = () => {}
  const failed = new Promise<never>((_, reject) => (fail = reject))
  // Whoever awaits it hears of it; it must not count as unheard before.
  failed.catch(() => {})
  const run = (outlet: Outlet, signals: Signals | undefined, after: () => void): void => {
    const all: Promise<void> = Promise.all(deliver(outlet, signals)).then(after).catch(fail).finally(() => running.delete(all))
    running.add(all)
  }

  const own = openDelivery(options.part, { destinations: names, sync: journal.sync })
  if ('failed' in own) throw new Error(own.failed)
  for (const notice of own.notices) report(notice)

  const adoptedParts = new Set<string>()
  const adopt = (): void => {
    const adopted = adoptParts(journal.directory, { destinations: names, sync: journal.sync })
    for (const notice of adopted.notices) report(notice)
    for (const outlet of adopted.deliveries) {
      adoptedParts.add(outlet.part)
      run(outlet, undefined, () => {
        adoptedParts.delete(outlet.part)
        if (outlet.isDrained()) outlet.remove()
        else outlet.close()
      })
    }
  }
  let timer: NodeJS.Timeout | undefined

  return {
    states,
    adopted: () => [...adoptedParts],
    failed,
    start() {
      run(own, options.signals, () => own.close())
      adopt()
      timer = setInterval(adopt, ADOPT_EVERY)
    },
    knock() {
      for (const gate of gates) gate.knock()
    },
    async finish(ms) {
      clearInterval(timer)
      const deadline = setTimeout(() => abort.abort(), ms)
      await Promise.all(running)
      clearTimeout(deadline)
    },
  }
}

function createState(): ForwarderState {
  return { condition: 'working', reason: undefined, delivered: 0, rejected: 0, retries: 0 }
}

/** The way from a journal record to what a destination takes. */
function createParcels(
  destination: DestinationSettings,
  settings: DeliveriesOptions,
  part: string,
  observe: DeliveriesOptions['observe'] | undefined,
): (record: JournalRecord) => Parcel | undefined {
  const pipeline = createPipeline({ zones: settings.zones, keepOriginal: settings.keepOriginal, wanted: () => true, enrichment: settings.enriched })
  const encode = createRecordEncoder(destination, settings)
  const where = destination.where === undefined ? undefined : compileFilter(destination.where)
  const privacy = settings.privacy.get(destination.name)
  return ({ line, receivedAt, sequence, occurrence }) => {
    // Most lines are ASCII; only the others have to be looked at.
    const repaired = /[\x80-\xff]/.test(line) && !isValidUtf8(line)
    const reception: Reception = { at: receivedAt, reference: receivedAt, repaired, delivery: `${part} ${sequence} ${receivedAt}`, occurrence }
    const event = pipeline(repaired ? repairUtf8(line) : line, reception)
    observe?.(event, line.length, receivedAt)
    if (event.get(F['naslog.dropped_by']) !== undefined || where?.matches(event) === false) return undefined
    const id = event.get(F['event.id']) ?? ''
    // The event is of this destination alone: each has a pipeline of its own.
    privacy?.apply(event)
    return { record: encode(event), id, line, reception }
  }
}
