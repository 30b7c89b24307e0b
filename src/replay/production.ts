import { loadServiceSettings, type Environment, type GivenOptions, type ServiceSettings } from '../config.ts'
import type { DestinationSettings } from '../config/destinations/index.ts'
import { createEncoder, type Encoder } from '../encode/record.ts'
import { loadEnrichment } from '../enrich/load.ts'
import type { Field } from '../fields/declare.ts'
import { F } from '../fields/index.ts'
import { createPipeline } from '../pipeline.ts'
import { compileFilter } from '../rules/filter.ts'
import { createZones } from '../zones.ts'
import type { Production } from './batch.ts'
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
}

/** Makes a production. Rejects with the ConfigurationError of settings that are wrong. */
export async function createProduction(spec: ProductionSpec, now: () => number): Promise<Production> {
  const settings = await loadServiceSettings(spec.given, spec.env)
  const destination = settings.destinations.find(({ name }) => name === spec.destination)
  const enrichment = await loadEnrichment(settings.enrichment)
  const zones = createZones({ ...settings.timezone, local: () => spec.localZone })
  const { fields } = settings
  const filters = [spec.selection.where, destination?.where].flatMap((text) => (text === undefined ? [] : [compileFilter(text)]))
  const needed = new Set<Field>(filters.flatMap((filter) => filter.fields))
  const wanted = fields === undefined || destination !== undefined ? () => true : (field: Field) => fields.includes(field) || needed.has(field)
  return {
    pipeline: () => createPipeline({ zones, keepOriginal: settings.keepOriginal, wanted, enrichment }),
    encoder: destination === undefined ? () => createEncoder({ format: settings.format, fields }) : await encoderFor(destination, settings),
    selects: compileSelection(spec.selection, filters),
    shape: spec.shape,
    limits: spec.limits,
    longest: spec.longest,
    identified: wanted(F['event.id']) || enrichment?.reads.has(F['event.id']) === true,
    now,
  }
}

/** Loaded here because the code of all destinations is a third of naslog. */
async function encoderFor(destination: DestinationSettings, settings: ServiceSettings): Promise<() => Encoder> {
  const { createRecordEncoder } = await import('../destinations/encoder.ts')
  return () => createRecordEncoder(destination, settings)
}
