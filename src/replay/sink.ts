import type { ServiceSettings } from '../config.ts'
import type { DestinationSettings } from '../config/destinations/index.ts'
import type { Destination } from '../destinations/destination.ts'
import { createDeadLetters } from '../forward/dead-letter.ts'
import type { ForwarderState } from '../forward/gate.ts'
import type { Io } from '../io.ts'
import { printableText } from '../lib/printable.ts'
import { InputError } from './inputs.ts'
import { unknownDestination, type ReplayOptions } from './options.ts'
import { createRoute, toAddressees, toDestination, toNowhere, toStream, type Output, type Route } from './outputs.ts'
import type { Progress } from './progress.ts'
import type { Production } from './batch.ts'

/** Where the records go. */
export interface Sink {
  /** Name of the one destination; `undefined` for standard output, nothing, or the destinations that dead letters name. */
  readonly name: string | undefined
  readonly description: string
  readonly shape: Production['shape']
  readonly limits: { readonly records: number; readonly bytes: number }
  readonly output: Output
  /** The destinations to which records went, and how they did. */
  results(): readonly { readonly name: string; readonly state: ForwarderState }[]
  /** Rejects with an InputError if it cannot work. */
  open(progress: Progress): Promise<void>
  close(): Promise<void>
}

/** What a batch holds of a stream: enough to make one write cheap, little enough to repeat after a kill. */
const STREAM_LIMITS = { records: 2000, bytes: 256 * 1024 }
/** The same of dead letters, which go to several destinations. */
const LETTER_LIMITS = { records: 1000, bytes: 1024 * 1024 }

/** Makes the sink of the options. Throws an OptionError for a destination that is none. */
export async function createSink(options: ReplayOptions, settings: ServiceSettings, io: Io): Promise<Sink> {
  const idle = { name: undefined, limits: STREAM_LIMITS, results: () => [], open: async () => {}, close: async () => {} }
  const chosen = settings.destinations.find(({ name }) => name === options.to)
  if (options.to !== undefined && chosen === undefined) throw unknownDestination(options.to, settings.destinations.map(({ name }) => name))
  if (options.dryRun) return { ...idle, description: 'which were only counted', shape: 'nothing', output: toNowhere }
  if (options.deadLetter) return letterSink(chosen, settings, io)
  if (chosen === undefined) return { ...idle, description: 'to standard output', shape: 'bytes', output: toStream(io.stdout) }

  const routes = createRoutes(settings, io)
  const destination = await routes.destinationOf(chosen)
  const route = routes.routeOf(destination)
  return {
    name: chosen.name,
    description: `to ${printableText(chosen.name)}`,
    shape: 'parcels',
    limits: destination.limits,
    output: toDestination(route),
    results: routes.results,
    async open(progress) {
      routes.reportTo(progress)
      await openOrRefuse(destination)
    },
    close: () => destination.close(),
  }
}

/** Delivers to `chosen`, or to all that letters name: each is opened when its first letter comes. */
function letterSink(chosen: DestinationSettings | undefined, settings: ServiceSettings, io: Io): Sink {
  const routes = createRoutes(settings, io)
  const opened = new Map<string, Route>()
  return {
    name: chosen?.name,
    description: chosen === undefined ? 'to the destinations that had refused them' : `to ${printableText(chosen.name)}`,
    shape: 'parcels',
    limits: LETTER_LIMITS,
    output: toAddressees(async (name) => {
      const known = opened.get(name)
      if (known !== undefined) return known
      const destination = await routes.destinationOf(settings.destinations.find((each) => each.name === name) as DestinationSettings)
      await openOrRefuse(destination)
      const route = routes.routeOf(destination)
      opened.set(name, route)
      return route
    }),
    results: routes.results,
    open: async (progress) => routes.reportTo(progress),
    async close() {
      for (const { destination } of opened.values()) await destination.close()
    },
  }
}

function createRoutes(settings: ServiceSettings, io: Io) {
  const results: { name: string; state: ForwarderState }[] = []
  const deadLetters = createDeadLetters(settings.deadLetters, io.now)
  let report = (_message: string): void => {}
  return {
    results: () => results,
    reportTo(progress: Progress): void {
      report = (message) => progress.say(`naslog: ${printableText(message)}\n`)
    },
    async destinationOf(chosen: DestinationSettings): Promise<Destination> {
      const { createDestination } = await import('../destinations/index.ts')
      return createDestination(chosen, { sync: settings.journal.sync !== 'never', env: io.env })
    },
    routeOf(destination: Destination): Route {
      const state: ForwarderState = { condition: 'working', reason: undefined, delivered: 0, rejected: 0, retries: 0 }
      results.push({ name: destination.name, state })
      return createRoute({ destination, deadLetters, state, report: (message) => report(message) })
    },
  }
}

async function openOrRefuse(destination: Destination): Promise<void> {
  try {
    await destination.open()
  } catch (error) {
    throw new InputError(`destination ${printableText(destination.name)}: ${printableText((error as Error).message)}`)
  }
}
