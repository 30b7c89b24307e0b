import type { Event } from '../event.ts'
import type { Field } from '../fields/declare.ts'
import { F } from '../fields/index.ts'
import type { Enricher } from './enricher.ts'

/** Collects every address, account and host name of the event in related.*, as ECS asks. */
export const related: Enricher = {
  name: 'related',
  sets: [F['related.ip'], F['related.user'], F['related.hosts']],
  apply(event) {
    gather(event, F['related.ip'], event.get(F['source.ip']), event.get(F['host.ip'])?.[0])
    gather(event, F['related.user'], event.get(F['user.name']), event.get(F['user.id']), event.get(F['user.target.name']))
    gather(event, F['related.hosts'], event.get(F['source.domain']), event.get(F['host.name']))
  },
}

function gather(event: Event, field: Field<readonly string[]>, ...values: (string | undefined)[]): void {
  const found: string[] = []
  for (const value of values) if (value !== undefined && !found.includes(value)) found.push(value)
  if (found.length > 0) event.set(field, found)
}
