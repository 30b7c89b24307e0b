import type { Event } from '../event.ts'
import type { Field } from '../fields/declare.ts'
import { compileComparison, type Test } from './comparison.ts'
import { FilterError } from './filter-error.ts'
import { columnOf, parseFilter } from './parse.ts'
import type { Expression } from './syntax.ts'

/** A condition on events. */
export interface Filter {
  matches(event: Event): boolean
  /** The fields that it looks at, each once. */
  readonly fields: readonly Field[]
}

/** Makes a filter of its text (docs/enrichment.md, "Filters"). Throws a FilterError that names the column. */
export function compileFilter(text: string): Filter {
  const fields = new Set<Field>()
  const matches = compile(parseFilter(text), text, fields)
  return { matches, fields: [...fields] }
}

function compile(expression: Expression, text: string, fields: Set<Field>): Test {
  switch (expression.kind) {
    case 'not': {
      const test = compile(expression.part, text, fields)
      return (event) => !test(event)
    }
    case 'and': {
      const tests = expression.parts.map((part) => compile(part, text, fields))
      return (event) => {
        for (const test of tests) if (!test(event)) return false
        return true
      }
    }
    case 'or': {
      const tests = expression.parts.map((part) => compile(part, text, fields))
      return (event) => {
        for (const test of tests) if (test(event)) return true
        return false
      }
    }
    case 'comparison': {
      const { field, operator, value } = expression.comparison
      fields.add(field)
      const test = compileComparison(expression.comparison)
      if (typeof test === 'function') return test
      const behind = operator === ':' ? `${field.name}:` : `${field.name} ${operator}`
      throw new FilterError(columnOf(text, value.offset), `expected behind ${behind} ${test.expected}, found ${value.source}`)
    }
  }
}
