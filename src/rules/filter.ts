import type { Event } from '../event.ts'
import type { Field } from '../fields/declare.ts'
import type { ByteString } from '../lib/bytes.ts'
import { shorten } from '../lib/shorten.ts'
import { compileComparison, compileOneOf, exactText, type Test } from './comparison.ts'
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
      const list = oneOf(expression.parts)
      if (list !== undefined) {
        fields.add(list.field)
        return compileOneOf(list.field, list.texts)
      }
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
      throw new FilterError(columnOf(text, value.offset), `expected behind ${behind} ${test.expected}, found ${shorten(value.source)}`)
    }
  }
}

/** The field and its values, if all that an `or` says is that one field has one of these: a list may have a thousand. */
function oneOf(parts: readonly Expression[]): { field: Field; texts: ByteString[] } | undefined {
  let field: Field | undefined
  const texts: ByteString[] = []
  for (const part of parts) {
    if (part.kind !== 'comparison') return undefined
    const text = exactText(part.comparison)
    if (text === undefined || part.comparison.field.array || (field !== undefined && field !== part.comparison.field)) return undefined
    field = part.comparison.field
    texts.push(text)
  }
  return field && { field, texts }
}
