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
      const known = keysAt(schema, issue.path)
      return issue.keys.map((key) => ({
        where: printableText(locate([...issue.path, key], key)),
        text: `unknown key '${printableText(dotted([...issue.path, key]))}'${suggestion(key, known)}`,
      }))
    }
    const found = valueAt(input, issue.path)
    const name = issue.path.length === 0 || !withKey ? '' : `${printableText(dotted(issue.path))}: `
    const hint = typeof found === 'string' ? suggestion(found, candidates(issue)) : ''
    return [{ where: printableText(locate(issue.path)), text: `${name}${issue.message}, found ${describe(found)}${hint}` }]
  })
}

/** `timezone.devices[0].zone` */
export function dotted(path: Path): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${String(step)}`)).join('')
}

function candidates(issue: $ZodIssue): readonly string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String)
  if (issue.code !== 'custom') return []
  const list: unknown = issue.params?.['candidates']
  return typeof list === 'function' ? list() : []
}

/** Value as an error shows it: at most 60 characters, nothing that a terminal would obey. */
function describe(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object') return 'a mapping'
  const text = printableText(JSON.stringify(value) ?? String(value))
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

function valueAt(input: unknown, path: Path): unknown {
  let value: unknown = input
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Record<PropertyKey, unknown>)[step]
  }
  return value
}

/** Names of the keys that the schema knows at a path. */
function keysAt(schema: $ZodType, path: Path): readonly string[] {
  const inner = unwrapped(schema)
  const [step, ...rest] = path
  if (inner instanceof z.ZodObject) {
    if (step === undefined) return Object.keys(inner.shape)
    const next: unknown = inner.shape[String(step)]
    return next instanceof z.ZodType ? keysAt(next, rest) : []
  }
  if (inner instanceof z.ZodArray && step !== undefined) return keysAt(inner.element, rest)
  return []
}

/** The schema within `.optional()`, `.default()` and `.prefault()`. */
function unwrapped(schema: $ZodType): $ZodType {
  const wrapped = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault
  return wrapped ? unwrapped(schema.unwrap()) : schema
}
