import type { Field } from '../fields/declare.ts'
import { allFields } from '../fields/index.ts'
import { suggestion } from '../lib/nearest.ts'
import { shorten } from '../lib/shorten.ts'
import { FilterError } from './filter-error.ts'
import type { Comparison, Expression, Literal, Operator } from './syntax.ts'

const fieldsByName: ReadonlyMap<string, Field> = new Map(allFields.map((field) => [field.name, field]))

/** Parentheses and `not` within each other; each is a call within a call. */
const MAX_DEPTH = 100

/** Longest first: `<` begins `<=`. */
const OPERATORS: readonly Operator[] = ['<=', '>=', '<', '>', ':']

/** What ends a word without quotes. A colon does not: addresses and times hold colons. */
const WORD_END = /[\s()"]/

/** Column of an offset: characters from 1. */
export function columnOf(text: string, offset: number): number {
  return [...text.slice(0, offset)].length + 1
}

/** Reads a filter. Throws a FilterError. */
export function parseFilter(text: string): Expression {
  return new Parser(text).parse()
}

/**
 * Recursive descent over the text, after the grammar of KQL
 * (https://www.elastic.co/docs/explore-analyze/query-filter/languages/kql):
 *
 *     or         = and { "or" and }
 *     and        = not { "and" not }
 *     not        = "not" not | primary
 *     primary    = "(" or ")" | field ":" values | field ( "<" | "<=" | ">" | ">=" ) value
 *     values     = value | "(" values joined by and, or, not ")"
 *
 * `operand` is what stands at the leaves: a comparison, or behind `field:` a value of that field.
 */
class Parser {
  readonly #text: string
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  parse(): Expression {
    this.#skipBlanks()
    if (this.#at === this.#text.length) throw this.#error(0, 'expected a filter such as `event.action: delete`, found nothing')
    const expression = this.#or(() => this.#comparison())
    if (this.#at < this.#text.length) {
      const quoted = /^[()]/.test(this.#text.slice(this.#at)) ? '' : '; a value with blanks needs quotes'
      throw this.#error(this.#at, `expected \`and\`, \`or\` or the end, found ${this.#found()}${quoted}`)
    }
    return expression
  }

  #or(operand: () => Expression): Expression {
    const parts = [this.#and(operand)]
    while (this.#takeKeyword('or')) parts.push(this.#and(operand))
    return parts.length === 1 ? (parts[0] as Expression) : { kind: 'or', parts }
  }

  #and(operand: () => Expression): Expression {
    const parts = [this.#not(operand)]
    while (this.#takeKeyword('and')) parts.push(this.#not(operand))
    return parts.length === 1 ? (parts[0] as Expression) : { kind: 'and', parts }
  }

  #not(operand: () => Expression): Expression {
    const offset = this.#at
    if (++this.#depth > MAX_DEPTH) throw this.#error(offset, `expected at most ${MAX_DEPTH} parentheses within each other`)
    const expression: Expression = this.#takeKeyword('not')
      ? { kind: 'not', part: this.#not(operand) }
      : this.#take('(')
        ? this.#closed(offset, this.#or(operand))
        : operand()
    this.#depth--
    return expression
  }

  #closed(openedAt: number, inner: Expression): Expression {
    if (this.#take(')')) return inner
    const column = columnOf(this.#text, openedAt)
    throw this.#error(this.#at, `expected \`)\` for the \`(\` at column ${column}, found ${this.#found()}`)
  }

  #comparison(): Expression {
    const field = this.#field()
    const operator = this.#operator(field)
    if (operator !== ':') return comparison({ field, operator, value: this.#value(field, operator) })
    const value = (): Expression => comparison({ field, operator, value: this.#value(field, operator) })
    return this.#peek('(') ? this.#not(value) : value()
  }

  #field(): Field {
    const offset = this.#at
    const name = /^[^\s()"<>:=!]+/.exec(this.#text.slice(offset))?.[0]
    if (name === undefined || isKeyword(name)) throw this.#error(offset, `expected the name of a field, found ${this.#found()}`)
    const field = fieldsByName.get(name)
    if (field === undefined) throw this.#error(offset, `no field is called '${shorten(name)}'${suggestion(shorten(name), fieldsByName.keys())}`)
    this.#at += name.length
    this.#skipBlanks()
    return field
  }

  #operator(field: Field): Operator {
    const operator = OPERATORS.find((each) => this.#text.startsWith(each, this.#at))
    if (operator === undefined) {
      const hint = this.#text[this.#at] === '=' || this.#text[this.#at] === '!' ? '; equal is `:`, unequal is `not` before the field' : ''
      throw this.#error(this.#at, `expected \`:\`, \`<\`, \`<=\`, \`>\` or \`>=\` behind ${field.name}, found ${this.#found()}${hint}`)
    }
    this.#at += operator.length
    this.#skipBlanks()
    return operator
  }

  #value(field: Field, operator: Operator): Literal {
    const offset = this.#at
    const text = this.#text
    if (offset === text.length || text[offset] === '(' || text[offset] === ')') {
      throw this.#error(offset, `expected a value behind ${field.name}${operator === ':' ? '' : ' '}${operator}, found ${this.#found()}`)
    }
    const quoted = text[offset] === '"'
    const parts = quoted ? [this.#quoted()] : this.#word()
    const source = text.slice(offset, this.#at)
    if (!quoted && isKeyword(source)) throw this.#error(offset, `expected a value, found the keyword '${source}'; as a value it needs quotes`)
    this.#skipBlanks()
    return { parts, source, offset }
  }

  #quoted(): string {
    const openedAt = this.#at++
    let value = ''
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at] as string
      if (character === '"') {
        this.#at++
        return value
      }
      value += character === '\\' ? this.#escaped() : character
    }
    throw this.#error(openedAt, 'expected a closing quote for this one, found the end')
  }

  #word(): string[] {
    const parts = ['']
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at] as string
      if (WORD_END.test(character)) break
      if (character === '*') parts.push('')
      else parts[parts.length - 1] += character === '\\' ? this.#escaped() : character
    }
    return parts
  }

  /** The character behind a backslash; a letter or digit there is refused, as `\n` of a Windows path would be something else elsewhere. */
  #escaped(): string {
    const next = this.#text[++this.#at]
    if (next === undefined || /[\p{L}\p{N}]/u.test(next)) {
      throw this.#error(this.#at - 1, 'expected one of \\ " * ( ) : behind a backslash; a backslash itself is written twice')
    }
    return next
  }

  #takeKeyword(keyword: 'and' | 'or' | 'not'): boolean {
    const end = this.#at + keyword.length
    if (this.#text.slice(this.#at, end).toLowerCase() !== keyword) return false
    const next = this.#text[end]
    if (next !== undefined && !WORD_END.test(next)) return false
    this.#at = end
    this.#skipBlanks()
    return true
  }

  #peek(character: string): boolean {
    return this.#text[this.#at] === character
  }

  #take(character: string): boolean {
    if (!this.#peek(character)) return false
    this.#at++
    this.#skipBlanks()
    return true
  }

  #skipBlanks(): void {
    while (this.#at < this.#text.length && /\s/.test(this.#text[this.#at] as string)) this.#at++
  }

  /** What stands at the place, as an error shows it. */
  #found(): string {
    const rest = this.#text.slice(this.#at)
    if (rest === '') return 'the end'
    const word = /^[^\s()"]+/.exec(rest)?.[0] ?? (rest[0] as string)
    return `'${shorten(word)}'`
  }

  #error(offset: number, message: string): FilterError {
    return new FilterError(columnOf(this.#text, offset), message)
  }
}

function comparison(comparison: Comparison): Expression {
  return { kind: 'comparison', comparison }
}

function isKeyword(word: string): boolean {
  return /^(?:and|or|not)$/i.test(word)
}
