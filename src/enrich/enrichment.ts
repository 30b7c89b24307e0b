import type { EnrichmentSettings } from '../config/enrichment.ts'
import type { Field } from '../fields/declare.ts'
import { F } from '../fields/index.ts'
import type { ByteString } from '../lib/bytes.ts'
import { createRules } from '../rules/rules.ts'
import { createDuplicates } from '../stages/duplicates.ts'
import { createAccounts } from './accounts.ts'
import type { Enricher } from './enricher.ts'
import { createGeoip } from './geoip.ts'
import { createInventory } from './inventory.ts'
import { createNetworks } from './networks.ts'
import { createPaths } from './paths.ts'
import { createPrivacy } from './privacy.ts'

/** What a configuration adds to the pipeline, with its tables in memory. */
export interface Enrichment {
  /** Derive fields from fields; they stand ahead of `related`. */
  readonly enrichers: readonly Enricher[]
  /** Fields that something here looks at: they must be there, even if nobody writes them. */
  readonly reads: ReadonlySet<Field>
  /** The stages behind event.id, for one pipeline: duplicates (which have a memory), rules, privacy. */
  createLastStages(): readonly Enricher[]
  /** A secret that event.id is made with; absent: none. */
  readonly identityKey: Buffer | undefined
  /** The zone of a device by the inventory. */
  zoneOf(hostname: ByteString | undefined, sender: ByteString | undefined): string | undefined
  /**
   * Reads tables whose file has changed; a few system calls if none has. What happened, for people. Not for the pipeline: the
   * rim calls it between batches.
   */
  refresh(): string[]
}

/** Reads the tables. Throws a ConfigurationError if one is wrong. */
export function createEnrichment(settings: EnrichmentSettings): Enrichment {
  const inventory = settings.inventory && createInventory(settings.inventory)
  const networks = settings.networks && createNetworks(settings.networks)
  const geoip = settings.geoip && createGeoip(settings.geoip)
  const accounts = settings.accounts && createAccounts(settings.accounts)
  const paths = settings.paths && createPaths(settings.paths)
  const rules = settings.rules && createRules(settings.rules)
  const privacy = settings.privacy && createPrivacy(settings.privacy, { renamesIds: false })
  const { duplicates } = settings

  const reads = new Set<Field>([...(rules?.reads ?? []), ...(privacy?.reads ?? [])])
  if (duplicates !== undefined) reads.add(F['event.id'])
  // What one stage makes of another's field: kinds of names, names for related.user.
  if (paths !== undefined) reads.add(F['file.name'])
  if (accounts !== undefined) reads.add(F['user.name'])
  const watched = [inventory, networks, geoip, accounts, paths].filter((each) => each !== undefined)
  return {
    enrichers: [inventory, networks, geoip, accounts, paths].flatMap((each) => each?.enricher ?? []),
    reads,
    createLastStages: () =>
      [duplicates && createDuplicates(duplicates.window), rules?.enricher, privacy?.enricher].filter((stage) => stage !== undefined),
    identityKey: privacy?.identityKey,
    zoneOf: (hostname, sender) => inventory?.zoneOf(hostname, sender),
    refresh: () => watched.flatMap((each) => each.refresh()),
  }
}
