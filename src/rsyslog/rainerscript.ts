/** `name="value"` of an object, with the line of its name. Arrays keep their text. */
export interface Parameter {
  readonly value: string
  readonly line: number
}

/** `action(...)`, `module(...)`, `ruleset(...) { ... }` and so on. */
export interface ConfigObject {
  /** Lower case: `action`, `template`, `property`. */
  readonly kind: string
  /** Line of its first character, from 1. */
  readonly line: number
  /** By name in lower case; a repeated name keeps its first value, as in rsyslog. */
  readonly parameters: ReadonlyMap<string, Parameter>
  /** The object in whose braces it stands. */
  readonly parent: ConfigObject | undefined
}

/** `$Name value` at the start of a line: the old syntax. */
export interface Directive {
  /** Lower case, without the dollar sign. */
  readonly name: string
  readonly value: string
  readonly line: number
}

export interface ParsedConfiguration {
  readonly objects: readonly ConfigObject[]
  readonly directives: readonly Directive[]
}

const KINDS: ReadonlySet<string> = new Set(
  ['action', 'constant', 'dyn_stats', 'global', 'include', 'input', 'lookup_table', 'main_queue', 'module'].concat([
    'parser', 'percentile_stats', 'property', 'ruleset', 'template', 'timezone',
  ]),
)

/**
 * Reads what can be checked of an rsyslog configuration: its objects and its old directives. Everything else
 * (selectors, if, set) is skipped. Total: any text gives a result, in time linear in its length.
 * Syntax: https://www.rsyslog.com/doc/v8-stable/rainerscript/ and grammar/lexer.l of rsyslog.
 */
export function parseConfiguration(text: string): ParsedConfiguration {
  const reader = new Reader(text)
  const objects: ConfigObject[] = []
  const directives: Directive[] = []
  /** Whose braces are open; those of if, else and foreach count as those around them. */
  const open: (ConfigObject | undefined)[] = []
  let previous: ConfigObject | undefined
  for (;;) {
    const atLineStart = reader.skipBlank()
    const character = reader.peek()
    if (character === '') return { objects, directives }
    if (character === '$' && atLineStart) {
      const directive = reader.directive()
      if (directive !== undefined) directives.push(directive)
    } else if (character === '{') {
      open.push(previous ?? open.at(-1))
      previous = undefined
      reader.advance()
    } else if (character === '}') {
      open.pop()
      reader.advance()
    } else if (character === '"' || character === "'" || character === '`') {
      reader.string(true)
      previous = undefined
    } else {
      const line = reader.line
      const kind = reader.word().toLowerCase()
      previous = undefined
      if (!KINDS.has(kind) || !reader.opensParenthesis()) continue
      previous = { kind, line, parameters: reader.parameters(), parent: open.at(-1) }
      objects.push(previous)
    }
  }
}

const WORD = /[A-Za-z_][A-Za-z0-9_.-]*/y
const DIRECTIVE = /\$([A-Za-z][A-Za-z0-9]*)[ \t]+([^\n]*)/y

class Reader {
  readonly #text: string
  #at = 0
  line = 1

  constructor(text: string) {
    this.#text = text
  }

  peek(): string {
    return this.#text.charAt(this.#at)
  }

  advance(): void {
    if (this.#text.charAt(this.#at) === '\n') this.line++
    this.#at++
  }

  /** Skips blanks, line feeds and comments. True if a line begins here, blanks aside. */
  skipBlank(): boolean {
    let atLineStart = this.#at === 0
    for (;;) {
      const character = this.peek()
      if (character === '#') this.#skipTo('\n', 0)
      else if (character === '/' && this.#text.startsWith('/*', this.#at)) this.#skipTo('*/', 2)
      else if (character === '\n') {
        atLineStart = true
        this.advance()
      } else if (character === ' ' || character === '\t' || character === '\r') this.#at++
      else return atLineStart
    }
  }

  #skipTo(end: string, length: number): void {
    const found = this.#text.indexOf(end, this.#at + length)
    const stop = found < 0 ? this.#text.length : found + length
    while (this.#at < stop) this.advance()
  }

  /** A word, or the one character that begins none. */
  word(): string {
    WORD.lastIndex = this.#at
    const word = WORD.exec(this.#text)?.[0]
    if (word === undefined) {
      this.advance()
      return ''
    }
    this.#at += word.length
    return word
  }

  directive(): Directive | undefined {
    DIRECTIVE.lastIndex = this.#at
    const found = DIRECTIVE.exec(this.#text)
    if (found === null) {
      this.#at++
      return undefined
    }
    this.#at += found[0].length
    return { name: found[1]!.toLowerCase(), value: found[2]!.trim(), line: this.line }
  }

  opensParenthesis(): boolean {
    this.skipBlank()
    if (this.peek() !== '(') return false
    this.advance()
    return true
  }

  /** A quoted string, its escaped quotes undone. With `oneLine` it ends at the line feed if its quote is missing. */
  string(oneLine: boolean): string {
    const quote = this.peek()
    let value = ''
    this.advance()
    for (let character = this.peek(); character !== '' && character !== quote; character = this.peek()) {
      if (oneLine && character === '\n') return value
      this.advance()
      if (character === '\\') {
        const escaped = this.peek()
        value += escaped === quote || escaped === '\\' ? escaped : `\\${escaped}`
        this.advance()
      } else value += character
    }
    this.advance()
    return value
  }

  /** `name="value" ...` up to the closing parenthesis. */
  parameters(): Map<string, Parameter> {
    const parameters = new Map<string, Parameter>()
    for (;;) {
      this.skipBlank()
      const character = this.peek()
      if (character === ')' || character === '') {
        this.advance()
        return parameters
      }
      const line = this.line
      const name = this.word().toLowerCase()
      if (name === '') continue
      this.skipBlank()
      if (this.peek() !== '=') continue
      this.advance()
      this.skipBlank()
      const value = this.#value()
      if (!parameters.has(name)) parameters.set(name, { value, line })
    }
  }

  #value(): string {
    const character = this.peek()
    if (character === '"' || character === "'" || character === '`') return this.string(false)
    if (character !== '[') return ''
    const items: string[] = []
    this.advance()
    for (;;) {
      this.skipBlank()
      const next = this.peek()
      if (next === ']' || next === '' || next === ')') {
        if (next === ']') this.advance()
        return items.join(',')
      }
      if (next === '"' || next === "'") items.push(this.string(false))
      else this.advance()
    }
  }
}
