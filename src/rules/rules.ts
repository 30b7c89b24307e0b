import type { RuleSettings } from '../config/enrichment.ts'
import type { Enricher } from '../enrich/enricher.ts'
import type { Event } from '../event.ts'
import type { Field } from '../fields/declare.ts'
import { F } from '../fields/index.ts'
import { toBytes } from '../lib/bytes.ts'
import { compileFilter } from './filter.ts'

/** The rules as a stage, and the fields they look at. */
export interface Rules {
  readonly enricher: Enricher
  readonly reads: readonly Field[]
}

/** Makes the stage of the rules, in their order. A rule that drops ends it. Throws a FilterError. */
export function createRules(settings: readonly RuleSettings[]): Rules {
  const rules = settings.map((rule) => ({ name: toBytes(rule.name), filter: compileFilter(rule.when), act: actionOf(rule) }))
  const reads = new Set(rules.flatMap(({ filter }) => filter.fields))
  if (settings.some((rule) => isSample(rule.do))) reads.add(F['event.id'])
  const enricher: Enricher = {
    name: 'rules',
    sets: [F['naslog.rules'], F['naslog.dropped_by'], F['naslog.sample_rate'], F.tags],
    apply(event) {
      for (const { name, filter, act } of rules) {
        if (!filter.matches(event)) continue
        event.add(F['naslog.rules'], name)
        if (act(event)) continue
        event.set(F['naslog.dropped_by'], name)
        return
      }
    },
  }
  return { enricher, reads: [...reads] }
}

/** Does what a rule says to an event that meets it; false if the event is dropped. */
type Action = (event: Event) => boolean

function actionOf(rule: RuleSettings): Action {
  if (rule.do === 'drop') return () => false
  if (isSample(rule.do)) return sampler(rule.do.sample)
  const tags = (rule.do.tag ?? []).map(toBytes)
  const labels = Object.entries(rule.do.set ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [[F[name as 'labels.site'], toBytes(value)] as const],
  )
  return (event) => {
    for (const tag of tags) event.add(F.tags, tag)
    for (const [label, value] of labels) event.set(label, value)
    return true
  }
}

function isSample(action: RuleSettings['do']): action is { sample: number } {
  return typeof action === 'object' && 'sample' in action
}

/** Keeps one in N by event.id, so that the same line meets the same fate whenever it is read. */
function sampler(rate: number): Action {
  return (event) => {
    const id = event.get(F['event.id']) ?? ''
    if (parseInt(id.slice(0, 12), 16) % rate !== 0) return false
    // Whoever survives two samplings has an id that both rates divide.
    const before = event.get(F['naslog.sample_rate']) ?? 1
    event.set(F['naslog.sample_rate'], (before / greatestCommonDivisor(before, rate)) * rate)
    return true
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
