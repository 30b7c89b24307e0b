import { loadServiceSettings, type Environment, type GivenOptions, type ServiceSettings } from '../config.ts'
import type { DestinationSettings } from '../config/destinations/index.ts'
import { createEncoder } from '../encode/record.ts'
import { loadEnrichment } from '../enrich/load.ts'
import type { Field } from '../fields/declare.ts'
import { F } from '../fields/index.ts'
import { createPipeline } from '../pipeline.ts'
import { compileFilter, type Filter } from '../rules/filter.ts'
import { createZones } from '../zones.ts'
import type { NamedRecipient, Production, Recipient } from './batch.ts'
import { compileSelection, type Selection } from './selection.ts'

/** What a production is made of, in every thread anew. It goes between threads: plain data only. */
export interface ProductionSpec {
  readonly given: GivenOptions
  readonly env: Environment
  readonly localZone: string
  readonly selection: Selection
  readonly shape: Production['shape']
  readonly limits: Production['limits']
  readonly longest: number
  /** Name of the destination, which may have a format, fields and a filter of its own. */
  readonly destination: string | undefined
  /** True for dead letters; without `destination` each goes to the one that it names. */
  readonly deadLetters: boolean
}

/** Makes a production. Rejects with the ConfigurationError of settings that are wrong. */
export async function createProduction(spec: ProductionSpec, now: () => number): Promise<Production> {
  const settings = await loadServiceSettings(spec.given, spec.env)
  const chosen = settings.destinations.find(({ name }) => name === spec.destination)
  const enrichment = await loadEnrichment(settings.enrichment)
  const zones = createZones({ ...settings.timezone, local: () => spec.localZone })
  const { fields } = settings
  const filters = filtersOf(spec.selection.where)
  const needed = new Set<Field>(filters.flatMap((filter) => filter.fields))
  const wanted = fields === undefined || chosen !== undefined || spec.deadLetters ? () => true : (field: Field) => fields.includes(field) || needed.has(field)
  const stream: Recipient = {
    selects: compileSelection(spec.selection, filters),
    privacy: undefined,
    encoder: () => createEncoder({ format: settings.format, fields }),
  }
  const recipients = await recipientsAmong(chosen !== undefined ? [chosen] : spec.deadLetters ? settings.destinations : [], settings, spec)
  const recipient = chosen === undefined ? undefined : recipients.get(chosen.name)
  return {
    ...(recipient ?? stream),
    recipientOf: spec.deadLetters ? (name) => recipient ?? recipients.get(name) : undefined,
    pipeline: () => createPipeline({ zones, keepOriginal: settings.keepOriginal, wanted, enrichment }),
    shape: spec.shape,
    limits: spec.limits,
    longest: spec.longest,
    identified: wanted(F['event.id']) || enrichment?.reads.has(F['event.id']) === true,
    now,
  }
}

/** The recipients that the destinations are, by name. */
async function recipientsAmong(
  destinations: readonly DestinationSettings[], settings: ServiceSettings, { selection }: ProductionSpec,
): Promise<ReadonlyMap<string, NamedRecipient>> {
  if (destinations.length === 0) return new Map()
  // Loaded here because the code of all destinations is a third of naslog.
  const [{ createRecordEncoder }, { loadPrivacy }] = await Promise.all([import('../destinations/encoder.ts'), import('../destinations/privacy.ts')])
  const privacy = await loadPrivacy(destinations)
  return new Map(
    destinations.map((destination) => {
      const { name, where } = destination
      const selects = compileSelection(selection, [...filtersOf(selection.where), ...filtersOf(where)])
      return [name, { name, selects, privacy: privacy.get(name), encoder: () => createRecordEncoder(destination, settings) }]
    }),
  )
}

function filtersOf(text: string | undefined): Filter[] {
  return text === undefined ? [] : [compileFilter(text)]
}
