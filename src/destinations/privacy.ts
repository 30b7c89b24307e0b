import type { DestinationSettings } from '../config/destinations/index.ts'
import type { Enricher } from '../enrich/enricher.ts'

/**
 * The stages that hide values from one destination each, by its name: only those that have a `privacy` of their own. Such a stage
 * changes the event, which must be that destination's own. Rejects with a ConfigurationError if a key cannot be read.
 */
export async function loadPrivacy(destinations: readonly DestinationSettings[]): Promise<ReadonlyMap<string, Enricher>> {
  const stages = new Map<string, Enricher>()
  for (const { name, privacy } of destinations) {
    if (privacy === undefined) continue
    const { createPrivacy } = await import('../enrich/privacy.ts')
    stages.set(name, createPrivacy(privacy, { renamesIds: true }).enricher)
  }
  return stages
}
