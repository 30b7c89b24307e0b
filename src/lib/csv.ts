/** A row of a CSV text, and the line (from 1) on which it begins. */
export interface CsvRow {
  readonly line: number
  readonly cells: readonly string[]
}

/** Where a CSV text is broken. */
export class CsvError extends Error {
  readonly line: number
  constructor(line: number, message: string) {
    super(message)
    this.line = line
  }
}

/**
 * Reads CSV as RFC 4180 has it: commas, quotes around what holds a comma or newline, a quote within doubled. Blanks around
 * a cell without quotes, empty lines, and lines that begin with `#` are passed over. Throws a CsvError.
 */
export function parseCsv(text: string): CsvRow[] {
  const rows: CsvRow[] = []
  let at = text.startsWith('\ufeff') ? 1 : 0
  let line = 1
  while (at < text.length) {
    const start = line
    const cells: string[] = []
    const isComment = text[at] === '#'
    for (;;) {
      let cell: string
      const quoteAt = isComment ? at : skipBlanks(text, at)
      if (!isComment && text[quoteAt] === '"') {
        const end = endOfQuoted(text, quoteAt)
        if (end < 0) throw new CsvError(line, 'expected a closing quote, found the end of the file')
        cell = text.slice(quoteAt + 1, end).replaceAll('""', '"')
        line += cell.split('\n').length - 1
        at = skipBlanks(text, end + 1)
        if (at < text.length && !',\r\n'.includes(text[at] as string)) {
          throw new CsvError(line, `expected a comma or the end of the line behind a closing quote, found '${text[at]}'`)
        }
      } else {
        const end = endOfPlain(text, at, isComment)
        cell = text.slice(at, end).trim()
        at = end
      }
      cells.push(cell)
      if (text[at] !== ',') break
      at++
    }
    if (text[at] === '\r') at++
    if (text[at] === '\n') at++
    line++
    if (!isComment && cells.some((cell) => cell !== '')) rows.push({ line: start, cells })
  }
  return rows
}

function skipBlanks(text: string, from: number): number {
  let at = from
  while (text[at] === ' ' || text[at] === '\t') at++
  return at
}

function endOfQuoted(text: string, quoteAt: number): number {
  let end = text.indexOf('"', quoteAt + 1)
  while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2)
  return end
}

function endOfPlain(text: string, from: number, isComment: boolean): number {
  let end = from
  while (end < text.length && text[end] !== '\n' && text[end] !== '\r' && (isComment || text[end] !== ',')) end++
  return end
}
