import type { Event } from '../event.ts'
import type { Field } from '../fields/declare.ts'
import { F } from '../fields/index.ts'
import type { Enricher } from './enricher.ts'

/** Collects every address, account and host name of the event in related.*, as ECS asks. */
export const related: Enricher = {
  name: 'related',
  sets: [F['related.ip'], F['related.user'], F['related.hosts']],
  apply(event) {
    gather(event, F['related.ip'], event.get(F['source.ip']), event.get(F['host.ip'])?.[0], undefined)
    gather(event, F['related.user'], event.get(F['user.name']), event.get(F['user.id']), event.get(F['user.target.name']))
    gather(event, F['related.hosts'], event.get(F['source.domain']), event.get(F['host.name']), undefined)
  },
}

/** Sets the values that are there, each once. Three parameters and no array: it runs three times for each line. */
function gather(event: Event, field: Field<readonly string[]>, a: string | undefined, b: string | undefined, c: string | undefined): void {
  const found: string[] = []
  if (a !== undefined) found.push(a)
  if (b !== undefined && b !== a) found.push(b)
  if (c !== undefined && c !== a && c !== b) found.push(c)
  if (found.length > 0) event.set(field, found)
}
