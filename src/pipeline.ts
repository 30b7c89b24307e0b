import type { Enrichment } from './enrich/enrichment.ts'
import { filePath, related } from './enrich/index.ts'
import type { Envelope } from './envelope/envelope.ts'
import { readEnvelope } from './envelope/index.ts'
import { createTimeResolver, formatIso } from './envelope/time.ts'
import { reuseEvents, type Event } from './event.ts'
import type { Field } from './fields/declare.ts'
import { ECS_VERSION } from './fields/ecs.ts'
import { F } from './fields/index.ts'
import { setHeader } from './header.ts'
import { createIdentity } from './identity.ts'
import type { ByteString } from './lib/bytes.ts'
import { parseBody } from './parsers/index.ts'
import type { Parser } from './parsers/parser.ts'
import type { Zones } from './zones.ts'

/** What is known of a line besides its text. */
export interface Reception {
  /** When naslog received it, in milliseconds since 1970. */
  readonly at: number
  /** What a missing year is taken from: the time of reception, or of a file's last change. Milliseconds since 1970. */
  readonly reference: number
  /** True if bytes that are not UTF-8 were replaced. */
  readonly repaired: boolean
  /** Tells this reception from another of an equal line, where the source can; rsyslog's own receive time goes before. */
  readonly delivery?: string | undefined
  /** How many equal lines came before it, where the source knows; else they are counted. */
  readonly occurrence?: number | undefined
}

export interface PipelineSettings {
  readonly zones: Zones
  /** Keep event.original also of lines that were fully understood. */
  readonly keepOriginal: boolean
  /** Which fields anybody will read; stages that set no such field are left out. */
  readonly wanted: (field: Field) => boolean
  /** What the configuration adds; absent: nothing. */
  readonly enrichment?: Enrichment | undefined
}

/**
 * One line in, one event out, which is good until the next line. Total; the only state is what tells equal lines apart and finds
 * duplicates. An event with `naslog.dropped_by` is one that a rule dropped: whoever writes records leaves it out, and counts it by rule.
 */
export type Pipeline = (line: ByteString, reception: Reception) => Event

/** Creates the way of a line: envelope ▶ parser ▶ header ▶ time ▶ enrichers ▶ identity ▶ duplicates, rules, privacy. */
export function createPipeline(settings: PipelineSettings): Pipeline {
  const { enrichment } = settings
  const wanted = (field: Field): boolean => settings.wanted(field) || enrichment?.reads.has(field) === true
  const stages = [filePath, ...(enrichment?.enrichers ?? []), related].filter((enricher) => enricher.sets.some(wanted))
  const lastStages = enrichment?.createLastStages() ?? []
  const setTime = createTimeStage(settings.zones, enrichment)
  const identity = wanted(F['event.id']) ? createIdentity(enrichment?.identityKey) : undefined

  const nextEvent = reuseEvents()

  return (line, reception) => {
    const event = nextEvent()
    const envelope = readEnvelope(line)
    const parser = parseBody(envelope, event)
    event.set(F['ecs.version'], ECS_VERSION)
    event.set(F['naslog.parser'], parser.name)
    event.isPlain &&= envelope.isPlain && enrichment === undefined
    setHeader(envelope, event)
    setTime(envelope, parser, reception, event)
    for (const stage of stages) stage.apply(event)
    if (reception.repaired) event.flag('invalid_utf8')
    if (settings.keepOriginal || parser.name === 'plain' || event.get(F['naslog.problems']) !== undefined) {
      event.set(F['event.original'], envelope.line)
    }
    if (identity !== undefined) event.set(F['event.id'], identity.idOf(envelope.line, deliveryOf(envelope) ?? reception.delivery, reception.occurrence))
    for (const stage of lastStages) stage.apply(event)
    return event
  }
}

/** rsyslog's receive time and the sender tell a message that is sent again from another one with the same text. */
function deliveryOf({ received, sender }: Envelope): ByteString | undefined {
  return received === undefined ? undefined : received + ' ' + (sender ?? '')
}

function createTimeStage(zones: Zones, enrichment: Enrichment | undefined) {
  const resolveTime = createTimeResolver()
  return ({ stamp, received, hostname, sender }: Envelope, parser: Parser, reception: Reception, event: Event): void => {
    event.set(F['event.created'], received ?? formatIso(reception.at))
    const zone = stamp?.kind === 'zoned' ? undefined : zones.of(hostname, sender, parser.defaultZone, enrichment?.zoneOf(hostname, sender))
    const reference = stamp?.kind === 'bsd' && received !== undefined ? receivedMs(received, reception) : reception.reference
    const resolved = stamp === undefined ? undefined : resolveTime(stamp, zone, reference)
    if (resolved === undefined) {
      if (stamp !== undefined) event.flag('invalid_time')
      event.set(F['@timestamp'], received ?? formatIso(reception.reference))
      event.add(F.tags, 'time_assumed')
      return
    }
    event.set(F['@timestamp'], resolved.text)
    if (resolved.assumedZone) event.set(F['event.timezone'], zone?.name)
    if (resolved.assumedYear) event.add(F.tags, 'year_inferred')
  }
}

function receivedMs(received: ByteString, reception: Reception): number {
  const ms = Date.parse(received)
  return Number.isNaN(ms) ? reception.reference : ms
}
