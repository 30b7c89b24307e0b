import type { EnrichmentSettings } from '../config/enrichment.ts'
import type { Enrichment } from './enrichment.ts'

/** The enrichment of the settings, its tables read; its code is loaded only if something is configured. Rejects with a ConfigurationError. */
export async function loadEnrichment(settings: EnrichmentSettings | undefined): Promise<Enrichment | undefined> {
  if (settings === undefined) return undefined
  const { createEnrichment } = await import('./enrichment.ts')
  return createEnrichment(settings)
}
