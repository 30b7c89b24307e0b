import type { ServiceSettings } from '../config.ts'
import type { RuleSettings } from '../config/enrichment.ts'
import type { Enrichment } from '../enrich/enrichment.ts'
import type { Event } from '../event.ts'
import { F } from '../fields/index.ts'
import { fromBytes, toBytes } from '../lib/bytes.ts'
import { printable, printableText } from '../lib/printable.ts'
import type { Parser } from '../parsers/parser.ts'
import { createPipeline } from '../pipeline.ts'
import { compileFilter } from '../rules/filter.ts'
import { createZones } from '../zones.ts'

export interface SamplesContext {
  readonly parsers: readonly Parser[]
  /** Of the settings, its tables read. */
  readonly enrichment: Enrichment | undefined
  readonly localZone: string
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Characters of a message that tell a sample which has no action. */
const EXCERPT = 24

/**
 * What the rules and destinations of a configuration make of the sample lines of the parsers: a table for people, printable; one line if
 * every event goes everywhere.
 */
export function describeSamples(settings: ServiceSettings, { parsers, enrichment, localZone, now }: SamplesContext): string[] {
  const rules = settings.enrichment?.rules ?? []
  const names = settings.destinations.map(({ name }) => printableText(name))
  if (rules.length === 0 && settings.destinations.every(({ where }) => where === undefined)) return [`samples: every event goes to ${names.join(', ')}`]

  const zones = createZones({ ...settings.timezone, local: () => localZone })
  const pipeline = createPipeline({ zones, keepOriginal: settings.keepOriginal, wanted: () => true, enrichment })
  const filters = settings.destinations.map(({ where }) => (where === undefined ? undefined : compileFilter(where)))
  const rows = parsers.flatMap((parser) =>
    parser.samples.map((sample) => {
      const event = pipeline(toBytes(sample), { at: now, reference: now, repaired: false })
      const takers = names.filter((_, index) => filters[index]?.matches(event) !== false)
      const met = rules.filter(({ name }) => event.get(F['naslog.rules'])?.includes(toBytes(name)) === true)
      return [parser.name, titleOf(event), met.map(describeRule).join(', ') || '-', describeTakers(takers, met)]
    }),
  )
  const heads = ['parser', 'sample', 'rules', 'destinations']
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]): string => `  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd()
  return ['samples: what rules and destinations make of them', line(heads), ...rows.map(line)]
}

function titleOf(event: Event): string {
  const action = event.get(F['event.action'])
  const outcome = event.get(F['event.outcome'])
  if (action !== undefined) return printable(outcome === undefined ? action : `${action} (${outcome})`)
  const message = [...fromBytes(event.get(F.message) ?? '')]
  const excerpt = message.length > EXCERPT ? `${message.slice(0, EXCERPT).join('')}...` : message.join('')
  return excerpt === '' ? '-' : `"${printableText(excerpt)}"`
}

function describeRule({ name, do: action }: RuleSettings): string {
  const effect = action === 'drop' ? ' (drop)' : 'sample' in action ? ` (sample 1/${action.sample})` : ''
  return printableText(name) + effect
}

/** Of those that a rule samples some go, whatever becomes of this one. */
function describeTakers(takers: readonly string[], met: readonly RuleSettings[]): string {
  if (met.some(({ do: action }) => action === 'drop')) return 'none: dropped'
  if (takers.length === 0) return 'none'
  const isSampled = met.some(({ do: action }) => typeof action === 'object' && 'sample' in action)
  return (isSampled ? 'a sample to ' : '') + takers.join(', ')
}
