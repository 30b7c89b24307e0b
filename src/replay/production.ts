import { loadSettings, type Environment, type GivenOptions } from '../config.ts'
import { createEncoder, type RecordFormat } from '../encode/record.ts'
import { loadEnrichment } from '../enrich/load.ts'
import type { Field } from '../fields/declare.ts'
import { F } from '../fields/index.ts'
import { createPipeline } from '../pipeline.ts'
import { compileFilter } from '../rules/filter.ts'
import { createZones } from '../zones.ts'
import type { Production } from './producer.ts'
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
  /** Of the destination, where it has one of its own. */
  readonly format: RecordFormat | undefined
}

/** Makes a production. Rejects with the ConfigurationError of settings that are wrong. */
export async function createProduction(spec: ProductionSpec, now: () => number): Promise<Production> {
  const settings = await loadSettings(spec.given, spec.env)
  const enrichment = await loadEnrichment(settings.enrichment)
  const zones = createZones({ ...settings.timezone, local: () => spec.localZone })
  const { fields } = settings
  const needed = new Set<Field>(spec.selection.where === undefined ? [] : compileFilter(spec.selection.where).fields)
  if (spec.shape === 'parcels') needed.add(F['event.id'])
  const wanted = fields === undefined ? () => true : (field: Field) => fields.includes(field) || needed.has(field)
  return {
    pipeline: () => createPipeline({ zones, keepOriginal: settings.keepOriginal, wanted, enrichment }),
    encode: createEncoder({ format: spec.format ?? settings.format, fields }),
    selects: compileSelection(spec.selection),
    shape: spec.shape,
    limits: spec.limits,
    longest: spec.longest,
    identified: wanted(F['event.id']) || enrichment?.reads.has(F['event.id']) === true,
    now,
  }
}
