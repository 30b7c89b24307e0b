import { toBytes, type ByteString } from '../../lib/bytes.ts'
import { matchAt } from '../../lib/match-at.ts'

const SPACE = 0x20
const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

const LITERAL = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/

/** What stands behind a backslash, and what it means (RFC 8259, section 7). */
const ESCAPES: ReadonlyMap<string | undefined, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

/** A run of them, since a character beyond U+FFFF is written as two. */
const UNICODE_ESCAPES = /(?:\\u[0-9a-fA-F]{4})+/y

/** What is left of an escape where the text was cut. */
const CUT_ESCAPE = /^\\(?:u[0-9a-fA-F]{0,3})?$/

/** Why a scanner stopped: the text ended within a value, or something else stood where JSON was expected. */
export type Stop = 'cut' | 'broken'

/**
 * Walks over JSON text member by member, without building objects: a string without escapes is a slice of the text.
 *
 * It is lenient where nothing is lost by it: a backslash that begins no escape stands for itself (`repaired`), control
 * characters may stand in strings. Where the text is cut or broken it stops; what was read before stays read. Each method
 * moves `at` behind what it read, and must not be called once `stop` is set. Time is linear in the text, and nesting takes no stack.
 */
export class JsonScanner {
  readonly text: ByteString
  at: number
  stop: Stop | undefined = undefined
  /** What was expected at `at`, if the text is broken. */
  expected = ''
  repaired = false
  /** Number of object members, at all depths, in what `nested` read last. */
  members = 0
  readonly hasEscapes: boolean
  /** Position of the first backslash at or behind `at`; the length of the text if there is none. */
  private backslash: number

  constructor(text: ByteString) {
    this.text = text
    this.at = 0
    this.backslash = this.find('\\', 0)
    this.hasEscapes = this.backslash < text.length
  }

  /** Moves behind the `{` at `at`. */
  open(): void {
    this.at++
  }

  /**
   * Reads `"key":` or `}`. `at` stands behind `{` (`first`) or behind a value. The key, with `at` on its value; or `undefined` if the
   * object ends here or the scanner stopped.
   */
  nextKey(first: boolean): ByteString | undefined {
    let code = this.skipBlanks()
    if (code === CLOSE_BRACE) {
      this.at++
      return undefined
    }
    if (!first) {
      if (code !== COMMA) return this.fail(', or }')
      this.at++
      code = this.skipBlanks()
    }
    if (code !== QUOTE) return this.fail('a key')
    const key = this.string()
    if (this.stop !== undefined) return undefined
    if (this.text.charCodeAt(this.at) !== COLON && this.skipBlanks() !== COLON) return this.fail(':')
    this.at++
    this.skipBlanks()
    return key
  }

  /** Reads the string whose opening quote stands at `at`. If the text ends within it, `stop` is set and what is there is returned. */
  string(): ByteString {
    const from = this.at + 1
    const quote = this.text.indexOf('"', from)
    if (quote < 0 || quote > this.backslash) return this.unusualString(from, quote)
    this.at = quote + 1
    return this.text.slice(from, quote)
  }

  /** Reads a number, `true`, `false` or `null`. */
  literal(): ByteString {
    const from = this.at
    let end = from
    let code = this.text.charCodeAt(end)
    while (code > SPACE && code !== COMMA && code !== CLOSE_BRACE) code = this.text.charCodeAt(++end)
    const literal = this.text.slice(from, end)
    if (end === this.text.length) this.stop = 'cut'
    else if (!LITERAL.test(literal)) this.fail('a value')
    else this.at = end
    return literal
  }

  /** Reads an object or array. Its brackets are counted, its content is not checked. */
  nested(): ByteString {
    const { text } = this
    const from = this.at
    let depth = 0
    let members = 0
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === QUOTE) at = this.closingQuote(text.indexOf('"', at + 1))
      else if (code === COLON) members++
      else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++
      else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
        depth--
        if (depth === 0) {
          this.at = at + 1
          this.members = members
          return text.slice(from, at + 1)
        }
      }
    }
    this.stop = 'cut'
    return text.slice(from)
  }

  /** Skips blanks and returns the character code behind them, NaN at the end of the text. */
  skipBlanks(): number {
    const { text } = this
    for (let at = this.at; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code > SPACE || (code !== SPACE && code !== 0x09 && code !== 0x0a && code !== 0x0d)) {
        this.at = at
        return code
      }
    }
    this.at = text.length
    return Number.NaN
  }

  fail(expected: string): undefined {
    this.expected = expected
    this.stop = this.at >= this.text.length ? 'cut' : 'broken'
  }

  /** Reads a string that has no end or holds backslashes. `quote` is the first quote in it, or -1. */
  private unusualString(from: number, quote: number): ByteString {
    const closing = this.closingQuote(quote)
    if (closing === this.text.length) this.stop = 'cut'
    this.at = closing + 1
    return this.unescape(this.text.slice(from, closing))
  }

  /** The closing quote of a string whose first quote is `quote` (-1: it has none); the length of the text if nothing closes it. */
  private closingQuote(quote: number): number {
    let closing = quote < 0 ? this.text.length : quote
    while (this.backslash < closing) {
      const behind = this.backslash + 2
      if (behind > closing) closing = this.find('"', behind)
      this.backslash = this.find('\\', behind)
    }
    return closing
  }

  private unescape(content: ByteString): ByteString {
    let value = ''
    let from = 0
    for (let at = content.indexOf('\\'); at >= 0; at = content.indexOf('\\', from)) {
      value += content.slice(from, at)
      const plain = ESCAPES.get(content[at + 1])
      if (plain !== undefined) {
        value += plain
        from = at + 2
        continue
      }
      const run = matchAt(UNICODE_ESCAPES, content, at)?.[0]
      if (run !== undefined) {
        value += toBytes(JSON.parse(`"${run}"`) as string)
        from = at + run.length
      } else if (this.stop === 'cut' && at + 6 > content.length && CUT_ESCAPE.test(content.slice(at))) {
        return value
      } else {
        this.repaired = true
        value += '\\'
        from = at + 1
      }
    }
    return value + content.slice(from)
  }

  private find(character: string, from: number): number {
    const position = this.text.indexOf(character, from)
    return position < 0 ? this.text.length : position
  }
}
