import * as z from 'zod'
import type { $ZodIssue, $ZodType } from 'zod/v4/core'
import { suggestion } from '../lib/nearest.ts'
import { printableText } from '../lib/printable.ts'
import type { Complaint } from './error.ts'

/** Place in a configuration: keys and indexes from the top. */
export type Path = readonly PropertyKey[]

/** Says where a path of a configuration comes from; `unknown` is the key there that nobody knows, if it is about one. */
export type Locate = (path: Path, unknown?: string) => string

/**
 * Everything that is wrong with `input`, in the order of the schema; none if it is right.
 * `withKey` is false where the place says enough: `--format`.
 */
export function complaints(schema: z.ZodType, input: unknown, locate: Locate, withKey = true): Complaint[] {
  const result = schema.safeParse(input)
  if (result.success) return []
  return result.error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      const known = keysAt(schema, issue.path, input)
      return issue.keys.map((key) => ({
        where: printableText(locate([...issue.path, key], key)),
        text: `unknown key '${printableText(dotted([...issue.path, key]))}'${suggestion(key, known)}`,
      }))
    }
    const found = valueAt(input, issue.path)
    const name = issue.path.length === 0 || !withKey ? '' : `${printableText(dotted(issue.path))}: `
    const hint = typeof found === 'string' ? suggestion(found, candidates(issue)) : ''
    return [{ where: printableText(locate(issue.path)), text: `${name}${issue.message}, found ${mayBeSecret(issue.path) ? 'another text' : describe(found)}${hint}` }]
  })
}

/** `timezone.devices[0].zone` */
export function dotted(path: Path): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${String(step)}`)).join('')
}

function candidates(issue: $ZodIssue): readonly string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String)
  if (issue.code === 'invalid_union') return ('options' in issue && Array.isArray(issue.options) ? issue.options : []).map(String)
  if (issue.code !== 'custom') return []
  const list: unknown = issue.params?.['candidates']
  return typeof list === 'function' ? list() : []
}

/** Value as an error shows it: at most 60 characters, nothing that a terminal would obey. */
function describe(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object') return 'a mapping'
  // Somebody may have written the password into a URL.
  const text = printableText((JSON.stringify(value) ?? String(value)).replace(/\/\/[^/@]*@/, '//***@'))
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/** True for the keys beside which somebody may have written the secret itself instead of where it stands. */
function mayBeSecret(path: Path): boolean {
  return path.includes('headers') || /(?:token|password|key|secret)_(?:file|env)$/.test(String(path.at(-1)))
}

function valueAt(input: unknown, path: Path): unknown {
  let value: unknown = input
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Record<PropertyKey, unknown>)[step]
  }
  return value
}

/** Names of the keys that the schema knows at a path of the input. */
function keysAt(schema: $ZodType, path: Path, input: unknown): readonly string[] {
  const [step, ...rest] = path
  const inner = chosen(schema, input)
  if (step === undefined) return inner instanceof z.ZodObject ? Object.keys(inner.shape) : []
  const member = inner instanceof z.ZodArray ? inner.element : memberOf(inner, String(step), input)
  return member === undefined ? [] : keysAt(member, rest, valueAt(input, [step]))
}

/** The schema of a key of an object such as `input`. */
export function memberOf(schema: $ZodType, key: string, input: unknown): $ZodType | undefined {
  const inner = chosen(schema, input)
  return inner instanceof z.ZodObject ? inner.shape[key] : undefined
}

/** Of a union, the schema for the type that the input says it is; any other as it is, unwrapped. */
function chosen(schema: $ZodType, input: unknown): $ZodType {
  const inner = unwrapped(schema)
  if (!(inner instanceof z.ZodDiscriminatedUnion)) return inner
  const key = inner.def.discriminator
  const fits = inner.options.find((option) => option instanceof z.ZodObject && option.shape[key]?.safeParse(valueAt(input, [key])).success === true)
  return fits ?? inner
}

/** The schema within `.optional()`, `.default()` and `.prefault()`. */
export function unwrapped(schema: $ZodType): $ZodType {
  const wrapped = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault
  return wrapped ? unwrapped(schema.unwrap()) : schema
}
