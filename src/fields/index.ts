import { qnapFields } from '../parsers/qnap/fields.ts'
import { qumuloFields } from '../parsers/qumulo/fields.ts'
import { number, type Field } from './declare.ts'
import { ecsFields } from './ecs.ts'
import { naslogFields } from './naslog.ts'

/** Every field of the record by its dotted name: `F['event.action']`. */
export const F = number({ ...ecsFields, ...qnapFields, ...qumuloFields, ...naslogFields })

/** The same in output order. */
export const allFields: readonly Field[] = Object.values(F)
