import { readFileSync } from 'node:fs'
import { isMap, isScalar, isSeq, LineCounter, parseDocument, visit, type Alias, type Document } from 'yaml'
import { printableText } from '../lib/printable.ts'
import { readFault } from '../lib/system-fault.ts'
import { ConfigurationError } from './error.ts'
import type { Locate, Path } from './validate.ts'

/** A configuration file: what stands in it, and where. */
export interface ConfigurationFile {
  /** Not validated. */
  readonly content: unknown
  readonly locate: Locate
}

/** Reads a YAML file. Throws a ConfigurationError if it cannot be read or is not YAML; every error in it is listed. */
export function readConfigurationFile(name: string): ConfigurationFile {
  return parseConfiguration(name, readText(name))
}

/** Parses the text of a YAML file; `name` is for the errors. */
export function parseConfiguration(name: string, text: string): ConfigurationFile {
  const counter = new LineCounter()
  // What Windows editors put ahead of the text is no part of it.
  const document = parseDocument(text.replace(/^\ufeff/, ''), { lineCounter: counter, prettyErrors: false })
  const place = (offset: number): string => {
    const { line, col } = counter.linePos(offset)
    return `${name}:${line}:${col}`
  }
  const refuse = (where: string, text: string): ConfigurationError => new ConfigurationError([{ where: printableText(where), text }])

  const faults = [...document.errors, ...document.warnings]
  if (faults.length > 0) {
    throw new ConfigurationError(
      faults.map((fault) => ({ where: printableText(place(fault.pos[0])), text: printableText(firstLine(fault.message)) })),
    )
  }
  const dangling = aliasWithoutAnchor(document)
  if (dangling !== undefined) {
    const name = printableText(dangling.source)
    throw refuse(place(dangling.range?.[0] ?? 0), `*${name} is an alias, and nothing is called &${name}; a text that begins with * needs quotes: "*${name}"`)
  }
  let content: unknown
  try {
    content = document.toJS()
  } catch (error) {
    // An alias that multiplies itself.
    throw refuse(name, printableText(firstLine(String(error))))
  }
  return { content: content ?? {}, locate: (path, unknown) => place(offsetOf(document, path, unknown !== undefined)) }
}

function readText(name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(name))
  } catch (error) {
    throw new ConfigurationError([{ where: printableText(name), text: readFault(error) }])
  }
}

/** The first alias (`*name`) for which there is no anchor (`&name`) before it: mostly a pattern that wanted quotes. */
function aliasWithoutAnchor(document: Document.Parsed): Alias | undefined {
  const anchors = new Set<string>()
  let found: Alias | undefined
  visit(document, {
    Value(_, { anchor }) {
      if (anchor !== undefined) anchors.add(anchor)
    },
    Alias(_, alias) {
      if (anchors.has(alias.source)) return undefined
      found = alias
      return visit.BREAK
    },
  })
  return found
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}

/** Offset of the value at a path, or of its key; of what stands nearest above it if there is no such thing. */
function offsetOf(document: Document.Parsed, path: Path, ofKey: boolean): number {
  let node: unknown = document.contents
  let offset = rangeStart(node) ?? 0
  for (const [depth, step] of path.entries()) {
    let key: unknown
    let value: unknown
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step))
      key = pair?.key
      value = pair?.value
    } else if (isSeq(node)) value = node.items[Number(step)]
    const last = depth === path.length - 1
    const next = last && ofKey ? rangeStart(key) : (rangeStart(value) ?? rangeStart(key))
    if (next === undefined) return offset
    offset = next
    node = value
  }
  return offset
}

function rangeStart(node: unknown): number | undefined {
  const range = (node as { range?: readonly number[] | null } | null | undefined)?.range
  return range?.[0]
}
