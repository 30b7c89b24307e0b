import type { Event } from '../event.ts'
import type { Field, Value } from '../fields/declare.ts'
import { lowerAscii, toBytes, type ByteString } from '../lib/bytes.ts'
import { compareAddresses, isInCidr, parseAddress, parseCidr, type Address } from '../lib/cidr.ts'
import { compileWildcard } from '../lib/wildcard.ts'
import { parseMoment } from './moment.ts'
import type { Comparison, Literal, Operator } from './syntax.ts'

/** Whether an event fits. */
export type Test = (event: Event) => boolean
/** Whether one value of a field fits. */
type ValueTest = (value: Exclude<Value, readonly string[]>) => boolean

/** What a comparison should have been. */
export interface Misfit {
  readonly expected: string
}

/** Makes the test of one comparison, or says why the value does not suit the field. */
export function compileComparison({ field, operator, value }: Comparison): Test | Misfit {
  const slot = field.index
  if (operator === ':' && isExists(value)) return (event) => event.values[slot] !== undefined
  const text = exactText({ field, operator, value })
  if (text !== undefined && !field.array) return (event) => event.values[slot] === text
  const test = compilers[field.type](operator, value)
  if (typeof test !== 'function') return test
  return (event) => {
    const present = event.values[slot]
    if (present === undefined) return false
    if (!Array.isArray(present)) return test(present as Exclude<Value, readonly string[]>)
    for (const member of present) if (test(member)) return true
    return false
  }
}

/** The only value that fits a comparison, where there is one: of a keyword, without wildcards. */
export function exactText({ field, operator, value }: Comparison): ByteString | undefined {
  const isKeyword = field.type === 'keyword' || field.type === 'wildcard'
  return isKeyword && operator === ':' && value.parts.length === 1 ? toBytes(value.parts[0] as string) : undefined
}

/** The test whether a field has one of these values. */
export function compileOneOf({ index: slot }: Field, texts: Iterable<ByteString>): Test {
  const wanted = new Set<unknown>(texts)
  return (event) => {
    const value = event.values[slot]
    return value !== undefined && wanted.has(value)
  }
}

function isExists({ parts }: Literal): boolean {
  return parts.length > 1 && parts.every((part) => part === '')
}

const ONLY_PRESENCE: Misfit = { expected: '`*`: of an object only its presence can be tested' }

const compilers = {
  keyword: compileKeyword,
  wildcard: compileKeyword,
  match_only_text: compileText,
  ip: compileAddress,
  date: compileDate,
  long: compileNumber,
  boolean: compileBoolean,
  flattened: () => ONLY_PRESENCE,
  geo_point: () => ONLY_PRESENCE,
} satisfies Record<string, (operator: Operator, value: Literal) => ValueTest | Misfit>

const NO_ORDER: Misfit = { expected: '`:`: only numbers, dates and addresses have an order' }

function compileKeyword(operator: Operator, { parts }: Literal): ValueTest | Misfit {
  if (operator !== ':') return NO_ORDER
  const matches = compileWildcard(parts.map(toBytes))
  return (value) => matches(value as string)
}

/** Free text: the words of the value in this order, in either case, anywhere. */
function compileText(operator: Operator, { parts }: Literal): ValueTest | Misfit {
  if (operator !== ':') return NO_ORDER
  const wanted = parts.map((part) => lowerAscii(toBytes(part)))
  if (wanted.length > 1) {
    const matches = compileWildcard(['', ...wanted, ''])
    return (value) => matches(lowerAscii(value as string))
  }
  const words = wanted[0] as string
  return (value) => holdsWords(lowerAscii(value as string), words)
}

function holdsWords(text: string, words: string): boolean {
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    const end = at + words.length
    const beginsWord = !isWordPart(text.charCodeAt(at - 1)) || !isWordPart(text.charCodeAt(at))
    const endsWord = !isWordPart(text.charCodeAt(end)) || !isWordPart(text.charCodeAt(end - 1))
    if (beginsWord && endsWord) return true
    if (words === '') return false
  }
  return false
}

/** Letters and digits of ASCII, `_`, and all bytes of other characters. NaN, the end of the text, is none. */
function isWordPart(code: number): boolean {
  return code >= 0x80 || code === 0x5f || (code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x7a)
}

function compileAddress(operator: Operator, { parts }: Literal): ValueTest | Misfit {
  const expected = operator === ':' ? 'an address, or a network such as 10.0.0.0/8 whose bits behind the prefix are zero' : 'an address'
  const text = parts[0] as string
  if (parts.length > 1) return { expected }
  if (operator === ':') {
    const network = parseCidr(text)
    if (network === undefined) return { expected }
    return (value) => {
      const address = readAddress(value as string)
      return address !== undefined && isInCidr(network, address)
    }
  }
  const limit = parseAddress(text)
  if (limit === undefined) return { expected }
  const holds = orderTest(operator)
  return (value) => {
    const address = parseAddress(value as string)
    return address !== undefined && holds(compareAddresses(address, limit))
  }
}

/** The address that was read last. All rules ask for the same one in turn: it is read once. */
let lastText: ByteString = ''
let lastAddress: Address | undefined

function readAddress(text: ByteString): Address | undefined {
  if (text !== lastText) {
    lastAddress = parseAddress(text)
    lastText = text
  }
  return lastAddress
}

function compileDate(operator: Operator, { parts }: Literal): ValueTest | Misfit {
  const moment = parts.length > 1 ? undefined : parseMoment(parts[0] as string)
  if (moment === undefined) return { expected: 'a date such as 2026-01-31 or a time such as 2026-01-31T10:30:00Z' }
  const { start, end } = moment
  const from = operator === '>=' || operator === ':' ? start : operator === '>' ? end : -Infinity
  const to = operator === '<' ? start : operator === '<=' || operator === ':' ? end : Infinity
  return (value) => {
    const time = Date.parse(value as string)
    return time >= from && time < to
  }
}

function compileNumber(operator: Operator, { parts }: Literal): ValueTest | Misfit {
  const text = parts[0] as string
  if (parts.length > 1 || !/^-?\d+(?:\.\d+)?$/.test(text)) return { expected: 'a number' }
  const limit = Number(text)
  if (operator === ':') return (value) => value === limit
  const holds = orderTest(operator)
  return (value) => holds((value as number) - limit)
}

function compileBoolean(operator: Operator, { parts }: Literal): ValueTest | Misfit {
  if (operator !== ':') return NO_ORDER
  if (parts.length > 1 || (parts[0] !== 'true' && parts[0] !== 'false')) return { expected: 'true or false' }
  const wanted = parts[0] === 'true'
  return (value) => value === wanted
}

/** Whether a difference (negative, zero, positive) is that of the operator. */
function orderTest(operator: Exclude<Operator, ':'>): (difference: number) => boolean {
  switch (operator) {
    case '<':
      return (difference) => difference < 0
    case '<=':
      return (difference) => difference <= 0
    case '>':
      return (difference) => difference > 0
    case '>=':
      return (difference) => difference >= 0
  }
}
